// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A timeline for Perfetto (ui.perfetto.dev): the probes of each target as slices within slices, what happened on each CPU, and
 * arrows from stamp to stamp. What the tracks are is told in docs/pictures.md.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/split.h"
#include "base/util.h"
#include "output/perfetto_lanes.h"
#include "output/sink.h"

struct target_tracks {
	uint64_t track; /* of the target, and of stamps without a CPU; 0: not described */
	uint64_t rtt;
	struct perfetto_lanes probes;
};

struct cpu_tracks {
	uint64_t track; /* 0: not yet */
	struct perfetto_lanes spans;
};

struct timeline {
	struct perfetto *perfetto;
	struct target_tracks *targets; /* by index */
	unsigned int nr_targets;
	uint64_t cpus_track; /* the parent of all CPUs; 0: not yet */
	struct cpu_tracks *cpus; /* by number */
	unsigned int nr_cpus;
	uint64_t missing_track; /* where results are missing; 0: nowhere yet */
	uint64_t last_ns; /* of the last result: when it was received, or where that is not known, sent */
	bool missed; /* something was left out, for want of memory */
};

/* Ranks of tracks, from the top. */
enum { RANK_TARGET, RANK_CPUS, RANK_MISSING };
enum { RANK_RTT, RANK_PROBES };

/* A probe that is drawn. */
struct drawing {
	struct timeline *timeline;
	struct target_tracks *target;
	const struct result *result;
	struct path path;
	uint64_t begin_ns, end_ns;
	uint64_t lane;
	uint64_t flow;
	bool is_open; /* it did not come back: the last segment has no other end than this */
};

/* --- tracks --- */

static struct target_tracks *tracks_of_target(struct timeline *t, const struct target_info *target)
{
	return target->index < t->nr_targets && t->targets[target->index].track ? &t->targets[target->index] :
										  NULL;
}

static bool make_room_for_target(struct timeline *t, unsigned int index)
{
	struct target_tracks *more = grow_array(t->targets, &t->nr_targets, index, sizeof(*more));

	if (more)
		t->targets = more;
	return more;
}

static bool make_room_for_cpu(struct timeline *t, unsigned int index)
{
	struct cpu_tracks *more = grow_array(t->cpus, &t->nr_cpus, index, sizeof(*more));

	if (more)
		t->cpus = more;
	return more;
}

/* The tracks of a CPU, which are made when it is first met; NULL: no memory. */
static struct cpu_tracks *tracks_of_cpu(struct timeline *t, uint16_t cpu)
{
	char name[16];

	if (!make_room_for_cpu(t, cpu)) {
		t->missed = true;
		return NULL;
	}
	if (!t->cpus_track)
		t->cpus_track =
			perfetto_add_track(t->perfetto, &(struct perfetto_track){ .name = "pingtrace: CPUs",
										  .rank = RANK_CPUS });
	if (!t->cpus[cpu].track) {
		snprintf(name, sizeof(name), "CPU %u", cpu);
		t->cpus[cpu].track = perfetto_add_track(
			t->perfetto,
			&(struct perfetto_track){ .name = name, .parent = t->cpus_track, .rank = cpu });
	}
	return &t->cpus[cpu];
}

/* Where an instant on @cpu is shown. */
static uint64_t track_at(const struct drawing *d, uint16_t cpu)
{
	const struct cpu_tracks *tracks = cpu == PT_CPU_UNKNOWN ? NULL : tracks_of_cpu(d->timeline, cpu);

	return tracks ? tracks->track : d->target->track;
}

/* --- stamps --- */

static struct perfetto_event instant(const struct drawing *d, uint64_t ns, uint64_t track, const char *name)
{
	struct perfetto_event event = {
		.type = PERFETTO_INSTANT, .ns = ns, .track = track, .name = name, .flow = d->flow
	};

	perfetto_note_number(&event, "probe", d->result->seq);
	return event;
}

/* Whom the reply's receiver interrupted. */
static void note_receiver(struct perfetto_event *event, const struct result *r, enum pt_hook hook)
{
	const struct causes_receive *receive;
	enum pt_receiver at;

	for (at = 0; at < PT_NR_RECEIVERS; at++) {
		receive = &r->causes.receive[at];
		if (!receive->known || receiver_hook(at) != hook)
			continue;
		perfetto_note_text(event, receive->ksoftirqd ? "in task" : "interrupted task", receive->task);
		if (receive->from_idle && receive->idle_state >= 0)
			perfetto_note_number(event, "idle state", receive->idle_state);
	}
}

