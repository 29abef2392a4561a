// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "analysis/findings_cause.h"
#include "base/util.h"

enum cause_kind {
	CAUSE_NEIGHBOUR,
	CAUSE_QUEUE,
	CAUSE_QDISC,
	CAUSE_KSOFTIRQD,
	CAUSE_SOFTIRQ_LATE,
	CAUSE_SOFTIRQ_BUSY,
	CAUSE_RPS,
	CAUSE_CPU_HELD,
	CAUSE_CPU_IDLE,
	CAUSE_CPU_WAIT,
};

/* Of the contract, see docs/json.md. */
static const char *const ids[] = {
	[CAUSE_NEIGHBOUR] = "neighbour",
	[CAUSE_QUEUE] = "queue",
	[CAUSE_QDISC] = "qdisc",
	[CAUSE_KSOFTIRQD] = "ksoftirqd",
	[CAUSE_SOFTIRQ_LATE] = "softirq-late",
	[CAUSE_SOFTIRQ_BUSY] = "softirq-busy",
	[CAUSE_RPS] = "rps",
	[CAUSE_CPU_HELD] = "cpu-held",
	[CAUSE_CPU_IDLE] = "cpu-idle",
	[CAUSE_CPU_WAIT] = "cpu-wait",
};

struct cause {
	enum cause_kind kind;
	enum pt_hook at; /* it delays the segment that begins here */
	enum pt_receiver receiver; /* of the receive softirq */
};

/*
 * A cause is named if at least half of the probes in question met it in the segment, and, where it has a duration, for at
 * least half of the time that is to be explained. Of several the first of this table.
 *
 * The receive softirq: in ksoftirqd, which is a task that waits for its turn; late otherwise; or busy with other packets.
 * What a driver's interrupt has to wait for is in `wire`, what the backlog has to wait for in `driver-in`.
 */
static const struct cause table[] = {
	{ CAUSE_NEIGHBOUR, PT_HOOK_IP_FINISH_OUTPUT2, 0 },
	{ CAUSE_QUEUE, PT_HOOK_DEV_QUEUE, 0 },
	{ CAUSE_QDISC, PT_HOOK_DEV_QUEUE, 0 },
	{ CAUSE_KSOFTIRQD, PT_HOOK_XMIT, PT_RECEIVER_DRIVER_RX },
	{ CAUSE_SOFTIRQ_LATE, PT_HOOK_XMIT, PT_RECEIVER_DRIVER_RX },
	{ CAUSE_SOFTIRQ_BUSY, PT_HOOK_XMIT, PT_RECEIVER_DRIVER_RX },
	{ CAUSE_RPS, PT_HOOK_DRIVER_RX, PT_RECEIVER_NETIF_RECEIVE },
	{ CAUSE_KSOFTIRQD, PT_HOOK_DRIVER_RX, PT_RECEIVER_NETIF_RECEIVE },
	{ CAUSE_SOFTIRQ_LATE, PT_HOOK_DRIVER_RX, PT_RECEIVER_NETIF_RECEIVE },
	{ CAUSE_SOFTIRQ_BUSY, PT_HOOK_DRIVER_RX, PT_RECEIVER_NETIF_RECEIVE },
	{ CAUSE_CPU_HELD, PT_HOOK_DATA_READY, 0 },
	{ CAUSE_CPU_IDLE, PT_HOOK_DATA_READY, 0 },
	{ CAUSE_CPU_WAIT, PT_HOOK_DATA_READY, 0 },
};

static bool is_within(const struct cause *cause, enum pt_hook from, enum pt_hook to)
{
	return from <= cause->at && cause->at < to;
}

static bool explains(uint64_t part, uint64_t ns)
{
	return part && 2 * part >= ns;
}

