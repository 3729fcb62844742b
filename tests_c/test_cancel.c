/* ros_cancel: the cancelled command ends, the reply to the cancelling is never seen, nothing else is lost. */
#include "support/support.h"

static struct peer *p;
static struct ros_connection *conn;
static char own[64]; /* the tag of the /cancel read last, or "" */

static void open_both(enum ros_type type)
{
	p = peer_listen(AF_INET);
	conn = dial(p, type);
}

static void expect_cancel(int id)
{
	char target[32];
	int words;

	snprintf(target, sizeof target, "=%s", tag(id) + 1);
	assert_true(peer_read(p));
	words = p->words;
	assert_string_equal(p->word[0], "/cancel");
	if (peer_word(p, "=tag=") == NULL)
		fail_msg("/cancel without =tag=");
	assert_string_equal(peer_word(p, "=tag="), target);
	snprintf(own, sizeof own, "%s", peer_word(p, ".tag=") != NULL ? peer_word(p, ".tag=") : "");
	assert_int_equal(words, own[0] != '\0' ? 3 : 2);
}

static void say_cancel_done(void)
{
	if (own[0] != '\0')
		peer_say(p, "!done", own);
	else
		peer_say(p, "!done");
}

/* The replies in any order: t and d the target's !trap and !done, c that of the cancelling, r a row of
 * the target, o and u rows of another command, with a tag and without. */
static void say_in_order(const char *order, int id)
{
	for (; *order != '\0'; order++) {
		switch (*order) {
		case 'c': say_cancel_done(); break;
		case 't': peer_say(p, "!trap", "=category=2", "=message=interrupted", tag(id)); break;
		case 'd': peer_say(p, "!done", tag(id)); break;
		case 'r': peer_say(p, "!re", tag(id)); break;
		case 'o': peer_say(p, "!re", ".tag=other"); break;
		default: peer_say(p, "!re", "=u="); break;
		}
	}
}

static const char *const orders[] = {"tcd", "ctd", "tdc", "rtcd", "rorutucodu", "rcrtrd", "orucotudo", "utdrc"};
enum { ORDERS = sizeof orders / sizeof *orders };

static void read_in_order(const char *order, int id)
{
	for (; *order != '\0'; order++) {
		switch (*order) {
		case 'c': break;
		case 't': assert_reads(conn, "!trap", "=category=2", "=message=interrupted", tag(id)); break;
		case 'd': assert_reads(conn, "!done", tag(id)); break;
		case 'r': assert_reads(conn, "!re", tag(id)); break;
		case 'o': assert_reads(conn, "!re", ".tag=other"); break;
		default: assert_reads(conn, "!re", "=u="); break;
		}
	}
}

static void a_tag_of_the_callers_own_can_be_cancelled(enum ros_type type)
{
	int i;

	open_both(type);
	for (i = 0; i < ORDERS; i++) {
		assert_int_equal(ros_send_command(conn, "/listen", tag(42 + i), NULL), 1);
		peer_expect(p, "/listen", tag(42 + i));
		assert_int_equal(ros_cancel(conn, 42 + i), 1);
		expect_cancel(42 + i);
		say_in_order(orders[i], 42 + i);
		read_in_order(orders[i], 42 + i);
	}
	hang_up(conn);
}
IN_BOTH_TYPES(a_tag_of_the_callers_own_can_be_cancelled)

static void everything(struct ros_result *r)
{
	const char *mark = ros_get_tag(r);

	note(mark == NULL ? "u" : strcmp(mark, "other") == 0 ? "o" : r->trap ? "t" : r->done ? "d" : "r", r);
}

/* The log that everything writes of these replies. */
static const char *log_of(const char *order)
{
	static char text[1024];

	for (text[0] = '\0'; *order != '\0'; order++) {
		const char *entry = *order == 't'   ? "t(!trap =category=2 =message=interrupted) "
		                    : *order == 'd' ? "d(!done) "
		                    : *order == 'r' ? "r(!re) "
		                    : *order == 'o' ? "o(!re) "
		                    : *order == 'u' ? "u(!re =u=) "
		                                    : "";

		strcat(text, entry);
	}
	return text;
}

static void an_explicit_callback_does_not_see_it_either(void **state)
{
	int i;

	(void)state;
	open_both(ROS_EVENT);
	for (i = 0; i < ORDERS; i++) {
		int id = ros_send_command_cb(conn, to_a, "/listen", NULL);

		peer_expect(p, "/listen", tag(id));
		assert_int_equal(ros_cancel(conn, id), 1);
		expect_cancel(id);
		say_in_order(orders[i], id);
		arrive(p, conn);
		assert_int_equal(ros_runloop_once(conn, everything), 1);
		assert_string_equal(seen(), log_of(orders[i]));
	}
	hang_up(conn);
}

static void the_callback_gets_its_trap_and_done(void **state)
{
	struct ros_counters counters;
	int i;

	(void)state;
	open_both(ROS_EVENT);
	for (i = 0; i < 3; i++) { /* the orders with no rows of others and none after done */
		int id = ros_send_command_cb(conn, everything, "/listen", NULL);

		peer_expect(p, "/listen", tag(id));
		assert_int_equal(ros_cancel(conn, id), 1);
		expect_cancel(id);
		say_in_order(orders[i], id);
		arrive(p, conn);
		assert_int_equal(ros_runloop_once(conn, NULL), 1);
		assert_string_equal(seen(), log_of(orders[i]));
	}
	ros_get_counters(conn, &counters, sizeof counters);
	assert_int_equal(counters.unclaimed, 0);
	hang_up(conn);
}

