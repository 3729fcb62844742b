/*
 * What the C tests share: a peer that plays the router by a script, the simulated router as a child,
 * and around every test a guard that ends it when it hangs and fails it when it leaves a descriptor
 * or a connection behind, or when anything was printed.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <librouteros.h>
#include <librouteros_ext.h>

/* guard.c */

int guard_setup(void **state);
int guard_teardown(void **state);
/* guard_seconds gives the running test that long before it counts as hung, instead of 60 seconds. */
void guard_seconds(int seconds);

#define TEST(function) \
	{ #function, function, guard_setup, guard_teardown, (void *)#function }

/* A test that takes the type of its connection, so that it runs once for each. */
#define IN_BOTH_TYPES(function) \
	static void function##_simple(void **state) { (void)state; function(ROS_SIMPLE); } \
	static void function##_event(void **state) { (void)state; function(ROS_EVENT); }
#define TEST_BOTH(function) TEST(function##_simple), TEST(function##_event)

int count_descriptors(void);
uint64_t count_handles(void);
size_t heap_in_use(void);

/* until_waiting returns when thread tid of this process waits in the kernel for a socket. */
void until_waiting(pid_t tid);
pid_t thread_id(void);

/* catch_signals sets a handler; interrupt then has a thread that waits for a socket handle so many
 * signals, each of which ends its call to the system with EINTR. */
struct target {
	pthread_t thread;
	pid_t id;
};
void catch_signals(void);
struct target this_thread(void);
void interrupt(struct target target, int times);

/* readable says what poll says of fd, waiting for it that long. */
int readable(int fd, int milliseconds);
int is_nonblocking(int fd);
void set_timeout(int fd, int option, int milliseconds);

/* bytes.c: sentences as they are on the wire, written without the library's help */

struct bytes {
	unsigned char *at;
	size_t size, room;
};

void bytes_raw(struct bytes *b, const void *data, size_t size);
void bytes_word(struct bytes *b, const void *word, size_t size);
void bytes_text(struct bytes *b, const char *word);
void bytes_end(struct bytes *b);
void bytes_sentence_(struct bytes *b, ...) __attribute__((sentinel));
#define bytes_sentence(...) bytes_sentence_(__VA_ARGS__, (char *)NULL)
void bytes_free(struct bytes *b);

/* peer.c: the router's end of a connection. A test either plays it itself (dial accepts), or hands a
 * script to a thread with peer_play. Failures in a script are told by peer_finish. */

struct peer {
	int listener, fd, port;
	size_t said;       /* bytes sent to the library on this connection */
	int words;         /* of the sentence read last */
	char **word;       /* each ends in a NUL of its own */
	size_t *length;
	/* the rest is peer.c's own */
	struct bytes text;
	unsigned char *input;
	size_t input_at, input_size;
	pthread_t thread, self;
	int threaded;
	volatile int stopping;
	void (*script)(struct peer *p, void *arg);
	void *arg;
	char failure[600];
	sem_t go, reached;
	struct peer *next;
};

struct peer *peer_listen(int family); /* AF_INET or AF_INET6; NULL when the system has no such */
void peer_start(struct peer *p, void (*script)(struct peer *p, void *arg), void *arg);
struct peer *peer_play(void (*script)(struct peer *p, void *arg), void *arg); /* both, on IPv4 */
void peer_finish(struct peer *p); /* waits for the script, fails with it, frees */

void peer_accept(struct peer *p);
int peer_read(struct peer *p); /* one sentence; 0 at the end of the stream */
void peer_expect_(struct peer *p, const char *file, int line, ...) __attribute__((sentinel));
#define peer_expect(p, ...) peer_expect_(p, __FILE__, __LINE__, __VA_ARGS__, (char *)NULL)
void peer_expect_end(struct peer *p); /* the library has closed, and sent nothing before */
void peer_check(struct peer *p, int ok, const char *what);
const char *peer_word(struct peer *p, const char *prefix); /* of the last sentence, or NULL */

void peer_say_(struct peer *p, ...) __attribute__((sentinel));
#define peer_say(...) peer_say_(__VA_ARGS__, (char *)NULL)
void peer_bytes(struct peer *p, const void *data, size_t size);
void peer_send(struct peer *p, struct bytes *b); /* all of b, then frees it */
void peer_dribble(struct peer *p, const struct bytes *b); /* each byte a write of its own */
void peer_close(struct peer *p);
void peer_reset(struct peer *p);
void peer_buffers(struct peer *p, int size); /* before connecting: small pipes */

void peer_wait(struct peer *p);  /* script: until the test says peer_go */
void peer_go(struct peer *p);
void peer_tell(struct peer *p);  /* script: lets the test go on from peer_await */
void peer_await(struct peer *p);

void peers_drop(void); /* all that a failed test has left */

/* client.c: the library's end */

/* dial connects to p and sets the type; when p has no script, p accepts. */
struct ros_connection *dial(struct peer *p, enum ros_type type);
struct ros_connection *dial_port(int port, enum ros_type type);
void hang_up(struct ros_connection *conn);
/* arrive returns when all that p has said has arrived at conn's socket. */
void arrive(struct peer *p, struct ros_connection *conn);

void check_words(struct ros_result *r, const char *file, int line, ...) __attribute__((sentinel));
#define assert_words(r, ...) check_words(r, __FILE__, __LINE__, __VA_ARGS__, (char *)NULL)
/* The next sentence is exactly this; frees it. */
#define assert_reads(conn, ...) \
	do { \
		struct ros_result *next_ = ros_read_packet(conn); \
		assert_words(next_, __VA_ARGS__); \
		ros_result_free(next_); \
	} while (0)
/* call returns value and sets errno so. */
#define assert_errno(call, value, number) \
	do { \
		errno = 0; \
		if ((intptr_t)(call) != (intptr_t)(value)) \
			fail_msg("%s is not %s (errno %d)", #call, #value, errno); \
		if (errno != (number)) \
			fail_msg("%s: errno is %d, not %s (%d)", #call, errno, #number, number); \
	} while (0)

const char *tag(int id); /* ".tag=<id>", good for the next seven calls */

/* Callbacks to_a, to_b and to_c write what they get to a log and free it: "a(!re =n=1) b(!done) ", without the
 * tag. seen returns the log and begins a new one. */
void note(const char *who, struct ros_result *r);
const char *seen(void);
void to_a(struct ros_result *r);
void to_b(struct ros_result *r);
void to_c(struct ros_result *r);

/* sim.c: the simulated router */

struct sim {
	pid_t pid;
	int out, port;
	struct sim *next;
};

struct sim *sim_start_(const char *version, ...) __attribute__((sentinel));
#define sim_start(...) sim_start_(__VA_ARGS__, (char *)NULL)
void sims_stop(void);

extern const char *const eras[5]; /* versions, one for each way of logging in or of answering */
enum { ERAS = 5 };

#endif