/* Did the probe meet the cause, for long enough to explain @ns? */
static bool is_met(const struct cause *cause, const struct causes *causes, uint64_t ns)
{
	const struct causes_receive *r = &causes->receive[cause->receiver];

	switch (cause->kind) {
	case CAUSE_NEIGHBOUR:
		return causes->neighbour_waits;
	case CAUSE_QUEUE:
		return causes->has_queue && causes->queue_before && !qdisc_delays_by_itself(causes);
	case CAUSE_QDISC:
		return causes->has_queue && (!causes->queue_before || qdisc_delays_by_itself(causes));
	case CAUSE_KSOFTIRQD:
		return r->ksoftirqd && r->in_softirq && explains(r->late_ns + r->busy_ns, ns);
	case CAUSE_SOFTIRQ_LATE:
		return explains(r->late_ns, ns);
	case CAUSE_SOFTIRQ_BUSY:
		return explains(r->busy_ns, ns);
	case CAUSE_RPS:
		return causes->has_rps;
	case CAUSE_CPU_HELD:
		return causes->has_wait && (causes->holder[0] || causes->holder_hidden) &&
		       explains(causes->wait_ns, ns);
	case CAUSE_CPU_IDLE: /* an idle CPU takes its time to wake up, a virtual one more */
		return causes->has_wait && causes->held_idle && explains(causes->wait_ns, ns);
	case CAUSE_CPU_WAIT:
		return causes->has_wait && explains(causes->wait_ns, ns);
	}
	return false;
}

/* How much of the cause the probe met: packets or ns; of one that has no amount, the round trip. */
static uint64_t amount_of(const struct cause *cause, const struct sample *sample)
{
	const struct causes_receive *r = &sample->causes.receive[cause->receiver];

	switch (cause->kind) {
	case CAUSE_QUEUE:
		return sample->causes.queue_before;
	case CAUSE_KSOFTIRQD:
		return r->late_ns + r->busy_ns;
	case CAUSE_SOFTIRQ_LATE:
		return r->late_ns;
	case CAUSE_SOFTIRQ_BUSY:
		return r->busy_ns;
	case CAUSE_CPU_HELD:
		return sample->causes.held_ns;
	case CAUSE_CPU_IDLE:
	case CAUSE_CPU_WAIT:
		return sample->causes.wait_ns;
	case CAUSE_NEIGHBOUR:
	case CAUSE_QDISC:
	case CAUSE_RPS:
		break;
	}
	return sample->total_ns;
}

/* The task to name, "" for none: the one that is named most often is typical. */
static const char *task_of(const struct cause *cause, const struct causes *causes)
{
	if (cause->kind == CAUSE_CPU_HELD)
		return causes->holder;
	return cause->kind == CAUSE_RPS ? causes->receive[cause->receiver].task : "";
}

/* How many probes of @set met the cause with the same task as @causes. */
static unsigned int count_alike(const struct sample_set *set, const struct cause *cause,
				const struct causes *causes, uint64_t ns)
{
	unsigned int i, n = 0;

	for (i = 0; i < set->nr; i++)
		n += is_met(cause, &set->samples[i]->causes, ns) &&
		     !strcmp(task_of(cause, &set->samples[i]->causes), task_of(cause, causes));
	return n;
}

/*
 * Of the probes that met the cause with the most frequent task, the one that met most of it. NULL: fewer than half of
 * @set met it.
 */
static const struct causes *typical(const struct sample_set *set, const struct cause *cause, uint64_t ns)
{
	unsigned int i, met = 0, alike, most = 0;
	const struct causes *best = NULL;
	uint64_t amount, largest = 0;

	for (i = 0; i < set->nr; i++) {
		if (!is_met(cause, &set->samples[i]->causes, ns))
			continue;
		met++;
		alike = count_alike(set, cause, &set->samples[i]->causes, ns);
		amount = amount_of(cause, set->samples[i]);
		if (alike > most || (alike == most && amount > largest)) {
			most = alike;
			largest = amount;
			best = &set->samples[i]->causes;
		}
	}
	return met && 2 * met >= set->nr ? best : NULL;
}

static void say_neighbour(struct finding *f, const struct causes *causes)
{
	finding_string(f, "neighbour", causes->neighbour);
	finding_say(f, ": the neighbour's address was asked for (ARP, ND), its state was %s",
		    causes->neighbour);
}

static void say_queue(struct finding *f, const struct causes *causes)
{
	finding_string(f, "qdisc", causes->qdisc);
	finding_number(f, "packets", causes->queue_before);
	finding_say(f, ": with up to %u packet%s before it in the queue (%s)", causes->queue_before,
		    causes->queue_before == 1 ? "" : "s", causes->qdisc);
}

static void say_qdisc(struct finding *f, const struct causes *causes)
{
	finding_string(f, "qdisc", causes->qdisc);
	finding_say(f, ": %s held it back%s", causes->qdisc,
		    causes->queue_before ? "" : ", with nothing before it in the queue");
}

