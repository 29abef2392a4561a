// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "analysis/split.h"
#include "analysis/causes.h"
#include "probe/report.h"
#include "probe/session.h"

#define CLOCKS_NS (60 * NSEC_PER_SEC)
#define CLOCK_TRIES 5

static uint64_t wall_us(const struct report *r)
{
	return r->wants & SINK_WALL ? clock_ns(CLOCK_REALTIME) / NSEC_PER_USEC : 0;
}

/* --- the run --- */

int report_open(struct report *r, const struct options *o, struct error *error)
{
	struct utsname name;
	int err;

	if (!uname(&name))
		harmless(r->run.kernel, sizeof(r->run.kernel), name.release);
	r->display = display_of(o);
	err = sinks_open(&r->sinks, &r->display, o->json, o->writes, o->nr_writes, true, error);
	if (!err)
		r->wants = sinks_wants(r->sinks);
	return err;
}

bool report_close(struct report *r)
{
	bool good = sinks_close(r->sinks);

	r->sinks = NULL;
	return good;
}

/* They are read one after the other: of some tries the quickest counts, which nothing has interrupted. */
static struct clocks read_clocks(void)
{
	struct clocks clocks, best = {};
	uint64_t took, least = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < CLOCK_TRIES; i++) {
		clocks.monotonic_ns = mono_ns();
		clocks.boottime_ns = clock_ns(CLOCK_BOOTTIME);
		clocks.realtime_ns = clock_ns(CLOCK_REALTIME);
		took = mono_ns() - clocks.monotonic_ns;
		if (took >= least)
			continue;
		least = took;
		best = clocks;
	}
	return best;
}

/* Report the clocks about once a minute. @now is the time of the current event. */
static void tell_clocks(struct report *r, uint64_t now)
{
	struct clocks clocks;

	if (now < r->clocks_ns)
		return;
	clocks = read_clocks();
	r->clocks_ns = clocks.monotonic_ns + CLOCKS_NS;
	sinks_clocks(r->sinks, &clocks);
}

static void describe_options(struct run_info *run, const struct options *o)
{
	run->why = o->why;
	run->flood = o->flood;
	run->adaptive = o->adaptive;
	run->interval_ns = o->interval_ns;
	run->payload_size = o->payload_size;
	run->has_pattern = o->has_pattern;
	memcpy(run->pattern, o->pattern, sizeof(run->pattern));
	run->pattern_size = o->pattern_size;
}

/* The tracers of both families have the same options. */
static const struct tracer *any_tracer(const struct session *s)
{
	return s->targets[0].tracer;
}

static void describe_run(struct run_info *run, const struct session *s)
{
	const struct tracer *tracer = any_tracer(s);
	const struct target *target;

	snprintf(run->version, sizeof(run->version), "%s", PINGTRACE_VERSION);
	run->started = read_clocks();
	snprintf(run->backend, sizeof(run->backend), "%s", tracer_backend_name(tracer));
	snprintf(run->why_not_better, sizeof(run->why_not_better), "%s", tracer_why_not_better(tracer));
	run->traced = tracer_is_tracing(tracer);
	run->has_why = tracer_has_why(tracer);
	run->stamp_ns = tracer_stamp_cost_ns(tracer);
	describe_options(run, s->options);
	run->nr_targets = s->nr_targets;
	for_each_target(target, s) if ((int)strlen(target->destination.name) > run->name_width)
		run->name_width = strlen(target->destination.name);
}

static void describe_target(struct target *t)
{
	const struct echo_socket *socket = &t->channel->socket;
	struct target_info *info = &t->info;
	enum pt_hook h;

	info->index = t->index;
	snprintf(info->name, sizeof(info->name), "%s", t->destination.name);
	snprintf(info->address, sizeof(info->address), "%s", t->destination.text);
	snprintf(info->reverse, sizeof(info->reverse), "%s", t->destination.reverse);
	snprintf(info->source, sizeof(info->source), "%s", t->source_text);
	info->family = t->destination.family;
	info->socket = socket->kind;
	info->id = socket->id;
	info->flow = socket->flow;
	info->missing = tracer_missing_hooks(t->tracer);
	for (h = 0; h < PT_NR_HOOKS; h++)
		if (tracer_wants_hook(t->tracer, h) && !(info->missing & 1U << h))
			info->hooks |= 1U << h;
}

void report_begin(struct session *s)
{
	struct report *r = s->report;
	struct target *target;

	describe_run(&r->run, s);
	r->clocks_ns = r->run.started.monotonic_ns + CLOCKS_NS;
	sinks_run_begin(r->sinks, &r->run);
	for_each_target(target, s)
	{
		describe_target(target);
		samples_share(&target->stats.samples, r->run.nr_targets);
		sinks_target_begin(r->sinks, &target->info);
	}
}

