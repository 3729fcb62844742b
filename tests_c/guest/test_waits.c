/*
 * What the program's own threads wait for: no call of theirs is interrupted, no signal of theirs is lost,
 * and no handler of theirs runs on a stack of the runtime's.
 */
#include "support/guest.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>

enum { ROUNDS = 1000 };

static int stop;

static int goes_on(void)
{
	return !__atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* A thread that was in the runtime a moment ago may be one that it still wants something of. */
static int goes_on_after_calls(void)
{
	for (int i = 0; i < 20; i++)
		count_handles();
	return goes_on();
}

static void *in_nanosleep(void *unused)
{
	struct timespec pause = {0, 3000000};

	while (goes_on_after_calls())
		CHECK(nanosleep(&pause, NULL) == 0);
	return unused;
}

static void *in_poll(void *unused)
{
	while (goes_on_after_calls())
		CHECK(poll(NULL, 0, 3) == 0);
	return unused;
}

static void *in_select(void *unused)
{
	while (goes_on_after_calls()) {
		struct timeval pause = {0, 3000};

		CHECK(select(0, NULL, NULL, NULL, &pause) == 0);
	}
	return unused;
}

static void *in_epoll(void *unused)
{
	struct epoll_event event;
	int epoll = epoll_create1(0);

	while (goes_on_after_calls())
		CHECK(epoll_wait(epoll, &event, 1, 3) == 0);
	close(epoll);
	return unused;
}

static void *in_sem_timedwait(void *unused)
{
	sem_t never;

	sem_init(&never, 0, 0);
	while (goes_on_after_calls()) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 3000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		CHECK(sem_timedwait(&never, &until) < 0 && errno == ETIMEDOUT);
	}
	return unused;
}

static int ends[2];

static void *in_read(void *unused)
{
	char c;

	while (read(ends[0], &c, 1) == 1)
		;
	CHECK(!goes_on());
	return unused;
}

static void nothing_is_interrupted(void)
{
	void *(*const ways[])(void *) = {in_nanosleep, in_poll, in_select, in_epoll, in_sem_timedwait, in_read};
	enum { WAYS = sizeof ways / sizeof *ways };
	pthread_t thread[WAYS];
	int port = router_start();
	struct load *load;

	CHECK(pipe(ends) == 0);
	for (int i = 0; i < WAYS; i++)
		CHECK(pthread_create(&thread[i], NULL, ways[i], NULL) == 0);
	load = load_start(port, 4);
	make_garbage(port, 15);
	for (int i = 0; i < 300; i++) {
		CHECK(write(ends[1], "+", 1) == 1);
		poll(NULL, 0, 3);
	}
	load_stop(load);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	close(ends[1]);
	for (int i = 0; i < WAYS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
}

/* In each round the next of all signals, but every other time SIGCHLD, which most programs wait for. */
static int signal_of(int round)
{
	int signal = 1 + round / 2 % (NSIG - 1);

	return round % 2 || signal == SIGKILL || signal == SIGSTOP || signal == 32 || signal == 33 ? SIGCHLD : signal;
}

static void block_all(sigset_t *set)
{
	sigfillset(set);
	CHECK(pthread_sigmask(SIG_BLOCK, set, NULL) == 0);
}

static void set_all(void (*handler)(int))
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	for (int i = 0; i < 2 * NSIG; i++)
		CHECK(sigaction(signal_of(i), &action, NULL) == 0);
}

static void at_once(void *unused)
{
	(void)unused;
}

/* Some are of real children. */
static void send_signal(int round)
{
	if (round % 8 == 1)
		CHECK_WELL(start(at_once, NULL));
	else
		CHECK(kill(getpid(), signal_of(round)) == 0);
}

