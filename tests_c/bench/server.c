#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench.h"

enum {
	INPUT = 256 << 10,   /* of one read; also the longest command */
	BLOCK_ROWS = 200,    /* in a block that is sent again and again */
	TURN_ROWS = 20,      /* of one command, before the next one's */
	TAG_MOST = 32,
	MOST_JOBS = 4096,
	BLOCKS = 256,        /* of rows, by tag */
	WORDS = 8,           /* blocks of one long word */
	PIECES = 64,         /* of one write */
	WRITE_MOST = 256 << 10
};

/* Bytes to send, encoded before: rows, or one long word, and how many of them go out in one turn. */
struct block {
	char name[TAG_MOST];
	unsigned char *data;
	size_t size, row, turn;
};

/* A reply under way: total bytes of the block, over and over, then !done. */
struct job {
	int fd;
	const struct block *block;
	size_t sent, total;
	char tag[TAG_MOST];
};

/* The beginning of a sentence of which the rest is still to come. */
struct part {
	unsigned char *data;
	size_t size;
};

struct command {
	char name[64];
	char tag[TAG_MOST]; /* the word, "" when there is none */
	long n;
};

static struct block row_blocks[BLOCKS], word_blocks[WORDS + 1];
static struct job jobs[MOST_JOBS];
static size_t job_count;
static int epoll;
static struct part *parts; /* by descriptor */
static int parts_room;

/* Output of one connection, gathered while its commands are looked at. */
static unsigned char output[256 << 10];
static size_t output_size;

static int send_all(int fd, const unsigned char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

		if (n <= 0)
			return 0;
		data += n;
		size -= (size_t)n;
	}
	return 1;
}

static int flush(int fd)
{
	int sent = send_all(fd, output, output_size);

	output_size = 0;
	return sent;
}

static size_t encode_done(unsigned char *out, const char *tag)
{
	const char *words[2] = {"!done", tag};

	return encode_sentence(out, words, *tag ? 2 : 1);
}

static int say_done(int fd, const char *tag)
{
	if (sizeof output - output_size < ROW_MOST && !flush(fd))
		return 0;
	output_size += encode_done(output + output_size, tag);
	return 1;
}

static int say_resource(int fd, const char *tag)
{
	static unsigned char row[ROW_MOST];
	static size_t size;

	if (size == 0) {
		const char *words[] = {
			"=uptime=6w2d21:54:11", "=version=7.16.1 (stable)", "=build-time=2024-10-10 14:03:32",
			"=factory-software=6.44.6", "=free-memory=880517120", "=total-memory=1073741824",
			"=cpu=ARM64", "=cpu-count=4", "=cpu-frequency=1400", "=cpu-load=3", "=free-hdd-space=98041856",
			"=total-hdd-space=134479872", "=architecture-name=arm64", "=board-name=CCR2004-1G-12S+2XS",
			"=platform=MikroTik",
		};
		size = encode_sentence(row, words, sizeof words / sizeof *words);
	}
	if (sizeof output - output_size < 2 * ROW_MOST && !flush(fd))
		return 0;
	output_size += encode_word(output + output_size, "!re", 3);
	if (*tag)
		output_size += encode_word(output + output_size, tag, strlen(tag));
	memcpy(output + output_size, row, size);
	output_size += size;
	return say_done(fd, tag);
}

static int in_use(const struct block *block)
{
	for (size_t i = 0; i < job_count; i++) {
		if (jobs[i].block == block)
			return 1;
	}
	return 0;
}

