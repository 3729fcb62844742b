#include "guest.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

enum { SKIPPED = 77, SECONDS = 60 };

static int argument_given;

int scenario_argument(void)
{
	return argument_given;
}

void check_failed(const char *file, int line, const char *what, int error)
{
	dprintf(2, "%s:%d: %s (errno %d: %s)\n", file, line, what, error, strerror(error));
	_exit(1);
}

void skip_scenario(const char *reason)
{
	dprintf(1, "%s", reason);
	_exit(SKIPPED);
}

void run_again(const char *scenario, int argument, char *const *environment)
{
	char text[16];
	char *argv[] = {(char *)"again", (char *)scenario, text, NULL};

	snprintf(text, sizeof text, "%d", argument);
	execve("/proc/self/exe", argv, environment != NULL ? environment : environ);
	CHECK(!"exec");
}

static void child(const char *scenario, int printed, pid_t parent)
{
	sigset_t none;
	int signal, fd;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (signal = 1; signal < NSIG; signal++) {
		struct sigaction standard;

		memset(&standard, 0, sizeof standard);
		sigaction(signal, &standard, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(printed, 1);
	dup2(printed, 2);
	for (fd = 3; fd < 256; fd++)
		close(fd);
	run_again(scenario, 0, NULL);
}

/* Ends what the scenario has left: its group, and daemons, which as orphans have become this process's. */
static void end_the_rest(pid_t group)
{
	char path[64], text[64];
	FILE *f;

	kill(-group, SIGKILL);
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)thread_id());
	while ((f = fopen(path, "re")) != NULL) {
		pid_t orphan = fscanf(f, "%60[0-9]", text) == 1 ? (pid_t)atoi(text) : 0;

		fclose(f);
		if (orphan == 0)
			break;
		kill(orphan, SIGKILL);
		waitpid(orphan, NULL, 0);
	}
}

/* Waits for the scenario's process, and ends it when it takes too long. Returns whether it hung. */
static int wait_for(pid_t pid, int seconds, int *status)
{
	struct timespec now;
	time_t last;
	int hung = 0;

	if (getenv("TEST_SLOW") != NULL)
		seconds *= 20;
	clock_gettime(CLOCK_MONOTONIC, &now);
	last = now.tv_sec + seconds;
	while (waitpid(pid, status, WNOHANG) == 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > last) {
			hung = 1;
			kill(-pid, SIGKILL);
		}
		poll(NULL, 0, 2);
	}
	end_the_rest(pid);
	return hung;
}

static void show(int fd, char *text, size_t room)
{
	ssize_t n = pread(fd, text, room - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
}

struct run {
	const struct scenario *scenario;
	struct CMUnitTest *test;
};

static void run_scenario(void **state)
{
	static char reason[400];
	const struct run *run = *state;
	const struct scenario *scenario = run->scenario;
	char text[2000];
	pid_t parent = getpid(), pid;
	int printed = memfd_create("printed", MFD_CLOEXEC), status = 0, hung;

	assert_true(printed > 2);
	fcntl(printed, F_SETFL, O_APPEND);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(scenario->name, printed, parent);
	hung = wait_for(pid, scenario->seconds != 0 ? scenario->seconds : SECONDS, &status);
	show(printed, text, sizeof text);
	close(printed);
	if (hung)
		fail_msg("%s: hangs: %s", scenario->name, text);
	if (WIFSIGNALED(status))
		fail_msg("%s: ended by signal %d: %s", scenario->name, WTERMSIG(status), text);
	if (WEXITSTATUS(status) == SKIPPED) {
		/* cmocka's line for a skipped test has its name and no more. */
		snprintf(reason, sizeof reason, "%s: %.300s", scenario->name, text);
		run->test->name = reason;
		skip();
	}
	if (status != 0)
		fail_msg("%s: %s", scenario->name, text);
	if (text[0] != '\0')
		fail_msg("%s: printed: %s", scenario->name, text);
}

int scenarios_main(int argc, char **argv, const struct scenario *list, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof *tests);
	struct run *runs = calloc(count, sizeof *runs);
	size_t i, n = 0;

	for (i = 0; i < count && argc > 1; i++) {
		if (strcmp(argv[1], list[i].name) == 0) {
			argument_given = argc > 2 ? atoi(argv[2]) : 0;
			list[i].run();
			return 0;
		}
	}
	if (argc > 1 || tests == NULL || runs == NULL)
		return 2;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (i = 0; i < count; i++) {
		if (list[i].name[0] == '_')
			continue;
		runs[n].scenario = &list[i];
		runs[n].test = &tests[n];
		tests[n].name = list[i].name;
		tests[n].test_func = run_scenario;
		tests[n].initial_state = &runs[n];
		n++;
	}
	return _cmocka_run_group_tests("guest", tests, n, NULL, NULL);
}
