// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * flow udp|tcp NETNS ADDRESS COUNT: what one packet costs, in ns (median). A socket here sends to one in the network namespace
 * NETNS, at ADDRESS, and one and the same process receives: no scheduling, nothing waits. TCP: one segment
 * and its acknowledgement.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE 1400
#define WARM_UP 100
#define COUNT_MAX 100000

static void __attribute__((noreturn)) die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void enter(const char *netns)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

/* The receiving socket, in the other namespace. Leaves this process in its own. */
static int listen_in(const char *netns, const struct sockaddr_in *to, int type)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd, one = 1;

	enter(netns);
	fd = socket(AF_INET, type, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (const struct sockaddr *)to, sizeof(*to)) ||
	    (type == SOCK_STREAM && listen(fd, 1)))
		die("listen");
	if (setns(home, CLONE_NEWNET))
		die("setns");
	close(home);
	return fd;
}

/* One packet there. Returns how long it took, in ns. */
static uint64_t transfer(int from, int to)
{
	uint64_t start = mono_ns();
	char buffer[SIZE] = {};
	ssize_t left, n;

	if (send(from, buffer, SIZE, 0) != SIZE)
		die("send");
	for (left = SIZE; left > 0; left -= n) {
		n = recv(to, buffer, left, 0);
		if (n <= 0)
			die("recv");
	}
	return mono_ns() - start;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9999) };
	static uint64_t ns[COUNT_MAX];
	unsigned int count, i;
	int from, to, type, one = 1;

	if (argc != 5)
		return 2;
	type = strcmp(argv[1], "tcp") ? SOCK_DGRAM : SOCK_STREAM;
	inet_pton(AF_INET, argv[3], &address.sin_addr);
	count = atoi(argv[4]);
	if (!count || count > COUNT_MAX)
		return 2;
	to = listen_in(argv[2], &address, type);
	from = socket(AF_INET, type, 0);
	if (from < 0 || connect(from, (struct sockaddr *)&address, sizeof(address)))
		die("connect");
	if (type == SOCK_STREAM) {
		setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		to = accept(to, NULL, NULL);
	}
	for (i = 0; i < WARM_UP; i++)
		transfer(from, to);
	for (i = 0; i < count; i++)
		ns[i] = transfer(from, to);
	qsort(ns, count, sizeof(*ns), compare);
	printf("%llu\n", (unsigned long long)ns[count / 2]);
	return 0;
}
