#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

enum { INPUT = 65536 };

static struct peer *peers;

/* In a script's thread cmocka's asserts must not be used: what failed is kept for peer_finish, and the
 * connection ended so that the library does not wait for ever. */
static void failed(struct peer *p, const char *text)
{
	if (!p->threaded || !pthread_equal(p->self, pthread_self()))
		fail_msg("%s", text);
	snprintf(p->failure, sizeof p->failure, "%s", text);
	if (p->fd >= 0)
		shutdown(p->fd, SHUT_RDWR);
	sem_post(&p->reached);
	pthread_exit(NULL);
}

void peer_check(struct peer *p, int ok, const char *what)
{
	if (!ok)
		failed(p, what);
}

struct peer *peer_listen(int family)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	struct peer *p = calloc(1, sizeof *p);

	assert_non_null(p);
	memset(&address, 0, sizeof address);
	if (family == AF_INET6)
		((struct sockaddr_in6 *)&address)->sin6_addr = in6addr_loopback;
	else
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.ss_family = (sa_family_t)family;
	p->fd = -1;
	p->listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->listener < 0 || bind(p->listener, (struct sockaddr *)&address, size) != 0 ||
	    listen(p->listener, 64) != 0) {
		if (p->listener >= 0)
			close(p->listener);
		free(p);
		return NULL;
	}
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&address, &size), 0);
	p->port = ntohs(family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
	                                   : ((struct sockaddr_in *)&address)->sin_port);
	p->input = malloc(INPUT);
	assert_non_null(p->input);
	sem_init(&p->go, 0, 0);
	sem_init(&p->reached, 0, 0);
	p->next = peers;
	peers = p;
	return p;
}

static void *play(void *arg)
{
	struct peer *p = arg;

	p->self = pthread_self();
	peer_accept(p);
	p->script(p, p->arg);
	return NULL;
}

void peer_start(struct peer *p, void (*script)(struct peer *p, void *arg), void *arg)
{
	p->script = script;
	p->arg = arg;
	p->threaded = 1;
	assert_int_equal(pthread_create(&p->thread, NULL, play, p), 0);
}

struct peer *peer_play(void (*script)(struct peer *p, void *arg), void *arg)
{
	struct peer *p = peer_listen(AF_INET);

	assert_non_null(p);
	peer_start(p, script, arg);
	return p;
}

static void release(struct peer *p)
{
	struct peer **link = &peers;

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	if (p->fd >= 0)
		close(p->fd);
	close(p->listener);
	sem_destroy(&p->go);
	sem_destroy(&p->reached);
	bytes_free(&p->text);
	free(p->word);
	free(p->length);
	free(p->input);
	free(p);
}

void peer_finish(struct peer *p)
{
	char failure[sizeof p->failure];

	if (p->threaded)
		pthread_join(p->thread, NULL);
	memcpy(failure, p->failure, sizeof failure);
	release(p);
	if (failure[0] != '\0')
		fail_msg("%s", failure);
}

void peers_drop(void)
{
	while (peers != NULL) {
		struct peer *p = peers;

		if (p->threaded) {
			p->stopping = 1;
			shutdown(p->listener, SHUT_RDWR);
			if (p->fd >= 0)
				shutdown(p->fd, SHUT_RDWR);
			sem_post(&p->go);
			pthread_join(p->thread, NULL);
		}
		release(p);
	}
}

