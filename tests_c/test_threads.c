/* Threads with connections of their own, threads that share one, and ros_disconnect under waiting threads. */
#include "support/support.h"

enum { THREADS = 32, PRINTS = 5, INTERFACES = 300 };

struct client {
	pthread_t thread;
	int port;
	enum ros_type type;
	char wrong[200]; /* what went wrong, or "" */
};

static int print_interfaces(struct ros_connection *conn)
{
	int rows = 0;

	if (ros_send_command(conn, "/interface/print", NULL) != 1)
		return -1;
	for (;;) {
		struct ros_result *r = ros_read_packet(conn);
		int done = r == NULL || r->done;

		if (r == NULL)
			return -1;
		rows += r->re;
		ros_result_free(r);
		if (done)
			return rows;
	}
}

static void *be_client(void *arg)
{
	struct client *me = arg;
	struct ros_connection *conn = ros_connect("127.0.0.1", me->port);
	int i, rows;

	if (conn == NULL) {
		snprintf(me->wrong, sizeof me->wrong, "ros_connect: %s", strerror(errno));
		return NULL;
	}
	ros_set_type(conn, me->type);
	if (ros_login(conn, "admin", "secret") != 1)
		snprintf(me->wrong, sizeof me->wrong, "ros_login: %s", strerror(errno));
	for (i = 0; i < PRINTS && me->wrong[0] == '\0'; i++)
		if ((rows = print_interfaces(conn)) != INTERFACES)
			snprintf(me->wrong, sizeof me->wrong, "%d rows (errno %d)", rows, errno);
	ros_disconnect(conn);
	return NULL;
}

