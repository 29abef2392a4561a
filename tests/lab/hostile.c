// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile MODE: answers echo requests of its network namespace as nobody should. The kernel's own answers are to
 * be off (icmp_echo_ignore_all). With a mode that begins with "then-", the right answer follows 5 ms later.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 8
#define FLOOD 500
#define ROOM 65535

struct echo { /* RFC 792, RFC 4443 */
	uint8_t type, code;
	uint16_t checksum, id, seq;
	uint8_t payload[ROOM - HEADER];
};

/* One answer: ICMP with its size, and options of the IP header. */
struct answer {
	struct echo echo;
	size_t size;
	uint8_t options[40];
	size_t options_size;
	bool bad_checksum;
	bool foreign; /* from another address than the request was sent to */
};

struct request {
	const struct echo *echo;
	size_t size;
	unsigned int count; /* requests so far */
};

static void truncated(struct answer *a, const struct request *r)
{
	a->size = r->count % 2 ? HEADER + r->count : r->count % HEADER;
}

static void oversized(struct answer *a, const struct request *r)
{
	a->size = r->count % 2 ? 2 * r->size : 60000;
	memset(a->echo.payload + r->size - HEADER, 0xee, a->size - r->size);
}

/* Every length, with pointers and contents at random. */
static void options(struct answer *a, const struct request *r)
{
	static const uint8_t types[] = { IPOPT_RR, IPOPT_TIMESTAMP, IPOPT_LSRR, 0x5e };
	size_t i;

	a->options_size = r->count % 11 * 4;
	for (i = 0; i < a->options_size; i++)
		a->options[i] = rand();
	a->options[0] = types[r->count / 11 % 4];
	a->options[1] = r->count % 3 ? a->options_size : r->count;
	a->options[2] = r->count % 5 ? 4 : r->count;
}

static void checksum(struct answer *a, const struct request *r)
{
	(void)r;
	a->bad_checksum = true;
}

/* What somebody can send who has not seen the request. */
static void foreign(struct answer *a, const struct request *r)
{
	(void)r;
	a->bad_checksum = true;
	a->foreign = true;
}

static void blind(struct answer *a, const struct request *r)
{
	a->bad_checksum = true;
	memset(a->echo.payload, 0xaa, r->size - HEADER);
}

/* Corrupted on the way, and just the tag. */
static void bad_tag(struct answer *a, const struct request *r)
{
	a->bad_checksum = true;
	a->echo.payload[r->count % 8] ^= 0x55;
}

static void id(struct answer *a, const struct request *r)
{
	a->echo.id = htons(ntohs(a->echo.id) + r->count);
}

static void seq(struct answer *a, const struct request *r)
{
	a->echo.seq = htons(ntohs(a->echo.seq) + 1 + (r->count % 2 ? 0 : 30000));
}

static void tag(struct answer *a, const struct request *r)
{
	a->echo.payload[r->count % 8] ^= 0x55;
}

/* What would be the time to ping, which believes it: all but our own tag in it. */
static void stamp(struct answer *a, const struct request *r)
{
	memset(a->echo.payload + 8, r->count % 2 ? 0xff : 0, 8);
}

/* The request itself, which the receiver answers. */
static void request(struct answer *a, const struct request *r)
{
	a->echo.type = r->echo->type;
}

static void payload(struct answer *a, const struct request *r)
{
	a->echo.payload[20 + r->count % 20] ^= 0xff;
}

static void type(struct answer *a, const struct request *r)
{
	a->echo.type = rand();
	a->echo.code = r->count;
}

static void noise(struct answer *a, const struct request *r)
{
	size_t i;

	a->size = rand() % 200;
	for (i = 0; i < a->size; i++)
		((uint8_t *)&a->echo)[i] = rand();
	a->echo.type = r->echo->type == 128 ? 129 : 0;
	a->echo.code = 0;
}

static void right(struct answer *a, const struct request *r)
{
	(void)a;
	(void)r;
}

