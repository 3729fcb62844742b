#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int outbox_reserve(struct outbox *out, size_t size, struct rosgo_output *output)
{
	if (out->capacity - out->end < size) {
		size_t left = out->end - out->begin;
		if (size > SIZE_MAX - left)
			return ENOMEM;
		unsigned char *data = malloc(left + size);
		if (!data)
			return ENOMEM;
		if (left > 0)
			memcpy(data, out->data + out->begin, left);
		int secret = out->secret;
		outbox_release(out);
		out->data = data;
		out->capacity = left + size;
		out->end = left;
		out->secret = secret;
	}
	output->data = out->data + out->end;
	output->capacity = size;
	output->length = 0;
	return 0;
}

void outbox_settle(struct outbox *out)
{
	if (out->begin == out->end)
		outbox_release(out);
}

void outbox_release(struct outbox *out)
{
	if (!out->data)
		return;
	if (out->secret)
		explicit_bzero(out->data, out->capacity);
	free(out->data);
	out->data = NULL;
	out->capacity = out->begin = out->end = 0;
	out->secret = 0;
}
