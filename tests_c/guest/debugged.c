/* A program to look into: reads with and without a callback, and leaves nothing allocated. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include <librouteros.h>

static int rows, done;

void on_row(struct ros_result *result);

void on_row(struct ros_result *result)
{
	rows += result->re;
	done += result->done;
	ros_result_free(result);
}

static int read_all(struct ros_connection *conn)
{
	struct ros_result *result = ros_send_command_wait(conn, "/interface/print", (char *)0);
	int finished = 0;

	while (result != NULL && !finished) {
		finished = result->done;
		ros_result_free(result);
		if (!finished)
			result = ros_read_packet(conn);
	}
	return finished;
}

int main(int argc, char **argv)
{
	for (int round = 0; round < 3; round++) {
		struct ros_connection *conn = ros_connect("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0);

		if (conn == NULL || !ros_login(conn, "admin", "secret") || !read_all(conn))
			return 1;
		ros_set_type(conn, ROS_EVENT);
		if (ros_send_command_cb(conn, on_row, "/interface/print", (char *)0) == 0)
			return 2;
		for (done = 0; !done;) {
			struct pollfd ready = {conn->socket, POLLIN, 0};

			if (poll(&ready, 1, -1) == 1 && !ros_runloop_once(conn, NULL))
				return 3;
		}
		for (int i = 0; i < 300; i++) /* enough for a look at the garbage */
			if (ros_send_command(conn, "", (char *)0))
				return 4;
		ros_disconnect(conn);
	}
	return rows > 0 ? 0 : 5;
}
