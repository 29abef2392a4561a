/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs of --why: what a probe met on its way. They are loaded with that option only, and write to maps
 * of their own. Which packet is ours they find out as all others do (packet.h); that a packet has been
 * stamped, or will be, is nothing to them.
 */
#ifndef PINGTRACE_BPF_WHY_H
#define PINGTRACE_BPF_WHY_H

#include <pingtrace/why.h>
#include "handlers.h"

#define NET_RX_SOFTIRQ 3
#define PF_KTHREAD 0x00200000
#define TASK_RUNNING 0
#define TCQ_F_CPUSTATS 0x20 /* the queue is counted on each CPU by itself */
#define PWR_EVENT_EXIT (-1U)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader sets it: as many as records */
	__type(key, __u32);
	__type(value, struct pt_why);
} whys SEC(".maps");

/* The pinger's task, from the moment that it is ready to run to the moment that it runs. */
struct waiting {
	__u64 self; /* address of its task_struct; 0: not known yet */
	__u64 since_ns; /* 0: it is not waiting */
	__u64 turn_ns; /* when the task that has the CPU took it, if that is later */
	__u32 cpu; /* that it waits for */
	__u32 pad;
	struct pt_wait wait; /* the one that goes on */
	struct pt_wait longest; /* since it slept. ready_ns is 0: there was none */
};
static struct waiting waiting = {};

/* The receive softirq on one CPU. */
struct softirq {
	__u64 raised_ns; /* it is to run; 0: it is not */
	__u64 was_raised_ns, entered_ns; /* of the one that runs; 0: none does */
	__u32 idle_state; /* that the CPU was in last, + 1 */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct softirq);
} softirqs SEC(".maps");

static __always_inline struct softirq *softirq_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&softirqs, &zero);
}

static __always_inline struct pt_why *why_at(__u32 number)
{
	__u32 slot = number & config.slot_mask;

	return bpf_map_lookup_elem(&whys, &slot);
}

/* --- whose name may be told --- */

static __always_inline bool is_visible(struct task_struct *task)
{
	if (config.own_tasks_only && (BPF_CORE_READ(task, cred, uid.val) != config.uid ||
				      BPF_CORE_READ(task, cred, euid.val) != config.uid))
		return false;
	return !config.own_pidns_only ||
	       BPF_CORE_READ(task, nsproxy, pid_ns_for_children, ns.inum) == config.pidns_ino;
}

/* Every kernel has these; that it is one of them says why a reply came late. */
static __always_inline bool is_ksoftirqd(const char name[PT_TASK_NAME])
{
	const char daemon[] = "ksoftirqd/";
	unsigned int i;

#pragma unroll
	for (i = 0; i < sizeof(daemon) - 1; i++)
		if (name[i] != daemon[i])
			return false;
	return true;
}

/* --- the wait for a CPU --- */

#define CPU_NONE (-1U)

static __always_inline void start_waiting(__u32 cpu)
{
	__u64 now = bpf_ktime_get_ns();

	waiting.wait.held_ns = 0;
	waiting.cpu = cpu;
	waiting.turn_ns = now;
	waiting.since_ns = now;
}

/* @task leaves the CPU that is waited for: did it have it for longer than any before? */
static __always_inline void end_of_turn(struct task_struct *task, __u64 now)
{
	__u64 ns = now - waiting.turn_ns;

	waiting.turn_ns = now;
	if (ns <= waiting.wait.held_ns)
		return;
	waiting.wait.held_ns = ns;
	waiting.wait.pid = BPF_CORE_READ(task, pid);
	if (waiting.wait.pid && !is_visible(task)) {
		waiting.wait.pid = PT_PID_HIDDEN;
		waiting.wait.task[0] = '\0';
		return;
	}
	bpf_core_read_str(waiting.wait.task, sizeof(waiting.wait.task), &task->comm);
}

/* sched_waking: @task is to run. Which CPU it will get is not settled. */
static __always_inline int why_waking(struct task_struct *task)
{
	if ((__u64)task == waiting.self)
		start_waiting(CPU_NONE);
	return 0;
}

/* sched_wakeup: now it is, perhaps only after that CPU was called by an interrupt. */
static __always_inline int why_wakeup(struct task_struct *task)
{
	if ((__u64)task == waiting.self && bpf_core_field_exists(task->thread_info.cpu))
		waiting.cpu = BPF_CORE_READ(task, thread_info.cpu);
	return 0;
}

/* The process that pingtrace is, in its PID namespace: which task that is shows when it goes to sleep. */
static __always_inline bool is_self_current(void)
{
	struct bpf_pidns_info pidns;

	return !bpf_get_ns_current_pid_tgid(config.pidns_dev, config.pidns_ino, &pidns, sizeof(pidns)) &&
	       pidns.tgid == config.pid;
}

static __always_inline void forget_waits(void)
{
	waiting.longest.ready_ns = 0;
	waiting.longest.running_ns = 0;
}

/* sched_switch: @prev is current still. */
static __always_inline int why_switch(struct task_struct *prev, struct task_struct *next)
{
	__u64 now;

	if (!waiting.self) {
		if (is_self_current())
			waiting.self = (__u64)prev;
		return 0;
	}
	if ((__u64)prev == waiting.self) {
		/* Still ready to run: another takes its place. */
		if (bpf_core_field_exists(prev->__state) && BPF_CORE_READ(prev, __state) == TASK_RUNNING)
			start_waiting(bpf_get_smp_processor_id());
		else
			forget_waits();
		return 0;
	}
	if (!waiting.since_ns)
		return 0;
	now = bpf_ktime_get_ns();
	if (bpf_get_smp_processor_id() == waiting.cpu)
		end_of_turn(prev, now);
	if ((__u64)next == waiting.self) {
		waiting.wait.cpu = bpf_get_smp_processor_id();
		if (waiting.wait.cpu !=
		    waiting.cpu) /* it was moved: who had this one meanwhile was not looked at */
			waiting.wait.held_ns = 0;
		waiting.wait.ready_ns = waiting.since_ns;
		waiting.wait.running_ns = now;
		waiting.since_ns = 0;
		if (now - waiting.wait.ready_ns > waiting.longest.running_ns - waiting.longest.ready_ns)
			waiting.longest = waiting.wait;
	}
	return 0;
}

