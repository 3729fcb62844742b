/* ros_runloop_once: what it delivers, to whom, and that it never blocks. */
#include "support/support.h"

#include <limits.h>

struct pair {
	struct peer *peer;
	struct ros_connection *conn;
};

static struct pair open_pair(void)
{
	struct pair both;

	both.peer = peer_listen(AF_INET);
	both.conn = dial(both.peer, ROS_EVENT);
	return both;
}

/* What has arrived is delivered by one call, and the connection lives on. */
#define assert_delivers(both, callback, log) \
	do { \
		arrive((both).peer, (both).conn); \
		assert_int_equal(ros_runloop_once((both).conn, callback), 1); \
		assert_string_equal(seen(), log); \
	} while (0)

static void each_reply_goes_to_the_callback_of_its_tag(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);
	int two = ros_send_command_cb(both.conn, to_b, "/two", NULL);

	(void)state;
	peer_say(both.peer, "!re", tag(two), "=n=1");
	peer_say(both.peer, "!re", "=n=2", tag(one));
	peer_say(both.peer, "!re", "=n=3", tag(two), "=m=3");
	peer_say(both.peer, "!trap", tag(one), "=message=no");
	peer_say(both.peer, "!done", tag(one));
	peer_say(both.peer, "!news", tag(two));
	peer_say(both.peer, "!done", tag(two), "=ret=4");
	assert_delivers(both, NULL, "b(!re =n=1) a(!re =n=2) b(!re =n=3 =m=3) a(!trap =message=no) a(!done) "
	                            "b(!news) b(!done =ret=4) ");
	hang_up(both.conn);
}

static void an_explicit_callback_gets_everything(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);

	(void)state;
	peer_say(both.peer, "!re", tag(one), "=n=1");
	peer_say(both.peer, "!re", "=n=2");
	peer_say(both.peer, "!done", ".tag=other");
	assert_delivers(both, to_c, "c(!re =n=1) c(!re =n=2) c(!done) ");
	peer_say(both.peer, "!fatal", "bye");
	arrive(both.peer, both.conn);
	ros_runloop_once(both.conn, to_c);
	assert_string_equal(seen(), "c(!fatal bye) ");
	hang_up(both.conn);
}

static void nothing_to_read_returns_one(void **state)
{
	struct pair both = open_pair();

	(void)state;
	assert_delivers(both, NULL, "");
	assert_delivers(both, to_c, "");
	hang_up(both.conn);
}

static void half_a_sentence_returns_one(void **state)
{
	struct pair both = open_pair();

	(void)state;
	peer_say(both.peer, "!re", "=n=1");
	peer_bytes(both.peer, "\5!do", 4);
	assert_delivers(both, to_c, "c(!re =n=1) ");
	assert_delivers(both, to_c, "");
	peer_bytes(both.peer, "ne", 2);
	assert_delivers(both, to_c, "");
	peer_bytes(both.peer, "\0\3!re", 5);
	assert_delivers(both, to_c, "c(!done) ");
	peer_bytes(both.peer, "", 1);
	assert_delivers(both, to_c, "c(!re) ");
	hang_up(both.conn);
}

static int counted;

static void count(struct ros_result *r)
{
	counted++;
	ros_result_free(r);
}

static void one_call_delivers_all_that_has_arrived(void **state)
{
	enum { ROWS = 5000 };
	struct pair both;
	struct bytes rows = {NULL, 0, 0};
	int i, room = 1 << 20;

	(void)state;
	both.peer = peer_listen(AF_INET);
	both.conn = ros_connect("127.0.0.1", both.peer->port);
	setsockopt(both.conn->socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	ros_set_type(both.conn, ROS_EVENT);
	peer_accept(both.peer);
	for (i = 0; i < ROWS; i++)
		bytes_sentence(&rows, "!re", "=n=1", "=m=2");
	peer_send(both.peer, &rows);
	arrive(both.peer, both.conn);
	counted = 0;
	assert_int_equal(ros_runloop_once(both.conn, count), 1);
	assert_int_equal(counted, ROWS);
	hang_up(both.conn);
}

static void flood(struct peer *p, void *arg)
{
	struct bytes rows = {NULL, 0, 0};
	int i;

	(void)arg;
	for (i = 0; i < 5000; i++)
		bytes_sentence(&rows, "!re", "=n=1");
	while (!p->stopping && send(p->fd, rows.at, rows.size, MSG_NOSIGNAL) > 0)
		;
	bytes_free(&rows);
}

static void a_flood_does_not_keep_it_from_returning(void **state)
{
	struct peer *p = peer_play(flood, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	int calls;

	(void)state;
	for (calls = 0; calls < 20; calls++) {
		assert_true(readable(conn->socket, 10000));
		counted = 0;
		assert_int_equal(ros_runloop_once(conn, count), 1);
	}
	hang_up(conn);
	peer_finish(p);
}

static uint64_t unclaimed(struct ros_connection *conn)
{
	struct ros_counters counters;

	assert_int_equal(ros_get_counters(conn, &counters, sizeof counters), 1);
	return counters.unclaimed;
}

static void unknown_and_late_tags_are_dropped_and_counted(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);

	(void)state;
	assert_int_equal(unclaimed(both.conn), 0);
	peer_say(both.peer, "!re", tag(INT_MAX));
	peer_say(both.peer, "!re", ".tag=");
	peer_say(both.peer, "!re", ".tag=nobody");
	peer_say(both.peer, "!re");
	peer_say(both.peer, "!done", tag(one));
	peer_say(both.peer, "!re", tag(one));
	assert_delivers(both, NULL, "a(!done) ");
	assert_int_equal(unclaimed(both.conn), 5);
	hang_up(both.conn);
}

static void a_value_that_looks_like_a_tag_is_none(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);
	char attribute[40], longer[40];

	(void)state;
	snprintf(attribute, sizeof attribute, "=%s", tag(one));
	snprintf(longer, sizeof longer, "%s0", tag(one));
	peer_say(both.peer, "!re", attribute);
	peer_say(both.peer, "!re", longer);
	assert_delivers(both, NULL, "");
	hang_up(both.conn);
}

