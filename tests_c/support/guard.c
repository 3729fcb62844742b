#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

enum { SECONDS = 60 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static const char *running; /* the test, NULL between tests */
static struct timespec deadline;
static int watching;

static int captured = -1, real_out = -1, real_err = -1;
static int descriptors;
static uint64_t handles;

/* A thread, not alarm(): it works also when every other thread is stuck with its signals blocked. */
static void *watch(void *unused)
{
	pthread_mutex_lock(&lock);
	for (;;) {
		if (running == NULL) {
			pthread_cond_wait(&changed, &lock);
		} else if (pthread_cond_timedwait(&changed, &lock, &deadline) == ETIMEDOUT && running != NULL) {
			struct timespec now;

			clock_gettime(CLOCK_MONOTONIC, &now);
			if (now.tv_sec < deadline.tv_sec)
				continue;
			dprintf(real_err, "%s: hangs\n", running);
			_exit(124);
		}
	}
	return unused;
}

static void watch_test(const char *name, int seconds)
{
	pthread_mutex_lock(&lock);
	running = name;
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += getenv("TEST_SLOW") != NULL ? 20 * seconds : seconds; /* valgrind, a debugger */
	if (!watching) {
		pthread_condattr_t monotonic;
		pthread_t thread;
		sigset_t all, before;

		pthread_condattr_init(&monotonic);
		pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
		pthread_cond_init(&changed, &monotonic);
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before);
		watching = pthread_create(&thread, NULL, watch, NULL) == 0;
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}

void guard_seconds(int seconds)
{
	watch_test(running, seconds);
}

/* Whatever the library prints goes to a file in memory meanwhile. */
static void capture(void)
{
	fflush(NULL);
	captured = memfd_create("printed", MFD_CLOEXEC);
	real_out = fcntl(1, F_DUPFD_CLOEXEC, 3);
	real_err = fcntl(2, F_DUPFD_CLOEXEC, 3);
	dup2(captured, 1);
	dup2(captured, 2);
}

static long release(void)
{
	char text[4096];
	ssize_t n;
	long size = 0;

	fflush(NULL);
	dup2(real_out, 1);
	dup2(real_err, 2);
	close(real_out);
	close(real_err);
	lseek(captured, 0, SEEK_SET);
	while ((n = read(captured, text, sizeof text)) > 0) {
		size += n;
		fwrite(text, 1, (size_t)n, stderr);
	}
	close(captured);
	return size;
}

int guard_setup(void **state)
{
	seen();
	capture();
	watch_test(*state, SECONDS);
	descriptors = count_descriptors();
	handles = count_handles();
	return 0;
}

int guard_teardown(void **state)
{
	const char *name = running;
	int bad = 0, now;

	(void)state;
	peers_drop();
	sims_stop();
	now = count_descriptors();
	watch_test(NULL, 0);
	if (release() != 0) {
		fprintf(stderr, "%s: the above was printed meanwhile\n", name);
		bad = -1;
	}
	if (now != descriptors) {
		fprintf(stderr, "%s: %d descriptors before, %d after\n", name, descriptors, now);
		bad = -1;
	}
	if (count_handles() != handles) {
		fprintf(stderr, "%s: connections are left open\n", name);
		bad = -1;
	}
	return bad;
}

int count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	if (d == NULL)
		return -1;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

uint64_t count_handles(void)
{
	struct ros_counters counters;

	memset(&counters, 0, sizeof counters);
	ros_get_counters(NULL, &counters, sizeof counters);
	return counters.handles;
}

size_t heap_in_use(void)
{
	struct mallinfo2 all = mallinfo2();

	return all.uordblks + all.hblkhd;
}

pid_t thread_id(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static int in_socket_call(long number)
{
	static const long calls[] = {
#ifdef SYS_poll
		SYS_poll,
#endif
#ifdef SYS_select
		SYS_select,
#endif
#ifdef SYS_epoll_wait
		SYS_epoll_wait,
#endif
#ifdef SYS_recv
		SYS_recv, SYS_send,
#endif
		SYS_connect, SYS_ppoll, SYS_pselect6, SYS_epoll_pwait, SYS_recvfrom, SYS_recvmsg, SYS_sendto, SYS_sendmsg,
		SYS_read, SYS_readv, SYS_write, SYS_writev,
	};
	size_t i;

	for (i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i] == number)
			return 1;
	return 0;
}

void until_waiting(pid_t tid)
{
	char path[64], text[32];

	snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
	for (;;) {
		FILE *f = fopen(path, "re");
		char *got;

		assert_non_null(f);
		got = fgets(text, sizeof text, f);
		fclose(f);
		if (got != NULL && text[0] >= '0' && text[0] <= '9' && in_socket_call(strtol(text, NULL, 10)))
			return;
		poll(NULL, 0, 1);
	}
}

int readable(int fd, int milliseconds)
{
	struct pollfd p;
	int n;

	p.fd = fd;
	p.events = POLLIN;
	p.revents = 0;
	do
		n = poll(&p, 1, milliseconds);
	while (n < 0 && errno == EINTR);
	return n == 1 && (p.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

int is_nonblocking(int fd)
{
	return (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
}

void set_timeout(int fd, int option, int milliseconds)
{
	struct timeval t;

	t.tv_sec = milliseconds / 1000;
	t.tv_usec = milliseconds % 1000 * 1000;
	assert_int_equal(setsockopt(fd, SOL_SOCKET, option, &t, sizeof t), 0);
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
	(void)number;
	signals++;
}

void catch_signals(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action); /* no SA_RESTART: calls of the system end with EINTR */
	action.sa_handler = on_signal;
	sigaction(SIGUSR1, &action, NULL);
}

void interrupt(struct target target, int times)
{
	while (times-- > 0) {
		sig_atomic_t before = signals;

		until_waiting(target.id);
		pthread_kill(target.thread, SIGUSR1);
		while (signals == before)
			sched_yield();
	}
}

struct target this_thread(void)
{
	struct target me;

	me.thread = pthread_self();
	me.id = thread_id();
	return me;
}
