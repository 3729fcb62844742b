/* What sending puts on the wire, what it refuses, and that it cannot be locked out. */
#include "support/support.h"

#include <signal.h>

static void words_go_out_in_order(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	assert_int_equal(ros_send_command(conn, "/quit", NULL), 1);
	assert_int_equal(ros_send_command(conn, "/x", ".tag=mine", "=b=2", "=a=", "?a", "?#!", "=b=2", NULL), 1);
	peer_expect(p, "/quit");
	peer_expect(p, "/x", ".tag=mine", "=b=2", "=a=", "?a", "?#!", "=b=2");
	hang_up(conn);
	peer_expect_end(p);
}
IN_BOTH_TYPES(words_go_out_in_order)

static struct ros_sentence *three_words(void)
{
	struct ros_sentence *s = ros_sentence_new();

	ros_sentence_add(s, "/x");
	ros_sentence_add(s, "=a=1");
	ros_sentence_add(s, "=b=\xff\x01");
	return s;
}

static void unlisted_functions_send_too(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct ros_sentence *s = three_words();

	assert_int_equal(ros_send_sentence(conn, s), 1);
	assert_int_equal(ros_send_command_args(conn, s->word, 3), 1);
	assert_int_equal(ros_send_command_args(conn, s->word, 2), 1);
	peer_expect(p, "/x", "=a=1", "=b=\xff\x01");
	peer_expect(p, "/x", "=a=1", "=b=\xff\x01");
	peer_expect(p, "/x", "=a=1");
	ros_sentence_free(s);
	hang_up(conn);
}
IN_BOTH_TYPES(unlisted_functions_send_too)

static void answer(struct peer *p, void *arg)
{
	(void)arg;
	while (peer_read(p)) {
		peer_say(p, "!trap", p->word[0]);
		peer_say(p, "!done", p->word[p->words - 1]);
	}
}

static void waiting_sends_and_returns_one_sentence(enum ros_type type)
{
	struct peer *p = peer_play(answer, NULL);
	struct ros_connection *conn = dial(p, type);
	struct ros_sentence *s = three_words();
	struct ros_result *r;

	r = ros_send_command_wait(conn, "/print", "=x=1", NULL);
	assert_words(r, "!trap", "/print");
	ros_result_free(r);
	assert_reads(conn, "!done", "=x=1");
	r = ros_send_sentence_wait(conn, s);
	assert_words(r, "!trap", "/x");
	ros_result_free(r);
	assert_reads(conn, "!done", "=b=\xff\x01");
	assert_int_equal(s->words, 3);
	ros_sentence_free(s);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(waiting_sends_and_returns_one_sentence)

static void the_tag_of_a_callback_follows_the_command(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	int one = ros_send_command_cb(conn, to_a, "/x", NULL);
	int two = ros_send_command_cb(conn, to_a, "/x", "=a=1", "=b=2", NULL);

	(void)state;
	peer_expect(p, "/x", tag(one));
	peer_expect(p, "/x", tag(two), "=a=1", "=b=2");
	hang_up(conn);
}

static void the_tag_of_a_sentence_is_its_last_word(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	struct ros_sentence *s = three_words();
	int one = ros_send_sentence_cb(conn, to_a, s);

	(void)state;
	peer_expect(p, "/x", "=a=1", "=b=\xff\x01", tag(one));
	hang_up(conn);
	ros_sentence_free(s);
}

static void a_sentence_can_be_sent_again(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	struct ros_sentence *s = three_words();
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		int id = ros_send_sentence_cb(conn, to_a, s);

		peer_expect(p, "/x", "=a=1", "=b=\xff\x01", tag(id));
		assert_int_equal(s->words, 3);
		assert_string_equal(s->word[2], "=b=\xff\x01");
		assert_null(s->word[3]);
	}
	hang_up(conn);
	ros_sentence_free(s);
}

