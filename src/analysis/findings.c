// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "analysis/findings.h"
#include "base/util.h"

/*
 * From when on something is found. A millisecond is far more than any step within a kernel takes that has
 * nothing to wait for, and about the least that a person would look for a reason of. A slow probe has to take
 * twice as long in a segment as the median, so that the ordinary ups and downs of a network are no finding.
 */
#define WORTH_SAYING_NS NSEC_PER_MSEC
#define SLOW_PROBES_MIN 5 /* a median of less is none */
#define LOST_MAX 6 /* ways of being lost, the most frequent ones: others are in the list of losses */
#define SLOWEST_PROBES_MIN 20 /* otherwise the slowest says nothing about the others */
#define LATE_REQUESTS_MIN 20 /* of less, one that waited for a busy CPU is no share */
#define LEFT_OUT_NS (100 * NSEC_PER_MSEC) /* longer than a CPU that is only busy lets anybody wait */

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

static struct finding_value *value(struct finding *f, const char *key)
{
	static struct finding_value nowhere;
	struct finding_value *v = f->nr_values < FINDING_VALUES ? &f->values[f->nr_values++] : &nowhere;

	memset(v, 0, sizeof(*v));
	v->key = key;
	return v;
}

static void number(struct finding *f, const char *key, uint64_t n)
{
	value(f, key)->number = n;
}

static void string(struct finding *f, const char *key, const char *s)
{
	struct finding_value *v = value(f, key);

	v->is_string = true;
	snprintf(v->string, sizeof(v->string), "%s", s);
}

