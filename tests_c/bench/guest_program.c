/*
 * The program that is measured with the library and, compiled with WITHOUT_LIBRARY, without it:
 *   guest_program [unused | once PORT] [show]
 * once talks to a router once; show prints the threads and the KiB resident at the end.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef WITHOUT_LIBRARY

static int talk(int port)
{
	static const char login[] = "\6/login\13=name=admin\12=password=", print[] = "\26/system/resource/print";
	struct sockaddr_in address;
	char reply[1024];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_port = htons((unsigned short)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	       write(fd, login, sizeof login) == sizeof login && read(fd, reply, sizeof reply) > 0 &&
	       write(fd, print, sizeof print) == sizeof print && read(fd, reply, sizeof reply) > 0;
}

#else

#include "librouteros.h"

static int talk(int port)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", port);
	struct ros_result *result;
	int done = 0;

	if (!conn || !ros_login(conn, "admin", ""))
		return 0;
	result = ros_send_command_wait(conn, "/system/resource/print", NULL);
	while (result && !done) {
		done = result->done;
		ros_result_free(result);
		if (!done)
			result = ros_read_packet(conn);
	}
	return done;
}

#endif

static void show(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long threads = 0, resident = 0;

	while (f && fgets(line, sizeof line, f)) {
		sscanf(line, "Threads: %ld", &threads);
		sscanf(line, "VmRSS: %ld", &resident);
	}
	printf("%ld %ld\n", threads, resident);
}

int main(int argc, char **argv)
{
	int once = argc > 2 && strcmp(argv[1], "once") == 0;

	if (once && !talk(atoi(argv[2])))
		return 1;
	if (strcmp(argv[argc - 1], "show") == 0)
		show();
	return 0;
}
