/*
 * select: list a router's addresses from a select loop, with one callback that sees every sentence.
 *
 * For programs that have a loop already: add conn->socket to what the loop waits for, and call
 * ros_runloop_once when it is readable.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include <librouteros.h>

static int finished;
static int failed;

/* The result is the callback's to free. */
static void on_sentence(struct ros_result *res)
{
	const char *tag = ros_get_tag(res);

	if (res->fatal) {
		fprintf(stderr, "select: %s\n",
		        res->sentence->words > 1 ? res->sentence->word[1] : "connection ended");
		finished = failed = 1;
	} else if (tag != NULL && strcmp(tag, "addresses") == 0) {
		const char *address = ros_get(res, "=address");
		const char *interface = ros_get(res, "=interface");
		const char *message = ros_get(res, "=message");

		if (res->re) {
			printf("%-20s %s\n", address != NULL ? address : "-",
			       interface != NULL ? interface : "-");
		} else if (res->trap) {
			fprintf(stderr, "select: %s\n", message != NULL ? message : "trap");
			failed = 1;
		} else if (res->done) {
			finished = 1;
		}
	}
	ros_result_free(res);
}

static int run(struct ros_connection *conn)
{
	/* The tag is ours to choose; it comes back in each reply to the command. */
	if (!ros_send_command(conn, "/ip/address/print", "=.proplist=address,interface",
	                      ".tag=addresses", NULL)) {
		fprintf(stderr, "select: cannot send: %s\n", strerror(errno));
		return 1;
	}
	while (!finished) {
		fd_set readable;

		FD_ZERO(&readable);
		FD_SET(conn->socket, &readable);
		if (select(conn->socket + 1, &readable, NULL, NULL, NULL) < 0) {
			if (errno == EINTR)
				continue;
			fprintf(stderr, "select: %s\n", strerror(errno));
			return 1;
		}
		if (!ros_runloop_once(conn, on_sentence) && !finished) {
			fprintf(stderr, "select: %s\n", strerror(errno));
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
		fprintf(stderr, "select: cannot connect to %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (!ros_login(conn, argv[2], argv[3])) {
		fprintf(stderr, "select: cannot log in as %s: %s\n", argv[2], strerror(errno));
		ros_disconnect(conn);
		return 1;
	}
	ros_set_type(conn, ROS_EVENT);
	status = run(conn);
	ros_disconnect(conn);
	return status;
}
