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

/* Objects are compiled for one family each. */
#ifdef PT_V6
#define IS_V6 true
#define TYPE_REQUEST 128 /* RFC 4443 */
#define TYPE_REPLY 129
#else
#define IS_V6 false
#define TYPE_REQUEST 8 /* RFC 792 */
#define TYPE_REPLY 0
#endif

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
	__be32 saddr, daddr; /* of IPv6 the last four bytes */
	bool later; /* not the first fragment: there is no ICMP header */
};

/* What a hook wants to know of a packet that is ours. */
struct found {
	bool reply; /* or the request */
	bool later; /* as in struct packet */
	__u32 fragment;
	__be32 saddr;
	const unsigned char *l3; /* as in struct packet; known where the packet was looked at */
};

#ifdef PT_RDONLY_CAST
static __always_inline const struct in6_addr *words32(const unsigned char *at)
{
	return bpf_rdonly_cast(at, bpf_core_type_id_kernel(struct in6_addr));
}

static __always_inline const struct timespec64 *words64(const unsigned char *at)
{
	return bpf_rdonly_cast(at, bpf_core_type_id_kernel(struct timespec64));
}
#endif

static __always_inline bool is_vxlan(const struct packet_v4 *head)
{
	/* The destination port of UDP is where ICMP has its checksum. */
	__be16 port = head->echo.icmp.checksum;

	return head->ip.protocol == IPPROTO_UDP &&
	       (port == htons(VXLAN_PORT) || port == htons(VXLAN_PORT_LINUX));
}

