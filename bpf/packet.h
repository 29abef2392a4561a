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
#define IPPROTO_UDP 17
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ICMPV6 58
#define ETH_P_8021Q 0x8100
#define VLAN_HLEN 4
#define VXLAN_PORT 4789 /* RFC 7348 */
#define VXLAN_PORT_LINUX 8472 /* the kernel's default for devices made without dstport */
#define VXLAN_HLEN (8 + 8 + 14) /* UDP, VXLAN, Ethernet: from the outer IP payload to the inner IP header */
#define IP_OFFSET 0x1fff /* fragment offset part of ipv4_header.frag_off */
#define IP_MF 0x2000 /* more fragments */
#define IP6_OFFSET 0xfff8
#define IP6_MF 0x0001

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define htons(x) __builtin_bswap16(x)
#define ntohl(x) __builtin_bswap32(x)
#else
#define htons(x) (x)
#define ntohl(x) (x)
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
	__be32 saddr[4];
	__be32 daddr[4];
};

struct fragment_header { /* RFC 8200, 4.5 */
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 id;
};

struct echo {
	struct icmp_echo icmp;
	struct pt_tag tag;
};

/* The head of a packet as one read brings it in, where the IP header has no options. */
struct packet_v4 {
	struct ipv4_header ip;
	struct echo echo;
};

struct packet_v6 {
	struct ipv6_header ip;
	union {
		struct echo echo;
		struct fragment_header fragment;
	};
};

/* What is found out about a packet. */
struct packet {
	const unsigned char *l3; /* IP header: the inner one of a tunnel */
	__u32 offset; /* of the ICMP header from there */
	struct echo echo;
	__u32 fragment; /* its datagram's identification, never 0; 0: the packet is whole */
	__be32 saddr; /* of IPv6 the last four bytes; for fragments only */
	bool later; /* not the first fragment: there is no ICMP header */
};

#ifdef PT_RDONLY_CAST
/*
 * Read-only memory that a program may load from directly, for a quarter of what bpf_probe_read_kernel costs
 * (a35b9af4ec2c "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx" and its neighbour, 6.2).
 */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

/* Four words of anything, at @at. */
static __always_inline struct in6_addr *words(const unsigned char *at)
{
	return bpf_rdonly_cast(at, bpf_core_type_id_kernel(struct in6_addr));
}

enum loaded { LOADED, LOADED_OTHER, LOADED_NOT };

/*
 * As read_v4() below for what nearly all packets are: no IP options, no fragment, no tunnel. Words are loaded
 * only as far as they are of interest. Little endian.
 */
static __always_inline enum loaded load_v4(struct packet *p, bool only_reply)
{
	struct in6_addr *ip = words(p->l3), *icmp;
	__u32 word;

	word = ip->in6_u.u6_addr32[2] >> 8 & 0xff; /* ttl, protocol, checksum */
	if (word != IPPROTO_ICMP)
		return word == IPPROTO_UDP ? LOADED_NOT : LOADED_OTHER;
	if ((ip->in6_u.u6_addr32[0] & 0xff) != 0x45 ||
	    ip->in6_u.u6_addr32[1] >> 16 & htons(IP_OFFSET | IP_MF))
		return LOADED_NOT;
	icmp = words(p->l3 + sizeof(struct ipv4_header));
	word = icmp->in6_u.u6_addr32[0];
	p->echo.icmp.type = word;
	if (only_reply && p->echo.icmp.type != config.type_reply)
		return LOADED_OTHER;
	word = icmp->in6_u.u6_addr32[1];
	p->echo.icmp.id = word;
	p->echo.icmp.seq = word >> 16;
	p->echo.tag.nonce = icmp->in6_u.u6_addr32[2];
	p->echo.tag.number = icmp->in6_u.u6_addr32[3];
	p->fragment = 0;
	p->later = false;
	p->offset = sizeof(struct ipv4_header);
	return LOADED;
}
#endif

static __always_inline bool is_vxlan(const struct packet_v4 *head)
{
	/* The destination port of UDP is where ICMP has its checksum. */
	__be16 port = head->echo.icmp.checksum;

	return head->ip.protocol == IPPROTO_UDP &&
	       (port == htons(VXLAN_PORT) || port == htons(VXLAN_PORT_LINUX));
}

static __always_inline bool read_v4(struct packet *p, bool only_reply)
{
	struct packet_v4 head;
	__u16 frag_off;

#ifdef PT_RDONLY_CAST
	if (htons(1) != 1) {
		enum loaded loaded = load_v4(p, only_reply);

		if (loaded != LOADED_NOT)
			return loaded == LOADED;
	}
#else
	(void)only_reply;
#endif
	if (bpf_probe_read_kernel(&head, sizeof(head), p->l3))
		return false;
	if (is_vxlan(&head)) {
		p->l3 += (head.ip.version_ihl & 0xf) * 4 + VXLAN_HLEN;
		if (bpf_probe_read_kernel(&head, sizeof(head), p->l3))
			return false;
	}
	if (head.ip.protocol != IPPROTO_ICMP || head.ip.version_ihl >> 4 != 4)
		return false;
	frag_off = ntohs(head.ip.frag_off);
	p->fragment = frag_off & (IP_OFFSET | IP_MF) ? ntohs(head.ip.id) | 1U << 16 : 0;
	p->later = frag_off & IP_OFFSET;
	p->saddr = head.ip.saddr;
	p->offset = (head.ip.version_ihl & 0xf) * 4;
	p->echo = head.echo;
	if (p->offset != sizeof(head.ip) &&
	    bpf_probe_read_kernel(&p->echo, sizeof(p->echo), p->l3 + p->offset))
		return false;
	return true;
}

