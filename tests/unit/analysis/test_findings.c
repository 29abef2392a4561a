// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/findings.h"
#include "analysis/split.h"
#include "analysis/causes.h"
#include "base/util.h"
#include "model/stamps.h"

#define NUMBER 7

static struct stats stats;
static struct finding findings[FINDINGS_MAX];
static unsigned int nr;

/* The probe that is made next: what each segment takes, CPUs, and what --why tells. */
static uint64_t segment_ns[PT_NR_HOOKS];
static uint16_t cpus[PT_NR_HOOKS];
static struct pt_why why;
static unsigned int without; /* hooks */

static void quiet_probe(void)
{
	enum pt_hook h;

	memset(cpus, 0, sizeof(cpus));
	memset(&why, 0, sizeof(why));
	without = 0;
	for (h = 0; h < PT_NR_HOOKS; h++)
		segment_ns[h] = 100; /* a bucket of its own in a histogram */
}

static int set_up(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	stats.losses = calloc(STATS_MAX_LOSSES, sizeof(*stats.losses));
	assert_non_null(stats.losses);
	quiet_probe();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stats_free(&stats);
	return 0;
}

static uint64_t ns_at(enum pt_hook hook)
{
	uint64_t ns = 1000000000;
	enum pt_hook h;

	for (h = 0; h < hook; h++)
		if (hook_on_path(h, PT_SOCKET_DGRAM))
			ns += segment_ns[h];
	return ns;
}

static void add_probes(unsigned int n)
{
	struct pt_record rec = { .number = NUMBER };
	struct stamp stamps[PT_NR_HOOKS];
	struct path path;
	struct causes met;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (hook_on_path(h, PT_SOCKET_DGRAM) && !(without & 1U << h))
			rec.stamps[h] = (struct pt_stamp){ .ns = ns_at(h), .number = NUMBER, .cpu = cpus[h] };
	record_stamps(stamps, &rec);
	causes_of(&met, stamps, &rec, &why);
	while (n--) {
		assert_int_equal(path_of(&path, stamps, PT_SOCKET_DGRAM), 0);
		stats_add_path(&stats, &path);
		samples_add(&stats.samples, &path, stamps, &met);
	}
}

static void judge(bool has_why)
{
	struct findings_input in = { .stats = &stats, .traced = true, .has_why = has_why };

	nr = findings_of(findings, &in);
}

static const struct finding *find(const char *id)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(findings[i].id, id))
			return &findings[i];
	fail_msg("no finding '%s'", id);
	return NULL;
}

static const struct finding_value *value_of(const char *id, const char *key)
{
	const struct finding *f = find(id);
	unsigned int i;

	for (i = 0; i < f->nr_values; i++)
		if (!strcmp(f->values[i].key, key))
			return &f->values[i];
	fail_msg("finding '%s' has no '%s'", id, key);
	return NULL;
}

static void assert_number(const char *id, const char *key, uint64_t n)
{
	assert_int_equal(value_of(id, key)->number, n);
}

static void assert_string(const char *id, const char *key, const char *s)
{
	assert_string_equal(value_of(id, key)->string, s);
}

/* 1000 probes, ten of which take @more_ns more in the segment that begins at @hook. */
static void add_slow(enum pt_hook hook, uint64_t more_ns)
{
	struct pt_why of_slow = why;

	memset(&why, 0, sizeof(why));
	add_probes(990);
	why = of_slow;
	segment_ns[hook] += more_ns;
	add_probes(10);
}

static void nothing_is_found_in_a_quiet_run(void **state)
{
	(void)state;
	add_probes(1000);
	judge(false);
	assert_int_equal(nr, 0);
}

static void nothing_is_found_where_only_the_wire_is_long(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_XMIT] = 200 * NSEC_PER_MSEC;
	add_probes(500);
	segment_ns[PT_HOOK_XMIT] = 250 * NSEC_PER_MSEC;
	add_probes(500);
	judge(false);
	assert_int_equal(nr, 0);
}

static void nothing_is_found_without_tracing(void **state)
{
	struct findings_input in = { .stats = &stats };

	(void)state;
	add_slow(PT_HOOK_DATA_READY, 50 * NSEC_PER_MSEC);
	assert_int_equal(findings_of(findings, &in), 0);
}

