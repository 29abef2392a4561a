// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/findings.h"
#include "base/util.h"
#include "output/objects.h"

static json_t *milliseconds(double ns)
{
	char text[40];

	snprintf(text, sizeof(text), "%.3f", ns / NSEC_PER_MSEC);
	return json_string(text);
}

/* 0 rather than 0.0. */
static json_t *number(double v)
{
	return v == (double)(json_int_t)v ? json_integer((json_int_t)v) : json_real(v);
}

static void add_string(json_t *o, const char *key, const char *value)
{
	if (value && *value)
		json_put(o, key, json_text(value));
}

static void add_true(json_t *o, const char *key, bool value)
{
	if (value)
		json_put(o, key, json_true());
}

static void add_time_of_day(const struct objects *about, json_t *object, uint64_t wall_us)
{
	char text[40];

	if (!about->whole && !about->display->print_time)
		return;
	snprintf(text, sizeof(text), "%llu.%06llu", (unsigned long long)wall_us / USEC_PER_SEC,
		 (unsigned long long)wall_us % USEC_PER_SEC);
	json_put(object, "timestamp", json_string(text));
}

/* As hex digits, two a byte. */
static json_t *hex(const uint8_t *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(2 * size + 1);
	json_t *string;
	size_t i;

	if (!text)
		return NULL;
	for (i = 0; i < size; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 0xf];
	}
	string = json_stringn(text, 2 * size);
	free(text);
	return string;
}

static json_t *hook_names(uint32_t hooks)
{
	json_t *list = json_array();
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (hooks & 1U << h)
			json_add(list, json_string(hook_name(h)));
	return list;
}

static json_t *clocks_of(const struct clocks *c)
{
	return json_pack("{s:I, s:I, s:I}", "monotonic_ns", (json_int_t)c->monotonic_ns, "boottime_ns",
			 (json_int_t)c->boottime_ns, "realtime_ns", (json_int_t)c->realtime_ns);
}

/* --- a reply, and a lost probe --- */

static json_t *layers_of(const struct path *path)
{
	json_t *layers = json_object();
	char name[SEGMENT_NAME_MAX];
	unsigned int i;

	for (i = 0; i < path->nr_layers; i++)
		json_put(layers, layer_name(name, path->layers_seen[i]),
			 json_integer(path->layer_ns[path->layers_seen[i]]));
	return layers;
}

/* The parts of `wire`, where the responder is this kernel. */
static json_t *inside_of(const struct path *path)
{
	char name[SEGMENT_NAME_MAX];
	json_t *parts = json_array();
	const struct segment *s;

	for (s = path->inside; s < path->inside + path->nr_inside; s++)
		json_add(parts, json_pack("{s:s, s:I}", "name", inside_name(name, s->from, s->to), "ns",
					  (json_int_t)s->ns));
	return parts;
}

static json_t *segments_of(const struct path *path)
{
	char name[SEGMENT_NAME_MAX], layer[SEGMENT_NAME_MAX];
	json_t *segments = json_array(), *segment;
	const struct segment *s;

	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		segment =
			json_pack("{s:s, s:s, s:I}", "name", segment_name(name, s->from, s->to, path->socket),
				  "layer", layer_name(layer, s->layers), "ns", (json_int_t)s->ns);
		if (path->nr_inside && s->from == path->inside[0].from)
			json_put(segment, "inside", inside_of(path));
		json_add(segments, segment);
	}
	return segments;
}

/* --path: what took the stamp, and in which network namespace the device is. */
static void add_origin(const struct objects *about, json_t *stamp, const struct stamp_origin *p)
{
	if (p->function[0])
		json_put(stamp, "function", json_text(p->function));
	if (p->netns)
		json_put(stamp, "netns", json_integer(p->netns));
	if (!about->whole)
		return;
	if (p->is_function)
		json_put(stamp, "kind", json_string("function"));
	add_string(stamp, "netns_name", p->netns_name);
}

