//go:build linux && !keepsigtable

/*
 * The Go runtime's table of signals says for each what the runtime does with it: install a handler,
 * unblock it in the runtime's own threads. For a library that is wrong throughout. Handlers belong to the
 * program, and a thread that unblocks CHLD takes the signal from the program's pselect or signalfd,
 * whatever the mask it was made with. So the entries are cleared before the runtime starts; it then
 * leaves all signals alone.
 *
 * The build tag keepsigtable leaves the table as it is; gate.c then puts back the handlers alone.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rosgo.h"

/* runtime.sigTabT: a string is a pointer and a length. */
struct entry {
	int32_t flags;
	struct {
		const char *bytes;
		intptr_t length;
	} name;
};

/* The C library's own signals: for setuid to reach all threads, none may have them blocked. */
#define FIRST_INTERNAL 32
#define LAST_INTERNAL 33
#define ENTRIES 65

static int is_named(const struct entry *entry, const char *name)
{
	return entry->name.length == (intptr_t)strlen(name) && memcmp(entry->name.bytes, name, strlen(name)) == 0;
}

/* Whether the table is the one that this was written for. */
static int is_known(const struct entry *table)
{
	return table && is_named(&table[0], "SIGNONE: no trap") && is_named(&table[1], "SIGHUP: terminal line hangup") &&
	       is_named(&table[11], "SIGSEGV: segmentation violation") &&
	       is_named(&table[17], "SIGCHLD: child status has changed") && is_named(&table[33], "signal 33") &&
	       is_named(&table[ENTRIES - 1], "signal 64");
}

void signals_leave_alone(void)
{
	struct entry *table = ros_go_sigtable;
	if (!is_known(table))
		return;
	for (int signal = 1; signal < ENTRIES; signal++) {
		if (signal < FIRST_INTERNAL || signal > LAST_INTERNAL)
			table[signal].flags = 0;
	}
}
