// SPDX-License-Identifier: GPL-2.0-or-later
/* Setting a peer up, and what goes out to it; what comes back is in peer_receive.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "peer.h"

#define BROADCAST_INTERVAL_MIN_NS NSEC_PER_SEC /* for users, as ping */

/* --- setting up --- */

static bool is_multicast(const union address *a)
{
	return a->sa.sa_family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&a->v6.sin6_addr) :
					     IN_MULTICAST(ntohl(a->v4.sin_addr.s_addr));
}

static bool is_link_local(const union address *a)
{
	return a->sa.sa_family == AF_INET6 &&
	       (IN6_IS_ADDR_LINKLOCAL(&a->v6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&a->v6.sin6_addr));
}

/* The anycast address of a subnet's routers (RFC 4291): somebody answers with an address of its own. */
static bool is_router_anycast(const union address *a)
{
	static const uint8_t zero[8];

	return a->sa.sa_family == AF_INET6 && !memcmp(&a->v6.sin6_addr.s6_addr[8], zero, sizeof(zero));
}

static bool is_any(const union address *a)
{
	return a->sa.sa_family == AF_INET && a->v4.sin_addr.s_addr == INADDR_ANY;
}

static int check_size(const struct peer *p, size_t options_size, struct reason *why)
{
	size_t max = p->target.family == PT_FAMILY_V6 ? PAYLOAD_MAX_V6 : PAYLOAD_MAX_V4 - options_size;

	if (p->session->options->payload_size > max)
		return because(why, EMSGSIZE, "-s %u is more than a packet to %s holds: take %zu or less",
			       p->session->options->payload_size, p->target.text, max);
	return 0;
}

/* What one sends to many is sparingly sent by users, and not in fragments. */
static int check_broadcast(struct peer *p, struct echo_socket_options *so, struct reason *why)
{
	const struct options *o = p->session->options;

	p->run.multicast =
		is_multicast(&p->target.address) || (o->broadcast && p->target.family == PT_FAMILY_V4);
	if (!p->run.multicast)
		return 0;
	if (getuid() && o->interval_ns < BROADCAST_INTERVAL_MIN_NS)
		return because(why, EPERM,
			       "to a broadcast or multicast address less than a second "
			       "between requests is for root: take -i 1 or more");
	if (getuid() && so->mtu_discovery >= 0 && so->mtu_discovery != IP_PMTUDISC_DO)
		return because(why, EPERM, "broadcast and multicast requests are not fragmented: take -M do");
	if (so->mtu_discovery < 0)
		so->mtu_discovery = IP_PMTUDISC_DO;
	return 0;
}

/* The link-local address of the device that @p's target is on; where there is none, @p->source stays as it is. */
static void find_link_source(struct peer *p)
{
	struct ifaddrs *list, *i;

	if (getifaddrs(&list))
		return;
	for (i = list; i; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET6 &&
		    is_link_local((const union address *)i->ifa_addr) &&
		    if_nametoindex(i->ifa_name) == p->target.address.v6.sin6_scope_id)
			memcpy(&p->source.v6, i->ifa_addr, sizeof(p->source.v6));
	freeifaddrs(list);
}

static bool device_has(const char *device, const union address *a)
{
	struct ifaddrs *list, *i;
	bool found = false;

	if (getifaddrs(&list))
		return true;
	for (i = list; i && !found; i = i->ifa_next)
		found = i->ifa_addr && i->ifa_addr->sa_family == a->sa.sa_family &&
			!strcmp(i->ifa_name, device) && address_equal((const union address *)i->ifa_addr, a);
	freeifaddrs(list);
	return found;
}

/*
 * From where probes will leave; and whether there is a way at all, which is better said now than with each
 * of them. @from is what -I gave, or to be found.
 */
static int find_source(struct peer *p, struct echo_socket_options *so, union address *from,
		       struct reason *why)
{
	const struct options *o = p->session->options;
	int err;