/* What the kernel stamped, in the order of the path, counted from `send`. */
static json_t *stamps_of(const struct objects *about, const struct result *r)
{
	uint64_t send_ns = r->has_stamps ? r->stamps[PT_HOOK_SEND].ns : 0;
	json_t *stamps = json_array(), *stamp;
	enum pt_hook h;

	for (h = PT_HOOK_SEND + 1; send_ns && h < PT_HOOK_RECV; h++) {
		if (!r->stamps[h].ns)
			continue;
		stamp = json_pack("{s:s, s:I}", "hook", hook_name(h), "ns",
				  (json_int_t)(r->stamps[h].ns - send_ns));
		if (r->stamps[h].cpu != PT_CPU_UNKNOWN)
			json_put(stamp, "cpu", json_integer(r->stamps[h].cpu));
		add_string(stamp, "dev", r->origins[h].dev);
		if (about->whole || about->display->path)
			add_origin(about, stamp, &r->origins[h]);
		json_add(stamps, stamp);
	}
	return stamps;
}

static json_t *receive_of(const struct causes_receive *r, enum pt_receiver at)
{
	json_t *o = json_pack("{s:s, s:i, s:b}", "hook", receiver_name(at), "cpu", r->cpu, "ksoftirqd",
			      r->ksoftirqd);

	if (r->task[0])
		json_put(o, "task", json_text(r->task));
	if (r->task_hidden)
		json_put(o, "hidden", json_true());
	if (r->in_softirq) {
		json_put(o, "late_ns", json_integer(r->late_ns));
		json_put(o, "busy_ns", json_integer(r->busy_ns));
	}
	if (r->from_idle && r->idle_state >= 0)
		json_put(o, "idle_state", json_integer(r->idle_state));
	return o;
}

static json_t *wait_of(const struct result *r)
{
	const struct causes *causes = &r->causes;
	json_t *o = json_pack("{s:I, s:i}", "ns", (json_int_t)causes->wait_ns, "cpu", causes->wait_cpu);

	if (causes->running_ns)
		json_put(o, "running_ns", json_integer((json_int_t)(causes->running_ns - r->sent_ns)));
	if (causes->held_idle)
		json_put(o, "idle", json_true());
	if (causes->holder[0]) {
		json_put(o, "task", json_text(causes->holder));
		json_put(o, "pid", json_integer(causes->holder_pid));
	}
	if (causes->holder_hidden)
		json_put(o, "hidden", json_true());
	if (causes->holder[0] || causes->holder_hidden)
		json_put(o, "held_ns", json_integer(causes->held_ns));
	return o;
}

/* --why: what is known. */
static json_t *causes_object(const struct result *r)
{
	const struct causes *causes = &r->causes;
	json_t *o = json_object(), *list = json_array();
	enum pt_receiver at;
	unsigned int i;

	for (i = 0; i < causes->nr_cpus; i++)
		json_add(list, json_integer(causes->cpus[i]));
	json_put(o, "cpus", list);
	if (causes->neighbour)
		json_put(o, "neighbour", json_string(causes->neighbour));
	if (causes->has_queue)
		json_put(o, "queue",
			 json_pack("{s:o, s:i}", "qdisc", json_text(causes->qdisc), "before",
				   causes->queue_before));
	list = json_array();
	for (at = 0; at < PT_NR_RECEIVERS; at++)
		if (causes->receive[at].known)
			json_add(list, receive_of(&causes->receive[at], at));
	if (json_array_size(list))
		json_put(o, "receive", list);
	else
		json_decref(list);
	if (causes->has_rps)
		json_put(o, "rps",
			 json_pack("{s:i, s:i}", "from_cpu", causes->rps_from, "cpu", causes->rps_to));
	if (causes->has_wait)
		json_put(o, "wait", wait_of(r));
	return o;
}

