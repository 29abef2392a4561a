// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "analysis/advice.h"
#include "analysis/loss.h"
#include "base/util.h"
#include "model/hook.h"
#include "model/stamps.h"

static uint64_t passed_at(const struct pt_record *rec, enum pt_hook hook)
{
	const struct pt_stamp *s = record_stamp(rec, hook);

	return s ? s->ns : 0;
}

/*
 * When the packet passed @hook. `xmit` is stamped after the driver returned, later than the packet was handed over.
 */
static uint64_t went_through_at(const struct pt_record *rec, enum pt_hook hook)
{
	uint64_t start = hook == PT_HOOK_XMIT ? passed_at(rec, PT_HOOK_START_XMIT) : 0;

	return start ?: passed_at(rec, hook);
}

static bool reply_came_in(const struct pt_record *rec)
{
	enum pt_hook h;

	for (h = PT_HOOK_DRIVER_RX; h < PT_HOOK_RECV; h++)
		if (passed_at(rec, h))
			return true;
	return false;
}

/*
 * The last hook in the kernel that was stamped up to @until; with @request_only, of the request. Hooks beside the path do not
 * count: another copy passed them. NONE: no hook.
 */
static enum pt_hook last_hook(const struct pt_record *rec, enum pt_socket socket, uint64_t until,
			      bool request_only)
{
	enum pt_hook h, last = PT_HOOK_NONE;
	uint64_t at, latest = 0;

	for (h = PT_HOOK_SEND + 1; h < PT_HOOK_RECV; h++) {
		at = went_through_at(rec, h);
		if (!at || passed_at(rec, h) > until || at < latest ||
		    !(hook_on_path(h, socket) || hook_is_peer(h)) || (request_only && hook_is_reply(h)) ||
		    (h == PT_HOOK_PEER_XMIT && reply_came_in(rec)))
			continue;
		last = h;
		latest = at;
	}
	return last;
}

/* The device and the namespace, if it is not ours. */
static void set_device(struct loss *l, const struct loss_sight *sight, uint16_t dev, uint32_t netns)
{
	const struct pt_dev *d = pt_dev_at(sight->devs, dev);

	if (d && d->name[0])
		harmless(l->dev, sizeof(l->dev), d->name);
	if (!netns && d)
		netns = d->netns;
	if (netns && sight->netns && netns != sight->netns)
		l->netns = netns;
}

/* Is it a reason with a meaning? */
static bool has_reason(const struct loss_sight *sight, uint32_t reason)
{
	const struct drop_reasons *r = sight->reasons;

	return r && reason < r->nr && r->names[reason][0] && strcmp(r->names[reason], "NOT_SPECIFIED") != 0;
}

/*
 * Some drivers free a sent packet as if it were dropped, without a reason (dev_kfree_skb_any): after the device took it, or
 * at the same time on another CPU. A virtual device drops a packet before it returns; a packet that it handed over is stamped
 * at the receiver.
 */
static bool is_completion(const struct pt_record *rec, const struct loss_sight *sight)
{
	const struct pt_drop *drop = &rec->drop;
	const struct pt_stamp *start = record_stamp(rec, PT_HOOK_START_XMIT);
	uint64_t xmit = passed_at(rec, PT_HOOK_XMIT);

	if (drop->packet == PT_DROPPED_REPLY_IN || has_reason(sight, drop->reason))
		return false;
	if (drop->packet == PT_DROPPED_REPLY_OUT)
		return passed_at(rec, PT_HOOK_PEER_XMIT) && passed_at(rec, PT_HOOK_PEER_XMIT) <= drop->ns;
	if (!start || start->ns > drop->ns || passed_at(rec, PT_HOOK_DEV_QUEUE) > start->ns ||
	    passed_at(rec, PT_HOOK_PEER_DRIVER_RX) >= start->ns)
		return false;
	return start->cpu != drop->cpu || (xmit && xmit <= drop->ns);
}

/* The drop that explains the loss, or NULL. */
static const struct pt_drop *drop_of(const struct pt_record *rec, const struct loss_sight *sight)
{
	const struct pt_drop *drop = &rec->drop;

	if (!drop->ns || drop->number != rec->number || is_completion(rec, sight))
		return NULL;
	/* It went on all the same: that was a copy. */
	if (drop->packet != PT_DROPPED_REPLY_IN && reply_came_in(rec))
		return NULL;
	/* What ICMP has left over when the raw socket did not want it: see bpf/drop.h. */
	if (drop->packet == PT_DROPPED_REPLY_IN && sight->socket == PT_SOCKET_RAW &&
	    (!strncmp(drop->function, "icmp_rcv", 8) || !strncmp(drop->function, "icmpv6_rcv", 10)))
		return NULL;
	return drop;
}