	/* As ping: with a link-local target the source is the device's business, and shown as ::. */
	if (is_link_local(&p->target.address) && !so->source) {
		from->sa.sa_family = AF_INET6;
		return 0;
	}
	err = echo_socket_source(so, &p->target.address, from, &p->mtu);
	if (err == -EACCES && !o->broadcast) {
		return because(
			why, EACCES,
			"connect: %s: a broadcast address takes -b; otherwise a prohibited route or a firewall (ip route get %s)",
			strerror(-err), p->target.text);
	}
	if (err == -EADDRNOTAVAIL && so->source)
		return because(
			why, -err,
			"cannot bind the socket to the source address: %s: take an address of this host",
			strerror(-err));
	if (err)
		return because(why, -err, "connect: %s: see ip route get %s", strerror(-err), p->target.text);
	if (o->device && !so->source && !device_has(o->device, from))
		complain("the source address may be another device's than %.64s's: -I takes an address too",
			 o->device);
	return 0;
}

/* Is this address a broadcast address? Only where the kernel refuses it without SO_BROADCAST. */
static void warn_broadcast(const struct peer *p, const struct echo_socket_options *so)
{
	struct echo_socket_options without = *so;
	union address from;

	without.broadcast = false;
	if (so->broadcast && p->target.family == PT_FAMILY_V4 &&
	    echo_socket_source(&without, &p->target.address, &from, NULL) == -EACCES)
		fprintf(stderr, "WARNING: pinging broadcast address\n");
}

static int parse_source(struct peer *p, union address *from, struct reason *why)
{
	const struct options *o = p->session->options;
	char text[NAME_SIZE];
	size_t len = strcspn(o->source, "%");

	snprintf(text, sizeof(text), "%.*s", (int)len, o->source);
	if (!address_parse(from, text, p->target.family))
		return because(
			why, EAFNOSUPPORT, "source %.64s and target %.64s are of two families: take -I %s",
			o->source, p->target.text,
			p->target.family == PT_FAMILY_V6 ? "with an IPv6 address" : "with an IPv4 address");
	if (o->device && is_link_local(from))
		from->v6.sin6_scope_id = if_nametoindex(o->device);
	return 0;
}

static int parse_hops(const struct options *o, uint32_t hops[HOPS_MAX], struct reason *why)
{
	struct target hop;
	unsigned int i;
	int err;

	for (i = 0; i < o->nr_hops; i++) {
		err = target_resolve(&hop, o->hops[i], PT_FAMILY_V4, false, NAMES_NONE, why);
		if (err)
			return err;
		hops[i] = hop.address.v4.sin_addr.s_addr;
	}
	return 0;
}

static void describe_source(struct peer *p, const union address *from)
{
	const struct options *o = p->session->options;
	char text[NAME_SIZE], device[IF_NAMESIZE];

	if (o->device || o->strict_source)
		snprintf(p->source_text, sizeof(p->source_text), "%s %s", address_text(text, from),
			 o->device ? harmless(device, sizeof(device), o->device) : "");
}

static struct echo_socket_options socket_options(const struct peer *p, enum pt_socket kind, int id)
{
	const struct options *o = p->session->options;

	return (struct echo_socket_options){
		.family = p->target.family,
		.kind = kind,
		.id = id,
		.device = o->device,
		.ttl = o->has_ttl ? (int)o->ttl : -1,
		.tos = o->tos,
		.mtu_discovery = o->mtu_discovery,
		.flow = o->has_flow ? (int)o->flow : -1,
		.flow_to = &p->target.address,
		.broadcast = o->broadcast,
		.debug = o->debug,
		.no_loop = o->no_loop,
		.no_route = o->no_route,
		.has_mark = o->has_mark,
		.mark = o->mark,
		.payload_size = o->payload_size,
		.preload = o->preload,
		.send_buffer = o->send_buffer,
	};
}

static int add_ip_options(struct peer *p, struct echo_socket_options *so, uint8_t ip_options[IP_OPTIONS_MAX],
			  struct reason *why)
{
	const struct options *o = p->session->options;
	uint32_t hops[HOPS_MAX];
	int err;

	if (p->target.family != PT_FAMILY_V4)
		return 0;
	err = parse_hops(o, hops, why);
	if (err)
		return err;
	so->ip_options_size = ip_options_make(ip_options, o, hops);
	if (so->ip_options_size)
		so->ip_options = ip_options;
	p->run.ip_options_size = so->ip_options ? IP_OPTIONS_MAX : 0;
	return 0;
}