static json_t *head_object(const struct head *h)
{
	return json_pack("{s:s, s:I, s:o}", "link", link_name(h->link), "length", (json_int_t)h->length,
			 "bytes", hex(h->bytes, h->captured));
}

/* The first bytes of its packets. */
static void add_heads(json_t *o, const struct result *r)
{
	const struct head *request = &r->heads[PT_PACKET_REQUEST], *reply = &r->heads[PT_PACKET_REPLY];
	json_t *heads;

	if (!r->has_stamps || !r->has_heads)
		return;
	heads = json_object();
	if (request->present)
		json_put(heads, "request", head_object(request));
	if (reply->present)
		json_put(heads, "reply", head_object(reply));
	json_put(o, "heads", heads);
}

/* How late it was sent; and what a recording has of every result. */
static void add_sending(const struct objects *about, json_t *o, const struct result *r)
{
	if (r->due_ns)
		json_put(o, "late_ns", json_integer((json_int_t)(r->sent_ns - r->due_ns)));
	if (!about->whole)
		return;
	json_put(o, "target", json_integer(about->target->index));
	json_put(o, "probe", json_integer(r->seq));
	if (r->sent_ns)
		json_put(o, "sent_ns", json_integer(r->sent_ns));
	add_heads(o, r);
}

static void add_whole_reply(const struct objects *about, json_t *o, const struct result *r)
{
	if (!about->whole)
		return;
	json_put(o, "received_ns", json_integer(r->received_ns));
	if (r->has_time)
		json_put(o, "time_ns", json_integer(r->time_ns));
	add_true(o, "time_read", r->has_time && !r->time_counts);
	if (r->under_way)
		json_put(o, "under_way", json_integer(r->under_way));
	if (r->late)
		json_put(o, "lost_as", json_integer(r->lost_as));
	if (r->ip_options_size)
		json_put(o, "ip_options", hex(r->ip_options, r->ip_options_size));
	if (r->payload)
		json_put(o, "payload", hex(r->payload, r->bytes - RESULT_ICMP_HEADER));
}

static json_t *reply_object(const struct objects *about, const struct result *r)
{
	json_t *o = json_pack("{s:I, s:o, s:i}", "bytes", (json_int_t)r->bytes, "host", json_text(r->from),
			      "seq", (uint16_t)r->seq);

	add_time_of_day(about, o, r->wall_us);
	if (r->ttl >= 0)
		json_put(o, "ttl", json_integer(r->ttl));
	if (r->has_time)
		json_put(o, "time", milliseconds(r->time_ns));
	add_true(o, "duplicate", r->duplicate);
	add_true(o, "late", r->late);
	add_true(o, "corrupted", r->corrupted);
	if (r->wrong_at >= 0)
		json_put(o, "wrong_data",
			 json_pack("{s:i, s:i, s:i}", "at", r->wrong_at, "should", r->wrong_should, "is",
				   r->wrong_is));
	if (r->has_path) {
		json_put(o, "user_rtt_ns", json_integer(r->path.total_ns));
		json_put(o, "layers_ns", layers_of(&r->path));
		json_put(o, "segments", segments_of(&r->path));
		json_put(o, "stamps", stamps_of(about, r));
		json_put(o, "clipped", json_boolean(r->path.clipped));
		if (r->has_causes && (about->whole || about->display->why))
			json_put(o, "why", causes_object(r));
	}
	add_sending(about, o, r);
	add_whole_reply(about, o, r);
	return o;
}

static json_t *icmp_of(const struct objects *about, const struct loss *l)
{
	struct result_error e = loss_error(l);
	char text[ERROR_TEXT_SIZE];
	json_t *o = json_pack("{s:i, s:i, s:o, s:o}", "type", l->icmp_type, "code", l->icmp_code, "from",
			      json_text(l->icmp_from), "text",
			      json_text(error_text(text, &e, about->target->family)));

	if (about->whole && l->icmp_info)
		json_put(o, "info", json_integer(l->icmp_info));
	return o;
}

