/*
 * A connection as the library sees it, and the loop that moves its bytes.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>

#include "gate.h"
#include "librouteros.h"
#include "rosgo.h"

/* What arrived: bytes, and the records made of them that are still to be handed out. Kept only while there
 * is something in it. */
struct inbox {
	unsigned char *data;
	size_t capacity;
	size_t end;     /* of the bytes in data */
	size_t decoded; /* how many of them Go has consumed */
	size_t held;    /* how many of them, the last ones, are still in the socket as well */
	int full;       /* the last read filled the room it had */
	int pending;    /* Go has a sentence that lacked room */
	struct rosgo_record *records;
	size_t record_room, record_first, record_count;
	struct rosgo_span *spans;
	size_t span_room, span_count;
};

/* What is to be sent. Positions count from the connection's beginning. */
struct outbox {
	unsigned char *data;
	size_t capacity, begin, end;
	uint64_t queued; /* bytes put in so far */
	uint64_t sent;
	int secret; /* holds a password: cleared when freed */
};

struct connection {
	struct ros_connection public;
	void *handle; /* the Go side; NULL once released */
	pthread_mutex_t lock;
	int users;             /* calls on their way in it */
	struct visit *calling; /* those of them that are in a callback */
	int closing;           /* ros_disconnect was called */
	int error;             /* errno of what ended the reading side, or 0 */
	int write_error;
	int login;      /* enum rosgo_login_state, as of the last input */
	int logging_in; /* a call of ros_login is under way */
	int awaiting;   /* something was sent and nothing read since: most likely nothing has arrived yet */
	uint64_t unclaimed;
	struct inbox in;
	struct outbox out;
};

/* How far the login of a visit has come. */
enum visit_login { VISIT_NO_LOGIN, VISIT_LOGIN_BEGUN, VISIT_LOGIN_SENT };

/* A call's visit to a connection. */
struct visit {
	struct connection *connection;
	struct visit *next; /* among those in a callback */
	pthread_t thread;
	int guarded;      /* the thread cannot be cancelled, but where it waits or is in a callback */
	int cancel_state; /* the thread's own */
	int masked;       /* signals are blocked, but there */
	sigset_t mask;    /* the thread's own */
	long long since;  /* when it began to wait for what it waits for, 0 before; in milliseconds */
	enum visit_login login;
};

/*
 * connection_enter begins a call: takes the lock and keeps the connection from being freed. Returns 0, or
 * an errno, which it also sets, and then there is nothing to leave. connection_leave ends it, frees the
 * connection when it was the last call after ros_disconnect, and sets errno when error is not 0.
 */
int connection_enter(struct visit *visit, struct ros_connection *public);
void connection_leave(struct visit *visit, int error);

/* Why nothing more can be done in a visit: 0, ECONNABORTED after ros_disconnect, or ENOTSUP in a child that a
 * callback or a signal handler has forked, where the socket is the parent's to use. */
int connection_gone(const struct connection *connection);

/* Makes ready for system calls that are cancellation points, until the visit ends. */
void connection_guard(struct visit *visit);

/* Makes ready to call into Go, until the visit ends. Returns 0 or an errno. Signals stay blocked, so that
 * there is one pair of system calls for a visit, not for each crossing. */
int connection_mask(struct visit *visit);

/* Calls a rosgo_ function, with error 0 or an errno. */
#define CONNECTION_CROSS(visit, error, call)        \
	do {                                            \
		(error) = connection_mask(visit);           \
		if ((error) == 0)                           \
			GATE_CROSS(error, call);                \
	} while (0)

/* Ends the visit's login, if it has one. Returns 0 when it was accepted, or an errno. */
int connection_end_login(struct visit *visit);

/* Waits as socket_wait does, with the lock free, the thread's own signals, and the thread open to being
 * cancelled. */
void connection_wait(struct visit *visit, int events, int milliseconds);

/* Hands a result to a callback, in which the program may do anything. */
void connection_call(struct visit *visit, void (*callback)(struct ros_result *), struct ros_result *result);

/* What a call waits for. */
enum goal {
	GOAL_SENT,     /* all that was queued when it began has gone out */
	GOAL_SENTENCE, /* there is a record to hand out */
	GOAL_LOGIN     /* the login is decided, or a challenge is to be answered */
};

/* drive sends, waits and receives until the goal is reached. Called, like all below, with the lock held.
 * Returns 0 or an errno. */
int drive(struct visit *visit, enum goal goal);

/* Whether a sentence may still be begun: 0 or an errno. */
int drive_writable(const struct connection *connection);

/* Sends the bytes that Go has just put into the outbox. Returns 0 or an errno. */
int drive_output(struct visit *visit, const struct rosgo_output *output);

/* Makes room for size more bytes to send, and tells Go of it. Returns 0 or ENOMEM. */
int outbox_reserve(struct outbox *out, size_t size, struct rosgo_output *output);
/* Gives the memory back when nothing is left to send, or whatever is left. */
void outbox_settle(struct outbox *out);
void outbox_release(struct outbox *out);

/* Takes what has arrived, without waiting. Returns how many bytes, 0 when none; -1 with *error when the
 * connection has ended, out of memory, or ENOBUFS as long as too much waits to be handed out. */
ssize_t inbox_receive(struct visit *visit, int *error);
void inbox_release(struct inbox *in);

/* Takes what was received out of the socket. As long as a sentence waits to be handed out, the socket must
 * poll readable: so one byte stays until then. Called before the lock is given back. */
void inbox_settle(struct visit *visit);

/* The record to be handed out next, NULL when there is none, and the result made of it: NULL when out of
 * memory. inbox_advance goes on to the one after it. */
const struct rosgo_record *inbox_first(const struct connection *connection);
struct ros_result *inbox_result(const struct connection *connection);
void inbox_advance(struct visit *visit);

/* Gives the records that wait with this tag, and that are nobody's, to handler. Returns whether one of them
 * ends the command. */
int inbox_claim(struct inbox *in, const char *tag, uintptr_t handler);

#endif
