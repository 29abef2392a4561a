// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "probe/session.h"

#define RECORDS_MIN 256
#define RECORDS_MAX 8192 /* a target */
#define RECORDS_LIMIT (1U << 18)
#define SHORTEST_NS (100 * NSEC_PER_USEC) /* between probes of a flood, as far as records go */

/* Enough records for all probes that can be in flight at one time, and at least a quarter more for late replies. */
static uint32_t records_needed(const struct options *o)
{
	uint64_t interval = o->interval_ns && !o->adaptive ? o->interval_ns : SHORTEST_NS;
	uint64_t timeout = o->timeout_ns ? o->timeout_ns : 10 * NSEC_PER_SEC;
	uint64_t in_flight = o->nr_targets * (timeout / interval + o->preload);
	uint64_t limit = (uint64_t)o->nr_targets * RECORDS_MAX;
	uint32_t n = RECORDS_MIN;

	if (o->preload > RECORDS_MAX)
		limit = RECORDS_LIMIT;
	while (n < in_flight + in_flight / 4 && n < limit && n < RECORDS_LIMIT)
		n *= 2;
	return n;
}

/* :: is this host. */
static union address without_any(const union address *a)
{
	union address b = *a;

	if (a->sa.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr))
		b.v6.sin6_addr = in6addr_loopback;
	return b;
}

/* The scope distinguishes link-local addresses only; it means nothing for others. */
static uint32_t scope_of(const union address *a)
{
	return address_is_link_local(a) ? a->v6.sin6_scope_id : 0;
}

static int compare_addresses(const void *a, const void *b)
{
	const struct target *p = *(const struct target *const *)a, *q = *(const struct target *const *)b;
	union address of_p = without_any(&p->destination.address),
		      of_q = without_any(&q->destination.address);
	uint32_t scope_p = scope_of(&of_p), scope_q = scope_of(&of_q);
	int order = address_compare(&of_p, &of_q);

	return order ? order : scope_p < scope_q ? -1 : scope_p > scope_q;
}

/* How many targets have one address: limits are for the address. */
static int count_same(struct session *s, struct error *error)
{
	struct target **sorted = calloc(s->nr_targets, sizeof(struct target *)), *target;
	unsigned int i, j, end;

	if (!sorted)
		return error_set(error, ENOMEM, "no memory");
	for_each_target(target, s) sorted[target->index] = target;
	qsort(sorted, s->nr_targets, sizeof(struct target *), compare_addresses);
	for (i = 0; i < s->nr_targets; i = end) {
		end = i + 1;
		while (end < s->nr_targets && !compare_addresses(&sorted[i], &sorted[end]))
			end++;
		for (j = i; j < end; j++)
			sorted[j]->nr_same = end - i;
	}
	free(sorted);
	return 0;
}

static int resolve_all(struct session *s, struct error *error)
{
	const struct options *o = s->options;
	enum names names = o->look_up ? NAMES_ALWAYS : o->numeric ? NAMES_NONE : NAMES_OF_NAMES;
	int err;
	struct target *target;

	for_each_target(target, s)
	{
		err = destination_resolve(&target->destination, s->resolver, o->targets[target->index],
					  o->family, names, error);
		if (err)
			return err;
	}
	return 0;
}

static int open_sockets(struct session *s, struct error *error)
{
	struct target *target;
	unsigned int i;
	int err;

	for_each_target(target, s)
	{
		err = target_open(target, error);
		if (err)
			return err;
	}
	/* Now that 0 is an address, and each link-local one has its scope. */
	err = count_same(s, error);
	for_each_target(target, s) err = err ?: target_check_rate(target, error);
	if (err)
		return err;
	for (i = 0; i < s->nr_channels; i++)
		channel_make_room(s->channels[i]);
	return 0;
}