/* @n requests of which the last @late were due @late_ns before they were sent. */
static void add_sent(unsigned int n, unsigned int late, uint64_t late_ns)
{
	uint64_t sent_ns = 1000000000000;
	unsigned int i;

	for (i = 1; i <= n; i++)
		stats_add_sent(&stats, sent_ns, i > n - late ? sent_ns - late_ns : 0);
}

static void requests_sent_late_are_found(void **state)
{
	(void)state;
	add_sent(20, 3, 12500000);
	judge(false);
	assert_int_equal(nr, 1);
	assert_number("late", "probes", 3);
	assert_number("late", "of", 20);
	assert_number("late", "late_ns", 12500000);
	assert_string_equal(
		find("late")->text,
		"3 of 20 requests were sent up to 12.50 ms late: this process did not run in time (no CPU, a "
		"throttled cgroup, blocked output), so round trips of that time are missing.");
}

static void one_request_sent_late_is_one(void **state)
{
	(void)state;
	add_sent(20, 1, 250000000);
	judge(false);
	assert_int_equal(strncmp(find("late")->text, "1 of 20 requests was sent 250.00 ms late: ", 42), 0);
}

static void requests_sent_late_are_found_without_tracing(void **state)
{
	struct findings_input in = { .stats = &stats, .missing = 1U << PT_HOOK_IP_LOCAL_OUT };

	(void)state;
	add_slow(PT_HOOK_DATA_READY, 50 * NSEC_PER_MSEC);
	add_sent(20, 3, 12500000);
	nr = findings_of(findings, &in);
	assert_int_equal(nr, 1);
	assert_number("late", "probes", 3);
}

static void less_than_a_millisecond_is_not_late(void **state)
{
	(void)state;
	add_sent(20, 20, 999999);
	judge(false);
	assert_int_equal(nr, 0);
}

/* p99 does not see one in a thousand. But the probes that an interval's delay has left out are missing. */
static void of_few_requests_some_milliseconds_are_not_late(void **state)
{
	(void)state;
	add_sent(19, 3, 12500000);
	judge(false);
	assert_int_equal(nr, 0);
	add_sent(1, 1, 100 * NSEC_PER_MSEC);
	judge(false);
	assert_number("late", "probes", 4);
}

static void of_many_requests_one_sent_late_is_found_if_others_were_left_out(void **state)
{
	struct findings_input in = { .stats = &stats, .traced = true, .interval_ns = 100 * NSEC_PER_MSEC };

	(void)state;
	add_sent(1000, 9, 100 * NSEC_PER_MSEC - 1);
	assert_int_equal(findings_of(findings, &in), 0);
	add_sent(1, 1, 100 * NSEC_PER_MSEC);
	nr = findings_of(findings, &in);
	assert_number("late", "probes", 10);
	assert_number("late", "of", 1001);
}

static void one_request_in_a_hundred_sent_late_is_found(void **state)
{
	struct findings_input in = { .stats = &stats, .traced = true, .interval_ns = NSEC_PER_SEC };

	(void)state;
	add_sent(1000, 9, NSEC_PER_MSEC);
	assert_int_equal(findings_of(findings, &in), 0);
	add_sent(100, 2, NSEC_PER_MSEC);
	nr = findings_of(findings, &in);
	assert_number("late", "probes", 11);
}

/* What is not there is news only beside what is. */
static void what_was_not_measured_is_said_beside_others(void **state)
{
	struct findings_input in = { .stats = &stats, .traced = true, .missing = 1U << PT_HOOK_IP_LOCAL_OUT };

	(void)state;
	add_probes(1000);
	assert_int_equal(findings_of(findings, &in), 0);
	segment_ns[PT_HOOK_DATA_READY] += 3 * NSEC_PER_MSEC;
	add_probes(10);
	nr = findings_of(findings, &in);
	assert_string("not-measured", "hooks", "ip_local_out");
}

static void the_slowest_hundredth_is_compared_with_the_median(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_XMIT] = 20 * NSEC_PER_MSEC;
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(false);
	assert_string("slowest", "segment", "wakeup");
	assert_number("slowest", "probes", 10);
	assert_number("slowest", "of", 1000);
	assert_number("slowest", "more_ns", 3100000);
	assert_string_equal(
		find("slowest")->text,
		"The slowest 1 % (10 of 1000 probes) spend 3.10 ms more in wakeup than the median "
		"(--why looks for the cause).");
	assert_string("median", "segment", "wire");
	assert_int_equal(nr, 2);
}

