#include "support.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>

struct ros_connection *dial_port(int port, enum ros_type type)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", port);

	if (conn == NULL)
		fail_msg("ros_connect: %s", strerror(errno));
	if (type != ROS_SIMPLE)
		ros_set_type(conn, type);
	return conn;
}

struct ros_connection *dial(struct peer *p, enum ros_type type)
{
	struct ros_connection *conn = dial_port(p->port, type);

	if (!p->threaded)
		peer_accept(p);
	return conn;
}

void hang_up(struct ros_connection *conn)
{
	assert_int_equal(ros_disconnect(conn), 0);
}

void arrive(struct peer *p, struct ros_connection *conn)
{
	struct tcp_info info;
	socklen_t size;

	for (;;) {
		size = sizeof info;
		memset(&info, 0, sizeof info);
		assert_int_equal(getsockopt(conn->socket, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
		if (info.tcpi_bytes_received >= p->said)
			return;
		poll(NULL, 0, 1);
	}
}

static void append(char *text, size_t room, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, room - used, " %.60s", word == NULL ? "NULL" : word);
}

void check_words(struct ros_result *r, const char *file, int line, ...)
{
	char text[600] = "";
	va_list words;
	const char *word;
	int i = 0, same = 1;

	if (r == NULL)
		fail_msg("%s:%d: no sentence but errno %d (%s)", file, line, errno, strerror(errno));
	va_start(words, line);
	while ((word = va_arg(words, const char *)) != NULL) {
		append(text, sizeof text, word);
		same = same && i < r->sentence->words && strcmp(r->sentence->word[i], word) == 0;
		i++;
	}
	va_end(words);
	if (same && i == r->sentence->words && r->sentence->word[i] == NULL)
		return;
	append(text, sizeof text, "but is");
	for (i = 0; i <= r->sentence->words; i++)
		append(text, sizeof text, r->sentence->word[i]);
	fail_msg("%s:%d: should be%s", file, line, text);
}

const char *tag(int id)
{
	static char text[8][24];
	static unsigned turn;
	char *at = text[turn++ % 8];

	snprintf(at, sizeof text[0], ".tag=%d", id);
	return at;
}

static char written[4096];

void note(const char *who, struct ros_result *r)
{
	size_t used = strlen(written);
	int i, first = 1;

	used += (size_t)snprintf(written + used, sizeof written - used, "%s(", who);
	for (i = 0; r != NULL && i < r->sentence->words && used < sizeof written; i++) {
		if (strncmp(r->sentence->word[i], ".tag=", 5) == 0)
			continue;
		used += (size_t)snprintf(written + used, sizeof written - used, first ? "%.40s" : " %.40s",
		                         r->sentence->word[i]);
		first = 0;
	}
	if (used < sizeof written)
		snprintf(written + used, sizeof written - used, ") ");
	ros_result_free(r);
}

const char *seen(void)
{
	static char copy[sizeof written];

	memcpy(copy, written, sizeof copy);
	written[0] = '\0';
	return copy;
}

void to_a(struct ros_result *r)
{
	note("a", r);
}

void to_b(struct ros_result *r)
{
	note("b", r);
}

void to_c(struct ros_result *r)
{
	note("c", r);
}
