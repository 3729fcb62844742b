/* Results and sentences: what ros_get finds, and that their memory is malloc's and the caller's. */
#include "support/support.h"

static struct peer *p;
static struct ros_connection *conn;

static int open_both(void **state)
{
	guard_setup(state);
	p = peer_listen(AF_INET);
	conn = dial(p, ROS_SIMPLE);
	return 0;
}

static int close_both(void **state)
{
	ros_disconnect(conn);
	return guard_teardown(state);
}

#define TEST_WITH(function) { #function, function, open_both, close_both, (void *)#function }

static struct ros_result *sample(void)
{
	struct ros_result *r;

	peer_say(p, "!re", "plain=1", "=name=ether1", "=name=second", "=empty=", "=eq=a=b=c", ".tag=x7", "==odd",
	         "=last");
	r = ros_read_packet(conn);
	assert_non_null(r);
	return r;
}

static void get_finds_the_first_word_of_a_key(void **state)
{
	static const struct {
		const char *key, *value;
		int word;
	} cases[] = {
		{"=name", "ether1", 2}, {"name", NULL, 0},       {"=na", NULL, 0},    {"=name=", NULL, 0},
		{"plain", "1", 1},      {"=empty", "", 4},       {"=eq", "a=b=c", 5}, {"=eq=a", "b=c", 5},
		{".tag", "x7", 6},      {"tag", NULL, 0},        {"=.tag", NULL, 0},  {"=last", NULL, 0},
		{"", "name=ether1", 2}, {"=", "odd", 7},         {"!re", NULL, 0},    {"=NAME", NULL, 0},
		{"=name=ether1", NULL, 0}, {"=nothing", NULL, 0},
	};
	struct ros_result *r = sample();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *value = ros_get(r, cases[i].key);

		if (cases[i].value == NULL) {
			if (value != NULL)
				fail_msg("\"%s\" finds \"%s\"", cases[i].key, value);
			continue;
		}
		if (value == NULL || strcmp(value, cases[i].value) != 0)
			fail_msg("\"%s\" finds \"%s\"", cases[i].key, value == NULL ? "nothing" : value);
		/* It is a part of that very word. */
		assert_ptr_equal(value, r->sentence->word[cases[i].word] + strlen(cases[i].key) + 1);
	}
	ros_result_free(r);
}

static void get_tag_is_get_of_the_tag(void **state)
{
	struct ros_result *r = sample(), *none;

	(void)state;
	assert_ptr_equal(ros_get_tag(r), ros_get(r, ".tag"));
	assert_string_equal(ros_get_tag(r), "x7");
	ros_result_free(r);
	peer_say(p, "!re", "=.tag=x7", ".tags=1");
	none = ros_read_packet(conn);
	assert_null(ros_get_tag(none));
	ros_result_free(none);
}

static void nulls_are_harmless(void **state)
{
	struct ros_result *r = sample();
	struct ros_sentence *s = ros_sentence_new();

	(void)state;
	assert_null(ros_get(NULL, "=name"));
	assert_null(ros_get(r, NULL));
	assert_null(ros_get(NULL, NULL));
	assert_null(ros_get_tag(NULL));
	ros_result_free(NULL);
	ros_free_result(NULL);
	ros_sentence_free(NULL);
	ros_sentence_add(NULL, "word");
	ros_sentence_add(s, NULL);
	ros_sentence_add(NULL, NULL);
	assert_int_equal(s->words, 0);
	assert_null(s->word != NULL ? s->word[0] : NULL);
	ros_sentence_free(s);
	ros_free_result(r);
}

static void a_sentence_copies_its_words(void **state)
{
	struct ros_sentence *s = ros_sentence_new();
	char word[] = "=a=1";

	(void)state;
	ros_sentence_add(s, word);
	word[3] = '2';
	ros_sentence_add(s, word);
	ros_sentence_add(s, "");
	assert_int_equal(s->words, 3);
	assert_string_equal(s->word[0], "=a=1");
	assert_string_equal(s->word[1], "=a=2");
	assert_string_equal(s->word[2], "");
	assert_null(s->word[3]);
	ros_sentence_free(s);
}

static void a_new_sentence_ends_in_null(void **state)
{
	struct ros_sentence *s = ros_sentence_new();

	(void)state;
	assert_int_equal(s->words, 0);
	assert_non_null(s->word);
	assert_null(s->word[0]);
	ros_sentence_free(s);
}

static void a_sentence_has_any_number_of_words(void **state)
{
	enum { WORDS = 100000 };
	struct ros_sentence *s = ros_sentence_new();
	char word[40];
	int i;

	(void)state;
	for (i = 0; i < WORDS; i++) {
		snprintf(word, sizeof word, "=n=%d", i);
		ros_sentence_add(s, word);
		assert_int_equal(s->words, i + 1);
		assert_null(s->word[s->words]);
	}
	for (i = 0; i < WORDS; i++)
		assert_int_equal(atoi(s->word[i] + 3), i);
	ros_sentence_free(s);
}