static void signalfd_loses_nothing(void)
{
	int port = router_start(), fd;
	struct signalfd_siginfo info;
	struct load *load;
	sigset_t set;

	block_all(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	use(port);
	load = load_start(port, 2);
	for (int i = 0; i < ROUNDS; i++) {
		send_signal(i);
		CHECK(readable(fd, 10000));
		CHECK(read(fd, &info, sizeof info) == sizeof info);
		CHECK((int)info.ssi_signo == signal_of(i));
	}
	load_stop(load);
	close(fd);
}

static pthread_t main_thread;
static volatile sig_atomic_t caught;

static void note_signal(int signal)
{
	CHECK(pthread_equal(pthread_self(), main_thread));
	caught = signal;
}

static void pselect_loses_nothing(void)
{
	struct timespec long_time = {10, 0};
	int port = router_start();
	struct load *load;
	sigset_t set, none;

	main_thread = pthread_self();
	block_all(&set);
	set_all(note_signal);
	sigemptyset(&none);
	use(port);
	load = load_start(port, 2);
	for (int i = 0; i < ROUNDS; i++) {
		caught = 0;
		send_signal(i);
		CHECK(caught == 0);
		CHECK(pselect(0, NULL, NULL, NULL, &long_time, &none) < 0 && errno == EINTR);
		CHECK(caught == signal_of(i));
	}
	load_stop(load);
}

/* The same for one that waits for its children with nothing else going on, so that the runtime's threads
 * are all idle; a signal that one of these takes is lost. */
static void a_quiet_program_loses_nothing(void)
{
	struct timespec long_time = {10, 0};
	sigset_t set, none;
	int port = router_start();

	main_thread = pthread_self();
	use(port);
	make_garbage(port, 3);
	block_all(&set);
	set_all(note_signal);
	sigemptyset(&none);
	for (int i = 0; i < ROUNDS; i++) {
		send_signal(i);
		CHECK(pselect(0, NULL, NULL, NULL, &long_time, &none) < 0 && errno == EINTR);
		CHECK(caught == signal_of(i));
		caught = 0;
	}
}

static __thread char *stack_low, *stack_high;
static int handled;

static void learn_stack(void)
{
	pthread_attr_t attributes;
	void *low;
	size_t size;

	CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
	CHECK(pthread_attr_getstack(&attributes, &low, &size) == 0);
	pthread_attr_destroy(&attributes);
	stack_low = low;
	stack_high = stack_low + size;
}

static void check_stack(int signal)
{
	char here = (char)signal;
	char *volatile at = &here;

	/* Of 0: a thread of the runtime's. */
	CHECK(stack_low != NULL && at >= stack_low && at < stack_high);
	__atomic_add_fetch(&handled, 1, __ATOMIC_RELAXED);
}

static void set_timers_blocked(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGPROF);
	CHECK(pthread_sigmask(how, &set, NULL) == 0);
}

static void *busy(void *port)
{
	learn_stack();
	set_timers_blocked(SIG_UNBLOCK);
	while (goes_on()) {
		for (int i = 0; i < 5; i++)
			use(*(int *)port);
		make_garbage(*(int *)port, 1);
	}
	return NULL;
}

/* The calling threads' stacks are known; nobody else may handle anything. */
static void handlers_run_on_their_own_stack(void)
{
	static const struct itimerval often = {{0, 500}, {0, 500}};
	int port = router_start();
	struct sigaction action;
	pthread_t thread[3];

	learn_stack();
	memset(&action, 0, sizeof action);
	action.sa_handler = check_stack;
	action.sa_flags = SA_RESTART;
	CHECK(sigaction(SIGALRM, &action, NULL) == 0 && sigaction(SIGPROF, &action, NULL) == 0);
	set_timers_blocked(SIG_BLOCK);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&thread[i], NULL, busy, &port) == 0);
	set_timers_blocked(SIG_UNBLOCK);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0 && setitimer(ITIMER_PROF, &often, NULL) == 0);
	while (__atomic_load_n(&handled, __ATOMIC_RELAXED) < 2000)
		use(port);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(nothing_is_interrupted),
		SCENARIO(signalfd_loses_nothing),
		SCENARIO(pselect_loses_nothing),
		SCENARIO(a_quiet_program_loses_nothing),
		SCENARIO(handlers_run_on_their_own_stack),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