static void draw_stamp(const struct drawing *d, enum pt_hook hook)
{
	const struct result *r = d->result;
	const struct stamp_origin *origin = &r->origins[hook];
	uint16_t cpu = hook_is_user(hook) ? PT_CPU_UNKNOWN : r->stamps[hook].cpu;
	struct perfetto_event event = instant(d, r->stamps[hook].ns, track_at(d, cpu), hook_name(hook));

	event.ends_flow = hook == PT_HOOK_RECV;
	if (event.ns > d->end_ns) /* beside the path, or of a copy: the flow has ended */
		event.flow = 0;
	if (r->has_origins) {
		perfetto_note_text(&event, origin->is_function ? "function" : "at", origin->function);
		perfetto_note_text(&event, "device", origin->dev);
		perfetto_note_text(&event, "namespace", origin->netns_name);
	}
	if (r->has_causes)
		note_receiver(&event, r, hook);
	perfetto_put(d->timeline->perfetto, &event);
}

static void draw_stamps(const struct drawing *d)
{
	enum pt_hook h;

	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++)
		if (d->result->stamps[h].ns)
			draw_stamp(d, h);
}

static const char *drop_name(char name[64], const char *what, const struct loss *loss)
{
	bool has_reason = loss->reason[0] && strcmp(loss->reason, "NOT_SPECIFIED") != 0;

	snprintf(name, 64, has_reason ? "%s (%s)" : "%s", what, loss->reason);
	return name;
}

static void draw_drop(const struct drawing *d)
{
	const struct loss *loss = &d->result->loss;
	struct perfetto_event event;
	char name[64];

	event = instant(d, loss->dropped_ns, track_at(d, loss->dropped_cpu),
			drop_name(name, "dropped", loss));
	event.ends_flow = true;
	perfetto_note_text(&event, "function", loss->function);
	perfetto_note_text(&event, "device", loss->dev);
	perfetto_note_text(&event, "namespace", loss->netns_name);
	perfetto_put(d->timeline->perfetto, &event);
}

/* --- spans of a CPU, which --why knows --- */

static void draw_span(const struct drawing *d, uint16_t cpu, uint64_t from_ns, uint64_t to_ns,
		      struct perfetto_event *begin)
{
	struct cpu_tracks *tracks = tracks_of_cpu(d->timeline, cpu);
	struct perfetto *p = d->timeline->perfetto;
	struct perfetto_event end = { .type = PERFETTO_END, .ns = to_ns };

	if (!tracks)
		return;
	end.track = perfetto_lane_for(&tracks->spans, p,
				      &(struct perfetto_track){ .name = "why", .parent = tracks->track },
				      from_ns, to_ns);
	begin->type = PERFETTO_BEGIN;
	begin->ns = from_ns;
	begin->track = end.track;
	perfetto_note_number(begin, "probe", d->result->seq);
	perfetto_put(p, begin);
	perfetto_put(p, &end);
}

/* Before the softirq began, and while it was at other packets. */
static void draw_receive(const struct drawing *d, enum pt_receiver at)
{
	const struct causes_receive *receive = &d->result->causes.receive[at];
	uint64_t ns = d->result->stamps[receiver_hook(at)].ns, begin_ns;
	struct perfetto_event late = { .name = "softirq is late" }, busy = { .name = "softirq is busy" };

	if (!receive->known || !receive->in_softirq || receive->cpu == PT_CPU_UNKNOWN ||
	    ns <= receive->late_ns + receive->busy_ns)
		return;
	begin_ns = ns - receive->busy_ns;
	perfetto_note_text(&late, receive->ksoftirqd ? "in task" : "interrupted task", receive->task);
	if (receive->late_ns)
		draw_span(d, receive->cpu, begin_ns - receive->late_ns, begin_ns, &late);
	if (receive->busy_ns)
		draw_span(d, receive->cpu, begin_ns, ns, &busy);
}

static void note_wait(struct perfetto_event *event, const struct causes *causes)
{
	perfetto_note_text(event, "CPU held by", causes->holder_hidden ? "(hidden)" : causes->holder);
	if (causes->holder[0])
		perfetto_note_number(event, "pid", causes->holder_pid);
	if (causes->holder[0] || causes->holder_hidden)
		perfetto_note_number(event, "held_ns", causes->held_ns);
	perfetto_note_flag(event, "CPU was idle", causes->held_idle);
}