static void what_cannot_be_sent_is_refused(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct ros_sentence *none = ros_sentence_new(), *hollow = three_words();
	char *words[] = {(char *)"/x", NULL, (char *)"=a=1"}, *blank[] = {(char *)"/x", (char *)""};

	ros_sentence_add(hollow, "");
	assert_errno(ros_send_command(conn, NULL, NULL), 0, EINVAL);
	assert_errno(ros_send_command(conn, "", NULL), 0, EINVAL);
	assert_errno(ros_send_command(conn, "/x", "=a=1", "", "=b=2", NULL), 0, EINVAL);
	assert_errno(ros_send_command_wait(conn, NULL, NULL), NULL, EINVAL);
	assert_errno(ros_send_command_wait(conn, "/x", "", NULL), NULL, EINVAL);
	assert_errno(ros_send_command_cb(conn, to_a, NULL, NULL), 0, EINVAL);
	assert_errno(ros_send_command_cb(conn, to_a, "", NULL), 0, EINVAL);
	assert_errno(ros_send_command_cb(conn, to_a, "/x", "", NULL), 0, EINVAL);
	assert_errno(ros_send_sentence(conn, NULL), 0, EINVAL);
	assert_errno(ros_send_sentence(conn, none), 0, EINVAL);
	assert_errno(ros_send_sentence(conn, hollow), 0, EINVAL);
	assert_errno(ros_send_sentence_wait(conn, NULL), NULL, EINVAL);
	assert_errno(ros_send_sentence_wait(conn, none), NULL, EINVAL);
	assert_errno(ros_send_sentence_wait(conn, hollow), NULL, EINVAL);
	assert_errno(ros_send_sentence_cb(conn, to_a, NULL), 0, EINVAL);
	assert_errno(ros_send_sentence_cb(conn, to_a, none), 0, EINVAL);
	assert_errno(ros_send_sentence_cb(conn, to_a, hollow), 0, EINVAL);
	assert_errno(ros_send_command_args(conn, NULL, 1), 0, EINVAL);
	assert_errno(ros_send_command_args(conn, words, 0), 0, EINVAL);
	assert_errno(ros_send_command_args(conn, words, -1), 0, EINVAL);
	assert_errno(ros_send_command_args(conn, words, 3), 0, EINVAL);
	assert_errno(ros_send_command_args(conn, blank, 2), 0, EINVAL);
	assert_errno(ros_cancel(conn, 0), 0, EINVAL);
	assert_errno(ros_cancel(conn, -1), 0, EINVAL);
	ros_sentence_free(none);
	ros_sentence_free(hollow);

	/* Nothing of all that has reached the wire, and the connection is as good as before. */
	assert_int_equal(ros_send_command(conn, "/good", NULL), 1);
	peer_expect(p, "/good");
	hang_up(conn);
	peer_expect_end(p);
}
IN_BOTH_TYPES(what_cannot_be_sent_is_refused)

enum { LONG_WORD = 1 << 20, LONG_WORDS = 6, ROW = 1000, ROWS = 6000 };

static void send_long(struct ros_connection *conn)
{
	char *long_word = malloc(LONG_WORD + 1), *words[LONG_WORDS + 1];
	int i;

	memset(long_word, 'x', LONG_WORD);
	long_word[LONG_WORD] = '\0';
	words[0] = (char *)"/long";
	for (i = 1; i <= LONG_WORDS; i++)
		words[i] = long_word;
	i = ros_send_command_args(conn, words, LONG_WORDS + 1);
	free(long_word);
	assert_int_equal(i, 1);
}

static void expect_long(struct peer *p)
{
	int i;

	peer_check(p, peer_read(p), "no long sentence");
	peer_check(p, p->words == LONG_WORDS + 1 && strcmp(p->word[0], "/long") == 0, "not its words");
	for (i = 1; i <= LONG_WORDS; i++)
		peer_check(p, strlen(p->word[i]) == LONG_WORD && strspn(p->word[i], "x") == LONG_WORD,
		           "not its letters");
}

/* Reads only when the sender is stuck, and has been woken by signals for nothing. */
static void read_late(struct peer *p, void *arg)
{
	interrupt(*(struct target *)arg, 20);
	expect_long(p);
	peer_expect_end(p);
}

