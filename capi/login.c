#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "connection.h"

/* Sends one step of a login and waits for its answer. Returns 0 or an errno. */
static int log_in_step(struct visit *visit, struct rosgo_login *login)
{
	struct connection *connection = visit->connection;
	int error = drive_writable(connection);
	visit->login = VISIT_LOGIN_BEGUN;
	if (error == 0)
		error = outbox_reserve(&connection->out, ROSGO_LOGIN_SIZE + login->name.length + login->password.length,
		                       &login->output);
	if (error == 0)
		CONNECTION_CROSS(visit, error, rosgo_login(connection->handle, login));
	if (error != 0)
		return error;
	connection->login = ROSGO_LOGIN_WAITING;
	connection->out.secret = 1;
	error = drive_output(visit, &login->output);
	if (error != 0)
		return error;
	visit->login = VISIT_LOGIN_SENT;
	return drive(visit, GOAL_LOGIN);
}

/* Goes through the steps of a login: one, or two where the router sends a challenge. */
static int log_in(struct visit *visit, struct rosgo_login *login)
{
	struct connection *connection = visit->connection;
	if (connection->logging_in)
		return EBUSY;
	connection->logging_in = 1;
	int error;
	do
		error = log_in_step(visit, login);
	while (error == 0 && connection->login == ROSGO_LOGIN_CHALLENGED);
	int ended = connection_end_login(visit);
	return error != 0 ? error : ended;
}

int ros_login(struct ros_connection *conn, const char *username, const char *password)
{
	struct rosgo_login login = {0};
	struct visit visit;
	int error = connection_enter(&visit, conn);
	if (error == 0) {
		login.name.data = (const unsigned char *)(username ? username : "");
		login.name.length = strlen((const char *)login.name.data);
		login.password.data = (const unsigned char *)(password ? password : "");
		login.password.length = strlen((const char *)login.password.data);
		error = log_in(&visit, &login);
		connection_leave(&visit, error);
	}
	return error == 0;
}