static void cancelling_does_not_wait(enum ros_type type)
{
	open_both(type);
	assert_int_equal(ros_cancel(conn, 7), 1); /* the peer says nothing */
	expect_cancel(7);
	hang_up(conn);
}
IN_BOTH_TYPES(cancelling_does_not_wait)

static void cancelling_consumes_nothing(enum ros_type type)
{
	open_both(type);
	peer_say(p, "!re", "=n=1");
	peer_say(p, "!re", "=n=2", ".tag=7");
	arrive(p, conn);
	assert_int_equal(ros_cancel(conn, 7), 1);
	assert_reads(conn, "!re", "=n=1");
	assert_int_equal(ros_cancel(conn, 7), 1);
	assert_reads(conn, "!re", "=n=2", ".tag=7");
	hang_up(conn);
}
IN_BOTH_TYPES(cancelling_consumes_nothing)

static void cancelling_what_has_ended_is_swallowed_too(enum ros_type type)
{
	open_both(type);
	assert_int_equal(ros_cancel(conn, 7), 1);
	expect_cancel(7);
	if (own[0] == '\0')
		skip();
	peer_say(p, "!trap", "=message=no such command", own);
	peer_say(p, "!done", own);
	peer_say(p, "!re", "=n=1");
	assert_reads(conn, "!re", "=n=1");
	hang_up(conn);
}
IN_BOTH_TYPES(cancelling_what_has_ended_is_swallowed_too)

static void many_can_be_cancelled_at_once(enum ros_type type)
{
	enum { MANY = 50 };
	char tags[MANY][64];
	int i;

	open_both(type);
	for (i = 0; i < MANY; i++)
		assert_int_equal(ros_cancel(conn, 1000 + i), 1);
	for (i = 0; i < MANY; i++) {
		expect_cancel(1000 + i);
		memcpy(tags[i], own, sizeof own);
	}
	for (i = MANY - 1; i >= 0; i--) { /* the last is answered first */
		peer_say(p, "!trap", "=message=interrupted", tag(1000 + i));
		memcpy(own, tags[i], sizeof own);
		say_cancel_done();
		peer_say(p, "!done", tag(1000 + i));
	}
	for (i = MANY - 1; i >= 0; i--) {
		assert_reads(conn, "!trap", "=message=interrupted", tag(1000 + i));
		assert_reads(conn, "!done", tag(1000 + i));
	}
	hang_up(conn);
}
IN_BOTH_TYPES(many_can_be_cancelled_at_once)

static int rows, traps;

static void five_rows(struct ros_result *r)
{
	rows += r->re;
	traps += r->trap;
	if (r->trap) {
		assert_string_equal(ros_get(r, "=category"), "2");
		assert_string_equal(ros_get(r, "=message"), "interrupted");
	}
	if (r->re && rows == 5)
		assert_int_equal(ros_cancel(conn, atoi(ros_get_tag(r))), 1);
	if (r->done)
		rows = -1;
	ros_result_free(r);
}

/* What follows is for the caller alone: a print is answered as if nothing had been. */
static void assert_in_step(void)
{
	struct ros_result *r = ros_send_command_wait(conn, "/system/identity/print", NULL);

	assert_non_null(r);
	assert_int_equal(r->re, 1);
	ros_result_free(r);
	r = ros_read_packet(conn);
	assert_non_null(r);
	assert_int_equal(r->done, 1);
	ros_result_free(r);
}

static void routers_of_every_version_stop_for_a_callback(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < ERAS; i++) {
		struct sim *s = sim_start(eras[i], "-user", "admin:", "-second", "5ms");

		conn = dial_port(s->port, ROS_EVENT);
		assert_int_equal(ros_login(conn, "admin", ""), 1);
		rows = traps = 0;
		assert_true(ros_send_command_cb(conn, five_rows, "/interface/monitor-traffic", "=interface=ether1",
		                                NULL) > 0);
		while (rows >= 0) {
			assert_true(readable(conn->socket, 10000));
			assert_int_equal(ros_runloop_once(conn, NULL), 1);
		}
		assert_int_equal(traps, 1);
		assert_in_step();
		hang_up(conn);
	}
}

static void routers_of_every_version_stop_for_a_reader(enum ros_type type)
{
	int i, ended;

	for (i = 0; i < ERAS; i++) {
		struct sim *s = sim_start(eras[i], "-user", "admin:", "-second", "5ms");

		conn = dial_port(s->port, type);
		assert_int_equal(ros_login(conn, "admin", ""), 1);
		assert_int_equal(ros_send_command(conn, "/interface/monitor-traffic", "=interface=ether1", ".tag=9",
		                                  NULL), 1);
		rows = traps = 0;
		for (ended = 0; !ended;) {
			struct ros_result *r = ros_read_packet(conn);

			assert_non_null(r);
			assert_string_equal(ros_get_tag(r), "9");
			traps += r->trap;
			ended = r->done;
			if (r->re && ++rows == 2)
				assert_int_equal(ros_cancel(conn, 9), 1);
			ros_result_free(r);
		}
		assert_int_equal(traps, 1);
		assert_in_step();
		hang_up(conn);
	}
}
IN_BOTH_TYPES(routers_of_every_version_stop_for_a_reader)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(a_tag_of_the_callers_own_can_be_cancelled),
		TEST(an_explicit_callback_does_not_see_it_either),
		TEST(the_callback_gets_its_trap_and_done),
		TEST_BOTH(cancelling_does_not_wait),
		TEST_BOTH(cancelling_consumes_nothing),
		TEST_BOTH(cancelling_what_has_ended_is_swallowed_too),
		TEST_BOTH(many_can_be_cancelled_at_once),
		TEST(routers_of_every_version_stop_for_a_callback),
		TEST_BOTH(routers_of_every_version_stop_for_a_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
