/* ros_read_packet: one sentence at a time, whatever happens to the bytes. */
#include "support/support.h"

#include <sys/resource.h>

static void exactly_one_sentence_is_returned(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes all = {NULL, 0, 0};

	bytes_sentence(&all, "!re", "=n=1");
	bytes_sentence(&all, "!re", "=n=2", ".tag=7");
	bytes_sentence(&all, "!done");
	peer_send(p, &all);
	assert_reads(conn, "!re", "=n=1");
	assert_reads(conn, "!re", "=n=2", ".tag=7");
	assert_reads(conn, "!done");
	hang_up(conn);
}
IN_BOTH_TYPES(exactly_one_sentence_is_returned)

static void done_follows_a_trap(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct ros_result *r;

	peer_say(p, "!trap", "=category=0", "=message=no such item\r\n");
	peer_say(p, "!trap", "=message=again");
	peer_say(p, "!done");
	r = ros_send_command_wait(conn, "/x", NULL);
	assert_words(r, "!trap", "=category=0", "=message=no such item\r\n");
	ros_result_free(r);
	assert_reads(conn, "!trap", "=message=again");
	assert_reads(conn, "!done");
	hang_up(conn);
}
IN_BOTH_TYPES(done_follows_a_trap)

static void flags_are_those_of_the_reply_words(enum ros_type type)
{
	static const struct {
		const char *word;
		char re, done, trap, fatal;
	} cases[] = {
		{"!re", 1, 0, 0, 0},    {"!done", 0, 1, 0, 0},  {"!trap", 0, 0, 1, 0}, {"!fatal", 0, 0, 0, 1},
		{"!news", 0, 0, 0, 0},  {"!don", 0, 0, 0, 0},   {"!done2", 0, 0, 0, 0}, {"!RE", 0, 0, 0, 0},
		{"re", 0, 0, 0, 0},     {"!", 0, 0, 0, 0},      {"!re ", 0, 0, 0, 0},  {"=!re", 0, 0, 0, 0},
		{"!emptyish", 0, 0, 0, 0},
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, type);
		struct ros_result *r;

		peer_say(p, cases[i].word, "!done", "!re", "!trap", "!fatal");
		r = ros_read_packet(conn);
		assert_words(r, cases[i].word, "!done", "!re", "!trap", "!fatal");
		if (r->re != cases[i].re || r->done != cases[i].done || r->trap != cases[i].trap ||
		    r->fatal != cases[i].fatal)
			fail_msg("%s: flags %d %d %d %d", cases[i].word, r->re, r->done, r->trap, r->fatal);
		ros_result_free(r);
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(flags_are_those_of_the_reply_words)

static void the_end_of_the_stream_is_null(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_say(p, "!re", "=n=1");
	peer_say(p, "!done");
	peer_close(p);
	assert_reads(conn, "!re", "=n=1");
	assert_reads(conn, "!done");
	assert_errno(ros_read_packet(conn), NULL, ECONNRESET);
	assert_errno(ros_read_packet(conn), NULL, ECONNRESET);
	hang_up(conn);
}
IN_BOTH_TYPES(the_end_of_the_stream_is_null)

static void a_reset_is_null(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_reset(p);
	assert_errno(ros_read_packet(conn), NULL, ECONNRESET);
	hang_up(conn);
}
IN_BOTH_TYPES(a_reset_is_null)

static void the_end_within_a_sentence_is_null(enum ros_type type)
{
	static const char whole[] = "\3!re\x80\x05=n=12";
	size_t n;

	for (n = 1; n < sizeof whole; n++) {
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, type);

		peer_say(p, "!re", "=n=1");
		peer_bytes(p, whole, n);
		peer_close(p);
		assert_reads(conn, "!re", "=n=1");
		errno = 0;
		assert_null(ros_read_packet(conn));
		assert_true(errno == ECONNRESET || errno == EPROTO);
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(the_end_within_a_sentence_is_null)

static void a_fatal_sentence_is_the_last(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct ros_result *r;

	peer_bytes(p, "\x06!fatal\x0dnot logged in", 22);
	peer_close(p);
	r = ros_read_packet(conn);
	assert_words(r, "!fatal", "not logged in");
	assert_int_equal(r->fatal, 1);
	ros_result_free(r);
	assert_errno(ros_read_packet(conn), NULL, ECONNRESET);
	hang_up(conn);
}
IN_BOTH_TYPES(a_fatal_sentence_is_the_last)

static void the_callers_time_limit_loses_nothing(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	set_timeout(conn->socket, SO_RCVTIMEO, 20);
	assert_errno(ros_read_packet(conn), NULL, EAGAIN);
	peer_bytes(p, "\3!re\5=n", 7);
	assert_errno(ros_read_packet(conn), NULL, EAGAIN);
	peer_bytes(p, "=12", 3);
	assert_errno(ros_send_command_wait(conn, "/x", NULL), NULL, EAGAIN);
	peer_bytes(p, "", 1);
	assert_reads(conn, "!re", "=n=12");
	assert_errno(ros_read_packet(conn), NULL, EAGAIN);
	hang_up(conn);
}
IN_BOTH_TYPES(the_callers_time_limit_loses_nothing)

/* One byte of a row, then a while of nothing, until the connection ends. */
static void trickle(struct peer *p, void *arg)
{
	struct bytes row = {0};
	size_t i;

	(void)arg;
	bytes_sentence(&row, "!re", "=comment=a row of many bytes that come one by one, each within the time limit");
	for (i = 0; i < row.size && !readable(p->fd, 10); i++)
		peer_bytes(p, row.at + i, 1);
	peer_close(p);
	bytes_free(&row);
}

static void the_callers_time_limit_holds_though_bytes_trickle_in(enum ros_type type)
{
	struct peer *p = peer_play(trickle, NULL);
	struct ros_connection *conn = dial(p, type);

	set_timeout(conn->socket, SO_RCVTIMEO, 50);
	assert_errno(ros_read_packet(conn), NULL, EAGAIN);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(the_callers_time_limit_holds_though_bytes_trickle_in)

/* Interrupts the test's thread twenty times within one call, and only then answers. */
static void answer_late(struct peer *p, void *arg)
{
	int round;

	for (round = 0; round < 3; round++) {
		if (round != 1)
			peer_check(p, peer_read(p), "no command");
		interrupt(*(struct target *)arg, 20);
		peer_say(p, "!done");
		if (round == 1)
			peer_wait(p);
	}
}

static void a_signal_does_not_end_the_wait(enum ros_type type)
{
	struct target me = this_thread();
	struct peer *p;
	struct ros_connection *conn;

	catch_signals();
	p = peer_play(answer_late, &me);
	conn = dial(p, type);
	assert_int_equal(ros_login(conn, "admin", ""), 1);
	assert_reads(conn, "!done");
	peer_go(p);
	ros_result_free(ros_send_command_wait(conn, "/x", NULL));
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(a_signal_does_not_end_the_wait)

static void empty_is_swallowed(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_say(p, "!empty");
	peer_say(p, "!done");
	peer_say(p, "!empty", ".tag=5");
	peer_say(p, ".tag=5", "!re"); /* only the first word is a reply word */
	peer_say(p, "!done", ".tag=5");
	assert_reads(conn, "!done");
	assert_reads(conn, ".tag=5", "!re");
	assert_reads(conn, "!done", ".tag=5");
	hang_up(conn);
}
IN_BOTH_TYPES(empty_is_swallowed)

static void a_sentence_without_words_is_ignored(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_bytes(p, "\0\0\0", 3);
	peer_say(p, "!done");
	peer_bytes(p, "\0", 1);
	peer_close(p);
	assert_reads(conn, "!done");
	assert_null(ros_read_packet(conn));
	hang_up(conn);
}
IN_BOTH_TYPES(a_sentence_without_words_is_ignored)

static void a_reserved_byte_is_a_protocol_error(enum ros_type type)
{
	unsigned byte;

	for (byte = 0xF1; byte <= 0xFF; byte++) {
		unsigned char first = (unsigned char)byte;
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, type);

		peer_say(p, "!re", "=n=1");
		peer_bytes(p, "\3!re", 4 * (byte % 2)); /* as the first byte of a sentence, and within one */
		peer_bytes(p, &first, 1);
		peer_say(p, "!done");
		assert_reads(conn, "!re", "=n=1");
		assert_errno(ros_read_packet(conn), NULL, EPROTO);
		assert_null(ros_read_packet(conn));
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(a_reserved_byte_is_a_protocol_error)

static void a_sentence_over_the_limit_is_refused(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_bytes(p, "\3!re\xf0\xff\xff\xff\xff=", 10);
	assert_errno(ros_read_packet(conn), NULL, EMSGSIZE);
	hang_up(conn);
}
IN_BOTH_TYPES(a_sentence_over_the_limit_is_refused)

static void memory_is_not_taken_on_the_peers_word(enum ros_type type)
{
	enum { PEERS = 8 };
	struct peer *p[PEERS];
	struct ros_connection *conn[PEERS];
	struct rusage before, after;
	size_t heap = heap_in_use();
	int i;

	getrusage(RUSAGE_SELF, &before);
	for (i = 0; i < PEERS; i++) {
		p[i] = peer_listen(AF_INET);
		conn[i] = dial(p[i], type);
		set_timeout(conn[i]->socket, SO_RCVTIMEO, 10);
		peer_bytes(p[i], "\3!re\xf0\x10\0\0\0=", 10); /* a word of 256 MiB */
		assert_null(ros_read_packet(conn[i]));
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(heap_in_use() - heap < 8 << 20);
	assert_true(after.ru_maxrss - before.ru_maxrss < 32 << 10);
	for (i = 0; i < PEERS; i++)
		hang_up(conn[i]);
}
IN_BOTH_TYPES(memory_is_not_taken_on_the_peers_word)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(exactly_one_sentence_is_returned),
		TEST_BOTH(done_follows_a_trap),
		TEST_BOTH(flags_are_those_of_the_reply_words),
		TEST_BOTH(the_end_of_the_stream_is_null),
		TEST_BOTH(a_reset_is_null),
		TEST_BOTH(the_end_within_a_sentence_is_null),
		TEST_BOTH(a_fatal_sentence_is_the_last),
		TEST_BOTH(the_callers_time_limit_loses_nothing),
		TEST_BOTH(the_callers_time_limit_holds_though_bytes_trickle_in),
		TEST_BOTH(a_signal_does_not_end_the_wait),
		TEST_BOTH(empty_is_swallowed),
		TEST_BOTH(a_sentence_without_words_is_ignored),
		TEST_BOTH(a_reserved_byte_is_a_protocol_error),
		TEST_BOTH(a_sentence_over_the_limit_is_refused),
		TEST_BOTH(memory_is_not_taken_on_the_peers_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