static bool is_ours(const struct loss_sight *sight, uint32_t netns)
{
	return !netns || !sight->netns || netns == sight->netns;
}

static enum loss_where where_dropped(const struct pt_record *rec, const struct pt_drop *drop,
				     const struct loss_sight *sight)
{
	uint64_t in = passed_at(rec, PT_HOOK_PEER_DRIVER_RX);

	if (!is_ours(sight, drop->netns) || drop->packet == PT_DROPPED_REPLY_OUT)
		return LOSS_FAR;
	if (drop->packet == PT_DROPPED_REPLY_IN)
		return LOSS_IN;
	/* It came in again: this host is the responder, or on the way there. */
	return in && in <= drop->ns ? LOSS_FAR : LOSS_OUT;
}

/* The symbol without what the compiler or the module adds: "ip_rcv_finish_core.isra.0", "veth_xmit [veth]". */
static void set_function(struct loss *l, const struct pt_drop *drop)
{
	const char *symbol = drop->function;
	size_t i;

	for (i = 0; i < sizeof(drop->function) && symbol[i] > ' ' && symbol[i] < 0x7f && symbol[i] != '.';
	     i++)
		l->function[i] = symbol[i];
	l->function[i] = '\0';
	if (l->function[0] >= '0' && l->function[0] <= '9') /* an address: the kernel has no name for it */
		l->function[0] = '\0';
}

static void set_drop(struct loss *l, const struct pt_record *rec, const struct pt_drop *drop,
		     const struct loss_sight *sight)
{
	l->where = where_dropped(rec, drop, sight);
	l->hook = last_hook(rec, sight->socket, drop->ns, drop->packet == PT_DROPPED_REQUEST);
	if (sight->reasons && drop->reason && drop->reason < sight->reasons->nr)
		harmless(l->reason, sizeof(l->reason), sight->reasons->names[drop->reason]);
	set_function(l, drop);
	set_device(l, sight, drop->dev, drop->netns);
	l->dropped_ns = drop->ns;
	l->dropped_cpu = drop->cpu;
	advise(l, drop_advice(l, drop->packet));
}

/* In which namespace a reply was seen last; 0: not known. */
static uint32_t reply_netns(const struct pt_record *rec, const struct loss_sight *sight)
{
	static const enum pt_hook with_device[] = { PT_HOOK_IP_RCV, PT_HOOK_NETIF_RECEIVE,
						    PT_HOOK_DRIVER_RX };
	const struct pt_stamp *s;
	const struct pt_dev *d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(with_device); i++) {
		s = record_stamp(rec, with_device[i]);
		d = s ? pt_dev_at(sight->devs, s->dev) : NULL;
		if (d)
			return d->netns;
	}
	return 0;
}

/* Does the packet wait in the queue of a lower device of this host? */
static bool is_queued_again(const struct pt_record *rec, const struct loss_sight *sight)
{
	const struct pt_stamp *queue = record_stamp(rec, PT_HOOK_DEV_QUEUE);
	const struct pt_dev *d = queue ? pt_dev_at(sight->devs, queue->dev) : NULL;

	return d && is_ours(sight, d->netns) && queue->ns > passed_at(rec, PT_HOOK_XMIT) &&
	       !passed_at(rec, PT_HOOK_PEER_DRIVER_RX);
}

static enum loss_where where_seen(const struct pt_record *rec, const struct loss_sight *sight)
{
	if (!sight->both_ways)
		return LOSS_UNKNOWN;
	if (reply_came_in(rec))
		return is_ours(sight, reply_netns(rec, sight)) ? LOSS_IN : LOSS_FAR;
	if (sight->in_fragments && !passed_at(rec, PT_HOOK_PEER_ICMP_RCV))
		return LOSS_UNKNOWN;
	if (passed_at(rec, PT_HOOK_PEER_DRIVER_RX) || passed_at(rec, PT_HOOK_PEER_ICMP_RCV) ||
	    (passed_at(rec, PT_HOOK_XMIT) && !is_queued_again(rec, sight)))
		return LOSS_FAR;
	return sight->hooks & 1U << PT_HOOK_XMIT && !rec->request_copied ? LOSS_OUT : LOSS_UNKNOWN;
}