/* --- the receive softirq --- */

static __always_inline int why_raised(__u32 vector)
{
	struct softirq *s = vector == NET_RX_SOFTIRQ ? softirq_here() : NULL;

	if (s && !s->raised_ns)
		s->raised_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int why_entered(__u32 vector)
{
	struct softirq *s = vector == NET_RX_SOFTIRQ ? softirq_here() : NULL;

	if (s) {
		s->was_raised_ns = s->raised_ns;
		s->raised_ns = 0;
		s->entered_ns = bpf_ktime_get_ns();
	}
	return 0;
}

static __always_inline int why_left(__u32 vector)
{
	struct softirq *s = vector == NET_RX_SOFTIRQ ? softirq_here() : NULL;

	if (s)
		s->entered_ns = 0;
	return 0;
}

/* cpu_idle: this CPU goes to sleep in @state, or leaves it. */
static __always_inline int why_idle(__u32 state)
{
	struct softirq *s = state == PWR_EVENT_EXIT ? NULL : softirq_here();

	if (s)
		s->idle_state = state + 1;
	return 0;
}

/* --- the packet's way --- */

/* qdisc_enqueue: @skb has been put into @qdisc. Of its devices the last counts, as for dev_queue. */
static __always_inline int why_enqueued(struct Qdisc *qdisc, struct sk_buff *skb)
{
	const struct Qdisc_ops *ops;
	struct pt_record *rec;
	struct pt_why *why;
	struct found found;
	__u64 sk;

	if (GET(qdisc, flags) & TCQ_F_CPUSTATS)
		return 0; /* without a lock: its length is not to be had, and the skb may be gone */
	sk = may_be_transmitted(skb, false);
	if (!sk)
		return 0;
	rec = transmitted_probe(skb, sk, &found);
	if (!rec || found.reply)
		return 0;
	why = why_at(rec->number);
	if (!why)
		return 0;
	why->queue.packets = BPF_CORE_READ(qdisc, q.qlen);
	ops = GET_POINTER(qdisc, ops);
	bpf_core_read_str(why->queue.qdisc, sizeof(why->queue.qdisc), &ops->id);
	why->queue.number = rec->number;
	return 0;
}

/* __neigh_event_send: @skb has no valid neighbour; it may wait here for an answer. */
static __always_inline int why_neighbour(struct neighbour *neigh, struct sk_buff *skb)
{
	struct pt_record *rec;
	struct pt_why *why;
	struct found found;
	__u64 sk = skb ? may_be_transmitted(skb, false) : 0;

	rec = sk ? transmitted_probe(skb, sk, &found) : NULL;
	why = rec && !found.reply ? why_at(rec->number) : NULL;
	if (!why)
		return 0;
	why->neighbour.state = GET(neigh, nud_state);
	why->neighbour.number = rec->number;
	return 0;
}

/* A reply at a hook of the way in. */
static __always_inline int why_received(struct sk_buff *skb, enum pt_hook hook)
{
	enum pt_receiver receiver =
		hook == PT_HOOK_DRIVER_RX ? PT_RECEIVER_DRIVER_RX : PT_RECEIVER_NETIF_RECEIVE;
	struct pt_receive *r;
	struct task_struct *task;
	struct pt_record *rec;
	struct softirq *s;
	struct pt_why *why;
	struct found found;

	if (has_other_length(skb))
		return 0;
	rec = probe_of(skb, at_data(skb), true, &found);
	if (!rec || found.later || rec->delivered)
		return 0;
	why = why_at(rec->number);
	s = softirq_here();
	if (!why || !s)
		return 0;
	r = &why->receive[receiver];
	if (pass_of(hook) == PT_PASS_FIRST && r->number == rec->number)
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	r->pid = bpf_get_current_pid_tgid();
	r->kthread = !!(BPF_CORE_READ(task, flags) & PF_KTHREAD);
	bpf_get_current_comm(r->task, sizeof(r->task));
	if (r->pid && !is_visible(task) && !(r->kthread && is_ksoftirqd(r->task))) {
		r->pid = PT_PID_HIDDEN;
		__builtin_memset(r->task, 0, sizeof(r->task));
	}
	r->idle_state = s->idle_state;
	r->raised_ns = s->entered_ns ? s->was_raised_ns : 0;
	r->entered_ns = s->entered_ns;
	r->number = rec->number;
	return 0;
}

/* A reply on its way to user space: the task may have waited for a CPU to take it. */
static __always_inline int why_taken(struct sk_buff *skb)
{
	struct sock *sk = GET_POINTER(skb, sk);
	struct pt_record *rec;
	struct pt_why *why;
	struct found found;

	if (!sk || !may_be_ours(sk, false))
		return 0;
	rec = probe_of(skb, at_network_header(skb), true, &found);
	why = rec && is_socket_of(sk, rec) ? why_at(rec->number) : NULL;
	if (!why || why->wait.number == rec->number)
		return 0;
	why->wait = waiting.longest;
	why->wait.number = rec->number;
	return 0;
}

#endif /* PINGTRACE_BPF_WHY_H */
