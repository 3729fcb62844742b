/*
 * librouteros: talk to MikroTik routers through the RouterOS API.
 *
 * This is the interface of the original librouteros, which ended in 2014: programs written for that
 * one compile against this header unchanged, and programs built with it run on this library without
 * being rebuilt. What the library can do beyond it is in librouteros_ext.h.
 *
 * What holds for every function:
 *
 *   Failure   is told by the value returned, with errno set in the calling thread. Nothing is ever
 *             printed, no signal is raised, and the process is never ended. errno is one of
 *               EINVAL        an argument that cannot be: NULL, a port out of range, an empty word
 *               ENOMEM        out of memory
 *               EAGAIN        the time that the caller set with SO_RCVTIMEO or SO_SNDTIMEO is over
 *               EACCES        the router refused the login
 *               EBUSY         another thread is logging in on the same connection
 *               ENOBUFS       64 MiB of sentences for others wait to be read before the answer to a login
 *               ECONNRESET    the router closed the connection, or ended it with !fatal
 *               ECONNABORTED  ros_disconnect was called meanwhile, by a callback or another thread
 *               EPROTO        what arrived is not the RouterOS API protocol
 *               EMSGSIZE      what arrived is over a limit (512 MiB, or 1048576 words, a sentence)
 *               EPIPE         an earlier sentence was sent only in part: nothing more can be sent
 *               ENOTSUP       the process was forked after the library was first used to connect
 *               EIO, ENOTRECOVERABLE  a mistake in this library, which it has survived
 *             or whatever the system said about the socket.
 *   Threads   Any thread may call any function. A connection may be shared: each sentence goes out
 *             whole, and each that arrives goes to exactly one reader. A result or a sentence is for
 *             one thread at a time.
 *   Bytes     Words are bytes in whatever encoding the router holds; they are never converted. Strings
 *             given to the library stay the caller's and are not changed.
 *   Memory    Results and sentences are malloc memory. Freeing NULL is harmless.
 */
#ifndef LIBROUTEROS_H
#define LIBROUTEROS_H

#ifdef _WIN32
#include <winsock2.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The port of the service "api". (8729 is that of "api-ssl", which speaks TLS.) */
#define ROS_PORT 8728

/* How a connection is used: see ros_set_type. */
enum ros_type {
	ROS_SIMPLE = 0, /* blocking: ros_send_command_wait, ros_read_packet */
	ROS_EVENT = 1   /* non-blocking: ros_send_command_cb, ros_runloop_once */
};

/* A run of words, made with ros_sentence_new or part of a result. */
struct ros_sentence {
	char **word; /* the words, each ending in a NUL; word[words] is NULL */
	int words;   /* how many */
};

/* A sentence that the router sent. The flags are 1 for the first word of that name, else 0; a reply
 * word of another name leaves all at 0. */
struct ros_result {
	struct ros_sentence *sentence;
	char done;  /* !done: the command has ended */
	char re;    /* !re: a row */
	char trap;  /* !trap: something went wrong, see "=message"; !done follows */
	char fatal; /* !fatal: the router closes the connection; the reason is word[1] */
};

/* A command with a callback. Only for ros_add_event, see librouteros_ext.h. */
struct ros_event {
	char tag[100];
	void (*callback)(struct ros_result *result);
	char inuse;
};

/* A connection. Made by ros_connect alone; only type and socket are for the program to look at. */
struct ros_connection {
	enum ros_type type;
#ifdef _WIN32
	SOCKET socket;
#else
	int socket; /* for select, poll and epoll: readable whenever there is a sentence to be had */
#endif
	/* What was internal in the original: kept for its place, always zero. */
	unsigned char *buffer;
	struct ros_event **events;
	int max_events;
	struct ros_result *event_result;
	int expected_length;
	int length;
};

/*
 * ros_connect opens a connection to the router at address, on port (usually ROS_PORT).
 *
 * address is an IPv4 or IPv6 address or a host name, whose addresses are tried in turn; not NULL, not
 * empty. port is 1 to 65535. Blocks until connected, for as long as the system keeps trying.
 *
 * Returns the connection, of type ROS_SIMPLE, to be ended with ros_disconnect. Returns NULL on failure:
 * EINVAL, ENOMEM, ENOTSUP, EHOSTUNREACH when the name is not known, EAGAIN when name servers do not
 * answer or no thread can be made, or what the system said of the last address tried (ECONNREFUSED,
 * ENETUNREACH, ETIMEDOUT, EMFILE ...).
 */
struct ros_connection *ros_connect(const char *address, int port);

/*
 * ros_disconnect closes conn and frees it with all that belongs to it, except results and sentences.
 * Callbacks still waiting are not called. May be called from a callback of conn, and while other
 * threads are in a call on conn: such a call fails with ECONNABORTED, and the last one to leave frees.
 * No call on conn may begin afterwards. Does not block.
 *
 * Returns 0; or -1 with EINVAL when conn is NULL, or with what close said.
 */
int ros_disconnect(struct ros_connection *conn);

/*
 * ros_login logs in, by the method that the router understands: name and password in the clear, and
 * on RouterOS before 6.43 the challenge with MD5. username and password may hold any bytes; NULL means
 * "". Blocks until the router has answered, in either type; with a RADIUS server behind the router that
 * can take many seconds. What arrives meanwhile for others is kept for them: no callback is called.
 *
 * Returns 1 when logged in. Returns 0 when not: EACCES when the router refused, in which case ros_login
 * may be called again on the same connection; or another error of those above.
 */
int ros_login(struct ros_connection *conn, const char *username, const char *password);