/* Where, and why; what is not known is left out. */
static json_t *loss_object(const struct objects *about, const struct loss *l)
{
	json_t *o = json_object();

	add_string(o, "where", loss_where_name(l->where));
	add_string(o, "hook", l->hook == PT_HOOK_NONE ? NULL : hook_name(l->hook));
	add_string(o, "reason", l->reason);
	add_string(o, "function", l->function);
	add_string(o, "dev", l->dev);
	if (l->netns)
		json_put(o, "netns", json_integer(l->netns));
	if (l->error)
		add_string(o, "errno", strerrorname_np(l->error));
	if (l->has_icmp)
		json_put(o, "icmp", icmp_of(about, l));
	add_string(o, "advice", l->advice);
	if (about->whole) {
		add_true(o, "silent", l->silent);
		add_string(o, "netns_name", l->netns_name);
	}
	return o;
}

/* The same of one probe, with when and where it was dropped. */
static json_t *loss_of_probe(const struct objects *about, const struct result *r)
{
	json_t *o = loss_object(about, &r->loss);

	if (!r->loss.dropped_ns)
		return o;
	json_put(o, "ns", json_integer((json_int_t)(r->loss.dropped_ns - r->sent_ns)));
	if (r->loss.dropped_cpu != PT_CPU_UNKNOWN)
		json_put(o, "cpu", json_integer(r->loss.dropped_cpu));
	return o;
}

static json_t *lost_object(const struct objects *about, const struct result *r)
{
	json_t *o = json_pack("{s:o, s:i, s:b}", "host", json_text(about->target->address), "seq",
			      (uint16_t)r->seq, "lost", 1);

	add_time_of_day(about, o, r->wall_us);
	if (r->has_loss)
		json_put(o, "loss", loss_of_probe(about, r));
	json_put(o, "stamps", stamps_of(about, r));
	add_sending(about, o, r);
	return o;
}

json_t *object_of_result(const struct objects *about, const struct result *r)
{
	return r->kind == RESULT_REPLY ? reply_object(about, r) : lost_object(about, r);
}

/* --- what else happens --- */

json_t *object_of_outstanding(const struct objects *about, uint64_t seq, uint64_t wall_us)
{
	json_t *o = json_pack("{s:o, s:i, s:b}", "host", json_text(about->target->address), "seq",
			      (uint16_t)seq, "outstanding", 1);

	add_time_of_day(about, o, wall_us);
	if (about->whole) {
		json_put(o, "target", json_integer(about->target->index));
		json_put(o, "probe", json_integer(seq));
	}
	return o;
}

json_t *object_of_sent(const struct objects *about, uint64_t seq)
{
	return json_pack("{s:i, s:i, s:I, s:b}", "target", about->target->index, "seq", (uint16_t)seq,
			 "probe", (json_int_t)seq, "sent", 1);
}

static void add_whole_error(json_t *o, const struct target_info *target, const struct result_error *e)
{
	json_put(o, "target", json_integer(target->index));
	if (e->local)
		add_string(o, "errno", strerrorname_np(e->error));
	if (e->info)
		json_put(o, "info", json_integer(e->info));
	add_true(o, "refused", e->refused);
	add_true(o, "redirect", e->is_redirect);
	if (e->under_way)
		json_put(o, "under_way", json_integer(e->under_way));
}

json_t *object_of_error(const struct objects *about, const struct result_error *e)
{
	const struct target_info *target = about->target;
	char text[ERROR_TEXT_SIZE];
	json_t *o = json_pack("{s:o, s:o}", "host", json_text(e->from[0] ? e->from : target->address),
			      "error", json_text(error_text(text, e, target->family)));

	add_time_of_day(about, o, e->wall_us);
	if (e->has_seq)
		json_put(o, "seq", json_integer(e->seq));
	if (!e->local) {
		json_put(o, "icmp_type", json_integer(e->type));
		json_put(o, "icmp_code", json_integer(e->code));
	}
	if (about->whole)
		add_whole_error(o, target, e);
	return o;
}