static void what_is_short_or_seldom_is_no_finding(void **state)
{
	(void)state;
	add_slow(PT_HOOK_DATA_READY, 900 * NSEC_PER_USEC);
	judge(false);
	assert_int_equal(nr, 0);
	/* Four of ten slowest: the median of them is as all others are. */
	segment_ns[PT_HOOK_DATA_READY] = 50 * NSEC_PER_MSEC;
	add_probes(4);
	judge(false);
	assert_int_equal(nr, 0);
}

static void of_few_probes_the_slowest_is_no_finding(void **state)
{
	(void)state;
	add_probes(18);
	segment_ns[PT_HOOK_DATA_READY] = 50 * NSEC_PER_MSEC;
	add_probes(1);
	judge(false);
	assert_int_equal(nr, 0);
}

static void a_slow_wire_is_outside(void **state)
{
	(void)state;
	add_slow(PT_HOOK_XMIT, 30 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "segment", "wire");
	assert_non_null(strstr(find("slowest")->text, "outside this host's stack"));
}

/* Merged with what comes before and after it, it holds a queue of this host's. */
static void a_merged_wire_is_not_outside(void **state)
{
	(void)state;
	without = 1U << PT_HOOK_START_XMIT | 1U << PT_HOOK_XMIT;
	add_slow(PT_HOOK_XMIT, 30 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "segment", "qdisc+driver-out+wire");
	assert_null(strstr(find("slowest")->text, "outside"));
}

/* Four of ten have a wakeup of their own, the others lack a stamp: that is not half of them. */
static void what_less_than_half_have_is_not_said_of_half(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DATA_READY] = 9 * NSEC_PER_MSEC;
	add_probes(4);
	segment_ns[PT_HOOK_DATA_READY] = 100;
	add_probes(2);
	without = 1U << PT_HOOK_DATA_READY;
	add_probes(4);
	judge(false);
	assert_int_equal(nr, 0);
}

static void why_is_offered_where_it_looks(void **state)
{
	(void)state;
	add_slow(PT_HOOK_SEND, 30 * NSEC_PER_MSEC);
	judge(false);
	assert_string("slowest", "segment", "syscall-out");
	assert_null(strstr(find("slowest")->text, "--why"));
}

static void netem_holds_packets_whatever_stands_before_them(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DEV_QUEUE] = 10 * NSEC_PER_MSEC;
	why.queue = (struct pt_queue){ .number = NUMBER, .packets = 6, .qdisc = "netem" };
	add_probes(5);
	judge(true);
	assert_string("slow", "cause", "qdisc");
}

static void up_to_is_the_most(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DEV_QUEUE] = 5 * NSEC_PER_MSEC;
	why.queue = (struct pt_queue){ .number = NUMBER, .packets = 6, .qdisc = "tbf" };
	add_probes(5);
	segment_ns[PT_HOOK_XMIT] = 20 * NSEC_PER_MSEC; /* the slowest */
	why.queue.packets = 2;
	add_probes(1);
	judge(true);
	assert_number("slow", "packets", 5);
}

static void a_wait_on_this_host_in_every_other_probe(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DEV_QUEUE] = 5 * NSEC_PER_MSEC;
	segment_ns[PT_HOOK_XMIT] = 20 * NSEC_PER_MSEC;
	why.queue = (struct pt_queue){ .number = NUMBER, .packets = 13, .qdisc = "tbf" };
	add_probes(5);
	judge(true);
	assert_string("slow", "segment", "qdisc");
	assert_string("slow", "cause", "queue");
	assert_number("slow", "packets", 12);
	assert_string("median", "segment", "wire");
	assert_int_equal(nr, 2);
}

static void what_holds_the_median_is_not_said_twice(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DEV_QUEUE] = 5 * NSEC_PER_MSEC;
	add_probes(5);
	judge(true);
	assert_int_equal(nr, 1);
	find("slow");
}

static void each_segment_that_is_slow_is_named(void **state)
{
	(void)state;
	segment_ns[PT_HOOK_DEV_QUEUE] = 5 * NSEC_PER_MSEC;
	segment_ns[PT_HOOK_DATA_READY] = 2 * NSEC_PER_MSEC;
	add_probes(99);
	segment_ns[PT_HOOK_DRIVER_RX] = 3 * NSEC_PER_MSEC;
	segment_ns[PT_HOOK_IP_RCV] = 4 * NSEC_PER_MSEC;
	add_probes(1);
	judge(true);
	assert_int_equal(nr, 4);
	assert_string_equal(findings[0].values[0].string, "qdisc");
	assert_string_equal(findings[1].values[0].string, "wakeup");
	assert_string_equal(findings[2].values[0].string, "driver-in");
	assert_string_equal(findings[3].values[0].string, "ip-in");
}

