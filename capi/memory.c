#define _GNU_SOURCE
#include "memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct block;

/* What stands behind the public struct of every sentence. */
struct sentence {
	struct ros_sentence public;
	int room;            /* for words, the NULL at the end not counted */
	int inside;          /* how many words, the first ones, lie in the block */
	struct block *block; /* the result that the sentence came in; NULL when made by the program */
};

/*
 * A result, its sentence, the word pointers and the bytes. Both halves may be freed, in either order, as
 * they could in the original where each was its own memory; the block goes with the last one. A plain
 * free of the result takes both.
 */
struct block {
	struct ros_result result;
	struct sentence sentence;
	int result_freed;
	int sentence_freed;
	char *word[]; /* and behind these the bytes */
};

struct ros_result *result_new(const struct rosgo_record *record, const struct rosgo_span *spans,
                              const unsigned char *input)
{
	const struct rosgo_span *last = &spans[record->word_count - 1];
	size_t start = spans->start, size = last->start + (size_t)last->length - start;
	struct block *block = malloc(sizeof *block + (record->word_count + (size_t)1) * sizeof *block->word + size + 1);
	if (!block) {
		errno = ENOMEM;
		return NULL;
	}
	char *bytes = (char *)&block->word[record->word_count + (size_t)1];
	memcpy(bytes, input + record->base + start, size);
	for (uint32_t i = 0; i < record->word_count; i++) {
		block->word[i] = bytes + (spans[i].start - start);
		block->word[i][spans[i].length] = '\0';
	}
	block->word[record->word_count] = NULL;
	block->sentence.public.word = block->word;
	block->sentence.public.words = (int)record->word_count;
	block->sentence.room = block->sentence.inside = (int)record->word_count;
	block->sentence.block = block;
	block->result.sentence = &block->sentence.public;
	block->result.done = record->kind == ROSGO_DONE;
	block->result.re = record->kind == ROSGO_ROW;
	block->result.trap = record->kind == ROSGO_TRAP;
	block->result.fatal = record->kind == ROSGO_FATAL;
	block->result_freed = block->sentence_freed = 0;
	return &block->result;
}

/* Frees what was added to a sentence beyond its block. */
static void free_words(struct sentence *sentence)
{
	for (int i = sentence->inside; i < sentence->public.words; i++)
		free(sentence->public.word[i]);
	if (!sentence->block || sentence->public.word != sentence->block->word)
		free(sentence->public.word);
}

void ros_sentence_free(struct ros_sentence *public)
{
	struct sentence *sentence = (struct sentence *)public;
	if (!sentence || (sentence->block && sentence->block->sentence_freed))
		return;
	free_words(sentence);
	if (!sentence->block) {
		free(sentence);
		return;
	}
	sentence->block->sentence_freed = 1;
	if (sentence->block->result_freed)
		free(sentence->block);
}

void ros_result_free(struct ros_result *result)
{
	struct block *block = (struct block *)result;
	if (!block)
		return;
	block->result_freed = 1;
	struct ros_sentence *sentence = result->sentence;
	if (sentence == &block->sentence.public && block->sentence_freed)
		free(block);
	else if (sentence)
		ros_sentence_free(sentence); /* frees the block as well, unless the program took the sentence away */
	else if (block->sentence_freed)
		free(block);
}

void ros_free_result(struct ros_result *result)
{
	ros_result_free(result);
}

struct ros_sentence *ros_sentence_new(void)
{
	struct sentence *sentence = calloc(1, sizeof *sentence);
	char **word = calloc(1, sizeof *word);
	if (!sentence || !word) {
		free(sentence);
		free(word);
		errno = ENOMEM;
		return NULL;
	}
	sentence->public.word = word;
	return &sentence->public;
}

/* Makes room for one more word. */
static int grow(struct sentence *sentence)
{
	if (sentence->public.words < sentence->room)
		return 0;
	if (sentence->room > INT_MAX / 2 - 4)
		return -1;
	int room = sentence->room * 2 + 4;
	int inside = sentence->block && sentence->public.word == sentence->block->word;
	char **word = realloc(inside ? NULL : sentence->public.word, ((size_t)room + 1) * sizeof *word);
	if (!word)
		return -1;
	if (inside)
		memcpy(word, sentence->public.word, ((size_t)sentence->public.words + 1) * sizeof *word);
	sentence->public.word = word;
	sentence->room = room;
	return 0;
}

void ros_sentence_add(struct ros_sentence *public, const char *word)
{
	struct sentence *sentence = (struct sentence *)public;
	if (!sentence || !word)
		return;
	char *copy = strdup(word);
	if (!copy || grow(sentence) < 0) {
		free(copy);
		errno = ENOMEM;
		return;
	}
	public->word[public->words++] = copy;
	public->word[public->words] = NULL;
}

/* The first attribute, whatever its name: what a key of no bytes asks for. */
static char *get_first(const struct ros_sentence *sentence)
{
	for (int i = 0; i < sentence->words; i++) {
		if (sentence->word[i][0] == '=')
			return sentence->word[i] + 1;
	}
	return NULL;
}

char *ros_get(const struct ros_result *result, const char *key)
{
	if (!result || !key || !result->sentence)
		return NULL;
	const struct ros_sentence *sentence = result->sentence;
	size_t length = strlen(key);
	if (length == 0)
		return get_first(sentence);
	for (int i = 0; i < sentence->words; i++) {
		char *word = sentence->word[i];
		/* Nearly every word begins with "=", few go on like the key: this saves most of the calls. */
		if (word[0] == key[0] && (length == 1 || word[1] == key[1]) && strncmp(word, key, length) == 0 &&
		    word[length] == '=')
			return word + length + 1;
	}
	return NULL;
}

char *ros_get_tag(const struct ros_result *result)
{
	return ros_get(result, ".tag");
}
