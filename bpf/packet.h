/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packet is ours: from an skb to the record of the probe that it carries, by what the packet itself
 * says, never by where or when it came by.
 */
#ifndef PINGTRACE_BPF_PACKET_H
#define PINGTRACE_BPF_PACKET_H

#include "access.h"
#include "maps.h"

#define IPPROTO_ICMP 1
#define IPPROTO_ICMPV6 58
#define IP_OFFSET 0x1fff /* fragment offset part of iphdr.frag_off */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define htons(x) __builtin_bswap16(x)
#else
#define htons(x) (x)
#endif
#define ntohs(x) htons(x)

struct icmp_echo { /* RFC 792, RFC 4443 */
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id;
	__be16 seq;
};

struct ipv4_header { /* RFC 791 */
	__u8 version_ihl;
	__u8 tos;
	__be16 tot_len;
	__be16 id;
	__be16 frag_off;
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 saddr;
	__be32 daddr;
};

struct ipv6_header { /* RFC 8200 */
	__u8 version_flow[4];
	__be16 payload_len;
	__u8 nexthdr;
	__u8 hop_limit;
	__u8 saddr[16];
	__u8 daddr[16];
};

/* The head of a packet as one read brings it in, where the IP header has no options. */
struct packet_v4 {
	struct ipv4_header ip;
	struct icmp_echo icmp;
	struct pt_tag tag;
};

struct packet_v6 {
	struct ipv6_header ip;
	struct icmp_echo icmp;
	struct pt_tag tag;
};

struct echo {
	struct icmp_echo icmp;
	struct pt_tag tag;
};

/*
 * Read-only memory that a program may load from directly: a quarter of what bpf_probe_read_kernel takes
 * (a35b9af4ec2c "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx" and its neighbour, 6.2).
 * Weak: the loader says whether the kernel has it.
 */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/* As read_echo() below, for IPv4 without options; the packet's words are loaded only as far as they are of interest. */
static __always_inline __u32 load_echo_v4(const unsigned char *l3, struct echo *echo, __u8 type)
{
	struct in6_addr *ip = bpf_rdonly_cast(l3, bpf_core_type_id_kernel(struct in6_addr));
	struct in6_addr *icmp;
	__u32 word;

	word = ip->in6_u.u6_addr32[2]; /* ttl, protocol, checksum */
	if ((word >> 8 & 0xff) != IPPROTO_ICMP)
		return 0;
	icmp = bpf_rdonly_cast(l3 + sizeof(struct ipv4_header), bpf_core_type_id_kernel(struct in6_addr));
	word = icmp->in6_u.u6_addr32[0]; /* type, code, checksum */
	if ((word & 0xff) != type)
		return 0;
	if (ip->in6_u.u6_addr32[1] >> 16 & htons(IP_OFFSET))
		return 0;
	echo->icmp.type = type;
	word = icmp->in6_u.u6_addr32[1]; /* identifier, sequence number */
	echo->icmp.id = word;
	echo->icmp.seq = word >> 16;
	echo->tag.nonce = icmp->in6_u.u6_addr32[2];
	echo->tag.number = icmp->in6_u.u6_addr32[3];
	return sizeof(struct ipv4_header);
}

static __always_inline bool can_load_echo_v4(const unsigned char *l3)
{
	struct in6_addr *ip;

	if (!config.has_cast || config.family != PT_FAMILY_V4 || htons(1) == 1) /* words: little endian */
		return false;
	ip = bpf_rdonly_cast(l3, bpf_core_type_id_kernel(struct in6_addr));
	return (ip->in6_u.u6_addr32[0] & 0xff) == 0x45;
}

/*
 * Read the echo header and tag behind the IP header at @l3. Returns the offset of the ICMP header, or 0:
 * not ICMP, not a first fragment, not there.
 */