/* --- the summary --- */

static json_t *losses_of(const struct objects *about, const struct stats *s)
{
	json_t *losses = json_array(), *row;
	unsigned int i;

	for (i = 0; i < s->nr_losses; i++) {
		if (!s->losses[i].count)
			continue;
		row = loss_object(about, &s->losses[i].loss);
		json_put(row, "count", json_integer(s->losses[i].count));
		json_add(losses, row);
	}
	if (s->other_losses)
		json_add(losses, json_pack("{s:I, s:b}", "count", (json_int_t)s->other_losses, "others", 1));
	return losses;
}

static void add_histogram(json_t *o, const struct histogram *h)
{
	json_put(o, "count", json_integer(h->count));
	json_put(o, "min_ns", json_integer(h->min));
	json_put(o, "mean_ns", json_integer(histogram_mean(h)));
	json_put(o, "p50_ns", json_integer(histogram_permille(h, 500)));
	json_put(o, "p90_ns", json_integer(histogram_permille(h, 900)));
	json_put(o, "p99_ns", json_integer(histogram_permille(h, 990)));
	json_put(o, "max_ns", json_integer(h->max));
}

static json_t *segment_rows(const struct stats *s)
{
	char name[SEGMENT_NAME_MAX], layer[SEGMENT_NAME_MAX];
	json_t *rows = json_array(), *row;
	unsigned int i;

	for (i = 0; i < s->nr_segments; i++) {
		row = json_pack("{s:s, s:s}", "name",
				segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket),
				"layer", layer_name(layer, s->segments[i]->layers));
		add_histogram(row, &s->segments[i]->histogram);
		json_add(rows, row);
	}
	return rows;
}

static json_t *layer_rows(const struct stats *s)
{
	char layer[SEGMENT_NAME_MAX];
	json_t *rows = json_array(), *row;
	unsigned int i;

	for (i = 0; i < s->nr_layers; i++) {
		layer_name(layer, s->layers[i]->layers);
		row = json_pack("{s:s, s:s}", "name", layer, "layer", layer);
		add_histogram(row, &s->layers[i]->histogram);
		json_add(rows, row);
	}
	return rows;
}

static json_t *trace_of(const struct objects *about, const struct stats *s)
{
	const struct target_info *target = about->target;
	const struct run_info *run = about->run;
	json_t *trace = json_pack("{s:o, s:s, s:o, s:o, s:I}", "backend", json_text(run->backend), "socket",
				  target->socket == PT_SOCKET_RAW ? "raw" : "dgram", "hooks",
				  hook_names(target->hooks), "missing", hook_names(target->missing),
				  "overhead_ns", (json_int_t)stats_overhead_ns(s, run->stamp_ns));

	add_string(trace, "why", run->why_not_better);
	return trace;
}

static json_t *findings_list(const struct objects *about, const struct stats *s)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, j, nr = findings_of_target(findings, about->run, about->target, s);
	const struct finding_value *v;
	json_t *list = json_array(), *o;

	for (i = 0; i < nr; i++) {
		o = json_pack("{s:s}", "id", findings[i].id);
		for (j = 0; j < findings[i].nr_values; j++) {
			v = &findings[i].values[j];
			json_put(o, v->key, v->is_string ? json_text(v->string) : json_integer(v->number));
		}
		json_put(o, "text", json_text(findings[i].text));
		json_add(list, o);
	}
	return list;
}