static void draw_wait(const struct drawing *d)
{
	const struct causes *causes = &d->result->causes;
	struct perfetto_event wait = { .name = "pingtrace waits for the CPU" };

	if (!causes->has_wait || !causes->wait_ns || causes->wait_cpu == PT_CPU_UNKNOWN ||
	    causes->running_ns <= causes->wait_ns)
		return;
	note_wait(&wait, causes);
	draw_span(d, causes->wait_cpu, causes->running_ns - causes->wait_ns, causes->running_ns, &wait);
}

static void draw_spans(const struct drawing *d)
{
	enum pt_receiver at;

	if (!d->result->has_causes)
		return;
	for (at = 0; at < PT_NR_RECEIVERS; at++)
		draw_receive(d, at);
	draw_wait(d);
}

/* --- segments --- */

static void begin_slice(const struct drawing *d, struct perfetto_event *event, uint64_t ns)
{
	event->type = PERFETTO_BEGIN;
	event->ns = ns;
	event->track = d->lane;
	perfetto_put(d->timeline->perfetto, event);
}

static void end_slice(const struct drawing *d, uint64_t ns)
{
	perfetto_put(d->timeline->perfetto,
		     &(struct perfetto_event){ .type = PERFETTO_END, .ns = ns, .track = d->lane });
}

static bool is_last(const struct drawing *d, const struct segment *s)
{
	return s == &d->path.segments[d->path.nr_segments - 1];
}

/* Of a probe that did not come back, only the segment that begins at its last hook is known to have begun. */
static bool is_cut(const struct drawing *d, const struct segment *s)
{
	return d->is_open && is_last(d, s);
}

static layer_set layers_of(const struct drawing *d, const struct segment *s)
{
	return is_cut(d, s) ? LAYER_BIT(hook_layer(s->from)) : s->layers;
}

static bool has_hook(const struct segment *s, enum pt_hook hook)
{
	return s->from <= hook && hook < s->to;
}

/* What a probe met in this segment. */
static void note_causes(struct perfetto_event *event, const struct causes *causes, const struct segment *s)
{
	if (has_hook(s, PT_HOOK_IP_FINISH_OUTPUT2))
		perfetto_note_text(event, "neighbour", causes->neighbour);
	if (has_hook(s, PT_HOOK_DEV_QUEUE) && causes->has_queue) {
		perfetto_note_text(event, "qdisc", causes->qdisc);
		perfetto_note_number(event, "packets before it", causes->queue_before);
	}
	if (has_hook(s, PT_HOOK_DRIVER_RX) && causes->has_rps) {
		perfetto_note_number(event, "RPS from CPU", causes->rps_from);
		perfetto_note_number(event, "RPS to CPU", causes->rps_to);
	}
	if (has_hook(s, PT_HOOK_DATA_READY) && causes->has_wait) {
		perfetto_note_number(event, "wait_ns", causes->wait_ns);
		note_wait(event, causes);
	}
}

static void draw_inside(const struct drawing *d, uint64_t ns)
{
	char name[SEGMENT_NAME_MAX];
	const struct segment *s;

	for (s = d->path.inside; s < d->path.inside + d->path.nr_inside; s++) {
		begin_slice(d, &(struct perfetto_event){ .name = inside_name(name, s->from, s->to) }, ns);
		ns += s->ns;
		end_slice(d, ns);
	}
}

static void draw_segment(const struct drawing *d, const struct segment *s, uint64_t ns)
{
	struct perfetto_event event = {};
	char name[SEGMENT_NAME_MAX];

	event.name =
		is_cut(d, s) ? hook_segment(s->from) : segment_name(name, s->from, s->to, d->path.socket);
	if (d->result->has_causes)
		note_causes(&event, &d->result->causes, s);
	begin_slice(d, &event, ns);
	if (s->from == INSIDE_FROM && s->to == INSIDE_TO)
		draw_inside(d, ns);
	end_slice(d, ns + s->ns);
}

/* Neighbours of one layer are one slice of it. */
static void draw_segments(const struct drawing *d)
{
	const struct segment *s = d->path.segments, *end = s + d->path.nr_segments;
	char name[SEGMENT_NAME_MAX];
	uint64_t ns = d->begin_ns;
	layer_set layers;

	while (s < end) {
		layers = layers_of(d, s);
		begin_slice(d, &(struct perfetto_event){ .name = layer_name(name, layers) }, ns);
		for (; s < end && layers_of(d, s) == layers; s++) {
			draw_segment(d, s, ns);
			ns += s->ns;
		}
		end_slice(d, ns);
	}
}

