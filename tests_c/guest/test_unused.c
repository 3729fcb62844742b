/*
 * A program that links the library and does not use it, or only what is plain C, has no runtime in it.
 */
#include "support/guest.h"

static void check_unused(void)
{
	stack_t stack;

	CHECK(thread_count() == 1);
	CHECK(signal_set("SigCgt") == 0);
	CHECK(signal_set("SigIgn") == 0);
	CHECK(signal_set("SigBlk") == 0);
	CHECK(sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0);
	CHECK(!runtime_is_up());
	for (int fd = 3; fd < 256; fd++)
		CHECK(!is_open(fd));
}

static void nothing_starts_it(void)
{
	check_unused();
}

/* That the check above can fail. */
static void use_starts_it(void)
{
	int port = router_start();

	use(port);
	CHECK(runtime_is_up());
	CHECK(thread_count() > 1);
}

static void sentences_do_not_start_it(void)
{
	struct ros_sentence *sentence = ros_sentence_new();
	struct ros_result result;
	char word[16];

	for (int i = 0; i < 1000; i++) {
		snprintf(word, sizeof word, "=n%d=%d", i, i);
		ros_sentence_add(sentence, word);
	}
	memset(&result, 0, sizeof result);
	result.sentence = sentence;
	CHECK(strcmp(ros_get(&result, "=n999"), "999") == 0);
	CHECK(ros_get(&result, "=n1000") == NULL);
	CHECK(ros_get_tag(&result) == NULL);
	ros_sentence_free(sentence);
	ros_sentence_add(NULL, "word");
	ros_sentence_free(NULL);
	ros_result_free(NULL);
	ros_free_result(NULL);
	CHECK(strcmp(ros_version(), ROS_VERSION) == 0);
	check_unused();
}

#define CHECK_INVALID(call, value) \
	do { \
		errno = 0; \
		CHECK((call) == (value)); \
		CHECK(errno == EINVAL); \
	} while (0)

static void missing_arguments_do_not_start_it(void)
{
	struct ros_sentence *sentence = ros_sentence_new();
	struct ros_event event;
	char *words[] = {(char *)"/quit", NULL};

	ros_sentence_add(sentence, "/quit");
	memset(&event, 0, sizeof event);
	CHECK_INVALID(ros_connect(NULL, ROS_PORT), NULL);
	CHECK_INVALID(ros_connect("", ROS_PORT), NULL);
	CHECK_INVALID(ros_connect("127.0.0.1", 0), NULL);
	CHECK_INVALID(ros_connect("127.0.0.1", 65536), NULL);
	CHECK_INVALID(ros_disconnect(NULL), -1);
	CHECK_INVALID(ros_login(NULL, "", ""), 0);
	ros_set_type(NULL, ROS_EVENT);
	CHECK_INVALID(ros_send_command(NULL, "/quit", NULL), 0);
	CHECK_INVALID(ros_send_command_wait(NULL, "/quit", NULL), NULL);
	CHECK_INVALID(ros_send_sentence_wait(NULL, sentence), NULL);
	CHECK_INVALID(ros_send_command_cb(NULL, NULL, "/quit", NULL), 0);
	CHECK_INVALID(ros_send_sentence_cb(NULL, NULL, sentence), 0);
	CHECK_INVALID(ros_send_sentence(NULL, sentence), 0);
	CHECK_INVALID(ros_send_command_args(NULL, words, 1), 0);
	CHECK_INVALID(ros_read_packet(NULL), NULL);
	CHECK_INVALID(ros_runloop_once(NULL, NULL), 0);
	CHECK_INVALID(ros_cancel(NULL, 1), 0);
	CHECK_INVALID(ros_add_event(NULL, &event), 0);
	CHECK_INVALID(ros_get_counters(NULL, NULL, 0), 0);
	CHECK(ros_get(NULL, "=name") == NULL && ros_get_tag(NULL) == NULL);
	CHECK(count_handles() == 0);
	ros_sentence_free(sentence);
	check_unused();
}

static void refusal_does_not_start_it(void)
{
	struct peer *p = peer_listen(AF_INET);
	int port = p->port;

	close(p->listener);
	p->listener = -1;
	CHECK(ros_connect("127.0.0.1", port) == NULL);
	CHECK(errno == ECONNREFUSED);
	check_unused();
}

/* What linking costs, beyond pages of the file that every process shares. */
static void it_costs_little_memory(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "re");
	char line[200];
	long kib, dirty = -1;

	CHECK(f != NULL);
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Private_Dirty: %ld kB", &kib) == 1)
			dirty = kib;
	fclose(f);
	CHECK(dirty > 0);
	CHECK(dirty < 1024);
	CHECK(resident() < (size_t)6 << 20);
}

int main(int argc, char **argv)
{
	static const struct scenario all[] = {
		SCENARIO(nothing_starts_it),
		SCENARIO(use_starts_it),
		SCENARIO(sentences_do_not_start_it),
		SCENARIO(missing_arguments_do_not_start_it),
		SCENARIO(refusal_does_not_start_it),
		SCENARIO(it_costs_little_memory),
	};

	return scenarios_main(argc, argv, all, sizeof all / sizeof *all);
}
