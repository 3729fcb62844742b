#define _GNU_SOURCE
#include "gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "rosgo.h"

void (*ros_go_rt0)(int, char **, char **);
void *ros_go_sigtable, *ros_go_scavenger;

/* Go reserves address space generously, uses some memory, and aborts when it cannot have either. */
#define LEAST_ADDRESS_SPACE (sizeof(void *) > 4 ? (size_t)2 << 30 : (size_t)256 << 20)
#define LEAST_MEMORY ((size_t)128 << 20)

/* As many threads as the runtime starts at once; it aborts when it cannot have one. */
#define RUNTIME_THREADS 8

static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int booting; /* the runtime has threads, or is about to */
static int started; /* atomic */
static int forked;

static pthread_once_t watch_once = PTHREAD_ONCE_INIT;
static int watching; /* what registering the fork handler returned */

/* As Go's own thread-local variable has it; the usual model would make the loader a dependency. */
#define TLS_MODEL __attribute__((tls_model("initial-exec")))

/* A thread's first crossing gives it a stack of Go's for signal handlers, for good. It gets its own back. */
static __thread int crossed TLS_MODEL;
static __thread stack_t own_stack TLS_MODEL;

/*
 * What the runtime takes for the process's own argv, environment and auxiliary vector: it walks from
 * one to the next, so they lie in one block. The user's GOGC and GODEBUG are meant for programs of their
 * own and stay out. No preemption signals, no profile, no look at cgroup files, no
 * collection by itself (collect.go);
 * and not the one instruction that valgrind claims to have but has not.
 */
#if defined(__x86_64__) || defined(__i386__)
#define GODEBUG_PROCESSOR ",cpu.rdtscp=off"
#else
#define GODEBUG_PROCESSOR ""
#endif

static struct {
	const char *argv[2];
	const char *environment[3];
	uintptr_t auxiliary[16];
} arguments = {
	{"librouteros", NULL},
	{"GODEBUG=asyncpreemptoff=1,memprofilerate=0,containermaxprocs=0,updatemaxprocs=0" GODEBUG_PROCESSOR, "GOGC=off", NULL},
	{0},
};

static void fill_auxiliary(void)
{
	static const unsigned long types[] = {AT_PAGESZ, AT_HWCAP, AT_HWCAP2, AT_RANDOM, AT_SECURE, AT_SYSINFO_EHDR};
	size_t n = 0;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		unsigned long value = getauxval(types[i]);
		if (value != 0) {
			arguments.auxiliary[n++] = types[i];
			arguments.auxiliary[n++] = value;
		}
	}
	arguments.auxiliary[n] = AT_NULL;
}

/* What a child finds: a runtime without its threads, or none, and a lock that nobody may be left to open. */
static void after_fork(void)
{
	static const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
	starting = fresh;
	forked = booting;
}

static void watch_forks(void)
{
	watching = pthread_atfork(NULL, NULL, after_fork);
}

static void *wait_for_release(void *gate)
{
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
	return NULL;
}

/* Tries whether the threads that the runtime needs can be had. */
static int try_threads(void)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	pthread_t threads[RUNTIME_THREADS];
	int n = 0, error = 0;

	pthread_mutex_lock(&gate);
	while (n < RUNTIME_THREADS && error == 0) {
		error = pthread_create(&threads[n], NULL, wait_for_release, &gate);
		if (error == 0)
			n++;
	}
	pthread_mutex_unlock(&gate);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	return error;
}

/* Tries whether size bytes can be mapped, without using them. */
static int try_memory(size_t size, int protection)
{
	void *memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return ENOMEM;
	munmap(memory, size);
	return 0;
}

static int check_limits(void)
{
	int error = try_memory(LEAST_ADDRESS_SPACE, PROT_NONE);
	if (error == 0)
		error = try_memory(LEAST_MEMORY, PROT_READ | PROT_WRITE);
	return error == 0 ? try_threads() : error;
}

/* In signals.c, where it is built. */
extern void signals_leave_alone(void) __attribute__((weak));

/* Starts the runtime and waits until it is up. What it changes in the process is undone. Signal handlers are
 * the program's, also those for faults, so that a crash is what it would be without Go; and so is the number
 * of descriptors it may have, which programs that use select rely on and Go's package os raises. */
static void boot(void)
{
	/* Static, for threads with small stacks; it is run once. */
	static struct sigaction before[NSIG];
	static int known[NSIG];
	struct sigaction after;
	struct rlimit descriptors;
	int limited = getrlimit(RLIMIT_NOFILE, &descriptors) == 0;

	for (int signal = 1; signal < NSIG; signal++)
		known[signal] = sigaction(signal, NULL, &before[signal]) == 0;
	if (signals_leave_alone)
		signals_leave_alone();
	if (ros_go_rt0) {
		fill_auxiliary();
		ros_go_rt0(1, (char **)arguments.argv, (char **)arguments.environment);
	}
	rosgo_ready();
	if (limited)
		setrlimit(RLIMIT_NOFILE, &descriptors);
	for (int signal = 1; signal < NSIG; signal++) {
		if (known[signal] && sigaction(signal, NULL, &after) == 0 &&
		    (before[signal].sa_sigaction != after.sa_sigaction || before[signal].sa_flags != after.sa_flags))
			sigaction(signal, &before[signal], NULL);
	}
}

/* Starts the runtime, with all signals blocked. */
static int start(void)
{
	int error = pthread_once(&watch_once, watch_forks);
	if (error == 0)
		error = watching;
	if (error != 0)
		return error;
	pthread_mutex_lock(&starting);
	if (!started) {
		error = check_limits();
		if (error == 0) {
			booting = 1;
			boot();
			__atomic_store_n(&started, 1, __ATOMIC_RELEASE);
		}
	}
	pthread_mutex_unlock(&starting);
	return error;
}

static void block_all(sigset_t *mask)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, mask);
}

/* Blocks what could run a handler of the program's; faults are left to whoever handles them. */
static void block(sigset_t *mask)
{
	static const int open[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
	sigset_t most;
	sigfillset(&most);
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		sigdelset(&most, open[i]);
	pthread_sigmask(SIG_BLOCK, &most, mask);
}

int gate_started(void)
{
	return __atomic_load_n(&started, __ATOMIC_ACQUIRE);
}

int gate_enter(sigset_t *mask)
{
	if (forked)
		return ENOTSUP;
	if (!crossed)
		sigaltstack(NULL, &own_stack);
	if (!gate_started()) {
		block_all(mask);
		int error = start();
		pthread_sigmask(SIG_SETMASK, mask, NULL);
		if (error != 0)
			return error;
	}
	block(mask);
	return 0;
}

void gate_crossed(void)
{
	if (!crossed) {
		crossed = 1;
		sigaltstack(&own_stack, NULL);
	}
}

void gate_leave(const sigset_t *mask)
{
	pthread_sigmask(SIG_SETMASK, mask, NULL);
}

int gate_forked(void)
{
	return forked;
}
