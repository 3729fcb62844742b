#include "support.h"

void bytes_raw(struct bytes *b, const void *data, size_t size)
{
	if (b->room - b->size < size) {
		b->room = 2 * b->room + size + 64;
		b->at = realloc(b->at, b->room);
		if (b->at == NULL)
			abort();
	}
	if (size > 0)
		memcpy(b->at + b->size, data, size);
	b->size += size;
}

void bytes_word(struct bytes *b, const void *word, size_t size)
{
	unsigned char head[5];
	size_t n;

	if (size <= 0x7F) {
		head[0] = (unsigned char)size;
		n = 1;
	} else if (size <= 0x3FFF) {
		head[0] = (unsigned char)(0x80 | size >> 8);
		head[1] = (unsigned char)size;
		n = 2;
	} else if (size <= 0x1FFFFF) {
		head[0] = (unsigned char)(0xC0 | size >> 16);
		head[1] = (unsigned char)(size >> 8);
		head[2] = (unsigned char)size;
		n = 3;
	} else {
		head[0] = (unsigned char)(0xE0 | size >> 24);
		head[1] = (unsigned char)(size >> 16);
		head[2] = (unsigned char)(size >> 8);
		head[3] = (unsigned char)size;
		n = 4;
	}
	bytes_raw(b, head, n);
	bytes_raw(b, word, size);
}

void bytes_text(struct bytes *b, const char *word)
{
	bytes_word(b, word, strlen(word));
}

void bytes_end(struct bytes *b)
{
	bytes_raw(b, "", 1);
}

void bytes_sentence_(struct bytes *b, ...)
{
	va_list words;
	const char *word;

	va_start(words, b);
	while ((word = va_arg(words, const char *)) != NULL)
		bytes_text(b, word);
	va_end(words);
	bytes_end(b);
}

void bytes_free(struct bytes *b)
{
	free(b->at);
	memset(b, 0, sizeof *b);
}
