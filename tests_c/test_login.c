/* ros_login, against scripts of every era and against the simulated router. */
#include "support/support.h"

#define CHALLENGE "=ret=d41d8cd98f00b204e9800998ecf8427e"

/* What a router says to the first sentence, and what it then wants and says. */
struct era {
	const char *name, *password;       /* to ros_login; NULL stays NULL */
	const char *name_word, *password_word;
	const char *response;              /* NULL: the password did it */
};

static const struct era cases[] = {
	{"admin", "secret", "=name=admin", "=password=secret", NULL},
	{"admin", "secret", "=name=admin", "=password=secret", "=response=00ddb7644b562bf6a6e9eccbcfc8b9149a"},
	{"admin", "", "=name=admin", "=password=", NULL},
	{"admin", "", "=name=admin", "=password=", "=response=0032f3908ddf5abb09811d28ff7d8e5d99"},
	{NULL, NULL, "=name=", "=password=", NULL},
	{NULL, NULL, "=name=", "=password=", "=response=0032f3908ddf5abb09811d28ff7d8e5d99"},
	{"\xe9=\x80 ", "\xe9\xff\x01=", "=name=\xe9=\x80 ", "=password=\xe9\xff\x01=", NULL},
	{"\xe9=\x80 ", "\xe9\xff\x01=", "=name=\xe9=\x80 ", "=password=\xe9\xff\x01=",
	 "=response=00f095e993ef1932cf9f4046d66cee9170"},
};
enum { CASES = sizeof cases / sizeof *cases };

static void say_slowly(struct peer *p, const char *first, const char *second)
{
	struct bytes reply = {NULL, 0, 0};

	bytes_sentence(&reply, first, second);
	peer_dribble(p, &reply);
	bytes_free(&reply);
}

static void let_in(struct peer *p, void *arg)
{
	const struct era *e = arg;

	peer_expect(p, "/login", e->name_word, e->password_word);
	if (e->response != NULL) {
		say_slowly(p, "!done", CHALLENGE);
		peer_expect(p, "/login", e->name_word, e->response);
	}
	peer_say(p, "!done");
	peer_expect(p, "/system/identity/print");
	peer_say(p, "!done");
	peer_expect_end(p);
}

