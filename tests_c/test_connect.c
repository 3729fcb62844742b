/* ros_connect and ros_disconnect. */
#include "support/support.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* Names the tests need and no machine has. The library's look-ups come here, as it takes getaddrinfo
 * from the program first. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	void *found = dlsym(RTLD_NEXT, "getaddrinfo");
	lookup *real;
	int rc;

	memcpy(&real, &found, sizeof real);
	if (name != NULL && strcmp(name, "nobody.test") == 0)
		return EAI_NONAME;
	if (name != NULL && strcmp(name, "later.test") == 0)
		return EAI_AGAIN;
	if (name == NULL || strcmp(name, "two.test") != 0)
		return real(name, service, hints, out);
	/* Two addresses, nobody listens on the first. */
	rc = real("127.0.0.2", service, hints, out);
	return rc != 0 ? rc : real("127.0.0.1", service, hints, &(*out)->ai_next);
}

static int closed_port(void)
{
	struct peer *p = peer_listen(AF_INET);
	int port = p->port;

	peer_finish(p);
	return port;
}

static void connects_to(const char *address, int family)
{
	struct peer *p = peer_listen(family);
	struct ros_connection *conn;

	if (p == NULL)
		skip(); /* no IPv6 here */
	conn = ros_connect(address, p->port);
	if (conn == NULL)
		fail_msg("%s: %s", address, strerror(errno));
	peer_accept(p);
	peer_say(p, "!done");
	assert_reads(conn, "!done");
	hang_up(conn);
}

static void connects_to_an_ipv4_literal(void **state)
{
	(void)state;
	connects_to("127.0.0.1", AF_INET);
}

static void connects_to_an_ipv6_literal(void **state)
{
	(void)state;
	connects_to("::1", AF_INET6);
}

static void connects_to_a_host_name(void **state)
{
	(void)state;
	connects_to("localhost", AF_INET);
}

static void tries_all_addresses_of_a_name(void **state)
{
	(void)state;
	connects_to("two.test", AF_INET);
}

static void an_unknown_name_is_an_unreachable_host(void **state)
{
	(void)state;
	assert_errno(ros_connect("nobody.test", ROS_PORT), NULL, EHOSTUNREACH);
}

static void silent_name_servers_are_worth_another_try(void **state)
{
	(void)state;
	assert_errno(ros_connect("later.test", ROS_PORT), NULL, EAGAIN);
}

static void a_refused_connection_is_told(void **state)
{
	int port = closed_port();

	(void)state;
	assert_errno(ros_connect("127.0.0.1", port), NULL, ECONNREFUSED);
	assert_errno(ros_connect("two.test", port), NULL, ECONNREFUSED);
}

static void an_unreachable_network_is_told(void **state)
{
	(void)state;
	assert_errno(ros_connect("255.255.255.255", ROS_PORT), NULL, ENETUNREACH);
}

static void *refused(void *arg)
{
	int *port = arg;

	errno = 0;
	*port = ros_connect("127.0.0.1", *port) == NULL ? errno : -1;
	return NULL;
}

static void errno_is_set_in_the_calling_thread(void **state)
{
	int result = closed_port();
	pthread_t thread;

	(void)state;
	errno = 0;
	assert_int_equal(pthread_create(&thread, NULL, refused, &result), 0);
	pthread_join(thread, NULL);
	assert_int_equal(result, ECONNREFUSED);
	assert_int_equal(errno, 0);
}

static void no_address_is_invalid(void **state)
{
	(void)state;
	assert_errno(ros_connect(NULL, ROS_PORT), NULL, EINVAL);
	assert_errno(ros_connect("", ROS_PORT), NULL, EINVAL);
}

static void a_port_out_of_range_is_invalid(void **state)
{
	static const int ports[] = {0, -1, 65536, 65536 + 8728, -65536 + 8728, 0x7FFFFFFF, -0x7FFFFFFF - 1};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof ports / sizeof *ports; i++)
		assert_errno(ros_connect("127.0.0.1", ports[i]), NULL, EINVAL);
}

static void no_descriptor_left_is_told(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_SIMPLE); /* all that the first use opens is open */
	struct rlimit before, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	errno = 0;
	assert_null(ros_connect("127.0.0.1", p->port));
	none.rlim_cur = (rlim_t)errno;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(none.rlim_cur, EMFILE);
	hang_up(conn);
}

/* Takes the first of two connections, which makes place for the other, only after that was interrupted. */
static void *make_place(void *arg)
{
	void **both = arg;
	struct peer *p = both[0];

	interrupt(*(struct target *)both[1], 5);
	close(accept(p->listener, NULL, NULL));
	return NULL;
}

