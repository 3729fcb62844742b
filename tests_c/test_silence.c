/*
 * Nothing is printed, no signal raised, the process never ended. The first two are looked at around every
 * test, here and elsewhere; here is what might tempt a library to.
 */
#include "support/support.h"

#include <signal.h>

static void null_is_harmless_everywhere(void **state)
{
	struct ros_sentence *s = ros_sentence_new();
	struct ros_event event;
	char *words[] = {(char *)"/x"};

	(void)state;
	memset(&event, 0, sizeof event);
	strcpy(event.tag, "t");
	ros_sentence_add(s, "/x");
	assert_errno(ros_connect(NULL, 0), NULL, EINVAL);
	assert_errno(ros_disconnect(NULL), -1, EINVAL);
	assert_errno(ros_login(NULL, "admin", ""), 0, EINVAL);
	assert_errno(ros_login(NULL, NULL, NULL), 0, EINVAL);
	ros_set_type(NULL, ROS_EVENT);
	assert_errno(ros_send_command(NULL, "/x", NULL), 0, EINVAL);
	assert_errno(ros_send_command(NULL, NULL, NULL), 0, EINVAL);
	assert_errno(ros_send_command_wait(NULL, "/x", NULL), NULL, EINVAL);
	assert_errno(ros_send_command_cb(NULL, to_a, "/x", NULL), 0, EINVAL);
	assert_errno(ros_send_sentence_cb(NULL, to_a, s), 0, EINVAL);
	assert_errno(ros_send_sentence_wait(NULL, s), NULL, EINVAL);
	assert_errno(ros_send_sentence(NULL, s), 0, EINVAL);
	assert_errno(ros_send_command_args(NULL, words, 1), 0, EINVAL);
	assert_errno(ros_add_event(NULL, &event), 0, EINVAL);
	assert_errno(ros_read_packet(NULL), NULL, EINVAL);
	assert_errno(ros_runloop_once(NULL, to_a), 0, EINVAL);
	assert_errno(ros_runloop_once(NULL, NULL), 0, EINVAL);
	assert_errno(ros_cancel(NULL, 1), 0, EINVAL);
	assert_errno(ros_get_counters(NULL, NULL, 8), 0, EINVAL);
	assert_null(ros_get(NULL, NULL));
	assert_null(ros_get_tag(NULL));
	ros_result_free(NULL);
	ros_free_result(NULL);
	ros_sentence_free(NULL);
	ros_sentence_add(NULL, NULL);
	ros_sentence_free(s);
}

/* What the original printed or died of, one after the other. */
static void nothing_that_a_router_does_is_printed(enum ros_type type)
{
	static const char *const replies[] = {
		"\3!re\0", "\4!foo\0", "\0", "\x03!re\x0a.tag=99999\0", "\x06!empty\0", "\x05!done\0",
		"\x06!fatal\0", "\xf1", "\xff", "\x06!fatal\x01", "\xf0\xff\xff\xff\xff",
	};
	static const size_t sizes[] = {5, 6, 1, 16, 8, 7, 8, 1, 1, 8, 5};
	size_t i;

	for (i = 0; i < sizeof replies / sizeof *replies; i++) {
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, type);

		assert_true(ros_send_command_cb(conn, to_a, "/x", NULL) > 0);
		peer_bytes(p, replies[i], sizes[i]);
		arrive(p, conn);
		ros_runloop_once(conn, NULL);
		peer_close(p);
		assert_true(readable(conn->socket, 10000));
		while (ros_runloop_once(conn, NULL) == 1)
			readable(conn->socket, 10000);
		ros_result_free(ros_read_packet(conn));
		assert_int_equal(ros_login(conn, "admin", ""), 0);
		hang_up(conn);
		peer_finish(p);
	}
	seen();
}
IN_BOTH_TYPES(nothing_that_a_router_does_is_printed)

static void any_bytes_are_survived(enum ros_type type)
{
	uint32_t x = 1;
	int round;

	for (round = 0; round < 300; round++) {
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, type);
		unsigned char noise[200];
		struct ros_result *r;
		size_t i;

		for (i = 0; i < sizeof noise; i++) {
			x = x * 1664525 + 1013904223;
			noise[i] = (unsigned char)(round % 2 ? x >> 24 : (x >> 24) % 8);
		}
		peer_bytes(p, noise, sizeof noise);
		peer_close(p);
		if (round % 3 == 0)
			while (ros_runloop_once(conn, ros_result_free) == 1)
				readable(conn->socket, 10000);
		while ((r = ros_read_packet(conn)) != NULL) {
			assert_null(r->sentence->word[r->sentence->words]);
			ros_result_free(r);
		}
		hang_up(conn);
		peer_finish(p);
	}
}
IN_BOTH_TYPES(any_bytes_are_survived)

static volatile sig_atomic_t pipes;

static void on_pipe(int number)
{
	(void)number;
	pipes++;
}

static void no_sigpipe_is_raised(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	struct sigaction ours, now;
	int i;

	memset(&ours, 0, sizeof ours);
	ours.sa_handler = on_pipe;
	sigaction(SIGPIPE, &ours, NULL);
	peer_reset(p);
	assert_true(readable(conn->socket, 10000));
	for (i = 0; i < 5; i++) {
		assert_int_equal(ros_send_command(conn, "/x", NULL), 0);
		assert_int_equal(ros_cancel(conn, 1), 0);
	}
	hang_up(conn);
	assert_int_equal(pipes, 0);
	sigaction(SIGPIPE, NULL, &now); /* it is the program's to say what becomes of the signal */
	assert_ptr_equal(now.sa_handler, on_pipe);
	signal(SIGPIPE, SIG_DFL);
}
IN_BOTH_TYPES(no_sigpipe_is_raised)

/* A program that has closed its standard output gets the connection's socket in its place. */
static void nothing_is_printed_into_the_connection(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn;
	int out = dup(1);

	(void)state;
	close(1);
	conn = dial(p, ROS_SIMPLE);
	peer_say(p, "!re", ".tag=nobody");
	peer_say(p, "!done");
	arrive(p, conn);
	ros_runloop_once(conn, NULL);
	fflush(stdout);
	ros_disconnect(conn);
	dup2(out, 1);
	close(out);
	peer_expect_end(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(null_is_harmless_everywhere),
		TEST_BOTH(nothing_that_a_router_does_is_printed),
		TEST_BOTH(any_bytes_are_survived),
		TEST_BOTH(no_sigpipe_is_raised),
		TEST(nothing_is_printed_into_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
