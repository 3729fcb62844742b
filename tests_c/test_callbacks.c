/* What a callback may do, and who gets what while another call waits. */
#include "support/support.h"

static struct peer *peer;
static struct ros_connection *conn;
static int first_id, second_id;

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

static void chain(struct ros_result *r)
{
	note("chain", r);
	second_id = ros_send_command_cb(conn, to_b, "/two", NULL);
	assert_true(second_id > 0);
	assert_int_equal(ros_send_command(conn, "/three", NULL), 1);
}

static void a_callback_may_send(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, chain, "/one", NULL);
	peer_say(peer, "!done", tag(first_id));
	run();
	peer_expect(peer, "/one", tag(first_id));
	peer_expect(peer, "/two", tag(second_id));
	peer_expect(peer, "/three");
	peer_say(peer, "!done", tag(second_id));
	run();
	assert_string_equal(seen(), "chain(!done) b(!done) ");
	hang_up(conn);
}

static void cancel(struct ros_result *r)
{
	if (r->re)
		assert_int_equal(ros_cancel(conn, first_id), 1);
	note("cancel", r);
}

static void a_callback_may_cancel(void **state)
{
	const char *own;

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, cancel, "/one", NULL);
	peer_say(peer, "!re", tag(first_id));
	run();
	peer_expect(peer, "/one", tag(first_id));
	assert_true(peer_read(peer));
	assert_string_equal(peer->word[0], "/cancel");
	own = peer_word(peer, ".tag=");
	peer_say(peer, "!trap", "=category=2", "=message=interrupted", tag(first_id));
	peer_say(peer, "!done", own);
	peer_say(peer, "!done", tag(first_id));
	run();
	assert_string_equal(seen(), "cancel(!re) cancel(!trap =category=2 =message=interrupted) cancel(!done) ");
	hang_up(conn);
}

static void leave(struct ros_result *r)
{
	note("leave", r);
	hang_up(conn);
}

static void three_sentences(void)
{
	struct bytes all = {NULL, 0, 0};

	first_id = ros_send_command_cb(conn, leave, "/one", NULL);
	second_id = ros_send_command_cb(conn, to_b, "/two", NULL);
	bytes_sentence(&all, "!re", tag(first_id));
	bytes_sentence(&all, "!re", tag(first_id));
	bytes_sentence(&all, "!done", tag(second_id));
	peer_send(peer, &all);
	arrive(peer, conn);
}

static void a_callback_may_disconnect(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	three_sentences();
	assert_errno(ros_runloop_once(conn, NULL), 0, ECONNABORTED);
	assert_string_equal(seen(), "leave(!re) ");
}

static void an_explicit_callback_may_disconnect(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	three_sentences();
	assert_errno(ros_runloop_once(conn, leave), 0, ECONNABORTED);
	assert_string_equal(seen(), "leave(!re) ");
}

static void a_callback_may_disconnect_under_a_read(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	three_sentences();
	assert_errno(ros_read_packet(conn), NULL, ECONNABORTED);
	open_both(ROS_EVENT);
	three_sentences();
	assert_errno(ros_send_command_wait(conn, "/x", NULL), NULL, ECONNABORTED);
	assert_string_equal(seen(), "leave(!re) leave(!re) ");
}

static void a_callback_may_disconnect_on_fatal(void **state)
{
	int i;

	(void)state;
	open_both(ROS_EVENT);
	for (i = 0; i < 5; i++)
		assert_true(ros_send_command_cb(conn, leave, "/x", NULL) > 0);
	peer_say(peer, "!fatal", "bye");
	arrive(peer, conn);
	assert_int_equal(ros_runloop_once(conn, NULL), 0);
	assert_string_equal(seen(), "leave(!fatal bye) ");
}

static void too_late(struct ros_result *r)
{
	note("late", r);
	assert_int_equal(ros_send_command_cb(conn, to_b, "/two", NULL), 0);
}

