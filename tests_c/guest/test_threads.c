/*
 * Any thread, of any kind, may call; and may be cancelled, or exit the process, while another is in a call.
 */
#include "support/guest.h"

#include <poll.h>
#include <sys/resource.h>
#include <time.h>
#include <ucontext.h>

enum { SMALL_STACK = 64 << 10, HANDFUL = 12 };

static pthread_t small_thread(void *(*function)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	CHECK(pthread_attr_setstacksize(&attributes, SMALL_STACK) == 0);
	CHECK(pthread_create(&thread, &attributes, function, argument) == 0);
	pthread_attr_destroy(&attributes);
	return thread;
}

static void *use_once(void *port)
{
	use(*(int *)port);
	return NULL;
}

static void short_lived_threads_work(void)
{
	int port = router_start();
	pthread_t thread[20];

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 20; i++)
			thread[i] = small_thread(use_once, &port);
		for (int i = 0; i < 20; i++)
			CHECK(pthread_join(thread[i], NULL) == 0);
	}
	CHECK(thread_count() <= HANDFUL);
}

static void *share(void *conn)
{
	for (int i = 0; i < 20; i++) {
		struct ros_counters counters;

		CHECK(ros_get_counters(conn, &counters, sizeof counters) == 1);
		CHECK(ros_send_command(conn, "/quiet", NULL) == 1);
	}
	return NULL;
}

