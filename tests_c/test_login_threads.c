/* A login on a connection that other threads use as well. */
#include "support/support.h"

enum { ROUNDS = 20 };

struct login {
	struct ros_connection *conn;
	pthread_t thread;
	sem_t begun;
	pid_t id;
	int result; /* of ros_login; -1 while it runs */
};

static void *log_in(void *arg)
{
	struct login *login = arg;

	login->id = thread_id();
	sem_post(&login->begun);
	__atomic_store_n(&login->result, ros_login(login->conn, "admin", "secret"), __ATOMIC_RELEASE);
	return NULL;
}

/* begin returns when the thread has sent its name and waits for the answer. */
static void begin(struct login *login, struct peer *p, struct ros_connection *conn)
{
	login->conn = conn;
	login->result = -1;
	sem_init(&login->begun, 0, 0);
	assert_int_equal(pthread_create(&login->thread, NULL, log_in, login), 0);
	peer_expect(p, "/login", "=name=admin", "=password=secret");
	sem_wait(&login->begun);
	until_waiting(login->id);
}

static void a_login_ends_though_another_thread_reads_its_answer(void **state)
{
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct peer *p = peer_listen(AF_INET);
		struct ros_connection *conn = dial(p, ROS_EVENT);
		struct login login;

		begin(&login, p, conn);
		/* Past the first, short wait, it is in one that could be for ever. */
		readable(conn->socket, 20);
		peer_say(p, "!done");
		while (__atomic_load_n(&login.result, __ATOMIC_ACQUIRE) < 0)
			assert_int_equal(ros_runloop_once(conn, NULL), 1);
		pthread_join(login.thread, NULL);
		assert_int_equal(login.result, 1);
		hang_up(conn);
		peer_finish(p);
	}
}

static void a_second_login_does_not_disturb_the_first(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_SIMPLE);
	struct login login;

	(void)state;
	begin(&login, p, conn);
	assert_errno(ros_login(conn, "admin", "other"), 0, EBUSY);
	peer_say(p, "!done");
	pthread_join(login.thread, NULL);
	assert_int_equal(login.result, 1);
	hang_up(conn);
	peer_expect_end(p);
	peer_finish(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_ends_though_another_thread_reads_its_answer),
		TEST(a_second_login_does_not_disturb_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
