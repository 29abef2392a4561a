/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of ours that the kernel drops. The tracepoint kfree_skb fires for every packet that is dropped, and for
 * none that has been used up (consume_skb); but a copy that a tap or another raw socket had no use for is no
 * loss, and neither is a packet that a careless driver frees so once it has been sent (src/analysis/loss.c sorts
 * these out).
 */
#ifndef PINGTRACE_BPF_DROP_H
#define PINGTRACE_BPF_DROP_H

#include "handlers.h"

#define PACKET_OUTGOING 4 /* include/uapi/linux/if_packet.h */
#define PACKET_LOOPBACK 5

/* Where the network header is: nobody has set it in a packet that a driver has just made. */
static __always_inline struct header dropped_header(struct sk_buff *skb)
{
	return GET(skb, network_header) ? at_network_header(skb) : at_data(skb);
}

/*
 * The clone that taps are given of a packet on its way out (dev_queue_xmit_nit), or the one of a broadcast that this host
 * gets itself (dev_loopback_xmit).
 */
static __always_inline bool is_for_taps(struct sk_buff *skb)
{
	int type = BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);

	return type == PACKET_OUTGOING || type == PACKET_LOOPBACK;
}

/* What a bridge gives a port for want of better knowledge, and nobody there wants. */
static __always_inline bool is_flooded(struct sk_buff *skb)
{
	return is_for_other_host(skb) && BPF_CORE_READ_BITFIELD_PROBED(skb, cloned);
}

/* Of a request that more than one device was given: is @skb the clone that came to a device with its link address? */
static __always_inline bool is_received_clone(const struct pt_record *rec, struct sk_buff *skb)
{
	__u64 dev = (__u64)GET_POINTER(skb, dev);

	return rec->request_head == (__u64)GET(skb, head) && is_stamped(rec, PT_HOOK_PEER_DRIVER_RX) &&
	       rec->stamps[PT_HOOK_PEER_DRIVER_RX].dev == device_slow(&dev);
}

static __always_inline enum pt_dropped dropped_request(const struct pt_record *rec, struct sk_buff *skb)
{
	/* Another address is a copy: a bridge's, a network's, or one for somebody who listens. */
	if (rec->request_copied ? !is_received_clone(rec, skb) :
				  rec->request_skb && rec->request_skb != (__u64)skb)
		return PT_DROPPED_NONE;
	if (rec->reply_skb || is_stamped(rec, PT_HOOK_PEER_IP_LOCAL_OUT) || rec->delivered ||
	    is_for_taps(skb))
		return PT_DROPPED_NONE;
	return PT_DROPPED_REQUEST;
}

/*
 * Is @skb the clone that was on its way into the probe's own socket? Newer kernels say which socket did not want it
 * (6.11); otherwise it is the one that this CPU is delivering.
 */
static __always_inline bool is_own_clone(const struct pt_record *rec, struct sk_buff *skb,
					 struct sock *receiver)
{
	struct pending *pending = pending_here();

	if (rec->reply_head != (__u64)GET(skb, head) || is_stamped(rec, PT_HOOK_DATA_READY))
		return false;
	/* Not to be dereferenced: verifiers that do not know that it may be NULL do not look. */
	if (receiver && BPF_CORE_READ(receiver, __sk_common.skc_cookie.counter) == (__s64)rec->cookie)
		return true;
	return pending && pending->deliver_cookie == rec->cookie && pending->deliver_number == rec->number;
}

static __always_inline enum pt_dropped dropped_reply(const struct pt_record *rec, struct sk_buff *skb,
						     struct sock *receiver)
{
	if (is_own_clone(rec, skb, receiver))
		return PT_DROPPED_REPLY_IN;
	if (rec->delivered)
		return PT_DROPPED_NONE;
	if (rec->reply_skb == (__u64)skb) {
		/* Raw sockets have had their clones before ICMP looks for a ping socket that wants the packet. */
		if (config.socket == PT_SOCKET_RAW && is_stamped(rec, PT_HOOK_ICMP_RCV))
			return PT_DROPPED_NONE;
		return PT_DROPPED_REPLY_IN;
	}
	return rec->reply_skb || is_for_taps(skb) ? PT_DROPPED_NONE : PT_DROPPED_REPLY_OUT;
}

#define SKB_DST_PTRMASK (~1ULL) /* include/linux/skbuff.h */

