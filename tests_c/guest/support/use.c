#include "guest.h"

#include <dirent.h>
#include <fcntl.h>

pid_t start(void (*function)(void *), void *argument)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		function(argument);
		_exit(0);
	}
	return pid;
}

int ended(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		CHECK(errno == EINTR);
	return status;
}

struct ros_connection *logged_in(int port)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", port);

	CHECK(conn != NULL);
	CHECK(ros_login(conn, "admin", "") == 1);
	return conn;
}

static __thread int rows_seen, done_seen;

static void count_row(struct ros_result *r)
{
	rows_seen += r->re;
	done_seen += r->done;
	ros_result_free(r);
}

void converse(struct ros_connection *conn, int rows)
{
	struct ros_result *r;
	char number[16];

	rows_seen = done_seen = 0;
	snprintf(number, sizeof number, "=n=%d", rows);
	if (conn->type == ROS_EVENT) {
		CHECK(ros_send_command_cb(conn, count_row, "/rows", number, NULL) > 0);
		while (!done_seen) {
			readable(conn->socket, -1);
			CHECK(ros_runloop_once(conn, NULL) == 1);
		}
	} else {
		r = ros_send_command_wait(conn, "/rows", number, NULL);
		for (;; r = ros_read_packet(conn)) {
			CHECK(r != NULL);
			CHECK(r->done || strcmp(ros_get(r, "=name"), "ether1") == 0);
			count_row(r);
			if (done_seen)
				break;
		}
	}
	CHECK(rows_seen == rows);
}

/* The library collects garbage when there is 4 MiB, for which it looks every 256 calls. For each tag that is
 * waited for it keeps that, and forgets it with the connection. */
void make_garbage(int port, int rounds)
{
	enum { TAGS = 20000 };
	struct ros_event event;

	memset(&event, 0, sizeof event);
	while (rounds-- > 0) {
		struct ros_connection *conn = logged_in(port);

		for (int i = 0; i < TAGS; i++) {
			snprintf(event.tag, sizeof event.tag, "tag %095d", i);
			CHECK(ros_add_event(conn, &event) == 1);
		}
		CHECK(ros_disconnect(conn) == 0);
	}
}

void use(int port)
{
	struct ros_connection *conn = logged_in(port);

	converse(conn, 3);
	ros_set_type(conn, ROS_EVENT);
	converse(conn, 3);
	CHECK(ros_disconnect(conn) == 0);
}

struct load {
	int port, threads, stop;
	pthread_t thread[16];
};

static int load_goes_on(struct load *load)
{
	return !__atomic_load_n(&load->stop, __ATOMIC_RELAXED);
}

static void *collect(void *argument)
{
	struct load *load = argument;

	while (load_goes_on(load))
		make_garbage(load->port, 1);
	return NULL;
}

static void *talk(void *argument)
{
	struct load *load = argument;

	while (load_goes_on(load)) {
		struct ros_connection *conn = logged_in(load->port);

		for (int i = 0; i < 100 && load_goes_on(load); i++) {
			ros_set_type(conn, i % 2 ? ROS_EVENT : ROS_SIMPLE);
			converse(conn, i);
		}
		CHECK(ros_disconnect(conn) == 0);
	}
	return NULL;
}

struct load *load_start(int port, int threads)
{
	struct load *load = calloc(1, sizeof *load);

	CHECK(load != NULL);
	load->port = port;
	load->threads = threads;
	for (int i = 0; i < threads; i++)
		CHECK(pthread_create(&load->thread[i], NULL, i == 0 ? collect : talk, load) == 0);
	return load;
}

void load_stop(struct load *load)
{
	__atomic_store_n(&load->stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < load->threads; i++)
		CHECK(pthread_join(load->thread[i], NULL) == 0);
	free(load);
}

int thread_count(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = -2; /* "." and ".." */

	CHECK(d != NULL);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static size_t memory(int field)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages[2];

	CHECK(f != NULL && fscanf(f, "%lu %lu", &pages[0], &pages[1]) == 2);
	fclose(f);
	return pages[field] * (size_t)sysconf(_SC_PAGESIZE);
}

size_t resident(void)
{
	return memory(1);
}

/* Its heap is set aside in address space long before it is used. */
int runtime_is_up(void)
{
	return memory(0) > (size_t)100 << 20;
}

uint64_t signal_set(const char *which)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[200];
	uint64_t set = 0;
	int found = 0;

	CHECK(f != NULL);
	while (fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, which, strlen(which)) == 0 && line[strlen(which)] == ':') {
			set = strtoull(line + strlen(which) + 1, NULL, 16);
			found = 1;
		}
	}
	fclose(f);
	CHECK(found);
	/* The C library keeps two signals to itself; whether they are ignored is up to what ran this test. */
	return set & ~(UINT64_C(3) << 31);
}