static void a_callback_cannot_send_when_fatal_has_come(void **state)
{
	struct bytes all = {NULL, 0, 0};

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, too_late, "/one", NULL);
	second_id = ros_send_command_cb(conn, to_c, "/two", NULL);
	bytes_sentence(&all, "!done", tag(first_id));
	bytes_sentence(&all, "!fatal", "bye");
	peer_send(peer, &all);
	arrive(peer, conn);
	ros_runloop_once(conn, NULL);
	assert_string_equal(seen(), "late(!done) c(!fatal bye) "); /* none that would never hear */
	hang_up(conn);
}

static void again(struct ros_result *r)
{
	int outermost = strcmp(r->sentence->word[1], "=n=1") == 0;

	note("again", r);
	if (outermost)
		assert_int_equal(ros_runloop_once(conn, NULL), 1);
	else
		assert_int_equal(ros_runloop_once(conn, to_c), 1);
	note("back", NULL);
}

static void a_callback_may_run_the_loop_again(void **state)
{
	struct bytes all = {NULL, 0, 0};

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, again, "/one", NULL);
	second_id = ros_send_command_cb(conn, to_b, "/two", NULL);
	bytes_sentence(&all, "!re", "=n=1", tag(first_id));
	bytes_sentence(&all, "!re", "=n=2", tag(second_id));
	bytes_sentence(&all, "!re", "=n=3", tag(first_id));
	bytes_sentence(&all, "!re", "=n=4", tag(second_id));
	peer_send(peer, &all);
	run();
	assert_string_equal(seen(), "again(!re =n=1) b(!re =n=2) again(!re =n=3) c(!re =n=4) back() back() ");
	hang_up(conn);
}

static void ask(struct ros_result *r)
{
	struct ros_result *mine;

	note("ask", r);
	mine = ros_send_command_wait(conn, "/x", NULL);
	assert_non_null(mine);
	note("answer", mine);
	assert_reads(conn, "!done", "=n=3");
}

static void a_callback_may_wait_for_an_answer(void **state)
{
	struct bytes all = {NULL, 0, 0};

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, ask, "/one", NULL);
	second_id = ros_send_command_cb(conn, to_b, "/two", NULL);
	bytes_sentence(&all, "!done", "=n=1", tag(first_id));
	bytes_sentence(&all, "!re", "=n=2", tag(second_id));
	bytes_sentence(&all, "!re", "=n=2");
	bytes_sentence(&all, "!done", "=n=3");
	bytes_sentence(&all, "!done", "=n=4", tag(second_id));
	peer_send(peer, &all);
	run();
	assert_string_equal(seen(), "ask(!done =n=1) b(!re =n=2) answer(!re =n=2) b(!done =n=4) ");
	hang_up(conn);
}

static void register_again(struct ros_result *r)
{
	struct ros_event event;

	memset(&event, 0, sizeof event);
	strcpy(event.tag, ros_get_tag(r));
	event.callback = to_c;
	assert_int_equal(ros_add_event(conn, &event), r->done);
	note("mine", r);
}

static void the_registration_is_gone_when_done_is_seen(void **state)
{
	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, register_again, "/one", NULL);
	peer_say(peer, "!re", tag(first_id)); /* still there, so registering fails */
	run();
	peer_say(peer, "!trap", tag(first_id));
	run();
	peer_say(peer, "!done", tag(first_id));
	run();
	peer_say(peer, "!done", "=n=2", tag(first_id));
	run();
	assert_string_equal(seen(), "mine(!re) mine(!trap) mine(!done) c(!done =n=2) ");
	hang_up(conn);
}

static void a_registration_counts_for_what_waits_already(void **state)
{
	struct ros_event event;

	(void)state;
	open_both(ROS_EVENT);
	memset(&event, 0, sizeof event);
	strcpy(event.tag, "own");
	event.callback = to_a;
	assert_int_equal(ros_send_command(conn, "/x", ".tag=own", NULL), 1);
	peer_say(peer, "!re", "=mine=1");
	peer_say(peer, "!done", ".tag=own");
	arrive(peer, conn);
	assert_reads(conn, "!re", "=mine=1"); /* and reads ahead, perhaps */
	assert_int_equal(ros_add_event(conn, &event), 1);
	run();
	assert_string_equal(seen(), "a(!done) ");
	hang_up(conn);
}

enum { LONG = 12 << 20 };