/* The device that @skb is at, or will leave by: before ip_output there is only the route to tell. NULL: not known. */
static __always_inline struct net_device *device_of(struct sk_buff *skb)
{
	struct net_device *dev = GET_POINTER(skb, dev);
	struct dst_entry *dst;

	if (dev || !bpf_core_field_exists(struct dst_entry, dev))
		return dev;
	dst = (struct dst_entry *)(GET(skb, _skb_refdst) & SKB_DST_PTRMASK);
	return dst ? BPF_CORE_READ(dst, dev) : NULL;
}

/* Inode number of the network namespace that @skb is in. */
static __always_inline __u32 netns_of(struct sk_buff *skb, struct net_device *dev)
{
	struct sock *sk = GET_POINTER(skb, sk);

	if (dev)
		return BPF_CORE_READ(dev, nd_net.net, ns.inum);
	return sk ? BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) : 0;
}

const char symbol_format[] SEC(".rodata.format") = "%ps";

/* @location is a return address: what it is in is told by the byte before, the end of the call. */
static __always_inline void print_function(struct pt_drop *drop, __u64 location)
{
	location--;
	if (bpf_snprintf(drop->function, sizeof(drop->function), symbol_format, &location, sizeof(location)) <
	    0)
		drop->function[0] = 0;
}

/* Does its name begin as kfree_skb_list's? Whole lists are freed one by one, and whoever freed the list is meant. */
static __always_inline bool is_free_function(const struct pt_drop *drop)
{
	const char *f = drop->function;

	return f[0] == 'k' && f[1] == 'f' && f[2] == 'r' && f[3] == 'e' && f[4] == 'e' && f[5] == '_' &&
	       f[6] == 's' && f[7] == 'k' && f[8] == 'b';
}

#define STACK_DEPTH \
	16 /* the program's own frames, those of the tracepoint, kfree_skb, and the one we look for */

/* The return address in the function that called the one that @location is in; 0: not found. */
static __always_inline __u64 caller_of(void *ctx, __u64 location)
{
	__u64 stack[STACK_DEPTH] = {};
	int i;

	if (bpf_get_stack(ctx, stack, sizeof(stack), 0) <= 0)
		return 0;
	for (i = 0; i < STACK_DEPTH - 1; i++)
		if (stack[i] == location)
			return stack[i + 1];
	return 0;
}

static __always_inline void set_function(void *ctx, struct pt_drop *drop, __u64 location)
{
	print_function(drop, location);
	if (!is_free_function(drop))
		return;
	location = caller_of(ctx, location);
	if (location)
		print_function(drop, location);
}

/*
 * Is it the reply that a raw socket has had a clone of? ICMP drops each of them, for want of a ping socket. It is known by
 * its address, as above netif_receive: what this host sends meanwhile belongs to a socket.
 */
static __always_inline bool is_left_over(struct sk_buff *skb)
{
	struct pt_record *rec;
	struct found found;

	if (config.socket != PT_SOCKET_RAW || GET(skb, sk))
		return false;
	rec = probe_of_received(skb, &found);
	return rec && found.reply && is_stamped(rec, PT_HOOK_DATA_READY);
}

/* Headers are taken off on the way up, and a reply may be cut short: only what is too long is no reply. */
static __always_inline bool may_be_dropped(struct sk_buff *skb)
{
	return GET(skb, len) <= config.len_min + config.len_more;
}

/* @skb is dropped, at @location and for @reason (0: not told). @receiver: the socket it was for, or NULL. */
static __always_inline int handle_dropped(void *ctx, struct sk_buff *skb, __u64 location, __u32 reason,
					  struct sock *receiver)
{
	struct net_device *dev;
	__u64 address;
	enum pt_dropped packet;
	struct pt_record *rec;
	struct found found;

	if (is_left_over(skb))
		return 0;
	rec = probe_of(skb, dropped_header(skb), false, &found);
	if (!rec || found.later)
		return 0;
	packet = is_flooded(skb) ? PT_DROPPED_NONE :
		 found.reply	 ? dropped_reply(rec, skb, receiver) :
				   dropped_request(rec, skb);
	/* Its address may be the next copy's at once: the slab gives out first what it took back last. */
	if (rec->reply_skb == (__u64)skb && !rec->delivered)
		rec->reply_skb = SKB_GONE;
	if (packet <= rec->drop.packet)
		return 0;
	dev = device_of(skb);
	address = (__u64)dev;
	rec->drop.packet = packet;
	rec->drop.number = rec->number;
	rec->drop.reason = reason;
	rec->drop.netns = netns_of(skb, dev);
	rec->drop.cpu = bpf_get_smp_processor_id();
	rec->drop.dev = device_slow(&address);
	set_function(ctx, &rec->drop, location);
	rec->drop.ns = bpf_ktime_get_ns();
	return 0;
}

#endif /* PINGTRACE_BPF_DROP_H */