static void a_full_pipe_is_waited_for(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct target me = this_thread();
	struct ros_connection *conn;

	catch_signals();
	peer_buffers(p, 65536);
	peer_start(p, read_late, &me);
	conn = dial(p, type);
	send_long(conn);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(a_full_pipe_is_waited_for)

static void flood_then_read(struct peer *p, void *arg)
{
	struct bytes row = {NULL, 0, 0};
	char word[ROW];
	int i;

	(void)arg;
	memset(word, 'y', sizeof word);
	for (i = 0; i < ROWS; i++) {
		word[snprintf(word, sizeof word, "=n=%d;", i)] = 'y';
		bytes_text(&row, "!re");
		bytes_word(&row, word, sizeof word);
		bytes_end(&row);
		peer_send(p, &row);
	}
	expect_long(p);
	peer_expect_end(p);
}

static void fill_both_pipes(enum ros_type type, int receive_buffer)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn;
	int i, small = 65536;

	peer_buffers(p, small);
	peer_start(p, flood_then_read, NULL);
	conn = dial(p, type);
	setsockopt(conn->socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	if (receive_buffer != 0)
		setsockopt(conn->socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
	send_long(conn);
	for (i = 0; i < ROWS; i++) {
		struct ros_result *r = ros_read_packet(conn);

		assert_non_null(r);
		assert_int_equal(r->sentence->words, 2);
		assert_int_equal(atoi(ros_get(r, "=n")), i);
		assert_int_equal(strlen(r->sentence->word[1]), ROW);
		ros_result_free(r);
	}
	hang_up(conn);
	peer_finish(p);
}

static void two_full_pipes_do_not_lock_each_other(enum ros_type type)
{
	fill_both_pipes(type, 0);
}
IN_BOTH_TYPES(two_full_pipes_do_not_lock_each_other)

/* One byte left unread in a socket keeps the whole packet that it came in charged to the buffer. */
static void nor_do_they_with_a_small_buffer_for_input(enum ros_type type)
{
	fill_both_pipes(type, 65536);
}
IN_BOTH_TYPES(nor_do_they_with_a_small_buffer_for_input)

static void the_callers_own_time_limit_holds(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn;
	char *word = calloc(1, 64 << 20);

	peer_buffers(p, 65536);
	conn = dial(p, type);
	set_timeout(conn->socket, SO_SNDTIMEO, 50);
	memset(word, 'x', (64 << 20) - 1);
	assert_errno(ros_send_command(conn, word, NULL), 0, EAGAIN);
	free(word);
	hang_up(conn);
}
IN_BOTH_TYPES(the_callers_own_time_limit_holds)

static void sending_to_nobody_fails_without_a_signal(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	int i;

	signal(SIGPIPE, SIG_DFL); /* a SIGPIPE ends the program */
	peer_reset(p);
	assert_true(readable(conn->socket, 10000));
	for (i = 0; i < 3; i++) {
		errno = 0;
		assert_int_equal(ros_send_command(conn, "/x", NULL), 0);
		assert_true(errno == ECONNRESET || errno == EPIPE);
		assert_int_equal(ros_send_command_cb(conn, to_a, "/x", NULL), 0);
		assert_int_equal(ros_cancel(conn, 5), 0);
		assert_null(ros_send_command_wait(conn, "/x", NULL));
	}
	assert_int_equal(ros_login(conn, "admin", ""), 0);
	hang_up(conn);
	assert_string_equal(seen(), "");
}
IN_BOTH_TYPES(sending_to_nobody_fails_without_a_signal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(words_go_out_in_order),
		TEST_BOTH(unlisted_functions_send_too),
		TEST_BOTH(waiting_sends_and_returns_one_sentence),
		TEST(the_tag_of_a_callback_follows_the_command),
		TEST(the_tag_of_a_sentence_is_its_last_word),
		TEST(a_sentence_can_be_sent_again),
		TEST_BOTH(what_cannot_be_sent_is_refused),
		TEST_BOTH(a_full_pipe_is_waited_for),
		TEST_BOTH(two_full_pipes_do_not_lock_each_other),
		TEST_BOTH(nor_do_they_with_a_small_buffer_for_input),
		TEST_BOTH(the_callers_own_time_limit_holds),
		TEST_BOTH(sending_to_nobody_fails_without_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
