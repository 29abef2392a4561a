// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include "loss.h"
#include "path.h"
#include "util.h"

/* --- what to do about it --- */

#define WHERE(where) (1U << LOSS_##where)
#define HERE (WHERE(OUT) | WHERE(IN))
#define ANYWHERE (HERE | WHERE(FAR))

static const char wrong_checksum[] =
	"a wrong checksum: damaged on the way, or by a device's offload: ethtool -k";
static const char no_neighbour[] =
	"the neighbour does not answer ARP or ND: is it up, in this network? ip neigh";
static const char rejecting_route[] = "no route to the destination, or one that rejects: ip route get";
static const char blackhole[] = "a blackhole route, or a policy: ip route get";
static const char output_rule[] =
	"a netfilter rule in OUTPUT or POSTROUTING drops the request: nft list ruleset";
static const char input_rule[] = "a netfilter rule in PREROUTING or INPUT drops the reply: nft list ruleset";
static const char request_rule[] =
	"a netfilter rule in PREROUTING, INPUT or FORWARD drops the request: nft list ruleset there";
static const char reply_rule[] =
	"a netfilter rule in the responder's OUTPUT or POSTROUTING drops the reply: nft list ruleset there";
static const char router_rule[] = "a netfilter rule of a router drops the reply: nft list ruleset there";
static const char queueing[] =
	"the device's queueing discipline: full, made to drop, or no carrier: tc -s qdisc, ip link";
static const char not_forwarded[] =
	"the router does not forward it: time to live or hop limit (-t), MTU, or forwarding is off (sysctl) there";
static const char netdev_rule[] =
	"a netfilter rule at the device's ingress (table netdev), or in PREROUTING or INPUT where ip_rcv is not traced, "
	"drops the reply: nft list ruleset";
static const char forwarding_off[] =
	"forwarding is off there, or the address is nobody's: sysctl net.ipv4.ip_forward, net.ipv6.conf.all.forwarding";
static const char out_of_hops[] = "its time to live, or hop limit, was up at this router: -t";
static const char too_long[] = "longer than the MTU, and not to be fragmented: -s, -M, ip link";
static const char not_taken[] =
	"the device at the other end is down, or its MTU is smaller than the packet: ip link on both sides";
static const char send_buffer[] = "no room in the socket's send buffer: -S, sysctl net.core.wmem_max";
static const char own_rule[] = "a netfilter rule of this host rejects the request: nft list ruleset";
static const char raw_socket[] =
	"the raw socket did not take the reply: its receive buffer is full, or a wrong checksum";
static const char raw_socket_full[] =
	"the raw socket did not take the reply: its receive buffer is full, or it is bound to another device";

/*
 * The common causes: the first row that fits. @reason is the kernel's name, or with a star how it begins; @function
 * serves where the kernel gives no reason, or one of many meanings. NULL fits all, and so does no @packet.
 */
struct advice {
	const char *reason;
	const char *function;
	unsigned int where;
	enum pt_dropped packet;
	const char *text;
};

