#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <stdlib.h>

#include "socket.h"

/* How many of this thread's visits are in a callback. In a forked child it is the only thread, and no other
 * visit will ever end. */
static int calls_on(const struct connection *connection)
{
	int calls = 0;
	for (const struct visit *visit = connection->calling; visit; visit = visit->next)
		calls += pthread_equal(visit->thread, pthread_self()) != 0;
	return calls;
}

/* Visits may leave their callbacks in any order: coroutines do. */
static void stop_calling(struct visit *visit)
{
	struct visit **link = &visit->connection->calling;
	while (*link && *link != visit)
		link = &(*link)->next;
	if (*link)
		*link = visit->next;
}

int connection_gone(const struct connection *connection)
{
	if (gate_forked())
		return ENOTSUP;
	return connection->closing ? ECONNABORTED : 0;
}

/* Frees a connection that nobody is in. Returns what closing the socket said. */
static int destroy(struct connection *connection)
{
	sigset_t mask;
	if (connection->handle && gate_enter(&mask) == 0) {
		rosgo_disconnect(connection->handle);
		gate_crossed();
		gate_leave(&mask);
	}
	connection->handle = NULL;
	/* A fork may have come in the middle of another thread's work on these. */
	if (connection->users <= calls_on(connection)) {
		inbox_release(&connection->in);
		outbox_release(&connection->out);
	}
	int closed = socket_close(connection->public.socket);
	int error = errno;
	if (!gate_forked())
		pthread_mutex_destroy(&connection->lock);
	free(connection);
	errno = error;
	return closed;
}

int connection_enter(struct visit *visit, struct ros_connection *public)
{
	struct connection *connection = (struct connection *)public;
	if (!connection || gate_forked()) {
		errno = connection ? ENOTSUP : EINVAL;
		return errno;
	}
	visit->connection = connection;
	visit->guarded = visit->masked = 0;
	visit->since = 0;
	visit->login = VISIT_NO_LOGIN;
	pthread_mutex_lock(&connection->lock);
	connection->users++;
	return 0;
}

void connection_guard(struct visit *visit)
{
	if (!visit->guarded)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &visit->cancel_state);
	visit->guarded = 1;
}

int connection_mask(struct visit *visit)
{
	if (gate_forked())
		return ENOTSUP;
	if (visit->masked)
		return 0;
	connection_guard(visit);
	int error = gate_enter(&visit->mask);
	visit->masked = error == 0;
	return error;
}

int connection_end_login(struct visit *visit)
{
	int error, sent = visit->login == VISIT_LOGIN_SENT;
	if (visit->login == VISIT_NO_LOGIN)
		return 0;
	visit->login = VISIT_NO_LOGIN;
	visit->connection->logging_in = 0;
	CONNECTION_CROSS(visit, error, rosgo_login_end(visit->connection->handle, sent));
	return error;
}

/* Gives the thread its own signals back. */
static void unmask(struct visit *visit)
{
	if (visit->masked)
		gate_leave(&visit->mask);
	visit->masked = 0;
}

/* Takes the lock again after a time without it. In a child that a callback has forked, nobody may be left
 * to open it. */
static void relock(struct connection *connection)
{
	if (gate_forked())
		pthread_mutex_init(&connection->lock, NULL);
	pthread_mutex_lock(&connection->lock);
}

/* Gives back the lock and the visit. */
static void leave(struct visit *visit)
{
	struct connection *connection = visit->connection;
	inbox_settle(visit);
	outbox_settle(&connection->out);
	connection->users--;
	int others = gate_forked() ? calls_on(connection) : connection->users > 0;
	int last = connection->closing && !others;
	pthread_mutex_unlock(&connection->lock);
	if (last) {
		connection_guard(visit);
		destroy(connection);
	}
	unmask(visit);
}

void connection_leave(struct visit *visit, int error)
{
	leave(visit);
	if (visit->guarded)
		pthread_setcancelstate(visit->cancel_state, NULL);
	if (error != 0)
		errno = error;
}

