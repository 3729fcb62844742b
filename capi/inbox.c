#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "socket.h"

/* What one read takes at the most, unless a sentence is longer: enough that system calls and crossings
 * cost little for each row. */
#define CHUNK ((size_t)64 << 10)

/* How much may wait to be handed out; beyond it input stays in the socket. A single sentence is bounded by
 * Go's limits instead. */
#define MOST_WAITING ((size_t)64 << 20)

#define FIRST_RECORDS 256
#define FIRST_SPANS 4096

/* Makes room for needed elements of this size, at least first and at least twice what there was. */
static int grow(void **array, size_t *room, size_t needed, size_t first, size_t size)
{
	size_t wanted = *room * 2 > needed ? *room * 2 : needed;
	if (wanted < first)
		wanted = first;
	if (wanted > SIZE_MAX / size)
		return ENOMEM;
	void *grown = realloc(*array, wanted * size);
	if (!grown)
		return ENOMEM;
	*array = grown;
	*room = wanted;
	return 0;
}

/* The arrays of an inbox that has become empty, for the next one: most replies are small, and would cost more
 * to make room for than to read. */
static struct inbox spare;
static int spare_in_use; /* atomic: whoever finds it set does without */

/* Takes the spare arrays for an inbox that has none. */
static void take_spare(struct inbox *in)
{
	if (__atomic_exchange_n(&spare_in_use, 1, __ATOMIC_ACQUIRE))
		return;
	if (spare.data) {
		*in = spare;
		spare.data = NULL;
	}
	__atomic_store_n(&spare_in_use, 0, __ATOMIC_RELEASE);
}

/* Keeps the arrays of an empty inbox, and returns whether it did: not when there are some already, or when
 * they have grown. */
static int keep_spare(const struct inbox *in)
{
	int kept = 0;
	if (in->capacity != CHUNK || in->record_room != FIRST_RECORDS || in->span_room != FIRST_SPANS ||
	    __atomic_exchange_n(&spare_in_use, 1, __ATOMIC_ACQUIRE))
		return 0;
	if (!spare.data) {
		spare.data = in->data;
		spare.capacity = in->capacity;
		spare.records = in->records;
		spare.record_room = in->record_room;
		spare.spans = in->spans;
		spare.span_room = in->span_room;
		kept = 1;
	}
	__atomic_store_n(&spare_in_use, 0, __ATOMIC_RELEASE);
	return kept;
}

static int make_room(struct inbox *in)
{
	if (!in->data)
		take_spare(in);
	if (in->capacity - in->end >= CHUNK / 4)
		return 0;
	return grow((void **)&in->data, &in->capacity, in->end + CHUNK, CHUNK, 1);
}

static int make_index(struct inbox *in, size_t records, size_t spans)
{
	int error = 0;
	if (in->record_count + records > in->record_room)
		error = grow((void **)&in->records, &in->record_room, in->record_count + records,
		             FIRST_RECORDS, sizeof *in->records);
	if (error == 0 && in->span_count + spans > in->span_room)
		error = grow((void **)&in->spans, &in->span_room, in->span_count + spans, FIRST_SPANS, sizeof *in->spans);
	return error;
}

void inbox_release(struct inbox *in)
{
	if (!keep_spare(in)) {
		free(in->data);
		free(in->records);
		free(in->spans);
	}
	memset(in, 0, sizeof *in);
}

/* Has Go make records of what was not decoded yet. Returns 0 or an errno. */
static int decode(struct visit *visit)
{
	struct connection *connection = visit->connection;
	struct inbox *in = &connection->in;
	struct rosgo_input input = {0};
	int error = make_index(in, 1, 1);

	while (error == 0) {
		input.data = in->data + in->decoded;
		input.length = in->end - in->decoded;
		input.base = in->decoded;
		input.records = in->records;
		input.record_room = in->record_room;
		input.record_count = in->record_count;
		input.spans = in->spans;
		input.span_room = in->span_room;
		input.span_count = in->span_count;
		error = connection_mask(visit);
		if (error != 0)
			break;
		GATE_CROSS(error, rosgo_receive(connection->handle, &input));
		in->record_count = input.record_count;
		in->span_count = input.span_count;
		in->decoded += input.consumed;
		connection->login = input.login;
		in->pending = input.more_records > 0 || input.more_spans > 0;
		if (error != 0 || !in->pending)
			break;
		error = make_index(in, input.more_records, input.more_spans);
	}
	if (error == 0 && input.ended != 0)
		connection->error = input.ended;
	if (error == ENOTRECOVERABLE) {
		/* How much Go has seen is not known: the stream cannot be read on. */
		connection->error = error;
		in->pending = 0;
		in->decoded = in->end;
		error = 0;
	}
	return error;
}

