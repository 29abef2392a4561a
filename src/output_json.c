// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON for programs: one object a line. The keys are a contract, see docs/json.md. */
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include "json.h"
#include "output.h"

static bool missed; /* an object that could not be printed */

static void print_line(json_t *object)
{
	if (!json_line(object, stdout)) {
		if (!missed)
			complain("no memory for a JSON object: output is incomplete");
		missed = true;
	}
	fflush(stdout);
}

static bool json_failed(void)
{
	return missed;
}

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

static void add_time_of_day(const struct run *run, json_t *object)
{
	struct timeval tv;

	if (!run->options->print_time)
		return;
	gettimeofday(&tv, NULL);
	json_put(object, "timestamp",
		 json_sprintf("%lu.%06lu", (unsigned long)tv.tv_sec, (unsigned long)tv.tv_usec));
}

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
static void add_place(const struct run *run, json_t *stamp, enum pt_hook hook, const struct pt_stamp *s)
{
	uint32_t netns = tracer_netns(run->tracer, s->dev);
	struct hook_target target;

	if (tracer_target(run->tracer, hook, s, &target))
		json_put(stamp, "function", json_string(target.name));
	if (netns)
		json_put(stamp, "netns", json_integer(netns));
}

/* What the kernel stamped, in the order of the path, counted from `send`. */
static json_t *stamps_of(const struct run *run, const struct pt_record *record)
{
	const struct pt_stamp *send = record_stamp(record, PT_HOOK_SEND), *s;
	json_t *stamps = json_array(), *stamp;
	char name[16];
	enum pt_hook h;

	for (h = PT_HOOK_SEND + 1; send && h < PT_HOOK_RECV; h++) {
		s = record_stamp(record, h);
		if (!s)
			continue;
		stamp = json_pack("{s:s, s:I}", "hook", hook_name(h), "ns", (json_int_t)(s->ns - send->ns));
		if (s->cpu != PT_CPU_UNKNOWN)
			json_put(stamp, "cpu", json_integer(s->cpu));
		if (tracer_device(run->tracer, s->dev, name))
			json_put(stamp, "dev", json_text(name));
		if (run->options->path)
			add_place(run, stamp, h, s);
		json_add(stamps, stamp);
	}
	return stamps;
}

static json_t *receive_of(const struct why_receive *r, enum pt_receiver at)
{
	json_t *o = json_pack("{s:s, s:i, s:b}", "hook", receiver_name(at), "cpu", r->cpu, "ksoftirqd",
			      r->ksoftirqd);

	if (r->task[0])
		json_put(o, "task", json_text(r->task));
	if (r->in_softirq) {
		json_put(o, "late_ns", json_integer(r->late_ns));
		json_put(o, "busy_ns", json_integer(r->busy_ns));
	}
	if (r->from_idle && r->idle_state >= 0)
		json_put(o, "idle_state", json_integer(r->idle_state));
	return o;
}

static json_t *wait_of(const struct why *why)
{
	json_t *o = json_pack("{s:I, s:i}", "ns", (json_int_t)why->wait_ns, "cpu", why->wait_cpu);

	if (why->held_idle)
		json_put(o, "idle", json_true());
	if (why->holder[0]) {
		json_put(o, "task", json_text(why->holder));
		json_put(o, "pid", json_integer(why->holder_pid));
		json_put(o, "held_ns", json_integer(why->held_ns));
	}
	return o;
}

/* --why: what is known. */
static json_t *why_object(const struct why *why)
{
	json_t *o = json_object(), *list = json_array();
	enum pt_receiver at;
	unsigned int i;

	for (i = 0; i < why->nr_cpus; i++)
		json_add(list, json_integer(why->cpus[i]));
	json_put(o, "cpus", list);
	if (why->neighbour)
		json_put(o, "neighbour", json_string(why->neighbour));
	if (why->has_queue)
		json_put(
			o, "queue",
			json_pack("{s:o, s:i}", "qdisc", json_text(why->qdisc), "before", why->queue_before));
	list = json_array();
	for (at = 0; at < PT_NR_RECEIVERS; at++)
		if (why->receive[at].known)
			json_add(list, receive_of(&why->receive[at], at));
	if (json_array_size(list))
		json_put(o, "receive", list);
	else
		json_decref(list);
	if (why->has_rps)
		json_put(o, "rps", json_pack("{s:i, s:i}", "from_cpu", why->rps_from, "cpu", why->rps_to));
	if (why->has_wait)
		json_put(o, "wait", wait_of(why));
	return o;
}

static void json_begin(const struct run *run)
{
	(void)run;
}

static void json_reply(const struct run *run, const struct reply *r)
{
	json_t *o;

	if (run->options->quiet)
		return;
	o = json_pack("{s:I, s:o, s:i}", "bytes", (json_int_t)r->bytes, "host", json_text(r->from), "seq",
		      r->seq);
	add_time_of_day(run, o);
	if (r->ttl >= 0)
		json_put(o, "ttl", json_integer(r->ttl));
	if (r->has_time)
		json_put(o, "time", milliseconds(r->time_ns));
	if (r->duplicate)
		json_put(o, "duplicate", json_true());
	if (r->late)
		json_put(o, "late", json_true());
	if (r->bad_checksum)
		json_put(o, "corrupted", json_true());
	if (r->wrong_at >= 0)
		json_put(o, "wrong_data",
			 json_pack("{s:i, s:i, s:i}", "at", r->wrong_at, "should", r->wrong_should, "is",
				   r->wrong_is));
	if (r->path) {
		json_put(o, "user_rtt_ns", json_integer(r->path->total_ns));
		json_put(o, "layers_ns", layers_of(r->path));
		json_put(o, "segments", segments_of(r->path));
		json_put(o, "stamps", stamps_of(run, r->record));
		json_put(o, "clipped", json_boolean(r->path->clipped));
		if (r->why)
			json_put(o, "why", why_object(r->why));
	}
	print_line(o);
}