static __always_inline __u32 read_echo(const unsigned char *l3, struct echo *echo)
{
	__u32 offset;

	if (config.family == PT_FAMILY_V6) {
		struct packet_v6 p;

		if (bpf_probe_read_kernel(&p, sizeof(p), l3) || p.ip.nexthdr != IPPROTO_ICMPV6 ||
		    p.ip.version_flow[0] >> 4 != 6)
			return 0;
		echo->icmp = p.icmp;
		echo->tag = p.tag;
		return sizeof(p.ip);
	} else {
		struct packet_v4 p;

		if (bpf_probe_read_kernel(&p, sizeof(p), l3) || p.ip.protocol != IPPROTO_ICMP ||
		    p.ip.version_ihl >> 4 != 4 || p.ip.frag_off & htons(IP_OFFSET))
			return 0;
		offset = (p.ip.version_ihl & 0xf) * 4;
		if (offset == sizeof(p.ip)) {
			echo->icmp = p.icmp;
			echo->tag = p.tag;
		} else if (bpf_probe_read_kernel(echo, sizeof(*echo), l3 + offset)) {
			return 0;
		}
		return offset;
	}
}

/*
 * The record of the probe whose packet of ICMP type @type @skb is, or NULL: not ours, or no longer open.
 * @l3 is where the network header is.
 */
static __always_inline struct pt_record *probe_of(struct sk_buff *skb, const unsigned char *l3, __u8 type)
{
	struct pt_record *rec;
	struct echo echo;
	__u32 offset, linear, number, target;

	offset = can_load_echo_v4(l3) ? load_echo_v4(l3, &echo, type) : read_echo(l3, &echo);
	if (!offset || echo.icmp.type != type)
		return NULL;

	/*
	 * Bytes past the linear part are not the packet's. A driver may have left the payload in a page,
	 * where we cannot look: identifier and sequence number have to do then.
	 */
	linear = (__u64)GET(skb, head) + GET(skb, tail) - (__u64)l3;
	if (linear < offset + sizeof(echo.icmp))
		return NULL;
	target = (__u16)(ntohs(echo.icmp.id) - config.first_id);
	if (config.tagged && linear >= offset + sizeof(echo)) {
		if (echo.tag.nonce != config.nonce)
			return NULL;
		number = echo.tag.number;
	} else {
		if (target >= config.nr_targets)
			return NULL;
		number = ntohs(echo.icmp.seq) * config.nr_targets + target;
	}
	rec = record_of(number);
	if (!rec || !rec->open || rec->seq != ntohs(echo.icmp.seq))
		return NULL;
	if (config.tagged && linear >= offset + sizeof(echo) && rec->number != number)
		return NULL;
	return rec;
}

/* Where the network header is, once IP has been at the packet. */
static __always_inline const unsigned char *network_header(struct sk_buff *skb)
{
	return GET(skb, head) + GET(skb, network_header);
}

/* Where the network header is before IP has been at the packet: drivers leave it at data. */
static __always_inline const unsigned char *received_header(struct sk_buff *skb)
{
	return GET(skb, data);
}

/* Is @sk the socket that this probe was sent from? */
static __always_inline bool is_socket_of(struct sock *sk, const struct pt_record *rec)
{
	return (__u64)GET(sk, __sk_common.skc_cookie.counter) == rec->cookie;
}

/*
 * The record of the probe whose request @skb is, or NULL. Whose packet it is, its socket tells: one load for all
 * that is not ours. Which probe: the one that is being sent right now if this is its skb, which is then alive and
 * cannot be another one's; else what the packet says.
 */
static __always_inline struct pt_record *request_of(struct sk_buff *skb)
{
	struct sock *sk = GET(skb, sk);
	struct pt_record *rec;

	if (sk) { /* none: forwarded */
		if ((__u64)sk != sending.sock)
			return NULL;
		rec = sending.active ? record_of(sending.number) : NULL;
		if (rec && rec->open && rec->request_skb == (__u64)skb)
			return rec;
	}
	return probe_of(skb, network_header(skb), config.type_request);
}

#endif /* PINGTRACE_BPF_PACKET_H */