static void four_hundred_at_once_work(void)
{
	struct ros_connection *conn = logged_in(router_start());
	struct ros_counters counters;
	pthread_t thread[400];

	for (int i = 0; i < 400; i++)
		thread[i] = small_thread(share, conn);
	for (int i = 0; i < 400; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	converse(conn, 3);
	CHECK(ros_get_counters(conn, &counters, sizeof counters) == 1);
	CHECK(counters.sentences_sent == 400 * 20 + 2);
	CHECK(thread_count() <= HANDFUL);
	CHECK(ros_disconnect(conn) == 0);
}

static void connections_take_no_threads(void)
{
	enum { MANY = 900 };
	static struct ros_connection *conn[MANY];
	int port = router_start();

	use(port);
	make_garbage(port, 2);
	CHECK(thread_count() <= HANDFUL);
	for (int i = 0; i < MANY; i++)
		conn[i] = logged_in(port);
	for (int i = 0; i < MANY; i++)
		converse(conn[i], 1);
	make_garbage(port, 2);
	CHECK(thread_count() <= HANDFUL);
	for (int i = 0; i < MANY; i++)
		CHECK(ros_disconnect(conn[i]) == 0);
}

enum { COROUTINES = 8 };

static ucontext_t scheduler, coroutine[COROUTINES];
static int current, running, coroutine_port, rows_in_coroutines;

static void give_way(void)
{
	CHECK(swapcontext(&coroutine[current], &scheduler) == 0);
}

/* Another coroutine is in the library before this callback returns. */
static void give_way_in_callback(struct ros_result *r)
{
	rows_in_coroutines += r->re;
	give_way();
	ros_result_free(r);
	give_way();
}

static void in_coroutine(void)
{
	for (int i = 0; i < 5; i++) {
		struct ros_connection *conn = logged_in(coroutine_port);

		give_way();
		converse(conn, 5);
		give_way();
		ros_set_type(conn, ROS_EVENT);
		CHECK(ros_send_command_cb(conn, give_way_in_callback, "/rows", "=n=5", NULL) > 0);
		for (int seen = rows_in_coroutines; rows_in_coroutines < seen + 5;) {
			readable(conn->socket, 10);
			CHECK(ros_runloop_once(conn, NULL) == 1);
			give_way();
		}
		CHECK(ros_disconnect(conn) == 0);
		give_way();
	}
	make_garbage(coroutine_port, 1);
	running--;
}

static void make_coroutine(int i)
{
	static char stack[COROUTINES][SMALL_STACK];

	CHECK(getcontext(&coroutine[i]) == 0);
	coroutine[i].uc_stack.ss_sp = stack[i];
	coroutine[i].uc_stack.ss_size = SMALL_STACK;
	coroutine[i].uc_link = &scheduler;
	makecontext(&coroutine[i], in_coroutine, 0);
}

static void *schedule(void *unused)
{
	while (running < COROUTINES)
		make_coroutine(running++);
	for (int done[COROUTINES] = {0}; running > 0;) {
		int before = running;

		current = (current + 1) % COROUTINES;
		if (done[current])
			continue;
		CHECK(swapcontext(&scheduler, &coroutine[current]) == 0);
		done[current] = running < before;
		use(coroutine_port);
	}
	return unused;
}

/* Also the first use, in a thread of which the runtime has not seen a proper stack. */
static void coroutines_work(void)
{
	pthread_t thread;

	coroutine_port = router_start();
	schedule(NULL);
	CHECK(pthread_create(&thread, NULL, schedule, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

struct blocked {
	struct ros_connection *conn;
	int way, port;
	volatile pid_t thread;
};
enum { IN_READ, IN_WAIT, IN_LOGIN, IN_SEND, IN_CALLBACK, ASYNCHRONOUS, WAYS };

static struct blocked *in_callback;

static void wait_in_callback(struct ros_result *r)
{
	ros_result_free(r);
	in_callback->thread = thread_id();
	for (;;)
		poll(NULL, 0, -1);
}

static void *block(void *argument)
{
	struct blocked *b = argument;
	static char word[1 << 20];
	int kind;

	CHECK(pthread_setcanceltype(b->way == ASYNCHRONOUS ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED,
	                            &kind) == 0);
	switch (b->way) {
	case IN_WAIT:
		b->thread = thread_id();
		ros_send_command_wait(b->conn, "/quiet", NULL);
		break;
	case IN_SEND:
		memset(word, 'x', sizeof word - 1);
		CHECK(ros_send_command(b->conn, "/deaf", NULL) == 1);
		b->thread = thread_id();
		while (ros_send_command(b->conn, word, NULL) == 1)
			;
		break;
	case IN_LOGIN:
		CHECK(ros_send_command(b->conn, "/deaf", NULL) == 1);
		b->thread = thread_id();
		ros_login(b->conn, "admin", "");
		break;
	case IN_CALLBACK:
		ros_set_type(b->conn, ROS_EVENT);
		CHECK(ros_send_command_cb(b->conn, wait_in_callback, "/rows", NULL) > 0);
		in_callback = b;
		readable(b->conn->socket, -1);
		ros_runloop_once(b->conn, NULL);
		break;
	default:
		b->thread = thread_id();
		ros_read_packet(b->conn);
	}
	CHECK(!"blocked");
	return NULL;
}

static pthread_t blocked_thread(struct blocked *b)
{
	pthread_t thread;

	b->thread = 0;
	CHECK(pthread_create(&thread, NULL, block, b) == 0);
	while (b->thread == 0)
		poll(NULL, 0, 1);
	until_waiting(b->thread);
	return thread;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void cancelling_is_clean(void)
{
	struct blocked b;
	int port = router_start(), fd;
	uint64_t handles;

	use(port);
	handles = count_handles();
	for (int i = 0; i < 20 * WAYS; i++) {
		struct ros_counters counters;
		pthread_t thread;
		void *result;
		double before;

		b.way = i % WAYS;
		b.conn = logged_in(port);
		fd = b.conn->socket;
		thread = blocked_thread(&b);
		before = seconds();
		CHECK(pthread_cancel(thread) == 0);
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == PTHREAD_CANCELED);
		CHECK(seconds() - before < 10);
		CHECK(ros_get_counters(b.conn, &counters, sizeof counters) == 1);
		if (b.way == IN_READ || b.way == IN_WAIT || b.way == ASYNCHRONOUS || b.way == IN_CALLBACK) {
			ros_set_type(b.conn, ROS_SIMPLE);
			converse(b.conn, 5);
		}
		CHECK(ros_disconnect(b.conn) == 0);
		CHECK(!is_open(fd));
	}
	CHECK(count_handles() == handles);
}

/* A thread is cancelled in a call on a connection that another has disconnected: the last one out frees. */
static void cancelling_after_disconnecting_is_clean(void)
{
	struct blocked b;
	int port = router_start(), fd;

	for (int i = 0; i < 50; i++) {
		pthread_t thread;

		b.way = IN_CALLBACK;
		b.conn = logged_in(port);
		fd = b.conn->socket;
		thread = blocked_thread(&b);
		CHECK(ros_disconnect(b.conn) == 0);
		CHECK(pthread_cancel(thread) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
		CHECK(!is_open(fd));
	}
	CHECK(count_handles() == 0);
}

static int exited;

static void note_exit(void)
{
	CHECK(exited++ == 0);
}

static void exit_while_blocked(void *argument)
{
	struct blocked b[WAYS];

	for (int i = 0; i < WAYS; i++) {
		b[i].way = i;
		b[i].conn = logged_in(*(int *)argument);
		blocked_thread(&b[i]);
	}
	atexit(note_exit);
	exit(0);
}

static void exit_while_busy(void *argument)
{
	load_start(*(int *)argument, 4);
	use(*(int *)argument);
	atexit(note_exit);
	exit(0);
}

static void exiting_is_clean(void)
{
	int port = router_start();

	for (int i = 0; i < 20; i++) {
		CHECK_WELL(start(exit_while_blocked, &port));
		CHECK_WELL(start(exit_while_busy, &port));
	}
}

static void *exit_later(void *port)
{
	use(*(int *)port);
	exit(0);
}

/* The thread that exits need not be the main one, which may be gone. */
static void exit_from_thread(void *port)
{
	pthread_t thread;

	load_start(*(int *)port, 2);
	CHECK(pthread_create(&thread, NULL, exit_later, port) == 0);
	use(*(int *)port);
	pthread_exit(NULL);
}

static void exiting_from_any_thread_is_clean(void)
{
	static int port; /* not on the stack of a thread that ends */

	port = router_start();
	for (int i = 0; i < 30; i++)
		CHECK_WELL(start(exit_from_thread, &port));
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(short_lived_threads_work),
		SCENARIO(four_hundred_at_once_work),
		SCENARIO(connections_take_no_threads),
		SCENARIO(coroutines_work),
		SCENARIO(cancelling_is_clean),
		SCENARIO(cancelling_after_disconnecting_is_clean),
		SCENARIO(exiting_is_clean),
		SCENARIO(exiting_from_any_thread_is_clean),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