/* A slow wakeup: who had the CPU. */
static struct pt_wait wait_of(const char *task, uint64_t ns)
{
	struct pt_wait w = { .number = NUMBER, .pid = 42, .cpu = 1, .held_ns = ns };

	w.ready_ns = ns_at(PT_HOOK_DATA_READY);
	w.running_ns = w.ready_ns + ns;
	strncpy(w.task, task, sizeof(w.task) - 1);
	return w;
}

static void cause_cpu_held(void **state)
{
	(void)state;
	cpus[PT_HOOK_COPY] = 1;
	why.wait = wait_of("stress\033[2J", 3100000);
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(true);
	assert_string("slowest", "cause", "cpu-held");
	assert_string("slowest", "task", "stress?[2J");
	assert_number("slowest", "pid", 42);
	assert_number("slowest", "cpu", 1);
	assert_number("slowest", "held_ns", 3100000);
	assert_string_equal(
		find("slowest")->text,
		"The slowest 1 % (10 of 1000 probes) spend 3.10 ms more in wakeup than the median: "
		"`stress?[2J` held CPU 1 for up to 3.10 ms.");
}

static void a_short_wait_explains_no_long_one(void **state)
{
	(void)state;
	why.wait = wait_of("stress", 1500000);
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(true);
	assert_null(strstr(find("slowest")->text, "stress"));
}

static void cause_cpu_idle(void **state)
{
	(void)state;
	why.wait = wait_of("swapper/0", 3100000);
	why.wait.pid = 0;
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(true);
	assert_string("slowest", "cause", "cpu-idle");
}

/* The task was moved to another CPU: who had the first one is not known. */
static void cause_cpu_wait(void **state)
{
	(void)state;
	why.wait = wait_of("", 3100000);
	why.wait.held_ns = 0;
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(true);
	assert_string("slowest", "cause", "cpu-wait");
}

static void cause_neighbour(void **state)
{
	(void)state;
	why.neighbour = (struct pt_neighbour){ .number = NUMBER, .state = NUD_INCOMPLETE };
	add_slow(PT_HOOK_IP_FINISH_OUTPUT2, 12 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "cause", "neighbour");
	assert_string("slowest", "neighbour", "incomplete");
}

/* A stale neighbour's address is used. */
static void a_stale_neighbour_is_no_cause(void **state)
{
	(void)state;
	why.neighbour = (struct pt_neighbour){ .number = NUMBER, .state = NUD_STALE };
	add_slow(PT_HOOK_IP_FINISH_OUTPUT2, 12 * NSEC_PER_MSEC);
	judge(true);
	assert_null(strstr(find("slowest")->text, "neighbour"));
}

static void cause_qdisc(void **state)
{
	(void)state;
	why.queue = (struct pt_queue){ .number = NUMBER, .packets = 1, .qdisc = "netem" };
	add_slow(PT_HOOK_DEV_QUEUE, 12 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "cause", "qdisc");
	assert_string("slowest", "qdisc", "netem");
}

/* Known from the stamps: --why adds who had the CPU. */
static void cause_rps(void **state)
{
	enum pt_hook h;

	(void)state;
	for (h = PT_HOOK_NETIF_RECEIVE; h < PT_NR_HOOKS; h++)
		cpus[h] = 1;
	add_slow(PT_HOOK_DRIVER_RX, 2 * NSEC_PER_MSEC);
	judge(false);
	assert_string("slowest", "cause", "rps");
	assert_number("slowest", "from_cpu", 0);
	assert_number("slowest", "cpu", 1);
}

/* The softirq of the slow ones is asked for when a hook is passed, and begins @late_ns later. */
static void set_receive(enum pt_receiver at, const char *task, enum pt_hook asked_at, uint64_t late_ns)
{
	struct pt_receive *r = &why.receive[at];

	r->number = NUMBER;
	r->pid = 15;
	r->kthread = 1;
	r->raised_ns = ns_at(asked_at);
	r->entered_ns = r->raised_ns + late_ns;
	strncpy(r->task, task, sizeof(r->task) - 1);
}

