/*
 * Forking after the library was used: in the child there is no runtime, and every call that needs one says
 * so. The parent is not disturbed.
 */
#include "support/guest.h"

#include <spawn.h>

enum { FORKS = 150, THREADS = 4 };

static void never(struct ros_result *r)
{
	(void)r;
	CHECK(!"a callback is called");
}

#define CHECK_REFUSED(call, value) \
	do { \
		errno = 0; \
		CHECK((call) == (value)); \
		CHECK(errno == ENOTSUP); \
	} while (0)

static void check_refused(struct ros_connection *conn)
{
	struct ros_sentence *sentence = ros_sentence_new();
	struct ros_counters counters;
	struct ros_event event;
	char *words[] = {(char *)"/quit", NULL};

	ros_sentence_add(sentence, "/quit");
	memset(&event, 0, sizeof event);
	strcpy(event.tag, "tag");
	CHECK_REFUSED(ros_connect("127.0.0.1", ROS_PORT), NULL);
	CHECK_REFUSED(ros_connect("localhost", ROS_PORT), NULL);
	CHECK_REFUSED(ros_login(conn, "admin", ""), 0);
	CHECK_REFUSED(ros_send_command(conn, "/quit", NULL), 0);
	CHECK_REFUSED(ros_send_command_wait(conn, "/quit", NULL), NULL);
	CHECK_REFUSED(ros_send_sentence_wait(conn, sentence), NULL);
	CHECK_REFUSED(ros_send_command_cb(conn, never, "/quit", NULL), 0);
	CHECK_REFUSED(ros_send_sentence_cb(conn, never, sentence), 0);
	CHECK_REFUSED(ros_send_sentence(conn, sentence), 0);
	CHECK_REFUSED(ros_send_command_args(conn, words, 1), 0);
	CHECK_REFUSED(ros_read_packet(conn), NULL);
	CHECK_REFUSED(ros_runloop_once(conn, never), 0);
	CHECK_REFUSED(ros_cancel(conn, 1), 0);
	CHECK_REFUSED(ros_add_event(conn, &event), 0);
	CHECK_REFUSED(ros_get_counters(conn, &counters, sizeof counters), 0);
	CHECK_REFUSED(ros_get_counters(NULL, &counters, sizeof counters), 0);
	ros_set_type(conn, ROS_EVENT);
	ros_set_type(conn, ROS_SIMPLE);
	ros_sentence_free(sentence);
}

static void check_memory_works(struct ros_result *kept)
{
	struct ros_sentence *sentence = ros_sentence_new();

	for (int i = 0; i < 200; i++)
		ros_sentence_add(sentence, "=name=value");
	CHECK(sentence->words == 200);
	ros_sentence_free(sentence);
	CHECK(kept->re && strcmp(ros_get(kept, "=name"), "ether1") == 0);
	ros_sentence_add(kept->sentence, "=more=1");
	CHECK(strcmp(ros_get(kept, "=more"), "1") == 0);
	ros_result_free(kept);
}

struct parent {
	int connections;
	struct ros_connection *conn[THREADS + 1];
	struct ros_result *kept;
	int rounds;
};

static void child(void *argument)
{
	struct parent *parent = argument;

	check_memory_works(parent->kept);
	for (int i = 0; i < parent->connections; i++) {
		int fd = parent->conn[i]->socket;

		check_refused(parent->conn[i]);
		CHECK(ros_disconnect(parent->conn[i]) == 0);
		CHECK(!is_open(fd));
	}
	if (parent->rounds % 2)
		exit(0);
}

/* Reads the first row of an answer, and leaves a second and the end in the socket. */
static struct ros_result *first_of_two_rows(struct ros_connection *conn)
{
	struct ros_result *r = ros_send_command_wait(conn, "/rows", "=n=2", NULL);

	CHECK(r != NULL && r->re);
	return r;
}

static void check_rest(struct ros_connection *conn)
{
	struct ros_result *r = ros_read_packet(conn);

	CHECK(r != NULL && r->re);
	ros_result_free(r);
	r = ros_read_packet(conn);
	CHECK(r != NULL && r->done);
	ros_result_free(r);
}

static void the_child_is_refused_and_the_parent_goes_on(void)
{
	struct parent parent;

	parent.connections = 1;
	parent.conn[0] = logged_in(router_start());
	for (parent.rounds = 0; parent.rounds < FORKS; parent.rounds++) {
		parent.kept = first_of_two_rows(parent.conn[0]);
		CHECK_WELL(start(child, &parent));
		check_rest(parent.conn[0]);
		ros_result_free(parent.kept);
		ros_set_type(parent.conn[0], parent.rounds % 2 ? ROS_EVENT : ROS_SIMPLE);
		converse(parent.conn[0], 10);
	}
	CHECK(ros_disconnect(parent.conn[0]) == 0);
}

struct talker {
	struct ros_connection *conn;
	int port, stop;
	pthread_t thread;
};

static void *talk(void *argument)
{
	struct talker *talker = argument;

	while (!__atomic_load_n(&talker->stop, __ATOMIC_RELAXED)) {
		converse(talker->conn, 100);
		use(talker->port);
	}
	return NULL;
}