static void the_words_of_every_era_are_exact(enum ros_type type)
{
	int i;

	for (i = 0; i < CASES; i++) {
		struct peer *p = peer_play(let_in, (void *)&cases[i]);
		struct ros_connection *conn = dial(p, type);
		struct ros_result *r;

		assert_int_equal(ros_login(conn, cases[i].name, cases[i].password), 1);
		assert_int_equal(conn->type, type);
		assert_int_equal(is_nonblocking(conn->socket), type == ROS_EVENT);
		r = ros_send_command_wait(conn, "/system/identity/print", NULL);
		assert_words(r, "!done");
		ros_result_free(r);
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(the_words_of_every_era_are_exact)

static void refuse_then_let_in(struct peer *p, void *arg)
{
	int challenge = *(int *)arg, attempt;

	for (attempt = 0; attempt < 2; attempt++) {
		peer_expect(p, "/login", "=name=admin", attempt ? "=password=secret" : "=password=wrong");
		if (challenge) {
			peer_say(p, "!done", CHALLENGE);
			peer_check(p, peer_read(p), "no answer to the challenge");
		}
		if (attempt == 0) {
			peer_say(p, "!trap", "=message=cannot log in");
			peer_say(p, "!trap", "=message=really", "=category=4");
		}
		peer_say(p, "!done");
	}
	peer_expect(p, "/next");
	peer_say(p, "!re", "=n=1");
	peer_expect_end(p);
}

static void after_a_refusal_the_stream_is_in_step(enum ros_type type)
{
	int challenge;

	for (challenge = 0; challenge < 2; challenge++) {
		struct peer *p = peer_play(refuse_then_let_in, &challenge);
		struct ros_connection *conn = dial(p, type);

		assert_errno(ros_login(conn, "admin", "wrong"), 0, EACCES);
		assert_int_equal(ros_login(conn, "admin", "secret"), 1);
		assert_int_equal(ros_send_command(conn, "/next", NULL), 1);
		assert_reads(conn, "!re", "=n=1");
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(after_a_refusal_the_stream_is_in_step)

static void logs_in_to_every_version(enum ros_type type)
{
	int i;

	for (i = 0; i < ERAS; i++) {
		struct sim *s = sim_start(eras[i], "-user", "admin:secret");
		struct ros_connection *conn = dial_port(s->port, type);
		struct ros_result *r;
		int done = 0, rows = 0;

		assert_errno(ros_login(conn, "admin", "wrong"), 0, EACCES);
		if (ros_login(conn, "admin", "secret") != 1)
			fail_msg("RouterOS %s: %s", eras[i], strerror(errno));
		assert_int_equal(ros_send_command(conn, "/system/identity/print", NULL), 1);
		while (!done) {
			r = ros_read_packet(conn);
			assert_non_null(r);
			rows += r->re;
			done = r->done;
			ros_result_free(r);
		}
		assert_int_equal(rows, 1);
		hang_up(conn);
	}
}
IN_BOTH_TYPES(logs_in_to_every_version)

static void an_empty_password_does_for_every_version(enum ros_type type)
{
	int i;

	for (i = 0; i < ERAS; i++) {
		struct sim *s = sim_start(eras[i], "-user", "admin:");
		struct ros_connection *conn = dial_port(s->port, type);

		if (ros_login(conn, "admin", "") != 1)
			fail_msg("RouterOS %s: %s", eras[i], strerror(errno));
		hang_up(conn);
	}
}
IN_BOTH_TYPES(an_empty_password_does_for_every_version)

static void the_type_may_change_after_the_login(enum ros_type type)
{
	int i;

	for (i = 0; i < CASES; i++) {
		struct peer *p = peer_play(let_in, (void *)&cases[i]);
		struct ros_connection *conn = dial(p, type == ROS_EVENT ? ROS_SIMPLE : ROS_EVENT);
		struct ros_result *r;

		assert_int_equal(ros_login(conn, cases[i].name, cases[i].password), 1);
		ros_set_type(conn, type);
		r = ros_send_command_wait(conn, "/system/identity/print", NULL);
		assert_words(r, "!done");
		ros_result_free(r);
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(the_type_may_change_after_the_login)

static void an_answer_after_the_callers_time_limit_does_no_harm(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	set_timeout(conn->socket, SO_RCVTIMEO, 20);
	assert_errno(ros_login(conn, "admin", "wrong"), 0, EAGAIN);
	peer_say(p, "!trap", "=message=invalid user name or password (6)"); /* to the first */
	peer_say(p, "!done");
	peer_say(p, "!done"); /* to the second */
	peer_say(p, "!re", "=n=1");
	assert_int_equal(ros_login(conn, "admin", "secret"), 1);
	assert_reads(conn, "!re", "=n=1");
	hang_up(conn);
}
IN_BOTH_TYPES(an_answer_after_the_callers_time_limit_does_no_harm)

enum ending { FATAL, CLOSE, RESET, HALF, CHALLENGE_CLOSE, RESERVED };

static void end_it(struct peer *p, void *arg)
{
	enum ending ending = *(enum ending *)arg;

	peer_check(p, peer_read(p), "no login");
	if (ending == FATAL)
		peer_say(p, "!fatal", "too many sessions");
	else if (ending == HALF)
		peer_bytes(p, "\5!do", 4);
	else if (ending == CHALLENGE_CLOSE)
		peer_say(p, "!done", CHALLENGE);
	else if (ending == RESERVED)
		peer_bytes(p, "\xf8", 1);
	if (ending == RESET)
		peer_reset(p);
	else if (ending != RESERVED)
		peer_close(p);
}

static void ends_with(enum ros_type type, enum ending ending, int number)
{
	struct peer *p = peer_play(end_it, &ending);
	struct ros_connection *conn = dial(p, type);

	if (number != 0)
		assert_errno(ros_login(conn, "admin", "secret"), 0, number);
	else
		assert_int_equal(ros_login(conn, "admin", "secret"), 0);
	hang_up(conn);
	peer_finish(p);
}

static void a_fatal_reply_fails_the_login(enum ros_type type)
{
	ends_with(type, FATAL, ECONNRESET);
}
IN_BOTH_TYPES(a_fatal_reply_fails_the_login)

static void the_end_of_the_connection_fails_the_login(enum ros_type type)
{
	ends_with(type, CLOSE, ECONNRESET);
	ends_with(type, RESET, ECONNRESET);
	ends_with(type, HALF, 0);
	ends_with(type, CHALLENGE_CLOSE, 0); /* sending may notice first */
}
IN_BOTH_TYPES(the_end_of_the_connection_fails_the_login)

static void another_protocol_fails_the_login(enum ros_type type)
{
	ends_with(type, RESERVED, EPROTO);
}
IN_BOTH_TYPES(another_protocol_fails_the_login)

static void odd_challenge(struct peer *p, void *arg)
{
	peer_check(p, peer_read(p), "no login");
	peer_say(p, "!done", *(const char **)arg);
	if (peer_read(p)) {
		peer_say(p, "!trap", "=message=cannot log in");
		peer_say(p, "!done");
	}
}

static void a_challenge_that_is_none_fails_the_login(enum ros_type type)
{
	static const char *challenges[] = {"=ret=xyz", "=ret=", "=ret=d41d8cd98f00b204e9800998ecf8427",
	                                   "=ret=g41d8cd98f00b204e9800998ecf8427e"};
	size_t i;

	for (i = 0; i < sizeof challenges / sizeof *challenges; i++) {
		struct peer *p = peer_play(odd_challenge, &challenges[i]);
		struct ros_connection *conn = dial(p, type);

		assert_int_equal(ros_login(conn, "admin", "secret"), 0);
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(a_challenge_that_is_none_fails_the_login)

static void say_more(struct peer *p, void *arg)
{
	(void)arg;
	peer_check(p, peer_read(p), "no login");
	peer_say(p, "!news", "=n=1");
	peer_say(p, "!done");
	peer_expect_end(p);
}

static void an_unknown_reply_word_does_not_fail_the_login(enum ros_type type)
{
	struct peer *p = peer_play(say_more, NULL);
	struct ros_connection *conn = dial(p, type);

	assert_int_equal(ros_login(conn, "admin", "secret"), 1);
	hang_up(conn);
	peer_finish(p);
}
IN_BOTH_TYPES(an_unknown_reply_word_does_not_fail_the_login)

static void rows_between(struct peer *p, void *arg)
{
	char mark[40];

	(void)arg;
	peer_check(p, peer_read(p), "no command");
	snprintf(mark, sizeof mark, "%s", peer_word(p, ".tag="));
	peer_expect(p, "/login", "=name=admin", "=password=secret");
	peer_say(p, "!re", mark, "=n=1");
	peer_say(p, "!done", CHALLENGE);
	peer_expect(p, "/login", "=name=admin", cases[1].response);
	peer_say(p, "!re", mark, "=n=2");
	peer_say(p, "!done", mark);
	peer_say(p, "!done");
	peer_expect_end(p);
}

static void what_arrives_during_a_login_is_kept_for_the_callbacks(void **state)
{
	struct peer *p = peer_play(rows_between, NULL);
	struct ros_connection *conn = dial(p, ROS_EVENT);

	(void)state;
	assert_true(ros_send_command_cb(conn, to_a, "/one", NULL) > 0);
	assert_int_equal(ros_login(conn, "admin", "secret"), 1);
	assert_string_equal(seen(), "");
	assert_true(readable(conn->socket, 0));
	assert_int_equal(ros_runloop_once(conn, NULL), 1);
	assert_string_equal(seen(), "a(!re =n=1) a(!re =n=2) a(!done) ");
	assert_false(readable(conn->socket, 0));
	hang_up(conn);
	peer_finish(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(the_words_of_every_era_are_exact),
		TEST_BOTH(after_a_refusal_the_stream_is_in_step),
		TEST_BOTH(logs_in_to_every_version),
		TEST_BOTH(an_empty_password_does_for_every_version),
		TEST_BOTH(the_type_may_change_after_the_login),
		TEST_BOTH(an_answer_after_the_callers_time_limit_does_no_harm),
		TEST_BOTH(a_fatal_reply_fails_the_login),
		TEST_BOTH(the_end_of_the_connection_fails_the_login),
		TEST_BOTH(another_protocol_fails_the_login),
		TEST_BOTH(a_challenge_that_is_none_fails_the_login),
		TEST_BOTH(an_unknown_reply_word_does_not_fail_the_login),
		TEST(what_arrives_during_a_login_is_kept_for_the_callbacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
