/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a packet is recognised at a hook, and whether this pass of it counts: one function for each method
 * that the hook table names.
 *
 * Copies of a packet may be about: netem and networks duplicate, a raw socket gets a clone. A record takes
 * the stamps of one copy of the request, the one that the stack itself sent, and of one copy of the reply,
 * the one that reaches the socket first.
 */
#ifndef PINGTRACE_BPF_METHODS_H
#define PINGTRACE_BPF_METHODS_H

#include "packet.h"
#include "stamp.h"

/* The hook at which a reply is handed to the probe's kind of socket. */
#define DELIVERY (config.socket == PT_SOCKET_RAW ? PT_HOOK_RAW_RCV : PT_HOOK_PING_RCV)

/* A system call that sends: @sk is its socket. There is no packet yet; the pinger says which one it will be. */
static __always_inline int method_SENDING(struct sock *sk, enum pt_hook hook)
{
	struct pt_record *rec;

	if (!sending.active)
		return 0;
	rec = record_of(sending.number);
	if (!rec || !is_socket_of(sk, rec))
		return 0;
	sending.sock = (__u64)sk;
	if (!is_stamped(rec, hook))
		stamp_dev(rec, hook, NULL);
	return 0;
}

#define LEN_UNFRAGMENTED 576 /* what every IPv4 host takes in one piece (RFC 791) */

/* A request on its way out. */
static __always_inline int method_TRANSMIT(struct sk_buff *skb, enum pt_hook hook)
{
	struct pt_record *rec = request_of(skb);
	struct pending *pending;

	if (!rec)
		return 0;
	switch (hook) {
	case PT_HOOK_IP_LOCAL_OUT:
		rec->request_skb = (__u64)skb;
		sending.len = GET(skb, len) <= LEN_UNFRAGMENTED ? GET(skb, len) : 0;
		/* fall through */
	case PT_HOOK_IP_FINISH_OUTPUT2:
		if (!is_stamped(rec, hook))
			stamp_dev(rec, hook, NULL);
		break;
	case PT_HOOK_DEV_QUEUE:
		rec->request_skb = (__u64)skb;
		stamp_dev(rec, hook, GET(skb, dev));
		break;
	case PT_HOOK_START_XMIT:
		/* Another address: a copy that the queueing discipline made. */
		pending = pending_here();
		if (!pending || (rec->request_skb && rec->request_skb != (__u64)skb))
			break;
		pending->xmit_skb = (__u64)skb;
		pending->xmit_dev = (__u64)GET(skb, dev);
		pending->xmit_number = rec->number;
		stamp_dev(rec, hook, GET(skb, dev));
		break;
	default:
		break;
	}
	return 0;
}

#define NET_XMIT_MASK 0x0f /* a return code above it: the driver did not take the packet */

/*
 * The driver has returned. @skb may be freed, or somebody else's by now, and must not be looked into: it
 * is known by its address. With one device on top of another only the lowest is asked for.
 */
static __always_inline int method_TRANSMITTED(struct sk_buff *skb, enum pt_hook hook, int rc,
					      struct net_device *dev)
{
	struct pending *pending = pending_here();
	struct pt_record *rec;

	if (!pending || pending->xmit_skb != (__u64)skb || pending->xmit_dev != (__u64)dev)
		return 0;
	pending->xmit_skb = 0;
	rec = record_of(pending->xmit_number);
	if (rec && rec->open && rec->number == pending->xmit_number && rc < NET_XMIT_MASK)
		stamp_dev(rec, hook, dev);
	return 0;
}

#define LEN_MORE 64 /* by which a reply may be longer: IP options, an Ethernet frame's padding */

/* A reply has the length of its request. */
static __always_inline bool has_other_length(struct sk_buff *skb)
{
	return sending.len && GET(skb, len) - sending.len > LEN_MORE;
}