/* Blocks are kept, so that only the first command with a tag pays for encoding. */
static const struct block *rows_for(const char *tag, long n)
{
	size_t rows = n < 1 ? 1 : n < BLOCK_ROWS ? (size_t)n : BLOCK_ROWS;
	unsigned hash = 0;
	struct block *block;

	for (const char *c = tag; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	block = &row_blocks[hash % BLOCKS];
	while (block->data && (strcmp(block->name, tag) != 0 || block->size < rows * block->row) && in_use(block))
		block = block == row_blocks + BLOCKS - 1 ? row_blocks : block + 1;
	if (block->data && strcmp(block->name, tag) == 0 && block->size >= rows * block->row)
		return block;
	if (!block->data)
		block->data = malloc(BLOCK_ROWS * ROW_MOST);
	CHECK(block->data);
	snprintf(block->name, sizeof block->name, "%s", tag);
	block->row = encode_row(block->data, *tag ? tag : NULL);
	for (size_t i = 1; i < rows; i++)
		memcpy(block->data + i * block->row, block->data, block->row);
	block->size = rows * block->row;
	block->turn = TURN_ROWS * block->row;
	return block;
}

static const struct block *word_of(long n, const char *tag)
{
	struct block *block = word_blocks;
	char *word;

	while (block->data && (block->turn != (size_t)n || strcmp(block->name, tag) != 0))
		block++;
	if (block->data)
		return block;
	CHECK(block < word_blocks + WORDS);
	word = malloc((size_t)n);
	block->data = malloc((size_t)n + ROW_MOST);
	CHECK(word && block->data);
	memset(word, 'x', (size_t)n);
	memcpy(word, "=data=", 6);
	snprintf(block->name, sizeof block->name, "%s", tag);
	block->turn = (size_t)n;
	block->size = encode_word(block->data, "!re", 3);
	if (*tag)
		block->size += encode_word(block->data + block->size, tag, strlen(tag));
	block->size += encode_word(block->data + block->size, word, (size_t)n);
	block->data[block->size++] = 0;
	free(word);
	return block;
}

static void add_job(int fd, const struct block *block, size_t total, const char *tag)
{
	struct job *job = &jobs[job_count];

	CHECK(job_count < MOST_JOBS);
	job->fd = fd;
	job->block = block;
	job->sent = 0;
	job->total = total;
	snprintf(job->tag, sizeof job->tag, "%s", tag);
	job_count++;
}

static void drop_jobs(int fd)
{
	size_t kept = 0;

	for (size_t i = 0; i < job_count; i++) {
		if (jobs[i].fd != fd)
			jobs[kept++] = jobs[i];
	}
	job_count = kept;
}

static void serve_alone(int fd);

/* Returns 0 when the connection is to be closed. */
static int answer(int fd, const struct command *command)
{
	if (strcmp(command->name, "/quiet") == 0)
		return 1;
	if (strcmp(command->name, "/system/resource/print") == 0)
		return say_resource(fd, command->tag);
	if (strcmp(command->name, "/rows") == 0) {
		const struct block *block = rows_for(command->tag, command->n);

		add_job(fd, block, block->row * (size_t)command->n, command->tag);
		return 1;
	}
	if (strcmp(command->name, "/word") == 0) {
		const struct block *block = word_of(command->n, command->tag);

		add_job(fd, block, block->size, command->tag);
		return 1;
	}
	if (!say_done(fd, command->tag))
		return 0;
	if (strcmp(command->name, "/alone") == 0) {
		if (!flush(fd))
			return 0;
		pid_t pid = fork();
		CHECK(pid >= 0);
		if (pid == 0)
			serve_alone(fd);
		return 0;
	}
	return 1;
}

static void keep(char *room, size_t size, const unsigned char *word, size_t length)
{
	CHECK(length < size);
	memcpy(room, word, length);
	room[length] = 0;
}

/* Takes one command apart. Returns its bytes, 0 when more are needed. Commands have short words alone. */
static size_t parse(const unsigned char *data, size_t size, struct command *command)
{
	size_t at = 0;

	memset(command, 0, sizeof *command);
	while (at < size) {
		size_t length = data[at++];
		const unsigned char *word = data + at;

		CHECK(length < 0x80);
		if (length == 0)
			return at;
		if (size - at < length)
			return 0;
		if (command->name[0] == 0)
			keep(command->name, sizeof command->name, word, length);
		else if (length > 5 && memcmp(word, ".tag=", 5) == 0)
			keep(command->tag, sizeof command->tag, word, length);
		else if (length > 3 && memcmp(word, "=n=", 3) == 0)
			command->n = strtol((const char *)word + 3, NULL, 10);
		at += length;
	}
	return 0;
}

static struct part *part_of(int fd)
{
	if (fd >= parts_room) {
		int room = fd * 2 + 64;

		parts = realloc(parts, (size_t)room * sizeof *parts);
		CHECK(parts);
		memset(parts + parts_room, 0, (size_t)(room - parts_room) * sizeof *parts);
		parts_room = room;
	}
	return &parts[fd];
}

/* Reads and answers. Returns 0 when the connection is to be closed. */
static int serve(int fd)
{
	static unsigned char input[INPUT];
	struct part *part = part_of(fd);
	struct command command;
	size_t at = 0, size = part->size, length;
	ssize_t n;

	if (size > 0)
		memcpy(input, part->data, size);
	CHECK(size < sizeof input);
	n = recv(fd, input + size, sizeof input - size, 0);
	if (n <= 0)
		return 0;
	size += (size_t)n;
	while ((length = parse(input + at, size - at, &command)) > 0) {
		at += length;
		if (!answer(fd, &command)) {
			output_size = 0;
			return 0;
		}
	}
	free(part->data);
	part->data = NULL;
	part->size = size - at;
	if (part->size > 0) {
		part->data = malloc(part->size);
		CHECK(part->data);
		memcpy(part->data, input + at, part->size);
	}
	return flush(fd);
}

static void serve_alone(int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	job_count = 0;
	while (serve(fd))
		;
	_exit(0);
}

static int write_all(int fd, struct iovec *pieces, int count)
{
	while (count > 0) {
		ssize_t n = writev(fd, pieces, count);

		if (n <= 0)
			return 0;
		while (count > 0 && (size_t)n >= pieces->iov_len) {
			n -= (ssize_t)pieces->iov_len;
			pieces++;
			count--;
		}
		if (count > 0) {
			pieces->iov_base = (unsigned char *)pieces->iov_base + n;
			pieces->iov_len -= (size_t)n;
		}
	}
	return 1;
}

/* Sends one write's worth of what is under way for the connection of the first job: a turn of each of its
 * jobs, and again. */
static void work(void)
{
	static unsigned char ends[PIECES * (TAG_MOST + 8)];
	struct iovec pieces[PIECES];
	size_t size = 0, ends_size = 0, at = 0, kept = 0;
	int count = 0, fd = jobs[0].fd, more = 1;

	while (count < PIECES && size < WRITE_MOST && more) {
		more = 0;
		for (at = 0; at < job_count && count < PIECES && size < WRITE_MOST; at++) {
			struct job *job = &jobs[at];
			size_t position = job->sent % job->block->size, turn = job->block->turn;

			if (job->fd != fd || job->sent > job->total)
				continue;
			more = 1;
			if (job->sent == job->total) {
				pieces[count].iov_base = ends + ends_size;
				pieces[count].iov_len = encode_done(ends + ends_size, job->tag);
				ends_size += pieces[count].iov_len;
				job->sent++;
			} else {
				if (turn > job->total - job->sent)
					turn = job->total - job->sent;
				if (turn > job->block->size - position)
					turn = job->block->size - position;
				pieces[count].iov_base = job->block->data + position;
				pieces[count].iov_len = turn;
				job->sent += turn;
			}
			size += pieces[count].iov_len;
			count++;
		}
	}
	/* Those that had no turn come first the next time. */
	static struct job later[MOST_JOBS];
	memcpy(later, jobs, at * sizeof *jobs);
	memmove(jobs, jobs + at, (job_count - at) * sizeof *jobs);
	memcpy(jobs + job_count - at, later, at * sizeof *jobs);
	for (size_t i = 0; i < job_count; i++) {
		if (jobs[i].sent <= jobs[i].total)
			jobs[kept++] = jobs[i];
	}
	job_count = kept;
	if (!write_all(fd, pieces, count))
		drop_jobs(fd);
}

static void hang_up(int fd)
{
	struct part *part = part_of(fd);

	free(part->data);
	part->data = NULL;
	part->size = 0;
	drop_jobs(fd);
	/* Closing is not enough while a process of its own has it. */
	epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

static void watch(int fd)
{
	struct epoll_event event;

	memset(&event, 0, sizeof event);
	event.events = EPOLLIN;
	event.data.fd = fd;
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void run(int listener)
{
	struct epoll_event events[256];
	int on = 1;

	epoll = epoll_create1(0);
	CHECK(epoll >= 0);
	watch(listener);
	for (;;) {
		int n = epoll_wait(epoll, events, 256, job_count > 0 ? 0 : -1);

		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd != listener) {
				if (!serve(fd))
					hang_up(fd);
				continue;
			}
			fd = accept(listener, NULL, NULL);
			CHECK(fd >= 0);
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
			watch(fd);
		}
		if (job_count > 0)
			work();
	}
}

int server_start(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(listener >= 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
	CHECK(listen(listener, 4096) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		run(listener);
	}
	close(listener);
	return ntohs(address.sin_port);
}
