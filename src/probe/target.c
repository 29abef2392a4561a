// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets a target up and sends its probes; target_receive.c receives. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probe/target.h"

#define BROADCAST_INTERVAL_MIN_NS NSEC_PER_SEC /* for users, as ping */
#define PATIENCE_NS \
	(10 * NSEC_PER_SEC) /* with a device that has no room, where replies are waited for for ever */

/* --- setting up --- */

static bool is_multicast(const union address *a)
{
	return a->sa.sa_family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&a->v6.sin6_addr) :
					     IN_MULTICAST(ntohl(a->v4.sin_addr.s_addr));
}

/* The anycast address of a subnet's routers (RFC 4291): a router answers from its own address. */
static bool is_router_anycast(const union address *a)
{
	static const uint8_t zero[8];

	return a->sa.sa_family == AF_INET6 && !memcmp(&a->v6.sin6_addr.s6_addr[8], zero, sizeof(zero));
}

static bool is_any(const union address *a)
{
	return a->sa.sa_family == AF_INET && a->v4.sin_addr.s_addr == INADDR_ANY;
}

static int check_size(const struct target *t, size_t options_size, struct error *error)
{
	size_t max = t->destination.family == PT_FAMILY_V6 ? PAYLOAD_MAX_V6 : PAYLOAD_MAX_V4 - options_size;

	if (t->session->options->payload_size > max)
		return error_set(error, EMSGSIZE,
				 "-s %u does not fit into a packet to %s: use -s %zu or less",
				 t->session->options->payload_size, t->destination.text, max);
	return 0;
}

/* Broadcast and multicast requests are not fragmented. */
static int check_broadcast(struct target *t, struct echo_socket_options *so, struct error *error)
{
	const struct options *o = t->session->options;

	t->info.multicast = is_multicast(&t->destination.address) ||
			    (o->broadcast && t->destination.family == PT_FAMILY_V4);
	if (!t->info.multicast)
		return 0;
	if (getuid() && so->mtu_discovery >= 0 && so->mtu_discovery != IP_PMTUDISC_DO)
		return error_set(error, EPERM,
				 "broadcast and multicast requests are not fragmented: use -M do");
	if (so->mtu_discovery < 0)
		so->mtu_discovery = IP_PMTUDISC_DO;
	return 0;
}

