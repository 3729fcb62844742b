#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static const char *const small_command[] = {"/system/identity/set", "=name=router"};

static double ours_small(struct ros_connection *conn, long count)
{
	double start = seconds();

	for (long i = 0; i < count; i++) {
		struct ros_result *result = ros_send_command_wait(conn, small_command[0], small_command[1], NULL);

		CHECK(result && result->done);
		ros_result_free(result);
	}
	return seconds() - start;
}

static double bare_small(int fd, long count)
{
	unsigned char command[64], reply[64];
	size_t size = encode_sentence(command, small_command, 2);
	double start = seconds();

	for (long i = 0; i < count; i++) {
		ssize_t n;

		CHECK(write(fd, command, size) == (ssize_t)size);
		n = read(fd, reply, sizeof reply);
		CHECK(n == 7 && memcmp(reply, "\5!done", 7) == 0);
	}
	return seconds() - start;
}

void measure_command(int port)
{
	static const struct line line = {"a small command and its reply", "us", LESS_IS_BETTER, BY_RATIO, 1.15, 1.05};
	static const char *const alone[] = {"/alone"};
	struct ros_connection *conn = logged_in(port);
	int fd = bare_connect(port);
	struct series series = {0};
	long turn = amount(200), turns = 20;

	/* Served in blocking calls, as they are made: anything more would count on both sides and flatter us. */
	ros_result_free(ros_send_command_wait(conn, alone[0], NULL));
	bare_send(fd, alone, 1);
	bare_receive(fd, 7);
	ours_small(conn, turn);
	bare_small(fd, turn);
	for (int i = 0; i < rounds(); i++) {
		double ours = 0, reference = 0;

		for (long j = 0; j < turns; j++) {
			ours += ours_small(conn, turn);
			reference += bare_small(fd, turn);
		}
		series_add(&series, ours * 1e6 / (double)(turn * turns), reference * 1e6 / (double)(turn * turns));
	}
	print_line(&line, &series);
}

struct lookup {
	const struct ros_result *row;
	const char *key;
	const char *value; /* what is to be found */
	long count;
};

static const char *find(const struct ros_result *result, const char *key) __attribute__((noinline));
static const char *find(const struct ros_result *result, const char *key)
{
	size_t length = strlen(key);

	for (int i = 0; i < result->sentence->words; i++) {
		const char *word = result->sentence->word[i];

		if (strncmp(word, key, length) == 0 && word[length] == '=')
			return word + length + 1;
	}
	return NULL;
}

/* The compiler is not to know the key, nor that the answer is the same each time. */
#define LOOK_UP(lookup, function) \
	do { \
		const char *volatile key = (lookup)->key; \
		const char *volatile found = NULL; \
		double start = seconds(); \
		for (long i = 0; i < (lookup)->count; i++) \
			found = function((lookup)->row, key); \
		start = seconds() - start; \
		CHECK((lookup)->value ? found && strcmp(found, (lookup)->value) == 0 : !found); \
		return start * 1e9 / (double)(lookup)->count; \
	} while (0)

static double ours_get(void *lookup)
{
	LOOK_UP((const struct lookup *)lookup, ros_get);
}

static double strncmp_get(void *lookup)
{
	LOOK_UP((const struct lookup *)lookup, find);
}

void measure_get(int port)
{
	static const struct line hit = {"ros_get, hit on the tenth word", "ns", LESS_IS_BETTER, BY_RATIO, 1.5, 1};
	static const struct line miss = {"ros_get, miss on 19 words", "ns", LESS_IS_BETTER, BY_RATIO, 1.5, 1};
	struct ros_connection *conn = logged_in(port);
	struct ros_result *row = ros_send_command_wait(conn, "/rows", "=n=1", NULL);
	struct lookup lookup = {row, "=max-l2mtu", "9578", amount(200000)};
	struct series series = {0};

	CHECK(row && row->sentence->words == REFERENCE_WORDS && strcmp(row->sentence->word[9], "=max-l2mtu=9578") == 0);
	alternate(&series, ours_get, strncmp_get, &lookup);
	print_line(&hit, &series);
	lookup.key = "=missing";
	lookup.value = NULL;
	series.count = 0;
	alternate(&series, ours_get, strncmp_get, &lookup);
	print_line(&miss, &series);
	ros_result_free(row);
}

struct tags {
	struct ros_connection *first, *thousandth;
	long count;
};

static int done;

static void on_reply(struct ros_result *result)
{
	done += result->done;
	ros_result_free(result);
}

/* Commands one after the other, ten rows each, as the only one pending or as the thousandth. */
static double tagged(struct ros_connection *conn, long count)
{
	double start = seconds();

	for (long i = 0; i < count; i++) {
		done = 0;
		CHECK(ros_send_command_cb(conn, on_reply, "/rows", "=n=10", NULL) > 0);
		while (!done) {
			wait_readable(conn);
			CHECK(ros_runloop_once(conn, NULL) == 1);
		}
	}
	return (seconds() - start) * 1e6 / (double)count;
}

static double as_thousandth(void *tags)
{
	return tagged(((struct tags *)tags)->thousandth, ((struct tags *)tags)->count);
}

static double as_first(void *tags)
{
	return tagged(((struct tags *)tags)->first, ((struct tags *)tags)->count);
}

void measure_tag_growth(int port)
{
	static const struct line line = {"the thousandth pending tag", "us", LESS_IS_BETTER, BY_RATIO, 1.25, 1.1};
	struct tags tags = {logged_in(port), logged_in(port), amount(1000)};
	struct series series = {0};

	ros_set_type(tags.first, ROS_EVENT);
	ros_set_type(tags.thousandth, ROS_EVENT);
	for (int i = 0; i < 999; i++)
		CHECK(ros_send_command_cb(tags.thousandth, on_reply, "/quiet", NULL) > 0);
	alternate(&series, as_thousandth, as_first, &tags);
	print_line(&line, &series);
}