static const struct {
	const char *name;
	void (*spoil)(struct answer *a, const struct request *r);
	unsigned int copies;
} modes[] = {
	{ "truncated", truncated, 1 },
	{ "oversized", oversized, 1 },
	{ "options", options, 1 },
	{ "checksum", checksum, 1 },
	{ "foreign", foreign, 20 },
	{ "blind", blind, 20 },
	{ "bad-tag", bad_tag, 1 },
	{ "id", id, 1 },
	{ "seq", seq, 1 },
	{ "tag", tag, 1 },
	{ "stamp", stamp, 1 },
	{ "payload", payload, 1 },
	{ "type", type, 50 },
	{ "noise", noise, 50 },
	{ "request", request, 1 },
	{ "flood", right, FLOOD },
	{ "silent", right, 0 },
};

static uint16_t sum(const void *data, size_t size)
{
	const uint8_t *d = data;
	uint32_t s = 0;
	size_t i;

	for (i = 0; i < size; i++)
		s += i % 2 ? d[i] : d[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return htons(~s);
}

static void send_v4(int fd, struct answer *a, struct in_addr from, struct sockaddr_in *to)
{
	static uint8_t packet[ROOM + 100];
	struct iphdr ip = {
		.version = 4, .ihl = 5 + a->options_size / 4, .ttl = 64, .protocol = IPPROTO_ICMP
	};
	size_t header = sizeof(ip) + a->options_size;

	ip.saddr = a->foreign ? htonl(ntohl(from.s_addr) + 1) : from.s_addr;
	ip.daddr = to->sin_addr.s_addr;
	a->echo.checksum = 0;
	a->echo.checksum = sum(&a->echo, a->size);
	if (a->bad_checksum)
		a->echo.checksum ^= 0x1234;
	memcpy(packet, &ip, sizeof(ip));
	memcpy(packet + sizeof(ip), a->options, a->options_size);
	memcpy(packet + header, &a->echo, a->size);
	sendto(fd, packet, header + a->size, 0, (struct sockaddr *)to, sizeof(*to));
}

static int mode_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(name, modes[i].name))
			return i;
	fprintf(stderr, "hostile: no mode '%s'\n", name);
	exit(2);
}

static void answer(int mode, bool then, int raw, const struct request *r, struct in_addr from,
		   struct sockaddr *to, int v6)
{
	static struct answer a;
	unsigned int i, last = modes[mode].copies + then;

	for (i = 0; i < last; i++) {
		memset(&a, 0, offsetof(struct answer, echo.payload));
		a.options_size = 0;
		a.bad_checksum = false;
		a.foreign = false;
		a.size = r->size;
		memcpy(&a.echo, r->echo, r->size);
		a.echo.type = v6 >= 0 ? 129 : 0;
		if (i < modes[mode].copies)
			modes[mode].spoil(&a, r);
		else
			usleep(5000);
		if (v6 >= 0)
			sendto(v6, &a.echo, a.size, 0, to, sizeof(struct sockaddr_in6));
		else
			send_v4(raw, &a, from, (struct sockaddr_in *)to);
	}
}

int main(int argc, char **argv)
{
	static uint8_t buffer[ROOM + 100];
	bool then = argc == 2 && !strncmp(argv[1], "then-", 5);
	int mode = mode_of(argc == 2 ? argv[1] + (then ? 5 : 0) : "");
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	struct request r = { 0 };
	struct sockaddr_in6 to;
	struct in_addr from;
	socklen_t len;
	ssize_t n;
	int i;

	fds[0].fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	fds[1].fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	while (poll(fds, 2, -1) > 0) {
		for (i = 0; i < 2; i++) {
			size_t header = i ? 0 : sizeof(struct iphdr);

			len = sizeof(to);
			n = recvfrom(fds[i].fd, buffer, sizeof(buffer), MSG_DONTWAIT, (struct sockaddr *)&to,
				     &len);
			if (n < (ssize_t)header + HEADER || buffer[header] != (i ? 128 : 8))
				continue;
			r.echo = (const struct echo *)(buffer + header);
			r.size = n - header;
			r.count++;
			memcpy(&from, buffer + offsetof(struct iphdr, daddr), sizeof(from));
			answer(mode, then, raw, &r, from, (struct sockaddr *)&to, i ? fds[1].fd : -1);
		}
	}
	return 0;
}