static bool raw_socket_did_not_take(const struct pt_record *rec, const struct loss_sight *sight)
{
	return sight->socket == PT_SOCKET_RAW && sight->hooks & 1U << PT_HOOK_RAW_RCV &&
	       !passed_at(rec, PT_HOOK_RAW_RCV) && passed_at(rec, PT_HOOK_ICMP_RCV);
}

/* The device at @hook. Hooks in the IP layer have none; use the one of the hooks before. */
static uint16_t device_at(const struct pt_record *rec, enum pt_hook hook)
{
	enum pt_hook h;

	for (h = hook; h > PT_HOOK_SEND; h--) {
		if (record_stamp(rec, h) && rec->stamps[h].dev)
			return rec->stamps[h].dev;
		if (h == PT_HOOK_DRIVER_RX || h == PT_HOOK_PEER_IP_LOCAL_OUT || h == PT_HOOK_PEER_DRIVER_RX)
			return 0;
	}
	return 0;
}

/* No drop was seen: the stamps tell how far the probe came. */
static void set_seen(struct loss *l, const struct pt_record *rec, const struct loss_sight *sight)
{
	l->silent = true;
	l->where = where_seen(rec, sight);
	l->hook = last_hook(rec, sight->socket, UINT64_MAX, false);
	if (l->hook != PT_HOOK_NONE)
		set_device(l, sight, device_at(rec, l->hook), 0);
	if (l->hook ==
	    PT_HOOK_PEER_ICMP_RCV) /* the hook is the entry of this function: nothing came out of it */
		strcpy(l->function, sight->family == PT_FAMILY_V6 ? "icmpv6_rcv" : "icmp_rcv");
	advise(l, silent_advice(l));
	if (l->where == LOSS_UNKNOWN && sight->in_fragments)
		advise(l, "what became of its fragments after the first is not seen: a smaller -s");
	if (l->where == LOSS_IN && raw_socket_did_not_take(rec, sight))
		advise(l, advice_raw_socket_full);
}

/* The reply came back corrupted. */
static void set_corrupted(struct loss *l)
{
	l->where = LOSS_IN;
	l->hook = PT_HOOK_RECV;
	advise(l, advice_wrong_checksum);
}

/* A drop says more than an ICMP error; without one, the node that sent the error had the request. */
static void set_icmp(struct loss *l, const struct pt_record *rec, const struct loss_sight *sight,
		     const struct pt_drop *drop)
{
	const struct pt_told *told = &rec->told;

	l->has_icmp = true;
	l->icmp_type = told->type;
	l->icmp_code = told->code;
	l->icmp_info = told->info;
	l->silent = false;
	/* A reply that is here says more, too. */
	if (drop || l->where == LOSS_IN)
		return;
	/* What this host's device has sent, this host then refused as the responder. */
	if (!sight->icmp_from_here || (l->where == LOSS_UNKNOWN && passed_at(rec, PT_HOOK_XMIT)))
		l->where = LOSS_FAR;
	else if (l->where == LOSS_UNKNOWN)
		l->where = LOSS_OUT;
	advise(l, l->where == LOSS_OUT ? own_icmp_advice(l, sight->family) : NULL);
}

/* A drop explains why sendmsg(2) failed. */
static void set_error(struct loss *l, int error, const struct pt_drop *drop, const struct loss_sight *sight)
{
	l->error = error;
	l->silent = false;
	if (drop)
		return;
	l->where = LOSS_SOCKET;
	advise(l, error_advice(error));
	if (error == ENOBUFS && l->hook == PT_HOOK_SENDMSG && sight->hooks & 1U << PT_HOOK_IP_LOCAL_OUT)
		advise(l, advice_send_buffer);
}

void loss_of(struct loss *l, const struct pt_record *rec, const struct loss_sight *sight)
{
	const struct pt_drop *drop = drop_of(rec, sight);

	memset(l, 0, sizeof(*l));
	l->hook = PT_HOOK_NONE;
	if (drop)
		set_drop(l, rec, drop, sight);
	else if (rec->told.corrupted)
		set_corrupted(l);
	else
		set_seen(l, rec, sight);
	if (rec->told.has_icmp)
		set_icmp(l, rec, sight, drop);
	if (rec->told.error)
		set_error(l, rec->told.error, drop, sight);
	/* Commands say how things are in their own namespace. */
	if (*l->advice && l->netns && !strstr(l->advice, "there") && !strstr(l->advice, "both sides"))
		append(l->advice, sizeof(l->advice), ", there");
}
