/* Two hundred thousand rows as fast as the kernel takes them: none lost, none twice, all in order. */
#include "support/support.h"

enum { ROWS = 200000 };

static void burst(struct peer *p, void *arg)
{
	const char *mark = NULL;
	struct bytes rows = {NULL, 0, 0};
	char number[20];
	int i;

	(void)arg;
	peer_check(p, peer_read(p), "no command");
	mark = peer_word(p, ".tag=");
	for (i = 0; i < ROWS; i++) {
		snprintf(number, sizeof number, "=n=%d", i);
		bytes_sentence(&rows, "!re", number, "=address=192.0.2.1", "=comment=", mark);
		if (rows.size > 65536 || i == ROWS - 1)
			peer_send(p, &rows);
	}
	peer_say(p, "!done", mark);
	peer_expect_end(p);
}

static int rows, done;

static void check(struct ros_result *r)
{
	if (r->done) {
		done++;
	} else {
		assert_int_equal(r->sentence->words, ros_get_tag(r) == NULL ? 4 : 5);
		assert_int_equal(atoi(ros_get(r, "=n")), rows);
		rows++;
	}
	ros_result_free(r);
}

static void all_are_read(enum ros_type type)
{
	struct peer *p = peer_play(burst, NULL);
	struct ros_connection *conn = dial(p, type);

	rows = done = 0;
	assert_int_equal(ros_send_command(conn, "/x", NULL), 1);
	while (!done) {
		struct ros_result *r = ros_read_packet(conn);

		assert_non_null(r);
		check(r);
	}
	assert_int_equal(rows, ROWS);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(all_are_read)

static void run(void (*explicit_callback)(struct ros_result *))
{
	struct peer *p = peer_play(burst, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);

	rows = done = 0;
	assert_true(ros_send_command_cb(conn, explicit_callback ? to_a : check, "/x", NULL) > 0);
	while (!done) {
		assert_true(readable(conn->socket, 10000));
		assert_int_equal(ros_runloop_once(conn, explicit_callback), 1);
	}
	assert_int_equal(rows, ROWS);
	hang_up(conn);
	peer_finish(p);
}

static void all_go_to_their_callback(void **state)
{
	(void)state;
	run(NULL);
}

static void all_go_to_an_explicit_callback(void **state)
{
	(void)state;
	run(check);
}

static void all_come_from_the_simulated_router(enum ros_type type)
{
	struct sim *s = sim_start("7.18", "-user", "admin:", "-rows", "ip/firewall/address-list=200000");
	struct ros_connection *conn = dial_port(s->port, type);
	int seen_rows = 0, ended = 0;

	assert_int_equal(ros_login(conn, "admin", ""), 1);
	assert_int_equal(ros_send_command(conn, "/ip/firewall/address-list/print", NULL), 1);
	while (!ended) {
		struct ros_result *r = ros_read_packet(conn);

		assert_non_null(r);
		assert_false(r->trap);
		seen_rows += r->re;
		ended = r->done;
		ros_result_free(r);
	}
	assert_int_equal(seen_rows, ROWS);
	hang_up(conn);
}
IN_BOTH_TYPES(all_come_from_the_simulated_router)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(all_are_read),
		TEST(all_go_to_their_callback),
		TEST(all_go_to_an_explicit_callback),
		TEST_BOTH(all_come_from_the_simulated_router),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
