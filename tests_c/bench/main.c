/*
 * Runs the measures, or those named as arguments, and prints the table. With BENCH_QUICK in the environment
 * it only tells whether each still works, as a test.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

/* More than any measure takes on a slow machine. */
#define MOST_SECONDS 120

int quick;

static const struct {
	const char *name;
	void (*measure)(int port);
} measures[] = {
	{"rows", measure_rows},
	{"events", measure_events},
	{"command", measure_command},
	{"get", measure_get},
	{"memory", measure_memory},
	{"fleet", measure_fleet},
	{"bare-fleet", measure_bare_fleet},
	{"row-growth", measure_row_growth},
	{"tag-growth", measure_tag_growth},
	{"word-growth", measure_word_growth},
	{"guest", measure_guest},
};

int rounds(void)
{
	return quick ? 1 : 11;
}

long amount(long usual)
{
	return !quick ? usual : usual < 100 ? 1 : usual / 100;
}

void check_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s: %s\n", file, line, what, strerror(errno));
	exit(1);
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double status_of(const char *field)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	double found = -1;

	CHECK(f);
	while (fgets(line, sizeof line, f)) {
		if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':')
			found = strtod(line + strlen(field) + 1, NULL);
	}
	fclose(f);
	CHECK(found >= 0);
	return found;
}

double resident(void)
{
	return status_of("VmRSS");
}

double most_resident(void)
{
	return status_of("VmHWM");
}

struct ros_connection *logged_in(int port)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", port);

	CHECK(conn);
	CHECK(ros_login(conn, "admin", "") == 1);
	return conn;
}

void wait_readable(struct ros_connection *conn)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(conn->socket, &set);
	CHECK(select(conn->socket + 1, &set, NULL, NULL, NULL) == 1);
}

static int run(size_t number, int port)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(MOST_SECONDS);
		measures[number].measure(port);
		exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return status == 0;
}

static int chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return 1;
	}
	return argc < 2;
}

int main(int argc, char **argv)
{
	size_t count = sizeof measures / sizeof *measures;
	struct rlimit limit;
	double load;
	int port;

	quick = getenv("BENCH_QUICK") != NULL;
	/* For the fleet: both sides of it. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	port = server_start();
	if (quick)
		printf("1..%d\n", (int)count);
	else
		print_head();
	for (size_t i = 0; i < count; i++) {
		int good;

		if (!chosen(measures[i].name, argc, argv))
			continue;
		good = run(i, port);
		if (quick)
			printf("%s %d - bench %s\n", good ? "ok" : "not ok", (int)i + 1, measures[i].name);
		else if (!good)
			printf("%-38s could not be measured\n", measures[i].name);
	}
	if (!quick && getloadavg(&load, 1) == 1)
		printf("%ld processors, load %.1f at the end; all runs above alternate, median of %d\n",
		       sysconf(_SC_NPROCESSORS_ONLN), load, rounds());
	return 0;
}