/* clang-format off */
static const struct advice advices[] = {
	{ "NETFILTER_DROP", NULL, WHERE(OUT), 0, output_rule },
	{ "NETFILTER_DROP", NULL, WHERE(IN), 0, input_rule },
	{ "NETFILTER_DROP", NULL, WHERE(FAR), PT_DROPPED_REQUEST, request_rule },
	{ "NETFILTER_DROP", NULL, WHERE(FAR), PT_DROPPED_REPLY_OUT, reply_rule },
	{ "NETFILTER_DROP", NULL, WHERE(FAR), PT_DROPPED_REPLY_IN, router_rule },
	{ NULL, "nf_hook_slow", WHERE(OUT), 0, output_rule },
	{ NULL, "nf_hook_slow", WHERE(IN), 0, input_rule },
	{ NULL, "nf_hook_slow", WHERE(FAR), PT_DROPPED_REQUEST, request_rule },
	{ NULL, "nf_hook_slow", WHERE(FAR), PT_DROPPED_REPLY_OUT, reply_rule },
	{ NULL, "nf_hook_slow", WHERE(FAR), PT_DROPPED_REPLY_IN, router_rule },
	{ "NETFILTER_INGRESS", NULL, ANYWHERE, 0, "a netfilter rule at the device's ingress: nft list ruleset" },
	{ "NETFILTER_EGRESS", NULL, ANYWHERE, 0, "a netfilter rule at the device's egress: nft list ruleset" },
	{ "IP_INADDRERRORS", "ip_error", WHERE(FAR), 0, forwarding_off },
	{ "IP_INADDRERRORS", "ip6_forward", WHERE(FAR), 0, forwarding_off },
	{ "IP_INHDR", "ip_forward", WHERE(FAR), 0, out_of_hops },
	{ "IP_INHDR", "ip6_forward", WHERE(FAR), 0, out_of_hops },
	{ "PKT_TOO_BIG", "ip_forward", WHERE(FAR), 0, too_long },
	{ "PKT_TOO_BIG", "ip6_forward", WHERE(FAR), 0, too_long },
	{ NULL, "ip_forward", WHERE(FAR), 0, not_forwarded },
	{ NULL, "ip6_forward", WHERE(FAR), 0, not_forwarded },
	{ "IP_RPFILTER", NULL, ANYWHERE, 0,
	  "the reverse-path filter: the way back to the sender is by another device: ip route get, "
	  "sysctl net.ipv4.conf.all.rp_filter" },
	{ "IP_LOCAL_SOURCE", NULL, ANYWHERE, 0,
	  "a martian source: the sender has an address of the receiver's: ip address on both sides" },
	{ "IP_INVALID_SOURCE", NULL, ANYWHERE, 0, "a martian source: ip address and ip route of the sender" },
	{ "IP_LOCALNET", NULL, ANYWHERE, 0,
	  "a loopback address on the network: sysctl net.ipv4.conf.all.route_localnet" },
	{ NULL, "ip_rcv_finish_core", ANYWHERE, 0,
	  "the receiver's routing refused it: a martian address, or no route: ip route get" },
	{ "IP_OUTNOROUTES", NULL, ANYWHERE, 0, rejecting_route },
	{ "IP_INNOROUTES", NULL, ANYWHERE, 0, rejecting_route },
	{ NULL, "ip_error", ANYWHERE, 0, rejecting_route },
	{ NULL, "ip6_pkt_drop", ANYWHERE, 0, rejecting_route },
	{ NULL, "dst_discard", ANYWHERE, 0, blackhole },
	{ NULL, "dst_discard_out", ANYWHERE, 0, blackhole },
	{ "NEIGH_FAILED", NULL, ANYWHERE, 0, no_neighbour },
	{ NULL, "neigh_invalidate", ANYWHERE, 0, no_neighbour },
	{ NULL, "arp_error_report", ANYWHERE, 0, no_neighbour },
	{ NULL, "ndisc_error_report", ANYWHERE, 0, no_neighbour },
	{ "NEIGH_QUEUEFULL", NULL, ANYWHERE, 0, "too many packets wait for the neighbour to answer ARP or ND: ip neigh" },
	{ "NEIGH_*", NULL, ANYWHERE, 0, "no entry could be had for the neighbour: ip neigh, dmesg" },
	{ "QDISC_*", NULL, ANYWHERE, 0, queueing },
	{ "TC_EGRESS", NULL, ANYWHERE, 0, "a filter or BPF program at the device's egress: tc filter show" },
	{ "TC_INGRESS", NULL, ANYWHERE, 0, "a filter or BPF program at the device's ingress: tc filter show" },
	{ "BPF_CGROUP_EGRESS", NULL, ANYWHERE, 0, "a BPF program of this cgroup: bpftool cgroup tree" },
	{ "XDP", NULL, ANYWHERE, 0, "an XDP program of the device: ip link, bpftool net" },
	{ "DEV_READY", NULL, ANYWHERE, 0, "the device is down: ip link" },
	{ "ICMP_CSUM", NULL, ANYWHERE, 0, wrong_checksum },
	{ "IP_CSUM", NULL, ANYWHERE, 0, wrong_checksum },
	{ "SKB_CSUM", NULL, ANYWHERE, 0, wrong_checksum },
	{ "IP_INHDR", NULL, ANYWHERE, 0, "a broken IP header: damaged on the way" },
	{ "SOCKET_RCVBUFF", NULL, WHERE(IN), 0,
	  "the socket's receive buffer is full: too much came at one time, or pingtrace did not get to run" },
	{ "SOCKET_FILTER", NULL, WHERE(IN), 0, "the socket's filter: is the identifier somebody else's too?" },
	{ "NO_SOCKET", NULL, WHERE(IN), 0,
	  "no socket for this reply: it came by another device, or to another address, than the socket is bound to" },
	{ NULL, "rawv6_rcv", WHERE(IN), 0, raw_socket },
	{ NULL, "raw_rcv", WHERE(IN), 0, raw_socket },
	{ "CPU_BACKLOG", NULL, ANYWHERE, 0, "the CPU's backlog is full: sysctl net.core.netdev_max_backlog" },
	{ "FULL_RING", NULL, ANYWHERE, 0, "the device's ring is full: ip -s link" },
	{ "NOMEM", NULL, ANYWHERE, 0, "no memory: dmesg" },
	{ "PKT_TOO_BIG", NULL, ANYWHERE, 0, too_long },
	{ "OTHERHOST", NULL, ANYWHERE, 0, "sent to another host's link address: ip neigh" },
	{ "IPV6DISABLED", NULL, ANYWHERE, 0, "IPv6 is off there: sysctl net.ipv6.conf.all.disable_ipv6" },
	{ "FRAG_REASM_TIMEOUT", NULL, ANYWHERE, 0, "a fragment did not arrive: a smaller -s" },
	{ NULL, "__dev_forward_skb", ANYWHERE, 0, not_taken },
	{ NULL, "__dev_forward_skb2", ANYWHERE, 0, not_taken },
	{ NULL, "icmp_rcv", WHERE(FAR), 0,
	  "the responder's ICMP: it ignores broadcasts (sysctl net.ipv4.icmp_echo_ignore_broadcasts there), "
	  "or a wrong checksum" },
	{ NULL, "icmpv6_rcv", WHERE(FAR), 0,
	  "the responder's ICMP: sysctl net.ipv6.icmp.echo_ignore_all, or its rate limit, there" },
};