/* Ends the visit of a thread that was cancelled. */
static void abandon(void *visit)
{
	struct visit *left = visit;
	connection_guard(left);
	relock(left->connection);
	stop_calling(left);
	connection_end_login(left);
	leave(left);
}

/* Opens the thread to being cancelled. connection_guard is the way back. */
static void unguard(struct visit *visit)
{
	visit->guarded = 0;
	pthread_setcancelstate(visit->cancel_state, NULL);
}

void connection_wait(struct visit *visit, int events, int milliseconds)
{
	struct connection *connection = visit->connection;
	int socket = connection->public.socket;
	inbox_settle(visit);
	pthread_mutex_unlock(&connection->lock);
	pthread_cleanup_push(abandon, visit);
	unguard(visit);
	socket_wait(socket, events, milliseconds, visit->masked ? &visit->mask : NULL);
	connection_guard(visit);
	pthread_cleanup_pop(0);
	relock(connection);
}

void connection_call(struct visit *visit, void (*callback)(struct ros_result *), struct ros_result *result)
{
	struct connection *connection = visit->connection;
	inbox_settle(visit);
	visit->thread = pthread_self();
	visit->next = connection->calling;
	connection->calling = visit;
	pthread_mutex_unlock(&connection->lock);
	pthread_cleanup_push(abandon, visit);
	unmask(visit);
	unguard(visit);
	callback(result);
	connection_guard(visit);
	pthread_cleanup_pop(0);
	relock(connection);
	stop_calling(visit);
}

/* Makes a connection of a socket, with its Go side. Returns 0 or an errno. */
static int open_connection(int socket, struct connection **opened)
{
	struct connection *connection = calloc(1, sizeof *connection);
	/* A handle is a small allocation too, and cgo would end the process if it failed. */
	void *handle_to_be = malloc(1);
	free(handle_to_be);
	if (!connection || !handle_to_be) {
		free(connection);
		return ENOMEM;
	}
	sigset_t mask;
	int error = gate_enter(&mask);
	if (error == 0) {
		GATE_CROSS(error, rosgo_connect(&connection->handle));
		gate_leave(&mask);
	}
	if (error != 0) {
		free(connection);
		return error;
	}
	pthread_mutex_init(&connection->lock, NULL); /* on Linux it cannot fail */
	connection->public.socket = socket;
	*opened = connection;
	return 0;
}

struct ros_connection *ros_connect(const char *address, int port)
{
	struct connection *connection = NULL;
	int cancel_state, error = 0;
	if (!address || !*address || port < 1 || port > 65535)
		error = EINVAL;
	else if (gate_forked())
		error = ENOTSUP;
	if (error != 0) {
		errno = error;
		return NULL;
	}
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int socket = socket_connect(address, port, cancel_state);
	error = socket < 0 ? errno : open_connection(socket, &connection);
	if (error != 0 && socket >= 0)
		socket_close(socket);
	pthread_setcancelstate(cancel_state, NULL);
	if (error != 0) {
		errno = error;
		return NULL;
	}
	return &connection->public;
}

int ros_disconnect(struct ros_connection *public)
{
	struct connection *connection = (struct connection *)public;
	if (!connection) {
		errno = EINVAL;
		return -1;
	}
	/* In a child the parent's connection must live on, and its lock may be held by nobody. */
	if (gate_forked()) {
		connection->closing = 1;
		return calls_on(connection) ? 0 : destroy(connection);
	}

	int cancel_state;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	pthread_mutex_lock(&connection->lock);
	connection->closing = 1;
	int last = connection->users == 0;
	if (!last)
		socket_shut(connection->public.socket);
	pthread_mutex_unlock(&connection->lock);
	int closed = last ? destroy(connection) : 0;
	pthread_setcancelstate(cancel_state, NULL);
	return closed;
}

void ros_set_type(struct ros_connection *public, enum ros_type type)
{
	struct visit visit;
	if ((type != ROS_SIMPLE && type != ROS_EVENT) || connection_enter(&visit, public) != 0)
		return;
	public->type = type;
	connection_guard(&visit);
	socket_set_blocking(public->socket, type == ROS_SIMPLE);
	connection_leave(&visit, 0);
}
