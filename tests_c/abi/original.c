/*
 * A library of the original's binary interface that does nothing: programs are linked with it as they
 * were with the original, and the description of the interface is made from it.
 */
#include "original.h"

#include <stddef.h>

struct ros_connection *ros_connect(char *address, int port)
{
	(void)address;
	(void)port;
	return NULL;
}

int ros_disconnect(struct ros_connection *conn)
{
	(void)conn;
	return 0;
}

int ros_login(struct ros_connection *conn, char *username, char *password)
{
	(void)conn;
	(void)username;
	(void)password;
	return 0;
}

void ros_set_type(struct ros_connection *conn, enum ros_type type)
{
	(void)conn;
	(void)type;
}

int ros_send_command(struct ros_connection *conn, char *command, ...)
{
	(void)conn;
	(void)command;
	return 0;
}

struct ros_result *ros_send_command_wait(struct ros_connection *conn, char *command, ...)
{
	(void)conn;
	(void)command;
	return NULL;
}

int ros_send_command_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                        char *command, ...)
{
	(void)conn;
	(void)callback;
	(void)command;
	return 0;
}

int ros_send_sentence_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                         struct ros_sentence *sentence)
{
	(void)conn;
	(void)callback;
	(void)sentence;
	return 0;
}

struct ros_result *ros_read_packet(struct ros_connection *conn)
{
	(void)conn;
	return NULL;
}

int ros_runloop_once(struct ros_connection *conn, void (*callback)(struct ros_result *result))
{
	(void)conn;
	(void)callback;
	return 0;
}

int ros_cancel(struct ros_connection *conn, int id)
{
	(void)conn;
	(void)id;
	return 0;
}

char *ros_get(struct ros_result *result, char *key)
{
	(void)result;
	(void)key;
	return NULL;
}

char *ros_get_tag(struct ros_result *result)
{
	(void)result;
	return NULL;
}

void ros_result_free(struct ros_result *result)
{
	(void)result;
}

struct ros_sentence *ros_sentence_new(void)
{
	return NULL;
}

void ros_sentence_add(struct ros_sentence *sentence, char *word)
{
	(void)sentence;
	(void)word;
}

void ros_sentence_free(struct ros_sentence *sentence)
{
	(void)sentence;
}

int ros_send_sentence(struct ros_connection *conn, struct ros_sentence *sentence)
{
	(void)conn;
	(void)sentence;
	return 0;
}

int ros_send_command_args(struct ros_connection *conn, char **words, int count)
{
	(void)conn;
	(void)words;
	(void)count;
	return 0;
}

int ros_add_event(struct ros_connection *conn, struct ros_event *event)
{
	(void)conn;
	(void)event;
	return 0;
}
