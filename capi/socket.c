#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* An idle connection is asked after a minute, since address translators between forget idle ones; one
 * that does not answer is given up five minutes later. */
#define KEEPALIVE_IDLE 60
#define KEEPALIVE_INTERVAL 30
#define KEEPALIVE_COUNT 10

static int error_of_lookup(int lookup)
{
	switch (lookup) {
	case EAI_SYSTEM:
		return errno;
	case EAI_MEMORY:
		return ENOMEM;
	case EAI_AGAIN:
		return EAGAIN;
	default:
		return EHOSTUNREACH;
	}
}

static void set_option(int socket, int level, int option, int value)
{
	/* Each only makes a working connection better, so a system that lacks one is no failure. */
	setsockopt(socket, level, option, &value, sizeof value);
}

static void set_options(int socket)
{
	set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE);
	set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
	set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
}

/* What a thread has in its hands that is cancelled while it connects. */
struct attempt {
	struct addrinfo *found;
	int socket;
	int cancel_state;
};

static void drop_attempt(void *dropped)
{
	struct attempt *attempt = dropped;
	close(attempt->socket);
	freeaddrinfo(attempt->found);
}

/* Waits until a connection is made or refused. Returns 0 or an errno. */
static int finish_connect(struct attempt *attempt)
{
	struct pollfd entry = {.fd = attempt->socket, .events = POLLOUT};
	int ready, error = 0;
	socklen_t length = sizeof error;
	do {
		pthread_cleanup_push(drop_attempt, attempt);
		pthread_setcancelstate(attempt->cancel_state, NULL);
		ready = poll(&entry, 1, -1);
		error = errno;
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
		pthread_cleanup_pop(0);
	} while (ready < 0 && error == EINTR);
	if (ready < 0)
		return error;
	return getsockopt(attempt->socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

/* Connects to one address. Returns 0 or an errno. */
static int connect_to(struct attempt *attempt, const struct addrinfo *address)
{
	int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
	int error = 0;
	if (fd < 0)
		return errno;
	attempt->socket = fd;
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
		error = errno == EINPROGRESS || errno == EINTR ? finish_connect(attempt) : errno;
	if (error == 0 && socket_set_blocking(fd, 1) < 0)
		error = errno;
	if (error != 0)
		close(fd);
	else
		set_options(fd);
	return error;
}

int socket_connect(const char *address, int port, int cancel_state)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct attempt attempt = {NULL, -1, cancel_state};
	char service[16];
	snprintf(service, sizeof service, "%d", port);
	int lookup = getaddrinfo(address, service, &hints, &attempt.found);
	if (lookup != 0) {
		errno = error_of_lookup(lookup);
		return -1;
	}
	int error = EHOSTUNREACH;
	for (const struct addrinfo *next = attempt.found; next && error != 0; next = next->ai_next)
		error = connect_to(&attempt, next);
	freeaddrinfo(attempt.found);
	errno = error;
	return error == 0 ? attempt.socket : -1;
}

int socket_set_blocking(int socket, int blocking)
{
	int flags = fcntl(socket, F_GETFL);
	if (flags < 0)
		return -1;
	int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
	return wanted == flags ? 0 : fcntl(socket, F_SETFL, wanted);
}

int socket_close(int socket)
{
	/* On Linux the descriptor is gone even when a signal interrupted close. */
	return close(socket) < 0 && errno != EINTR ? -1 : 0;
}

void socket_shut(int socket)
{
	shutdown(socket, SHUT_RDWR);
}

ssize_t socket_send(int socket, const void *data, size_t length)
{
	ssize_t n;
	do
		n = send(socket, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n;
}

static ssize_t receive(int socket, void *data, size_t length, int flags)
{
	ssize_t n;
	do
		n = recv(socket, data, length, flags | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t socket_peek(int socket, void *data, size_t length)
{
	return receive(socket, data, length, MSG_PEEK);
}

int socket_discard(int socket, void *data, size_t length)
{
	unsigned char *next = data;
	while (length > 0) {
		/* Linux does not copy them again, and where another system does they are the same. */
		ssize_t n = receive(socket, next, length, MSG_TRUNC);
		if (n <= 0)
			return -1;
		next += n;
		length -= (size_t)n;
	}
	return 0;
}

size_t socket_available(int socket)
{
	int available = 0;
	return ioctl(socket, FIONREAD, &available) == 0 && available > 0 ? (size_t)available : 0;
}

void socket_widen(int socket)
{
	/* What Linux lets anybody ask for (net.core.rmem_max); it takes twice that. */
	const int most = 212992;
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t length = sizeof memory;
	if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 &&
	    memory[SK_MEMINFO_RMEM_ALLOC] > memory[SK_MEMINFO_RCVBUF] / 2 &&
	    memory[SK_MEMINFO_RCVBUF] < 2 * (uint32_t)most)
		set_option(socket, SOL_SOCKET, SO_RCVBUF, most);
}

int socket_time_limit(int socket, int sending)
{
	struct timeval limit;
	socklen_t length = sizeof limit;
	if (getsockopt(socket, SOL_SOCKET, sending ? SO_SNDTIMEO : SO_RCVTIMEO, &limit, &length) < 0 ||
	    (limit.tv_sec == 0 && limit.tv_usec == 0) || limit.tv_sec >= INT_MAX / 1000 - 1)
		return -1;
	return (int)limit.tv_sec * 1000 + (int)((limit.tv_usec + 999) / 1000);
}

int socket_at_end(int socket)
{
	struct pollfd entry = {.fd = socket, .events = POLLRDHUP};
	return poll(&entry, 1, 0) > 0;
}

void socket_wait(int socket, int events, int milliseconds, const sigset_t *mask)
{
	struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
	struct pollfd entry = {.fd = socket};
	if (events & SOCKET_READABLE)
		entry.events |= POLLIN;
	if (events & SOCKET_WRITABLE)
		entry.events |= POLLOUT;
	if (events & SOCKET_CLOSED)
		entry.events |= POLLRDHUP;
	ppoll(&entry, 1, milliseconds < 0 ? NULL : &limit, mask);
}

long long clock_milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
