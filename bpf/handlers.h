/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a packet is recognised at a hook, and whether this pass of it counts: one function for each handler
 * that the hook table names; the table HANDLERS in programs.h says which.
 *
 * Copies of a packet may be about: netem and networks duplicate, a raw socket gets a clone. A record takes
 * the stamps of one copy of the request, the one that the stack itself sent, and of one copy of the reply,
 * the one that reaches the socket first.
 */
#ifndef PINGTRACE_BPF_HANDLERS_H
#define PINGTRACE_BPF_HANDLERS_H

#include "packet.h"
#include "stamp.h"

/* The row of PT_ATTACH_POINTS that a program is made from. Always a constant: what it excludes is no code. */
struct attached {
	enum pt_hook hook, responder_hook; /* PT_HOOK_NONE: none */
	enum pt_attach_point point;
	enum pt_kind kind;
	__u32 arg;
};

/* --- the request's way out --- */

/* A system call that sends: @sk is its socket. There is no packet yet; the pinger says which one it will be. */
static __always_inline int handle_sending(struct attached at, struct sock *sk)
{
	struct pt_record *rec;

	if (!sending.active)
		return 0;
	rec = record_of(sending.number);
	if (!rec || (__u64)GET(sk, __sk_common.skc_cookie.counter) != rec->cookie)
		return 0;
	sending.sock = (__u64)sk;
	if (counts(rec, at.hook))
		stamp(rec, at.hook, at.point);
	return 0;
}

/* Any system call, where there is nothing better: ours, while the pinger says that it sends. */
static __always_inline int handle_syscall(struct attached at, long id)
{
	struct bpf_pidns_info pidns;
	struct pt_record *rec;

	if (!sending.active || id != config.nr_sendmsg)
		return 0;
	if (bpf_get_ns_current_pid_tgid(config.pidns_dev, config.pidns_ino, &pidns, sizeof(pidns)) ||
	    pidns.tgid != config.pid)
		return 0;
	rec = record_of(sending.number);
	if (rec && counts(rec, at.hook))
		stamp(rec, at.hook, at.point);
	return 0;
}

/*
 * A reply that this kernel makes, on its way out: until it has come in at our side. What this kernel answers in its own
 * name is no reply to the probe: a far host may have sent us our request.
 */
static __always_inline bool is_responder_pass(const struct pt_record *rec, enum pt_hook hook,
					      const struct found *found)
{
	return hook != PT_HOOK_NONE && !is_stamped(rec, PT_HOOK_DRIVER_RX) && counts(rec, hook) &&
	       (is_target(rec, found->l3, SADDR_OFFSET) || rec->any_source);
}

#define NO_SOCKET 1 /* what no socket has for an address, and is not 0 */

/*
 * Of a packet that @sk sends: 0: not ours. Otherwise @sk, or NO_SOCKET: it is forwarded, and may be ours. @replies: so may
 * what this kernel answers.
 */
static __always_inline __u64 may_be_sent_by(struct sock *sk, bool replies)
{
	if (!sk)
		return NO_SOCKET;
	return may_be_ours(sk, replies) ? (__u64)sk : 0;
}

static __always_inline __u64 may_be_transmitted(struct sk_buff *skb, bool replies)
{
	return may_be_sent_by(GET(skb, sk), replies);
}

/*
 * The record of the probe whose request, or reply of this kernel, @skb is on its way out, or NULL; *@found
 * says which.
 */
static __always_inline struct pt_record *transmitted_probe(struct sk_buff *skb, __u64 sk, struct found *found)
{
	struct pt_record *rec = probe_being_sent(skb, sk);

	found->reply = false;
	return rec ?: probe_of(skb, at_network_header(skb), false, found);
}

/*
 * The record of the probe that is being sent, if @skb is its request and the payload is in pages, where no program can
 * look: a packet of our socket that no device has had yet, while the pinger is in sendmsg(2).
 */
static __always_inline struct pt_record *probe_sent_in_pages(struct sk_buff *skb, __u64 sk,
							     struct found *found)
{
	struct header header = at_network_header(skb);
	struct pt_record *rec;

	if (!config.knows_socket || !sending.active || sk != sending.sock ||
	    header.linear >= (__s64)(USUAL_OFFSET + sizeof(struct echo)) || GET_POINTER(skb, dev))
		return NULL;
	rec = record_of(sending.number);
	found->reply = false;
	return rec && !rec->request_skb ? rec : NULL;
}

