/* Words of every length and with any bytes, and replies that arrive in any pieces. */
#include "support/support.h"

static const size_t lengths[] = {1,     2,     126,   127,     128,     129,     255,    256,    16382,
                                 16383, 16384, 16385, 65535, 65536, 2097150, 2097151, 2097152, 2097153};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

/* A word in which no two places look alike, so that a part that is lost or moved shows. No NUL in it. */
static char *pattern(size_t size)
{
	char *word = malloc(size + 1);
	uint32_t x = (uint32_t)size;
	size_t i;

	if (word == NULL)
		abort();
	for (i = 0; i < size; i++) {
		x = x * 1664525 + 1013904223;
		word[i] = (char)((x >> 24) % 255 + 1);
	}
	word[0] = '=';
	word[size] = '\0';
	return word;
}

static void say_all_lengths(struct peer *p, void *arg)
{
	size_t i;

	(void)arg;
	for (i = 0; i < LENGTHS; i++) {
		struct bytes sentence = {NULL, 0, 0};
		char *word = pattern(lengths[i]);

		bytes_text(&sentence, "!re");
		bytes_word(&sentence, word, lengths[i]);
		bytes_text(&sentence, "=after=1");
		bytes_end(&sentence);
		peer_send(p, &sentence);
		free(word);
	}
	peer_say(p, "!done");
	peer_expect_end(p);
}

static void check_length(struct ros_result *r, size_t i)
{
	char *word = pattern(lengths[i]);

	assert_non_null(r);
	assert_int_equal(r->sentence->words, 3);
	if (strlen(r->sentence->word[1]) != lengths[i] || strcmp(r->sentence->word[1], word) != 0)
		fail_msg("a word of %zu bytes has come as another", lengths[i]);
	assert_string_equal(r->sentence->word[2], "=after=1");
	ros_result_free(r);
	free(word);
}

