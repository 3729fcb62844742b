/*
 * librouteros_ext.h: what librouteros has beyond the original. What librouteros.h says of errors,
 * threads, bytes and memory holds here too.
 */
#ifndef LIBROUTEROS_EXT_H
#define LIBROUTEROS_EXT_H

#include <stddef.h>
#include <stdint.h>

#include "librouteros.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define ROS_VERSION "0.1.0"

/* ros_version returns the version of the library that the program runs with, like ROS_VERSION. The
 * string is static. Does not block. */
const char *ros_version(void);

/*
 * The original exported the next three without declaring them; they work the same here.
 */

/* ros_send_sentence sends the words of sentence, as ros_send_command does. sentence is not NULL and has
 * at least one word; it stays the caller's. Blocks until sent. Returns 1 when sent, 0 when not. */
int ros_send_sentence(struct ros_connection *conn, const struct ros_sentence *sentence);

/* ros_send_command_args sends the first count of words, as ros_send_command does. count is at least 1 and
 * no word is NULL; all stay the caller's. Blocks until sent. Returns 1 when sent, 0 when not. */
int ros_send_command_args(struct ros_connection *conn, char **words, int count);

/*
 * ros_add_event has ros_runloop_once call event->callback with each reply that has the tag event->tag
 * (up to 99 bytes and a NUL, without ".tag="), until one has done set. It is for commands that the
 * program sends with a tag of its own, before or after. The event is copied and stays the caller's.
 * Does not block. Returns 1; 0 with EINVAL when an argument is NULL, the tag is empty or has no NUL, or
 * a callback waits for that tag already; or with ENOMEM, ENOTSUP, ECONNABORTED.
 */
int ros_add_event(struct ros_connection *conn, const struct ros_event *event);

/* What ros_get_counters tells. All but handles count from the connection's beginning. */
struct ros_counters {
	uint64_t sentences_sent;
	uint64_t sentences_received; /* those of no words not among them */
	uint64_t bytes_sent;
	uint64_t bytes_received; /* those of sentences not yet complete not among them */
	uint64_t unclaimed;      /* sentences dropped by ros_runloop_once: no callback waited for their tag */
	uint64_t handles;        /* connections open in the whole process */
};

/*
 * ros_get_counters fills in the first size bytes of counters, which is sizeof(struct ros_counters) of the
 * header that the program was compiled with. conn may be NULL: only handles is then other than 0.
 * Does not block. Returns 1; 0 with EINVAL when counters is NULL, or with ENOTSUP or ECONNABORTED.
 */
int ros_get_counters(struct ros_connection *conn, struct ros_counters *counters, size_t size);

#ifdef __cplusplus
}
#endif

#endif
