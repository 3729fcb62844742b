/*
 * The binary interface as programs built against the original have it. All is settled when this compiles.
 * It needs no header of the system, so that "cc -m32 -fsyntax-only" works where there is no 32-bit libc.
 */
#include <stddef.h>

#include <librouteros.h>

#define SAME(name, left, right) typedef char name[(left) == (right) ? 1 : -1]
#define WIDE(lp64, bits32) (sizeof(void *) == 8 ? (lp64) : (bits32))
#define AT(type, member, lp64, bits32) \
	SAME(at_##type##_##member, offsetof(struct type, member), (size_t)WIDE(lp64, bits32))
#define SIZE(type, lp64, bits32) SAME(size_of_##type, sizeof(struct type), (size_t)WIDE(lp64, bits32))

AT(ros_sentence, word, 0, 0);
AT(ros_sentence, words, 8, 4);
SIZE(ros_sentence, 16, 8);

AT(ros_result, sentence, 0, 0);
AT(ros_result, done, 8, 4);
AT(ros_result, re, 9, 5);
AT(ros_result, trap, 10, 6);
AT(ros_result, fatal, 11, 7);
SIZE(ros_result, 16, 8);

AT(ros_event, tag, 0, 0);
AT(ros_event, callback, 104, 100);
AT(ros_event, inuse, 112, 104);
SIZE(ros_event, 120, 108);
SAME(tag_is_100, sizeof(((struct ros_event *)0)->tag), 100);

AT(ros_connection, type, 0, 0);
AT(ros_connection, socket, 4, 4);
AT(ros_connection, buffer, 8, 8);
AT(ros_connection, events, 16, 12);
AT(ros_connection, max_events, 24, 16);
AT(ros_connection, event_result, 32, 20);
AT(ros_connection, expected_length, 40, 24);
AT(ros_connection, length, 44, 28);
SIZE(ros_connection, 48, 32);

SAME(enum_is_4, sizeof(enum ros_type), 4);
SAME(simple_is_0, ROS_SIMPLE, 0);
SAME(event_is_1, ROS_EVENT, 1);
SAME(port_is_8728, ROS_PORT, 8728);
