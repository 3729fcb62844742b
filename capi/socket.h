/*
 * Sockets: the only code that knows the operating system. Nothing here waits but socket_connect and
 * socket_wait; what does not succeed returns -1 with errno. EINTR is retried, but by socket_wait.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Connects to a host's port, trying its addresses in turn. Blocks. Returns a blocking socket. The caller has
 * disabled cancellation; while a connection is being made the thread has cancel_state, and can be cancelled
 * without a trace. */
int socket_connect(const char *address, int port, int cancel_state);

int socket_set_blocking(int socket, int blocking);
int socket_close(int socket);

/* Ends both directions, which wakes every thread that waits on the socket. */
void socket_shut(int socket);

/* Sends some of the bytes and returns how many; EAGAIN when none can be taken now. */
ssize_t socket_send(int socket, const void *data, size_t length);

/* Copies what has arrived, up to length bytes, and leaves it in the socket. 0 is the end of the stream;
 * EAGAIN when there is nothing. */
ssize_t socket_peek(int socket, void *data, size_t length);

/* Takes length bytes that a peek has copied to data out of the socket. */
int socket_discard(int socket, void *data, size_t length);

/* How many bytes have arrived; 0 when that cannot be told. */
size_t socket_available(int socket);

/* Enlarges the receive buffer when what little is left in it leaves no room for more: the kernel charges
 * a packet whole as long as one byte of it is unread, and would not let the other side go on sending. */
void socket_widen(int socket);

/* The time that the caller set for sending or receiving, in milliseconds; -1 when none. */
int socket_time_limit(int socket, int sending);

/* Whether the other side has closed its direction, though bytes may be left to read. */
int socket_at_end(int socket);

/* Waits until one of the events, or milliseconds are over (-1: no limit), or a signal was caught. With mask,
 * that is the thread's signal mask meanwhile. A cancellation point. */
enum { SOCKET_READABLE = 1, SOCKET_WRITABLE = 2, SOCKET_CLOSED = 4 }; /* the last: by the other side */
void socket_wait(int socket, int events, int milliseconds, const sigset_t *mask);

/* The time of a clock that only goes forward, in milliseconds. */
long long clock_milliseconds(void);

#endif