static void cause_ksoftirqd(void **state)
{
	(void)state;
	set_receive(PT_RECEIVER_NETIF_RECEIVE, "ksoftirqd/0", PT_HOOK_DRIVER_RX, 4 * NSEC_PER_MSEC);
	add_slow(PT_HOOK_DRIVER_RX, 4 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "segment", "driver-in");
	assert_string("slowest", "cause", "ksoftirqd");
	assert_number("slowest", "late_ns", 4000000);
}

/* The driver's part of the wait is before the first hook that sees the reply: in `wire`. */
static void cause_ksoftirqd_of_the_driver(void **state)
{
	(void)state;
	set_receive(PT_RECEIVER_DRIVER_RX, "ksoftirqd/0", PT_HOOK_XMIT, 3 * NSEC_PER_MSEC);
	add_slow(PT_HOOK_XMIT, 4 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "segment", "wire");
	assert_string("slowest", "cause", "ksoftirqd");
	assert_number("slowest", "late_ns", 3000000);
	assert_number("slowest", "busy_ns", 1000100);
}

/* A user's task may call itself so. */
static void cause_softirq_late(void **state)
{
	(void)state;
	set_receive(PT_RECEIVER_DRIVER_RX, "ksoftirqd/0", PT_HOOK_XMIT, 4 * NSEC_PER_MSEC);
	why.receive[PT_RECEIVER_DRIVER_RX].kthread = 0;
	add_slow(PT_HOOK_XMIT, 4 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "cause", "softirq-late");
	assert_string("slowest", "task", "ksoftirqd/0");
}

static void cause_softirq_busy(void **state)
{
	(void)state;
	set_receive(PT_RECEIVER_NETIF_RECEIVE, "bash", PT_HOOK_XMIT, 50);
	why.receive[PT_RECEIVER_NETIF_RECEIVE].kthread = 0;
	add_slow(PT_HOOK_DRIVER_RX, 4 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "cause", "softirq-busy");
	assert_number("slowest", "busy_ns", 4000100);
}

/* Half of the slow probes have to have met it. */
static void what_one_probe_met_is_no_cause(void **state)
{
	(void)state;
	why.wait = wait_of("stress", 3100000);
	add_probes(990);
	segment_ns[PT_HOOK_DATA_READY] += 3100 * NSEC_PER_USEC;
	add_probes(4);
	memset(&why, 0, sizeof(why));
	add_probes(6);
	judge(true);
	assert_null(strstr(find("slowest")->text, "stress"));
}

static void the_most_frequent_task_is_named(void **state)
{
	(void)state;
	add_probes(990);
	segment_ns[PT_HOOK_DATA_READY] += 3100 * NSEC_PER_USEC;
	why.wait = wait_of("often", 3100000);
	add_probes(6);
	why.wait = wait_of("seldom", 3200000);
	segment_ns[PT_HOOK_DATA_READY] += 100 * NSEC_PER_USEC;
	add_probes(4);
	judge(true);
	assert_string("slowest", "task", "often");
}

/* What another probe left in the record's place explains nothing. */
static void another_probes_why_is_no_cause(void **state)
{
	(void)state;
	why.wait = wait_of("stress", 3100000);
	why.wait.number++;
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	judge(true);
	assert_null(strstr(find("slowest")->text, "stress"));
}

/* One of the slow ones that lacks a stamp does not hide what the others have in common. */
static void a_missing_stamp_hides_nothing(void **state)
{
	(void)state;
	add_slow(PT_HOOK_DATA_READY, 3100 * NSEC_PER_USEC);
	without = 1U << PT_HOOK_DATA_READY;
	add_probes(1);
	judge(true);
	assert_string("slowest", "segment", "wakeup");
}

/* A merged segment is explained by what is in any part of it. */
static void a_merged_segment_has_the_causes_of_its_parts(void **state)
{
	(void)state;
	without = 1U << PT_HOOK_DEV_QUEUE;
	why.neighbour = (struct pt_neighbour){ .number = NUMBER, .state = NUD_NONE };
	add_slow(PT_HOOK_IP_FINISH_OUTPUT2, 12 * NSEC_PER_MSEC);
	judge(true);
	assert_string("slowest", "segment", "neigh-out+qdisc");
	assert_string("slowest", "cause", "neighbour");
}