static json_t *icmp_of(const struct run *run, const struct loss *l)
{
	struct echo_error e = loss_error(l, run->target->family);
	char text[ERROR_TEXT_SIZE], from[NAME_SIZE];

	return json_pack("{s:i, s:i, s:o, s:o}", "type", l->icmp_type, "code", l->icmp_code, "from",
			 json_text(address_text(from, &e.from)), "text",
			 json_text(error_text(text, &e, run->target->family)));
}

static void add_string(json_t *o, const char *key, const char *value)
{
	if (value && *value)
		json_put(o, key, json_text(value));
}

/* Where, and why; what is not known is left out. */
static json_t *loss_object(const struct run *run, const struct loss *l)
{
	json_t *o = json_object();
	char advice[LOSS_ADVICE_SIZE];

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
		json_put(o, "icmp", icmp_of(run, l));
	add_string(o, "advice", loss_advice(advice, l));
	return o;
}

static json_t *losses_of(const struct run *run)
{
	const struct stats *s = run->stats;
	json_t *losses = json_array(), *row;
	unsigned int i;

	for (i = 0; i < s->nr_losses; i++) {
		if (!s->losses[i].count)
			continue;
		row = loss_object(run, &s->losses[i].loss);
		json_put(row, "count", json_integer(s->losses[i].count));
		json_add(losses, row);
	}
	if (s->other_losses)
		json_add(losses, json_pack("{s:I, s:b}", "count", (json_int_t)s->other_losses, "others", 1));
	return losses;
}

static void json_lost(const struct run *run, uint16_t seq, const struct pt_record *record,
		      const struct loss *loss)
{
	json_t *o;

	if (run->options->quiet)
		return;
	o = json_pack("{s:o, s:i, s:b}", "host", json_text(run->target->text), "seq", seq, "lost", 1);
	add_time_of_day(run, o);
	if (loss)
		json_put(o, "loss", loss_object(run, loss));
	json_put(o, "stamps", record ? stamps_of(run, record) : json_array());
	print_line(o);
}

static void json_outstanding(const struct run *run, uint16_t seq)
{
	json_t *o;

	if (run->options->quiet)
		return;
	o = json_pack("{s:o, s:i, s:b}", "host", json_text(run->target->text), "seq", seq, "outstanding", 1);
	add_time_of_day(run, o);
	print_line(o);
}

static void json_error(const struct run *run, const struct echo_error *e, const char *from)
{
	char text[ERROR_TEXT_SIZE];
	json_t *o;

	if (run->options->quiet)
		return;
	o = json_pack("{s:o, s:o}", "host", json_text(from ? from : run->target->text), "error",
		      json_text(error_text(text, e, run->target->family)));
	add_time_of_day(run, o);
	if (e->has_request)
		json_put(o, "seq", json_integer(e->request.seq));
	if (!e->local) {
		json_put(o, "icmp_type", json_integer(e->type));
		json_put(o, "icmp_code", json_integer(e->code));
	}
	print_line(o);
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

static json_t *trace_of(const struct run *run)
{
	json_t *hooks = json_array(), *missing = json_array(), *trace;
	uint32_t lacks = tracer_missing_hooks(run->tracer);
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		if (!tracer_wants_hook(run->tracer, h))
			continue;
		json_add(lacks & 1U << h ? missing : hooks, json_string(hook_name(h)));
	}
	trace = json_pack("{s:s, s:s, s:o, s:o, s:I}", "backend", tracer_backend_name(run->tracer), "socket",
			  run->socket == PT_SOCKET_RAW ? "raw" : "dgram", "hooks", hooks, "missing", missing,
			  "overhead_ns", (json_int_t)run_overhead_ns(run));
	if (*tracer_why_not_better(run->tracer))
		json_put(trace, "why", json_text(tracer_why_not_better(run->tracer)));
	return trace;
}

static json_t *findings_list(const struct run *run)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, j, nr = run_findings(findings, run);
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

static void json_end(const struct run *run)
{
	const struct stats *s = run->stats;
	json_t *o;

	o = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "host", json_text(run->target->text), "transmitted",
		      (json_int_t)s->transmitted, "received", (json_int_t)s->received, "duplicates",
		      (json_int_t)s->duplicates, "corrupted", (json_int_t)s->corrupted, "errors",
		      (json_int_t)s->errors);
	json_put(o, "late", json_integer(s->late));
	json_put(o, "clipped", json_integer(s->clipped));
	json_put(o, "loss", number(stats_loss(s)));
	json_put(o, "time", json_integer((run->end_ns - run->start_ns + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC));
	if (s->rtt_count)
		json_put(o, "rtt",
			 json_pack("{s:o, s:o, s:o, s:o}", "min", milliseconds(s->rtt_min), "avg",
				   milliseconds(s->rtt_sum / s->rtt_count), "max", milliseconds(s->rtt_max),
				   "mdev", milliseconds(stats_rtt_mdev(s))));
	json_put(o, "segments", segment_rows(s));
	json_put(o, "layers", layer_rows(s));
	json_put(o, "losses", losses_of(run));
	json_put(o, "trace", trace_of(run));
	json_put(o, "findings", findings_list(run));
	print_line(o);
}

const struct output output_json = {
	.begin = json_begin,
	.reply = json_reply,
	.lost = json_lost,
	.outstanding = json_outstanding,
	.error = json_error,
	.end = json_end,
	.failed = json_failed,
};