static void the_same_with_threads_in_the_library(void)
{
	struct talker talker[THREADS];
	struct parent parent;
	int port = router_start();

	memset(talker, 0, sizeof talker);
	parent.connections = THREADS + 1;
	parent.conn[THREADS] = logged_in(port);
	for (int i = 0; i < THREADS; i++) {
		talker[i].port = port;
		talker[i].conn = parent.conn[i] = logged_in(port);
		ros_set_type(talker[i].conn, i % 2 ? ROS_EVENT : ROS_SIMPLE);
		CHECK(pthread_create(&talker[i].thread, NULL, talk, &talker[i]) == 0);
	}
	for (parent.rounds = 0; parent.rounds < FORKS; parent.rounds++) {
		parent.kept = first_of_two_rows(parent.conn[THREADS]);
		CHECK_WELL(start(child, &parent));
		check_rest(parent.conn[THREADS]);
		ros_result_free(parent.kept);
	}
	for (int i = 0; i < THREADS; i++) {
		__atomic_store_n(&talker[i].stop, 1, __ATOMIC_RELAXED);
		CHECK(pthread_join(talker[i].thread, NULL) == 0);
		converse(talker[i].conn, 10);
	}
	for (int i = 0; i <= THREADS; i++)
		CHECK(ros_disconnect(parent.conn[i]) == 0);
}

static void *thread_of_child(void *argument)
{
	child(argument);
	return NULL;
}

static void a_thread_of_the_child(void *argument)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, thread_of_child, argument) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

static void a_child_of_the_child(void *argument)
{
	CHECK_WELL(start(child, argument));
	child(argument);
}

static void descendants_are_refused_too(void)
{
	struct parent parent;

	parent.connections = 1;
	parent.rounds = 0;
	parent.conn[0] = logged_in(router_start());
	parent.kept = first_of_two_rows(parent.conn[0]);
	CHECK_WELL(start(a_child_of_the_child, &parent));
	CHECK_WELL(start(a_thread_of_the_child, &parent));
	check_rest(parent.conn[0]);
}

enum { LEAVE, RETURN, DISCONNECT, WAYS };
static struct ros_connection *forking;
static int way, callbacks, in_child;

static void fork_in_callback(struct ros_result *r)
{
	pid_t pid = callbacks++ == 0 ? fork() : -1;

	if (pid == 0) {
		in_child = 1;
		check_refused(forking);
		if (way == LEAVE)
			exit(0);
		if (way == DISCONNECT)
			CHECK(ros_disconnect(forking) == 0);
	} else if (pid > 0) {
		CHECK_WELL(pid);
	}
	ros_result_free(r);
}

/* Returns whether the loop goes on: not in the child. */
static int run_loop(int fd)
{
	int alive = ros_runloop_once(forking, NULL);

	if (!in_child)
		return alive;
	CHECK(alive == 0 && errno == ENOTSUP);
	CHECK(callbacks == 1);
	if (way == RETURN) {
		check_refused(forking);
		CHECK(ros_disconnect(forking) == 0);
	}
	CHECK(!is_open(fd));
	_exit(0);
}

/* The callback runs while the connection is in use by the thread that forks. In the child it may end the
 * process, go back into the library as it came, or disconnect, which is done when it is out. */
static void a_callback_may_fork(void)
{
	forking = logged_in(router_start());
	ros_set_type(forking, ROS_EVENT);
	for (int i = 0; i < 10 * WAYS; i++) {
		way = i % WAYS;
		callbacks = 0;
		CHECK(ros_send_command_cb(forking, fork_in_callback, "/rows", "=n=3", NULL) > 0);
		while (callbacks < 4) {
			readable(forking->socket, -1);
			CHECK(run_loop(forking->socket) == 1);
		}
	}
	converse(forking, 3);
	CHECK(ros_disconnect(forking) == 0);
}

static void _works(void)
{
	CHECK(thread_count() == 1);
	use(scenario_argument());
	make_garbage(scenario_argument(), 2);
}

static void become_anew(void *argument)
{
	run_again("_works", *(int *)argument, NULL);
}

static void exec_works(void)
{
	int port = router_start();
	struct ros_connection *conn = logged_in(port);
	char number[16];
	char *argv[] = {(char *)"again", (char *)"_works", number, NULL};
	char command[40];
	pid_t pid;

	for (int i = 0; i < 10; i++) {
		CHECK_WELL(start(become_anew, &port));
		converse(conn, 3);
		snprintf(number, sizeof number, "%d", port);
		CHECK(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ) == 0);
		CHECK_WELL(pid);
		snprintf(command, sizeof command, "/proc/%d/exe _works %d", (int)getpid(), port);
		CHECK(system(command) == 0);
		converse(conn, 3);
	}
}

static void exec_without_fork_works(void)
{
	int port = router_start();

	load_start(port, 4);
	use(port);
	run_again("_works", port, NULL);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(the_child_is_refused_and_the_parent_goes_on),
		SCENARIO(the_same_with_threads_in_the_library),
		SCENARIO(descendants_are_refused_too),
		SCENARIO(a_callback_may_fork),
		SCENARIO(exec_works),
		SCENARIO(exec_without_fork_works),
		SCENARIO(_works),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
