/*
 * cancel: watch the traffic of an interface, and stop after five rows.
 *
 * monitor-traffic never ends by itself. Once cancelled it ends as any command does: with a !trap that
 * says "interrupted", then a !done.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librouteros.h>

/* A callback is given the result alone, so what else it needs is here. */
static struct ros_connection *conn;
static int id;
static int rows;
static int finished;
static int failed;

static void on_traffic(struct ros_result *res)
{
	const char *rx = ros_get(res, "=rx-bits-per-second");
	const char *tx = ros_get(res, "=tx-bits-per-second");
	const char *category = ros_get(res, "=category");
	const char *message = ros_get(res, "=message");

	if (res->re) {
		rows++;
		/* Rows that were on their way already may follow the fifth. */
		if (rows <= 5)
			printf("rx %s bit/s, tx %s bit/s\n", rx != NULL ? rx : "-", tx != NULL ? tx : "-");
		if (rows == 5 && !ros_cancel(conn, id)) {
			fprintf(stderr, "cancel: cannot cancel: %s\n", strerror(errno));
			finished = failed = 1;
		}
	} else if (res->trap) {
		if (category != NULL && strcmp(category, "2") == 0) {
			printf("%s\n", message != NULL ? message : "interrupted");
		} else {
			fprintf(stderr, "cancel: %s\n", message != NULL ? message : "trap");
			failed = 1;
		}
	} else if (res->done) {
		finished = 1;
	} else if (res->fatal) {
		fprintf(stderr, "cancel: %s\n",
		        res->sentence->words > 1 ? res->sentence->word[1] : "connection ended");
		finished = failed = 1;
	}
	ros_result_free(res);
}

static int run(void)
{
	id = ros_send_command_cb(conn, on_traffic, "/interface/monitor-traffic", "=interface=ether1", NULL);
	if (id == 0) {
		fprintf(stderr, "cancel: cannot send: %s\n", strerror(errno));
		return 1;
	}
	while (!finished) {
		struct pollfd pfd;

		pfd.fd = conn->socket;
		pfd.events = POLLIN;
		if (poll(&pfd, 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			fprintf(stderr, "cancel: poll: %s\n", strerror(errno));
			return 1;
		}
		if (!ros_runloop_once(conn, NULL) && !finished) {
			fprintf(stderr, "cancel: %s\n", strerror(errno));
			return 1;
		}
	}
	return failed;
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: %s address user password [port]\n", argv[0]);
		return 2;
	}
	conn = ros_connect(argv[1], argc > 4 ? atoi(argv[4]) : ROS_PORT);
	if (conn == NULL) {
		fprintf(stderr, "cancel: cannot connect to %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (!ros_login(conn, argv[2], argv[3])) {
		fprintf(stderr, "cancel: cannot log in as %s: %s\n", argv[2], strerror(errno));
		ros_disconnect(conn);
		return 1;
	}
	ros_set_type(conn, ROS_EVENT);
	status = run();
	ros_disconnect(conn);
	return status;
}
