/* ros_set_type: what the type of a connection says, and that it may change at any time. */
#include "support/support.h"

static struct peer *peer;
static struct ros_connection *conn;
static int first_id;

static void open_both(enum ros_type type)
{
	peer = peer_listen(AF_INET);
	conn = dial(peer, type);
}

static void run(void)
{
	arrive(peer, conn);
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
}

static void simple_reads_return_tagged_sentences_too(void **state)
{
	(void)state;
	open_both(ROS_SIMPLE);
	first_id = ros_send_command_cb(conn, to_a, "/one", NULL);
	peer_say(peer, "!re", tag(first_id));
	assert_reads(conn, "!re", tag(first_id));
	assert_string_equal(seen(), "");
	hang_up(conn);
}

static void the_type_says_whether_the_socket_blocks(void **state)
{
	(void)state;
	open_both(ROS_SIMPLE);
	assert_false(is_nonblocking(conn->socket));
	ros_set_type(conn, ROS_EVENT);
	assert_int_equal(conn->type, ROS_EVENT);
	assert_true(is_nonblocking(conn->socket));
	ros_set_type(conn, ROS_SIMPLE);
	assert_int_equal(conn->type, ROS_SIMPLE);
	assert_false(is_nonblocking(conn->socket));
	ros_set_type(conn, ROS_SIMPLE);
	assert_false(is_nonblocking(conn->socket));
	hang_up(conn);
}

static void a_type_of_neither_name_is_ignored(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	ros_set_type(conn, (enum ros_type)2);
	ros_set_type(conn, (enum ros_type)255);
	assert_int_equal(conn->type, ROS_EVENT);
	assert_true(is_nonblocking(conn->socket));
	hang_up(conn);
}

static void running_the_loop_makes_it_an_event_connection(void **state)
{
	(void)state;
	open_both(ROS_SIMPLE);
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
	assert_int_equal(conn->type, ROS_EVENT);
	assert_true(is_nonblocking(conn->socket));
	hang_up(conn);
}

static void turn_simple(struct ros_result *r)
{
	note("simple", r);
	ros_set_type(conn, ROS_SIMPLE);
}

static void the_type_may_change_at_any_time(void **state)
{
	struct bytes all = {NULL, 0, 0};

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, turn_simple, "/one", NULL);
	bytes_sentence(&all, "!done", tag(first_id));
	bytes_raw(&all, "\3!re", 4);
	peer_send(peer, &all);
	run();
	assert_string_equal(seen(), "simple(!done) ");
	assert_int_equal(conn->type, ROS_SIMPLE);
	assert_false(is_nonblocking(conn->socket));
	peer_bytes(peer, "\4=n=1", 6);
	assert_reads(conn, "!re", "=n=1");
	hang_up(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(simple_reads_return_tagged_sentences_too),
		TEST(the_type_says_whether_the_socket_blocks),
		TEST(a_type_of_neither_name_is_ignored),
		TEST(running_the_loop_makes_it_an_event_connection),
		TEST(the_type_may_change_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