int peer_open(struct peer *p, enum pt_socket kind, int id, struct reason *why)
{
	const struct options *o = p->session->options;
	struct echo_socket_options so = socket_options(p, kind, id);
	uint8_t ip_options[IP_OPTIONS_MAX];
	union address from = {};
	int err;

	if (o->device && is_link_local(&p->target.address) && !p->target.address.v6.sin6_scope_id)
		p->target.address.v6.sin6_scope_id = if_nametoindex(o->device);
	err = add_ip_options(p, &so, ip_options, why);
	err = err ?: check_size(p, so.ip_options_size ? IP_OPTIONS_MAX : 0, why);
	err = err ?: check_broadcast(p, &so, why);
	if (!err && o->source) {
		err = parse_source(p, &from, why);
		so.source = &from;
	}
	if (!err && o->device && !if_nametoindex(o->device))
		err = because(why, ENODEV, "no device '%.64s': ip link lists them", o->device);
	err = err ?: find_source(p, &so, &from, why);
	if (err)
		return err;
	warn_broadcast(p, &so);
	if (is_any(&p->target.address)) {
		p->target.address = from; /* 0 is this host, as for every protocol */
		address_text(p->target.text, &from);
	}
	if (o->strict_source)
		so.source = &from;
	if (o->connect)
		so.remote = &p->target.address;
	p->source = from;
	if (is_link_local(&p->target.address) && !o->source)
		find_link_source(p);
	describe_source(p, &from);
	return echo_socket_open(&p->socket, &so, why);
}

void peer_close(struct peer *p)
{
	echo_socket_close(&p->socket);
	stats_free(&p->stats);
}

void peer_begin(struct peer *p)
{
	const struct session *s = p->session;

	p->run.options = s->options;
	p->run.target = &p->target;
	p->run.tracer = s->tracer;
	p->run.stats = &p->stats;
	p->run.netns = &s->netns;
	p->run.socket = p->socket.kind;
	p->run.source = p->source_text[0] ? p->source_text : NULL;
	p->run.flow = p->socket.flow;
	p->run.any_source = p->run.multicast || is_router_anycast(&p->target.address);
	p->run.index = p->index;
	p->run.nr_targets = s->nr_peers;
}

/* --- sending --- */

static uint32_t number_of(const struct peer *p, uint64_t seq)
{
	return seq * p->session->nr_peers + p->index;
}

static void fill_tag(const struct peer *p, uint64_t seq)
{
	struct pt_tag tag = { .nonce = p->session->nonce, .number = number_of(p, seq) };

	if (p->session->tagged)
		memcpy(p->session->packet + ICMP_HEADER_SIZE, &tag, sizeof(tag));
}

static uint32_t last_of(const union address *a)
{
	return a->sa.sa_family == AF_INET6 ? a->v6.sin6_addr.s6_addr32[3] : a->v4.sin_addr.s_addr;
}

static int send_once(struct peer *p, uint64_t seq)
{
	const struct session *s = p->session;
	struct pt_record *rec = tracer_begin(s->tracer, number_of(p, seq), seq, p->socket.cookie);
	int err;

	rec->to = last_of(&p->target.address);
	rec->any_source = p->run.any_source;
	tracer_stamp(rec, PT_HOOK_SEND, mono_ns());
	err = echo_socket_send(&p->socket, &p->target.address, s->packet, s->packet_size);
	tracer_sent(s->tracer);
	return err;
}

/* The kernel did not take the probe. As with ping it counts as transmitted, and not among the errors. */
static void report_refused(struct peer *p, uint64_t seq, int err)
{
	struct echo_error e = {
		.local = true,
		.error = err,
		.has_request = true,
		.request = { .id = p->socket.id, .seq = seq },
	};

	/* Of a packet that is too long the error queue says more: the MTU. */
	if (err == EMSGSIZE && peer_take_errors(p))
		return;
	p->session->output->error(&p->run, &e, NULL);
}

static bool is_no_room(int err)
{
	return err == -ENOBUFS || err == -ENOMEM;
}

