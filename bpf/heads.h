/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that copy the first bytes of the probes' packets. They are loaded where a sink asks for them only, and run
 * behind those that stamp: what these have stamped at this moment is the packet that counts.
 */
#ifndef PINGTRACE_BPF_HEADS_H
#define PINGTRACE_BPF_HEADS_H

#include <pingtrace/heads.h>
#include "handlers.h"

#define ARPHRD_ETHER 1
#define ARPHRD_LOOPBACK 772 /* an Ethernet header too */
#define MAC_HEADER_UNSET 0xffff

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader sets it: as many as records */
	__type(key, __u32);
	__type(value, struct pt_heads);
} heads SEC(".maps");

static __always_inline void read_vlan(struct pt_head *head, struct sk_buff *skb)
{
	head->vlan_proto = GET(skb, vlan_proto);
	head->vlan_tci = GET(skb, vlan_tci);
	/* Until 6.2 (354259fa73e2) what is left of a tag may stand there. */
	if (bpf_core_field_exists(skb->vlan_present))
		head->has_vlan = BPF_CORE_READ_BITFIELD_PROBED(skb, vlan_present);
	else
		head->has_vlan = head->vlan_proto || head->vlan_tci;
}

/*
 * What packet sockets see of @skb: on the way in, its data begin behind the link header. Bytes in pages are left out.
 */
static __always_inline void copy_head(struct pt_head *head, struct sk_buff *skb, bool is_reply)
{
	struct net_device *dev = GET_POINTER(skb, dev);
	__u16 type = dev ? BPF_CORE_READ(dev, type) : 0, mac = GET(skb, mac_header);
	const unsigned char *data = GET(skb, data), *start = data;
	__s64 before, linear;
	__u32 size;

	head->link = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK ? PT_LINK_ETHERNET : PT_LINK_RAW;
	if (is_reply && head->link == PT_LINK_ETHERNET && mac != MAC_HEADER_UNSET)
		start = GET(skb, head) + mac;
	if (!is_reply && head->link == PT_LINK_RAW)
		start = GET(skb, head) + GET(skb, network_header);
	before = data - start;
	linear = before + GET(skb, len) - GET(skb, data_len);
	head->len = before + GET(skb, len);
	read_vlan(head, skb);
	head->captured = 0;
	if (linear <= 0)
		return;
	size = linear < PT_HEAD_SIZE ? linear : PT_HEAD_SIZE;
	if (size <= PT_HEAD_SIZE && !bpf_probe_read_kernel(head->bytes, size, start))
		head->captured = size;
}

/* @hook has stamped the packet of @rec just now, if that is not another one. */
static __always_inline void keep_head(struct pt_record *rec, enum pt_hook hook, struct sk_buff *skb,
				      bool is_reply)
{
	const struct pt_stamp *stamp = &rec->stamps[hook];
	__u32 slot = rec->number & config.slot_mask;
	struct pt_heads *pair = bpf_map_lookup_elem(&heads, &slot);
	struct pt_head *head;

	if (!pair || !stamp->ns || stamp->number != rec->number)
		return;
	head = &pair->of[is_reply ? PT_PACKET_REPLY : PT_PACKET_REQUEST];
	if (head->ns == stamp->ns)
		return; /* it passes here again, and the first time counts */
	head->ns = 0;
	copy_head(head, skb, is_reply);
	head->ns = stamp->ns;
}

static __always_inline int handle_sent_head(struct attached at, struct sk_buff *skb, __u64 sk)
{
	struct pt_record *rec;
	struct found found;

	rec = transmitted_probe(skb, sk, &found);
	if (rec && !found.reply && (!rec->request_skb || rec->request_skb == (__u64)skb))
		keep_head(rec, at.hook, skb, false);
	return 0;
}

static __always_inline int handle_received_head(struct attached at, struct sk_buff *skb)
{
	struct pt_record *rec;
	struct found found;

	rec = probe_of(skb, at_data(skb), true, &found);
	if (rec && !rec->delivered && rec->reply_skb == (__u64)skb)
		keep_head(rec, at.hook, skb, true);
	return 0;
}

#endif /* PINGTRACE_BPF_HEADS_H */