/* --- probes --- */

static void note_reply(struct perfetto_event *event, const struct result *r, char text[CAUSES_TEXT_SIZE])
{
	if (r->ttl >= 0)
		perfetto_note_number(event, "ttl", r->ttl);
	if (!r->from_target)
		perfetto_note_text(event, "from", r->from);
	perfetto_note_flag(event, "late", r->late);
	perfetto_note_flag(event, "clipped", r->path.clipped);
	perfetto_note_flag(event, "wrong data", r->wrong_at >= 0);
	if (r->has_causes)
		perfetto_note_sentence(event, "why", causes_text(text, &r->causes));
}

static void note_loss(struct perfetto_event *event, const struct loss *loss, char text[LOSS_TEXT_SIZE])
{
	perfetto_note_text(event, "loss", loss_text(text, loss));
	perfetto_note_text(event, "where", loss_where_name(loss->where));
	if (loss->hook != PT_HOOK_NONE)
		perfetto_note_text(event, "after", hook_name(loss->hook));
	perfetto_note_text(event, "reason", loss->reason);
	perfetto_note_text(event, "function", loss->function);
	perfetto_note_text(event, "device", loss->dev);
	perfetto_note_text(event, "ICMP error from", loss->icmp_from);
}

static const char *probe_name(char name[64], const struct result *r)
{
	if (r->kind == RESULT_REPLY)
		return "probe";
	if (!r->has_loss)
		return "lost";
	return drop_name(name, r->loss.silent ? "not answered" : "lost", &r->loss);
}

static void draw_slices(struct drawing *d)
{
	const struct result *r = d->result;
	struct perfetto_track track = { .name = "probes", .parent = d->target->track, .rank = RANK_PROBES };
	char name[64], text[CAUSES_TEXT_SIZE > LOSS_TEXT_SIZE ? CAUSES_TEXT_SIZE : LOSS_TEXT_SIZE];
	struct perfetto_event probe = { .name = probe_name(name, r), .flow = d->flow };

	d->lane =
		perfetto_lane_for(&d->target->probes, d->timeline->perfetto, &track, d->begin_ns, d->end_ns);
	perfetto_note_number(&probe, "probe", r->seq);
	if (r->due_ns)
		perfetto_note_number(&probe, "sent_late_ns", r->sent_ns - r->due_ns);
	if (r->kind == RESULT_REPLY)
		note_reply(&probe, r, text);
	else if (r->has_loss)
		note_loss(&probe, &r->loss, text);
	begin_slice(d, &probe, d->begin_ns);
	draw_segments(d);
	end_slice(d, d->end_ns);
}

/* Slices first: the flow begins at the probe. */
static void draw_probe(struct drawing *d)
{
	d->begin_ns = d->result->stamps[PT_HOOK_SEND].ns;
	d->end_ns = d->begin_ns + d->path.total_ns;
	d->flow = perfetto_new_flow(d->timeline->perfetto);
	draw_slices(d);
	draw_stamps(d);
	draw_spans(d);
}

static void draw_reply(struct drawing *d)
{
	d->path = d->result->path;
	draw_probe(d);
	perfetto_put(d->timeline->perfetto, &(struct perfetto_event){ .type = PERFETTO_COUNTER,
								      .ns = d->end_ns,
								      .track = d->target->rtt,
								      .value = d->path.total_ns });
}

/* When a probe that did not come back was seen last: dropped, or stamped. */
static uint64_t seen_last_at(const struct result *r)
{
	uint64_t ns = 0;
	enum pt_hook h;

	if (r->has_loss && r->loss.dropped_ns)
		return r->loss.dropped_ns;
	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++)
		if (r->stamps[h].ns > ns)
			ns = r->stamps[h].ns;
	return ns;
}

/* As if it had been received at its end: its last segment is the one that it did not come out of. */
static void draw_lost(struct drawing *d, enum pt_socket socket)
{
	const struct result *r = d->result;
	struct stamp stamps[PT_NR_HOOKS];

	if (!r->has_stamps)
		return;
	memcpy(stamps, r->stamps, sizeof(stamps));
	stamps[PT_HOOK_RECV].ns = seen_last_at(r);
	if (path_of(&d->path, stamps, socket))
		return;
	d->is_open = true;
	if (d->path.nr_segments && !d->path.segments[d->path.nr_segments - 1].ns)
		d->path.nr_segments--; /* it is not known to have begun */
	draw_probe(d);
	if (r->has_loss && r->loss.dropped_ns)
		draw_drop(d);
}

