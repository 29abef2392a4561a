// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include "analysis/advice.h"
#include "base/util.h"

#define WHERE(where) (1U << LOSS_##where)
#define HERE (WHERE(OUT) | WHERE(IN))
#define ANYWHERE (HERE | WHERE(FAR))

const char advice_wrong_checksum[] =
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
const char advice_send_buffer[] = "no room in the socket's send buffer: -S, sysctl net.core.wmem_max";
static const char own_rule[] = "a netfilter rule of this host rejects the request: nft list ruleset";
static const char raw_socket[] =
	"the raw socket did not take the reply: its receive buffer is full, or a wrong checksum";
const char advice_raw_socket_full[] =
	"the raw socket did not take the reply: its receive buffer is full, or it is bound to another device";

/*
 * Common causes: the first row that matches is used. @reason is the kernel's name, or its beginning with a star. @function is
 * for drops without a reason, or with an ambiguous one. NULL matches all, and so does a @packet of 0.
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
	{ "ICMP_CSUM", NULL, ANYWHERE, 0, advice_wrong_checksum },
	{ "IP_CSUM", NULL, ANYWHERE, 0, advice_wrong_checksum },
	{ "SKB_CSUM", NULL, ANYWHERE, 0, advice_wrong_checksum },
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

/* For a loss without a drop: advice by the last hook. */
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
	{ LOSS_IN, PT_HOOK_DATA_READY, "the reply was in the socket's queue when the probe expired" },
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

/* Netfilter rules in other chains than the usual ones, by the last hook. */
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

void advise(struct loss *l, const char *text)
{
	snprintf(l->advice, sizeof(l->advice), "%s", text ? text : "");
}

const char *drop_advice(const struct loss *l, enum pt_dropped packet)
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

const char *silent_advice(const struct loss *l)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(silent_advices); i++)
		if (silent_advices[i].where == l->where && silent_advices[i].hook == l->hook)
			return silent_advices[i].text;
	return NULL;
}

const char *own_icmp_advice(const struct loss *l, enum pt_family family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own_icmp_advices); i++)
		if (own_icmp_advices[i].family == family && own_icmp_advices[i].type == l->icmp_type &&
		    own_icmp_advices[i].code == l->icmp_code)
			return own_icmp_advices[i].text;
	return NULL;
}

const char *error_advice(int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(error_advices); i++)
		if (error_advices[i].error == error)
			return error_advices[i].text;
	return NULL;
}
