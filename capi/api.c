#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "connection.h"
#include "librouteros_ext.h"
#include "memory.h"
#include "socket.h"
#include "words.h"

/* The handler of a command that was sent with a callback of NULL: its replies are dropped, but known. */
static void drop(struct ros_result *result)
{
	ros_result_free(result);
}

static uintptr_t handler_of(void (*callback)(struct ros_result *))
{
	return (uintptr_t)(callback ? callback : drop);
}

static void withdraw(struct visit *visit, int id)
{
	int ignored;
	if (id != 0)
		CONNECTION_CROSS(visit, ignored, rosgo_withdraw(visit->connection->handle, id));
}

/* Has Go put a sentence into the outbox. command says how; its words and output are filled in here. */
static int encode(struct visit *visit, const struct words *words, struct rosgo_command *command)
{
	struct connection *connection = visit->connection;
	int error = drive_writable(connection);
	if (error != 0)
		return error;
	if (words->count > (SIZE_MAX - words->size - ROSGO_PER_SENTENCE) / ROSGO_PER_WORD)
		return ENOMEM;
	command->words = words->list;
	command->word_count = words->count;
	error = outbox_reserve(&connection->out, words->size + words->count * ROSGO_PER_WORD + ROSGO_PER_SENTENCE,
	                       &command->output);
	if (error == 0)
		CONNECTION_CROSS(visit, error, rosgo_send_command(connection->handle, command));
	return error;
}

/* Encodes and sends a sentence, and ends words. */
static int send_words(struct visit *visit, struct words *words, struct rosgo_command *command)
{
	int error = encode(visit, words, command);
	words_end(words);
	if (error != 0)
		return error;
	error = drive_output(visit, &command->output);
	if (error != 0)
		withdraw(visit, command->id);
	return error;
}

/* Waits for the next sentence that is for the caller, and gives it out as *result. In event mode, those of
 * callbacks go to these meanwhile. */
static int read_one(struct visit *visit, struct ros_result **result)
{
	struct connection *connection = visit->connection;
	for (;;) {
		int error = drive(visit, GOAL_SENTENCE);
		if (error != 0)
			return error;
		const struct rosgo_record *record = inbox_first(connection);
		int event = connection->public.type == ROS_EVENT;
		uintptr_t handler = event ? record->handler : 0;
		if (record->copy && !event) {
			inbox_advance(visit);
			continue;
		}
		*result = inbox_result(connection);
		if (!*result)
			return ENOMEM;
		inbox_advance(visit);
		if (handler == 0)
			return 0;
		connection_call(visit, (void (*)(struct ros_result *))handler, *result);
		*result = NULL;
	}
}

/* What all public functions that send a sentence end with. error is that of making its words; with result,
 * a sentence is waited for. */
static int send_sentence(struct ros_connection *public, struct words *words, int error,
                         struct rosgo_command *command, struct ros_result **result)
{
	struct visit visit;
	if (error != 0) {
		errno = error;
		return 0;
	}
	error = connection_enter(&visit, public);
	if (error != 0) {
		words_end(words);
		errno = error; /* free may have changed it */
		return 0;
	}
	error = send_words(&visit, words, command);
	if (error == 0 && result)
		error = read_one(&visit, result);
	connection_leave(&visit, error);
	return error == 0;
}

int ros_send_command(struct ros_connection *conn, const char *command, ...)
{
	struct rosgo_command plain = {0};
	struct words words;
	va_list arguments;
	va_start(arguments, command);
	int error = words_from_arguments(&words, command, arguments);
	va_end(arguments);
	return send_sentence(conn, &words, error, &plain, NULL);
}

int ros_send_command_args(struct ros_connection *conn, char **list, int count)
{
	struct rosgo_command plain = {0};
	struct words words;
	int error = words_from_list(&words, list, count);
	return send_sentence(conn, &words, error, &plain, NULL);
}

int ros_send_sentence(struct ros_connection *conn, const struct ros_sentence *sentence)
{
	struct rosgo_command plain = {0};
	struct words words;
	int error = words_from_sentence(&words, sentence);
	return send_sentence(conn, &words, error, &plain, NULL);
}

struct ros_result *ros_send_command_wait(struct ros_connection *conn, const char *command, ...)
{
	struct rosgo_command plain = {0};
	struct ros_result *result = NULL;
	struct words words;
	va_list arguments;
	va_start(arguments, command);
	int error = words_from_arguments(&words, command, arguments);
	va_end(arguments);
	send_sentence(conn, &words, error, &plain, &result);
	return result;
}

struct ros_result *ros_send_sentence_wait(struct ros_connection *conn, const struct ros_sentence *sentence)
{
	struct rosgo_command plain = {0};
	struct ros_result *result = NULL;
	struct words words;
	int error = words_from_sentence(&words, sentence);
	send_sentence(conn, &words, error, &plain, &result);
	return result;
}

int ros_send_command_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                        const char *command, ...)
{
	struct rosgo_command tagged = {.tagged = 1, .handler = handler_of(callback)};
	struct words words;
	va_list arguments;
	va_start(arguments, command);
	int error = words_from_arguments(&words, command, arguments);
	va_end(arguments);
	return send_sentence(conn, &words, error, &tagged, NULL) ? tagged.id : 0;
}