/* Set @t->source to the link-local address of the target's device, if there is one. */
static void find_link_source(struct target *t)
{
	struct ifaddrs *list, *i;

	if (getifaddrs(&list))
		return;
	for (i = list; i; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET6 &&
		    address_is_link_local((const union address *)i->ifa_addr) &&
		    if_nametoindex(i->ifa_name) == t->destination.address.v6.sin6_scope_id)
			memcpy(&t->source.v6, i->ifa_addr, sizeof(t->source.v6));
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
 * Find the source address of probes, and check once that there is a route at all. @from is the address from -I, or is set
 * here.
 */
static int find_source(struct target *t, struct echo_socket_options *so, union address *from,
		       struct error *error)
{
	const struct options *o = t->session->options;
	int err;

	/* As ping: with a link-local target the source is the device's business, and shown as ::. */
	if (address_is_link_local(&t->destination.address) && !so->source) {
		from->sa.sa_family = AF_INET6;
		return 0;
	}
	err = echo_socket_source(so, &t->destination.address, from, &t->mtu);
	if (err == -EACCES && !o->broadcast) {
		return error_set(
			error, EACCES,
			"connect: %s: use -b if this is a broadcast address; otherwise a route or a firewall forbids it (ip route get %s)",
			strerror(-err), t->destination.text);
	}
	if (err == -EADDRNOTAVAIL && so->source)
		return error_set(
			error, -err,
			"cannot bind the socket to the source address: %s: use an address of this host",
			strerror(-err));
	if (err)
		return error_set(error, -err, "connect: %s: see ip route get %s", strerror(-err),
				 t->destination.text);
	if (o->device && !so->source && !device_has(o->device, from))
		complain(
			"the source address may belong to another device than %.64s: use -I with an address to choose one",
			o->device);
	return 0;
}

/* A broadcast address is one that the kernel refuses without SO_BROADCAST. */
static void warn_broadcast(const struct target *t, const struct echo_socket_options *so)
{
	struct echo_socket_options without = *so;
	union address from;

	without.broadcast = false;
	if (so->broadcast && t->destination.family == PT_FAMILY_V4 &&
	    echo_socket_source(&without, &t->destination.address, &from, NULL) == -EACCES)
		fprintf(stderr, "WARNING: pinging broadcast address\n");
}

static int parse_source(struct target *t, union address *from, struct error *error)
{
	const struct options *o = t->session->options;
	char text[NAME_SIZE];
	size_t len = strcspn(o->source, "%");

	snprintf(text, sizeof(text), "%.*s", (int)len, o->source);
	if (!address_parse(from, text, t->destination.family))
		return error_set(error, EAFNOSUPPORT,
				 "source %.64s and target %.64s are of different families: use -I %s",
				 o->source, t->destination.text,
				 t->destination.family == PT_FAMILY_V6 ? "with an IPv6 address" :
									 "with an IPv4 address");
	if (o->device && address_is_link_local(from))
		from->v6.sin6_scope_id = if_nametoindex(o->device);
	return 0;
}

static int parse_hops(const struct session *s, uint32_t hops[HOPS_MAX], struct error *error)
{
	const struct options *o = s->options;
	struct destination hop;
	unsigned int i;
	int err;

	for (i = 0; i < o->nr_hops; i++) {
		err = destination_resolve(&hop, s->resolver, o->hops[i], PT_FAMILY_V4, NAMES_NONE, error);
		if (err)
			return err;
		hops[i] = hop.address.v4.sin_addr.s_addr;
	}
	return 0;
}

static void describe_source(struct target *t, const union address *from)
{
	const struct options *o = t->session->options;
	char text[NAME_SIZE], device[IF_NAMESIZE];

	if (o->device || o->strict_source)
		snprintf(t->source_text, sizeof(t->source_text), "%s %s", address_text(text, from),
			 o->device ? harmless(device, sizeof(device), o->device) : "");
}

static struct echo_socket_options socket_options(const struct target *t)
{
	const struct options *o = t->session->options;

	return (struct echo_socket_options){
		.family = t->destination.family,
		.kind = o->socket,
		.id = o->has_id ? (int)(o->id + t->session->nr_channels) : -1,
		.device = o->device,
		.ttl = o->has_ttl ? (int)o->ttl : -1,
		.tos = o->tos,
		.mtu_discovery = o->mtu_discovery,
		.flow = o->has_flow ? (int)o->flow : -1,
		.flow_to = &t->destination.address,
		.broadcast = o->broadcast,
		.debug = o->debug,
		.no_loop = o->no_loop,
		.no_route = o->no_route,
		.has_mark = o->has_mark,
		.mark = o->mark,
	};
}

/* --- channels --- */

/*
 * May targets share a socket? Not without a tag, for then the socket's identifier tells whose a reply is; not with -C or -F,
 * for a socket is connected to one address, and a flow label leased for one.
 */
static bool may_share(const struct session *s)
{
	return s->tagged && !s->options->connect && !s->options->has_flow;
}

static struct channel *find_channel(const struct session *s, enum pt_family family,
				    const union address *source)
{
	unsigned int i;

	for (i = 0; i < s->nr_channels; i++)
		if (s->channels[i]->socket.family == family &&
		    (source ? address_equal(&s->channels[i]->source, source) :
			      s->channels[i]->source.sa.sa_family == AF_UNSPEC))
			return s->channels[i];
	return NULL;
}

/* All sockets of a family are of one kind, for hooks are attached for one kind. */
static enum pt_socket kind_of(const struct session *s, enum pt_family family)
{
	unsigned int i;

	for (i = 0; i < s->nr_channels; i++)
		if (s->channels[i]->socket.family == family)
			return s->channels[i]->socket.kind;
	return s->options->socket;
}

/* Does a channel of this family have the identifier already? Without tags it alone tells whose a reply is. */
static bool is_id_taken(const struct session *s, const struct echo_socket *socket)
{
	unsigned int i;

	for (i = 0; i < s->nr_channels; i++)
		if (s->channels[i]->socket.family == socket->family &&
		    s->channels[i]->socket.id == socket->id)
			return true;
	return false;
}

/* Raw sockets have random identifiers: draw until one is free. */
static int open_socket(const struct session *s, struct echo_socket *socket,
		       const struct echo_socket_options *so, struct error *error)
{
	int err = echo_socket_open(socket, so, error);

	while (!err && so->id < 0 && is_id_taken(s, socket)) {
		echo_socket_close(socket);
		err = echo_socket_open(socket, so, error);
	}
	return err;
}

static int add_channel(struct session *s, struct echo_socket_options *so, struct channel **channel,
		       struct error *error)
{
	struct channel **all = realloc(s->channels, (s->nr_channels + 1) * sizeof(struct channel *));
	struct channel *c = calloc(1, sizeof(*c));
	int err;

	if (all)
		s->channels = all;
	if (!all || !c) {
		free(c);
		return error_set(error, ENOMEM, "no memory for sockets");
	}
	so->kind = kind_of(s, so->family);
	err = open_socket(s, &c->socket, so, error);
	if (err) {
		free(c);
		return err;
	}
	c->session = s;
	if (so->source)
		c->source = *so->source;
	s->channels[s->nr_channels++] = c;
	*channel = c;
	return 0;
}

static int join_channel(struct target *t, struct echo_socket_options *so, struct error *error)
{
	struct session *s = t->session;
	struct channel *c = may_share(s) ? find_channel(s, so->family, so->source) : NULL;
	int err = 0;

	if (!c)
		err = add_channel(s, so, &c, error);
	if (err || !c)
		return err;
	c->nr_targets++;
	c->only = c->nr_targets == 1 ? t : NULL;
	t->channel = c;
	return 0;
}

void channel_make_room(const struct channel *c)
{
	const struct options *o = c->session->options;

	echo_socket_make_room(&c->socket, (uint64_t)c->nr_targets * (o->preload > 8 ? o->preload : 8),
			      o->payload_size, o->send_buffer);
}

void channel_close(struct channel *c)
{
	echo_socket_close(&c->socket);
	free(c);
}

/* --- setting up, continued --- */

static int add_ip_options(struct target *t, struct echo_socket_options *so,
			  uint8_t ip_options[IP_OPTIONS_MAX], struct error *error)
{
	const struct options *o = t->session->options;
	uint32_t hops[HOPS_MAX];
	int err;

	if (t->destination.family != PT_FAMILY_V4)
		return 0;
	err = parse_hops(t->session, hops, error);
	if (err)
		return err;
	so->ip_options_size = ip_options_make(ip_options, o->record_route, o->timestamp, hops, o->nr_hops);
	if (so->ip_options_size)
		so->ip_options = ip_options;
	t->info.ip_options_size = so->ip_options ? IP_OPTIONS_MAX : 0;
	return 0;
}

int target_open(struct target *t, struct error *error)
{
	const struct options *o = t->session->options;
	struct echo_socket_options so = socket_options(t);
	uint8_t ip_options[IP_OPTIONS_MAX];
	union address from = {};
	int err;

	if (o->device && address_is_link_local(&t->destination.address) &&
	    !t->destination.address.v6.sin6_scope_id)
		t->destination.address.v6.sin6_scope_id = if_nametoindex(o->device);
	err = add_ip_options(t, &so, ip_options, error);
	err = err ?: check_size(t, so.ip_options_size ? IP_OPTIONS_MAX : 0, error);
	err = err ?: check_broadcast(t, &so, error);
	if (!err && o->source) {
		err = parse_source(t, &from, error);
		so.source = &from;
	}
	if (!err && o->device && !if_nametoindex(o->device))
		err = error_set(error, ENODEV, "no device '%.64s': ip link lists the devices", o->device);
	err = err ?: find_source(t, &so, &from, error);
	if (err)
		return err;
	warn_broadcast(t, &so);
	if (is_any(&t->destination.address)) {
		t->destination.address = from; /* 0 is this host, as for every protocol */
		address_text(t->destination.text, &from);
	}
	if (o->strict_source)
		so.source = &from;
	if (o->connect)
		so.remote = &t->destination.address;
	t->source = from;
	if (address_is_link_local(&t->destination.address) && !o->source)
		find_link_source(t);
	t->info.any_source = t->info.multicast || is_router_anycast(&t->destination.address);
	describe_source(t, &from);
	return join_channel(t, &so, error);
}

int target_check_rate(struct target *t, struct error *error)
{
	const struct options *o = t->session->options;
	uint64_t least = (t->info.multicast ? BROADCAST_INTERVAL_MIN_NS : USER_INTERVAL_MIN_NS) * t->nr_same;

	if (!getuid())
		return 0;
	t->interval_min_ns = least;
	if (o->interval_ns < least && t->info.multicast)
		return error_set(error, EPERM,
				 "users other than root may send one request per second to a broadcast or "
				 "multicast address: use -i %u or more",
				 t->nr_same);
	if (o->interval_ns < least)
		return error_set(
			error, EPERM,
			"%.64s is named %u times: users other than root may send one request every 2 ms "
			"to an address: use -i %g or more",
			t->destination.text, t->nr_same, (double)least / NSEC_PER_SEC);
	if (o->preload > 1 && o->preload * t->nr_same > USER_PRELOAD_MAX)
		return error_set(error, EPERM,
				 "%.64s is named %u times: users other than root may send 3 requests at once "
				 "to an address: use -l 1",
				 t->destination.text, t->nr_same);
	return 0;
}

void target_close(struct target *t)
{
	stats_free(&t->stats);
}

/* --- sending --- */

static uint32_t last_of(const union address *a)
{
	return a->sa.sa_family == AF_INET6 ? a->v6.sin6_addr.s6_addr32[3] : a->v4.sin_addr.s_addr;
}

static void write_request(const struct target *t, uint32_t number, uint16_t seq)
{
	const struct session *s = t->session;
	struct pt_tag tag = { .nonce = s->nonce, .number = number };

	if (s->tagged)
		memcpy(s->packet + ICMP_HEADER_SIZE, &tag, sizeof(tag));
	echo_request_write(&t->channel->socket, s->packet, s->packet_size, seq);
}

static int send_once(struct target *t, uint32_t number, uint16_t seq)
{
	const struct session *s = t->session;
	const struct echo_socket *socket = &t->channel->socket;
	struct tracer_probe probe = {
		.number = number,
		.seq = seq,
		.id = socket->id,
		.cookie = socket->cookie,
		.to = last_of(&t->destination.address),
		.any_source = t->info.any_source,
	};
	struct pt_record *rec = tracer_begin(t->tracer, &probe);
	int err;

	tracer_stamp(rec, PT_HOOK_SEND, mono_ns());
	err = echo_socket_send(socket, &t->destination.address, s->packet, s->packet_size);
	tracer_sent(t->tracer);
	return err;
}

/* sendmsg(2) failed. As in ping, the probe counts as transmitted, and not as an error. */
static void report_refused(struct target *t, uint64_t seq, int err)
{
	struct echo_error e = {
		.local = true,
		.error = err,
		.has_request = true,
		.request = { .id = t->channel->socket.id, .seq = seq },
	};

	/* Of a packet that is too long the error queue says more: the MTU. */
	if (err == EMSGSIZE && channel_take_errors(t->channel))
		return;
	report_error(t, &e, true, 0);
}

static bool is_no_room(int err)
{
	return err == -ENOBUFS || err == -ENOMEM;
}

/* Has the device had no room for the time of -W? Then that is an error. */
static bool is_patience_over(struct target *t, int err)
{
	uint64_t now = mono_ns(), timeout = t->session->options->timeout_ns;

	if (!is_no_room(err))
		return false;
	if (!t->refused_since_ns)
		t->refused_since_ns = now;
	return now - t->refused_since_ns >= (timeout ? timeout : PATIENCE_NS);
}

/*
 * How often to try: an ICMP error about an earlier probe makes the next system call fail, and while errors arrive the next try
 * may fail again. A refusal by netfilter repeats, with an error for each try.
 */
static int tries_of(int err)
{
	if (!err || err == -EAGAIN || err == -EMSGSIZE || is_no_room(err))
		return 1;
	return err == -EPERM ? 2 : 8;
}

/* Count the probe in the record that send_once opened, sent or refused. */
static void count_sent(struct target *t, uint64_t due_ns, int err)
{
	struct session *s = t->session;
	struct pt_record *rec = target_record(t, probes_add(&s->probes, &t->flight, t->index, t->sent + 1));

	t->refused_since_ns = 0;
	t->sent++;
	t->last_number = rec->number;
	t->last_send_ns = rec->stamps[PT_HOOK_SEND].ns;
	stats_add_sent(&t->stats, t->last_send_ns, due_ns);
	rec->told.error = -err;
	if (due_ns && due_ns < t->last_send_ns)
		rec->told.late_ns = t->last_send_ns - due_ns;
}

bool target_send(struct target *t, uint64_t due_ns)
{
	struct session *s = t->session;
	uint32_t number = probes_next(&s->probes);
	uint64_t seq = t->sent + 1;
	int err, tries;

	if (!number)
		return false;
	write_request(t, number, seq);
	err = send_once(t, number, seq);
	for (tries = 1; tries < tries_of(err) && channel_take_errors(t->channel); tries++)
		err = send_once(t, number, seq);
	if (err == -EAGAIN || (is_no_room(err) && !is_patience_over(t, err))) {
		t->stats.retries++;
		return false;
	}
	count_sent(t, due_ns, err);
	if (err)
		report_refused(t, seq, -err);
	else
		report_sent(t, seq);
	/* Timestamps of requests take the room that is for replies. */
	if (s->options->preload > 1 && tracer_takes_timestamps(t->tracer))
		channel_take_errors(t->channel);
	return true;
}

/* --- in flight --- */

struct pt_record *target_record(const struct target *t, const struct probe *probe)
{
	return tracer_record(t->tracer, probe->number);
}

uint64_t target_in_flight(const struct target *t)
{
	return t->sent - t->acknowledged;
}

bool target_is_answered(const struct target *t)
{
	const struct probe *probe = probes_find(&t->session->probes, t->last_number);

	return probe && probe->state == PROBE_ANSWERED;
}

static void expire(struct target *t, struct probe *probe)
{
	unsigned int loss = report_lost(t, probe->seq, target_record(t, probe));

	probes_expire(&t->session->probes, &t->flight, probe, loss);
}

/* Each target has a share of the records, so that a silent target leaves the others theirs. */
bool target_is_full(const struct target *t)
{
	return t->flight.count >= t->session->nr_records / t->session->nr_targets;
}

void target_make_room(struct target *t)
{
	if (target_is_full(t))
		expire(t, probes_oldest(&t->session->probes, &t->flight));
}

uint64_t target_next_timeout_ns(const struct target *t)
{
	const struct session *s = t->session;
	const struct probe *oldest = probes_oldest(&s->probes, &t->flight);

	if (!oldest || !s->options->timeout_ns)
		return UINT64_MAX;
	return target_record(t, oldest)->stamps[PT_HOOK_SEND].ns + s->options->timeout_ns;
}

void target_expire(struct target *t, uint64_t now, bool all)
{
	struct probe *oldest;

	while ((oldest = probes_oldest(&t->session->probes, &t->flight)) &&
	       (all || now >= target_next_timeout_ns(t)))
		expire(t, oldest);
}