static void losses_come_first_the_most_frequent_before_others(void **state)
{
	struct loss none = { .where = LOSS_FAR, .hook = PT_HOOK_XMIT };
	struct loss filtered = {
		.where = LOSS_OUT,
		.hook = PT_HOOK_IP_LOCAL_OUT,
		.reason = "NETFILTER_DROP",
		.function = "nf_hook_slow",
		.dev = "eth0",
		.advice = "look at it",
	};
	(void)state;

	stats.transmitted = 10;
	stats.losses[0] = (struct loss_count){ .loss = none, .count = 1 };
	stats.losses[1] = (struct loss_count){ .loss = filtered, .count = 3 };
	stats.losses[2] = (struct loss_count){ .loss = none, .count = 0 }; /* came late after all */
	stats.nr_losses = 3;
	judge(false);
	assert_int_equal(nr, 2);
	assert_string_equal(findings[0].text,
			    "3 of 10 probes were lost on the way out, after ip_local_out, in nf_hook_slow "
			    "(NETFILTER_DROP), eth0: look at it.");
	assert_number("lost", "probes", 3);
	assert_number("lost", "of", 10);
	assert_string_equal(value_of("lost", "where")->string, "out");
	assert_string_equal(value_of("lost", "hook")->string, "ip_local_out");
	assert_string_equal(value_of("lost", "reason")->string, "NETFILTER_DROP");
	assert_string_equal(value_of("lost", "function")->string, "nf_hook_slow");
	assert_string_equal(value_of("lost", "dev")->string, "eth0");
	assert_string_equal(findings[1].text, "1 of 10 probes was lost outside, after xmit.");
}

static void more_ways_of_being_lost_than_are_said(void **state)
{
	unsigned int i;
	(void)state;

	stats.transmitted = 100;
	stats.nr_losses = STATS_MAX_LOSSES;
	for (i = 0; i < STATS_MAX_LOSSES; i++)
		stats.losses[i] = (struct loss_count){ .loss = { .where = LOSS_FAR, .hook = i }, .count = 2 };
	judge(false);
	assert_int_equal(nr, 6);
	for (i = 0; i < nr; i++)
		assert_string_equal(findings[i].id, "lost");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(losses_come_first_the_most_frequent_before_others),
		TEST(more_ways_of_being_lost_than_are_said),
		TEST(nothing_is_found_in_a_quiet_run),
		TEST(nothing_is_found_where_only_the_wire_is_long),
		TEST(nothing_is_found_without_tracing),
		TEST(requests_sent_late_are_found),
		TEST(one_request_sent_late_is_one),
		TEST(requests_sent_late_are_found_without_tracing),
		TEST(less_than_a_millisecond_is_not_late),
		TEST(of_few_requests_some_milliseconds_are_not_late),
		TEST(of_many_requests_one_sent_late_is_found_if_others_were_left_out),
		TEST(one_request_in_a_hundred_sent_late_is_found),
		TEST(what_was_not_measured_is_said_beside_others),
		TEST(the_slowest_hundredth_is_compared_with_the_median),
		TEST(what_is_short_or_seldom_is_no_finding),
		TEST(of_few_probes_the_slowest_is_no_finding),
		TEST(a_slow_wire_is_outside),
		TEST(a_merged_wire_is_not_outside),
		TEST(what_less_than_half_have_is_not_said_of_half),
		TEST(why_is_offered_where_it_looks),
		TEST(netem_holds_packets_whatever_stands_before_them),
		TEST(up_to_is_the_most),
		TEST(a_wait_on_this_host_in_every_other_probe),
		TEST(what_holds_the_median_is_not_said_twice),
		TEST(each_segment_that_is_slow_is_named),
		TEST(cause_cpu_held),
		TEST(a_short_wait_explains_no_long_one),
		TEST(cause_cpu_idle),
		TEST(cause_cpu_wait),
		TEST(cause_neighbour),
		TEST(a_stale_neighbour_is_no_cause),
		TEST(cause_qdisc),
		TEST(cause_rps),
		TEST(cause_ksoftirqd),
		TEST(cause_ksoftirqd_of_the_driver),
		TEST(cause_softirq_late),
		TEST(cause_softirq_busy),
		TEST(what_one_probe_met_is_no_cause),
		TEST(the_most_frequent_task_is_named),
		TEST(another_probes_why_is_no_cause),
		TEST(a_missing_stamp_hides_nothing),
		TEST(a_merged_segment_has_the_causes_of_its_parts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