/* Where nothing was dropped that could be seen: the last hook says something all the same. */
static const struct {
	enum loss_where where;
	enum pt_hook hook;
	const char *text;
} silent_advices[] = {
	{ LOSS_OUT, PT_HOOK_IP_FINISH_OUTPUT2,
	  "no answer to ARP or ND yet: is the neighbour up, in this network? ip neigh" },
	{ LOSS_OUT, PT_HOOK_DEV_QUEUE, "in the device's queue: tc -s qdisc" },
	{ LOSS_FAR, PT_HOOK_PEER_ICMP_RCV,
	  "the responder took the request and made no reply: icmp_echo_ignore_all, its rate limit for ICMP "
	  "(icmp_ratelimit, icmp_msgs_per_sec), or no route back" },
	{ LOSS_IN, PT_HOOK_DATA_READY, "the reply was in the socket's queue when the probe was given up" },
};

/* ICMP errors that this host sends about its own request. */
static const struct {
	enum pt_family family;
	uint8_t type, code;
	const char *text;
} own_icmp_advices[] = {
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, no_neighbour },
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, too_long },
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, own_rule },
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_NET_ANO, own_rule },
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_HOST_ANO, own_rule },
	{ PT_FAMILY_V4, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, own_rule },
	{ PT_FAMILY_V6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, no_neighbour },
	{ PT_FAMILY_V6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, own_rule },
	{ PT_FAMILY_V6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, own_rule },
	{ PT_FAMILY_V6, ICMP6_PACKET_TOO_BIG, 0, too_long },
};

static const struct {
	int error;
	const char *text;
} error_advices[] = {
	{ ENETUNREACH, "no route to the destination: ip route get" },
	{ EHOSTUNREACH, "the next hop did not answer ARP or ND, or the route says unreachable: ip route get, ip neigh" },
	{ ENETDOWN, "the device is down: ip link" },
	{ ENODEV, "the device is gone: ip link" },
	{ EADDRNOTAVAIL, "the source address is gone: ip address" },
	{ EACCES, "the route prohibits it: ip route get" },
	{ EPERM, "netfilter (OUTPUT), a BPF program of this cgroup or a security module forbids it: nft list ruleset" },
	{ EINVAL, "a blackhole route: ip route get" },
	{ EMSGSIZE, "longer than the MTU, and not to be fragmented: -s, -M" },
	{ ENOBUFS, "the device's queue is full, or without carrier: tc -s qdisc, ip link" },
	{ ENOMEM, "no memory: dmesg" },
};
/* clang-format on */

