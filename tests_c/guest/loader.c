/*
 * Loads libraries as programs with plugins do, and uses them:
 *
 *     loader one PORT PLUGIN               in every mode, unloaded and loaded again
 *     loader two PORT PLUGIN PLUGIN        both at once, in threads, one unloaded while the other works
 *     loader other PORT PLUGIN OTHER WHEN  beside another Go library, loaded "before" or "after"
 *
 * A plugin has a function plugin_run. Fails when something does not work, with a line that says what.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int port;

static void check(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "%s\n", what);
		_exit(1);
	}
}

static int threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = -2;

	while (d != NULL && readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void *load(const char *path, int mode)
{
	void *library = dlopen(path, mode);

	check(library != NULL, library != NULL ? "" : dlerror());
	return library;
}

static void call(void *library)
{
	int (*run)(int);

	*(void **)&run = dlsym(library, "plugin_run");
	check(run != NULL, "no plugin_run");
	for (int i = 0; i < 5; i++)
		check(run(port) > 0, "plugin_run fails");
}

static void *call_in_thread(void *library)
{
	call(library);
	return NULL;
}

static void in_mode(const char *path, int mode)
{
	for (int round = 0; round < 3; round++) {
		void *library = load(path, mode), *again;
		pthread_t thread;

		check(round > 0 || threads() == 1, "loading starts threads");
		again = load(path, mode);
		check(again == library, "the same library is another one the second time");
		call(library);
		check(pthread_create(&thread, NULL, call_in_thread, library) == 0, "no thread");
		pthread_join(thread, NULL);
		check(dlclose(again) == 0, "dlclose");
		call(library);
		check(dlclose(library) == 0, "dlclose");
	}
}

static void one(const char *path)
{
	static const int modes[] = {RTLD_LAZY | RTLD_LOCAL, RTLD_LAZY | RTLD_GLOBAL, RTLD_NOW | RTLD_LOCAL,
	                            RTLD_NOW | RTLD_GLOBAL};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		int status;
		pid_t child = fork();

		if (child == 0) {
			in_mode(path, modes[i]);
			exit(0);
		}
		check(waitpid(child, &status, 0) == child && status == 0, "a mode does not work");
	}
}

static void two(const char *path, const char *other_path)
{
	void *library = load(path, RTLD_NOW | RTLD_LOCAL), *other = load(other_path, RTLD_LAZY | RTLD_LOCAL);
	pthread_t thread[2];

	check(threads() == 1, "loading starts threads");
	for (int i = 0; i < 5; i++) {
		check(pthread_create(&thread[0], NULL, call_in_thread, library) == 0, "no thread");
		check(pthread_create(&thread[1], NULL, call_in_thread, other) == 0, "no thread");
		pthread_join(thread[0], NULL);
		check(dlclose(library) == 0, "dlclose");
		pthread_join(thread[1], NULL);
		call(other);
		library = load(path, RTLD_NOW | RTLD_LOCAL);
	}
	check(dlclose(other) == 0 && dlclose(library) == 0, "dlclose");
}

static int (*other_work)(int);

static void *work(void *unused)
{
	for (int i = 0; i < 5; i++)
		check(other_work(20) == 4, "the other library fails");
	return unused;
}

static void find_other(const char *path)
{
	*(void **)&other_work = dlsym(load(path, RTLD_NOW | RTLD_LOCAL), "OtherWork");
	check(other_work != NULL, "no OtherWork");
	check(other_work(1) == 4, "the other library fails");
}

/* What the other one needs of signals is not ours to take away. */
static void beside_other(const char *path, const char *other_path, const char *when)
{
	struct sigaction before[NSIG], after;
	int first = strcmp(when, "before") == 0;
	void *library;
	pthread_t thread[2];

	if (first)
		find_other(other_path);
	library = load(path, RTLD_NOW | RTLD_LOCAL);
	memset(before, 0, sizeof before);
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, NULL, &before[signal]);
	call(library);
	for (int signal = 1; signal < 32; signal++) {
		if (signal == SIGKILL || signal == SIGSTOP)
			continue;
		sigaction(signal, NULL, &after);
		check(after.sa_sigaction == before[signal].sa_sigaction && after.sa_flags == before[signal].sa_flags,
		      "a handler of the other library's is gone");
	}
	if (!first)
		find_other(other_path);
	for (int i = 0; i < 3; i++) {
		check(pthread_create(&thread[0], NULL, call_in_thread, library) == 0, "no thread");
		check(pthread_create(&thread[1], NULL, work, NULL) == 0, "no thread");
		work(NULL);
		call(library);
		pthread_join(thread[0], NULL);
		pthread_join(thread[1], NULL);
	}
}

int main(int argc, char **argv)
{
	check(argc >= 4, "usage: loader one|two|other PORT PLUGIN ...");
	alarm(100);
	port = atoi(argv[2]);
	if (strcmp(argv[1], "one") == 0)
		one(argv[3]);
	else if (strcmp(argv[1], "two") == 0 && argc == 5)
		two(argv[3], argv[4]);
	else if (strcmp(argv[1], "other") == 0 && argc == 6)
		beside_other(argv[3], argv[4], argv[5]);
	else
		check(0, "usage");
	return 0;
}
