// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include "analysis/findings.h"
#include "analysis/findings_cause.h"
#include "base/util.h"

/*
 * Thresholds. A millisecond is far more than any step in the kernel takes without waiting, and about the least that is worth
 * an investigation. A slow probe has to take twice as long in a segment as the median, so that the usual variation of a
 * network is no finding.
 */
#define WORTH_SAYING_NS NSEC_PER_MSEC
#define SLOW_PROBES_MIN 5 /* a median of fewer means nothing */
#define LOST_MAX 6 /* ways of being lost, the most frequent ones: others are in the list of losses */
#define SLOWEST_PROBES_MIN 20 /* otherwise the slowest says nothing about the others */
#define LATE_REQUESTS_MIN 20 /* of fewer, a single one that waited for a busy CPU is already 5 % */
#define LEFT_OUT_NS (100 * NSEC_PER_MSEC) /* longer than a task waits for a CPU that is merely busy */

struct list {
	struct finding *findings;
	unsigned int nr;
};

static struct finding *add(struct list *list, const char *id)
{
	struct finding *f;

	if (list->nr == FINDINGS_MAX)
		return NULL;
	f = &list->findings[list->nr++];
	f->id = id;
	f->nr_values = 0;
	f->text[0] = '\0';
	return f;
}

/* --- segments --- */

/* A segment, and how much of it some probes have. */
struct stretch {
	enum pt_hook from, to;
	layer_set layers;
	uint64_t ns;
	char name[SEGMENT_NAME_MAX];
};

static struct stretch stretch_of(const struct stats *s, const struct split *split, uint64_t ns)
{
	struct stretch p = { .from = split->from, .to = split->to, .layers = split->layers, .ns = ns };

	segment_name(p.name, p.from, p.to, s->socket);
	return p;
}

static bool has_wire(const struct stretch *p)
{
	return p->layers & LAYER_BIT(PT_LAYER_WIRE);
}

/* A merged segment with `wire` in it also contains time of this host. */
static bool is_wire(const struct stretch *p)
{
	return p->layers == LAYER_BIT(PT_LAYER_WIRE);
}

static uint64_t median(const struct split *split)
{
	return histogram_permille(&split->histogram, 500);
}

/*
 * A segment that only a minority of probes has, because others lack a stamp, has no median to compare with.
 */
static bool is_usual(const struct stats *s, const struct split *split)
{
	return split->histogram.count * 2 > s->total.count;
}

/*
 * Largest duration that more than half of all probes reach in this segment; 0 if too few have the segment.
 */
static uint64_t half_take(const struct stats *s, const struct split *split)
{
	uint64_t have = split->histogram.count, half = s->total.count / 2;

	return have > half ? histogram_permille(&split->histogram, 1000 * (have - half) / have) : 0;
}

/* The segment with the largest such duration. Returns whether there is one. */
static bool largest_median(struct stretch *p, const struct stats *s)
{
	const struct split *split;
	unsigned int i;

	p->ns = 0;
	for (i = 0; i < s->nr_segments; i++) {
		split = s->segments[i];
		if (half_take(s, split) > p->ns)
			*p = stretch_of(s, split, half_take(s, split));
	}
	return p->ns;
}

/* --- the slowest --- */

/* Lower median of the durations of @set in the segment of @split; 0: fewer than half of @set have it. */
static uint64_t median_of_set(const struct sample_set *set, const struct split *split)
{
	const struct sample *k;
	unsigned int i, j, have = 0;
	uint64_t ns[SAMPLES_MAX];

	for (i = 0; i < set->nr; i++) {
		k = set->samples[i];
		if (k->to[split->from] != split->to)
			continue;
		for (j = have++; j && ns[j - 1] > k->ns[split->from]; j--)
			ns[j] = ns[j - 1];
		ns[j] = k->ns[split->from];
	}
	return 2 * have > set->nr ? ns[(have - 1) / 2] : 0;
}

/* How much longer than the median the probes of @set take in the segment of @split; 0: not significant. */
static uint64_t excess(const struct stats *s, const struct sample_set *set, const struct split *split)
{
	uint64_t slow = median_of_set(set, split), usual = median(split);

	if (!is_usual(s, split) || slow < 2 * usual || slow - usual < WORTH_SAYING_NS)
		return 0;
	return slow - usual;
}