json_t *object_of_summary(const struct objects *about, const struct stats *s)
{
	uint64_t time_ns = s->last_sent_ns - s->first_sent_ns;
	json_t *o;

	o = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "host", json_text(about->target->address),
		      "transmitted", (json_int_t)s->transmitted, "received", (json_int_t)s->received,
		      "duplicates", (json_int_t)s->duplicates, "corrupted", (json_int_t)s->corrupted,
		      "errors", (json_int_t)s->errors);
	json_put(o, "late", json_integer(s->late));
	json_put(o, "clipped", json_integer(s->clipped));
	json_put(o, "sent_late", json_integer(s->sent_late));
	json_put(o, "sent_late_max_ns", json_integer(s->sent_late_max_ns));
	if (s->retries)
		json_put(o, "retries", json_integer(s->retries));
	json_put(o, "loss", number(stats_loss(s)));
	json_put(o, "time", json_integer((time_ns + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC));
	if (s->rtt_count)
		json_put(o, "rtt",
			 json_pack("{s:o, s:o, s:o, s:o}", "min", milliseconds(s->rtt_min), "avg",
				   milliseconds(s->rtt_sum / s->rtt_count), "max", milliseconds(s->rtt_max),
				   "mdev", milliseconds(stats_rtt_mdev(s))));
	json_put(o, "segments", segment_rows(s));
	json_put(o, "layers", layer_rows(s));
	json_put(o, "losses", losses_of(about, s));
	json_put(o, "trace", trace_of(about, s));
	json_put(o, "findings", findings_list(about, s));
	if (about->whole)
		json_put(o, "target", json_integer(about->target->index));
	return o;
}

/* --- what a recording has in addition --- */

static json_t *options_of(const struct run_info *run)
{
	json_t *o = json_pack("{s:i, s:I}", "payload", run->payload_size, "interval_ns",
			      (json_int_t)run->interval_ns);

	add_true(o, "flood", run->flood);
	add_true(o, "adaptive", run->adaptive);
	add_true(o, "why", run->why);
	if (run->has_pattern)
		json_put(o, "pattern", hex(run->pattern, run->pattern_size));
	return o;
}

json_t *object_of_run(const struct run_info *run)
{
	json_t *o = json_pack("{s:i, s:o, s:o, s:o, s:o}", "format", RECORDING_FORMAT, "version",
			      json_text(run->version), "started", clocks_of(&run->started), "kernel",
			      json_text(run->kernel), "backend", json_text(run->backend)),
	       *line = json_object();

	add_string(o, "why_not_better", run->why_not_better);
	add_true(o, "traced", run->traced);
	add_true(o, "causes", run->has_why);
	if (run->stamp_ns)
		json_put(o, "stamp_ns", json_integer(run->stamp_ns));
	json_put(o, "targets", json_integer(run->nr_targets));
	json_put(o, "name_width", json_integer(run->name_width));
	json_put(o, "options", options_of(run));
	json_put(line, RECORDING_KEY, o);
	return line;
}

json_t *object_of_target(const struct target_info *t)
{
	json_t *o =
		json_pack("{s:i, s:o, s:o, s:i, s:s, s:i}", "target", t->index, "name", json_text(t->name),
			  "address", json_text(t->address), "family", t->family == PT_FAMILY_V6 ? 6 : 4,
			  "socket", t->socket == PT_SOCKET_RAW ? "raw" : "dgram", "id", t->id);

	add_string(o, "reverse", t->reverse);
	add_string(o, "source", t->source);
	if (t->flow)
		json_put(o, "flow", json_integer(t->flow));
	if (t->ip_options_size)
		json_put(o, "ip_options", json_integer(t->ip_options_size));
	add_true(o, "multicast", t->multicast);
	add_true(o, "any_source", t->any_source);
	json_put(o, "hooks", hook_names(t->hooks));
	json_put(o, "missing", hook_names(t->missing));
	return o;
}

json_t *object_of_missed(uint64_t nr)
{
	json_t *line = json_object();

	json_put(line, "missed", json_integer(nr));
	return line;
}

json_t *object_of_clocks(const struct clocks *clocks)
{
	json_t *line = json_object();

	json_put(line, "clocks", clocks_of(clocks));
	return line;
}
