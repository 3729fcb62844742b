/*
 * Forking before the library is used: parent and children use it afterwards, each a runtime of its own.
 */
#include "support/guest.h"

#include <fcntl.h>

enum { CHILDREN = 150 };

struct family {
	int port;
	int garbage; /* to collect in each child, so many times */
	int gate[2]; /* closed by the parent when all children are there */
};

static void child(void *argument)
{
	struct family *family = argument;

	close(family->gate[1]);
	CHECK(readable(family->gate[0], 30000));
	use(family->port);
	make_garbage(family->port, family->garbage);
	use(family->port);
}

static void children_work_all_at_once(void)
{
	struct family family = {router_start(), 1, {-1, -1}};
	pid_t pid[CHILDREN];

	CHECK(pipe(family.gate) == 0);
	for (int i = 0; i < CHILDREN; i++) {
		family.garbage = i % 3 == 0;
		pid[i] = start(child, &family);
	}
	close(family.gate[1]);
	for (int i = 0; i < CHILDREN; i++)
		CHECK_WELL(pid[i]);
	use(family.port);
	make_garbage(family.port, 2);
}

/* A server that forks for each client, and uses the library itself only when it has forked. */
static void the_parent_works_meanwhile(void)
{
	struct family family = {router_start(), 1, {-1, -1}};
	pid_t pid[10];

	CHECK(pipe(family.gate) == 0);
	for (int i = 0; i < 10; i++)
		pid[i] = start(child, &family);
	make_garbage(family.port, 1);
	close(family.gate[1]);
	make_garbage(family.port, 5);
	for (int i = 0; i < 10; i++)
		CHECK_WELL(pid[i]);
}

static void grandchild(void *argument)
{
	struct family *family = argument;

	CHECK_WELL(start(child, family));
	child(family);
}

static void grandchildren_work(void)
{
	struct family family = {router_start(), 1, {-1, -1}};

	CHECK(pipe(family.gate) == 0);
	close(family.gate[1]);
	family.gate[1] = open("/dev/null", O_RDWR);
	for (int i = 0; i < 5; i++)
		CHECK_WELL(start(grandchild, &family));
	child(&family);
}

struct daemon {
	int port, keep_directory, report;
};

static void become_daemon(void *argument)
{
	struct daemon *d = argument;

	CHECK(daemon(d->keep_directory, d->keep_directory) == 0);
	alarm(30); /* it is out of reach of what ends the others */
	use(d->port);
	make_garbage(d->port, 1);
	use(d->port);
	CHECK(write(d->report, "+", 1) == 1);
}

static void daemon_works(void)
{
	struct daemon d = {router_start(), 0, -1};
	int report[2];
	char done;

	for (int i = 0; i < 10; i++) {
		CHECK(pipe(report) == 0);
		d.keep_directory = i % 2;
		d.report = report[1];
		CHECK_WELL(start(become_daemon, &d));
		close(report[1]);
		CHECK(read(report[0], &done, 1) == 1);
		close(report[0]);
	}
}

/* Forking in several threads at once, none of which has used the library. */
static void *fork_some(void *argument)
{
	for (int i = 0; i < 5; i++)
		CHECK_WELL(start(child, argument));
	return NULL;
}

static void threads_may_fork(void)
{
	struct family family = {router_start(), 1, {-1, -1}};
	pthread_t thread[4];

	CHECK(pipe(family.gate) == 0);
	close(family.gate[1]);
	family.gate[1] = open("/dev/null", O_RDWR);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&thread[i], NULL, fork_some, &family) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	use(family.port);
}

static void use_or_be_refused(void *argument)
{
	struct ros_connection *conn;

	alarm(30);
	errno = 0;
	conn = ros_connect("127.0.0.1", *(int *)argument);
	CHECK(conn != NULL || errno == ENOTSUP);
	if (conn != NULL)
		converse(conn, 3);
}

static void *use_first(void *port)
{
	use(*(int *)port);
	return NULL;
}

static void fork_during_first_use(void *argument)
{
	pthread_t thread;
	pid_t pid[2];

	CHECK(pthread_create(&thread, NULL, use_first, argument) == 0);
	for (int i = 0; i < 2; i++)
		pid[i] = start(use_or_be_refused, argument);
	for (int i = 0; i < 2; i++)
		CHECK_WELL(pid[i]);
	CHECK(pthread_join(thread, NULL) == 0);
	use(*(int *)argument);
}

/* Whether the child counts as forked before or after is open; it must be one of them. */
static void forking_during_first_use_is_either(void)
{
	int port = router_start();

	for (int i = 0; i < 40; i++)
		CHECK_WELL(start(fork_during_first_use, &port));
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(children_work_all_at_once),
		SCENARIO(the_parent_works_meanwhile),
		SCENARIO(grandchildren_work),
		SCENARIO(daemon_works),
		SCENARIO(threads_may_fork),
		SCENARIO(forking_during_first_use_is_either),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