/* A reply on its way in, before and at IP. */
static __always_inline int method_RECEIVE(struct sk_buff *skb, enum pt_hook hook)
{
	struct pt_record *rec;

	if (has_other_length(skb))
		return 0;
	rec = probe_of(skb, received_header(skb), config.type_reply);
	if (!rec || is_stamped(rec, DELIVERY))
		return 0;
	if (!rec->reply_skb)
		rec->reply_skb = (__u64)skb;
	else if (rec->reply_skb != (__u64)skb)
		return 0; /* a second copy, while the first is still on its way */
	if (hook == PT_HOOK_DRIVER_RX && is_stamped(rec, hook))
		return 0;
	if (hook == PT_HOOK_IP_RCV)
		rec->reply_head = (__u64)GET(skb, head);
	stamp_dev(rec, hook, GET(skb, dev));
	return 0;
}

/* Forget what was stamped of a copy of the reply that has not reached the socket. */
static __always_inline void forget_reply(struct pt_record *rec)
{
	rec->stamps[PT_HOOK_DRIVER_RX].ns = 0;
	rec->stamps[PT_HOOK_NETIF_RECEIVE].ns = 0;
	rec->stamps[PT_HOOK_IP_RCV].ns = 0;
	rec->stamps[PT_HOOK_ICMP_RCV].ns = 0;
}

/* The reply goes to a socket whose cookie is @cookie; @same: it is the copy that was stamped so far. */
static __always_inline void deliver(struct pt_record *rec, enum pt_hook hook, bool same)
{
	struct pending *pending = pending_here();

	if (!pending)
		return;
	pending->deliver_cookie = 0;
	if (is_stamped(rec, PT_HOOK_DATA_READY) || (!config.has_data_ready && is_stamped(rec, hook)))
		return; /* a duplicate */
	if (!same)
		forget_reply(rec);
	pending->deliver_number = rec->number;
	pending->deliver_cookie = rec->cookie;
	stamp_dev(rec, hook, NULL);
}

/* A reply at ICMP, and on its way to a ping socket. */
static __always_inline int method_DELIVER(struct sk_buff *skb, enum pt_hook hook)
{
	struct pt_record *rec = probe_of(skb, network_header(skb), config.type_reply);
	bool same;

	if (!rec)
		return 0;
	same = !rec->reply_skb || rec->reply_skb == (__u64)skb;
	if (hook == PT_HOOK_PING_RCV && config.socket == PT_SOCKET_DGRAM)
		deliver(rec, hook, same);
	else if (same && !is_stamped(rec, hook))
		stamp_dev(rec, hook, NULL);
	return 0;
}

/* A clone of a reply on its way to the raw socket @sk. Clones share the packet's memory. */
static __always_inline int method_DELIVER_RAW(struct sock *sk, enum pt_hook hook, struct sk_buff *skb)
{
	struct pt_record *rec = probe_of(skb, network_header(skb), config.type_reply);

	if (rec && is_socket_of(sk, rec))
		deliver(rec, hook, !rec->reply_head || rec->reply_head == (__u64)GET(skb, head));
	return 0;
}

/* Something has been put into the queue of @sk: what the hook before was about, if it was for this socket. */
static __always_inline int method_READY(struct sock *sk, enum pt_hook hook)
{
	struct pending *pending;
	struct pt_record *rec;

	if ((__u64)sk != sending.sock)
		return 0;
	pending = pending_here();
	if (!pending || !pending->deliver_cookie)
		return 0;
	rec = record_of(pending->deliver_number);
	if (!rec || rec->number != pending->deliver_number || !rec->open || !is_socket_of(sk, rec))
		return 0;
	pending->deliver_cookie = 0;
	stamp_dev(rec, hook, NULL);
	return 0;
}

/* A reply on its way to user space: @skb is owned by the socket in whose queue it was. */
static __always_inline int method_COPIED(struct sk_buff *skb, enum pt_hook hook)
{
	struct sock *sk = GET(skb, sk);
	struct pt_record *rec;

	if (!sk || (__u64)sk != sending.sock)
		return 0;
	rec = probe_of(skb, network_header(skb), config.type_reply);
	if (rec && is_socket_of(sk, rec) && !is_stamped(rec, hook))
		stamp_dev(rec, hook, NULL);
	return 0;
}

#endif /* PINGTRACE_BPF_METHODS_H */
