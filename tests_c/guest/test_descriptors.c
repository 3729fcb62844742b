/*
 * The process has the descriptors that it opened and those of its connections, no others, at any time: so
 * nothing is harmed when it closes all that it does not know.
 */
#include "support/guest.h"

#include <sys/resource.h>

/* Which are open, of the first so many. */
struct open_set {
	char is[1200];
};

static struct open_set open_now(void)
{
	struct open_set set;

	for (size_t fd = 0; fd < sizeof set.is; fd++)
		set.is[fd] = (char)is_open((int)fd);
	return set;
}

static int same_set(struct open_set one, struct open_set other)
{
	return memcmp(one.is, other.is, sizeof one.is) == 0;
}

static void only_those_of_connections(void)
{
	int port = router_start();
	struct open_set before = open_now(), wanted = before;
	struct ros_connection *conn[5];
	struct load *load;

	use(port);
	CHECK(same_set(open_now(), before));
	for (int i = 0; i < 5; i++) {
		conn[i] = logged_in(port);
		CHECK(!wanted.is[conn[i]->socket]);
		wanted.is[conn[i]->socket] = 1;
		CHECK(same_set(open_now(), wanted));
	}
	make_garbage(port, 4);
	CHECK(same_set(open_now(), wanted));
	load = load_start(port, 4);
	make_garbage(port, 4);
	load_stop(load);
	CHECK(same_set(open_now(), wanted));
	for (int i = 0; i < 5; i++) {
		converse(conn[i], 3);
		CHECK(ros_disconnect(conn[i]) == 0);
	}
	CHECK(same_set(open_now(), before));
}

static void failures_leave_none(void)
{
	struct peer *p = peer_listen(AF_INET);
	int port = p->port, working;
	struct open_set before;

	close(p->listener);
	p->listener = -1;
	working = router_start();
	before = open_now();
	for (int i = 0; i < 20; i++) {
		struct ros_connection *conn;

		CHECK(ros_connect("127.0.0.1", port) == NULL && errno == ECONNREFUSED);
		conn = logged_in(working);
		CHECK(ros_send_command(conn, "/close", NULL) == 1);
		CHECK(ros_read_packet(conn) == NULL);
		CHECK(ros_disconnect(conn) == 0);
		CHECK(same_set(open_now(), before));
	}
}

/* A program that was started with 0, 1 and 2 closed gets one of these for its connection; no garbage
 * collection may write to it, or take it for its own. */
static void the_first_three_may_be_closed(void)
{
	int port = router_start();
	struct ros_connection *conn;

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	conn = logged_in(port);
	CHECK(conn->socket == 0);
	for (int i = 0; i < 5; i++) {
		converse(conn, 3);
		make_garbage(port, 1);
	}
	CHECK(!is_open(1) && !is_open(2));
	CHECK(ros_disconnect(conn) == 0);
	CHECK(!is_open(0));
}

static void close_from(int first, int but)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
	if (but < first) {
		closefrom(first);
		return;
	}
#endif
	for (int fd = first; fd < 1200; fd++)
		if (fd != but)
			close(fd);
}

static void closefrom_is_harmless(void)
{
	int port = router_start();

	for (int i = 0; i < 5; i++) {
		struct ros_connection *conn = logged_in(port);

		close_from(3, -1);
		CHECK(ros_send_command(conn, "/rows", NULL) == 0 && errno == EBADF);
		CHECK(ros_read_packet(conn) == NULL && errno == EBADF);
		CHECK(ros_disconnect(conn) == -1 && errno == EBADF);
		use(port);
		make_garbage(port, 2);
		close_from(3, -1);
	}
}

static void closing_all_but_connections_is_harmless(void)
{
	int port = router_start();
	struct ros_connection *conn = logged_in(port);
	struct load *load;

	for (int i = 0; i < 5; i++) {
		close_from(3, conn->socket);
		converse(conn, 10);
		make_garbage(port, 2);
		use(port);
	}
	load = load_start(port, 3);
	make_garbage(port, 4);
	load_stop(load);
	close_from(3, conn->socket);
	converse(conn, 10);
	CHECK(ros_disconnect(conn) == 0);
}

static void become_daemon(void *argument)
{
	int *port_and_report = argument, report = port_and_report[1];
	struct ros_connection *conn;

	CHECK(daemon(0, 0) == 0);
	alarm(30);
	for (int fd = 3; fd < 1200; fd++)
		if (fd != report)
			close(fd);
	conn = logged_in(port_and_report[0]);
	for (int fd = 0; fd < 1200; fd++)
		if (fd != report && fd != conn->socket)
			close(fd);
	converse(conn, 10);
	make_garbage(port_and_report[0], 2);
	converse(conn, 10);
	CHECK(ros_disconnect(conn) == 0);
	CHECK(write(report, "+", 1) == 1);
}

static void a_daemon_may_close_everything(void)
{
	int port_and_report[2], report[2];
	char done;

	port_and_report[0] = router_start();
	for (int i = 0; i < 5; i++) {
		CHECK(pipe(report) == 0);
		port_and_report[1] = report[1];
		CHECK_WELL(start(become_daemon, port_and_report));
		close(report[1]);
		CHECK(read(report[0], &done, 1) == 1);
		close(report[0]);
	}
}

static void _has_three(void)
{
	struct open_set now = open_now();

	for (size_t fd = 0; fd < sizeof now.is; fd++)
		CHECK(now.is[fd] == (fd < 3));
}

static void exec_hands_on_none(void)
{
	int port = router_start();
	struct ros_connection *conn = logged_in(port);

	make_garbage(port, 2);
	converse(conn, 1);
	run_again("_has_three", 0, NULL);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(only_those_of_connections),
		SCENARIO(failures_leave_none),
		SCENARIO(the_first_three_may_be_closed),
		SCENARIO(closefrom_is_harmless),
		SCENARIO(closing_all_but_connections_is_harmless),
		SCENARIO(a_daemon_may_close_everything),
		SCENARIO(exec_hands_on_none),
		SCENARIO(_has_three),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
