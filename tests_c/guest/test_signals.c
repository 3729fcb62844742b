/*
 * Handlers, masks and signal stacks are the program's, whenever it sets them.
 */
#include "support/guest.h"

#include <poll.h>

/* Which the C library adds. */
#define RESTORER 0x04000000

/* All but those that cannot be caught, and those that the C library keeps for itself. */
static int is_free(int signal)
{
	return signal != SIGKILL && signal != SIGSTOP && signal != 32 && signal != 33;
}

static volatile sig_atomic_t called[NSIG];

static void count(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	called[signal]++;
}

/* Flags and masks of all kinds, so that a change of any is seen. */
static struct sigaction action_for(int signal)
{
	static const int flags[] = {0, SA_RESTART, SA_ONSTACK, SA_NODEFER | SA_RESTART};
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = count;
	action.sa_flags = SA_SIGINFO | flags[signal % 4];
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, 1 + signal % 30);
	return action;
}

static void set_handlers(void)
{
	for (int signal = 1; signal < NSIG; signal++) {
		struct sigaction action = action_for(signal);

		CHECK(!is_free(signal) || sigaction(signal, &action, NULL) == 0);
	}
}

static void check_handlers(void)
{
	for (int signal = 1; signal < NSIG; signal++) {
		struct sigaction wanted = action_for(signal), action;
		int before = called[signal];

		if (!is_free(signal))
			continue;
		CHECK(sigaction(signal, NULL, &action) == 0);
		CHECK(action.sa_sigaction == wanted.sa_sigaction);
		CHECK((action.sa_flags & ~RESTORER) == wanted.sa_flags);
		for (int other = 1; other < NSIG; other++)
			CHECK(!is_free(other) || sigismember(&action.sa_mask, other) == sigismember(&wanted.sa_mask, other));
		CHECK(raise(signal) == 0);
		CHECK(called[signal] == before + 1);
	}
}

static void handlers_set_before_stay(void)
{
	int port = router_start();

	set_handlers();
	use(port);
	check_handlers();
	make_garbage(port, 3);
	check_handlers();
}

static void handlers_set_after_stay(void)
{
	int port = router_start();

	use(port);
	set_handlers();
	check_handlers();
	use(port);
	make_garbage(port, 3);
	check_handlers();
}

static void check_default(int signal)
{
	struct sigaction action;

	CHECK(sigaction(signal, NULL, &action) == 0);
	CHECK(action.sa_handler == SIG_DFL);
}

static void raise_it(void *signal)
{
	raise(*(int *)signal);
	pause();
}

static void use_and_raise(void *port_and_signal)
{
	int *both = port_and_signal;

	use(both[0]);
	raise_it(&both[1]);
}

static void defaults_stay_defaults(void)
{
	static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
	                             SIGPROF, SIGVTALRM, SIGIO, SIGPWR, SIGXCPU, 34, 64};
	static const int harmless[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
	int port = router_start();

	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
		int both[2] = {port, deadly[i]};
		int status;

		status = ended(start(use_and_raise, both));
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == deadly[i]);
	}
	use(port);
	make_garbage(port, 3);
	for (int signal = 1; signal < NSIG; signal++)
		if (is_free(signal))
			check_default(signal);
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		CHECK(raise(harmless[i]) == 0);
	use(port);
}

static uint64_t masks[] = {0, ~(uint64_t)0, 0x5555555555555555, 0xAAAAAAAAAAAAAAAA, 0x0000000000010000, 0x7FFFFFFF};

static void set_mask(uint64_t bits)
{
	sigset_t mask;

	sigemptyset(&mask);
	for (int signal = 1; signal < NSIG; signal++)
		if (bits >> (signal - 1) & 1)
			sigaddset(&mask, signal);
	CHECK(pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0);
}

static void check_mask(uint64_t bits)
{
	sigset_t mask;

	CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
	for (int signal = 1; signal < NSIG; signal++)
		if (is_free(signal))
			CHECK(sigismember(&mask, signal) == (int)(bits >> (signal - 1) & 1));
}

static __thread uint64_t mask_of_thread;
static __thread int calls;

static void check_mask_in_callback(struct ros_result *r)
{
	check_mask(mask_of_thread);
	calls++;
	ros_result_free(r);
}

static void *use_with_mask(void *argument)
{
	int port = *(int *)argument;
	struct ros_connection *conn;

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		mask_of_thread = masks[i];
		set_mask(masks[i]);
		conn = logged_in(port);
		check_mask(masks[i]);
		converse(conn, 3);
		check_mask(masks[i]);
		calls = 0;
		CHECK(ros_send_command_cb(conn, check_mask_in_callback, "/rows", "=n=3", NULL) > 0);
		check_mask(masks[i]);
		while (calls < 4) {
			readable(conn->socket, -1);
			CHECK(ros_runloop_once(conn, NULL) == 1);
			check_mask(masks[i]);
		}
		CHECK(ros_cancel(conn, 7) == 1);
		check_mask(masks[i]);
		make_garbage(port, 1);
		CHECK(ros_disconnect(conn) == 0);
		check_mask(masks[i]);
	}
	return NULL;
}