static __always_inline bool read_v6(struct packet *p)
{
	struct packet_v6 head;
	__u16 frag_off;

	if (bpf_probe_read_kernel(&head, sizeof(head), p->l3) || head.ip.version_flow[0] >> 4 != 6)
		return false;
	p->fragment = 0;
	p->later = false;
	p->saddr = head.ip.saddr[3];
	p->offset = sizeof(head.ip);
	if (head.ip.nexthdr == IPPROTO_ICMPV6) {
		p->echo = head.echo;
		return true;
	}
	if (head.ip.nexthdr != IPPROTO_FRAGMENT || head.fragment.nexthdr != IPPROTO_ICMPV6)
		return false;
	frag_off = ntohs(head.fragment.frag_off);
	p->fragment = ntohl(head.fragment.id) ?: 1;
	p->later = frag_off & IP6_OFFSET;
	p->offset += sizeof(head.fragment);
	return p->later || !bpf_probe_read_kernel(&p->echo, sizeof(p->echo), p->l3 + p->offset);
}

/*
 * Read the packet whose network header is at @l3. Returns whether it is ICMP of our family, and may be what is
 * looked for: a reply if @only_reply.
 */
static __always_inline bool read_packet(struct packet *p, const unsigned char *l3, bool only_reply)
{
	p->l3 = l3;
	return config.family == PT_FAMILY_V6 ? read_v6(p) : read_v4(p, only_reply);
}

/*
 * The record of the probe to which the echo request or reply @p belongs, or NULL: not ours, or no longer
 * open.
 */
static __always_inline struct pt_record *probe_of(struct sk_buff *skb, const struct packet *p)
{
	__u32 number, target = (__u16)(ntohs(p->echo.icmp.id) - config.first_id);
	__u64 linear; /* 64 bits wide: newer verifiers know head to be a pointer */
	struct pt_record *rec;
	bool tagged;

	if (p->later || (p->echo.icmp.type != config.type_request && p->echo.icmp.type != config.type_reply))
		return NULL;
	/*
	 * Bytes past the linear part are not the packet's. A driver may have left the payload in a page,
	 * where we cannot look: identifier and sequence number have to do then.
	 */
	linear = GET(skb, head) + GET(skb, tail) - p->l3;
	if (linear < p->offset + sizeof(p->echo.icmp))
		return NULL;
	tagged = config.tagged && linear >= p->offset + sizeof(p->echo);
	if (tagged) {
		/* Not the identifier: NAT may have changed it on the way. */
		if (p->echo.tag.nonce != config.nonce)
			return NULL;
		number = p->echo.tag.number;
	} else {
		if (target >= config.nr_targets)
			return NULL;
		number = ntohs(p->echo.icmp.seq) * config.nr_targets + target;
	}
	rec = record_of(number);
	if (!rec || !rec->open || rec->seq != ntohs(p->echo.icmp.seq) || (tagged && rec->number != number))
		return NULL;
	return rec;
}

static __always_inline bool is_reply(const struct packet *p)
{
	return p->echo.icmp.type == config.type_reply;
}

/* Where the network header is, once IP has been at the packet. */
static __always_inline const unsigned char *network_header(struct sk_buff *skb)
{
	return GET(skb, head) + GET(skb, network_header);
}

/*
 * Where the network header is before IP has been at the packet: drivers leave it at data, behind a VLAN
 * header where they do not take that out themselves.
 */
static __always_inline const unsigned char *received_header(struct sk_buff *skb)
{
	return GET(skb, data) + (GET(skb, protocol) == htons(ETH_P_8021Q) ? VLAN_HLEN : 0);
}

/* Is @sk the socket that this probe was sent from? */
static __always_inline bool is_socket_of(struct sock *sk, const struct pt_record *rec)
{
	return (__u64)GET(sk, __sk_common.skc_cookie.counter) == rec->cookie;
}

static __always_inline bool is_icmp_socket(struct sock *sk)
{
	return GET(sk, sk_protocol) == (config.family == PT_FAMILY_V6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/*
 * May @sk be a socket that our probes, or replies of this kernel, are sent from? One load tells where there is
 * but one target; otherwise, and for replies, two: it has to be a socket for ICMP.
 */
static __always_inline bool may_be_ours(struct sock *sk, enum pt_hook peer)
{
	if (config.knows_socket && (__u64)sk == sending.sock)
		return true;
	return (!config.knows_socket || peer != PT_HOOK_NONE) && is_icmp_socket(sk);
}

/*
 * The record of the probe whose request @skb is, if it is the one that is being sent right now: its skb is
 * alive, so that it can be no other.
 */
static __always_inline struct pt_record *probe_being_sent(struct sk_buff *skb, struct sock *sk)
{
	struct pt_record *rec;

	if (!config.knows_socket || !sending.active || (__u64)sk != sending.sock)
		return NULL;
	rec = record_of(sending.number);
	return rec && rec->open && rec->request_skb == (__u64)skb ? rec : NULL;
}

#endif /* PINGTRACE_BPF_PACKET_H */