void report_end(struct session *s)
{
	struct report *r = s->report;
	struct target *target;

	sinks_probes_over(r->sinks);
	r->clocks_ns = 0;
	tell_clocks(r, 0);
	for_each_target(target, s) sinks_target_end(r->sinks, &target->info, &target->stats);
	sinks_run_end(r->sinks);
}

void report_sent(struct target *t, uint64_t seq)
{
	sinks_sent(t->session->report->sinks, &t->info, seq);
}

void report_outstanding(struct target *t, uint64_t seq)
{
	struct report *r = t->session->report;

	sinks_outstanding(r->sinks, &t->info, seq, wall_us(r));
}

/* --- a probe --- */

static void collect_origins(const struct target *t, const struct pt_record *rec, uint64_t now,
			    struct result *r)
{
	struct report *report = t->session->report;

	if (report->wants & (SINK_DEVICES | SINK_ORIGINS))
		origins_collect(&report->origins, t->tracer, &t->session->netns, report->wants & SINK_ORIGINS,
				rec, now, r);
}

/* The stamps are there. */
static void collect_heads(const struct target *t, const struct pt_record *rec, struct result *r)
{
	const struct pt_heads *raw = tracer_heads(t->tracer, rec);

	if (!raw)
		return;
	head_of(&r->heads[PT_PACKET_REQUEST], &raw->of[PT_PACKET_REQUEST], r->stamps[PT_HOOK_START_XMIT].ns);
	head_of(&r->heads[PT_PACKET_REPLY], &raw->of[PT_PACKET_REPLY], r->stamps[PT_HOOK_DRIVER_RX].ns);
	r->has_heads = r->heads[PT_PACKET_REQUEST].present || r->heads[PT_PACKET_REPLY].present;
}

static void set_sent(struct result *r, const struct pt_record *rec)
{
	r->sent_ns = rec->stamps[PT_HOOK_SEND].ns;
	if (rec->told.late_ns)
		r->due_ns = r->sent_ns - rec->told.late_ns;
}

static void tell(struct target *t, struct result *result, uint64_t now)
{
	struct report *r = t->session->report;

	result->wall_us = wall_us(r);
	stats_add_result(&t->stats, result);
	sinks_result(r->sinks, &t->info, result);
	tell_clocks(r, now);
	result_release(result);
}

/* --- a reply --- */

/* Compare the payload with the one that was sent. */
static void check_payload(const struct target *t, const struct echo_reply *reply, struct result *r)
{
	const struct session *s = t->session;
	const uint8_t *sent = s->packet + ICMP_HEADER_SIZE;
	size_t size = s->packet_size - ICMP_HEADER_SIZE, i = s->tagged ? sizeof(struct pt_tag) : 0;

	if (reply->payload_size < size)
		size = reply->payload_size;
	if (i >= size || !memcmp(sent + i, reply->payload + i, size - i))
		return;
	while (sent[i] == reply->payload[i])
		i++;
	r->wrong_at = i;
	r->wrong_should = sent[i];
	r->wrong_is = reply->payload[i];
	r->payload = malloc(reply->payload_size);
	if (r->payload)
		memcpy(r->payload, reply->payload, reply->payload_size);
}

/* The kernel's own timestamp is from a clock that may be set: check it. */
static bool is_between(uint64_t at, uint64_t send, uint64_t recv)
{
	return at >= send && at <= recv;
}

/* ping's time=: up to the kernel's receive timestamp, or with -U up to the return of recvmsg. */
static uint64_t time_of(const struct target *t, const struct result *r, const struct echo_reply *reply)
{
	uint64_t at = reply->recv_ns, in = r->stamps[PT_HOOK_NETIF_RECEIVE].ns;

	if (t->session->options->user_latency)
		return reply->recv_ns - r->sent_ns;
	if (in && is_between(in, r->sent_ns, reply->recv_ns))
		at = in;
	else if (is_between(reply->kernel_ns, r->sent_ns, reply->recv_ns))
		at = reply->kernel_ns;
	return at - r->sent_ns;
}

/*
 * Without a kernel timestamp, the only time is when it was read, after the reply before it: ping prints that, but statistics
 * do not count it.
 */
static void time_duplicate(const struct target *t, const struct echo_reply *reply, struct result *r)
{
	bool user = t->session->options->user_latency;
	bool told = is_between(reply->kernel_ns, r->sent_ns, reply->recv_ns) && !user;

	r->has_time = true;
	r->time_ns = (told ? reply->kernel_ns : reply->recv_ns) - r->sent_ns;
	r->time_counts = told || user;
}

