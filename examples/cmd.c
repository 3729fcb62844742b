/*
 * cmd: type commands word by word and see what the router answers.
 *
 * One word a line, an empty line sends, end of file ends:
 *
 *     /interface/print
 *     ?type=ether
 *     (an empty line)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librouteros.h>

static void print_sentence(const struct ros_sentence *sentence)
{
	int i;

	for (i = 0; i < sentence->words; i++)
		printf(">>> %s\n", sentence->word[i]);
	printf("\n");
	fflush(stdout);
}

/* Reads up to an empty line. NULL at end of file, when what was typed so far is not sent. */
static struct ros_sentence *read_sentence(void)
{
	struct ros_sentence *sentence = ros_sentence_new();
	char line[4096];

	if (sentence == NULL) {
		perror("cmd");
		return NULL;
	}
	while (fgets(line, sizeof line, stdin) != NULL) {
		size_t end = strcspn(line, "\n");

		if (line[end] != '\n' && !feof(stdin)) {
			fprintf(stderr, "cmd: a line may have %u bytes\n", (unsigned)sizeof line - 2);
			break;
		}
		line[end] = '\0';
		if (end > 0)
			ros_sentence_add(sentence, line);
		else if (sentence->words > 0)
			return sentence;
	}
	ros_sentence_free(sentence);
	return NULL;
}

/* Returns 1 while the connection lives. */
static int run_command(struct ros_connection *conn, const struct ros_sentence *sentence)
{
	struct ros_result *res = ros_send_sentence_wait(conn, sentence);
	int done = 0;
	int fatal = 0;

	while (res != NULL) {
		print_sentence(res->sentence);
		done = res->done;
		fatal = res->fatal;
		ros_result_free(res);
		if (done || fatal)
			return !fatal;
		res = ros_read_packet(conn);
	}
	fprintf(stderr, "cmd: %s\n", strerror(errno));
	return 0;
}

int main(int argc, char **argv)
{
	struct ros_connection *conn;
	struct ros_sentence *sentence;
	int alive = 1;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: %s address user password [port]\n", argv[0]);
		return 2;
	}
	conn = ros_connect(argv[1], argc > 4 ? atoi(argv[4]) : ROS_PORT);
	if (conn == NULL) {
		fprintf(stderr, "cmd: cannot connect to %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (!ros_login(conn, argv[2], argv[3])) {
		fprintf(stderr, "cmd: cannot log in as %s: %s\n", argv[2], strerror(errno));
		ros_disconnect(conn);
		return 1;
	}
	while (alive && (sentence = read_sentence()) != NULL) {
		alive = run_command(conn, sentence);
		ros_sentence_free(sentence);
	}
	ros_disconnect(conn);
	return alive && feof(stdin) ? 0 : 1;
}