/* Of these, only the moment is known at which they were read. */
static void draw_other_reply(const struct drawing *d)
{
	const struct result *r = d->result;
	struct perfetto_event event = instant(d, r->received_ns, d->target->track,
					      r->corrupted ? "corrupted reply" :
					      r->duplicate ? "duplicate reply" :
							     "late reply");

	if (!r->from_target)
		perfetto_note_text(&event, "from", r->from);
	if (r->received_ns)
		perfetto_put(d->timeline->perfetto, &event);
}

/* --- the sink --- */

static int timeline_open(struct sink *s)
{
	struct timeline *t = calloc(1, sizeof(*t));

	if (t)
		t->perfetto = perfetto_open(s->file);
	if (!t || !t->perfetto) {
		free(t);
		return -ENOMEM;
	}
	s->state = t;
	return 0;
}

static unsigned int timeline_wants(const struct sink *s)
{
	(void)s;
	return SINK_DEVICES | SINK_ORIGINS;
}

static void timeline_run_begin(struct sink *s)
{
	struct timeline *t = s->state;

	t->last_ns = s->run->started.monotonic_ns;
	perfetto_begin(t->perfetto, &s->run->started);
}

static void timeline_target_begin(struct sink *s, const struct target_info *target)
{
	char name[2 * RESULT_NAME_SIZE + 16];
	struct timeline *t = s->state;
	struct target_tracks *tracks;

	if (!make_room_for_target(t, target->index)) {
		t->missed = true;
		return;
	}
	tracks = &t->targets[target->index];
	snprintf(name, sizeof(name), strcmp(target->name, target->address) ? "ping %s (%s)" : "ping %s",
		 target->name, target->address);
	tracks->track = perfetto_add_track(t->perfetto,
					   &(struct perfetto_track){ .name = name, .rank = RANK_TARGET });
	tracks->rtt = perfetto_add_track(t->perfetto, &(struct perfetto_track){ .name = "rtt",
										.parent = tracks->track,
										.rank = RANK_RTT,
										.is_time = true });
}

static void timeline_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct timeline *t = s->state;
	struct drawing d = { .timeline = t, .target = tracks_of_target(t, target), .result = r };

	t->last_ns = r->received_ns ? r->received_ns : r->sent_ns ? r->sent_ns : t->last_ns;
	if (!d.target)
		return;
	if (r->kind == RESULT_LOST)
		draw_lost(&d, target->socket);
	else if (r->has_path)
		draw_reply(&d);
	else
		draw_other_reply(&d);
}

/* When these were is not known: the instant is at the result before them. */
static void timeline_missed(struct sink *s, uint64_t nr)
{
	struct timeline *t = s->state;
	struct perfetto_event event = { .type = PERFETTO_INSTANT,
					.ns = t->last_ns,
					.name = "results are missing" };

	if (!t->missing_track)
		t->missing_track = perfetto_add_track(
			t->perfetto,
			&(struct perfetto_track){ .name = "pingtrace: missing", .rank = RANK_MISSING });
	event.track = t->missing_track;
	perfetto_note_number(&event, "results", nr);
	perfetto_put(t->perfetto, &event);
}

static void timeline_clocks(struct sink *s, const struct clocks *clocks)
{
	struct timeline *t = s->state;

	perfetto_clocks(t->perfetto, clocks);
}

static bool timeline_close(struct sink *s)
{
	struct timeline *t = s->state;
	bool complete = perfetto_close(t->perfetto) && !t->missed;
	unsigned int i;

	if (!complete)
		complain("no memory for a part of the timeline: it is incomplete");
	for (i = 0; i < t->nr_targets; i++)
		perfetto_lanes_free(&t->targets[i].probes);
	for (i = 0; i < t->nr_cpus; i++)
		perfetto_lanes_free(&t->cpus[i].spans);
	free(t->targets);
	free(t->cpus);
	free(t);
	return complete;
}

const struct sink_ops sink_perfetto = {
	.open = timeline_open,
	.wants = timeline_wants,
	.run_begin = timeline_run_begin,
	.target_begin = timeline_target_begin,
	.result = timeline_result,
	.missed = timeline_missed,
	.clocks = timeline_clocks,
	.close = timeline_close,
};