/* Append to the sentence. */
static void __attribute__((format(printf, 2, 3))) say(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_v(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
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

/* Merged with others it holds what is this host's as well. */
static bool is_wire(const struct stretch *p)
{
	return p->layers == LAYER_BIT(PT_LAYER_WIRE);
}

/* Does the way from @hook to the next one belong to it? */
static bool covers(const struct stretch *p, enum pt_hook hook)
{
	return p->from <= hook && hook < p->to;
}

static uint64_t median(const struct split *split)
{
	return histogram_permille(&split->histogram, 500);
}

/*
 * Segments that only some probes have, because others lack a stamp, have no median that others could be compared
 * with.
 */
static bool is_usual(const struct stats *s, const struct split *split)
{
	return split->histogram.count * 2 > s->total.count;
}

/*
 * What more than half of all probes take in this segment at least: where all have it, the median. 0: not so many have it.
 */
static uint64_t half_take(const struct stats *s, const struct split *split)
{
	uint64_t have = split->histogram.count, half = s->total.count / 2;

	return have > half ? histogram_permille(&split->histogram, 1000 * (have - half) / have) : 0;
}

/* The segment that takes most of the time for half of the probes. Returns whether there is one. */
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

struct set {
	const struct sample *probes[SAMPLES_MAX];
	unsigned int nr;
};

/* The lower median of what the probes of @set take in the segment of @split; 0: less than half of them have it. */
static uint64_t median_of_set(const struct set *set, const struct split *split)
{
	const struct sample *k;
	unsigned int i, j, have = 0;
	uint64_t ns[SAMPLES_MAX];

	for (i = 0; i < set->nr; i++) {
		k = set->probes[i];
		if (k->to[split->from] != split->to)
			continue;
		for (j = have++; j && ns[j - 1] > k->ns[split->from]; j--)
			ns[j] = ns[j - 1];
		ns[j] = k->ns[split->from];
	}
	return 2 * have > set->nr ? ns[(have - 1) / 2] : 0;
}

/* By how much the probes of @set take longer in the segment of @split than the median does; 0: not enough to say. */
static uint64_t excess(const struct stats *s, const struct set *set, const struct split *split)
{
	uint64_t slow = median_of_set(set, split), usual = median(split);

	if (!is_usual(s, split) || slow < 2 * usual || slow - usual < WORTH_SAYING_NS)
		return 0;
	return slow - usual;
}

/* --- why --- */

/*
 * A cause is named for a segment if half of the probes in question, or more, met it where that segment is, and, where
 * it has a duration, for half of the time that is to be explained. Of several the first of the table.
 */
struct cause {
	const char *id; /* of the contract, see docs/json.md */
	enum pt_hook at; /* the segment that begins here is the one that it delays */
	bool (*is)(const struct causes *causes, uint64_t ns);
	void (*tell)(struct finding *f, const struct causes *causes); /* of a typical probe */
	uint64_t (*much)(
		const struct causes *causes); /* how much of it the probe met; NULL: that is not told */
};

static bool explains(uint64_t part, uint64_t ns)
{
	return part && 2 * part >= ns;
}

static bool is_neighbour(const struct causes *causes, uint64_t ns)
{
	(void)ns;
	return causes->neighbour_waits;
}

static void tell_neighbour(struct finding *f, const struct causes *causes)
{
	string(f, "neighbour", causes->neighbour);
	say(f, ": the neighbour's address was asked for (ARP, ND), its state was %s", causes->neighbour);
}

static bool is_queue(const struct causes *causes, uint64_t ns)
{
	(void)ns;
	return causes->has_queue && causes->queue_before && !qdisc_delays_by_itself(causes);
}

static void tell_queue(struct finding *f, const struct causes *causes)
{
	string(f, "qdisc", causes->qdisc);
	number(f, "packets", causes->queue_before);
	say(f, ": with up to %u packet%s before it in the queue (%s)", causes->queue_before,
	    causes->queue_before == 1 ? "" : "s", causes->qdisc);
}

static uint64_t much_queue(const struct causes *causes)
{
	return causes->queue_before;
}

static bool is_qdisc(const struct causes *causes, uint64_t ns)
{
	(void)ns;
	return causes->has_queue && (!causes->queue_before || qdisc_delays_by_itself(causes));
}

static void tell_qdisc(struct finding *f, const struct causes *causes)
{
	string(f, "qdisc", causes->qdisc);
	say(f, ": %s held it back%s", causes->qdisc,
	    causes->queue_before ? "" : ", with nothing before it in the queue");
}

static bool is_rps(const struct causes *causes, uint64_t ns)
{
	(void)ns;
	return causes->has_rps;
}

static void tell_rps(struct finding *f, const struct causes *causes)
{
	const struct causes_receive *r = &causes->receive[PT_RECEIVER_NETIF_RECEIVE];

	number(f, "from_cpu", causes->rps_from);
	number(f, "cpu", causes->rps_to);
	say(f, ": RPS moved the reply from CPU %u to CPU %u", causes->rps_from, causes->rps_to);
	if (!r->known || !r->task[0])
		return;
	string(f, "task", r->task);
	say(f, ", where `%s` had the CPU", r->task);
}

/*
 * The receive softirq: in ksoftirqd, which is a task that waits for its turn; late otherwise; or at other
 * packets. What a driver's interrupt has to wait for is in `wire`, what the backlog has to in `driver-in`.
 */
static bool is_ksoftirqd(const struct causes_receive *r, uint64_t ns)
{
	return r->ksoftirqd && r->in_softirq && explains(r->late_ns + r->busy_ns, ns);
}

static void tell_ksoftirqd(struct finding *f, const struct causes_receive *r)
{
	number(f, "cpu", r->cpu);
	number(f, "late_ns", r->late_ns);
	number(f, "busy_ns", r->busy_ns);
	say(f, ": ksoftirqd received the reply on CPU %u, up to %.2f ms late", r->cpu,
	    to_ms(r->late_ns + r->busy_ns));
}

static void tell_late(struct finding *f, const struct causes_receive *r)
{
	number(f, "cpu", r->cpu);
	number(f, "late_ns", r->late_ns);
	say(f, ": the receive softirq on CPU %u began up to %.2f ms late", r->cpu, to_ms(r->late_ns));
	if (!r->task[0])
		return;
	string(f, "task", r->task);
	say(f, ", on `%s`", r->task);
}

static void tell_busy(struct finding *f, const struct causes_receive *r)
{
	number(f, "cpu", r->cpu);
	number(f, "busy_ns", r->busy_ns);
	say(f, ": the receive softirq on CPU %u was busy with other packets for up to %.2f ms", r->cpu,
	    to_ms(r->busy_ns));
}

#define RECEIVE_CAUSES(suffix, receiver) \
	static bool is_ksoftirqd_##suffix(const struct causes *causes, uint64_t ns) \
	{ \
		return is_ksoftirqd(&causes->receive[receiver], ns); \
	} \
	static bool is_late_##suffix(const struct causes *causes, uint64_t ns) \
	{ \
		return explains(causes->receive[receiver].late_ns, ns); \
	} \
	static bool is_busy_##suffix(const struct causes *causes, uint64_t ns) \
	{ \
		return explains(causes->receive[receiver].busy_ns, ns); \
	} \
	static uint64_t much_ksoftirqd_##suffix(const struct causes *causes) \
	{ \
		return causes->receive[receiver].late_ns + causes->receive[receiver].busy_ns; \
	} \
	static uint64_t much_late_##suffix(const struct causes *causes) \
	{ \
		return causes->receive[receiver].late_ns; \
	} \
	static uint64_t much_busy_##suffix(const struct causes *causes) \
	{ \
		return causes->receive[receiver].busy_ns; \
	} \
	static void tell_ksoftirqd_##suffix(struct finding *f, const struct causes *causes) \
	{ \
		tell_ksoftirqd(f, &causes->receive[receiver]); \
	} \
	static void tell_late_##suffix(struct finding *f, const struct causes *causes) \
	{ \
		tell_late(f, &causes->receive[receiver]); \
	} \
	static void tell_busy_##suffix(struct finding *f, const struct causes *causes) \
	{ \
		tell_busy(f, &causes->receive[receiver]); \
	}

RECEIVE_CAUSES(driver, PT_RECEIVER_DRIVER_RX)
RECEIVE_CAUSES(backlog, PT_RECEIVER_NETIF_RECEIVE)

static bool is_cpu_held(const struct causes *causes, uint64_t ns)
{
	return causes->has_wait && (causes->holder[0] || causes->holder_hidden) &&
	       explains(causes->wait_ns, ns);
}

static void tell_cpu_held(struct finding *f, const struct causes *causes)
{
	if (!causes->holder_hidden) {
		string(f, "task", causes->holder);
		number(f, "pid", causes->holder_pid);
	}
	number(f, "cpu", causes->wait_cpu);
	number(f, "held_ns", causes->held_ns);
	if (causes->holder_hidden)
		say(f, ": a task of another user held CPU %u for up to %.2f ms", causes->wait_cpu,
		    to_ms(causes->held_ns));
	else
		say(f, ": `%s` held CPU %u for up to %.2f ms", causes->holder, causes->wait_cpu,
		    to_ms(causes->held_ns));
}

static uint64_t much_cpu_held(const struct causes *causes)
{
	return causes->held_ns;
}

/* Nobody had it: an idle CPU takes its time to wake up, a virtual one more. */
static bool is_cpu_idle(const struct causes *causes, uint64_t ns)
{
	return causes->has_wait && causes->held_idle && explains(causes->wait_ns, ns);
}

static bool is_cpu_wait(const struct causes *causes, uint64_t ns)
{
	return causes->has_wait && explains(causes->wait_ns, ns);
}

static void tell_cpu_wait(struct finding *f, const struct causes *causes)
{
	number(f, "cpu", causes->wait_cpu);
	number(f, "wait_ns", causes->wait_ns);
	say(f, ": pingtrace was ready to run up to %.2f ms before it got CPU %u", to_ms(causes->wait_ns),
	    causes->wait_cpu);
}

static uint64_t much_cpu_wait(const struct causes *causes)
{
	return causes->wait_ns;
}

static void tell_cpu_idle(struct finding *f, const struct causes *causes)
{
	tell_cpu_wait(f, causes);
	say(f, ", which was idle");
}

static const struct cause known_causes[] = {
	{ "neighbour", PT_HOOK_IP_FINISH_OUTPUT2, is_neighbour, tell_neighbour, NULL },
	{ "queue", PT_HOOK_DEV_QUEUE, is_queue, tell_queue, much_queue },
	{ "qdisc", PT_HOOK_DEV_QUEUE, is_qdisc, tell_qdisc, NULL },
	{ "ksoftirqd", PT_HOOK_XMIT, is_ksoftirqd_driver, tell_ksoftirqd_driver, much_ksoftirqd_driver },
	{ "softirq-late", PT_HOOK_XMIT, is_late_driver, tell_late_driver, much_late_driver },
	{ "softirq-busy", PT_HOOK_XMIT, is_busy_driver, tell_busy_driver, much_busy_driver },
	{ "rps", PT_HOOK_DRIVER_RX, is_rps, tell_rps, NULL },
	{ "ksoftirqd", PT_HOOK_DRIVER_RX, is_ksoftirqd_backlog, tell_ksoftirqd_backlog,
	  much_ksoftirqd_backlog },
	{ "softirq-late", PT_HOOK_DRIVER_RX, is_late_backlog, tell_late_backlog, much_late_backlog },
	{ "softirq-busy", PT_HOOK_DRIVER_RX, is_busy_backlog, tell_busy_backlog, much_busy_backlog },
	{ "cpu-held", PT_HOOK_DATA_READY, is_cpu_held, tell_cpu_held, much_cpu_held },
	{ "cpu-idle", PT_HOOK_DATA_READY, is_cpu_idle, tell_cpu_idle, much_cpu_wait },
	{ "cpu-wait", PT_HOOK_DATA_READY, is_cpu_wait, tell_cpu_wait, much_cpu_wait },
};

/* The task that is to be named for @cause, "" for none: whoever is named most often is typical. */
static const char *task_of(const struct cause *cause, const struct causes *causes)
{
	if (cause->tell == tell_cpu_held)
		return causes->holder;
	return cause->tell == tell_rps ? causes->receive[PT_RECEIVER_NETIF_RECEIVE].task : "";
}

/*
 * Of the probes of @set that met @cause those whose task is the most frequent; of these the one that met most of it. NULL:
 * less than half met it.
 */
static const struct causes *typical(const struct set *set, const struct cause *cause, uint64_t ns)
{
	unsigned int i, j, met = 0, alike, most = 0;
	const struct causes *causes, *other, *best = NULL;
	uint64_t much, largest = 0;

	for (i = 0; i < set->nr; i++) {
		causes = &set->probes[i]->causes;
		if (!cause->is(causes, ns))
			continue;
		met++;
		for (alike = 0, j = 0; j < set->nr; j++) {
			other = &set->probes[j]->causes;
			alike += cause->is(other, ns) &&
				 !strcmp(task_of(cause, other), task_of(cause, causes));
		}
		much = cause->much ? cause->much(causes) : set->probes[i]->total_ns;
		if (alike > most || (alike == most && much > largest)) {
			most = alike;
			largest = much;
			best = causes;
		}
	}
	return met && 2 * met >= set->nr ? best : NULL;
}

static bool has_peer(const struct stats *s)
{
	unsigned int i;

	for (i = 0; i < s->samples.nr_regular; i++)
		if (s->samples.regular[i].has_peer)
			return true;
	return false;
}

/* Is there anything that --why could find there? */
static bool has_cause(const struct stretch *p)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_causes); i++)
		if (covers(p, known_causes[i].at))
			return true;
	return false;
}

