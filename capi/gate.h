/*
 * The gate: the only way from C into Go. The first crossing starts the Go runtime; until then the
 * library is plain C, and a process may fork as it likes. Each crossing runs with signals blocked, so
 * that no handler of the program's ever runs on a Go stack.
 */
#ifndef GATE_H
#define GATE_H

#include <signal.h>

/*
 * gate_enter makes ready to call one of the rosgo_ functions, starting the runtime when it is not up.
 * Returns 0, and gate_leave must be called with the same mask after the call; or ENOTSUP after a fork
 * that left the runtime's threads behind, ENOMEM or EAGAIN when the limits of the process leave no room
 * for a runtime.
 */
int gate_enter(sigset_t *mask);
void gate_leave(const sigset_t *mask);

/* gate_started tells whether the runtime is up. */
int gate_started(void);

/* gate_forked tells whether this process was forked from one in which the runtime was up, so that nothing
 * of Go can be called and no lock can be trusted. */
int gate_forked(void);

#endif