/*
 * @skb is the request, as far as it has come. Another address with the same memory is a clone: a bridge that does not know
 * where the receiver is gives each of its ports one. Copies that queueing disciplines make do not come by here again, and
 * tunnels' have memory of their own.
 */
static __always_inline void note_request(struct pt_record *rec, struct sk_buff *skb)
{
	__u64 head = (__u64)GET(skb, head);

	if (rec->request_skb != (__u64)skb) {
		if (rec->request_head == head)
			rec->request_copied = 1;
		rec->request_skb = (__u64)skb;
	}
	rec->request_head = head;
}

/* A request on its way out, down to the queueing discipline. */
static __always_inline int handle_transmit(struct attached at, struct sk_buff *skb, __u64 sk)
{
	struct pt_record *rec;
	struct found found;

	if (at.hook == PT_HOOK_IP_LOCAL_OUT) /* nobody has noted the request yet: not by its address */
		rec = probe_of(skb, at_network_header(skb), false, &found);
	else
		rec = transmitted_probe(skb, sk, &found);
	if (!rec && at.hook == PT_HOOK_IP_LOCAL_OUT)
		rec = probe_sent_in_pages(skb, sk, &found);
	if (!rec)
		return 0;
	if (found.reply) {
		if (is_responder_pass(rec, at.responder_hook, &found))
			stamp(rec, at.responder_hook, at.point);
		return 0;
	}
	if (at.hook == PT_HOOK_IP_LOCAL_OUT || at.hook == PT_HOOK_DEV_QUEUE)
		note_request(rec, skb);
	if (!counts(rec, at.hook))
		return 0;
	/* Above, the packet's device is not known, or not the one that it will leave by. */
	if (layer_of(at.hook) == PT_LAYER_DRIVER)
		stamp_dev(rec, at.hook, at.point, GET_POINTER(skb, dev));
	else
		stamp(rec, at.hook, at.point);
	return 0;
}

/*
 * The driver is handed a packet; whatever we want to know when it returns has to be kept till then. A reply of this kernel
 * is stamped only then.
 */
static __always_inline int handle_driver(struct attached at, struct sk_buff *skb, __u64 sk)
{
	struct pending *pending;
	struct pt_record *rec;
	struct found found;

	rec = transmitted_probe(skb, sk, &found);
	if (!rec)
		return 0;
	if (found.reply ? !is_responder_pass(rec, PT_HOOK_PEER_XMIT, &found) :
			  rec->request_skb && rec->request_skb != (__u64)skb)
		return 0; /* the latter: a copy that the queueing discipline made */
	pending = pending_here();
	if (!pending)
		return 0;
	if (!pending->xmit_skb) /* with one device on top of another, the upper one's is given up */
		__sync_fetch_and_add(&pending_xmits, 1);
	pending->xmit_skb = (__u64)skb;
	pending->xmit_dev = (__u64)GET_POINTER(skb, dev);
	pending->xmit_number = rec->number;
	pending->xmit_reply = found.reply;
	if (!found.reply && counts(rec, at.hook))
		stamp_dev(rec, at.hook, at.point, GET_POINTER(skb, dev));
	return 0;
}

#define NET_XMIT_MASK 0x0f /* a return code above it: the driver did not take the packet */

/*
 * The driver has returned. @skb may be freed, or somebody else's by now, and must not be looked into: it
 * is known by its address. With one device on top of another only the lowest is asked for.
 */
static __always_inline int handle_transmitted(struct attached at, struct sk_buff *skb, int rc,
					      struct net_device *dev)
{
	struct pending *pending;
	struct pt_record *rec;

	pending = pending_here();
	if (!pending || pending->xmit_skb != (__u64)skb || pending->xmit_dev != (__u64)dev)
		return 0;
	pending->xmit_skb = 0;
	__sync_fetch_and_sub(&pending_xmits, 1);
	rec = record_of(pending->xmit_number);
	if (!rec || !rec->open || rec->number != pending->xmit_number || rc >= NET_XMIT_MASK)
		return 0;
	if (pending->xmit_reply) /* whether it counts was asked when the driver was called */
		stamp_dev(rec, at.responder_hook, at.point, dev);
	else if (counts(rec, at.hook))
		stamp_dev(rec, at.hook, at.point, dev);
	return 0;
}

