/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of --why tell of one probe: not when it passed, but what it met on the way. One a record,
 * in an array map of its own that exists with --why only; its index is the record's.
 *
 * Each part repeats the probe's number where it was filled in, like a stamp: otherwise it is not known.
 */
#ifndef PINGTRACE_WHY_H
#define PINGTRACE_WHY_H

#include <pingtrace/record.h>

#define PT_TASK_NAME 16 /* TASK_COMM_LEN */
#define PT_QDISC_NAME 16 /* IFNAMSIZ, of struct Qdisc_ops */

/* Instead of a PID: that of a task which this user may not see. It has no name then. */
#define PT_PID_HIDDEN 0xffffffff

/* The longest wait of the pinger's task for a CPU, when it took the reply, since it slept. */
struct pt_wait {
	__u32 number;
	__u32 pid; /* of the task that had the CPU for the longest time of it; 0: it was idle */
	__u64 ready_ns; /* CLOCK_MONOTONIC: it was to be woken, or another took its place */
	__u64 running_ns; /* on a CPU */
	__u64 held_ns; /* for how long that task had it; 0: not known, also who */
	__u32 cpu; /* that it got in the end */
	__u32 pad;
	char task[PT_TASK_NAME];
};

/* Who received the reply at a hook, and since when that was to be done. */
struct pt_receive {
	__u32 number;
	__u32 pid; /* of the task on the CPU; 0: it was idle */
	__u64 raised_ns; /* the receive softirq was asked for, by an interrupt for instance; 0: not known */
	__u64 entered_ns; /* and began */
	__u32 kthread; /* the task is one of the kernel's own */
	__u32 idle_state; /* number + 1 of the idle state that the CPU was in last; 0: not known */
	char task[PT_TASK_NAME];
};

struct pt_queue {
	__u32 number;
	__u32 packets; /* in the queueing discipline when the request had been put into it, itself among them */
	char qdisc[PT_QDISC_NAME];
};

struct pt_neighbour {
	__u32 number;
	__u32 state; /* NUD_* of the neighbour when the request met it */
};

enum pt_receiver { PT_RECEIVER_DRIVER_RX, PT_RECEIVER_NETIF_RECEIVE, PT_NR_RECEIVERS };

struct pt_why {
	struct pt_wait wait;
	struct pt_receive receive[PT_NR_RECEIVERS];
	struct pt_queue queue;
	struct pt_neighbour neighbour;
};

#endif /* PINGTRACE_WHY_H */