/*
 * ros_set_type chooses how conn is used: ROS_SIMPLE makes its socket blocking, ROS_EVENT non-blocking.
 * May be called at any time. NULL, or a type of neither name, is ignored. Does not block.
 */
void ros_set_type(struct ros_connection *conn, enum ros_type type);

/*
 * ros_send_command sends a sentence: command, then the further words, the last argument being NULL.
 * A word ".tag=..." among them comes back in every reply to the command. No word may be empty.
 *
 * Blocks until the system has taken all of it, in either type; what arrives meanwhile is kept.
 * Returns 1 when sent; 0 when not, with any error of those above.
 */
int ros_send_command(struct ros_connection *conn, const char *command, ...);

/*
 * ros_send_command_wait sends like ros_send_command, then returns exactly one sentence like
 * ros_read_packet: with one command at a time, the first of its replies. More follow, to be fetched with
 * ros_read_packet, until one has done (or fatal) set; that also holds after a trap.
 *
 * Blocks. Returns a result, to be freed with ros_result_free; or NULL with any error of those above.
 */
struct ros_result *ros_send_command_wait(struct ros_connection *conn, const char *command, ...);

/* ros_send_sentence_wait is ros_send_command_wait with the words of sentence, which stays the caller's.
 * sentence is not NULL and has at least one word. */
struct ros_result *ros_send_sentence_wait(struct ros_connection *conn, const struct ros_sentence *sentence);

/*
 * ros_send_command_cb sends like ros_send_command, with a word ".tag=<id>" behind the command, and has
 * ros_runloop_once call callback with each reply. callback may be NULL: replies are then dropped.
 *
 * callback is called on the thread that runs the loop (or, in a connection of type ROS_EVENT, waits in
 * another call), while no lock is held. It owns the result, which it frees with ros_result_free. It may
 * call any function, also with the same connection, and returns: it does not throw, nor leave by longjmp.
 * The registration ends before the call with done.
 *
 * Blocks until sent. Returns the id, positive and unlike that of any command under way on conn; 0 when
 * not sent, with any error of those above; then callback will not be called.
 */
int ros_send_command_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                        const char *command, ...);

/* ros_send_sentence_cb is ros_send_command_cb with the words of sentence; ".tag=<id>" goes out as the
 * last word. sentence is not NULL and has at least one word; it stays the caller's, and as it was. */
int ros_send_sentence_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                         const struct ros_sentence *sentence);

/*
 * ros_read_packet returns the next sentence that arrives. In a connection of type ROS_EVENT, sentences
 * that belong to a callback are given to it meanwhile, and the first that belongs to none is returned.
 *
 * Blocks until there is one, in either type, for at most the time that the caller set on the socket
 * with SO_RCVTIMEO (EAGAIN; what has arrived so far is kept).
 *
 * Returns a result, to be freed with ros_result_free; or NULL at the end of the connection or on failure,
 * with any error of those above. A "!empty", which RouterOS sends since 7.18, is left out.
 */
struct ros_result *ros_read_packet(struct ros_connection *conn);

/*
 * ros_runloop_once hands out every complete sentence that has arrived by the time of the call. Call it
 * once each time that conn->socket is readable. With callback, each sentence goes to it, tagged or not,
 * and the callbacks of commands are bypassed. With NULL, each goes to the callback of the command whose
 * tag it has, if there is one, else it is dropped; a !fatal goes to the callback of every command under
 * way, a result of its own each. Callbacks own their result, as with ros_send_command_cb.
 *
 * A connection of type ROS_SIMPLE becomes ROS_EVENT. Does not block, but for what callbacks do.
 *
 * Returns 1 while the connection lives; 0 when it has ended, with any error of those above.
 */
int ros_runloop_once(struct ros_connection *conn, void (*callback)(struct ros_result *result));

/*
 * ros_cancel asks the router to end the command with this id, from ros_send_*_cb, or with this number
 * as a ".tag=" of the caller's own. The command then gets its !trap (category 2, "interrupted") and
 * !done like any reply; the reply to the cancelling itself is never seen. id is positive.
 *
 * Blocks until sent. Returns 1 when sent; 0 when not, with any error of those above.
 */
int ros_cancel(struct ros_connection *conn, int id);

/*
 * ros_get looks for the first word of result that begins with key and "=", and returns the rest of that
 * word: "=name" finds "=name=ether1" and returns "ether1", ".tag" finds ".tag=5".
 *
 * Returns a pointer into result->sentence, good until result is freed; NULL when there is no such word,
 * or result or key is NULL. Does not block, sets no errno.
 */
char *ros_get(const struct ros_result *result, const char *key);

/* ros_get_tag is ros_get(result, ".tag"). */
char *ros_get_tag(const struct ros_result *result);

/* ros_result_free frees result and what is in it. NULL is harmless. Does not block. */
void ros_result_free(struct ros_result *result);

/* ros_free_result is ros_result_free, as the original's README calls it. */
void ros_free_result(struct ros_result *result);

/* ros_sentence_new returns a sentence of no words, to be freed with ros_sentence_free; NULL with ENOMEM. */
struct ros_sentence *ros_sentence_new(void);

/*
 * ros_sentence_add adds a copy of word, up to its NUL, to the end of sentence. Ignored when either is
 * NULL; when out of memory, errno is ENOMEM and the sentence is as it was. Does not block.
 */
void ros_sentence_add(struct ros_sentence *sentence, const char *word);

/* ros_sentence_free frees sentence and its words. NULL is harmless. Does not block. The sentence of a
 * result may be freed so too, before the result itself. */
void ros_sentence_free(struct ros_sentence *sentence);

#ifdef __cplusplus
}
#endif

#endif