/* Answers as soon as the tag has come, while the rest of the command is still being sent. */
static void answer_early(struct peer *p, void *arg)
{
	char start[256];
	size_t have = 0;
	char *mark;

	(void)arg;
	while (have < 60) {
		ssize_t n = recv(p->fd, start + have, sizeof start - 1 - have, 0);

		peer_check(p, n > 0, "no command");
		have += (size_t)n;
	}
	start[have] = '\0';
	mark = strstr(start, ".tag=");
	peer_check(p, mark != NULL, "no tag");
	mark[(unsigned char)mark[-1]] = '\0';
	peer_say(p, "!re", mark);
	peer_say(p, "!done", mark);
	for (have = 0; have < LONG - 1000;) {
		static char rest[65536];
		ssize_t n = recv(p->fd, rest, sizeof rest, 0);

		peer_check(p, n > 0, "no end of the command");
		have += (size_t)n;
	}
}

static void a_reply_may_beat_the_return_of_send(void **state)
{
	char *word = malloc(LONG + 1);

	(void)state;
	memset(word, 'x', LONG);
	word[LONG] = '\0';
	peer = peer_listen(AF_INET);
	peer_buffers(peer, 65536);
	peer_start(peer, answer_early, NULL);
	conn = dial(peer, ROS_EVENT);
	assert_true(ros_send_command_cb(conn, to_a, "/one", word, NULL) > 0);
	free(word);
	assert_true(readable(conn->socket, 10000));
	run();
	assert_string_equal(seen(), "a(!re) a(!done) ");
	hang_up(conn);
	peer_finish(peer);
}

static void a_send_that_fails_halfway_leaves_no_registration(void **state)
{
	enum { FAR_TOO_LONG = 64 << 20 };
	char *word = malloc(FAR_TOO_LONG + 1);

	(void)state;
	memset(word, 'x', FAR_TOO_LONG);
	word[FAR_TOO_LONG] = '\0';
	peer = peer_listen(AF_INET);
	peer_buffers(peer, 65536);
	conn = dial(peer, ROS_EVENT);
	assert_true(ros_send_command_cb(conn, to_b, "/one", NULL) > 0);
	set_timeout(conn->socket, SO_SNDTIMEO, 20);
	assert_errno(ros_send_command_cb(conn, to_a, "/two", word, NULL), 0, EAGAIN);
	free(word);
	peer_say(peer, "!fatal", "bye");
	arrive(peer, conn);
	ros_runloop_once(conn, NULL);
	assert_string_equal(seen(), "b(!fatal bye) ");
	hang_up(conn);
}

static void callbacks_get_theirs_while_another_call_waits(void **state)
{
	struct ros_result *r;

	(void)state;
	open_both(ROS_EVENT);
	first_id = ros_send_command_cb(conn, to_a, "/one", NULL);
	second_id = ros_send_command_cb(conn, to_b, "/two", NULL);
	peer_say(peer, "!re", tag(first_id));
	peer_say(peer, "!done", tag(second_id), "=n=1");
	peer_say(peer, "!re", "=mine=1");
	peer_say(peer, "!done", tag(first_id));
	peer_say(peer, "!done", ".tag=own");
	r = ros_send_command_wait(conn, "/three", NULL);
	assert_words(r, "!re", "=mine=1");
	ros_result_free(r);
	assert_string_equal(seen(), "a(!re) b(!done =n=1) ");
	assert_reads(conn, "!done", ".tag=own");
	assert_string_equal(seen(), "a(!done) ");
	hang_up(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_callback_may_send),
		TEST(a_callback_may_cancel),
		TEST(a_callback_may_disconnect),
		TEST(an_explicit_callback_may_disconnect),
		TEST(a_callback_may_disconnect_under_a_read),
		TEST(a_callback_may_disconnect_on_fatal),
		TEST(a_callback_cannot_send_when_fatal_has_come),
		TEST(a_callback_may_run_the_loop_again),
		TEST(a_callback_may_wait_for_an_answer),
		TEST(the_registration_is_gone_when_done_is_seen),
		TEST(a_registration_counts_for_what_waits_already),
		TEST(a_reply_may_beat_the_return_of_send),
		TEST(a_send_that_fails_halfway_leaves_no_registration),
		TEST(callbacks_get_theirs_while_another_call_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