static void a_signal_does_not_end_the_connecting(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *first, *conn;
	struct target me = this_thread();
	void *both[2];
	pthread_t helper;

	(void)state;
	catch_signals();
	both[0] = p;
	both[1] = &me;
	assert_int_equal(listen(p->listener, 0), 0); /* place for one; the system keeps trying with the next */
	first = dial_port(p->port, ROS_SIMPLE);
	assert_int_equal(pthread_create(&helper, NULL, make_place, both), 0);
	conn = ros_connect("127.0.0.1", p->port);
	pthread_join(helper, NULL);
	if (conn == NULL)
		fail_msg("ros_connect: %s", strerror(errno));
	hang_up(conn);
	hang_up(first);
}

static sem_t connecting;
static pid_t connecting_id;

static void *connect_for_ever(void *arg)
{
	connecting_id = thread_id();
	sem_post(&connecting);
	return ros_connect("127.0.0.1", *(int *)arg);
}

/* That nothing is left of it, the guard sees. */
static void a_thread_can_be_cancelled_while_it_connects(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *first;
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(listen(p->listener, 0), 0);
	first = dial_port(p->port, ROS_SIMPLE);
	sem_init(&connecting, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, connect_for_ever, &p->port), 0);
	sem_wait(&connecting);
	until_waiting(connecting_id);
	pthread_cancel(thread);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, PTHREAD_CANCELED);
	hang_up(first);
}

static int option(int fd, int level, int name)
{
	int value = 0;
	socklen_t size = sizeof value;

	assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

static void the_socket_is_set_up(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_SIMPLE);

	(void)state;
	assert_true(fcntl(conn->socket, F_GETFD) & FD_CLOEXEC);
	assert_true(option(conn->socket, IPPROTO_TCP, TCP_NODELAY));
	assert_true(option(conn->socket, SOL_SOCKET, SO_KEEPALIVE));
	assert_false(is_nonblocking(conn->socket));
	hang_up(conn);
}

static void disconnecting_closes(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);
	int fd = conn->socket;

	assert_int_equal(ros_disconnect(conn), 0);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	peer_expect_end(p);
}
IN_BOTH_TYPES(disconnecting_closes)

static void disconnecting_drops_what_is_not_read(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_say(p, "!re", "=n=1");
	peer_say(p, "!re", "=n=2");
	peer_bytes(p, "\3!r", 3);
	arrive(p, conn);
	assert_reads(conn, "!re", "=n=1");
	hang_up(conn);
}
IN_BOTH_TYPES(disconnecting_drops_what_is_not_read)

static void disconnecting_with_callbacks_waiting_calls_none(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_EVENT);
	int id = ros_send_command_cb(conn, to_a, "/one", NULL);

	(void)state;
	peer_say(p, "!done", tag(id));
	arrive(p, conn);
	hang_up(conn);
	assert_string_equal(seen(), "");
}

static void disconnecting_after_a_reset_is_fine(enum ros_type type)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, type);

	peer_reset(p);
	assert_true(readable(conn->socket, 10000));
	hang_up(conn);
}
IN_BOTH_TYPES(disconnecting_after_a_reset_is_fine)

static void disconnecting_says_what_close_said(void **state)
{
	struct peer *p = peer_listen(AF_INET);
	struct ros_connection *conn = dial(p, ROS_SIMPLE);

	(void)state;
	close(conn->socket);
	assert_errno(ros_disconnect(conn), -1, EBADF);
}

static void disconnecting_nothing_is_invalid(void **state)
{
	(void)state;
	assert_errno(ros_disconnect(NULL), -1, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(connects_to_an_ipv4_literal),
		TEST(connects_to_an_ipv6_literal),
		TEST(connects_to_a_host_name),
		TEST(tries_all_addresses_of_a_name),
		TEST(an_unknown_name_is_an_unreachable_host),
		TEST(silent_name_servers_are_worth_another_try),
		TEST(a_refused_connection_is_told),
		TEST(an_unreachable_network_is_told),
		TEST(errno_is_set_in_the_calling_thread),
		TEST(no_address_is_invalid),
		TEST(a_port_out_of_range_is_invalid),
		TEST(no_descriptor_left_is_told),
		TEST(a_signal_does_not_end_the_connecting),
		TEST(a_thread_can_be_cancelled_while_it_connects),
		TEST(the_socket_is_set_up),
		TEST_BOTH(disconnecting_closes),
		TEST_BOTH(disconnecting_drops_what_is_not_read),
		TEST(disconnecting_with_callbacks_waiting_calls_none),
		TEST_BOTH(disconnecting_after_a_reset_is_fine),
		TEST(disconnecting_says_what_close_said),
		TEST(disconnecting_nothing_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
