/*
 * A program of the time of the original: blocking use as in the original's README, then event use, and
 * the functions that were in no header. Succeeds when all of it gives the same list of interfaces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include "original.h"

enum { MOST = 100 };

struct list {
	int done;
	int count;
	char name[MOST][64];
};

static struct list blocking, tagged, own, bypassing;

static void add(struct list *list, struct ros_result *res)
{
	char *name = ros_get(res, "=name");

	if (res->re && name != NULL && list->count < MOST) {
		strncpy(list->name[list->count], name, sizeof list->name[0] - 1);
		list->count++;
	}
	if (res->done || res->trap || res->fatal)
		list->done++;
	ros_result_free(res);
}

static void to_tagged(struct ros_result *res)
{
	add(&tagged, res);
}

static void to_own(struct ros_result *res)
{
	add(&own, res);
}

static void to_bypassing(struct ros_result *res)
{
	add(&bypassing, res);
}

static void run_until_done(struct ros_connection *conn, struct list *list, int times,
                           void (*callback)(struct ros_result *))
{
	while (list->done < times) {
		fd_set readable;

		FD_ZERO(&readable);
		FD_SET(conn->socket, &readable);
		if (select(conn->socket + 1, &readable, NULL, NULL, NULL) < 0 ||
		    !ros_runloop_once(conn, callback)) {
			fprintf(stderr, "the connection ended\n");
			exit(1);
		}
	}
}

static void expect_same(const char *what, const struct list *list)
{
	if (blocking.count == 0 || list->count != blocking.count ||
	    memcmp(list->name, blocking.name, sizeof list->name) != 0) {
		fprintf(stderr, "%s: %d interfaces, not %d\n", what, list->count, blocking.count);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct ros_connection *conn;
	struct ros_sentence *sentence;
	struct ros_result *res;
	struct ros_event event;
	char *words[] = {"/interface/print", ".tag=mine"};
	int i;

	if (argc != 5)
		return 2;
	conn = ros_connect(argv[1], atoi(argv[2]));
	if (conn == NULL) {
		fprintf(stderr, "cannot connect\n");
		return 1;
	}
	if (!ros_login(conn, argv[3], argv[4])) {
		fprintf(stderr, "cannot log in\n");
		return 1;
	}

	res = ros_send_command_wait(conn, "/interface/print", "=stats", ".tag=kake", NULL);
	while (res && res->re) {
		if (strcmp(ros_get_tag(res), "kake") != 0) {
			fprintf(stderr, "no tag\n");
			return 1;
		}
		add(&blocking, res);
		res = ros_read_packet(conn);
	}
	if (res == NULL || !res->done) {
		fprintf(stderr, "no end\n");
		return 1;
	}
	ros_result_free(res);

	/* The same sentence twice: sending it must not change it. */
	ros_set_type(conn, ROS_EVENT);
	sentence = ros_sentence_new();
	ros_sentence_add(sentence, "/interface/print");
	for (i = 0; i < 2; i++) {
		memset(&tagged, 0, sizeof tagged);
		if (sentence->words != 1 || !ros_send_sentence_cb(conn, to_tagged, sentence)) {
			fprintf(stderr, "cannot send\n");
			return 1;
		}
		run_until_done(conn, &tagged, 1, NULL);
		expect_same("by callback", &tagged);
	}

	ros_send_sentence(conn, sentence);
	run_until_done(conn, &bypassing, 1, to_bypassing);
	expect_same("by the loop's callback", &bypassing);
	ros_sentence_free(sentence);

	memset(&event, 0, sizeof event);
	strcpy(event.tag, "mine");
	event.callback = to_own;
	ros_add_event(conn, &event);
	ros_send_command_args(conn, words, 2);
	run_until_done(conn, &own, 1, NULL);
	expect_same("by an event of one's own", &own);

	memset(&tagged, 0, sizeof tagged);
	i = ros_send_command_cb(conn, to_tagged, "/interface/listen", NULL);
	if (i <= 0 || !ros_cancel(conn, i)) {
		fprintf(stderr, "cannot cancel\n");
		return 1;
	}
	/* !trap and !done */
	run_until_done(conn, &tagged, 2, NULL);

	return ros_disconnect(conn) == 0 ? 0 : 1;
}
