// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A counted process has a marker: a raw socket bound to a multicast address that nothing else uses. The kernel lists it with
 * its owner in /proc/net/raw, and removes it when the process ends. No other user can create one in this user's name to keep
 * him from tracing, nor can the user avoid it. Lock files and names of abstract sockets or message queues can be taken by anybody, and
 * listing BPF programs requires CAP_SYS_ADMIN.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/privileges.h"
#include "trace/instances.h"

#define PROTOCOL 254 /* for experiments (RFC 3692): no packet has it */
#define GROUP 0xef5054fe /* 239.80.84.254, of local scope (RFC 2365); not joined */
#define ATTEMPTS 8

static int open_marker(int *fd)
{
	struct sockaddr_in group = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(GROUP) };
	struct raised raised = privileges_raise(PRIVILEGE_RAW_SOCKET);
	int err;

	*fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, PROTOCOL);
	privileges_lower(raised);
	if (*fd < 0)
		return -errno;
	if (!bind(*fd, (struct sockaddr *)&group, sizeof(group)))
		return 0;
	err = -errno;
	close(*fd);
	*fd = -1;
	return err;
}

/* How many markers of this user there are, including ours; or a negative errno. */
static int count_markers(void)
{
	unsigned int address, protocol, uid;
	FILE *file = fopen("/proc/net/raw", "re");
	char line[256];
	int n = 0;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " %*u: %8x:%4x %*8x:%*4x %*x %*8x:%*8x %*x:%*x %*x %u", &address, &protocol,
			   &uid) == 3 &&
		    address == htonl(GROUP) && protocol == PROTOCOL && uid == getuid())
			n++;
	fclose(file);
	return n ? n : -ENOENT;
}

/* Processes that start at the same time may each count too many: they try again, each after a random time. */
static void pause_before(int attempt)
{
	struct timespec pause = {};
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = getpid();
	pause.tv_nsec = random % (NSEC_PER_MSEC << attempt);
	nanosleep(&pause, NULL);
}

int instances_join(int *fd, struct error *error)
{
	int n = 0, i, err;

	*fd = -1;
	if (privileges_are_roots())
		return 0;
	for (i = 0; i < ATTEMPTS; i++) {
		if (i)
			pause_before(i);
		/* First be counted, then count: of those that go on none can have missed another. */
		err = open_marker(fd);
		if (err)
			return error_set(
				error, ENOTSUP,
				"cannot count this user's pingtrace processes: no raw socket: %s: run as root, or with CAP_NET_RAW",
				strerror(-err));
		n = count_markers();
		if (n >= 0 && n <= INSTANCES_MAX)
			return 0;
		close(*fd);
		*fd = -1;
		if (n < 0)
			return error_set(
				error, ENOTSUP,
				"cannot count this user's pingtrace processes: /proc/net/raw: %s: run as root",
				strerror(-n));
	}
	return error_set(
		error, ENOTSUP,
		"user %u already has %d pingtrace processes that trace: end one of them, or use --trace=timestamping",
		(unsigned int)getuid(), INSTANCES_MAX);
}
