/*
 * Readiness is truthful: programs poll the socket before each call, so whenever a sentence could be handed
 * out it must poll readable, however much the library has read ahead; and not when there is none.
 */
#include "support/support.h"

#include <sys/epoll.h>
#include <sys/select.h>

enum { ROWS = 5000, WAIT = 10000 };

/* The sizes go from a few bytes to some thousand, so that chunks end anywhere within a row. */
static void row(struct bytes *b, int i)
{
	char word[3000];
	int n = snprintf(word, sizeof word, "=n=%d", i);
	size_t size = (size_t)n + (size_t)(i % 7 == 0 ? i % 2900 : i % 50);

	memset(word + n, ';', sizeof word - (size_t)n);
	bytes_text(b, "!re");
	bytes_word(b, word, size);
	bytes_end(b);
}

static void burst(struct peer *p, void *arg)
{
	struct bytes rows = {NULL, 0, 0};
	int i;

	(void)arg;
	for (i = 0; i < ROWS; i++)
		row(&rows, i);
	peer_send(p, &rows);
	peer_expect_end(p);
}

typedef int how_to_poll(int fd, int milliseconds);

static int by_select(int fd, int milliseconds)
{
	struct timeval t;
	fd_set set;

	t.tv_sec = milliseconds / 1000;
	t.tv_usec = milliseconds % 1000 * 1000;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &t) == 1;
}

static int by_epoll(int fd, int milliseconds)
{
	struct epoll_event event;
	int n, epoll = epoll_create1(EPOLL_CLOEXEC);

	memset(&event, 0, sizeof event);
	event.events = EPOLLIN;
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	n = epoll_wait(epoll, &event, 1, milliseconds);
	close(epoll);
	return n == 1;
}

static void read_burst(enum ros_type type, how_to_poll *is_readable)
{
	struct peer *p = peer_play(burst, NULL);
	struct ros_connection *conn = dial(p, type);
	int i;

	for (i = 0; i < ROWS; i++) {
		struct ros_result *r;

		if (!is_readable(conn->socket, WAIT))
			fail_msg("not readable before row %d", i);
		r = ros_read_packet(conn);
		assert_non_null(r);
		assert_int_equal(atoi(ros_get(r, "=n")), i);
		ros_result_free(r);
	}
	assert_false(is_readable(conn->socket, 0));
	hang_up(conn);
	peer_finish(p);
}

static void a_burst_read_one_by_one(enum ros_type type)
{
	read_burst(type, readable);
}
IN_BOTH_TYPES(a_burst_read_one_by_one)

static void a_burst_under_select(enum ros_type type)
{
	read_burst(type, by_select);
}
IN_BOTH_TYPES(a_burst_under_select)

static void a_burst_under_epoll(enum ros_type type)
{
	read_burst(type, by_epoll);
}
IN_BOTH_TYPES(a_burst_under_epoll)

static int rows;

static void in_order(struct ros_result *r)
{
	assert_int_equal(atoi(ros_get(r, "=n")), rows);
	rows++;
	ros_result_free(r);
}

