/* A plugin of a program's, that uses the library. */
#include <librouteros.h>

int plugin_run(int port);

int plugin_run(int port)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", port);
	struct ros_result *r;
	int rows = 0;

	if (conn == 0 || !ros_login(conn, "admin", "secret"))
		return -1;
	r = ros_send_command_wait(conn, "/interface/print", (char *)0);
	while (r != 0 && !r->done) {
		rows += r->re;
		ros_result_free(r);
		r = ros_read_packet(conn);
	}
	if (r == 0)
		return -2;
	ros_result_free(r);
	return ros_disconnect(conn) == 0 ? rows : -3;
}
