// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "analysis/why.h"
#include "base/util.h"
#include "model/hook.h"

static void add_cpu(struct why *why, uint16_t cpu)
{
	unsigned int i;

	for (i = 0; i < why->nr_cpus; i++)
		if (why->cpus[i] == cpu)
			return;
	if (why->nr_cpus < WHY_CPUS_MAX)
		why->cpus[why->nr_cpus++] = cpu;
}

static uint16_t cpu_at(const struct stamp stamps[PT_NR_HOOKS], enum pt_hook hook)
{
	return stamps[hook].ns ? stamps[hook].cpu : PT_CPU_UNKNOWN;
}

void why_of_stamps(struct why *why, const struct stamp stamps[PT_NR_HOOKS])
{
	uint16_t cpu;
	enum pt_hook h;

	memset(why, 0, sizeof(*why));
	for (h = PT_HOOK_SENDMSG; h < PT_HOOK_RECV; h++) {
		cpu = cpu_at(stamps, h);
		if (cpu != PT_CPU_UNKNOWN)
			add_cpu(why, cpu);
	}
	why->rps_from = cpu_at(stamps, PT_HOOK_DRIVER_RX);
	why->rps_to = cpu_at(stamps, PT_HOOK_NETIF_RECEIVE);
	why->has_rps = why->rps_from != PT_CPU_UNKNOWN && why->rps_to != PT_CPU_UNKNOWN &&
		       why->rps_from != why->rps_to;
}

/* Where the reply was last seen before the pinger took it: data_ready, or what there is instead. */
static const struct pt_stamp *last_in_kernel(const struct pt_record *rec)
{
	const struct pt_stamp *s = NULL;
	enum pt_hook h;

	for (h = PT_HOOK_DATA_READY; !s && h >= PT_HOOK_DRIVER_RX; h--)
		s = record_stamp(rec, h);
	return s;
}

/* A wait counts as far as it lies between the reply's arrival and copy; one that was over before says nothing. */
static void look_at_wait(struct why *why, const struct pt_record *rec, const struct pt_wait *w)
{
	const struct pt_stamp *ready = last_in_kernel(rec);
	const struct pt_stamp *copy = record_stamp(rec, PT_HOOK_COPY);
	uint64_t from, before;

	if (w->number != rec->number || !ready || !copy || w->running_ns > copy->ns ||
	    w->running_ns < ready->ns || w->ready_ns > w->running_ns)
		return;
	from = w->ready_ns > ready->ns ? w->ready_ns : ready->ns;
	why->has_wait = true;
	why->wait_cpu = w->cpu;
	why->wait_ns = w->running_ns - from;
	/* The task may have had its turn before the reply came: what it cannot have had then it had after that. */
	before = from - w->ready_ns;
	if (w->held_ns <= before)
		return;
	why->held_ns = w->held_ns - before;
	why->held_idle = !w->pid;
	why->holder_hidden = w->pid == PT_PID_HIDDEN;
	if (why->held_idle || why->holder_hidden)
		return;
	why->holder_pid = w->pid;
	harmless(why->holder, sizeof(why->holder), w->task);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The softirq's part: the reply is waiting for it from its interrupt on, or from @queued_ns. */
static void look_at_softirq(struct why_receive *r, const struct pt_receive *raw, uint64_t queued_ns,
			    uint64_t at_ns)
{
	r->in_softirq = raw->raised_ns && raw->raised_ns <= raw->entered_ns && raw->entered_ns <= at_ns &&
			queued_ns <= at_ns;
	if (!r->in_softirq)
		return;
	if (!queued_ns)
		queued_ns = raw->raised_ns;
	if (queued_ns < raw->entered_ns)
		r->late_ns = raw->entered_ns - queued_ns;
	r->busy_ns = at_ns - later(raw->entered_ns, queued_ns);
}

static void look_at_receive(struct why_receive *r, const struct pt_record *rec, enum pt_receiver at,
			    const struct pt_receive *raw)
{
	static const char daemon[] = "ksoftirqd/";
	const struct pt_stamp *s = record_stamp(rec, receiver_hook(at));
	const struct pt_stamp *queued =
		at == PT_RECEIVER_NETIF_RECEIVE ? record_stamp(rec, PT_HOOK_DRIVER_RX) : NULL;

	if (raw->number != rec->number || !s)
		return;
	r->known = true;
	r->cpu = s->cpu;
	r->task_hidden = raw->pid == PT_PID_HIDDEN;
	if (raw->pid && !r->task_hidden)
		harmless(r->task, sizeof(r->task), raw->task);
	r->ksoftirqd = raw->pid && raw->kthread && !strncmp(raw->task, daemon, sizeof(daemon) - 1);
	look_at_softirq(r, raw, queued ? queued->ns : 0, s->ns);
	r->from_idle = !raw->pid;
	r->idle_state = (int)raw->idle_state - 1;
}

uint64_t why_in_queue_ns(const struct stamp stamps[PT_NR_HOOKS])
{
	uint64_t in = stamps[PT_HOOK_DEV_QUEUE].ns, out = stamps[PT_HOOK_START_XMIT].ns;

	return in && out > in ? out - in : 0;
}

void why_of(struct why *why, const struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec,
	    const struct pt_why *raw)
{
	enum pt_receiver i;

	why_of_stamps(why, stamps);
	if (!raw)
		return;
	look_at_wait(why, rec, &raw->wait);
	for (i = 0; i < PT_NR_RECEIVERS; i++)
		look_at_receive(&why->receive[i], rec, i, &raw->receive[i]);
	if (raw->queue.number == rec->number && raw->queue.packets && !rec->request_copied) {
		why->has_queue = true;
		why->queue_before = raw->queue.packets - 1;
		why->queue_ns = why_in_queue_ns(stamps);
		harmless(why->qdisc, sizeof(why->qdisc), raw->queue.qdisc);
	}
	if (raw->neighbour.number == rec->number)
		why_set_neighbour_state(why, raw->neighbour.state);
}
