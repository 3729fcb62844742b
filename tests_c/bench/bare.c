#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

int bare_connect(int port)
{
	struct sockaddr_in address;
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_port = htons((unsigned short)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(fd >= 0);
	CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
	CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
	return fd;
}

void bare_send(int fd, const char *const *words, size_t count)
{
	unsigned char bytes[1024];
	size_t size = encode_sentence(bytes, words, count);

	CHECK(write(fd, bytes, size) == (ssize_t)size);
}

void bare_receive(int fd, size_t bytes)
{
	static unsigned char buffer[64 << 10];

	while (bytes > 0) {
		ssize_t n = recv(fd, buffer, sizeof buffer, 0);

		CHECK(n > 0 && (size_t)n <= bytes);
		bytes -= (size_t)n;
	}
}
