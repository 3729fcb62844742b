#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { COMMANDS = 50 };

/* What is asked for, and the connections to ask on. */
struct rows {
	int commands;
	long rows; /* in the answer to each command */
	struct ros_connection *conn;
	int fd;
};

static int left; /* commands not done */
static long seen; /* rows */

static void use_row(const struct ros_result *row)
{
	CHECK(row->re);
	if (ros_get(row, "=name") && ros_get(row, "=rx-byte") && ros_get(row, "=running"))
		seen++;
}

static long rows_read(struct ros_connection *conn, long rows)
{
	char number[32];
	struct ros_result *result;

	snprintf(number, sizeof number, "=n=%ld", rows);
	seen = 0;
	result = ros_send_command_wait(conn, "/rows", number, NULL);
	while (result && !result->done) {
		use_row(result);
		ros_result_free(result);
		result = ros_read_packet(conn);
	}
	CHECK(result);
	ros_result_free(result);
	return seen;
}

static double blocking(void *context)
{
	const struct rows *rows = context;
	double start = seconds();

	CHECK(rows_read(rows->conn, rows->rows) == rows->rows);
	return (double)rows->rows / (seconds() - start) / 1e3;
}

static void on_reply(struct ros_result *result)
{
	if (result->done)
		left--;
	else
		use_row(result);
	ros_result_free(result);
}

static double events(void *context)
{
	const struct rows *rows = context;
	char number[32];
	double start = seconds();

	snprintf(number, sizeof number, "=n=%ld", rows->rows);
	left = rows->commands;
	seen = 0;
	for (int i = 0; i < rows->commands; i++)
		CHECK(ros_send_command_cb(rows->conn, on_reply, "/rows", number, NULL) > 0);
	while (left > 0) {
		wait_readable(rows->conn);
		CHECK(ros_runloop_once(rows->conn, NULL) == 1);
	}
	CHECK(seen == rows->rows * rows->commands);
	return (double)seen / (seconds() - start) / 1e3;
}

/* The same commands and as many bytes, without the library. */
static double bare(void *context)
{
	const struct rows *rows = context;
	unsigned char row[ROW_MOST];
	char number[32], tag[32];
	const char *command[] = {"/rows", number, tag};
	const char *done[] = {"!done", tag};
	size_t bytes = 0;
	double start = seconds();

	snprintf(number, sizeof number, "=n=%ld", rows->rows);
	for (int i = 1; i <= rows->commands; i++) {
		int tagged = rows->commands > 1;

		snprintf(tag, sizeof tag, ".tag=%d", i);
		bare_send(rows->fd, command, tagged ? 3 : 2);
		bytes += encode_row(row, tagged ? tag : NULL) * (size_t)rows->rows;
		bytes += encode_sentence(row, done, tagged ? 2 : 1);
	}
	bare_receive(rows->fd, bytes);
	return (double)(rows->rows * rows->commands) / (seconds() - start) / 1e3;
}

void measure_rows(int port)
{
	static const struct line line = {"rows, blocking", "krows/s", MORE_IS_BETTER, BY_RATIO, 0.25, 0.6};
	struct rows rows = {1, amount(100000), logged_in(port), bare_connect(port)};
	struct series series = {0};

	alternate(&series, blocking, bare, &rows);
	print_line(&line, &series);
}

void measure_events(int port)
{
	static const struct line line = {"rows, event, 50 commands at once", "krows/s", MORE_IS_BETTER, BY_RATIO, 0.2, 0.4};
	struct rows rows = {COMMANDS, amount(100000) / COMMANDS, logged_in(port), bare_connect(port)};
	struct series series = {0};

	ros_set_type(rows.conn, ROS_EVENT);
	alternate(&series, events, bare, &rows);
	print_line(&line, &series);
}

static double many_rows(void *context)
{
	struct rows rows = *(const struct rows *)context;

	rows.rows *= 100;
	return blocking(&rows);
}

/* Ten times a hundredth: short enough to be disturbed otherwise. */
static double few_rows(void *context)
{
	double times = 0;

	for (int i = 0; i < 10; i++)
		times += 1 / blocking(context);
	return 10 / times;
}

void measure_row_growth(int port)
{
	static const struct line line = {"rows, 1,000,000 beside 10,000", "krows/s", MORE_IS_BETTER, BY_RATIO, 0.9, 1};
	struct rows rows = {1, amount(10000), logged_in(port), -1};
	struct series series = {0};

	alternate(&series, many_rows, few_rows, &rows);
	print_line(&line, &series);
}

static double most_mib(void)
{
	return most_resident() / 1024;
}

/* Each run needs a process that has not been large yet. */
void measure_memory(int port)
{
	static const struct line line = {"memory, 1,000,000 rows beside 10,000", "MiB", LESS_IS_BETTER, BY_VALUE, 24, 0};
	double *found = mmap(NULL, 2 * sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct series series = {0};

	CHECK(found != MAP_FAILED);
	for (int i = 0; i < rounds(); i++) {
		int status;
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			struct ros_connection *conn = logged_in(port);
			long rows = amount(10000);

			CHECK(rows_read(conn, rows) == rows);
			found[1] = most_mib();
			CHECK(rows_read(conn, rows * 100) == rows * 100);
			found[0] = most_mib();
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		series_add(&series, found[0], found[1]);
	}
	print_line(&line, &series);
}

/* Nanoseconds for each byte of count words of size bytes. */
static double words(struct ros_connection *conn, long size, int count)
{
	char number[32];
	double start = seconds();

	snprintf(number, sizeof number, "=n=%ld", size);
	for (int i = 0; i < count; i++) {
		struct ros_result *result = ros_send_command_wait(conn, "/word", number, NULL);

		CHECK(result && result->re && strlen(ros_get(result, "=data")) == (size_t)size - 6);
		ros_result_free(result);
		result = ros_read_packet(conn);
		CHECK(result && result->done);
		ros_result_free(result);
	}
	return (seconds() - start) * 1e9 / (double)size / count;
}

static double long_words(void *context)
{
	const struct rows *rows = context;

	return words(rows->conn, rows->rows * 10, 4);
}

static double short_words(void *context)
{
	const struct rows *rows = context;

	return words(rows->conn, rows->rows, 40);
}

void measure_word_growth(int port)
{
	/* Linear is 1; the square of the length would be 10. */
	static const struct line line = {"a word of 5 MB beside 0.5 MB", "ns/byte", LESS_IS_BETTER, BY_RATIO, 2, 1.2};
	struct rows rows = {1, amount(500000), logged_in(port), -1};
	struct series series = {0};

	alternate(&series, long_words, short_words, &rows);
	print_line(&line, &series);
}