static bool has_peer(const struct stats *s)
{
	unsigned int i;

	for (i = 0; i < s->samples.nr_regular; i++)
		if (s->samples.regular[i].has_peer)
			return true;
	return false;
}

/* Append what made the probes of @set take @s->ns in that segment. */
static void explain(struct finding *f, const struct stretch *s, const struct sample_set *set,
		    const struct findings_input *in)
{
	if (finding_add_cause(f, set, s->from, s->to, s->ns))
		return;
	if (is_wire(s) && !has_peer(in->stats))
		finding_say(f, ", outside this host's stack");
	else if (!in->has_why && segment_has_cause(s->from, s->to))
		finding_say(f, " (--why looks for the cause)");
}

/* --- what is found --- */

/* The kind of loss after @before, in the order of frequency; NULL: none. */
static const struct loss_count *next_loss(const struct stats *s, const struct loss_count *before)
{
	const struct loss_count *l, *next = NULL;
	unsigned int i;

	for (i = 0; i < s->nr_losses; i++) {
		l = &s->losses[i];
		if (l->count &&
		    (!before || l->count < before->count || (l->count == before->count && l > before)) &&
		    (!next || l->count > next->count))
			next = l;
	}
	return next;
}

static void find_lost(struct list *list, const struct findings_input *in)
{
	const struct stats *s = in->stats;
	const struct loss_count *l = NULL;
	char text[LOSS_TEXT_SIZE];
	struct finding *f;

	while (list->nr < LOST_MAX && (l = next_loss(s, l))) {
		f = add(list, "lost");
		finding_number(f, "probes", l->count);
		finding_number(f, "of", s->transmitted);
		if (loss_where_name(l->loss.where))
			finding_string(f, "where", loss_where_name(l->loss.where));
		if (l->loss.hook != PT_HOOK_NONE)
			finding_string(f, "hook", hook_name(l->loss.hook));
		if (l->loss.reason[0])
			finding_string(f, "reason", l->loss.reason);
		if (l->loss.function[0])
			finding_string(f, "function", l->loss.function);
		if (l->loss.dev[0])
			finding_string(f, "dev", l->loss.dev);
		if (l->loss.error)
			finding_string(f, "errno", strerrorname_np(l->loss.error));
		finding_say(f, "%llu of %llu probe%s %s %s", (unsigned long long)l->count,
			    (unsigned long long)s->transmitted, s->transmitted == 1 ? "" : "s",
			    l->count == 1 ? "was" : "were", loss_text(text, &l->loss));
	}
}

/*
 * If one request in a hundred is late, p99 is wrong; if one is late by an interval, the following ones are not sent at all.
 * Less is usual on any machine and changes no figure.
 */
static bool is_late(const struct findings_input *in)
{
	const struct stats *s = in->stats;

	if (s->sent_late_max_ns >= LEFT_OUT_NS && s->sent_late_max_ns >= in->interval_ns)
		return true;
	return s->sent_late && s->transmitted >= LATE_REQUESTS_MIN && s->sent_late * 100 >= s->transmitted;
}

static void find_late(struct list *list, const struct findings_input *in)
{
	const struct stats *s = in->stats;
	struct finding *f = is_late(in) ? add(list, "late") : NULL;

	if (!f)
		return;
	finding_number(f, "probes", s->sent_late);
	finding_number(f, "of", s->transmitted);
	finding_number(f, "late_ns", s->sent_late_max_ns);
	finding_say(
		f,
		"%llu of %llu requests %s sent %s%.2f ms late: this process did not run in time (no CPU, a throttled "
		"cgroup, blocked output), so round trips of that time are missing",
		(unsigned long long)s->sent_late, (unsigned long long)s->transmitted,
		s->sent_late == 1 ? "was" : "were", s->sent_late == 1 ? "" : "up to ",
		to_ms(s->sent_late_max_ns));
}

/* Without waiting, nothing on this host takes a millisecond. */
static void find_slow(struct list *list, const struct findings_input *in, const struct split *split)
{
	const struct stats *s = in->stats;
	struct stretch p = stretch_of(s, split, half_take(s, split));
	struct finding *f;
	struct sample_set set;

	if (s->total.count < SLOW_PROBES_MIN || has_wire(&p) || p.ns < WORTH_SAYING_NS)
		return;
	f = add(list, "slow");
	if (!f)
		return;
	for (set.nr = 0; set.nr < s->samples.nr_regular; set.nr++)
		set.samples[set.nr] = &s->samples.regular[set.nr];
	finding_string(f, "segment", p.name);
	finding_number(f, "ns", p.ns);
	finding_say(f, "Half of the probes or more spend at least %.2f ms in %s", to_ms(p.ns), p.name);
	explain(f, &p, &set, in);
}