/* What made the probes of @set take @p->ns there. */
static void explain(struct finding *f, const struct stretch *p, const struct set *set,
		    const struct findings_input *in)
{
	const struct causes *causes;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_causes); i++) {
		causes = covers(p, known_causes[i].at) ? typical(set, &known_causes[i], p->ns) : NULL;
		if (!causes)
			continue;
		string(f, "cause", known_causes[i].id);
		known_causes[i].tell(f, causes);
		return;
	}
	if (is_wire(p) && !has_peer(in->stats))
		say(f, ", outside this host's stack");
	else if (!in->has_why && has_cause(p))
		say(f, " (--why looks for the cause)");
}

/* --- what is found --- */

/* The next way of being lost after @before, the most frequent one first; NULL: there is none. */
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
		number(f, "probes", l->count);
		number(f, "of", s->transmitted);
		if (loss_where_name(l->loss.where))
			string(f, "where", loss_where_name(l->loss.where));
		if (l->loss.hook != PT_HOOK_NONE)
			string(f, "hook", hook_name(l->loss.hook));
		if (l->loss.reason[0])
			string(f, "reason", l->loss.reason);
		if (l->loss.function[0])
			string(f, "function", l->loss.function);
		if (l->loss.dev[0])
			string(f, "dev", l->loss.dev);
		if (l->loss.error)
			string(f, "errno", strerrorname_np(l->loss.error));
		say(f, "%llu of %llu probe%s %s %s", (unsigned long long)l->count,
		    (unsigned long long)s->transmitted, s->transmitted == 1 ? "" : "s",
		    l->count == 1 ? "was" : "were", loss_text(text, &l->loss));
	}
}

