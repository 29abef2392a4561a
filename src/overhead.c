// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "overhead.h"

#define ROUNDS 8
#define PACKETS 64 /* a round */
#define PACKET_MAX 576

/* A reply to probe 0 as programs look for it, as long as those that come. Returns its size. */
static size_t make_reply(uint8_t packet[PACKET_MAX], const struct tracer_options *o)
{
	struct ip6_hdr ip6 = { .ip6_nxt = IPPROTO_ICMPV6 };
	struct iphdr ip4 = { .version = 4, .ihl = 5, .protocol = IPPROTO_ICMP };
	struct icmphdr icmp = { .type = ICMP_ECHOREPLY, .un.echo.id = htons(o->first_id) };
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

/* Time of one round in ns; UINT64_MAX where a packet did not come through. */
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

/* The fastest of some rounds: what disturbs only adds. */
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

uint64_t overhead_measure(struct bpf_program *program, struct pt_record *records,
			  const struct tracer_options *o)
{
	struct pt_record *rec = &records[0];
	uint64_t without, with = UINT64_MAX;
	struct bpf_link *link;
	uint8_t packet[PACKET_MAX] = {};
	size_t size;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds))
		return 0;
	size = make_reply(packet, o);
	rec->open = pt_open(0);
	without = fastest_ns(fds, packet, size);
	link = bpf_program__attach(program);
	if (link)
		with = fastest_ns(fds, packet, size);
	bpf_link__destroy(link);
	if (!rec->stamps[PT_HOOK_NETIF_RECEIVE].ns)
		with = UINT64_MAX; /* it did not stamp: whatever was measured, it was not that */
	memset(rec, 0, sizeof(*rec));
	close(fds[0]);
	close(fds[1]);
	return with < UINT64_MAX && with > without ? (with - without) / PACKETS : 0;
}