static bool reason_fits(const char *pattern, const char *reason)
{
	size_t len = strlen(pattern);

	return pattern[len - 1] == '*' ? !strncmp(pattern, reason, len - 1) : !strcmp(pattern, reason);
}

static bool fits(const struct advice *a, const struct loss *l, enum pt_dropped packet)
{
	return a->where & 1U << l->where && (!a->packet || a->packet == packet) &&
	       (!a->reason || reason_fits(a->reason, l->reason)) &&
	       (!a->function || !strcmp(a->function, l->function));
}

/* Rules of netfilter that lie elsewhere than most: told by the last hook. */
static const struct {
	enum loss_where where;
	enum pt_hook hook;
	const char *text;
} netdev_advices[] = {
	{ LOSS_OUT, PT_HOOK_IP_FINISH_OUTPUT2,
	  "a netfilter rule at the device's egress (table netdev) drops the request: nft list ruleset" },
	{ LOSS_IN, PT_HOOK_DRIVER_RX, netdev_rule },
	{ LOSS_IN, PT_HOOK_NETIF_RECEIVE, netdev_rule },
};

static void advise(struct loss *l, const char *text)
{
	snprintf(l->advice, sizeof(l->advice), "%s", text ? text : "");
}

static const char *drop_advice(const struct loss *l, enum pt_dropped packet)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(netdev_advices); i++)
		if (netdev_advices[i].where == l->where && netdev_advices[i].hook == l->hook &&
		    reason_fits("NETFILTER_DROP", l->reason))
			return netdev_advices[i].text;
	for (i = 0; i < ARRAY_SIZE(advices); i++)
		if (fits(&advices[i], l, packet))
			return advices[i].text;
	return NULL;
}

static const char *silent_advice(const struct loss *l)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(silent_advices); i++)
		if (silent_advices[i].where == l->where && silent_advices[i].hook == l->hook)
			return silent_advices[i].text;
	return NULL;
}

static const char *own_icmp_advice(const struct loss *l, enum pt_family family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own_icmp_advices); i++)
		if (own_icmp_advices[i].family == family && own_icmp_advices[i].type == l->icmp_type &&
		    own_icmp_advices[i].code == l->icmp_code)
			return own_icmp_advices[i].text;
	return NULL;
}

static const char *error_advice(int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(error_advices); i++)
		if (error_advices[i].error == error)
			return error_advices[i].text;
	return NULL;
}

/* --- where --- */

static uint64_t passed_at(const struct pt_record *rec, enum pt_hook hook)
{
	const struct pt_stamp *s = record_stamp(rec, hook);

	return s ? s->ns : 0;
}

/*
 * When the packet went through @hook: at `xmit` it is handed over, before the driver returns and the stamp is taken.
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
 * The hook in the kernel that was passed last, of those stamped up to @until; with @request_only, by the
 * request. Those beside the path have not been passed by what the socket is to get. NONE: there is none.
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
static void set_place(struct loss *l, const struct loss_sight *sight, uint16_t dev, uint32_t netns)
{
	const struct pt_dev *d = pt_dev_at(sight->devs, dev);

	if (d && d->name[0])
		harmless(l->dev, sizeof(l->dev), d->name);
	if (!netns && d)
		netns = d->netns;
	if (netns && sight->netns && netns != sight->netns)
		l->netns = netns;
}

/* A reason that says something. */
static bool has_reason(const struct loss_sight *sight, uint32_t reason)
{
	const struct drop_reasons *r = sight->reasons;

	return r && reason < r->nr && r->names[reason][0] && strcmp(r->names[reason], "NOT_SPECIFIED") != 0;
}

/*
 * Some drivers free a packet that has been sent as if it were dropped, without a reason (dev_kfree_skb_any): after
 * the device took it, or meanwhile on another CPU. What a virtual device drops is dropped before it returns; what it
 * has handed over to a receiver is stamped there.
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

/* The drop that is why nobody answered, or NULL. */
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
	set_place(l, sight, drop->dev, drop->netns);
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