static void threads_have_connections_of_their_own(void **state)
{
	static struct client clients[THREADS];
	struct sim *old = sim_start("6.42", "-user", "admin:secret", "-rows", "interface=300");
	struct sim *new = sim_start("7.18", "-user", "admin:secret", "-rows", "interface=300");
	int i;

	(void)state;
	memset(clients, 0, sizeof clients);
	for (i = 0; i < THREADS; i++) {
		clients[i].port = i % 2 ? old->port : new->port;
		clients[i].type = i % 4 < 2 ? ROS_SIMPLE : ROS_EVENT;
		assert_int_equal(pthread_create(&clients[i].thread, NULL, be_client, &clients[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(clients[i].thread, NULL);
	for (i = 0; i < THREADS; i++)
		if (clients[i].wrong[0] != '\0')
			fail_msg("thread %d: %s", i, clients[i].wrong);
}

enum { SENDERS = 8, READERS = 8, EACH = 500 };

static struct ros_connection *shared;
static int answered[SENDERS][EACH];
static int failures;

/* Each sentence is three words of which the last is long, and all of one letter. */
static char *letters(int sender, int n)
{
	size_t size = 1 + (size_t)(n * 37 % 5000);
	char *word = calloc(1, size + 1);

	memset(word, 'a' + sender, size);
	return word;
}

static void take_all(struct peer *p, void *arg)
{
	char answer[40], *copy;
	int i, sender, n;

	(void)arg;
	for (i = 0; i < SENDERS * EACH; i++) {
		const char *name, *mark;

		peer_check(p, peer_read(p), "too few sentences");
		name = peer_word(p, "=from=");
		mark = peer_word(p, ".tag=");
		peer_check(p, p->words == (mark ? 4 : 3) && name && sscanf(name, "=from=%d/%d", &sender, &n) == 2,
		           "a sentence in pieces");
		copy = letters(sender, n);
		peer_check(p, strcmp(p->word[p->words - 1], copy) == 0, "words of two sentences mixed");
		free(copy);
		snprintf(answer, sizeof answer, "%s", name);
		peer_say(p, "!done", answer, mark);
	}
	peer_close(p);
}

static void mark(const struct ros_result *r)
{
	int sender, n;

	if (r == NULL || ros_get(r, "=from") == NULL || sscanf(ros_get(r, "=from"), "%d/%d", &sender, &n) != 2)
		__sync_fetch_and_add(&failures, 1);
	else
		__sync_fetch_and_add(&answered[sender][n], 1);
}

static void mark_and_free(struct ros_result *r)
{
	mark(r);
	ros_result_free(r);
}

static int with_callbacks;

static void *send_all(void *arg)
{
	int sender = (int)(intptr_t)arg, n;
	char from[40];

	for (n = 0; n < EACH; n++) {
		char *word = letters(sender, n);

		snprintf(from, sizeof from, "=from=%d/%d", sender, n);
		if ((with_callbacks ? ros_send_command_cb(shared, mark_and_free, "/x", from, word, NULL)
		                    : ros_send_command(shared, "/x", from, word, NULL)) <= 0)
			__sync_fetch_and_add(&failures, 1);
		free(word);
	}
	return NULL;
}

static void *read_all(void *unused)
{
	struct ros_result *r;

	while ((r = ros_read_packet(shared)) != NULL)
		mark_and_free(r);
	return unused;
}

static void *run_all(void *unused)
{
	do
		readable(shared->socket, 10000);
	while (ros_runloop_once(shared, NULL) == 1);
	return unused;
}

static void share(enum ros_type type, int readers, void *(*reader)(void *))
{
	struct peer *p = peer_play(take_all, NULL);
	pthread_t senders[SENDERS], reading[READERS];
	int i, n;

	shared = dial(p, type);
	failures = 0;
	memset(answered, 0, sizeof answered);
	for (i = 0; i < SENDERS; i++)
		assert_int_equal(pthread_create(&senders[i], NULL, send_all, (void *)(intptr_t)i), 0);
	for (i = 0; i < readers; i++)
		assert_int_equal(pthread_create(&reading[i], NULL, reader, NULL), 0);
	for (i = 0; i < SENDERS; i++)
		pthread_join(senders[i], NULL);
	for (i = 0; i < readers; i++)
		pthread_join(reading[i], NULL);
	hang_up(shared);
	peer_finish(p);
	assert_int_equal(failures, 0);
	for (i = 0; i < SENDERS; i++)
		for (n = 0; n < EACH; n++)
			if (answered[i][n] != 1)
				fail_msg("sentence %d of thread %d was answered %d times", n, i, answered[i][n]);
}

static void one_connection_is_shared_by_readers(enum ros_type type)
{
	with_callbacks = 0;
	share(type, READERS, read_all);
}
IN_BOTH_TYPES(one_connection_is_shared_by_readers)

static void one_connection_is_shared_with_a_loop(void **state)
{
	(void)state;
	with_callbacks = 1; /* the loop may see a reply before the sending thread has its id */
	share(ROS_EVENT, 1, run_all);
}

static void one_connection_is_shared_by_loops(void **state)
{
	(void)state;
	with_callbacks = 1;
	share(ROS_EVENT, READERS, run_all);
}

enum { MANY = 6 };

struct waiting {
	pthread_t thread;
	sem_t begun;
	pid_t id;
	int (*call)(void);
	int failed, number;
};

static void *wait_in_call(void *arg)
{
	struct waiting *me = arg;

	me->id = thread_id();
	sem_post(&me->begun);
	errno = 0;
	me->failed = !me->call();
	me->number = errno;
	return NULL;
}

static int waits_in_read(void)
{
	return ros_read_packet(shared) != NULL;
}

static int waits_in_answer(void)
{
	return ros_send_command_wait(shared, "/x", NULL) != NULL;
}

static int waits_in_login(void)
{
	return ros_login(shared, "admin", "");
}

static char long_word[48 << 20];

static int waits_in_send(void)
{
	return ros_send_command(shared, long_word, NULL);
}

static void disconnect_under(enum ros_type type, int threads, int (*call)(void))
{
	static struct waiting waiting[MANY];
	struct peer *p = peer_listen(AF_INET);
	int i;

	peer_buffers(p, 65536);
	shared = dial(p, type);
	for (i = 0; i < threads; i++) {
		waiting[i].call = call;
		sem_init(&waiting[i].begun, 0, 0);
		assert_int_equal(pthread_create(&waiting[i].thread, NULL, wait_in_call, &waiting[i]), 0);
	}
	for (i = 0; i < threads; i++) {
		sem_wait(&waiting[i].begun);
		until_waiting(waiting[i].id);
	}
	assert_int_equal(ros_disconnect(shared), 0);
	for (i = 0; i < threads; i++) {
		pthread_join(waiting[i].thread, NULL);
		sem_destroy(&waiting[i].begun);
	}
	for (i = 0; i < threads; i++) {
		assert_true(waiting[i].failed);
		assert_int_equal(waiting[i].number, ECONNABORTED);
	}
}

static void disconnecting_ends_a_read(enum ros_type type)
{
	disconnect_under(type, 1, waits_in_read);
}
IN_BOTH_TYPES(disconnecting_ends_a_read)

static void disconnecting_ends_many_reads(enum ros_type type)
{
	disconnect_under(type, MANY, waits_in_read);
}
IN_BOTH_TYPES(disconnecting_ends_many_reads)

static void disconnecting_ends_the_wait_for_an_answer(enum ros_type type)
{
	disconnect_under(type, 1, waits_in_answer);
}
IN_BOTH_TYPES(disconnecting_ends_the_wait_for_an_answer)

static void disconnecting_ends_a_login(enum ros_type type)
{
	disconnect_under(type, 1, waits_in_login);
}
IN_BOTH_TYPES(disconnecting_ends_a_login)

static void disconnecting_ends_a_send(enum ros_type type)
{
	memset(long_word, 'x', sizeof long_word - 1);
	disconnect_under(type, 1, waits_in_send);
}
IN_BOTH_TYPES(disconnecting_ends_a_send)

static sem_t in_callback, go_on;

static void stay(struct ros_result *r)
{
	ros_result_free(r);
	sem_post(&in_callback);
	sem_wait(&go_on);
}

static int runs_the_loop(void)
{
	return ros_runloop_once(shared, stay);
}

static void disconnecting_ends_a_loop_in_its_callback(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct waiting loop;

	(void)state;
	shared = dial(p, ROS_EVENT);
	sem_init(&in_callback, 0, 0);
	sem_init(&go_on, 0, 0);
	sem_init(&loop.begun, 0, 0);
	loop.call = runs_the_loop;
	peer_say(p, "!re", "=n=1");
	peer_say(p, "!re", "=n=2");
	arrive(p, shared);
	assert_int_equal(pthread_create(&loop.thread, NULL, wait_in_call, &loop), 0);
	sem_wait(&in_callback);
	assert_int_equal(ros_send_command(shared, "/x", NULL), 1); /* no lock is held meanwhile */
	assert_int_equal(ros_disconnect(shared), 0);
	sem_post(&go_on);
	sem_post(&go_on);
	pthread_join(loop.thread, NULL);
	assert_true(loop.failed);
	assert_int_equal(loop.number, ECONNABORTED);
	assert_int_not_equal(sem_trywait(&in_callback), 0); /* not called again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(threads_have_connections_of_their_own),
		TEST_BOTH(one_connection_is_shared_by_readers),
		TEST(one_connection_is_shared_with_a_loop),
		TEST(one_connection_is_shared_by_loops),
		TEST_BOTH(disconnecting_ends_a_read),
		TEST_BOTH(disconnecting_ends_many_reads),
		TEST_BOTH(disconnecting_ends_the_wait_for_an_answer),
		TEST_BOTH(disconnecting_ends_a_login),
		TEST_BOTH(disconnecting_ends_a_send),
		TEST(disconnecting_ends_a_loop_in_its_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