static void say_rps(struct finding *f, const struct causes *causes, const struct causes_receive *r)
{
	finding_number(f, "from_cpu", causes->rps_from);
	finding_number(f, "cpu", causes->rps_to);
	finding_say(f, ": RPS moved the reply from CPU %u to CPU %u", causes->rps_from, causes->rps_to);
	if (!r->known || !r->task[0])
		return;
	finding_string(f, "task", r->task);
	finding_say(f, ", where `%s` had the CPU", r->task);
}

static void say_ksoftirqd(struct finding *f, const struct causes_receive *r)
{
	finding_number(f, "cpu", r->cpu);
	finding_number(f, "late_ns", r->late_ns);
	finding_number(f, "busy_ns", r->busy_ns);
	finding_say(f, ": ksoftirqd received the reply on CPU %u, up to %.2f ms late", r->cpu,
		    to_ms(r->late_ns + r->busy_ns));
}

static void say_softirq_late(struct finding *f, const struct causes_receive *r)
{
	finding_number(f, "cpu", r->cpu);
	finding_number(f, "late_ns", r->late_ns);
	finding_say(f, ": the receive softirq on CPU %u began up to %.2f ms late", r->cpu, to_ms(r->late_ns));
	if (!r->task[0])
		return;
	finding_string(f, "task", r->task);
	finding_say(f, ", on `%s`", r->task);
}

static void say_softirq_busy(struct finding *f, const struct causes_receive *r)
{
	finding_number(f, "cpu", r->cpu);
	finding_number(f, "busy_ns", r->busy_ns);
	finding_say(f, ": the receive softirq on CPU %u was busy with other packets for up to %.2f ms",
		    r->cpu, to_ms(r->busy_ns));
}

static void say_cpu_held(struct finding *f, const struct causes *causes)
{
	if (!causes->holder_hidden) {
		finding_string(f, "task", causes->holder);
		finding_number(f, "pid", causes->holder_pid);
	}
	finding_number(f, "cpu", causes->wait_cpu);
	finding_number(f, "held_ns", causes->held_ns);
	if (causes->holder_hidden)
		finding_say(f, ": a task of another user");
	else
		finding_say(f, ": `%s`", causes->holder);
	finding_say(f, " held CPU %u for up to %.2f ms", causes->wait_cpu, to_ms(causes->held_ns));
}

static void say_cpu_wait(struct finding *f, const struct causes *causes)
{
	finding_number(f, "cpu", causes->wait_cpu);
	finding_number(f, "wait_ns", causes->wait_ns);
	finding_say(f, ": pingtrace was ready to run up to %.2f ms before it got CPU %u",
		    to_ms(causes->wait_ns), causes->wait_cpu);
}

static void say_cause(struct finding *f, const struct cause *cause, const struct causes *causes)
{
	const struct causes_receive *r = &causes->receive[cause->receiver];

	switch (cause->kind) {
	case CAUSE_NEIGHBOUR:
		return say_neighbour(f, causes);
	case CAUSE_QUEUE:
		return say_queue(f, causes);
	case CAUSE_QDISC:
		return say_qdisc(f, causes);
	case CAUSE_KSOFTIRQD:
		return say_ksoftirqd(f, r);
	case CAUSE_SOFTIRQ_LATE:
		return say_softirq_late(f, r);
	case CAUSE_SOFTIRQ_BUSY:
		return say_softirq_busy(f, r);
	case CAUSE_RPS:
		return say_rps(f, causes, r);
	case CAUSE_CPU_HELD:
		return say_cpu_held(f, causes);
	case CAUSE_CPU_IDLE:
		say_cpu_wait(f, causes);
		return finding_say(f, ", which was idle");
	case CAUSE_CPU_WAIT:
		return say_cpu_wait(f, causes);
	}
}

bool finding_add_cause(struct finding *f, const struct sample_set *set, enum pt_hook from, enum pt_hook to,
		       uint64_t ns)
{
	const struct causes *causes;
	const struct cause *cause;

	for (cause = table; cause < table + ARRAY_SIZE(table); cause++) {
		causes = is_within(cause, from, to) ? typical(set, cause, ns) : NULL;
		if (!causes)
			continue;
		finding_string(f, "cause", ids[cause->kind]);
		say_cause(f, cause, causes);
		return true;
	}
	return false;
}

bool segment_has_cause(enum pt_hook from, enum pt_hook to)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (is_within(&table[i], from, to))
			return true;
	return false;
}
