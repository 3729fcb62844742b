/*
 * tags: two commands at once on one connection, each with a callback of its own.
 *
 * The library gives each command a tag, and each reply to the callback of its command, in whatever
 * order the router sends them.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librouteros.h>

static int running; /* commands not yet done */
static int failed;

/* What both callbacks share: the end of a command, and its errors. The result is theirs to free. */
static void finish(const char *what, struct ros_result *res)
{
	const char *message = ros_get(res, "=message");

	if (res->trap) {
		fprintf(stderr, "tags: %s: %s\n", what, message != NULL ? message : "trap");
		failed = 1;
	} else if (res->fatal) {
		fprintf(stderr, "tags: %s: %s\n", what,
		        res->sentence->words > 1 ? res->sentence->word[1] : "connection ended");
		failed = 1;
		running--;
	} else if (res->done) {
		running--;
	}
	ros_result_free(res);
}

static void on_interface(struct ros_result *res)
{
	if (res->re) {
		const char *name = ros_get(res, "=name");

		printf("interface %s\n", name != NULL ? name : "-");
	}
	finish("interfaces", res);
}

static void on_address(struct ros_result *res)
{
	if (res->re) {
		const char *address = ros_get(res, "=address");

		printf("address %s\n", address != NULL ? address : "-");
	}
	finish("addresses", res);
}

static int run(struct ros_connection *conn)
{
	running = 2;
	if (ros_send_command_cb(conn, on_interface, "/interface/print", NULL) == 0 ||
	    ros_send_command_cb(conn, on_address, "/ip/address/print", NULL) == 0) {
		fprintf(stderr, "tags: cannot send: %s\n", strerror(errno));
		return 1;
	}
	while (running > 0) {
		struct pollfd pfd;

		pfd.fd = conn->socket;
		pfd.events = POLLIN;
		if (poll(&pfd, 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			fprintf(stderr, "tags: poll: %s\n", strerror(errno));
			return 1;
		}
		if (!ros_runloop_once(conn, NULL) && running > 0) {
			fprintf(stderr, "tags: %s\n", strerror(errno));
			return 1;
		}
	}
	return failed;
}

int main(int argc, char **argv)
{
	struct ros_connection *conn;
	int status;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: %s address user password [port]\n", argv[0]);
		return 2;
	}
	conn = ros_connect(argv[1], argc > 4 ? atoi(argv[4]) : ROS_PORT);
	if (conn == NULL) {
		fprintf(stderr, "tags: cannot connect to %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (!ros_login(conn, argv[2], argv[3])) {
		fprintf(stderr, "tags: cannot log in as %s: %s\n", argv[2], strerror(errno));
		ros_disconnect(conn);
		return 1;
	}
	ros_set_type(conn, ROS_EVENT);
	status = run(conn);
	ros_disconnect(conn);
	return status;
}
