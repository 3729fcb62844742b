/*
 * What the library takes of the process's memory. The router is another process, so that only the client's
 * counts.
 */
#include "support/guest.h"

#include <malloc.h>
#include <sys/resource.h>

enum { MIB = 1 << 20, MOST_IN_USE = 24 * MIB, IDLE = 5000, MOST_PER_IDLE = 4096 };

static void one_connection_takes_little(void)
{
	int port = router_start();
	struct ros_connection *conn = logged_in(port);

	converse(conn, 100);
	CHECK(resident() < MOST_IN_USE);
	for (int i = 0; i < 20; i++) {
		converse(conn, 2000);
		make_garbage(port, 3);
	}
	CHECK(resident() < MOST_IN_USE);
	CHECK(ros_disconnect(conn) == 0);
}

static void garbage_of_many_threads_is_bounded(void)
{
	int port = router_start();

	for (int i = 0; i < 4; i++) {
		struct load *load = load_start(port, 3);

		make_garbage(port, 10);
		load_stop(load);
		CHECK(resident() < 64 * MIB);
	}
}

static void connect_all(struct ros_connection **conn, int port)
{
	for (int i = 0; i < IDLE; i++) {
		conn[i] = logged_in(port);
		converse(conn[i], 3);
		ros_set_type(conn[i], i % 2 ? ROS_EVENT : ROS_SIMPLE);
		converse(conn[i], 3);
	}
}

static void disconnect_all(struct ros_connection **conn)
{
	for (int i = 0; i < IDLE; i++)
		CHECK(ros_disconnect(conn[i]) == 0);
}

static void idle_connections_take_little(void)
{
	struct ros_connection **conn = calloc(IDLE, sizeof *conn);
	struct rlimit limit;
	int port = router_start();
	size_t before, taken;

	CHECK(conn != NULL && getrlimit(RLIMIT_NOFILE, &limit) == 0);
	memset(conn, 1, IDLE * sizeof *conn); /* the array's own pages are not the library's */
	limit.rlim_cur = IDLE + 100;
	if (limit.rlim_max < limit.rlim_cur)
		limit.rlim_max = limit.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		skip_scenario("5100 descriptors are not allowed here (ulimit -Hn)");
	use(port); /* and no more: room left by garbage would be there for the connections */
	before = resident();
	connect_all(conn, port);
	taken = resident() - before;
	if (getenv("TEST_FIGURES") != NULL)
		dprintf(2, "%zu bytes for each of %d; %zu before\n", taken / IDLE, IDLE, before);
	CHECK(taken / IDLE <= MOST_PER_IDLE);
	CHECK(thread_count() <= 12);
	disconnect_all(conn);

	/* As many again find the room of the first. */
	connect_all(conn, port);
	CHECK(resident() - before <= taken + taken / 4 + 8 * MIB);
	disconnect_all(conn);
	make_garbage(port, 3);
	malloc_trim(0);
	CHECK(resident() < MOST_IN_USE);
	free(conn);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(one_connection_takes_little),
		SCENARIO(garbage_of_many_threads_is_bounded),
		SCENARIO(idle_connections_take_little),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