/* Each family has programs of its own. */
static int open_tracer(struct session *s, enum pt_family family, struct error *error)
{
	int *fds = calloc(s->nr_channels, sizeof(*fds)), err;
	struct tracer_options to = {
		.backend = s->options->backend,
		.fds = fds,
		.family = family,
		.one_target = true,
		.nonce = s->nonce,
		.packet_size = s->packet_size,
		.netns = s->netns.own,
		.tagged = s->tagged,
		.nr_records = s->nr_records,
		.why = s->options->why,
		.heads = s->report->wants & SINK_HEADS,
		.verbose = s->options->verbose,
	};
	const struct channel *c;
	struct target *target;
	unsigned int i;

	if (!fds)
		return error_set(error, ENOMEM, "no memory");
	for (i = 0; i < s->nr_channels; i++) {
		c = s->channels[i];
		if (c->socket.family != family)
			continue;
		to.socket = c->socket.kind;
		to.id = c->socket.id;
		to.one_target &= c->nr_targets == 1;
		fds[to.nr_fds++] = c->socket.fd;
	}
	for_each_target(target, s) if (target->destination.family == family && target->mtu &&
				       (!to.mtu || (uint32_t)target->mtu < to.mtu)) to.mtu = target->mtu;
	err = to.nr_fds ? tracer_open(&s->tracers[family], &to, error) : 0;
	free(fds);
	return err;
}

/*
 * Ask for receive timestamps only if they are needed: our own stamp is as good and costs other packets nothing, but only the
 * first of several replies has one.
 */
static int want_times(struct session *s, struct error *error)
{
	struct target *target;
	int err = 0;

	for_each_target(target, s) if (!err && !s->options->user_latency &&
				       (target->info.multicast ||
					!tracer_has_hook(s->tracers[target->destination.family],
							 PT_HOOK_NETIF_RECEIVE))) err =
		echo_socket_want_time(&target->channel->socket, error);
	return err;
}

static int make_buffers(struct session *s, struct error *error)
{
	const struct options *o = s->options;
	size_t i;

	s->packet_size = ICMP_HEADER_SIZE + o->payload_size;
	s->buffer_size = 65536 + IP_OPTIONS_MAX; /* no packet is longer: none is cut */
	s->packet = malloc(s->packet_size);
	s->buffer = malloc(s->buffer_size);
	if (!s->packet || !s->buffer)
		return error_set(error, ENOMEM, "no memory for packets of %zu bytes", s->packet_size);
	for (i = 0; i < o->payload_size; i++)
		s->packet[ICMP_HEADER_SIZE + i] = o->pattern_size ? o->pattern[i % o->pattern_size] : i;
	return 0;
}

static int make_targets(struct session *s, struct error *error)
{
	struct target *target;

	s->targets = calloc(s->options->nr_targets, sizeof(*s->targets));
	if (!s->targets)
		return error_set(error, ENOMEM, "no memory");
	s->nr_targets = s->options->nr_targets;
	for_each_target(target, s)
	{
		target->session = s;
		target->index = target - s->targets;
	}
	return 0;
}

int session_open(struct session *s, const struct options *o, struct error *error)
{
	struct resolver resolver = RESOLVER_NONE;
	struct target *target;
	int err;

	s->options = o;
	// cppcheck-suppress autoVariables ; taken back below
	s->resolver = &resolver;
	s->tagged = o->payload_size >= sizeof(struct pt_tag);
	s->nr_records = records_needed(o);
	if (getrandom(&s->nonce, sizeof(s->nonce), 0) != sizeof(s->nonce))
		return error_set(error, EIO, "no random numbers: %s", strerror(errno));
	netns_read(&s->netns);
	err = make_targets(s, error);
	if (!err && probes_init(&s->probes, s->nr_records, s->nr_targets))
		err = error_set(error, ENOMEM, "no memory for %u probes", s->nr_records);
	err = err ?: make_buffers(s, error);
	err = err ?: resolve_all(s, error);
	err = err ?: open_sockets(s, error);
	resolver_stop(&resolver);
	s->resolver = NULL;
	err = err ?: open_tracer(s, PT_FAMILY_V4, error);
	err = err ?: open_tracer(s, PT_FAMILY_V6, error);
	for_each_target(target, s) target->tracer = s->tracers[target->destination.family];
	return err ?: want_times(s, error);
}

void session_close(struct session *s)
{
	struct target *target;
	unsigned int i;

	for (i = 0; i < PT_FAMILY_ANY; i++)
		tracer_close(s->tracers[i]);
	for_each_target(target, s) target_close(target);
	for (i = 0; i < s->nr_channels; i++)
		channel_close(s->channels[i]);
	probes_free(&s->probes);
	free(s->channels);
	free(s->targets);
	free(s->packet);
	free(s->buffer);
}
