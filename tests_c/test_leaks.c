/*
 * Whatever is done with connections, and however they end: afterwards memory, descriptors and handles are
 * where they were. What is made once, at first use, has been made in the first rounds.
 */
#include "support/support.h"

/* A thread that starts late, of the library's or of a test's, keeps some three KiB of its own; even the smallest
 * piece of memory lost in each round is more than this. */
enum { SLACK = 32 << 10 };
enum { CONNECTS = 10000, ROUNDS = 2100, FIRST = 100, RESIDENT_SLACK = 8 << 20 };

struct reading {
	size_t heap;
	int descriptors;
	uint64_t handles;
};

static struct reading read_all(void)
{
	struct reading now;

	now.heap = heap_in_use();
	now.descriptors = count_descriptors();
	now.handles = count_handles();
	return now;
}

static void assert_nothing_left(const char *what, struct reading before)
{
	struct reading now = read_all();

	if (now.heap > before.heap + SLACK)
		fail_msg("%s: %zu bytes of the heap are lost", what, now.heap - before.heap);
	if (now.descriptors != before.descriptors)
		fail_msg("%s: %d descriptors before, %d after", what, before.descriptors, now.descriptors);
	if (now.handles != before.handles)
		fail_msg("%s: %d handles before, %d after", what, (int)before.handles, (int)now.handles);
}

/* Ends a connection that the library has closed, so that no TIME_WAIT holds its port. */
static void end_of_one(struct peer *p)
{
	peer_expect_end(p);
	peer_reset(p);
	peer_tell(p);
}

static void serve(struct peer *p, void *arg)
{
	int challenge = *(int *)arg, i;

	for (i = 0; i < CONNECTS; i++) {
		if (i > 0)
			peer_accept(p);
		peer_expect(p, "/login", "=name=admin", "=password=secret");
		if (challenge) {
			peer_say(p, "!done", "=ret=d41d8cd98f00b204e9800998ecf8427e");
			peer_expect(p, "/login", "=name=admin", "=response=00ddb7644b562bf6a6e9eccbcfc8b9149a");
		}
		peer_say(p, "!done");
		peer_check(p, peer_read(p), "no command");
		peer_say(p, "!re", "=name=ether1", peer_word(p, ".tag="));
		peer_say(p, "!done", peer_word(p, ".tag="));
		end_of_one(p);
	}
}

static int done;

static void until_done(struct ros_result *r)
{
	done = r->done;
	ros_result_free(r);
}

