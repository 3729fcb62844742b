/* ros_get_counters. */
#include "support/support.h"

static struct ros_counters counters_of(struct ros_connection *conn)
{
	struct ros_counters counters;

	memset(&counters, 0xFF, sizeof counters);
	assert_int_equal(ros_get_counters(conn, &counters, sizeof counters), 1);
	return counters;
}

static void sentences_and_bytes_are_counted(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct ros_counters counters = counters_of(conn);

	assert_int_equal(counters.sentences_sent, 0);
	assert_int_equal(counters.sentences_received, 0);
	assert_int_equal(counters.bytes_sent, 0);
	assert_int_equal(counters.bytes_received, 0);
	assert_int_equal(counters.unclaimed, 0);
	assert_int_equal(ros_send_command(conn, "/x", "=a=1", NULL), 1);
	assert_int_equal(ros_send_command(conn, "/y", NULL), 1);
	peer_say(p, "!re", "=a=1");
	peer_bytes(p, "", 1);
	peer_say(p, "!done");
	peer_bytes(p, "\3!re", 4);
	arrive(p, conn);
	assert_reads(conn, "!re", "=a=1");
	assert_reads(conn, "!done");
	counters = counters_of(conn);
	assert_int_equal(counters.sentences_sent, 2);
	assert_int_equal(counters.sentences_received, 2);
	assert_int_equal(counters.bytes_sent, 9 + 4);
	assert_in_range(counters.bytes_received, 10 + 7, 10 + 1 + 7); /* with or without the empty one */
	hang_up(conn);
}
IN_BOTH_TYPES(sentences_and_bytes_are_counted)

static void handles_are_the_open_connections(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn[20];
	uint64_t before = counters_of(NULL).handles;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		conn[i] = dial(p, ROS_SIMPLE);
		assert_int_equal(counters_of(NULL).handles, before + (uint64_t)i + 1);
		assert_int_equal(counters_of(conn[i]).handles, before + (uint64_t)i + 1);
	}
	assert_null(ros_connect("127.0.0.1", -1));
	for (i = 20; i > 0; i--) {
		assert_int_equal(counters_of(NULL).handles, before + (uint64_t)i);
		hang_up(conn[i - 1]);
	}
	assert_int_equal(counters_of(NULL).handles, before);
}

static void without_a_connection_only_handles_are_told(void **state)
{
	struct ros_counters counters = counters_of(NULL);

	(void)state;
	assert_int_equal(counters.sentences_sent, 0);
	assert_int_equal(counters.sentences_received, 0);
	assert_int_equal(counters.bytes_sent, 0);
	assert_int_equal(counters.bytes_received, 0);
	assert_int_equal(counters.unclaimed, 0);
}

static void no_more_is_written_than_there_is_room(void **state)
{
	struct ros_counters room;
	unsigned char *bytes = (unsigned char *)&room;
	size_t size, i;

	(void)state;
	for (size = 0; size <= sizeof room; size++) {
		memset(&room, 0xA5, sizeof room);
		assert_int_equal(ros_get_counters(NULL, &room, size), 1);
		for (i = size; i < sizeof room; i++)
			assert_int_equal(bytes[i], 0xA5);
	}
	assert_errno(ros_get_counters(NULL, NULL, sizeof room), 0, EINVAL);
}

/* A program built with a later header has more members; those this library does not know are 0. */
static void members_of_a_later_header_are_zero(void **state)
{
	struct {
		struct ros_counters known;
		uint64_t later[4];
	} room;
	int i;

	(void)state;
	memset(&room, 0xA5, sizeof room);
	assert_int_equal(ros_get_counters(NULL, &room.known, sizeof room), 1);
	for (i = 0; i < 4; i++)
		assert_int_equal(room.later[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(sentences_and_bytes_are_counted),
		TEST(handles_are_the_open_connections),
		TEST(without_a_connection_only_handles_are_told),
		TEST(no_more_is_written_than_there_is_room),
		TEST(members_of_a_later_header_are_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