/* The first call ever, and the first call of a thread, are the ones that might. */
static void masks_are_not_touched(void)
{
	int port = router_start();
	pthread_t thread[4];

	use_with_mask(&port);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&thread[i], NULL, use_with_mask, &port) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
}

static void *use_with_stack(void *argument)
{
	int port = *(int *)argument;
	stack_t own, now;

	for (int round = 0; round < 2; round++) {
		use(port);
		CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE);
	}
	own.ss_size = 64 << 10;
	own.ss_sp = malloc(own.ss_size);
	own.ss_flags = 0;
	for (int round = 0; round < 2; round++) {
		CHECK(sigaltstack(&own, NULL) == 0);
		use(port);
		CHECK(sigaltstack(NULL, &now) == 0);
		CHECK(now.ss_sp == own.ss_sp && now.ss_size == own.ss_size && now.ss_flags == 0);
	}
	own.ss_flags = SS_DISABLE;
	CHECK(sigaltstack(&own, NULL) == 0);
	free(own.ss_sp);
	use(port);
	return NULL;
}

static void *use_with_stack_first(void *argument)
{
	stack_t own, now;

	own.ss_size = 64 << 10;
	own.ss_sp = malloc(own.ss_size);
	own.ss_flags = 0;
	CHECK(sigaltstack(&own, NULL) == 0);
	use(*(int *)argument);
	CHECK(sigaltstack(NULL, &now) == 0);
	CHECK(now.ss_sp == own.ss_sp && now.ss_size == own.ss_size && now.ss_flags == 0);
	now.ss_flags = SS_DISABLE;
	CHECK(sigaltstack(&now, NULL) == 0);
	free(own.ss_sp);
	use(*(int *)argument);
	return NULL;
}

static void signal_stacks_are_not_touched(void)
{
	void *(*const ways[])(void *) = {use_with_stack_first, use_with_stack};
	int port = router_start();
	pthread_t thread;

	use_with_stack_first(&port);
	for (int i = 0; i < 8; i++) {
		CHECK(pthread_create(&thread, NULL, ways[i % 2], &port) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
}

static const uint64_t ignored = 1 << (SIGPIPE - 1) | 1 << (SIGHUP - 1) | 1 << (SIGINT - 1) | 1 << (SIGCHLD - 1) |
                                1 << (SIGUSR1 - 1) | 1 << (SIGURG - 1) | 1 << (SIGSYS - 1);

/* The one that inherits uses the library, and hands on what it was given to the next. */
static void _inherits(void)
{
	CHECK(signal_set("SigIgn") == ignored);
	if (scenario_argument() == 0)
		return;
	use(scenario_argument());
	make_garbage(scenario_argument(), 2);
	CHECK(signal_set("SigIgn") == ignored);
	CHECK(raise(SIGPIPE) == 0 && raise(SIGHUP) == 0);
	run_again("_inherits", 0, NULL);
}

static void ignored_stays_ignored_over_exec(void)
{
	int port = router_start();

	for (int signal = 1; signal < 32; signal++) {
		struct sigaction action;

		memset(&action, 0, sizeof action);
		action.sa_handler = SIG_IGN;
		if (ignored >> (signal - 1) & 1)
			CHECK(sigaction(signal, &action, NULL) == 0);
	}
	use(port);
	run_again("_inherits", port, NULL);
}

/* SIGPIPE has its default here, which would end the process. */
static void no_sigpipe_from_us(void)
{
	int port = router_start(), signal = SIGPIPE;

	for (int i = 0; i < 100; i++) {
		struct ros_connection *conn = logged_in(port);

		CHECK(ros_send_command(conn, i % 2 ? "/close" : "/reset", NULL) == 1);
		for (int sent = 0; sent < 1000 && ros_send_command(conn, "/rows", NULL); sent++)
			poll(NULL, 0, sent > 10);
		CHECK(ros_send_command(conn, "/rows", NULL) == 0);
		CHECK(ros_login(conn, "admin", "") == 0);
		CHECK(ros_cancel(conn, 1) == 0);
		CHECK(ros_disconnect(conn) == 0);
	}
	CHECK(WTERMSIG(ended(start(raise_it, &signal))) == SIGPIPE);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(handlers_set_before_stay),
		SCENARIO(handlers_set_after_stay),
		SCENARIO(defaults_stay_defaults),
		SCENARIO(masks_are_not_touched),
		SCENARIO(signal_stacks_are_not_touched),
		SCENARIO(ignored_stays_ignored_over_exec),
		SCENARIO(no_sigpipe_from_us),
		SCENARIO(_inherits),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