/* A device that has no room for as long as a reply is waited for will have none: that is an error. */
static bool is_patience_over(struct peer *p, int err)
{
	uint64_t now = mono_ns();

	if (!is_no_room(err))
		return false;
	if (!p->refused_since_ns)
		p->refused_since_ns = now;
	return p->session->options->timeout_ns &&
	       now - p->refused_since_ns >= p->session->options->timeout_ns;
}

/*
 * An ICMP error about an earlier probe is told by the next system call: it was not about this one. While errors come in,
 * the next try may be told another. What netfilter forbids it forbids again, with an error about each try.
 */
static int tries_of(int err)
{
	if (!err || err == -EAGAIN || err == -EMSGSIZE || is_no_room(err))
		return 1;
	return err == -EPERM ? 2 : 8;
}

bool peer_send(struct peer *p)
{
	const struct session *s = p->session;
	uint64_t seq = p->probes.sent + 1;
	int err, tries;

	fill_tag(p, seq);
	echo_request_write(&p->socket, s->packet, s->packet_size, seq);
	err = send_once(p, seq);
	for (tries = 1; tries < tries_of(err) && peer_take_errors(p); tries++)
		err = send_once(p, seq);
	if (err == -EAGAIN || (is_no_room(err) && !is_patience_over(p, err)))
		return false;
	p->refused_since_ns = 0;
	probes_add(&p->probes);
	p->stats.transmitted++;
	p->last_send_ns = tracer_record(s->tracer, number_of(p, seq))->stamps[PT_HOOK_SEND].ns;
	p->run.end_ns = p->last_send_ns;
	if (!p->run.start_ns)
		p->run.start_ns = p->last_send_ns;
	tracer_record(s->tracer, number_of(p, seq))->told.error = -err;
	if (err)
		report_refused(p, seq, -err);
	else if (s->output->sent)
		s->output->sent(&p->run);
	/* Timestamps of requests take the room that is for replies. */
	if (s->options->preload > 1 && tracer_takes_timestamps(s->tracer))
		peer_take_errors(p);
	return true;
}

/* --- giving up --- */

static struct pt_record *record_of(const struct peer *p, uint64_t seq)
{
	return tracer_record(p->session->tracer, number_of(p, seq));
}

/* Is the address of the ICMP error that @rec was told of the one that the probes leave from? */
static bool is_from_here(const struct peer *p, const struct pt_record *rec)
{
	if (p->target.family == PT_FAMILY_V6)
		return !memcmp(rec->told.from, &p->source.v6.sin6_addr, sizeof(p->source.v6.sin6_addr));
	return !memcmp(rec->told.from, &p->source.v4.sin_addr, sizeof(p->source.v4.sin_addr));
}

static void give_up(struct peer *p, uint64_t seq)
{
	struct loss_sight sight = tracer_sight(p->session->tracer);
	struct pt_record *rec = record_of(p, seq);
	struct loss loss;

	if (rec) {
		sight.icmp_from_here = rec->told.has_icmp && is_from_here(p, rec);
		loss_of(&loss, rec, &sight);
	}
	p->session->output->lost(&p->run, seq, rec, rec ? &loss : NULL);
	probes_give_up(&p->probes, seq, stats_add_loss(&p->stats, rec ? &loss : NULL));
}

bool peer_is_full(struct peer *p)
{
	uint64_t oldest = probes_oldest(&p->probes);
	uint32_t room = p->session->nr_records / p->session->nr_peers;

	if (!oldest || p->probes.sent + 1 - oldest < room)
		return false;
	if (p->session->options->timeout_ns)
		return true;
	/* -W 0: nothing is given up for its age, only for want of room. */
	give_up(p, oldest);
	return false;
}

uint64_t peer_next_timeout_ns(struct peer *p)
{
	uint64_t oldest = probes_oldest(&p->probes);
	struct pt_record *rec = oldest ? record_of(p, oldest) : NULL;

	if (!rec || !p->session->options->timeout_ns)
		return UINT64_MAX;
	return rec->stamps[PT_HOOK_SEND].ns + p->session->options->timeout_ns;
}

void peer_settle(struct peer *p, uint64_t now, bool all)
{
	uint64_t oldest;

	while ((oldest = probes_oldest(&p->probes))) {
		if (!all && now < peer_next_timeout_ns(p) && record_of(p, oldest))
			return;
		give_up(p, oldest);
	}
}