/* Is it in the queue of a device of ours, below one that has sent it? */
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

/* The device at @hook: hooks within IP do not tell theirs, the receiver's before them do. */
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

/* Nothing was dropped, as far as could be seen: the stamps tell how far it came. */
static void set_seen(struct loss *l, const struct pt_record *rec, const struct loss_sight *sight)
{
	l->silent = true;
	l->where = where_seen(rec, sight);
	l->hook = last_hook(rec, sight->socket, UINT64_MAX, false);
	if (l->hook != PT_HOOK_NONE)
		set_place(l, sight, device_at(rec, l->hook), 0);
	if (l->hook ==
	    PT_HOOK_PEER_ICMP_RCV) /* the hook is the entry of this function: nothing came out of it */
		strcpy(l->function, sight->family == PT_FAMILY_V6 ? "icmpv6_rcv" : "icmp_rcv");
	advise(l, silent_advice(l));
	if (l->where == LOSS_UNKNOWN && sight->in_fragments)
		advise(l, "what became of its fragments after the first is not seen: a smaller -s");
	if (l->where == LOSS_IN && raw_socket_did_not_take(rec, sight))
		advise(l, raw_socket_full);
}

/* It came all the way back, and could not be believed. */
static void set_corrupted(struct loss *l)
{
	l->where = LOSS_IN;
	l->hook = PT_HOOK_RECV;
	advise(l, wrong_checksum);
}

/* A drop says more; otherwise, whoever sends an ICMP error has had the request. */
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
		advise(l, send_buffer);
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

bool loss_equal(const struct loss *a, const struct loss *b)
{
	return a->where == b->where && a->silent == b->silent && a->hook == b->hook &&
	       !strcmp(a->reason, b->reason) && !strcmp(a->function, b->function) &&
	       !strcmp(a->dev, b->dev) && a->netns == b->netns && a->error == b->error &&
	       a->has_icmp == b->has_icmp && a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
	       a->icmp_info == b->icmp_info && !strcmp(a->icmp_from, b->icmp_from);
}

static const char *const where_names[] = {
	[LOSS_UNKNOWN] = NULL, [LOSS_SOCKET] = "socket", [LOSS_OUT] = "out",
	[LOSS_FAR] = "far",    [LOSS_IN] = "in",
};

const char *loss_where_name(enum loss_where where)
{
	return where_names[where];
}

enum loss_where loss_where_of_name(const char *name)
{
	enum loss_where where;

	for (where = LOSS_SOCKET; where <= LOSS_IN; where++)
		if (!strcmp(where_names[where], name))
			return where;
	return LOSS_UNKNOWN;
}

static const char *const where_texts[] = {
	[LOSS_UNKNOWN] = "lost",     [LOSS_SOCKET] = "not sent",       [LOSS_OUT] = "lost on the way out",
	[LOSS_FAR] = "lost outside", [LOSS_IN] = "lost on the way in",
};

/* The same where nobody says that it was lost: it may be under way. */
static const char *const silent_texts[] = {
	[LOSS_UNKNOWN] = "not answered",     [LOSS_SOCKET] = "not sent",
	[LOSS_OUT] = "still on the way out", [LOSS_FAR] = "not answered",
	[LOSS_IN] = "still on the way in",
};

char *loss_text(char text[LOSS_TEXT_SIZE], const struct loss *l)
{
	text[0] = '\0';
	append(text, LOSS_TEXT_SIZE, "%s", l->silent ? silent_texts[l->where] : where_texts[l->where]);
	if (l->hook != PT_HOOK_NONE)
		append(text, LOSS_TEXT_SIZE, ", after %s", hook_name(l->hook));
	if (l->function[0])
		append(text, LOSS_TEXT_SIZE, ", in %s", l->function);
	if (l->reason[0] && strcmp(l->reason, "NOT_SPECIFIED") != 0)
		append(text, LOSS_TEXT_SIZE, " (%s)", l->reason);
	if (l->dev[0])
		append(text, LOSS_TEXT_SIZE, ", %s", l->dev);
	if (l->netns)
		append(text, LOSS_TEXT_SIZE, " in %s",
		       *l->netns_name ? l->netns_name : "another network namespace");
	if (*l->advice)
		append(text, LOSS_TEXT_SIZE, ": %s", l->advice);
	return text;
}
