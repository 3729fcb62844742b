/*
 * A crash of the program's own is what it would be without the library: its signal, no word on standard
 * error (the scenario would fail), or its own handler.
 */
#include "support/guest.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

struct crash {
	int signal, port, where;
};
enum { IN_MAIN, IN_THREAD, IN_CALLBACK, AFTER_GARBAGE, PLACES };

static volatile int one = 1, zero;

static void crash(int signal)
{
	char *page;

	switch (signal) {
	case SIGSEGV:
		page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		*(volatile char *)page = 1;
		break;
	case SIGBUS:
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memfd_create("empty", MFD_CLOEXEC), 0);
		*(volatile char *)page = 1;
		break;
#if defined(__x86_64__) || defined(__i386__)
	case SIGFPE:
		one = one / zero;
		break;
#endif
	case SIGILL:
		__builtin_trap();
		break;
	case SIGABRT:
		abort();
		break;
	default:
		raise(signal);
	}
}

static struct crash *planned;

static void crash_in_callback(struct ros_result *r)
{
	crash(planned->signal);
	ros_result_free(r);
}

static void *crash_in_thread(void *unused)
{
	use(planned->port);
	crash(planned->signal);
	return unused;
}

static void use_and_crash(void *argument)
{
	struct rlimit no_core = {0, 0};
	struct ros_connection *conn;
	pthread_t thread;

	setrlimit(RLIMIT_CORE, &no_core);
	planned = argument;
	conn = logged_in(planned->port);
	switch (planned->where) {
	case IN_THREAD:
		pthread_create(&thread, NULL, crash_in_thread, NULL);
		pthread_join(thread, NULL);
		break;
	case IN_CALLBACK:
		ros_set_type(conn, ROS_EVENT);
		CHECK(ros_send_command_cb(conn, crash_in_callback, "/rows", "=n=1", NULL) > 0);
		readable(conn->socket, -1);
		ros_runloop_once(conn, NULL);
		break;
	case AFTER_GARBAGE:
		make_garbage(planned->port, 2);
		/* fall through */
	default:
		crash(planned->signal);
	}
	CHECK(!"crash");
}

static void crashes_are_plain(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	struct crash c;

	c.port = router_start();
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		for (c.where = 0; c.where < PLACES; c.where++) {
			int status;

			c.signal = signals[i];
			status = ended(start(use_and_crash, &c));
			CHECK(WIFSIGNALED(status) && WTERMSIG(status) == c.signal);
		}
	}
}

/* Where the kernel writes core files elsewhere, or hands them to a program, it is left alone. */
static int cores_go_to_the_directory(void)
{
	char pattern[200] = "|";
	int fd = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, pattern, sizeof pattern - 1);

	close(fd);
	return n > 0 && pattern[0] != '|' && memchr(pattern, '/', (size_t)n) == NULL;
}

static void use_and_dump(void *port)
{
	static const struct rlimit much = {(rlim_t)1 << 30, (rlim_t)1 << 30};

	if (setrlimit(RLIMIT_CORE, &much) != 0)
		_exit(2);
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	use(*(int *)port);
	crash(SIGSEGV);
}

static void a_crash_leaves_a_core(void)
{
	char directory[] = "/tmp/guest-core-XXXXXX";
	int port = router_start(), status, files = 0;
	struct dirent *entry;
	DIR *d;

	if (!cores_go_to_the_directory())
		skip_scenario("core files do not go to the current directory here");
	CHECK(mkdtemp(directory) != NULL && chdir(directory) == 0);
	status = ended(start(use_and_dump, &port));
	d = opendir(directory);
	while (d != NULL && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.' && unlink(entry->d_name) == 0)
			files++;
	closedir(d);
	CHECK(rmdir(directory) == 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		skip_scenario("core files are forbidden here");
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV && WCOREDUMP(status));
	CHECK(files == 1);
}

static sigjmp_buf back;
static char *page, *signal_stack;
static volatile int caught;

static void handler(int signal, siginfo_t *info, void *context)
{
	char here;
	char *volatile at = &here;

	(void)context;
	CHECK(signal == SIGSEGV && (char *)info->si_addr == page);
	CHECK(signal_stack == NULL || (at >= signal_stack && at < signal_stack + (64 << 10)));
	caught++;
	siglongjmp(back, 1);
}

static void set_handler(int flags)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO | flags;
	CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
}

static void touch(void)
{
	if (sigsetjmp(back, 1) == 0)
		*(volatile char *)page = 1;
}

static void touch_in_callback(struct ros_result *r)
{
	touch();
	ros_result_free(r);
}

/* What programs do that catch their own faults: a debugger's, an interpreter's, a garbage collector's. */
static void check_caught(int port)
{
	struct ros_connection *conn = logged_in(port);

	page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 100; i++) {
		caught = 0;
		touch();
		CHECK(caught == 1);
		ros_set_type(conn, ROS_EVENT);
		CHECK(ros_send_command_cb(conn, touch_in_callback, "/rows", "=n=1", NULL) > 0);
		while (caught < 3) {
			readable(conn->socket, -1);
			CHECK(ros_runloop_once(conn, NULL) == 1);
		}
		ros_set_type(conn, ROS_SIMPLE);
		converse(conn, 2);
	}
	make_garbage(port, 2);
	touch();
	CHECK(caught == 4);
	CHECK(ros_disconnect(conn) == 0);
}

static void a_handler_set_before_is_called(void)
{
	int port = router_start();

	set_handler(0);
	check_caught(port);
}

static void a_handler_set_after_is_called(void)
{
	int port = router_start();

	use(port);
	set_handler(0);
	check_caught(port);
}

static void a_handler_on_its_own_stack_is_called(void)
{
	int port = router_start();
	stack_t stack;

	signal_stack = malloc(64 << 10);
	memset(&stack, 0, sizeof stack);
	stack.ss_sp = signal_stack;
	stack.ss_size = 64 << 10;
	CHECK(sigaltstack(&stack, NULL) == 0);
	set_handler(SA_ONSTACK);
	check_caught(port);
}

static void overflow_handler(int signal)
{
	CHECK(signal == SIGSEGV);
	siglongjmp(back, 1);
}

static int dig(volatile int depth)
{
	volatile char room[4096];

	room[0] = 1;
	return depth > 0 ? dig(depth - 1) + room[0] : 0;
}

/* A stack overflow can only be caught on another stack: the thread's own, as it was before. */
static void *overflow(void *port)
{
	struct sigaction action;
	stack_t stack;

	memset(&stack, 0, sizeof stack);
	stack.ss_sp = malloc(64 << 10);
	stack.ss_size = 64 << 10;
	CHECK(sigaltstack(&stack, NULL) == 0);
	memset(&action, 0, sizeof action);
	action.sa_handler = overflow_handler;
	action.sa_flags = SA_ONSTACK;
	CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
	for (int i = 0; i < 3; i++) {
		use(*(int *)port);
		if (sigsetjmp(back, 1) == 0)
			CHECK(dig(1 << 20) < 0);
	}
	use(*(int *)port);
	return NULL;
}

static void a_stack_overflow_is_caught(void)
{
	int port = router_start();
	pthread_t thread;

	overflow(&port);
	CHECK(pthread_create(&thread, NULL, overflow, &port) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(crashes_are_plain),
		SCENARIO(a_crash_leaves_a_core),
		SCENARIO(a_handler_set_before_is_called),
		SCENARIO(a_handler_set_after_is_called),
		SCENARIO(a_handler_on_its_own_stack_is_called),
		SCENARIO(a_stack_overflow_is_caught),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