void peer_accept(struct peer *p)
{
	int fd, one = 1;

	do
		fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		failed(p, "peer: accept failed");
	if (p->fd >= 0)
		close(p->fd);
	p->fd = fd;
	p->said = 0;
	p->input_at = p->input_size = 0;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int next_byte(struct peer *p)
{
	ssize_t n;

	if (p->input_at < p->input_size)
		return p->input[p->input_at++];
	do
		n = recv(p->fd, p->input, INPUT, 0);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return -1;
	p->input_at = 1;
	p->input_size = (size_t)n;
	return p->input[0];
}

/* The length of the next word, which must be in the shortest form; -1 at the end of the stream. */
static long next_length(struct peer *p)
{
	static const long least[5] = {0, 0x80, 0x4000, 0x200000, 0x10000000};
	int more, i, first = next_byte(p);
	long n;

	if (first < 0)
		return -1;
	more = first < 0x80 ? 0 : first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	peer_check(p, first <= 0xF0, "peer: a reserved length byte");
	n = more == 0 ? first : more == 4 ? 0 : first & (0x3F >> (more - 1));
	for (i = 0; i < more; i++) {
		int byte = next_byte(p);

		peer_check(p, byte >= 0, "peer: the stream ends within a length");
		n = n << 8 | byte;
	}
	peer_check(p, n >= least[more], "peer: a length that is not in its shortest form");
	return n;
}

static void next_word(struct peer *p, size_t size)
{
	while (size > 0) {
		size_t have = p->input_size - p->input_at;

		if (have == 0) {
			peer_check(p, next_byte(p) >= 0, "peer: the stream ends within a word");
			p->input_at--;
			continue;
		}
		if (have > size)
			have = size;
		bytes_raw(&p->text, p->input + p->input_at, have);
		p->input_at += have;
		size -= have;
	}
	bytes_raw(&p->text, "", 1);
}

int peer_read(struct peer *p)
{
	size_t at = 0;
	long n;
	int i;

	p->text.size = 0;
	p->words = 0;
	while ((n = next_length(p)) > 0) {
		if ((p->words & (p->words + 1)) == 0) { /* room runs out at 0, 1, 3, 7 ... words */
			size_t room = 2 * ((size_t)p->words + 1);

			p->word = realloc(p->word, room * sizeof *p->word);
			p->length = realloc(p->length, room * sizeof *p->length);
			peer_check(p, p->word != NULL && p->length != NULL, "peer: out of memory");
		}
		p->length[p->words++] = (size_t)n;
		next_word(p, (size_t)n);
	}
	for (i = 0; i < p->words; i++) {
		p->word[i] = (char *)p->text.at + at;
		at += p->length[i] + 1;
	}
	if (n < 0)
		peer_check(p, p->words == 0, "peer: the stream ends within a sentence");
	return n == 0;
}

static void append(char *text, size_t room, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, room - used, " %.60s", word);
}

void peer_expect_(struct peer *p, const char *file, int line, ...)
{
	char text[sizeof p->failure];
	va_list words;
	const char *word;
	int i = 0, same = 1;

	if (!peer_read(p)) {
		snprintf(text, sizeof text, "%s:%d: the library closed the connection", file, line);
		failed(p, text);
	}
	snprintf(text, sizeof text, "%s:%d: expected", file, line);
	va_start(words, line);
	while ((word = va_arg(words, const char *)) != NULL) {
		append(text, sizeof text, word);
		same = same && i < p->words && strlen(word) == p->length[i] &&
		       memcmp(word, p->word[i], p->length[i]) == 0;
		i++;
	}
	va_end(words);
	if (same && i == p->words)
		return;
	append(text, sizeof text, "but the library sent");
	for (i = 0; i < p->words; i++)
		append(text, sizeof text, p->word[i]);
	failed(p, text);
}

void peer_expect_end(struct peer *p)
{
	peer_check(p, next_byte(p) < 0, "peer: the library sent more than it should");
}

const char *peer_word(struct peer *p, const char *prefix)
{
	int i;

	for (i = 0; i < p->words; i++)
		if (strncmp(p->word[i], prefix, strlen(prefix)) == 0)
			return p->word[i];
	return NULL;
}

void peer_bytes(struct peer *p, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = send(p->fd, at, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		peer_check(p, n > 0, "peer: send failed");
		at += n;
		size -= (size_t)n;
		p->said += (size_t)n;
	}
}

void peer_send(struct peer *p, struct bytes *b)
{
	peer_bytes(p, b->at, b->size);
	bytes_free(b);
}

void peer_say_(struct peer *p, ...)
{
	struct bytes out = {NULL, 0, 0};
	va_list words;
	const char *word;

	va_start(words, p);
	while ((word = va_arg(words, const char *)) != NULL)
		bytes_text(&out, word);
	va_end(words);
	bytes_end(&out);
	peer_send(p, &out);
}

void peer_dribble(struct peer *p, const struct bytes *b)
{
	size_t i;

	for (i = 0; i < b->size; i++)
		peer_bytes(p, b->at + i, 1);
}

void peer_close(struct peer *p)
{
	close(p->fd);
	p->fd = -1;
}

void peer_reset(struct peer *p)
{
	struct linger at_once = {1, 0};

	setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	peer_close(p);
}

void peer_buffers(struct peer *p, int size)
{
	setsockopt(p->listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(p->listener, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

void peer_wait(struct peer *p)
{
	while (sem_wait(&p->go) != 0)
		;
	peer_check(p, !p->stopping, "peer: the test ended before its script");
}

void peer_go(struct peer *p)
{
	sem_post(&p->go);
}

void peer_tell(struct peer *p)
{
	sem_post(&p->reached);
}

void peer_await(struct peer *p)
{
	while (sem_wait(&p->reached) != 0)
		;
}