/* Takes what was read out of the socket, but for its last bytes. */
static void release(struct connection *connection, size_t keep)
{
	struct inbox *in = &connection->in;
	if (in->held > keep && !gate_forked()) {
		socket_discard(connection->public.socket, in->data + in->end - in->held, in->held - keep);
		in->held = keep;
	}
}

/* Forgets what was handed out, and gives the memory back when nothing is left. */
static void compact(struct connection *connection)
{
	struct inbox *in = &connection->in;
	if (in->record_first < in->record_count || in->pending)
		return;
	release(connection, 0);
	if (in->decoded == in->end) {
		inbox_release(in);
		return;
	}
	memmove(in->data, in->data + in->decoded, in->end - in->decoded);
	in->end -= in->decoded;
	in->decoded = in->record_first = in->record_count = in->span_count = 0;
}

/* Nothing more will be read; threads that wait for it wake. */
static void end(struct connection *connection, int error)
{
	if (connection->error == 0)
		connection->error = error;
	socket_shut(connection->public.socket);
}

ssize_t inbox_receive(struct visit *visit, int *error)
{
	struct connection *connection = visit->connection;
	struct inbox *in = &connection->in;
	int socket = connection->public.socket;

	connection_guard(visit);
	connection->awaiting = 0;
	if (in->pending) {
		*error = decode(visit);
		if (*error != 0)
			return -1;
		compact(connection);
	}
	*error = connection->error;
	if (*error != 0)
		return -1;
	if (in->record_count > in->record_first && in->end > MOST_WAITING) {
		*error = ENOBUFS;
		return -1;
	}
	*error = make_room(in);
	if (*error != 0)
		return -1;

	/* The byte that was left in the socket is read once more, onto itself. When there is only that and the
	 * other side has closed, what it sent before is there by now. */
	inbox_settle(visit);
	size_t room = in->capacity - in->end;
	ssize_t seen = socket_peek(socket, in->data + in->end - in->held, room);
	if (seen > 0 && (size_t)seen == in->held) {
		if (!socket_at_end(socket))
			return 0;
		seen = socket_peek(socket, in->data + in->end - in->held, room);
	}
	ssize_t fresh = seen - (ssize_t)in->held;
	if (seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		compact(connection);
		return 0;
	}
	if (fresh <= 0) {
		end(connection, seen < 0 ? errno : ECONNRESET);
		compact(connection);
		*error = connection->error;
		return -1;
	}
	in->full = (size_t)seen == room;
	in->end += (size_t)fresh;
	*error = decode(visit);
	if (*error != 0 && !in->pending) {
		/* Go saw none of it: it is still in the socket. */
		in->end -= (size_t)fresh;
		return -1;
	}

	in->held = (size_t)seen;
	if (connection->error != 0)
		end(connection, connection->error);
	compact(connection);
	return *error != 0 && !inbox_first(connection) ? -1 : fresh;
}

void inbox_settle(struct visit *visit)
{
	struct connection *connection = visit->connection;
	if (connection->in.held > 1) {
		connection_guard(visit);
		release(connection, inbox_first(connection) || connection->in.pending ? 1 : 0);
	}
}

const struct rosgo_record *inbox_first(const struct connection *connection)
{
	const struct inbox *in = &connection->in;
	return in->record_first < in->record_count ? &in->records[in->record_first] : NULL;
}

struct ros_result *inbox_result(const struct connection *connection)
{
	const struct rosgo_record *record = inbox_first(connection);
	return result_new(record, connection->in.spans + record->first_span, connection->in.data);
}

void inbox_advance(struct visit *visit)
{
	struct inbox *in = &visit->connection->in;
	if (++in->record_first == in->record_count) {
		connection_guard(visit);
		compact(visit->connection);
	}
}

int inbox_claim(struct inbox *in, const char *tag, uintptr_t handler)
{
	size_t length = strlen(tag);
	int ended = 0;
	for (size_t i = in->record_first; i < in->record_count && !ended; i++) {
		struct rosgo_record *record = &in->records[i];
		if (record->handler != 0 || record->tag_length != length ||
		    memcmp(in->data + record->base + record->tag_start, tag, length) != 0)
			continue;
		record->handler = handler;
		ended = record->kind == ROSGO_DONE;
	}
	return ended;
}
