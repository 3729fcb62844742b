/*
 * The gate: the only way from C into Go. The first crossing starts the Go runtime; until then the
 * library is plain C, and a process may fork as it likes. Each crossing runs with signals blocked, so
 * that no handler of the program's ever runs on a Go stack.
 */
#ifndef GATE_H
#define GATE_H

#include <signal.h>

/*
 * gate_enter makes ready to call rosgo_ functions, starting the runtime when it is not up: signals are
 * blocked from here on, and what the thread had blocked is left in mask. Returns 0, and gate_leave must be
 * called with the same mask; or ENOTSUP after a fork that left the runtime's threads behind, ENOMEM or
 * EAGAIN when the limits of the process leave no room for a runtime.
 */
int gate_enter(sigset_t *mask);
void gate_leave(const sigset_t *mask);

/* gate_crossed is to be called after each call of a rosgo_ function. */
void gate_crossed(void);

/* Calls a rosgo_ function that returns 0 or an errno, between gate_enter and gate_leave. */
#define GATE_CROSS(error, call) ((error) = (call), gate_crossed())

/* gate_started tells whether the runtime is up. */
int gate_started(void);

/* gate_forked tells whether this process was forked from one in which the runtime was up, so that nothing
 * of Go can be called and no lock can be trusted. */
int gate_forked(void);

#endif
