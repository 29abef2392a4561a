// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "analysis/causes.h"
#include "base/util.h"
#include "model/hook.h"

static void add_cpu(struct causes *causes, uint16_t cpu)
{
	unsigned int i;

	for (i = 0; i < causes->nr_cpus; i++)
		if (causes->cpus[i] == cpu)
			return;
	if (causes->nr_cpus < CAUSE_CPUS_MAX)
		causes->cpus[causes->nr_cpus++] = cpu;
}

static uint16_t cpu_at(const struct stamp stamps[PT_NR_HOOKS], enum pt_hook hook)
{
	return stamps[hook].ns ? stamps[hook].cpu : PT_CPU_UNKNOWN;
}

void causes_of_stamps(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS])
{
	uint16_t cpu;
	enum pt_hook h;

	memset(causes, 0, sizeof(*causes));
	for (h = PT_HOOK_SENDMSG; h < PT_HOOK_RECV; h++) {
		cpu = cpu_at(stamps, h);
		if (cpu != PT_CPU_UNKNOWN)
			add_cpu(causes, cpu);
	}
	causes->rps_from = cpu_at(stamps, PT_HOOK_DRIVER_RX);
	causes->rps_to = cpu_at(stamps, PT_HOOK_NETIF_RECEIVE);
	causes->has_rps = causes->rps_from != PT_CPU_UNKNOWN && causes->rps_to != PT_CPU_UNKNOWN &&
			  causes->rps_from != causes->rps_to;
}

/* The last stamp of the reply before the pinger received it: data_ready, or the one before it. */
static const struct pt_stamp *last_in_kernel(const struct pt_record *rec)
{
	const struct pt_stamp *s = NULL;
	enum pt_hook h;

	for (h = PT_HOOK_DATA_READY; !s && h >= PT_HOOK_DRIVER_RX; h--)
		s = record_stamp(rec, h);
	return s;
}

/* Of a wait, the part between the reply's arrival and copy counts; a wait that was over before explains nothing. */
static void look_at_wait(struct causes *causes, const struct pt_record *rec, const struct pt_wait *w)
{
	const struct pt_stamp *ready = last_in_kernel(rec);
	const struct pt_stamp *copy = record_stamp(rec, PT_HOOK_COPY);
	uint64_t from, before;

	if (w->number != rec->number || !ready || !copy || w->running_ns > copy->ns ||
	    w->running_ns < ready->ns || w->ready_ns > w->running_ns)
		return;
	from = w->ready_ns > ready->ns ? w->ready_ns : ready->ns;
	causes->has_wait = true;
	causes->wait_cpu = w->cpu;
	causes->wait_ns = w->running_ns - from;
	causes->running_ns = w->running_ns;
	/* held_ns may include time before the reply arrived; count only the excess, as a lower bound. */
	before = from - w->ready_ns;
	if (w->held_ns <= before)
		return;
	causes->held_ns = w->held_ns - before;
	causes->held_idle = !w->pid;
	causes->holder_hidden = w->pid == PT_PID_HIDDEN;
	if (causes->held_idle || causes->holder_hidden)
		return;
	causes->holder_pid = w->pid;
	harmless(causes->holder, sizeof(causes->holder), w->task);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The softirq's part: the reply waits for it from the interrupt on, or from @queued_ns. */
static void look_at_softirq(struct causes_receive *r, const struct pt_receive *raw, uint64_t queued_ns,
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

static void look_at_receive(struct causes_receive *r, const struct pt_record *rec, enum pt_receiver at,
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

uint64_t in_queue_ns(const struct stamp stamps[PT_NR_HOOKS])
{
	uint64_t in = stamps[PT_HOOK_DEV_QUEUE].ns, out = stamps[PT_HOOK_START_XMIT].ns;

	return in && out > in ? out - in : 0;
}

void causes_of(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec,
	       const struct pt_why *raw)
{
	enum pt_receiver i;

	causes_of_stamps(causes, stamps);
	if (!raw)
		return;
	look_at_wait(causes, rec, &raw->wait);
	for (i = 0; i < PT_NR_RECEIVERS; i++)
		look_at_receive(&causes->receive[i], rec, i, &raw->receive[i]);
	if (raw->queue.number == rec->number && raw->queue.packets && !rec->request_copied) {
		causes->has_queue = true;
		causes->queue_before = raw->queue.packets - 1;
		causes->queue_ns = in_queue_ns(stamps);
		harmless(causes->qdisc, sizeof(causes->qdisc), raw->queue.qdisc);
	}
	if (raw->neighbour.number == rec->number)
		causes_set_neighbour_state(causes, raw->neighbour.state);
}
