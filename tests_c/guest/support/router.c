#include "guest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { INPUT = 8192 };

/* A connection of the router's: the bytes of a sentence not yet complete. */
struct client {
	int fd;
	size_t size;
	unsigned char input[INPUT];
};

static void answer(struct client *c, const char *word, const char *tag, struct bytes *out)
{
	(void)c;
	bytes_text(out, word);
	if (strcmp(word, "!re") == 0) {
		bytes_text(out, "=.id=*1");
		bytes_text(out, "=name=ether1");
		bytes_text(out, "=comment=a row like many others");
	}
	if (tag != NULL)
		bytes_text(out, tag);
	bytes_end(out);
}

static void say(struct client *c, struct bytes *out)
{
	size_t at = 0;

	while (at < out->size) {
		ssize_t n = send(c->fd, out->at + at, out->size - at, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	bytes_free(out);
}

static void hang_up_on(struct client *c, int reset)
{
	struct linger at_once = {1, 0};

	if (reset)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(c->fd);
	free(c);
}

/* Takes one sentence. Returns 0 when no more are to be taken. */
static int serve(struct client *c, int epoll, char **word, int words)
{
	struct bytes out = {NULL, 0, 0};
	const char *tag = NULL;
	int i, rows = 0;

	for (i = 1; i < words; i++) {
		if (strncmp(word[i], ".tag=", 5) == 0)
			tag = word[i];
		else if (strncmp(word[i], "=n=", 3) == 0)
			rows = atoi(word[i] + 3);
	}
	if (words == 0 || strcmp(word[0], "/quiet") == 0)
		return 1;
	if (strcmp(word[0], "/deaf") == 0) {
		epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL);
		return 0;
	}
	if (strcmp(word[0], "/close") == 0 || strcmp(word[0], "/reset") == 0) {
		hang_up_on(c, word[0][1] == 'r');
		return 0;
	}
	while (rows-- > 0)
		answer(c, "!re", tag, &out);
	answer(c, "!done", tag, &out);
	say(c, &out);
	return 1;
}

/* Serves the sentences that are complete. Words are short: of one byte of length, or two. */
static void listen_to(struct client *c, int epoll)
{
	char text[INPUT + 1], *word[INPUT / 2];
	ssize_t n = recv(c->fd, c->input + c->size, INPUT - c->size, 0);
	size_t at = 0, begin = 0, used = 0;
	int words = 0;

	if (n <= 0) {
		hang_up_on(c, 0);
		return;
	}
	c->size += (size_t)n;
	while (at < c->size) {
		size_t head = c->input[at] < 0x80 ? 1 : 2, length = c->input[at];

		if (c->size - at < head)
			break;
		if (head == 2)
			length = (length & 0x3F) << 8 | c->input[at + 1];
		if (c->size - at - head < length)
			break;
		if (length == 0) {
			if (!serve(c, epoll, word, words))
				return;
			begin = at += 1;
			words = 0;
			used = 0;
			continue;
		}
		word[words++] = text + used;
		memcpy(text + used, c->input + at + head, length);
		used += length;
		text[used++] = '\0';
		at += head + length;
	}
	memmove(c->input, c->input + begin, c->size - begin);
	c->size -= begin;
}

static void route(int listener)
{
	struct epoll_event event = {EPOLLIN, {NULL}}, ready[64];
	int epoll = epoll_create1(EPOLL_CLOEXEC), i, n, one = 1;

	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		n = epoll_wait(epoll, ready, 64, -1);
		for (i = 0; i < n; i++) {
			struct client *c = ready[i].data.ptr;

			if (c != NULL) {
				listen_to(c, epoll);
				continue;
			}
			c = calloc(1, sizeof *c);
			c->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			if (c->fd < 0)
				_exit(1);
			setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
			event.data.ptr = c;
			epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
		}
	}
}

int router_start(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	struct rlimit limit;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t parent = getpid(), pid;

	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1000) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		getrlimit(RLIMIT_NOFILE, &limit);
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		route(listener);
	}
	close(listener);
	return ntohs(address.sin_port);
}