/*
 * Where one request in a hundred was late, p99 is not what it would have been; where one was late by an interval, those
 * after it were not sent at all. Less is an ordinary machine's: it changes no figure.
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
	number(f, "probes", s->sent_late);
	number(f, "of", s->transmitted);
	number(f, "late_ns", s->sent_late_max_ns);
	say(f,
	    "%llu of %llu requests %s sent %s%.2f ms late: this process did not run in time (no CPU, a throttled "
	    "cgroup, blocked output), so round trips of that time are missing",
	    (unsigned long long)s->sent_late, (unsigned long long)s->transmitted,
	    s->sent_late == 1 ? "was" : "were", s->sent_late == 1 ? "" : "up to ",
	    to_ms(s->sent_late_max_ns));
}

/* Nothing on this host takes a millisecond as a rule, unless it has to wait. */
static void find_slow(struct list *list, const struct findings_input *in, const struct split *split)
{
	const struct stats *s = in->stats;
	struct stretch p = stretch_of(s, split, half_take(s, split));
	struct finding *f;
	struct set set;

	if (s->total.count < SLOW_PROBES_MIN || has_wire(&p) || p.ns < WORTH_SAYING_NS)
		return;
	f = add(list, "slow");
	if (!f)
		return;
	for (set.nr = 0; set.nr < s->samples.nr_regular; set.nr++)
		set.probes[set.nr] = &s->samples.regular[set.nr];
	string(f, "segment", p.name);
	number(f, "ns", p.ns);
	say(f, "Half of the probes or more spend at least %.2f ms in %s", to_ms(p.ns), p.name);
	explain(f, &p, &set, in);
}