static void a_result_has_any_number_of_words(void **state)
{
	static const int counts[] = {1, 2, 98, 99, 100, 101, 102, 127, 128, 129, 1000, 100000};
	size_t n;
	int i;

	(void)state;
	for (n = 0; n < sizeof counts / sizeof *counts; n++) {
		struct bytes sentence = {NULL, 0, 0};
		struct ros_result *r;
		char word[40];

		bytes_text(&sentence, "!re");
		for (i = 1; i < counts[n]; i++) {
			snprintf(word, sizeof word, "=n%d=%d", i, i);
			bytes_text(&sentence, word);
		}
		bytes_end(&sentence);
		peer_send(p, &sentence);
		r = ros_read_packet(conn);
		assert_non_null(r);
		assert_int_equal(r->sentence->words, counts[n]);
		assert_null(r->sentence->word[counts[n]]);
		for (i = 1; i < counts[n]; i++) {
			snprintf(word, sizeof word, "=n%d=%d", i, i);
			assert_string_equal(r->sentence->word[i], word);
		}
		ros_result_free(r);
	}
}

static void words_may_be_added_to_a_result(void **state)
{
	struct ros_result *r = sample();
	char word[40];
	int i, before = r->sentence->words;

	(void)state;
	for (i = 0; i < 500; i++) {
		snprintf(word, sizeof word, "=more%d=%d", i, i);
		ros_sentence_add(r->sentence, word);
		assert_int_equal(r->sentence->words, before + i + 1);
		assert_null(r->sentence->word[r->sentence->words]);
	}
	assert_string_equal(ros_get(r, "=name"), "ether1");
	assert_string_equal(ros_get(r, "=more0"), "0");
	assert_string_equal(ros_get(r, "=more499"), "499");
	ros_result_free(r);
}

/* The ways in which programs get rid of results; each gives all memory back. */
static void by_result_free(struct ros_result *r)
{
	ros_result_free(r);
}

static void by_free_result(struct ros_result *r)
{
	ros_free_result(r);
}

static void by_plain_free(struct ros_result *r)
{
	free(r);
}

static void sentence_first(struct ros_result *r)
{
	ros_sentence_free(r->sentence);
	ros_result_free(r);
}

static void sentence_first_and_plain(struct ros_result *r)
{
	ros_sentence_free(r->sentence);
	free(r);
}

static void sentence_first_and_forgotten(struct ros_result *r)
{
	ros_sentence_free(r->sentence);
	r->sentence = NULL;
	ros_result_free(r);
}

static void added_to(struct ros_result *r)
{
	int i;

	for (i = 0; i < 200; i++)
		ros_sentence_add(r->sentence, "=x=1");
	ros_result_free(r);
}

static void added_to_and_sentence_first(struct ros_result *r)
{
	ros_sentence_add(r->sentence, "=x=1");
	ros_sentence_free(r->sentence);
	ros_result_free(r);
}

static void all_memory_of_a_result_comes_back(void **state)
{
	static const struct {
		const char *name;
		void (*get_rid)(struct ros_result *);
	} ways[] = {
		{"ros_result_free", by_result_free},
		{"ros_free_result", by_free_result},
		{"free", by_plain_free},
		{"ros_sentence_free, then ros_result_free", sentence_first},
		{"ros_sentence_free, then free", sentence_first_and_plain},
		{"ros_sentence_free, then ros_result_free of a result without", sentence_first_and_forgotten},
		{"words added, then ros_result_free", added_to},
		{"words added, then ros_sentence_free and ros_result_free", added_to_and_sentence_first},
	};
	size_t w, before = 0;
	int i;

	(void)state;
	for (w = 0; w < sizeof ways / sizeof *ways; w++) {
		for (i = 0; i < 600; i++) {
			if (i == 100)
				before = heap_in_use();
			ways[w].get_rid(sample());
		}
		if (heap_in_use() > before + 4096)
			fail_msg("%s: %zu bytes are lost", ways[w].name, heap_in_use() - before);
	}
}

static void a_result_outlives_its_connection(void **state)
{
	struct ros_result *r = sample();
	struct ros_connection *old = conn;

	(void)state;
	conn = dial(p, ROS_SIMPLE); /* for the teardown */
	hang_up(old);
	assert_string_equal(ros_get(r, "=name"), "ether1");
	assert_null(r->sentence->word[r->sentence->words]);
	ros_result_free(r);
}

static void the_words_of_a_result_may_be_written_to(void **state)
{
	struct ros_result *r = sample(), *next = sample();

	(void)state;
	memset(ros_get(r, "=name"), '#', 6);
	assert_string_equal(ros_get(r, "=name"), "######");
	assert_string_equal(ros_get(next, "=name"), "ether1");
	ros_result_free(r);
	assert_string_equal(ros_get(next, "=eq"), "a=b=c");
	ros_result_free(next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_WITH(get_finds_the_first_word_of_a_key),
		TEST_WITH(get_tag_is_get_of_the_tag),
		TEST_WITH(nulls_are_harmless),
		TEST_WITH(a_sentence_copies_its_words),
		TEST_WITH(a_new_sentence_ends_in_null),
		TEST_WITH(a_sentence_has_any_number_of_words),
		TEST_WITH(a_result_has_any_number_of_words),
		TEST_WITH(words_may_be_added_to_a_result),
		TEST_WITH(all_memory_of_a_result_comes_back),
		TEST_WITH(a_result_outlives_its_connection),
		TEST_WITH(the_words_of_a_result_may_be_written_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