static long resident(void)
{
	long size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static void connect_often(enum ros_type type, int challenge)
{
	struct peer *p = peer_play(serve, &challenge);
	struct reading before = {0, 0, 0};
	long resident_before = 0;
	int i;

	guard_seconds(240);
	for (i = 0; i < CONNECTS; i++) {
		struct ros_connection *conn;

		if (i == FIRST)
			before = read_all();
		if (i == CONNECTS / 10)
			resident_before = resident();
		conn = dial(p, type);
		assert_int_equal(ros_login(conn, "admin", "secret"), 1);
		done = 0;
		if (type == ROS_EVENT)
			assert_true(ros_send_command_cb(conn, until_done, "/interface/print", NULL) > 0);
		else
			assert_int_equal(ros_send_command(conn, "/interface/print", NULL), 1);
		while (!done) {
			if (type == ROS_EVENT) {
				assert_true(readable(conn->socket, 10000));
				assert_int_equal(ros_runloop_once(conn, NULL), 1);
			} else {
				until_done(ros_read_packet(conn));
			}
		}
		hang_up(conn);
		peer_await(p);
	}
	assert_nothing_left("after 10,000 connects", before);
	/* Memory of the Go side is in no count of the heap, but it is resident. */
	if (resident() > resident_before + RESIDENT_SLACK)
		fail_msg("%ld KiB more are resident", (resident() - resident_before) / 1024);
	peer_finish(p);
}

static void ten_thousand_connects_leave_nothing(enum ros_type type)
{
	connect_often(type, 0);
}
IN_BOTH_TYPES(ten_thousand_connects_leave_nothing)

static void ten_thousand_connects_with_challenge_leave_nothing(enum ros_type type)
{
	connect_often(type, 1);
}
IN_BOTH_TYPES(ten_thousand_connects_with_challenge_leave_nothing)

/* Other ways for a connection to go; each is called with one that p has just accepted, and ends it. */

static void nothing_done(struct peer *p, struct ros_connection *conn)
{
	(void)p;
	hang_up(conn);
}

static void refused(struct peer *p, struct ros_connection *conn)
{
	peer_say(p, "!trap", "=message=invalid user name or password (6)");
	peer_say(p, "!done");
	assert_int_equal(ros_login(conn, "admin", "wrong"), 0);
	hang_up(conn);
}

static void unread(struct peer *p, struct ros_connection *conn)
{
	int i;

	for (i = 0; i < 50; i++)
		peer_say(p, "!re", "=name=ether1");
	peer_bytes(p, "\3!re\x20=half", 10);
	arrive(p, conn);
	ros_result_free(ros_read_packet(conn));
	hang_up(conn);
}

static void callbacks_waiting(struct peer *p, struct ros_connection *conn)
{
	int i, id = 0;

	for (i = 0; i < 20; i++)
		id = ros_send_command_cb(conn, to_a, "/listen", "=x=1", NULL);
	assert_int_equal(ros_cancel(conn, id), 1);
	peer_say(p, "!re", tag(id));
	peer_say(p, "!re", tag(id + 1));
	arrive(p, conn);
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
	seen();
	hang_up(conn);
}

static void fatal(struct peer *p, struct ros_connection *conn)
{
	int i;

	for (i = 0; i < 20; i++)
		ros_send_command_cb(conn, to_a, "/x", NULL);
	peer_say(p, "!fatal", "bye");
	peer_close(p);
	while (ros_runloop_once(conn, NULL) == 1)
		readable(conn->socket, 10000);
	seen();
	hang_up(conn);
}

static struct ros_connection *leaving;

static void leave(struct ros_result *r)
{
	ros_result_free(r);
	hang_up(leaving);
}

static void left_in_a_callback(struct peer *p, struct ros_connection *conn)
{
	int id = ros_send_command_cb(conn, leave, "/x", NULL), i;

	leaving = conn;
	for (i = 0; i < 5; i++)
		peer_say(p, "!re", tag(id));
	peer_say(p, "!fatal", "bye");
	arrive(p, conn);
	assert_int_equal(ros_runloop_once(conn, NULL), 0);
}

static void not_the_protocol(struct peer *p, struct ros_connection *conn)
{
	peer_bytes(p, "\3!re\x80\xff", 6);
	peer_close(p);
	assert_null(ros_read_packet(conn));
	hang_up(conn);
}

static void over_the_limit(struct peer *p, struct ros_connection *conn)
{
	peer_bytes(p, "\3!re\xf0\xff\xff\xff\xff", 9);
	assert_null(ros_read_packet(conn));
	hang_up(conn);
}

static void reset(struct peer *p, struct ros_connection *conn)
{
	peer_reset(p);
	assert_true(readable(conn->socket, 10000));
	assert_int_equal(ros_send_command(conn, "/x", NULL), 0);
	assert_int_equal(ros_login(conn, "admin", ""), 0);
	hang_up(conn);
}

static void refused_arguments(struct peer *p, struct ros_connection *conn)
{
	(void)p;
	assert_int_equal(ros_send_command_cb(conn, to_a, "/x", "=a=1", "", NULL), 0);
	assert_null(ros_send_command_wait(conn, "/x", "", NULL));
	assert_int_equal(ros_cancel(conn, -1), 0);
	assert_null(ros_connect("127.0.0.1", -1));
	assert_null(ros_connect("", p->port));
	hang_up(conn);
}

static void long_words(struct peer *p, struct ros_connection *conn)
{
	static char word[70000];
	struct bytes sentence = {NULL, 0, 0};

	memset(word, 'x', sizeof word - 1);
	assert_int_equal(ros_send_command(conn, "/x", word, NULL), 1);
	bytes_text(&sentence, word);
	bytes_end(&sentence);
	peer_send(p, &sentence);
	ros_result_free(ros_read_packet(conn));
	hang_up(conn);
}

static void no_way_to_go_leaves_anything(void **state)
{
	static const struct {
		const char *name;
		void (*go)(struct peer *p, struct ros_connection *conn);
	} ways[] = {
		{"nothing done", nothing_done},
		{"a refused login", refused},
		{"rows not read", unread},
		{"callbacks waiting", callbacks_waiting},
		{"!fatal", fatal},
		{"disconnected in a callback", left_in_a_callback},
		{"another protocol", not_the_protocol},
		{"a sentence over the limit", over_the_limit},
		{"a reset", reset},
		{"refused arguments", refused_arguments},
		{"long words", long_words},
	};
	struct peer *p = peer_listen(AF_INET);
	struct reading before = {0, 0, 0};
	size_t w;
	int i;

	(void)state;
	guard_seconds(240);
	for (w = 0; w < sizeof ways / sizeof *ways; w++) {
		for (i = 0; i < ROUNDS; i++) {
			if (i == FIRST)
				before = read_all();
			ways[w].go(p, dial(p, i % 2 ? ROS_SIMPLE : ROS_EVENT));
			if (p->fd >= 0)
				peer_reset(p);
		}
		assert_nothing_left(ways[w].name, before);
	}
}

static void failed_connects_leave_nothing(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct reading before = {0, 0, 0};
	int port = p->port, i;

	(void)state;
	peer_finish(p);
	for (i = 0; i < ROUNDS; i++) {
		if (i == FIRST)
			before = read_all();
		assert_null(ros_connect("127.0.0.1", port));
		assert_null(ros_connect("localhost", port));
	}
	assert_nothing_left("refused connects", before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(ten_thousand_connects_leave_nothing),
		TEST_BOTH(ten_thousand_connects_with_challenge_leave_nothing),
		TEST(no_way_to_go_leaves_anything),
		TEST(failed_connects_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
