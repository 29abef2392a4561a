/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What made a probe's time long. See analysis/causes.h. */
#ifndef PINGTRACE_CAUSES_H
#define PINGTRACE_CAUSES_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/why.h>

#define CAUSE_CPUS_MAX 8

/* The reply on its way in, at one hook. */
struct causes_receive {
	bool known;
	bool in_softirq; /* then late_ns and busy_ns are known */
	bool ksoftirqd;
	bool from_idle; /* the CPU was idle until the interrupt; then idle_state is, or -1 */
	int idle_state;
	uint16_t cpu;
	/*
	 * late_ns: from raising the softirq, or from queueing the reply for it, to its start. busy_ns: from its
	 * start to this hook, while it was busy with other packets.
	 */
	uint64_t late_ns, busy_ns;
	char task
		[PT_TASK_NAME]; /* that had the CPU; harmless to print; "": it was idle, or the task is hidden */
	bool task_hidden; /* it is another user's, and not to be seen */
};

struct causes {
	uint16_t cpus[CAUSE_CPUS_MAX]; /* that the probe was on, in the order of the path, each once */
	unsigned int nr_cpus;

	bool has_wait;
	uint16_t wait_cpu;
	uint64_t wait_ns; /* between data_ready and copy the pinger was ready to run and did not */
	uint64_t running_ns; /* CLOCK_MONOTONIC: end of that wait, when it got the CPU; 0: not known */
	uint64_t held_ns; /* for which @holder had the CPU in that time; 0: holder not known */
	uint32_t holder_pid;
	char holder[PT_TASK_NAME]; /* harmless; "": not known, hidden, or the CPU was idle */
	bool holder_hidden; /* it is another user's, and not to be seen */
	bool held_idle; /* the CPU was idle: the wait is the time it took to wake up */

	bool has_queue;
	uint32_t queue_before; /* packets ahead of the request in the queue */
	uint64_t queue_ns; /* that the request spent there */
	char qdisc[PT_QDISC_NAME]; /* harmless */

	const char
		*neighbour; /* its state when the request met it: "incomplete"; NULL: not known, or valid */
	bool neighbour_waits; /* the request waits for its link address; a stale one is used without waiting */

	struct causes_receive receive[PT_NR_RECEIVERS];

	bool has_rps; /* the reply changed its CPU between driver and stack */
	uint16_t rps_from, rps_to;
};

/* Set the neighbour's state from the kernel's number (NUD_*). */
void causes_set_neighbour_state(struct causes *causes, uint32_t nud);

/* Set the neighbour's state from its name, such as "stale"; an unknown name sets none. */
void causes_set_neighbour(struct causes *causes, const char *name);

/* The hook at which @receiver is observed, and its name, such as "driver_rx". */
enum pt_hook receiver_hook(enum pt_receiver receiver);
const char *receiver_name(enum pt_receiver receiver);

/* Does the queueing discipline delay every packet, even with an empty queue? */
bool qdisc_delays_by_itself(const struct causes *causes);

/*
 * The causes that are worth a line under a probe: "`stress` held CPU 1 for 3.10 ms; 12 packets before it in the queue
 * (tbf)". Returns @text, empty if there are none.
 */
#define CAUSES_TEXT_SIZE 512
char *causes_text(char text[CAUSES_TEXT_SIZE], const struct causes *causes);

#endif /* PINGTRACE_CAUSES_H */
