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

static int count(void *handle, struct ros_counters *counters)
{
	sigset_t mask;
	/* Nothing is counted where nothing was begun: the runtime is not started for that. */
	int error = gate_started() ? gate_enter(&mask) : 0;
	if (error == 0 && gate_started()) {
		error = rosgo_get_counters(handle, counters);
		gate_leave(&mask);
	}
	return error;
}

int ros_get_counters(struct ros_connection *conn, struct ros_counters *counters, size_t size)
{
	struct ros_counters all = {0};
	struct visit visit;
	int error;

	if (!counters) {
		errno = EINVAL;
		return 0;
	}
	if (conn) {
		error = connection_enter(&visit, conn);
		if (error == 0) {
			error = count(visit.connection->handle, &all);
			all.bytes_sent = visit.connection->out.sent;
			all.unclaimed = visit.connection->unclaimed;
			connection_leave(&visit, error);
		}
	} else {
		error = count(NULL, &all);
	}
	if (error != 0) {
		errno = error;
		return 0;
	}
	memset(counters, 0, size);
	memcpy(counters, &all, size < sizeof all ? size : sizeof all);
	return 1;
}
