/*
 * Words on their way into Go.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdarg.h>

#include "librouteros.h"
#include "rosgo.h"

/* The words of a sentence in the form in which they cross, most often in the room at hand. */
struct words {
	struct rosgo_bytes *list;
	size_t count;
	size_t size; /* bytes of all */
	struct rosgo_bytes room[24];
};

/* Each makes words of what the program gave, whose bytes stay where they are, and returns 0 or an errno.
 * After 0, words_end is to be called. */
int words_from_arguments(struct words *words, const char *command, va_list arguments);
int words_from_list(struct words *words, char *const *list, int count);
int words_from_sentence(struct words *words, const struct ros_sentence *sentence);
void words_end(struct words *words);

#endif
