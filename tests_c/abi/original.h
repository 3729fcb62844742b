/*
 * The binary interface that programs of the original were compiled with. It is what this library is held
 * against, so it does not include ours, and is not to be changed along with it.
 */
#ifndef ORIGINAL_H
#define ORIGINAL_H

#define ROS_PORT 8728

enum ros_type {
	ROS_SIMPLE = 0,
	ROS_EVENT = 1
};

struct ros_sentence {
	char **word;
	int words;
};

struct ros_result {
	struct ros_sentence *sentence;
	char done;
	char re;
	char trap;
	char fatal;
};

struct ros_event {
	char tag[100];
	void (*callback)(struct ros_result *result);
	char inuse;
};

struct ros_connection {
	enum ros_type type;
	int socket;
	unsigned char *buffer;
	struct ros_event **events;
	int max_events;
	struct ros_result *event_result;
	int expected_length;
	int length;
};

struct ros_connection *ros_connect(char *address, int port);
int ros_disconnect(struct ros_connection *conn);
int ros_login(struct ros_connection *conn, char *username, char *password);
void ros_set_type(struct ros_connection *conn, enum ros_type type);
int ros_send_command(struct ros_connection *conn, char *command, ...);
struct ros_result *ros_send_command_wait(struct ros_connection *conn, char *command, ...);
int ros_send_command_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                        char *command, ...);
int ros_send_sentence_cb(struct ros_connection *conn, void (*callback)(struct ros_result *result),
                         struct ros_sentence *sentence);
struct ros_result *ros_read_packet(struct ros_connection *conn);
int ros_runloop_once(struct ros_connection *conn, void (*callback)(struct ros_result *result));
int ros_cancel(struct ros_connection *conn, int id);
char *ros_get(struct ros_result *result, char *key);
char *ros_get_tag(struct ros_result *result);
void ros_result_free(struct ros_result *result);
struct ros_sentence *ros_sentence_new(void);
void ros_sentence_add(struct ros_sentence *sentence, char *word);
void ros_sentence_free(struct ros_sentence *sentence);

/* Exported, but in no header. */
int ros_send_sentence(struct ros_connection *conn, struct ros_sentence *sentence);
int ros_send_command_args(struct ros_connection *conn, char **words, int count);
int ros_add_event(struct ros_connection *conn, struct ros_event *event);

#endif
