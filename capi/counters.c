#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "connection.h"
#include "gate.h"
#include "librouteros_ext.h"

const char *ros_version(void)
{
	return ROS_VERSION;
}

/* Nothing is counted where nothing was begun: the runtime is not started for that. */
static int count_process(struct ros_counters *counters)
{
	sigset_t mask;
	if (!gate_started())
		return 0;
	int error = gate_enter(&mask);
	if (error != 0)
		return error;
	GATE_CROSS(error, rosgo_get_counters(NULL, counters));
	gate_leave(&mask);
	return error;
}

static int count_connection(struct ros_connection *conn, struct ros_counters *counters)
{
	struct visit visit;
	int error = connection_enter(&visit, conn);
	if (error != 0)
		return error;
	error = connection_gone(visit.connection);
	if (error == 0)
		CONNECTION_CROSS(&visit, error, rosgo_get_counters(visit.connection->handle, counters));
	counters->bytes_sent = visit.connection->out.sent;
	counters->unclaimed = visit.connection->unclaimed;
	connection_leave(&visit, error);
	return error;
}

int ros_get_counters(struct ros_connection *conn, struct ros_counters *counters, size_t size)
{
	struct ros_counters all = {0};

	if (!counters) {
		errno = EINVAL;
		return 0;
	}
	int error = conn ? count_connection(conn, &all) : count_process(&all);
	if (error != 0) {
		errno = error;
		return 0;
	}
	memset(counters, 0, size);
	memcpy(counters, &all, size < sizeof all ? size : sizeof all);
	return 1;
}
