/* Names and prototypes; offsets and sizes are in support/layout.c, which every program is built with. */
#include "support/support.h"

#include <dlfcn.h>

typedef struct ros_connection conn_t;
typedef struct ros_sentence sentence_t;
typedef struct ros_result result_t;
typedef void (*callback_t)(result_t *);

/* The compiler complains when a prototype is another one. */
static conn_t *(*const connect_)(const char *, int) = ros_connect;
static int (*const disconnect_)(conn_t *) = ros_disconnect;
static int (*const login_)(conn_t *, const char *, const char *) = ros_login;
static void (*const set_type_)(conn_t *, enum ros_type) = ros_set_type;
static int (*const send_command_)(conn_t *, const char *, ...) = ros_send_command;
static result_t *(*const command_wait_)(conn_t *, const char *, ...) = ros_send_command_wait;
static result_t *(*const sentence_wait_)(conn_t *, const sentence_t *) = ros_send_sentence_wait;
static int (*const command_cb_)(conn_t *, callback_t, const char *, ...) = ros_send_command_cb;
static int (*const sentence_cb_)(conn_t *, callback_t, const sentence_t *) = ros_send_sentence_cb;
static result_t *(*const read_packet_)(conn_t *) = ros_read_packet;
static int (*const runloop_once_)(conn_t *, callback_t) = ros_runloop_once;
static int (*const cancel_)(conn_t *, int) = ros_cancel;
static char *(*const get_)(const result_t *, const char *) = ros_get;
static char *(*const get_tag_)(const result_t *) = ros_get_tag;
static void (*const result_free_)(result_t *) = ros_result_free;
static void (*const free_result_)(result_t *) = ros_free_result;
static sentence_t *(*const sentence_new_)(void) = ros_sentence_new;
static void (*const sentence_add_)(sentence_t *, const char *) = ros_sentence_add;
static void (*const sentence_free_)(sentence_t *) = ros_sentence_free;
static int (*const send_sentence_)(conn_t *, const sentence_t *) = ros_send_sentence;
static int (*const command_args_)(conn_t *, char **, int) = ros_send_command_args;
static int (*const add_event_)(conn_t *, const struct ros_event *) = ros_add_event;

static void every_function_is_there(void **state)
{
	(void)state;
	assert_true(connect_ && disconnect_ && login_ && set_type_ && send_command_ && command_wait_);
	assert_true(sentence_wait_ && command_cb_ && sentence_cb_ && read_packet_ && runloop_once_);
	assert_true(cancel_ && get_ && get_tag_ && result_free_ && free_result_ && sentence_new_);
	assert_true(sentence_add_ && sentence_free_ && send_sentence_ && command_args_ && add_event_);
}

static void what_leaked_from_the_original_is_not_offered(void **state)
{
	static const char *const names[] = {"md5_init", "md5_append", "md5_finish", "strcmp2", "ros_disconect"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (dlsym(RTLD_DEFAULT, names[i]) != NULL)
			fail_msg("%s is exported", names[i]);
}

static void internals_of_the_original_are_zero(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	int round;

	peer_say(p, "!re", "=n=1");
	peer_say(p, "!done");
	for (round = 0; round < 3; round++) { /* new, in use, used */
		assert_int_equal(conn->type, type);
		assert_true(conn->socket >= 0);
		assert_null(conn->buffer);
		assert_null(conn->events);
		assert_int_equal(conn->max_events, 0);
		assert_null(conn->event_result);
		assert_int_equal(conn->expected_length, 0);
		assert_int_equal(conn->length, 0);
		if (round < 2)
			ros_result_free(ros_read_packet(conn));
	}
	hang_up(conn);
}
IN_BOTH_TYPES(internals_of_the_original_are_zero)

static void the_version_is_that_of_the_header(void **state)
{
	(void)state;
	assert_string_equal(ros_version(), ROS_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_function_is_there),
		TEST(what_leaked_from_the_original_is_not_offered),
		TEST_BOTH(internals_of_the_original_are_zero),
		TEST(the_version_is_that_of_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