static void fatal_goes_to_each_that_waits_and_ends_all(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);
	int two = ros_send_command_cb(both.conn, to_b, "/two", NULL);
	int three = ros_send_command_cb(both.conn, to_c, "/three", NULL);
	const char *log;

	(void)state;
	peer_say(both.peer, "!done", tag(two));
	peer_say(both.peer, "!fatal", "bye");
	peer_say(both.peer, "!re", tag(one), "=late=1");
	peer_say(both.peer, "!re", tag(three), "=late=1");
	arrive(both.peer, both.conn);
	ros_runloop_once(both.conn, NULL);
	log = seen();
	if (strcmp(log, "b(!done) a(!fatal bye) c(!fatal bye) ") != 0)
		assert_string_equal(log, "b(!done) c(!fatal bye) a(!fatal bye) ");
	peer_close(both.peer);
	while (ros_runloop_once(both.conn, NULL) == 1)
		readable(both.conn->socket, 10000);
	assert_string_equal(seen(), "");
	hang_up(both.conn);
}

static void spoil(struct ros_result *r)
{
	counted++;
	assert_int_equal(r->fatal, 1);
	r->sentence->word[1][0] = 'B'; /* it is this callback's alone */
	ros_result_free(r);
}

static void each_gets_a_copy_of_its_own_of_fatal(void **state)
{
	struct pair both = open_pair();

	(void)state;
	counted = 0;
	ros_send_command_cb(both.conn, spoil, "/one", NULL);
	ros_send_command_cb(both.conn, to_a, "/two", NULL);
	ros_send_command_cb(both.conn, spoil, "/three", NULL);
	peer_say(both.peer, "!fatal", "bye");
	arrive(both.peer, both.conn);
	ros_runloop_once(both.conn, NULL);
	assert_int_equal(counted, 2);
	assert_string_equal(seen(), "a(!fatal bye) ");
	hang_up(both.conn);
}

static void the_end_returns_zero_after_the_last_sentence(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);

	(void)state;
	peer_say(both.peer, "!re", tag(one), "=n=1");
	peer_say(both.peer, "!done", tag(one));
	arrive(both.peer, both.conn);
	peer_close(both.peer);
	do
		assert_true(readable(both.conn->socket, 10000));
	while (ros_runloop_once(both.conn, NULL) == 1);
	assert_string_equal(seen(), "a(!re =n=1) a(!done) ");
	assert_errno(ros_runloop_once(both.conn, NULL), 0, ECONNRESET);
	assert_errno(ros_runloop_once(both.conn, to_c), 0, ECONNRESET);
	assert_string_equal(seen(), "");
	hang_up(both.conn);
}

static void another_protocol_returns_zero(void **state)
{
	struct pair both = open_pair();

	(void)state;
	peer_say(both.peer, "!re", "=n=1");
	peer_bytes(both.peer, "\xff", 1);
	arrive(both.peer, both.conn);
	if (ros_runloop_once(both.conn, to_c) == 1)
		assert_errno(ros_runloop_once(both.conn, to_c), 0, EPROTO);
	assert_string_equal(seen(), "c(!re =n=1) ");
	assert_errno(ros_runloop_once(both.conn, to_c), 0, EPROTO);
	hang_up(both.conn);
}

