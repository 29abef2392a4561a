// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "session.h"

#define RECORDS_MIN 256
#define RECORDS_MAX 8192
#define RECORDS_LIMIT 65536
#define SHORTEST_NS (100 * NSEC_PER_USEC) /* between probes of a flood, as far as records go */
#define BASE_ATTEMPTS 64 /* to find consecutive identifiers */

/* Enough records for all probes that can be waited for at one time, and as many again for late replies. */
static uint32_t records_needed(const struct options *o)
{
	uint64_t interval = o->interval_ns && !o->adaptive ? o->interval_ns : SHORTEST_NS;
	uint64_t timeout = o->timeout_ns ? o->timeout_ns : 10 * NSEC_PER_SEC;
	uint64_t in_flight = o->nr_hosts * (2 * timeout / interval + o->preload);
	uint32_t limit = RECORDS_MAX * o->nr_hosts, n = RECORDS_MIN;

	if (o->preload > RECORDS_MAX)
		limit = RECORDS_LIMIT;
	while (n < in_flight && n < limit && n < RECORDS_LIMIT)
		n *= 2;
	return n;
}

static int resolve_all(struct session *s, struct reason *why)
{
	const struct options *o = s->options;
	enum pt_family family = o->family;
	enum names names = o->look_up ? NAMES_ALWAYS : o->numeric ? NAMES_NONE : NAMES_OF_NAMES;
	int width = 0, err;
	struct peer *peer;

	for_each_peer (peer, s) {
		err = target_resolve(&peer->target, o->hosts[peer->index], family, family != o->family, names,
				     why);
		if (err)
			return err;
		family = peer->target.family; /* hooks are attached for one of them */
		if ((int)strlen(peer->target.name) > width)
			width = strlen(peer->target.name);
	}
	for_each_peer (peer, s)
		peer->run.name_width = width;
	return 0;
}

/* With identifiers @id and following, or any that are free where there is but one peer. */
static int open_peers(struct session *s, int id, struct reason *why)
{
	enum pt_socket kind = s->options->socket;
	struct peer *peer;
	int err;

	for_each_peer (peer, s) {
		err = peer_open(peer, kind, id < 0 ? id : id + (int)peer->index, why);
		if (err) {
			while (peer-- > s->peers)
				echo_socket_close(&peer->socket);
			return err;
		}
		kind = peer->socket.kind;
	}
	return 0;
}

/* Identifiers are consecutive: programs in the kernel tell targets by them. */
static int open_sockets(struct session *s, struct reason *why)
{
	const struct options *o = s->options;
	uint16_t base;
	int attempts = 0, err;

	if (o->has_id)
		return open_peers(s, o->id, why);
	if (s->nr_peers == 1)
		return open_peers(s, -1, why);
	do {
		if (getrandom(&base, sizeof(base), 0) != sizeof(base))
			return because(why, EIO, "no random numbers: %s", strerror(errno));
		base = 1 + base % (65536 - 1 - s->nr_peers);
		err = open_peers(s, base, why);
	} while (err == -EADDRINUSE && ++attempts < BASE_ATTEMPTS);
	return err;
}

static int open_tracer(struct session *s, struct reason *why)
{
	int fds[HOSTS_MAX];
	struct tracer_options to = {
		.backend = s->options->backend,
		.fds = fds,
		.family = s->peers[0].target.family,
		.socket = s->peers[0].socket.kind,
		.first_id = s->peers[0].socket.id,
		.nr_targets = s->nr_peers,
		.nonce = s->nonce,
		.packet_size = s->packet_size,
		.netns = s->netns.own,
		.tagged = s->tagged,
		.nr_records = s->nr_records,
		.why = s->options->why,
		.verbose = s->options->verbose,
	};
	struct peer *peer;
	int err;

	for_each_peer (peer, s) {
		fds[peer->index] = peer->socket.fd;
		if (peer->mtu && (!to.mtu || (uint32_t)peer->mtu < to.mtu))
			to.mtu = peer->mtu;
	}
	err = tracer_open(&s->tracer, &to, why);

	/*
	 * A stamp of our own is as good as the kernel's timestamp, and costs other packets nothing. But only the first of
	 * several answers has one.
	 */
	for_each_peer (peer, s)
		if (!err && !s->options->user_latency &&
		    (peer->run.multicast || !tracer_has_hook(s->tracer, PT_HOOK_NETIF_RECEIVE)))
			err = echo_socket_want_time(&peer->socket, why);
	return err;
}

static int make_buffers(struct session *s, struct reason *why)
{
	const struct options *o = s->options;
	size_t i;

	s->packet_size = ICMP_HEADER_SIZE + o->payload_size;
	s->buffer_size = 65536 + IP_OPTIONS_MAX; /* no packet is longer: none is cut */
	s->packet = malloc(s->packet_size);
	s->buffer = malloc(s->buffer_size);
	if (!s->packet || !s->buffer)
		return because(why, ENOMEM, "no memory for packets of %zu bytes", s->packet_size);
	for (i = 0; i < o->payload_size; i++)
		s->packet[ICMP_HEADER_SIZE + i] = o->pattern_size ? o->pattern[i % o->pattern_size] : i;
	return 0;
}

static int make_peers(struct session *s, struct reason *why)
{
	struct peer *peer;

	s->peers = calloc(s->options->nr_hosts, sizeof(*s->peers));
	if (!s->peers)
		return because(why, ENOMEM, "no memory");
	s->nr_peers = s->options->nr_hosts;
	for_each_peer (peer, s) {
		peer->session = s;
		peer->index = peer - s->peers;
		peer->socket.fd = -1;
	}
	return 0;
}

int session_open(struct session *s, const struct options *o, struct reason *why)
{
	struct peer *peer;
	int err;

	s->options = o;
	s->output = o->json ? &output_json : &output_text;
	s->tagged = o->payload_size >= sizeof(struct pt_tag);
	s->nr_records = records_needed(o);
	if (getrandom(&s->nonce, sizeof(s->nonce), 0) != sizeof(s->nonce))
		return because(why, EIO, "no random numbers: %s", strerror(errno));
	netns_read(&s->netns);
	err = make_peers(s, why);
	err = err ?: make_buffers(s, why);
	err = err ?: resolve_all(s, why);
	err = err ?: open_sockets(s, why);
	err = err ?: open_tracer(s, why);
	if (err)
		return err;
	for_each_peer (peer, s)
		peer_begin(peer);
	return 0;
}

void session_close(struct session *s)
{
	struct peer *peer;

	tracer_close(s->tracer);
	for_each_peer (peer, s)
		peer_close(peer);
	free(s->peers);
	free(s->packet);
	free(s->buffer);
}
