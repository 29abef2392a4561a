// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "base/privileges.h"
#include "trace/overhead.h"

/*
 * The processor's frequency and load change within milliseconds. So rounds with and without the program alternate, and
 * neighbouring rounds are compared; attaching and detaching take 0.1 ms each.
 */
#define TURNS 9
#define ROUNDS 3 /* of each kind in a turn */
#define PACKETS 32 /* a round */
#define PACKET_MAX 576

/* Make a packet like a reply to probe 0, as long as real ones. Returns its size. */
static size_t make_reply(uint8_t packet[PACKET_MAX], const struct tracer_options *o)
{
	struct ip6_hdr ip6 = { .ip6_nxt = IPPROTO_ICMPV6 };
	struct iphdr ip4 = { .version = 4, .ihl = 5, .protocol = IPPROTO_ICMP };
	struct icmphdr icmp = { .type = ICMP_ECHOREPLY, .un.echo.id = htons(o->id) };
	struct pt_tag tag = { .nonce = o->nonce };
	size_t size;

	if (o->family == PT_FAMILY_V6) {
		ip6.ip6_vfc = 6 << 4;
		icmp.type = ICMP6_ECHO_REPLY;
		memcpy(packet, &ip6, sizeof(ip6));
		size = sizeof(ip6);
	} else {
		memcpy(packet, &ip4, sizeof(ip4));
		size = sizeof(ip4);
	}
	memcpy(packet + size, &icmp, sizeof(icmp));
	memcpy(packet + size + sizeof(icmp), &tag, sizeof(tag));
	if (size + o->packet_size <= PACKET_MAX)
		return size + o->packet_size;
	return size + sizeof(icmp) + sizeof(tag);
}

/* Time of one round in ns; UINT64_MAX if a packet was lost. */
static uint64_t round_ns(const int fds[2], const uint8_t *packet, size_t size)
{
	uint64_t start = mono_ns();
	uint8_t back[PACKET_MAX];
	int i;

	for (i = 0; i < PACKETS; i++)
		if (send(fds[0], packet, size, MSG_DONTWAIT) != (ssize_t)size ||
		    recv(fds[1], back, sizeof(back), MSG_DONTWAIT) != (ssize_t)size)
			return UINT64_MAX;
	return mono_ns() - start;
}

/* The fastest of some rounds, for disturbances only add. */
static uint64_t fastest_ns(const int fds[2], const uint8_t *packet, size_t size)
{
	uint64_t fastest = UINT64_MAX, ns;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ns = round_ns(fds, packet, size);
		if (ns < fastest)
			fastest = ns;
	}
	return fastest;
}

/* What @program adds to a round over @fds, in ns; INT64_MIN: not measured. */
static int64_t added_ns(const int fds[2], const uint8_t *packet, size_t size, struct bpf_program *program)
{
	uint64_t without = fastest_ns(fds, packet, size), with = UINT64_MAX;
	struct raised raised = privileges_raise(PRIVILEGE_TRACE);
	struct bpf_link *link = bpf_program__attach(program);

	privileges_lower(raised);
	if (link)
		with = fastest_ns(fds, packet, size);
	bpf_link__destroy(link);
	return without < UINT64_MAX && with < UINT64_MAX ? (int64_t)(with - without) : INT64_MIN;
}

/*
 * Each turn has new sockets: their position in memory changes a packet's time by about as much as a stamp takes, not always
 * equally with and without the program.
 */
static int64_t turn_ns(const uint8_t *packet, size_t size, struct bpf_program *program)
{
	int fds[2];
	int64_t ns;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds))
		return INT64_MIN;
	ns = added_ns(fds, packet, size, program);
	close(fds[0]);
	close(fds[1]);
	return ns;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median; 0 if the middle half of all turns differs too much. */
static uint64_t judge(int64_t added[TURNS])
{
	int64_t median, spread;

	qsort(added, TURNS, sizeof(*added), compare);
	median = added[TURNS / 2];
	if (added[0] == INT64_MIN || median <= 0)
		return 0;
	spread = added[TURNS - 1 - TURNS / 4] - added[TURNS / 4];
	return spread <= median / 2 ? median : 0;
}

uint64_t overhead_measure(struct bpf_program *program, struct pt_record *records,
			  const struct tracer_options *o)
{
	struct pt_record *rec = &records[0];
	uint8_t packet[PACKET_MAX] = {};
	size_t size = make_reply(packet, o);
	int64_t added[TURNS];
	uint64_t ns = 0;
	int i;

	rec->open = pt_open(0);
	for (i = 0; i < TURNS; i++)
		added[i] = turn_ns(packet, size, program);
	if (rec->stamps[PT_HOOK_NETIF_RECEIVE].ns) /* otherwise whatever was measured, it was no stamp */
		ns = judge(added) / PACKETS;
	memset(rec, 0, sizeof(*rec));
	return ns;
}
