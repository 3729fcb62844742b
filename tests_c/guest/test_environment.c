/*
 * What a user sets for Go programs of theirs is not for this one; and what the process is otherwise, it
 * stays.
 */
#include "support/guest.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What is printed fails the scenario. */
static void _behaves(void)
{
	int port = router_start();
	struct ros_connection *conn = logged_in(port);
	int descriptors = count_descriptors();
	struct load *load;

	CHECK(thread_count() <= 12);
	converse(conn, 10);
	CHECK(signal_set("SigBlk") == 0 && signal_set("SigIgn") == 0);
	for (int signal = 1; signal < 32; signal++)
		CHECK((signal_set("SigCgt") >> (signal - 1) & 1) == 0);
	load = load_start(port, 3);
	make_garbage(port, 4);
	load_stop(load);
	CHECK(thread_count() <= 12);
	CHECK(count_descriptors() == descriptors);
	CHECK(ros_disconnect(conn) == 0);
}

static void behave_with(void *environment)
{
	run_again("_behaves", 0, environment);
}

static void gos_variables_are_not_heeded(void)
{
	static char *const sets[][7] = {
		{(char *)"GODEBUG=gctrace=1,inittrace=1,schedtrace=10,scheddetail=1", NULL},
		{(char *)"GODEBUG=asyncpreemptoff=0,containermaxprocs=1,updatemaxprocs=1,cgocheck=1", NULL},
		{(char *)"GODEBUG=clobberfree=1,gccheckmark=1,gcstoptheworld=2,allocfreetrace=1", NULL},
		{(char *)"GODEBUG=nonsense,,=1,gctrace", NULL},
		{(char *)"GOGC=1", NULL},
		{(char *)"GOGC=100", (char *)"GOMEMLIMIT=1MiB", NULL},
		{(char *)"GOGC=nonsense", (char *)"GOMEMLIMIT=nonsense", NULL},
		{(char *)"GOMAXPROCS=1", NULL},
		{(char *)"GOMAXPROCS=1000", NULL},
		{(char *)"GOMAXPROCS=nonsense", (char *)"GOTRACEBACK=crash", NULL},
		{(char *)"GOTRACEBACK=system", (char *)"GORACE=log_path=stderr", (char *)"GOROOT=/nonexistent", NULL},
		{NULL},
	};

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		CHECK_WELL(start(behave_with, (void *)sets[i]));
}

static void large_environments_are_harmless(void)
{
	enum { MANY = 3000 };
	static char *environment[MANY + 1];
	static char text[MANY][40];

	for (int i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i], "GODEBUG%d=gctrace=1,%d", i, i);
		environment[i] = text[i];
	}
	run_again("_behaves", 0, environment);
}

static void the_program_sets_variables_as_it_likes(void)
{
	static char put[] = "GOMAXPROCS=1000";
	char *const *before;

	CHECK(setenv("GODEBUG", "gctrace=1,inittrace=1", 1) == 0);
	CHECK(setenv("GOGC", "1", 1) == 0);
	CHECK(putenv(put) == 0);
	before = environ;
	_behaves();
	CHECK(environ == before);
	CHECK(strcmp(getenv("GODEBUG"), "gctrace=1,inittrace=1") == 0);
	CHECK(setenv("GODEBUG", "gctrace=2", 1) == 0);
	_behaves();
	CHECK(clearenv() == 0);
	_behaves();
}

static void an_empty_environment_will_do(void)
{
	CHECK(clearenv() == 0);
	_behaves();
	environ = NULL;
	_behaves();
}

/* Lines of /proc/self/status that tell of the process, but for what a running one changes all the time. */
static void read_status(char *text, size_t room)
{
	static const char *const kept[] = {"Name", "Umask", "Uid", "Gid", "Groups", "Cap",
	                                   "NoNewPrivs", "Seccomp", "Spec", "Cpus", "Mems", "THP", "CoreDumping",
	                                   "Untag"};
	FILE *f = fopen("/proc/self/status", "re");
	char line[1000];

	CHECK(f != NULL);
	text[0] = '\0';
	while (fgets(line, sizeof line, f) != NULL)
		for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
			if (strncmp(line, kept[i], strlen(kept[i])) == 0 && strlen(text) + strlen(line) < room)
				strcat(text, line);
	fclose(f);
}

struct process {
	char status[8000], name[17], directory[4096];
	mode_t mask;
	int policy, slack, dumpable, death, subreaper, nice;
	cpu_set_t processors;
};

static void look(struct process *p)
{
	memset(p, 0, sizeof *p);
	read_status(p->status, sizeof p->status);
	CHECK(getcwd(p->directory, sizeof p->directory) != NULL);
	CHECK(prctl(PR_GET_NAME, p->name) == 0);
	p->mask = umask(0);
	umask(p->mask);
	p->policy = sched_getscheduler(0);
	p->slack = prctl(PR_GET_TIMERSLACK);
	p->dumpable = prctl(PR_GET_DUMPABLE);
	CHECK(prctl(PR_GET_PDEATHSIG, &p->death) == 0);
	CHECK(prctl(PR_GET_CHILD_SUBREAPER, &p->subreaper) == 0);
	p->nice = getpriority(PRIO_PROCESS, 0);
	CHECK(sched_getaffinity(0, sizeof p->processors, &p->processors) == 0);
}

static void the_process_stays_as_it_is(void)
{
	static struct process before, after;
	int port = router_start();

	CHECK(prctl(PR_SET_NAME, "host") == 0);
	umask(027);
	look(&before);
	use(port);
	make_garbage(port, 3);
	look(&after);
	CHECK(strcmp(before.status, after.status) == 0);
	CHECK(memcmp(&before, &after, sizeof before) == 0);
}

/* Many a daemon writes its title over its arguments. */
static void arguments_may_be_overwritten(void)
{
	size_t room = strlen(program_invocation_name);

	memset(program_invocation_name, 'x', room);
	for (char **variable = environ; *variable != NULL; variable++)
		memset(*variable, 'y', strlen(*variable));
	_behaves();
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(gos_variables_are_not_heeded),
		SCENARIO(large_environments_are_harmless),
		SCENARIO(the_program_sets_variables_as_it_likes),
		SCENARIO(an_empty_environment_will_do),
		SCENARIO(the_process_stays_as_it_is),
		SCENARIO(arguments_may_be_overwritten),
		SCENARIO(_behaves),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