static void words_of_any_length_are_received(enum ros_type type)
{
	struct peer *p = peer_play(say_all_lengths, NULL);
	struct ros_connection *conn = dial(p, type);
	size_t i;

	for (i = 0; i < LENGTHS; i++)
		check_length(ros_read_packet(conn), i);
	assert_reads(conn, "!done");
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(words_of_any_length_are_received)

static size_t next_length;

static void check_next_length(struct ros_result *r)
{
	if (r->done)
		ros_result_free(r);
	else
		check_length(r, next_length);
	next_length++;
}

static void words_of_any_length_come_through_the_event_loop(void **state)
{
	struct peer *p = peer_play(say_all_lengths, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);

	(void)state;
	for (next_length = 0; next_length <= LENGTHS;) {
		assert_true(readable(conn->socket, 10000));
		assert_int_equal(ros_runloop_once(conn, check_next_length), 1);
	}
	hang_up(conn);
	peer_finish(p);
}

static void take_all_lengths(struct peer *p, void *arg)
{
	size_t i;

	(void)arg;
	for (i = 0; i < LENGTHS; i++) {
		char *word = pattern(lengths[i]);

		peer_check(p, peer_read(p) && p->words == 3, "not three words");
		/* That the length is in its shortest form, peer_read has seen. */
		peer_check(p, p->length[1] == lengths[i] && memcmp(p->word[1], word, lengths[i]) == 0,
		           "another word than was sent");
		peer_check(p, strcmp(p->word[2], "=after=1") == 0, "another word after it");
		free(word);
	}
	peer_expect_end(p);
}

static void words_of_any_length_are_sent(enum ros_type type)
{
	struct peer *p = peer_play(take_all_lengths, NULL);
	struct ros_connection *conn = dial(p, type);
	size_t i;

	for (i = 0; i < LENGTHS; i++) {
		char *word = pattern(lengths[i]);
		int sent = ros_send_command(conn, "/x", word, "=after=1", NULL);

		free(word);
		assert_int_equal(sent, 1);
	}
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(words_of_any_length_are_sent)

static void take_login(struct peer *p, void *arg)
{
	(void)arg;
	peer_check(p, peer_read(p) && p->words == 3, "no login");
	peer_check(p, p->length[1] == 6 + 20000 && p->length[2] == 10 + 20000, "not its lengths");
	peer_say(p, "!done");
}

static void long_names_and_passwords_log_in(enum ros_type type)
{
	struct peer *p = peer_play(take_login, NULL);
	struct ros_connection *conn = dial(p, type);
	char *word = pattern(20000);
	int in = ros_login(conn, word, word);

	free(word);
	assert_int_equal(in, 1);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(long_names_and_passwords_log_in)

static void nul_bytes_within_a_word_survive(enum ros_type type)
{
	static const char odd[] = "=a=1\0\0\xff\0z";
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct bytes sentence = {NULL, 0, 0};
	struct ros_result *r;

	bytes_text(&sentence, "!re");
	bytes_word(&sentence, odd, sizeof odd - 1);
	bytes_word(&sentence, "\0", 1);
	bytes_text(&sentence, "=b=2");
	bytes_word(&sentence, "=c\0=3", 5); /* what comes behind a NUL is not looked at */
	bytes_end(&sentence);
	peer_send(p, &sentence);
	r = ros_read_packet(conn);
	assert_non_null(r);
	assert_int_equal(r->sentence->words, 5);
	assert_memory_equal(r->sentence->word[1], odd, sizeof odd); /* with the NUL that ends it */
	assert_memory_equal(r->sentence->word[2], "\0", 2);
	assert_string_equal(ros_get(r, "=b"), "2");
	assert_null(ros_get(r, "=c"));
	assert_memory_equal(r->sentence->word[4], "=c\0=3", 6);
	ros_result_free(r);
	hang_up(conn);
}
IN_BOTH_TYPES(nul_bytes_within_a_word_survive)

/* Three sentences with lengths of one byte and of two. */
static void three_sentences(struct bytes *b)
{
	char word[131];

	memset(word, 'x', sizeof word);
	memcpy(word, "=n=", 3);
	bytes_sentence(b, "!re", "=name=ether1", ".tag=5");
	bytes_text(b, "!trap");
	bytes_word(b, word, sizeof word);
	bytes_end(b);
	bytes_sentence(b, "!done");
}

static int check_third(struct ros_result *r, int n)
{
	assert_non_null(r);
	if (n == 0) {
		assert_words(r, "!re", "=name=ether1", ".tag=5");
	} else if (n == 1) {
		assert_int_equal(r->trap, 1);
		assert_int_equal(r->sentence->words, 2);
		assert_int_equal(strlen(r->sentence->word[1]), 131);
	} else {
		assert_words(r, "!done");
	}
	ros_result_free(r);
	return n + 1;
}

static int got;

static void check_in_turn(struct ros_result *r)
{
	got = check_third(r, got);
}

static void replies_may_be_split_anywhere(enum ros_type type)
{
	struct bytes all = {NULL, 0, 0};
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	size_t split;

	three_sentences(&all);
	if (type == ROS_SIMPLE)
		set_timeout(conn->socket, SO_RCVTIMEO, 1); /* so that the call ends after the first piece */
	for (split = 0; split <= all.size; split++) {
		int piece;

		got = 0;
		for (piece = 0; piece < 2; piece++) {
			peer_bytes(p, all.at + (piece ? split : 0), piece ? all.size - split : split);
			arrive(p, conn);
			if (type == ROS_EVENT) {
				assert_int_equal(ros_runloop_once(conn, check_in_turn), 1);
			} else {
				struct ros_result *r;

				while ((r = ros_read_packet(conn)) != NULL)
					check_in_turn(r);
				assert_int_equal(errno, EAGAIN);
			}
		}
		if (got != 3)
			fail_msg("split at %zu, %d sentences have come of 3", split, got);
	}
	bytes_free(&all);
	hang_up(conn);
}
IN_BOTH_TYPES(replies_may_be_split_anywhere)

static void dribble(struct peer *p, void *arg)
{
	struct bytes all = {NULL, 0, 0};
	int i;

	(void)arg;
	for (i = 0; i < 20; i++)
		three_sentences(&all);
	peer_dribble(p, &all);
	bytes_free(&all);
	peer_expect_end(p);
}

static void replies_may_come_byte_by_byte(enum ros_type type)
{
	struct peer *p = peer_play(dribble, NULL);
	struct ros_connection *conn = dial(p, type);
	int i;

	for (i = 0; i < 60; i++)
		check_third(ros_read_packet(conn), i % 3);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(replies_may_come_byte_by_byte)

static int total;

static void check_any(struct ros_result *r)
{
	check_third(r, total % 3);
	total++;
}

static void replies_may_come_byte_by_byte_to_the_event_loop(void **state)
{
	struct peer *p = peer_play(dribble, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);

	(void)state;
	for (total = 0; total < 60;) {
		assert_true(readable(conn->socket, 10000));
		assert_int_equal(ros_runloop_once(conn, check_any), 1);
	}
	hang_up(conn);
	peer_finish(p);
}

static void simulated_routers_may_dribble(enum ros_type type)
{
	int i;

	for (i = 0; i < ERAS; i++) {
		struct sim *s = sim_start(eras[i], "-user", "admin:secret", "-rows", "interface=5", "-fault", "split=1");
		struct ros_connection *conn = dial_port(s->port, type);
		int rows = 0, done = 0;

		assert_int_equal(ros_login(conn, "admin", "secret"), 1);
		assert_int_equal(ros_send_command(conn, "/interface/print", NULL), 1);
		while (!done) {
			struct ros_result *r = ros_read_packet(conn);

			assert_non_null(r);
			rows += r->re;
			done = r->done;
			ros_result_free(r);
		}
		assert_int_equal(rows, 5);
		hang_up(conn);
	}
}
IN_BOTH_TYPES(simulated_routers_may_dribble)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(words_of_any_length_are_received),
		TEST(words_of_any_length_come_through_the_event_loop),
		TEST_BOTH(words_of_any_length_are_sent),
		TEST_BOTH(long_names_and_passwords_log_in),
		TEST_BOTH(nul_bytes_within_a_word_survive),
		TEST_BOTH(replies_may_be_split_anywhere),
		TEST_BOTH(replies_may_come_byte_by_byte),
		TEST(replies_may_come_byte_by_byte_to_the_event_loop),
		TEST_BOTH(simulated_routers_may_dribble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