static void a_burst_in_the_event_loop(enum ros_type type)
{
	struct peer *p = peer_play(burst, NULL);
	struct ros_connection *conn = dial(p, type);

	rows = 0;
	while (rows < ROWS) {
		if (!readable(conn->socket, WAIT))
			fail_msg("not readable before row %d", rows);
		assert_int_equal(ros_runloop_once(conn, in_order), 1);
	}
	assert_false(readable(conn->socket, 0));
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(a_burst_in_the_event_loop)

static void a_burst_in_the_event_loop_and_by_reads(void **state)
{
	struct peer *p = peer_play(burst, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	int turn;

	(void)state;
	rows = 0;
	for (turn = 0; rows < ROWS; turn++) {
		if (!readable(conn->socket, WAIT))
			fail_msg("not readable before row %d", rows);
		if (turn % 20 == 0)
			assert_int_equal(ros_runloop_once(conn, in_order), 1);
		else
			in_order(ros_read_packet(conn));
	}
	assert_false(readable(conn->socket, 0));
	hang_up(conn);
	peer_finish(p);
}

/* Everything is there already: not even a moment's wait is needed before each read. */
static void read_at_once(struct ros_connection *conn, int first, int count)
{
	int i;

	for (i = first; i < first + count; i++) {
		struct ros_result *r;

		if (!readable(conn->socket, 0))
			fail_msg("not readable before row %d", i);
		r = ros_read_packet(conn);
		assert_non_null(r);
		assert_int_equal(atoi(ros_get(r, "=n")), i);
		ros_result_free(r);
	}
	assert_false(readable(conn->socket, 0));
}

static void what_has_arrived_is_readable_at_once(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes some = {NULL, 0, 0};
	int i;

	for (i = 0; i < 40; i++)
		row(&some, i);
	peer_send(p, &some);
	arrive(p, conn);
	read_at_once(conn, 0, 40);
	hang_up(conn);
}
IN_BOTH_TYPES(what_has_arrived_is_readable_at_once)

static void rows_behind_an_answer(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes all = {NULL, 0, 0};
	int i;

	for (i = 0; i < 40; i++)
		row(&all, i);
	peer_send(p, &all);
	arrive(p, conn);
	rows = 0;
	in_order(ros_send_command_wait(conn, "/x", NULL));
	read_at_once(conn, 1, 39);
	hang_up(conn);
}
IN_BOTH_TYPES(rows_behind_an_answer)

static void rows_behind_a_login(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes all = {NULL, 0, 0};
	int i;

	/* The answer is there before the question: it is the only way to have all in one packet. */
	bytes_sentence(&all, "!done");
	for (i = 0; i < 40; i++)
		row(&all, i);
	peer_send(p, &all);
	arrive(p, conn);
	assert_int_equal(ros_login(conn, "admin", ""), 1);
	read_at_once(conn, 0, 40);
	hang_up(conn);
}
IN_BOTH_TYPES(rows_behind_a_login)

static void rows_behind_the_reply_to_a_cancel(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes all = {NULL, 0, 0};
	int i;

	assert_int_equal(ros_cancel(conn, 7), 1);
	assert_true(peer_read(p));
	for (i = 0; i < 10; i++) {
		row(&all, i);
		if (i == 4)
			bytes_sentence(&all, "!done", peer_word(p, ".tag="));
		bytes_sentence(&all, "!empty");
		bytes_end(&all);
	}
	peer_send(p, &all);
	arrive(p, conn);
	for (i = 0; i < 10; i++) {
		assert_true(readable(conn->socket, 0));
		rows = i;
		in_order(ros_read_packet(conn));
	}
	hang_up(conn);
}
IN_BOTH_TYPES(rows_behind_the_reply_to_a_cancel)

static void rows_for_callbacks_behind_a_read(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	int id = ros_send_command_cb(conn, to_a, "/one", NULL);
	struct bytes all = {NULL, 0, 0};

	(void)state;
	bytes_sentence(&all, "!re", "=mine=1");
	bytes_sentence(&all, "!re", tag(id));
	bytes_sentence(&all, "!done", tag(id));
	peer_send(p, &all);
	arrive(p, conn);
	assert_reads(conn, "!re", "=mine=1");
	assert_true(readable(conn->socket, 0));
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
	assert_string_equal(seen(), "a(!re) a(!done) ");
	assert_false(readable(conn->socket, 0));
	hang_up(conn);
}

enum { LONG = 4 << 20 };

/* Floods first, and takes the long command only then: the library must read to get rid of it. */
static void flood_then_take(struct peer *p, void *arg)
{
	struct bytes all = {NULL, 0, 0};
	int i;

	(void)arg;
	for (i = 0; i < ROWS; i++)
		row(&all, i);
	peer_send(p, &all);
	peer_check(p, peer_read(p), "no long command");
	peer_tell(p);
	peer_expect_end(p);
}

static void rows_read_while_a_send_was_stuck(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn;
	char *word = malloc(LONG + 1);
	int small = 65536;

	memset(word, 'x', LONG);
	word[LONG] = '\0';
	peer_buffers(p, small);
	peer_start(p, flood_then_take, NULL);
	conn = dial(p, type);
	setsockopt(conn->socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	assert_int_equal(ros_send_command(conn, word, NULL), 1);
	free(word);
	peer_await(p); /* the peer has nothing more to say */
	arrive(p, conn);
	read_at_once(conn, 0, ROWS);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(rows_read_while_a_send_was_stuck)

static void the_end_is_readable(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_say(p, "!done");
	peer_close(p);
	assert_true(readable(conn->socket, WAIT));
	assert_reads(conn, "!done");
	assert_true(readable(conn->socket, WAIT));
	assert_null(ros_read_packet(conn));
	assert_true(readable(conn->socket, 0));
	hang_up(conn);
}
IN_BOTH_TYPES(the_end_is_readable)

static void half_a_sentence_is_none(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);

	(void)state;
	peer_bytes(p, "\3!re", 4);
	arrive(p, conn);
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
	assert_false(readable(conn->socket, 0)); /* or the program would go in circles until the rest comes */
	hang_up(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(a_burst_read_one_by_one),
		TEST_BOTH(a_burst_under_select),
		TEST_BOTH(a_burst_under_epoll),
		TEST_BOTH(a_burst_in_the_event_loop),
		TEST(a_burst_in_the_event_loop_and_by_reads),
		TEST_BOTH(what_has_arrived_is_readable_at_once),
		TEST_BOTH(rows_behind_an_answer),
		TEST_BOTH(rows_behind_a_login),
		TEST_BOTH(rows_behind_the_reply_to_a_cancel),
		TEST(rows_for_callbacks_behind_a_read),
		TEST_BOTH(rows_read_while_a_send_was_stuck),
		TEST_BOTH(the_end_is_readable),
		TEST(half_a_sentence_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
