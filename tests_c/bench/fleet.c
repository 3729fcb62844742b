#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"

struct fleet {
	struct ros_connection **member, *one;
	long size;
	int epoll;
};

static long done;

static void on_reply(struct ros_result *result)
{
	if (result->re)
		CHECK(ros_get(result, "=version"));
	done += result->done;
	ros_result_free(result);
}

static void ask(struct ros_connection *conn)
{
	CHECK(ros_send_command_cb(conn, on_reply, "/system/resource/print", NULL) > 0);
}

/* Thousands of commands a second, one for each member. */
static double ask_all(void *context)
{
	const struct fleet *fleet = context;
	struct epoll_event events[256];
	double start = seconds();

	done = 0;
	for (long i = 0; i < fleet->size; i++)
		ask(fleet->member[i]);
	while (done < fleet->size) {
		int n = epoll_wait(fleet->epoll, events, 256, -1);

		for (int i = 0; i < n; i++)
			CHECK(ros_runloop_once(events[i].data.ptr, NULL) == 1);
	}
	return (double)fleet->size / (seconds() - start) / 1e3;
}

/* As many on one connection. */
static double ask_one(void *context)
{
	const struct fleet *fleet = context;
	double start = seconds();

	done = 0;
	for (long i = 0; i < fleet->size; i++)
		ask(fleet->one);
	while (done < fleet->size) {
		wait_readable(fleet->one);
		CHECK(ros_runloop_once(fleet->one, NULL) == 1);
	}
	return (double)fleet->size / (seconds() - start) / 1e3;
}

static void print_memory(const char *when, double before, long size)
{
	struct line line = {when, "KiB", LESS_IS_BETTER, BY_VALUE, 8, 4};
	struct series series = {0};

	series_add(&series, (resident() - before) / (double)size, 0);
	print_line(&line, &series);
}

void measure_fleet(int port)
{
	char name[64];
	struct line line = {name, "kcmd/s", MORE_IS_BETTER, BY_RATIO, 0.5, 0.8};
	struct fleet fleet = {NULL, logged_in(port), amount(10000), epoll_create1(0)};
	struct series series = {0};
	struct rlimit limit;
	double before;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if ((rlim_t)fleet.size + 100 > limit.rlim_cur)
		fleet.size = (long)limit.rlim_cur - 100;
	fleet.member = calloc((size_t)fleet.size, sizeof(struct ros_connection *));
	CHECK(fleet.member && fleet.epoll >= 0);
	/* The array is ours to pay for, not the library's. */
	memset(fleet.member, 1, (size_t)fleet.size * sizeof(struct ros_connection *));
	ros_set_type(fleet.one, ROS_EVENT);
	done = 0;
	ask(fleet.one);
	while (!done)
		CHECK(ros_runloop_once(fleet.one, NULL) == 1);
	before = resident();
	for (long i = 0; i < fleet.size; i++) {
		struct epoll_event event;

		fleet.member[i] = logged_in(port);
		ros_set_type(fleet.member[i], ROS_EVENT);
		memset(&event, 0, sizeof event);
		event.events = EPOLLIN;
		event.data.ptr = fleet.member[i];
		CHECK(epoll_ctl(fleet.epoll, EPOLL_CTL_ADD, fleet.member[i]->socket, &event) == 0);
	}
	print_memory("fleet, memory each, logged in", before, fleet.size);
	alternate(&series, ask_all, ask_one, &fleet);
	print_memory("fleet, memory each, after use", before, fleet.size);
	snprintf(name, sizeof name, "fleet of %ld, one command each", fleet.size);
	print_line(&line, &series);
}
