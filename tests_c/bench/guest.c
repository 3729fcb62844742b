#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

extern char **environ;

/* Programs beside this one, see guest_program.c. */
#define WITH "guest_with"
#define WITHOUT "guest_without"

static char directory[3000];

/* Runs it to its end. output may be NULL. */
static void run(const char *program, const char *how, int port, FILE **output)
{
	posix_spawn_file_actions_t actions;
	char path[4000], number[16];
	char *argv[] = {path, (char *)(how), number, output ? "show" : "silent", NULL};
	int status, ends[2];
	pid_t pid;

	snprintf(path, sizeof path, "%s/%s", directory, program);
	snprintf(number, sizeof number, "%d", port);
	posix_spawn_file_actions_init(&actions);
	if (output) {
		CHECK(pipe(ends) == 0);
		posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	}
	CHECK(posix_spawn(&pid, path, &actions, NULL, argv, environ) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	posix_spawn_file_actions_destroy(&actions);
	if (output) {
		close(ends[1]);
		*output = fdopen(ends[0], "r");
		CHECK(*output);
	}
}

/* Milliseconds from the start of the program to its end. */
static double lifetime(const char *program, const char *how, int port, long count)
{
	double start = seconds();

	for (long i = 0; i < count; i++)
		run(program, how, port, NULL);
	return (seconds() - start) * 1e3 / (double)count;
}

static void footprint(const char *program, const char *how, int port, double *threads, double *mib)
{
	FILE *output;
	long kib, n;

	run(program, how, port, &output);
	CHECK(fscanf(output, "%ld %ld", &n, &kib) == 2);
	fclose(output);
	*threads = (double)n;
	*mib = (double)kib / 1024;
}

static void measure(const char *how, int port, const struct line lines[3])
{
	struct series time = {0}, threads = {0}, memory = {0};

	for (int i = 0; i < rounds(); i++) {
		double with = 0, without = 0, threads_with, threads_without, with_mib, without_mib;
		long turns = amount(30);

		for (long j = 0; j < turns; j++) {
			with += lifetime(WITH, how, port, 1);
			without += lifetime(WITHOUT, how, port, 1);
		}
		series_add(&time, with / (double)turns, without / (double)turns);
		footprint(WITH, how, port, &threads_with, &with_mib);
		footprint(WITHOUT, how, port, &threads_without, &without_mib);
		series_add(&threads, threads_with, threads_without);
		series_add(&memory, with_mib, without_mib);
	}
	print_line(&lines[0], &time);
	print_line(&lines[1], &threads);
	print_line(&lines[2], &memory);
}

void measure_guest(int port)
{
	static const struct line unused[] = {
		{"linked, unused: start to end", "ms", LESS_IS_BETTER, BY_RATIO, 0, 0},
		{"linked, unused: threads", "", LESS_IS_BETTER, BY_VALUE, 1, 1},
		{"linked, unused: resident", "MiB", LESS_IS_BETTER, BY_RATIO, 0, 0},
	};
	static const struct line once[] = {
		{"one connection: start to end", "ms", LESS_IS_BETTER, BY_RATIO, 0, 0},
		{"one connection: threads", "", LESS_IS_BETTER, BY_VALUE, 0, 0},
		{"one connection: resident", "MiB", LESS_IS_BETTER, BY_VALUE, 24, 0},
	};
	ssize_t n = readlink("/proc/self/exe", directory, sizeof directory - 1);

	CHECK(n > 0 && strrchr(directory, '/'));
	*strrchr(directory, '/') = 0;
	measure("unused", port, unused);
	measure("once", port, once);
}