static __always_inline bool read_v4(struct packet *p)
{
	struct packet_v4 head;
	__u16 frag_off;

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
	p->daddr = head.ip.daddr;
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
	p->daddr = head.ip.daddr[3];
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

/* The later fragments of a reply have no ICMP header: the first has told whose they are. */
static __always_inline struct pt_record *probe_of_fragment(const struct packet *p)
{
	struct fragments *f = fragments_of(p->fragment);
	struct pt_record *rec;

	if (!f || f->id != p->fragment || f->saddr != p->saddr)
		return NULL;
	rec = record_of(f->number);
	return rec && rec->open && rec->number == f->number ? rec : NULL;
}

/* The record of the probe with this sequence number, identifier and address of its target (0: any). */
static __always_inline struct pt_record *probe_of_sequence(const struct icmp_echo *icmp, __be32 to)
{
	__u32 slot = pt_sequence_hash(ntohs(icmp->seq), icmp->id, to) & config.slot_mask;
	__u64 *number = bpf_map_lookup_elem(&sequences, &slot);
	struct pt_record *rec = number ? record_of(*number) : NULL;

	if (!rec || rec->number != *number || rec->open != pt_open(icmp->seq) || rec->id != icmp->id)
		return NULL;
	return rec;
}

/*
 * The same for a packet whose tag cannot be read. Where a socket has but one target, the address is not asked for: NAT
 * may have changed it.
 */
static __always_inline struct pt_record *probe_of_untagged(const struct packet *p, bool reply)
{
	__be32 target = reply ? p->saddr : p->daddr;
	struct pt_record *rec = probe_of_sequence(&p->echo.icmp, target);

	if (rec && rec->to == target)
		return rec;
	rec = probe_of_sequence(&p->echo.icmp, 0);
	return rec && (config.one_target || rec->any_source) ? rec : NULL;
}

/*
 * The record of the probe that the packet with its network header at @l3 belongs to, whatever it looks like: with IP
 * options, in fragments, in a tunnel, its payload in a page where a program cannot look. In that case identifier and
 * sequence number have to do.
 */
static __noinline struct pt_record *probe_of_any(struct sk_buff *skb, const unsigned char *l3,
						 struct found *found)
{
	struct packet p = { .l3 = l3 };
	struct pt_record *rec;
	__s64 linear;

	if (IS_V6 ? !read_v6(&p) : !read_v4(&p))
		return NULL;
	found->reply = p.later || p.echo.icmp.type == TYPE_REPLY;
	found->later = p.later;
	found->fragment = p.fragment;
	found->saddr = p.saddr;
	found->l3 = p.l3;
	if (p.later)
		return probe_of_fragment(&p);
	if (!found->reply && p.echo.icmp.type != TYPE_REQUEST)
		return NULL;
	linear = GET(skb, head) + GET(skb, tail) -
		 p.l3; /* 64 bits: newer verifiers know head to be a pointer */
	if (linear < (__s64)(p.offset + sizeof(p.echo.icmp)))
		return NULL;
	if (!config.tagged || linear < (__s64)(p.offset + sizeof(p.echo)))
		return probe_of_untagged(&p, found->reply);
	/* Not the identifier: NAT may have changed it on the way. */
	if (p.echo.tag.nonce != config.nonce)
		return NULL;
	rec = record_of(p.echo.tag.number);
	if (!rec || rec->open != pt_open(p.echo.icmp.seq) || rec->number != p.echo.tag.number)
		return NULL;
	return rec;
}

/*
 * Nearly all packets of ours are whole and have no IP options: the tag is where this says, if the packet is as long as
 * config.usual_size. Of others' packets no more is read than that, and the words of the IP header that tell fragments
 * and tunnels. Who has our nonce there has our ICMP header before it, request or reply.
 */
#define USUAL_OFFSET (IS_V6 ? sizeof(struct ipv6_header) : sizeof(struct ipv4_header))

/* The head of a packet as most are: without IP options, whole. Only what is asked for is loaded where that is possible. */
struct usual_head {
#ifdef PT_RDONLY_CAST
	const unsigned char *l3;
#else
	union {
		struct packet_v4 v4;
		struct packet_v6 v6;
		__be32 words[4];
	};
#endif
};

#ifdef PT_RDONLY_CAST
#define HEAD_WORD(head, n) (words32((head)->l3)->in6_u.u6_addr32[n])
#else
#define HEAD_WORD(head, n) ((head)->words[n])
#endif

/* Returns whether there is one. */
static __always_inline bool read_head(struct usual_head *head, const unsigned char *l3)
{
#ifdef PT_RDONLY_CAST
	head->l3 = l3;
	return true;
#else
	return !bpf_probe_read_kernel(head, USUAL_OFFSET + sizeof(struct echo), l3);
#endif
}

static __always_inline struct pt_tag head_tag(const struct usual_head *head)
{
#ifdef PT_RDONLY_CAST
	union {
		__u64 word;
		struct pt_tag tag;
	} u = { .word = words64(head->l3 + USUAL_OFFSET)->tv_nsec };

	return u.tag;
#else
	return IS_V6 ? head->v6.echo.tag : head->v4.echo.tag;
#endif
}

static __always_inline struct icmp_echo head_icmp(const struct usual_head *head)
{
#ifdef PT_RDONLY_CAST
	union {
		__u64 word;
		struct icmp_echo icmp;
	} u = { .word = words64(head->l3 + USUAL_OFFSET)->tv_sec };

	return u.icmp;
#else
	return IS_V6 ? head->v6.echo.icmp : head->v4.echo.icmp;
#endif
}

/* May it be ours though the tag is not? As a fragment, or in a tunnel. Without a tag (@tagged) any ICMP may. */
static __always_inline bool may_be_unusual(const struct usual_head *head, bool tagged)
{
	__u32 protocol;

	if (IS_V6) {
		protocol = ntohl(HEAD_WORD(head, 1)) >> 8 & 0xff;
		return protocol == IPPROTO_FRAGMENT || (!tagged && protocol == IPPROTO_ICMPV6);
	}
	protocol = ntohl(HEAD_WORD(head, 2)) >> 16 & 0xff;
	if (protocol != IPPROTO_ICMP)
		return protocol == IPPROTO_UDP;
	return !tagged || ntohl(HEAD_WORD(head, 0)) >> 24 != 0x45 ||
	       ntohl(HEAD_WORD(head, 1)) & (IP_OFFSET | IP_MF);
}

/* Where a packet's network header is, and how many bytes from there on are in the linear part of the skb. */
struct header {
	const unsigned char *l3;
	__s64 linear; /* bytes past them are not the packet's, whatever they look like */
	bool below_ip; /* IP has not been at the packet: a driver may have left a VLAN header before the other */
};

/* Once IP has been at the packet. */
static __always_inline struct header at_network_header(struct sk_buff *skb)
{
	__u64 offset = GET(skb, network_header);

	return (struct header){ .l3 = GET(skb, head) + offset, .linear = GET(skb, tail) - offset };
}

/* Before IP has been at the packet: drivers leave the network header at data. */
static __always_inline struct header at_data(struct sk_buff *skb)
{
	const unsigned char *l3 = GET(skb, data);

	return (struct header){
		.l3 = l3,
		.linear = GET(skb, head) + GET(skb, tail) - l3,
		.below_ip = true,
	};
}

/*
 * The record of the probe whose request or reply is the packet @skb, or NULL: not ours, no longer open, or not a reply
 * though @only_reply. *@found tells more.
 */
static __always_inline struct pt_record *probe_of(struct sk_buff *skb, struct header header, bool only_reply,
						  struct found *found)
{
	bool vlan, tagged = header.linear >= config.usual_size;
	struct usual_head head;
	struct pt_record *rec;
	struct icmp_echo icmp;
	struct found slow;
	struct pt_tag tag;

	if (!read_head(&head, header.l3))
		return NULL;
	if (tagged) {
		tag = head_tag(&head);
		if (tag.nonce == config.nonce) {
			icmp = head_icmp(&head);
			*found = (struct found){ .reply = icmp.type == TYPE_REPLY, .l3 = header.l3 };
			if (only_reply && !found->reply)
				return NULL;
			rec = record_of(tag.number);
			if (!rec || rec->number != tag.number || rec->open != pt_open(icmp.seq))
				return NULL;
			return rec;
		}
	}
	vlan = header.below_ip && GET(skb, protocol) == htons(ETH_P_8021Q);
	if (!vlan && !may_be_unusual(&head, tagged))
		return NULL;
	rec = probe_of_any(skb, header.l3 + (vlan ? VLAN_HLEN : 0), &slow);
	if (!rec || (only_reply && !slow.reply))
		return NULL;
	*found = slow;
	return rec;
}

#define SADDR_OFFSET (IS_V6 ? offsetof(struct ipv6_header, saddr[3]) : offsetof(struct ipv4_header, saddr))
#define DADDR_OFFSET (IS_V6 ? offsetof(struct ipv6_header, daddr[3]) : offsetof(struct ipv4_header, daddr))

/* Is the address that ends at @offset of the IP header the one that the probe was sent to, as far as its last bytes tell? */
static __always_inline bool is_target(const struct pt_record *rec, const unsigned char *l3, __u32 offset)
{
	__be32 last;

#ifdef PT_RDONLY_CAST
	last = words32(l3 + offset)->in6_u.u6_addr32[0];
#else
	if (bpf_probe_read_kernel(&last, sizeof(last), l3 + offset))
		return false;
#endif
	return last == rec->to;
}

/* netif_receive has seen @skb, a whole packet of the probe in @rec. */
static __always_inline void note_received(struct pt_record *rec, struct sk_buff *skb, bool reply)
{
	rec->received_skb = (__u64)skb;
	rec->received_reply = reply;
	recent.number = rec->number;
	recent.skb = (__u64)skb;
}

/* The record of the probe that @skb belongs to, if it is the packet that netif_receive has seen just now. */
static __always_inline struct pt_record *probe_of_received(struct sk_buff *skb, struct found *found)
{
	struct pt_record *rec;

	if (recent.skb != (__u64)skb)
		return NULL;
	rec = record_of(recent.number);
	if (!rec || !rec->open || rec->received_skb != (__u64)skb)
		return NULL;
	*found = (struct found){ .reply = rec->received_reply };
	return rec;
}

/* Is @sk the socket that this probe was sent from? */
static __always_inline bool is_socket_of(struct sock *sk, const struct pt_record *rec)
{
	if (config.knows_socket)
		return (__u64)sk == sending.sock;
	return (__u64)GET(sk, __sk_common.skc_cookie.counter) == rec->cookie;
}

static __always_inline bool is_icmp_socket(struct sock *sk)
{
	return GET(sk, sk_protocol) == (IS_V6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/*
 * May @sk be a socket that our probes, or with @replies those of this kernel, are sent from? One load tells where there is
 * but one target; otherwise, and for replies, two: it has to be a socket for ICMP.
 */
static __always_inline bool may_be_ours(struct sock *sk, bool replies)
{
	if (config.knows_socket && (__u64)sk == sending.sock)
		return true;
	return (!config.knows_socket || replies) && is_icmp_socket(sk);
}

/*
 * The record of the probe whose request @skb is, if it is the one that is being sent right now: its skb is
 * alive, so that it can be no other.
 */
static __always_inline struct pt_record *probe_being_sent(struct sk_buff *skb, __u64 sk)
{
	struct pt_record *rec;

	if (!config.knows_socket || !sending.active || sk != sending.sock)
		return NULL;
	rec = record_of(sending.number);
	return rec && rec->request_skb == (__u64)skb ? rec : NULL;
}

#endif /* PINGTRACE_BPF_PACKET_H */
