#define _GNU_SOURCE
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int words_begin(struct words *words, size_t count)
{
	words->count = 0;
	words->size = 0;
	words->list = words->room;
	if (count <= sizeof words->room / sizeof *words->room)
		return 0;
	if (count > SIZE_MAX / sizeof *words->list)
		return ENOMEM;
	words->list = malloc(count * sizeof *words->list);
	return words->list ? 0 : ENOMEM;
}

/* Returns 0, or ENOMEM when there is more than can be addressed, as one word given many times can be. */
static int words_add(struct words *words, const char *word)
{
	size_t length = strlen(word);
	if (length > SIZE_MAX / 2 - words->size)
		return ENOMEM;
	words->list[words->count].data = (const unsigned char *)word;
	words->list[words->count].length = length;
	words->count++;
	words->size += length;
	return 0;
}

void words_end(struct words *words)
{
	if (words->list != words->room)
		free(words->list);
}

int words_from_arguments(struct words *words, const char *command, va_list arguments)
{
	if (!command)
		return EINVAL;
	size_t count = 1;
	va_list ahead;
	va_copy(ahead, arguments);
	while (va_arg(ahead, const char *))
		count++;
	va_end(ahead);
	int error = words_begin(words, count);
	if (error != 0)
		return error;
	for (const char *word = command; error == 0 && word; word = va_arg(arguments, const char *))
		error = words_add(words, word);
	if (error != 0)
		words_end(words);
	return error;
}

int words_from_list(struct words *words, char *const *list, int count)
{
	if (!list || count < 1)
		return EINVAL;
	for (int i = 0; i < count; i++) {
		if (!list[i])
			return EINVAL;
	}
	int error = words_begin(words, (size_t)count);
	if (error != 0)
		return error;
	for (int i = 0; error == 0 && i < count; i++)
		error = words_add(words, list[i]);
	if (error != 0)
		words_end(words);
	return error;
}

int words_from_sentence(struct words *words, const struct ros_sentence *sentence)
{
	return sentence ? words_from_list(words, sentence->word, sentence->words) : EINVAL;
}
