/*
 * What the guest tests share. Each of their tests is a scenario: a function that runs in a new process,
 * so that the library is unused when it begins, with standard input, output and error alone open. A
 * scenario passes when it returns, in time, and nothing was printed. Processes that it leaves are ended.
 */
#ifndef GUEST_H
#define GUEST_H

#include "support/support.h"

#include <signal.h>
#include <sys/wait.h>

struct scenario {
	const char *name; /* one that begins with "_" is no test, but for run_again */
	void (*run)(void);
	int seconds; /* to run in, 60 when 0 */
};
#define SCENARIO(function) {#function, function, 0}

/* What main returns. */
int scenarios_main(int argc, char **argv, const struct scenario *list, size_t count);

/* run_again executes the test program anew, for another scenario; environment NULL keeps that of now.
 * argument is what scenario_argument returns there. */
void run_again(const char *scenario, int argument, char *const *environment);
int scenario_argument(void);

/* Ends the process, and so the scenario, when false. Good in any thread and in children. */
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			check_failed(__FILE__, __LINE__, #condition, errno); \
	} while (0)
void check_failed(const char *file, int line, const char *what, int error) __attribute__((noreturn));
/* Ends the scenario as not run. */
void skip_scenario(const char *reason) __attribute__((noreturn));

/* Children. start runs function in one, which then ends well; ended waits for it and returns its status. */
pid_t start(void (*function)(void *), void *argument);
int ended(pid_t child);
#define CHECK_WELL(child) CHECK(ended(child) == 0)

/* router_start runs a little router in a child and returns its port. It takes any login, answers "/rows"
 * with as many rows as "=n=" says, "/words" with one row of as many words, "/quiet" with nothing, stops
 * reading after "/deaf", closes after "/close", resets after "/reset", and answers all else with !done. */
int router_start(void);

struct ros_connection *logged_in(int port);
/* converse has an answer of that many rows on a connection of either type, with or without callback. */
void converse(struct ros_connection *conn, int rows);
/* make_garbage has the library collect garbage, about rounds times. It uses a connection of its own. */
void make_garbage(int port, int rounds);
/* use does all of it once: connect, log in, converse, disconnect. */
void use(int port);

/* load_start has threads use the library, garbage and all, until load_stop. */
struct load;
struct load *load_start(int port, int threads);
void load_stop(struct load *load);

/* What /proc tells of this process. */
int thread_count(void);
int is_open(int fd);
size_t resident(void); /* bytes */
uint64_t signal_set(const char *which); /* "SigCgt", "SigIgn", "SigBlk" */
int runtime_is_up(void);

#endif
