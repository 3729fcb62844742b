/* Fails unless the process has one thread until it connects, and the library works then. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <librouteros.h>

static int threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			n++;
	closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	struct ros_sentence *sentence = ros_sentence_new();
	struct ros_connection *conn;
	int before = threads();
	int logged_in;

	if (argc != 5)
		return 2;
	ros_sentence_add(sentence, "/interface/print");
	ros_sentence_free(sentence);
	if (threads() != 1) {
		fprintf(stderr, "%d threads, then %d\n", before, threads());
		return 1;
	}
	conn = ros_connect(argv[1], atoi(argv[4]));
	logged_in = ros_login(conn, argv[2], argv[3]);
	ros_disconnect(conn);
	return logged_in ? 0 : 1;
}
