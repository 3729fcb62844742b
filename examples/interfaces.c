/* interfaces: print a table of a router's interfaces, with blocking calls. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librouteros.h>

/* A router leaves out what does not apply, so any attribute may be missing. */
static const char *attribute(const struct ros_result *row, const char *key)
{
	const char *value = ros_get(row, key);

	return value != NULL ? value : "-";
}

static int print_interfaces(struct ros_connection *conn)
{
	struct ros_result *res;
	int status = 0;

	printf("%-20s %-10s %16s %16s  %s\n", "name", "type", "rx-byte", "tx-byte", "running");
	res = ros_send_command_wait(conn, "/interface/print",
	                            "=.proplist=name,type,rx-byte,tx-byte,running", NULL);
	while (res != NULL && !res->done && !res->fatal) {
		if (res->re) {
			printf("%-20s %-10s %16s %16s  %s\n",
			       attribute(res, "=name"), attribute(res, "=type"),
			       attribute(res, "=rx-byte"), attribute(res, "=tx-byte"),
			       attribute(res, "=running"));
		} else if (res->trap) {
			/* Not the end: the command's !done is still to come. */
			fprintf(stderr, "interfaces: %s\n", attribute(res, "=message"));
			status = 1;
		}
		ros_result_free(res);
		res = ros_read_packet(conn);
	}
	if (res == NULL) {
		fprintf(stderr, "interfaces: %s\n", strerror(errno));
		return 1;
	}
	if (res->fatal) {
		fprintf(stderr, "interfaces: %s\n",
		        res->sentence->words > 1 ? res->sentence->word[1] : "connection ended");
		status = 1;
	}
	ros_result_free(res);
	return status;
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
		fprintf(stderr, "interfaces: cannot connect to %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (!ros_login(conn, argv[2], argv[3])) {
		fprintf(stderr, "interfaces: cannot log in as %s: %s\n", argv[2], strerror(errno));
		ros_disconnect(conn);
		return 1;
	}
	status = print_interfaces(conn);
	ros_disconnect(conn);
	return status;
}
