#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>

#include "socket.h"

/* How often to look again, in milliseconds, when the socket cannot tell what is waited for: with a byte held
 * in it, it always polls readable; and another thread may have read the answer to a login. */
#define LOOK_AGAIN 5

/* Sends what can be sent now. Returns whether something is left. */
static int flush(struct connection *connection)
{
	struct outbox *out = &connection->out;
	while (out->begin < out->end) {
		ssize_t n = socket_send(connection->public.socket, out->data + out->begin, out->end - out->begin);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 1;
		if (n < 0) {
			connection->write_error = errno == EPIPE ? ECONNRESET : errno;
			break;
		}
		out->begin += (size_t)n;
		out->sent += (size_t)n;
	}
	if (out->data)
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

/* How long to wait, in milliseconds, -1 for ever; 0 when the caller's own time limit is over. */
static int time_to_wait(const struct connection *connection, enum goal goal, long long *deadline)
{
	int left = -1;
	if (*deadline == 0) {
		int limit = socket_time_limit(connection->public.socket, goal == GOAL_SENT);
		*deadline = limit < 0 ? -1 : clock_milliseconds() + limit;
	}
	if (*deadline > 0) {
		long long until = *deadline - clock_milliseconds();
		if (until <= 0)
			return 0;
		left = (int)until;
	}
	if ((connection->in.held || (goal == GOAL_LOGIN && connection->users > 1)) && (left < 0 || left > LOOK_AGAIN))
		left = LOOK_AGAIN;
	return left;
}

static void wait_outside(struct visit *visit, int unsent, int milliseconds)
{
	struct connection *connection = visit->connection;
	int socket = connection->public.socket, readable = !connection->in.held;
	CONNECTION_OUTSIDE_BEGIN(visit);
	socket_wait(socket, readable, unsent, milliseconds);
	CONNECTION_OUTSIDE_END;
}

int drive(struct visit *visit, enum goal goal)
{
	struct connection *connection = visit->connection;
	uint64_t target = connection->out.queued;
	long long deadline = 0;

	for (;;) {
		if (connection->closing)
			return ECONNABORTED;
		int unsent = flush(connection);
		if (reached(connection, goal, target))
			return 0;
		if (goal == GOAL_SENT && connection->write_error != 0)
			return connection->write_error;

		int error;
		ssize_t received = inbox_receive(connection, &error);
		if (received > 0) {
			deadline = 0;
			continue;
		}
		if (received < 0 && !reached(connection, goal, target))
			return error;
		if (received == 0) {
			int milliseconds = time_to_wait(connection, goal, &deadline);
			if (milliseconds == 0)
				return EAGAIN;
			wait_outside(visit, unsent, milliseconds);
			if (unsent && connection->in.held)
				socket_widen(connection->public.socket);
		}
	}
}