static void find_slowest(struct list *list, const struct findings_input *in, const struct sample_set *set,
			 const struct split *split)
{
	const struct stats *s = in->stats;
	struct stretch p = stretch_of(s, split, excess(s, set, split));
	struct finding *f;

	f = p.ns ? add(list, "slowest") : NULL;
	if (!f)
		return;
	finding_string(f, "segment", p.name);
	finding_number(f, "probes", set->nr);
	finding_number(f, "of", s->total.count);
	finding_number(f, "more_ns", p.ns);
	if (set->nr == 1)
		finding_say(f, "The slowest of %llu probes spends", (unsigned long long)s->total.count);
	else if (set->nr == samples_limit(&s->samples))
		finding_say(f, "The slowest %u of %llu probes spend", set->nr,
			    (unsigned long long)s->total.count);
	else
		finding_say(f, "The slowest 1 %% (%u of %llu probes) spend", set->nr,
			    (unsigned long long)s->total.count);
	finding_say(f, " %.2f ms more in %s than the median", to_ms(p.ns), p.name);
	explain(f, &p, set, in);
}

static bool is_said(const struct list *list, const char *id, const char *segment)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->findings[i].id, id) && !strcmp(list->findings[i].values[0].string, segment))
			return true;
	return false;
}

/* The segment that holds the median, unless a finding above names it. */
static void find_median(struct list *list, const struct stats *s)
{
	uint64_t total = histogram_permille(&s->total, 500);
	struct finding *f;
	struct stretch p;

	if (!largest_median(&p, s) || 2 * p.ns < total || is_said(list, "slow", p.name))
		return;
	f = add(list, "median");
	if (!f)
		return;
	finding_string(f, "segment", p.name);
	finding_number(f, "ns", p.ns);
	finding_number(f, "total_ns", total);
	finding_say(f, "Of the median round trip of %.2f ms, %.2f ms are spent in %s", to_ms(total),
		    to_ms(p.ns), p.name);
	if (is_wire(&p) && !has_peer(s))
		finding_say(f, ", outside this host's stack");
}

static void find_not_measured(struct list *list, const struct findings_input *in)
{
	char names[FINDING_STRING_SIZE] = "";
	struct finding *f;
	enum pt_hook h;
	size_t len;

	f = in->missing ? add(list, "not-measured") : NULL;
	if (!f)
		return;
	for (h = 0; h < PT_NR_HOOKS; h++) {
		len = strlen(names);
		if (in->missing & 1U << h)
			snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "", hook_name(h));
	}
	finding_string(f, "hooks", names);
	finding_say(f, "Not measured: %s", names);
}

/* Findings about segments. What holds the median, and what was not measured, is reported only with another finding. */
static void find_in_segments(struct list *list, const struct findings_input *in)
{
	const struct stats *s = in->stats;
	struct sample_set slowest = {};
	unsigned int i;

	for (i = 0; i < s->nr_segments; i++)
		find_slow(list, in, s->segments[i]);
	if (s->total.count >= SLOWEST_PROBES_MIN)
		slowest.nr = samples_slowest(&s->samples, slowest.samples);
	for (i = 0; i < s->nr_segments; i++)
		find_slowest(list, in, &slowest, s->segments[i]);
	if (!list->nr)
		return;
	find_median(list, s);
	find_not_measured(list, in);
}

unsigned int findings_of(struct finding findings[FINDINGS_MAX], const struct findings_input *in)
{
	struct list list = { .findings = findings };
	unsigned int i;

	if (in->traced)
		find_lost(&list, in);
	find_late(&list, in);
	if (in->traced)
		find_in_segments(&list, in);
	for (i = 0; i < list.nr; i++)
		finding_say(&findings[i], ".");
	return list.nr;
}

unsigned int findings_of_target(struct finding findings[FINDINGS_MAX], const struct run_info *run,
				const struct target_info *target, const struct stats *stats)
{
	struct findings_input in = {
		.stats = stats,
		.traced = run->traced,
		.interval_ns = run->interval_ns,
		.has_why = run->why,
		.missing = target->missing,
	};

	return findings_of(findings, &in);
}
