/*
 * What the benchmarks share. Each measure runs in a process of its own, in which the library is unused when
 * it begins, against a server in another process.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

#include "librouteros_ext.h"

/* Only to see that the benchmarks still work: little of everything, and nothing is judged. */
extern int quick;

/* How many runs a line is the median of, and how much to do in one of them. */
int rounds(void);
long amount(long usual);

/* Ends the process when the measure cannot be made. */
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			check_failed(__FILE__, __LINE__, #condition); \
	} while (0)
void check_failed(const char *file, int line, const char *what) __attribute__((noreturn));

double seconds(void); /* of a clock */

/* What /proc/self tells, in KiB. */
double resident(void);
double most_resident(void);

/* The measures: each prints its lines. */
void measure_rows(int port);
void measure_events(int port);
void measure_command(int port);
void measure_get(int port);
void measure_memory(int port);
void measure_row_growth(int port);
void measure_tag_growth(int port);
void measure_word_growth(int port);
void measure_fleet(int port);
void measure_bare_fleet(int port);
void measure_guest(int port);

/* report.c: a line of the table. */
struct line {
	const char *name, *unit;
	enum { MORE_IS_BETTER, LESS_IS_BETTER } better;
	enum { BY_RATIO, BY_VALUE } judged; /* what must and aim are about: ours / reference, or ours */
	double must, aim;                   /* 0 when nothing is asked for */
};

enum { MOST_ROUNDS = 32 };

/* What was measured, run by run. A reference of 0 is none. */
struct series {
	int count;
	double ours[MOST_ROUNDS], reference[MOST_ROUNDS];
};

void series_add(struct series *series, double ours, double reference);
void print_head(void);
void print_line(const struct line *line, const struct series *series);

/* Fills the series with rounds() runs of both, taking turns at which is first. */
void alternate(struct series *series, double (*ours)(void *), double (*reference)(void *), void *context);

/* encode.c: words to bytes, and the row of 19 words and 332 bytes that figures are given for. */
enum { ROW_MOST = 512, REFERENCE_WORDS = 19 };
size_t encode_word(unsigned char *out, const char *word, size_t length);
size_t encode_sentence(unsigned char *out, const char *const *words, size_t count);
size_t encode_row(unsigned char *out, const char *tag); /* tag NULL: that of the reference row */

/*
 * server.c: answers from blocks encoded ahead, so as not to be the slow side.
 *   "/rows" "=n=N"    N reference rows, then !done
 *   "/word" "=n=N"    one row with a word of N bytes, then !done
 *   "/system/resource/print"  one row like a router's, then !done
 *   "/quiet"          nothing, ever
 *   "/alone"          !done; from then on the connection has a process to itself, in blocking calls
 *   all else, /login among it: !done
 * Rows for several commands come interleaved.
 */
int server_start(void); /* returns its port */

/* bare.c: the socket without the library. */
int bare_connect(int port);
void bare_send(int fd, const char *const *words, size_t count);
void bare_receive(int fd, size_t bytes); /* into one buffer, nothing decoded */

/* The library, logged in. */
struct ros_connection *logged_in(int port);
void wait_readable(struct ros_connection *conn);

#endif