/* Split the round trip of the first reply, and close its record. */
static void measure(struct target *t, const struct echo_reply *reply, struct pt_record *rec, struct result *r)
{
	const struct pt_why *raw = tracer_why(t->tracer, rec);

	target_take_timestamps(t, rec, reply);
	tracer_stamp(rec, PT_HOOK_RECV, reply->recv_ns);
	tracer_end(rec);
	record_stamps(r->stamps, rec);
	r->has_time = true;
	r->time_counts = true;
	r->time_ns = time_of(t, r, reply);
	if (path_of(&r->path, r->stamps, t->channel->socket.kind))
		return;
	r->has_path = true;
	r->has_stamps = true;
	collect_origins(t, rec, reply->recv_ns, r);
	collect_heads(t, rec, r);
	r->has_causes = raw;
	if (raw)
		causes_of(&r->causes, r->stamps, rec, raw);
}

static void set_from(struct target *t, const struct echo_reply *reply, struct result *r)
{
	char from[NAME_SIZE];
	const char *text;

	r->from_target = address_equal(&reply->from, &t->destination.address);
	text = r->from_target ? t->destination.text : address_text(from, &reply->from);
	if (!memccpy(r->from, text, '\0', sizeof(r->from)))
		r->from[sizeof(r->from) - 1] = '\0';
}

void report_reply(struct target *t, const struct echo_reply *reply, const struct replied *about,
		  struct pt_record *rec)
{
	struct result *r = &t->session->report->result;

	result_init(r, RESULT_REPLY, about->seq);
	r->received_ns = reply->recv_ns;
	if (rec)
		set_sent(r, rec);
	r->bytes = reply->size;
	r->ttl = reply->ttl;
	r->corrupted = reply->bad_checksum;
	r->duplicate = about->duplicate;
	r->late = about->late;
	r->lost_as = about->lost_as;
	r->under_way = about->under_way;
	set_from(t, reply, r);
	r->ip_options_size = reply->ip_options_size;
	memcpy(r->ip_options, reply->ip_options, r->ip_options_size);
	check_payload(t, reply, r);
	if (rec && !r->corrupted && r->duplicate)
		time_duplicate(t, reply, r);
	else if (rec && !r->corrupted)
		measure(t, reply, rec, r);
	tell(t, r, reply->recv_ns);
}

/* --- a lost probe --- */

/* The address of the node that an ICMP error in the record came from. */
static union address told_from(const struct target *t, const struct pt_told *told)
{
	union address a = {};

	if (t->destination.family == PT_FAMILY_V6) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_scope_id = told->scope;
		memcpy(&a.v6.sin6_addr, told->from, sizeof(a.v6.sin6_addr));
	} else {
		a.v4.sin_family = AF_INET;
		memcpy(&a.v4.sin_addr, told->from, sizeof(a.v4.sin_addr));
	}
	return a;
}

static void collect_loss(const struct target *t, const struct pt_record *rec, struct loss *loss)
{
	const struct session *s = t->session;
	struct loss_sight sight = tracer_sight(t->tracer);
	union address from = told_from(t, &rec->told);
	char text[NAME_SIZE];

	sight.icmp_from_here = rec->told.has_icmp && address_equal(&from, &t->source);
	loss_of(loss, rec, &sight);
	if (loss->netns && !netns_is_told(&s->netns, loss->netns)) {
		/* That it is another one may be known, but not which. */
		snprintf(loss->netns_name, sizeof(loss->netns_name), "another network namespace");
		loss->netns = 0;
	} else {
		netns_tell(&s->netns, &loss->netns, loss->netns_name);
	}
	if (loss->has_icmp)
		snprintf(loss->icmp_from, sizeof(loss->icmp_from), "%.*s", LOSS_ADDRESS_SIZE - 1,
			 address_text(text, &from));
}

unsigned int report_lost(struct target *t, uint64_t seq, const struct pt_record *rec)
{
	struct result *r = &t->session->report->result;

	result_init(r, RESULT_LOST, seq);
	if (rec) {
		set_sent(r, rec);
		record_stamps(r->stamps, rec);
		r->has_stamps = true;
		collect_origins(t, rec, mono_ns(), r);
		collect_heads(t, rec, r);
		r->has_loss = true;
		collect_loss(t, rec, &r->loss);
	}
	tell(t, r, r->sent_ns);
	return r->lost_as;
}

/* --- errors --- */

void report_error(struct target *t, const struct echo_error *error, bool refused, unsigned int under_way)
{
	struct report *r = t->session->report;
	struct result_error e = {
		.local = error->local,
		.error = error->error,
		.type = error->type,
		.code = error->code,
		.info = error->info,
		.has_seq = error->has_request,
		.seq = error->request.seq,
		.refused = refused,
		.is_redirect = error->is_redirect,
		.under_way = under_way,
		.wall_us = wall_us(r),
	};
	char from[NAME_SIZE];

	if (!error->local) {
		e.from_target = address_equal(&error->from, &t->destination.address);
		snprintf(e.from, sizeof(e.from), "%.*s", (int)sizeof(e.from) - 1,
			 address_text(from, &error->from));
	}
	stats_add_error(&t->stats, &e);
	sinks_error(r->sinks, &t->info, &e);
}
