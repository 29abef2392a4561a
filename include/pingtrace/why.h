/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of --why collect about one probe: what it met on its way. One for each record, in an array map that exists
 * only with --why, at the record's index.
 *
 * As in a stamp, each part that was filled in repeats the probe's number; another number means "not known".
 */
#ifndef PINGTRACE_WHY_H
#define PINGTRACE_WHY_H

#include <pingtrace/record.h>

#define PT_TASK_NAME 16 /* TASK_COMM_LEN */
#define PT_QDISC_NAME 16 /* IFNAMSIZ, of struct Qdisc_ops */

/* Instead of the PID of a task that this user may not see; its name is left out too. */
#define PT_PID_HIDDEN 0xffffffff

/* The longest time that the pinger's task waited for a CPU between its last sleep and receiving the reply. */
struct pt_wait {
	__u32 number;
	__u32 pid; /* of the task that had the CPU for most of that time; 0: it was idle */
	__u64 ready_ns; /* CLOCK_MONOTONIC: it was to be woken, or it was preempted */
	__u64 running_ns; /* on a CPU */
	__u64 held_ns; /* for how long that task had it; 0: time and task not known */
	__u32 cpu; /* that it got in the end */
	__u32 pad;
	char task[PT_TASK_NAME];
};

/* The receive softirq that handled the reply at a hook, and the task that it interrupted. */
struct pt_receive {
	__u32 number;
	__u32 pid; /* of the task on the CPU; 0: it was idle */
	__u64 raised_ns; /* the receive softirq was raised; 0: not known */
	__u64 entered_ns; /* and began */
	__u32 kthread; /* the task is one of the kernel's own */
	__u32 idle_state; /* number + 1 of the idle state that the CPU was in last; 0: not known */
	char task[PT_TASK_NAME];
};

struct pt_queue {
	__u32 number;
	__u32 packets; /* in the queueing discipline after the request was added, including it */
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