static void find_slowest(struct list *list, const struct findings_input *in, const struct set *set,
			 const struct split *split)
{
	const struct stats *s = in->stats;
	struct stretch p = stretch_of(s, split, excess(s, set, split));
	struct finding *f;

	f = p.ns ? add(list, "slowest") : NULL;
	if (!f)
		return;
	string(f, "segment", p.name);
	number(f, "probes", set->nr);
	number(f, "of", s->total.count);
	number(f, "more_ns", p.ns);
	if (set->nr == 1)
		say(f, "The slowest of %llu probes spends", (unsigned long long)s->total.count);
	else if (set->nr == samples_limit(&s->samples))
		say(f, "The slowest %u of %llu probes spend", set->nr, (unsigned long long)s->total.count);
	else
		say(f, "The slowest 1 %% (%u of %llu probes) spend", set->nr,
		    (unsigned long long)s->total.count);
	say(f, " %.2f ms more in %s than the median", to_ms(p.ns), p.name);
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

/* What holds the median, if the findings above have not said so. */
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
	string(f, "segment", p.name);
	number(f, "ns", p.ns);
	number(f, "total_ns", total);
	say(f, "Of the median round trip of %.2f ms, %.2f ms are spent in %s", to_ms(total), to_ms(p.ns),
	    p.name);
	if (is_wire(&p) && !has_peer(s))
		say(f, ", outside this host's stack");
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
	string(f, "hooks", names);
	say(f, "Not measured: %s", names);
}

/* What is found in segments. Of what holds the median, and of what was not measured, nothing is said if all is well. */
static void find_in_segments(struct list *list, const struct findings_input *in)
{
	const struct stats *s = in->stats;
	struct set slowest = {};
	unsigned int i;

	for (i = 0; i < s->nr_segments; i++)
		find_slow(list, in, s->segments[i]);
	if (s->total.count >= SLOWEST_PROBES_MIN)
		slowest.nr = samples_slowest(&s->samples, slowest.probes);
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
		say(&findings[i], ".");
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