int ros_send_sentence_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                         const struct ros_sentence *sentence)
{
	struct rosgo_command tagged = {.tagged = 1, .tag_at_end = 1, .handler = handler_of(callback)};
	struct words words;
	int error = words_from_sentence(&words, sentence);
	return send_sentence(conn, &words, error, &tagged, NULL) ? tagged.id : 0;
}

struct ros_result *ros_read_packet(struct ros_connection *conn)
{
	struct ros_result *result = NULL;
	struct visit visit;
	int error = connection_enter(&visit, conn);
	if (error != 0)
		return NULL;
	error = read_one(&visit, &result);
	connection_leave(&visit, error);
	return result;
}

/* Hands out what waits. Returns 0, or an errno when it had to stop. */
static int hand_out(struct visit *visit, void (*callback)(struct ros_result *))
{
	struct connection *connection = visit->connection;
	const struct rosgo_record *record;
	while (connection_gone(connection) == 0 && (record = inbox_first(connection)) != NULL) {
		void (*target)(struct ros_result *) = callback;
		if (!callback)
			target = (void (*)(struct ros_result *))record->handler;
		if (!target || (callback && record->copy)) {
			if (!target && record->kind != ROSGO_FATAL)
				connection->unclaimed++;
			inbox_advance(visit);
			continue;
		}
		struct ros_result *result = inbox_result(connection);
		if (!result)
			return ENOMEM;
		inbox_advance(visit);
		connection_call(visit, target, result);
	}
	return connection_gone(connection);
}

/* Receives and hands out what has arrived by now; what goes on arriving is for the next call. Returns 0 or
 * the errno that the connection has ended with. */
static int run_once(struct visit *visit, void (*callback)(struct ros_result *))
{
	struct connection *connection = visit->connection;
	size_t arrived = 0, taken = 0;
	for (;;) {
		int error = hand_out(visit, callback);
		if (error != 0)
			return error;
		ssize_t received = inbox_receive(visit, &error);
		if (received < 0) {
			int stopped = hand_out(visit, callback);
			return stopped != 0 ? stopped : error;
		}
		taken += (size_t)received;
		if (received > 0 && connection->in.full && arrived == 0)
			arrived = taken + socket_available(connection->public.socket) - connection->in.held;
		if (received == 0 || taken >= arrived) {
			error = hand_out(visit, callback);
			return error != 0 ? error : connection->error;
		}
	}
}

int ros_runloop_once(struct ros_connection *conn, void (*callback)(struct ros_result *result))
{
	struct visit visit;
	int error = connection_enter(&visit, conn);
	if (error != 0)
		return 0;
	if (conn->type != ROS_EVENT) {
		conn->type = ROS_EVENT;
		connection_guard(&visit);
		socket_set_blocking(conn->socket, 0);
	}
	error = run_once(&visit, callback);
	connection_leave(&visit, error);
	return error == 0 || error == ENOMEM;
}

static int cancel(struct visit *visit, int id)
{
	struct connection *connection = visit->connection;
	struct rosgo_cancel cancel = {.target = id};
	int error = drive_writable(connection);
	if (error == 0)
		error = outbox_reserve(&connection->out, ROSGO_CANCEL_SIZE, &cancel.output);
	if (error == 0)
		CONNECTION_CROSS(visit, error, rosgo_cancel(connection->handle, &cancel));
	if (error != 0)
		return error;
	error = drive_output(visit, &cancel.output);
	if (error != 0)
		withdraw(visit, cancel.id);
	return error;
}

int ros_cancel(struct ros_connection *conn, int id)
{
	struct visit visit;
	int error = connection_enter(&visit, conn);
	if (error == 0) {
		error = cancel(&visit, id);
		connection_leave(&visit, error);
	}
	return error == 0;
}

/* Replies may have been read ahead before anybody waited for them; a command that has ended among these is
 * not waited for any more. */
static int add_event(struct visit *visit, const struct ros_event *event)
{
	struct connection *connection = visit->connection;
	struct rosgo_bytes tag = {(const unsigned char *)event->tag, strlen(event->tag)};
	uintptr_t handler = handler_of(event->callback);
	int error = connection_gone(connection);
	if (error == 0)
		CONNECTION_CROSS(visit, error, rosgo_add_event(connection->handle, &tag, handler));
	if (error == 0 && inbox_claim(&connection->in, event->tag, handler))
		CONNECTION_CROSS(visit, error, rosgo_remove_event(connection->handle, &tag));
	return error;
}

int ros_add_event(struct ros_connection *conn, const struct ros_event *event)
{
	struct visit visit;
	if (!event || !memchr(event->tag, '\0', sizeof event->tag)) {
		errno = EINVAL;
		return 0;
	}
	int error = connection_enter(&visit, conn);
	if (error == 0) {
		error = add_event(&visit, event);
		connection_leave(&visit, error);
	}
	return error == 0;
}
