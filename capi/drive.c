#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>

#include "socket.h"

/* How often to look again, in milliseconds, when the socket cannot tell what is waited for: with a byte held
 * in it, it always polls readable; and another thread may have read the answer to a login. */
#define LOOK_AGAIN 5
#define LOOK_AT_LOGIN 50

/* Sends what can be sent now. Returns whether something is left. */
static int flush(struct visit *visit)
{
	struct connection *connection = visit->connection;
	struct outbox *out = &connection->out;
	while (out->begin < out->end && connection->write_error == 0) {
		connection_guard(visit);
		ssize_t n = socket_send(connection->public.socket, out->data + out->begin, out->end - out->begin);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 1;
		if (n < 0) {
			connection->write_error = errno == EPIPE ? ECONNRESET : errno;
			break;
		}
		connection->awaiting = connection->in.data == NULL;
		visit->since = 0;
		out->begin += (size_t)n;
		out->sent += (size_t)n;
	}
	outbox_release(out);
	return 0;
}

static int reached(const struct connection *connection, enum goal goal, uint64_t target)
{
	switch (goal) {
	case GOAL_SENT:
		return connection->out.sent >= target;
	case GOAL_SENTENCE:
		return inbox_first(connection) != NULL;
	case GOAL_LOGIN:
		return connection->login != ROSGO_LOGIN_WAITING;
	}
	return 1;
}

/* The first wait is this short, in milliseconds, and does without asking for the caller's time limit: most
 * answers of a router that is near come sooner. */
#define GLANCE 4

/* How long to wait, in milliseconds, -1 for ever; 0 when the caller's own time limit is over. */
static int time_to_wait(struct visit *visit, enum goal goal)
{
	const struct connection *connection = visit->connection;
	int left = -1;
	if (visit->since == 0) {
		visit->since = clock_milliseconds();
		return GLANCE;
	}
	int limit = socket_time_limit(connection->public.socket, goal == GOAL_SENT);
	if (limit >= 0) {
		long long until = visit->since + limit - clock_milliseconds();
		if (until <= 0)
			return 0;
		left = (int)until;
	}
	int look = connection->in.held ? LOOK_AGAIN : goal == GOAL_LOGIN ? LOOK_AT_LOGIN : -1;
	return left < 0 || (look >= 0 && look < left) ? look : left;
}

int drive(struct visit *visit, enum goal goal)
{
	struct connection *connection = visit->connection;
	uint64_t target = connection->out.queued;

	if (goal == GOAL_SENT)
		visit->since = 0;
	for (;;) {
		int error = connection_gone(connection);
		if (error != 0)
			return error;
		int unsent = flush(visit);
		if (reached(connection, goal, target))
			return 0;
		if (goal == GOAL_SENT && connection->write_error != 0)
			return connection->write_error;

		ssize_t received = connection->awaiting ? 0 : inbox_receive(visit, &error);
		connection->awaiting = 0;
		/* What cannot be taken in for lack of room need not stop what goes out. */
		int full = received < 0 && (error == ENOBUFS || error == ENOMEM) && goal == GOAL_SENT;
		if (received > 0 || reached(connection, goal, target))
			continue;
		if (received < 0 && !full)
			return error;
		int milliseconds = time_to_wait(visit, goal);
		if (milliseconds == 0)
			return EAGAIN;
		int events = unsent ? SOCKET_WRITABLE : 0;
		if (!full)
			events |= connection->in.held ? SOCKET_CLOSED : SOCKET_READABLE;
		connection_wait(visit, events, milliseconds);
		if (unsent && connection->in.held)
			socket_widen(connection->public.socket);
	}
}

int drive_writable(const struct connection *connection)
{
	int error = connection_gone(connection);
	return error != 0 ? error : connection->write_error;
}

int drive_output(struct visit *visit, const struct rosgo_output *output)
{
	struct connection *connection = visit->connection;
	struct outbox *out = &connection->out;
	uint64_t start = out->queued;

	out->end += output->length;
	out->queued += output->length;
	uint64_t queued = out->queued;
	int error = drive(visit, GOAL_SENT);
	if (error == 0 || connection_gone(connection))
		return error;
	if (connection->write_error == 0 && out->sent <= start && out->queued == queued) {
		out->end -= output->length;
		out->queued = start;
	} else if (connection->write_error == 0) {
		/* Part of it has gone: no sentence can follow. */
		connection->write_error = EPIPE;
	}
	return error;
}