static void ids_are_positive_and_unique(void **state)
{
	enum { IDS = 1000, EVENTS = 50 };
	struct pair both = open_pair();
	static int ids[IDS];
	struct ros_event event;
	int i, j;

	(void)state;
	memset(&event, 0, sizeof event);
	event.callback = to_a;
	for (i = 1; i <= EVENTS; i++) { /* tags of the program's own, where a count might begin */
		snprintf(event.tag, sizeof event.tag, "%d", i);
		assert_int_equal(ros_add_event(both.conn, &event), 1);
	}
	for (i = 0; i < IDS; i++) {
		ids[i] = ros_send_command_cb(both.conn, to_b, "/x", NULL);
		assert_true(ids[i] > EVENTS);
		for (j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
	hang_up(both.conn);
}

static void a_failed_send_leaves_no_registration(void **state)
{
	struct pair both = open_pair();

	(void)state;
	assert_int_equal(ros_send_command_cb(both.conn, to_a, "/x", "", NULL), 0);
	assert_true(ros_send_command_cb(both.conn, to_b, "/y", NULL) > 0);
	assert_int_equal(ros_send_command_cb(both.conn, to_c, "", NULL), 0);
	peer_say(both.peer, "!fatal", "bye");
	arrive(both.peer, both.conn);
	ros_runloop_once(both.conn, NULL);
	assert_string_equal(seen(), "b(!fatal bye) ");
	hang_up(both.conn);
}

static void empty_is_swallowed(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, to_a, "/one", NULL);

	(void)state;
	peer_say(both.peer, "!empty", tag(one));
	peer_bytes(both.peer, "", 1);
	peer_say(both.peer, "!done", tag(one));
	assert_delivers(both, NULL, "a(!done) ");
	peer_say(both.peer, "!empty");
	peer_say(both.peer, "!done");
	assert_delivers(both, to_c, "c(!done) ");
	assert_int_equal(unclaimed(both.conn), 0);
	hang_up(both.conn);
}

static void replies_to_no_callback_are_dropped(void **state)
{
	struct pair both = open_pair();
	int one = ros_send_command_cb(both.conn, NULL, "/one", NULL);

	(void)state;
	assert_true(one > 0);
	peer_say(both.peer, "!re", tag(one));
	peer_say(both.peer, "!done", tag(one));
	peer_say(both.peer, "!fatal", "bye");
	arrive(both.peer, both.conn);
	ros_runloop_once(both.conn, NULL);
	hang_up(both.conn);
}

static void a_registration_of_ones_own_works(void **state)
{
	struct pair both = open_pair();
	struct ros_event event;

	(void)state;
	memset(&event, 0, sizeof event);
	event.callback = to_a;
	assert_errno(ros_add_event(both.conn, NULL), 0, EINVAL);
	assert_errno(ros_add_event(both.conn, &event), 0, EINVAL);
	memset(event.tag, 't', sizeof event.tag);
	assert_errno(ros_add_event(both.conn, &event), 0, EINVAL);
	strcpy(event.tag, "x=1 \xff");
	assert_int_equal(ros_add_event(both.conn, &event), 1);
	assert_errno(ros_add_event(both.conn, &event), 0, EINVAL);
	memset(&event, 0, sizeof event); /* it was copied */
	assert_int_equal(ros_send_command(both.conn, "/x", ".tag=x=1 \xff", NULL), 1);
	peer_expect(both.peer, "/x", ".tag=x=1 \xff");
	peer_say(both.peer, "!re", ".tag=x=1 \xff");
	peer_say(both.peer, "!re", ".tag=x=1");
	peer_say(both.peer, "!done", ".tag=x=1 \xff");
	peer_say(both.peer, "!done", ".tag=x=1 \xff");
	assert_delivers(both, NULL, "a(!re) a(!done) ");
	hang_up(both.conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_reply_goes_to_the_callback_of_its_tag),
		TEST(an_explicit_callback_gets_everything),
		TEST(nothing_to_read_returns_one),
		TEST(half_a_sentence_returns_one),
		TEST(one_call_delivers_all_that_has_arrived),
		TEST(a_flood_does_not_keep_it_from_returning),
		TEST(unknown_and_late_tags_are_dropped_and_counted),
		TEST(a_value_that_looks_like_a_tag_is_none),
		TEST(fatal_goes_to_each_that_waits_and_ends_all),
		TEST(each_gets_a_copy_of_its_own_of_fatal),
		TEST(the_end_returns_zero_after_the_last_sentence),
		TEST(another_protocol_returns_zero),
		TEST(ids_are_positive_and_unique),
		TEST(a_failed_send_leaves_no_registration),
		TEST(empty_is_swallowed),
		TEST(replies_to_no_callback_are_dropped),
		TEST(a_registration_of_ones_own_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