/* --- the reply's way in --- */

/* The first fragment tells the others' probe. */
static __always_inline void remember_fragments(const struct pt_record *rec, const struct found *found)
{
	struct fragments *f = fragments_of(found->fragment);

	if (!f)
		return;
	f->id = found->fragment;
	f->saddr = found->saddr;
	f->number = rec->number;
}

/* Forget what was stamped of a copy of the reply that has not reached the socket: on our side, before it is delivered. */
static __always_inline void forget_reply(struct pt_record *rec)
{
#define FORGET(hook, name, side, packet, ...) \
	if (PT_SIDE_##side == PT_SIDE_OURS && PT_PACKET_##packet == PT_PACKET_REPLY && \
	    PT_HOOK_##hook < PT_HOOK_PING_RCV) \
		rec->stamps[PT_HOOK_##hook].ns = 0;
	PT_HOOKS(FORGET)
}

/* Another copy of the reply is to count: it begins anew, and its own drop would count. */
static __always_inline void forget_copy(struct pt_record *rec)
{
	forget_reply(rec);
	rec->drop.packet = PT_DROPPED_NONE;
	rec->drop.ns = 0;
	rec->reply_skb = 0;
}

static __always_inline bool is_our_netns(__u32 netns)
{
	return !config.netns || !netns || netns == config.netns;
}

static __always_inline bool is_here(struct sk_buff *skb)
{
	struct net_device *dev = GET_POINTER(skb, dev);

	return is_our_netns(dev ? BPF_CORE_READ(dev, nd_net.net, ns.inum) : 0);
}

/* Was the reply last seen in our network namespace? */
static __always_inline bool was_here(const struct pt_record *rec)
{
	enum pt_hook last =
		is_stamped(rec, PT_HOOK_NETIF_RECEIVE) ? PT_HOOK_NETIF_RECEIVE : PT_HOOK_DRIVER_RX;
	__u32 slot = (__u32)rec->stamps[last].dev - 1;

	return slot >= PT_NR_DEVS || is_our_netns(devs[slot].netns);
}

/*
 * A bridge in another namespace that does not know where we are gives each of its ports a clone of the reply, and the
 * packet itself to the last: @skb, a clone, is the one that has come to us.
 */
static __always_inline bool is_clone_for_us(const struct pt_record *rec, struct sk_buff *skb,
					    enum pt_hook hook)
{
	return hook == PT_HOOK_NETIF_RECEIVE && rec->reply_skb != (__u64)skb &&
	       rec->reply_head == (__u64)GET(skb, head) && !rec->reply_fragment && !was_here(rec) &&
	       is_here(skb);
}

/*
 * Is this pass at a hook of the way in one of the copy that counts, the first that came? Of its fragments
 * the last to arrive counts, so that the wait for it is in `wire`.
 */
static __always_inline bool is_reply_pass(struct pt_record *rec, struct sk_buff *skb, enum pt_hook hook,
					  const struct found *found)
{
	if (rec->reply_skb == SKB_GONE) {
		if (found->later && rec->reply_fragment == found->fragment)
			return false; /* the rest of the datagram that has lost its first fragment */
		if (rec->reply_head == (__u64)GET(skb, head) && !is_here(skb))
			return false; /* a clone that a bridge gave to another port */
		forget_copy(rec);
	} else if (rec->reply_skb && is_clone_for_us(rec, skb, hook)) {
		forget_copy(rec);
	}
	if (!rec->reply_skb) {
		rec->reply_skb = (__u64)skb;
		rec->reply_fragment = found->fragment;
		rec->reply_head = (__u64)GET(skb, head);
	} else if (found->later && hook == PT_HOOK_DRIVER_RX && rec->reply_fragment == found->fragment &&
		   rec->reply_skb != (__u64)skb) {
		rec->reply_skb = (__u64)skb;
		rec->stamps[PT_HOOK_DRIVER_RX].ns = 0;
	}
	return rec->reply_skb == (__u64)skb;
}

/* No reply is of this length. Where replies may come in fragments, any is a reply's. */
static __always_inline bool has_other_length(struct sk_buff *skb)
{
	return GET(skb, len) - config.len_min > config.len_more;
}

static __always_inline bool may_be_received(struct sk_buff *skb, enum pt_hook hook)
{
	if (hook == PT_HOOK_NETIF_RECEIVE && recent.skb == (__u64)skb)
		recent.skb = 0;
	if (hook == PT_HOOK_IP_RCV && recent.skb == (__u64)skb)
		return true;
	return !has_other_length(skb);
}

/* The probe whose reply, or request into the responder, passes @hook. */
static __always_inline struct pt_record *received_probe(struct sk_buff *skb, enum pt_hook hook,
							struct found *found)
{
	struct pt_record *rec = NULL;

	if (hook == PT_HOOK_IP_RCV)
		rec = probe_of_received(skb, found);
	if (rec)
		return rec;
	rec = probe_of(skb, hook == PT_HOOK_IP_RCV ? at_network_header(skb) : at_data(skb),
		       hook == PT_HOOK_IP_RCV, found);
	if (rec && hook == PT_HOOK_NETIF_RECEIVE && !found->fragment)
		note_received(rec, skb, found->reply);
	return rec;
}

#define PACKET_OTHERHOST 3 /* include/uapi/linux/if_packet.h */

/* It has come to a device that has not the link address that it is for. */
static __always_inline bool is_for_other_host(struct sk_buff *skb)
{
	return BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type) == PACKET_OTHERHOST;
}

/* A reply on its way in, before and at IP; or a request on its way into the responder. */
static __always_inline int handle_receive(struct attached at, struct sk_buff *skb)
{
	struct pt_record *rec;
	struct found found;

	rec = received_probe(skb, at.hook, &found);
	if (!rec)
		return 0;
	if (!found.reply) {
		if (at.responder_hook != PT_HOOK_NONE && counts(rec, at.responder_hook) &&
		    !is_stamped(rec, PT_HOOK_PEER_ICMP_RCV) && is_target(rec, found.l3, DADDR_OFFSET) &&
		    !(rec->request_copied && is_for_other_host(skb)))
			stamp_dev(rec, at.responder_hook, at.point, GET_POINTER(skb, dev));
		return 0;
	}
	if (rec->delivered || !is_reply_pass(rec, skb, at.hook, &found))
		return 0;
	if (found.fragment && !found.later)
		remember_fragments(rec, &found);
	if (at.hook == PT_HOOK_NETIF_RECEIVE && !found.later)
		rec->reply_head = (__u64)GET(skb, head); /* it may have been moved meanwhile */
	if (counts(rec, at.hook))
		stamp_dev(rec, at.hook, at.point, GET_POINTER(skb, dev));
	return 0;
}

/* Is @skb the copy of the reply that was stamped on its way in, or a clone of it? Clones share its memory. */
static __always_inline bool is_copy_or_clone(const struct pt_record *rec, struct sk_buff *skb)
{
	return !rec->reply_skb || rec->reply_skb == (__u64)skb || rec->reply_head == (__u64)GET(skb, head);
}

/*
 * The same where a clone can only be another copy, one that the network made: before a raw socket gets its
 * clone. Putting a datagram together from fragments moves it to another skb.
 */
static __always_inline bool is_same_copy(const struct pt_record *rec, struct sk_buff *skb)
{
	if (config.socket == PT_SOCKET_RAW || rec->reply_fragment)
		return is_copy_or_clone(rec, skb);
	return !rec->reply_skb || rec->reply_skb == (__u64)skb;
}

/*
 * Something goes to a socket, it is not yet known what: what went before it and did not get into the queue is no longer
 * to come.
 */
static __always_inline struct pending *begin_delivery(void)
{
	struct pending *pending = pending_here();

	if (pending)
		pending->deliver_cookie = 0;
	return pending;
}

/* The reply goes to the probe's socket. */
static __always_inline void deliver(struct attached at, struct pt_record *rec, struct sk_buff *skb,
				    struct pending *pending)
{
	if (is_stamped(rec, config.has_data_ready ? PT_HOOK_DATA_READY : at.hook))
		return; /* a duplicate */
	if (!is_same_copy(rec, skb))
		forget_reply(rec);
	pending->deliver_number = rec->number;
	pending->deliver_cookie = rec->cookie;
	rec->delivered = true;
	stamp(rec, at.hook, at.point);
}

/* A reply at ICMP, and on its way to a ping socket; or a request at the responder's ICMP. */
static __always_inline int handle_deliver(struct attached at, struct sk_buff *skb)
{
	bool delivers = at.hook == PT_HOOK_PING_RCV && config.socket == PT_SOCKET_DGRAM;
	struct pending *pending = delivers ? begin_delivery() : NULL;
	struct pt_record *rec;
	struct found found;

	rec = probe_of_received(skb, &found);
	rec = rec ?: probe_of(skb, at_network_header(skb), at.responder_hook == PT_HOOK_NONE, &found);
	if (!rec)
		return 0;
	if (!found.reply) {
		if (at.responder_hook != PT_HOOK_NONE && counts(rec, at.responder_hook) &&
		    is_target(rec, at_network_header(skb).l3, DADDR_OFFSET))
			stamp(rec, at.responder_hook, at.point);
	} else if (delivers) {
		if (pending)
			deliver(at, rec, skb, pending);
	} else if (is_same_copy(rec, skb) && counts(rec, at.hook)) {
		stamp(rec, at.hook, at.point);
	}
	return 0;
}

/* With SOCKET, only a pass that concerns the probe's own socket counts: does this one, of @sk? */
static __always_inline bool is_for_probe(struct attached at, const struct pt_record *rec, struct sock *sk)
{
	return pass_of(at.hook) != PT_PASS_SOCKET || is_socket_of(sk, rec);
}

/* A clone of a reply on its way to the raw socket @sk. */
static __always_inline int handle_deliver_raw(struct attached at, struct sock *sk, struct sk_buff *skb)
{
	struct pending *pending = begin_delivery();
	struct pt_record *rec;
	struct found found;

	rec = probe_of(skb, at_network_header(skb), true, &found);
	if (rec && pending && is_for_probe(at, rec, sk))
		deliver(at, rec, skb, pending);
	return 0;
}

/* Something has been put into the queue of @sk: what the hook before was about, if it was for this socket. */
static __always_inline int handle_ready(struct attached at, struct sock *sk)
{
	struct pending *pending;
	struct pt_record *rec;

	pending = pending_here();
	if (!pending || !pending->deliver_cookie)
		return 0;
	rec = record_of(pending->deliver_number);
	if (!rec || rec->number != pending->deliver_number || !rec->open || !is_for_probe(at, rec, sk))
		return 0;
	pending->deliver_cookie = 0;
	rec->delivered = true;
	stamp(rec, at.hook, at.point);
	return 0;
}

/*
 * The same where no hook comes before: the last packet in the queue of @sk, if it came in on this CPU;
 * otherwise another CPU has put one behind it meanwhile.
 */
static __always_inline int handle_queued(struct attached at, struct sock *sk)
{
	struct pt_record *rec;
	struct sk_buff *skb;
	struct found found;

	if (!is_icmp_socket(sk))
		return 0;
	skb = GET_POINTER(sk, sk_receive_queue.prev);
	rec = probe_of(skb, at_network_header(skb), true, &found);
	if (!rec || !is_for_probe(at, rec, sk) || !counts(rec, at.hook) ||
	    !is_stamped(rec, PT_HOOK_NETIF_RECEIVE) ||
	    rec->stamps[PT_HOOK_NETIF_RECEIVE].cpu != bpf_get_smp_processor_id())
		return 0;
	if (!is_copy_or_clone(rec, skb))
		forget_reply(rec);
	rec->delivered = true;
	stamp(rec, at.hook, at.point);
	return 0;
}

static __always_inline bool may_be_copied(struct sk_buff *skb)
{
	struct sock *sk = GET(skb, sk);

	return sk && may_be_ours(sk, false);
}

/* A reply on its way to user space: @skb is owned by the socket in whose queue it was. */
static __always_inline int handle_copied(struct attached at, struct sk_buff *skb)
{
	struct sock *sk = GET_POINTER(skb, sk);
	struct pt_record *rec;
	struct found found;

	rec = probe_of(skb, at_network_header(skb), true, &found);
	if (!rec || !sk || !is_for_probe(at, rec, sk) || !counts(rec, at.hook))
		return 0;
	if (!config.has_delivery && !config.has_data_ready && !is_copy_or_clone(rec, skb))
		forget_reply(rec);
	rec->delivered = true;
	stamp(rec, at.hook, at.point);
	return 0;
}

#endif /* PINGTRACE_BPF_HANDLERS_H */
