#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

struct fleet {
	struct ros_connection **member, *one;
	int *bare;
	long size;
	int epoll, bare_epoll;
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

/* As many on bare sockets: what the kernel takes for so many connections, whoever asks. */
static double ask_bare(void *context)
{
	static const char *const command[] = {"/system/resource/print", ".tag=1"};
	const struct fleet *fleet = context;
	struct epoll_event events[256];
	char reply[4096];
	double start = seconds();

	done = 0;
	for (long i = 0; i < fleet->size; i++)
		bare_send(fleet->bare[i], command, 2);
	while (done < fleet->size) {
		int n = epoll_wait(fleet->bare_epoll, events, 256, -1);

		for (int i = 0; i < n; i++)
			CHECK(recv(events[i].data.fd, reply, sizeof reply, 0) > 0);
		done += n;
	}
	return (double)fleet->size / (seconds() - start) / 1e3;
}

static void watch(int epoll, int fd, epoll_data_t data)
{
	struct epoll_event event;

	memset(&event, 0, sizeof event);
	event.events = EPOLLIN;
	event.data = data;
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void join(struct fleet *fleet, long i, int port)
{
	epoll_data_t data;

	data.ptr = fleet->member[i] = logged_in(port);
	ros_set_type(fleet->member[i], ROS_EVENT);
	watch(fleet->epoll, fleet->member[i]->socket, data);
}

/* As many as the limit on descriptors allows, each of them taking some. */
static long affordable(long wanted, int descriptors)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	long most = (long)(limit.rlim_cur - 100) / descriptors;
	return wanted < most ? wanted : most;
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
	struct fleet fleet = {.one = logged_in(port), .size = affordable(amount(10000), 1), .epoll = epoll_create1(0)};
	struct series series = {0};
	double before;

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
	for (long i = 0; i < fleet.size; i++)
		join(&fleet, i, port);
	print_memory("fleet, memory each, logged in", before, fleet.size);
	alternate(&series, ask_all, ask_one, &fleet);
	print_memory("fleet, memory each, after use", before, fleet.size);
	snprintf(name, sizeof name, "fleet of %ld, one command each", fleet.size);
	print_line(&line, &series);
}

void measure_bare_fleet(int port)
{
	char name[64];
	struct line line = {name, "kcmd/s", MORE_IS_BETTER, BY_RATIO, 0, 0};
	struct fleet fleet = {.size = affordable(amount(5000), 2), .epoll = epoll_create1(0), .bare_epoll = epoll_create1(0)};
	struct series series = {0};

	fleet.member = calloc((size_t)fleet.size, sizeof(struct ros_connection *));
	fleet.bare = calloc((size_t)fleet.size, sizeof *fleet.bare);
	CHECK(fleet.member && fleet.bare && fleet.epoll >= 0 && fleet.bare_epoll >= 0);
	for (long i = 0; i < fleet.size; i++) {
		epoll_data_t data;

		join(&fleet, i, port);
		data.fd = fleet.bare[i] = bare_connect(port);
		watch(fleet.bare_epoll, fleet.bare[i], data);
	}
	alternate(&series, ask_all, ask_bare, &fleet);
	snprintf(name, sizeof name, "fleet of %ld beside bare sockets", fleet.size);
	print_line(&line, &series);
}
