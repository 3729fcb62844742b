/*
 * Where the process may have no more memory, threads or descriptors, a call fails, with errno. The limits are
 * tried at every step, so that one at which the runtime would start and then abort is found.
 */
#include "support/guest.h"

#include <sys/resource.h>

/* glibc has an enum of its own for them. */
#ifdef __GLIBC__
typedef __rlimit_resource_t resource_t;
#else
typedef int resource_t;
#endif

struct limit {
	int port;
	resource_t resource;
	int error;
	rlim_t value;
};

static void lower(resource_t resource, rlim_t value)
{
	struct rlimit limit;

	CHECK(getrlimit(resource, &limit) == 0);
	limit.rlim_cur = value;
	CHECK(setrlimit(resource, &limit) == 0);
}

/* Either it works or it says why not; and it works when the limit is gone. */
static void try(void *argument)
{
	struct limit *l = argument;
	struct rlimit before;
	struct ros_connection *conn;

	CHECK(getrlimit(l->resource, &before) == 0);
	lower(l->resource, l->value);
	for (int i = 0; i < 2; i++) {
		errno = 0;
		conn = ros_connect("127.0.0.1", l->port);
		/* Where memory is short, it may be that of a thread's stack. */
		CHECK(conn != NULL || errno == l->error || (errno == EAGAIN && l->error == ENOMEM));
		if (conn != NULL) {
			converse(conn, 10);
			CHECK(ros_disconnect(conn) == 0);
		}
	}
	CHECK(setrlimit(l->resource, &before) == 0);
	use(l->port);
	if (conn == NULL)
		_exit(77);
}

/* Returns whether it worked. */
static int works_with(struct limit *l, rlim_t value)
{
	int status;

	l->value = value;
	status = ended(start(try, l));
	CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77));
	return WEXITSTATUS(status) == 0;
}

static void little_address_space_is_an_error(void)
{
	struct limit l = {router_start(), RLIMIT_AS, ENOMEM, 0};

	CHECK(!works_with(&l, (rlim_t)64 << 20));
	for (rlim_t mib = 128; mib < 4096; mib += 96)
		works_with(&l, mib << 20);
	CHECK(works_with(&l, (rlim_t)8 << 30));
}

static void address_space_may_shrink_afterwards(void)
{
	struct limit l = {router_start(), RLIMIT_AS, ENOMEM, 0};

	use(l.port);
	for (rlim_t mib = 4096; mib > 32; mib /= 2) {
		lower(RLIMIT_AS, mib << 20);
		use(l.port);
	}
}

/* Only processes without privileges are limited. */
static void few_threads_are_an_error(void)
{
	struct limit l = {router_start(), RLIMIT_NPROC, EAGAIN, 0};
	const uid_t nobody_else = 54321;

	if (geteuid() == 0) {
		CHECK(setgid(nobody_else) == 0 && setuid(nobody_else) == 0);
	} else {
		skip_scenario("only root can become a user who has no other processes");
	}
	CHECK(!works_with(&l, 2));
	for (rlim_t n = 3; n < 16; n++)
		works_with(&l, n);
	CHECK(works_with(&l, 40));
}

static void few_descriptors_are_an_error(void)
{
	struct limit l = {router_start(), RLIMIT_NOFILE, EMFILE, 0};
	struct ros_connection *conn[10];
	int n = 0;

	CHECK(!works_with(&l, 3));
	CHECK(!works_with(&l, 0));
	CHECK(works_with(&l, 5));
	lower(RLIMIT_NOFILE, 8);
	while (n < 10 && (conn[n] = ros_connect("127.0.0.1", l.port)) != NULL)
		n++;
	CHECK(errno == EMFILE);
	CHECK(n == 5);
	for (int i = 0; i < n; i++)
		converse(conn[i], 3);
	for (int i = 0; i < n; i++)
		CHECK(ros_disconnect(conn[i]) == 0);
	use(l.port);
}

/* Threads' stacks are as large as this limit says, unless asked otherwise. */
static void any_stack_limit_will_do(void)
{
	struct limit l = {router_start(), RLIMIT_STACK, ENOMEM, 0};

	CHECK(works_with(&l, RLIM_INFINITY));
	CHECK(works_with(&l, 1 << 20));
	CHECK(works_with(&l, 256 << 10));
}

static void little_data_is_an_error(void)
{
	struct limit l = {router_start(), RLIMIT_DATA, ENOMEM, 0};

	for (rlim_t mib = 4; mib < 512; mib += 12)
		works_with(&l, mib << 20);
	CHECK(works_with(&l, (rlim_t)2 << 30));
}

static void limits_are_not_touched(void)
{
	struct rlimit before[RLIM_NLIMITS], now;
	int port = router_start();

	lower(RLIMIT_NOFILE, 256);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		CHECK(getrlimit((resource_t)i, &before[i]) == 0);
	use(port);
	make_garbage(port, 2);
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		CHECK(getrlimit((resource_t)i, &now) == 0);
		CHECK(now.rlim_cur == before[i].rlim_cur && now.rlim_max == before[i].rlim_max);
	}
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(little_address_space_is_an_error),
		SCENARIO(address_space_may_shrink_afterwards),
		SCENARIO(few_threads_are_an_error),
		SCENARIO(few_descriptors_are_an_error),
		SCENARIO(any_stack_limit_will_do),
		SCENARIO(little_data_is_an_error),
		SCENARIO(limits_are_not_touched),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
