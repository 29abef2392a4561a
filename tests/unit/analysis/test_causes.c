// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/neighbour.h>
#include <string.h>
#include "analysis/causes.h"
#include "base/util.h"

#define NUMBER 7
#define READY_NS 5000000
#define COPY_NS 9000000

static struct pt_record rec;
static struct pt_why raw;
static struct causes causes;

static void stamp(enum pt_hook hook, uint64_t ns, uint16_t cpu)
{
	rec.stamps[hook] = (struct pt_stamp){ .ns = ns, .number = NUMBER, .cpu = cpu };
}

/* A reply that was in the socket's queue at 5 ms, and taken at 9 ms; the task had waited from 6 to 8 ms. */
static int set_up(void **state)
{
	(void)state;
	memset(&rec, 0, sizeof(rec));
	memset(&raw, 0, sizeof(raw));
	rec.number = NUMBER;
	stamp(PT_HOOK_SENDMSG, 1000000, 1);
	stamp(PT_HOOK_DRIVER_RX, 3000000, 0);
	stamp(PT_HOOK_NETIF_RECEIVE, 4000000, 0);
	stamp(PT_HOOK_DATA_READY, READY_NS, 0);
	stamp(PT_HOOK_COPY, COPY_NS, 1);
	raw.wait = (struct pt_wait){ .number = NUMBER, .pid = 42, .cpu = 1, .task = "stress" };
	raw.wait.ready_ns = 6000000;
	raw.wait.running_ns = 8000000;
	raw.wait.held_ns = 1500000;
	return 0;
}

static void look(const struct pt_why *told)
{
	struct stamp stamps[PT_NR_HOOKS];

	record_stamps(stamps, &rec);
	causes_of(&causes, stamps, &rec, told);
}

static void assert_text(const char *expected)
{
	char text[CAUSES_TEXT_SIZE];

	look(&raw);
	assert_string_equal(causes_text(text, &causes), expected);
}

static void without_collecting_the_stamps_tell_cpus(void **state)
{
	(void)state;
	look(NULL);
	assert_int_equal(causes.nr_cpus, 2);
	assert_int_equal(causes.cpus[0], 1);
	assert_int_equal(causes.cpus[1], 0);
	assert_false(causes.has_rps || causes.has_wait || causes.has_queue);
	stamp(PT_HOOK_NETIF_RECEIVE, 4000000, 3);
	look(NULL);
	assert_true(causes.has_rps);
	assert_int_equal(causes.rps_from, 0);
	assert_int_equal(causes.rps_to, 3);
}

static void no_cpu_is_made_up(void **state)
{
	(void)state;
	stamp(PT_HOOK_DRIVER_RX, 3000000, PT_CPU_UNKNOWN);
	look(NULL);
	assert_int_equal(causes.nr_cpus, 2);
	assert_false(causes.has_rps);
}

static void who_held_the_cpu(void **state)
{
	(void)state;
	assert_text("`stress` held CPU 1 for 1.50 ms");
	assert_int_equal(causes.wait_ns, 2000000);
	assert_int_equal(causes.running_ns, 8000000);
	assert_int_equal(causes.wait_cpu, 1);
}

/* What was before the reply was there did not delay it. */
static void a_wait_counts_from_the_replys_arrival(void **state)
{
	(void)state;
	raw.wait.ready_ns = 1000000;
	raw.wait.held_ns = 7000000;
	look(&raw);
	assert_int_equal(causes.wait_ns, 3000000);
	assert_int_equal(causes.held_ns, 3000000);
}

/* 4 ms of the wait were over when the reply came: who had the CPU for no longer than that may have had it then. */
static void who_may_have_held_the_cpu_before_is_not_blamed(void **state)
{
	(void)state;
	raw.wait.ready_ns = 1000000;
	raw.wait.held_ns = 4000000;
	assert_text("ready to run 3.00 ms before it got CPU 1");
}

static void a_wait_that_was_over_before_says_nothing(void **state)
{
	(void)state;
	raw.wait.ready_ns = 1000000;
	raw.wait.running_ns = READY_NS - 1;
	assert_text("");
	raw.wait.running_ns = COPY_NS + 1;
	assert_text("");
	raw.wait.ready_ns = COPY_NS;
	raw.wait.running_ns = 8000000;
	assert_text("");
	assert_false(causes.has_wait);
}

/* Where the socket's hook is missing, the last one before it is what the reply had reached. */
static void without_data_ready_the_last_hook_counts(void **state)
{
	(void)state;
	rec.stamps[PT_HOOK_DATA_READY].ns = 0;
	raw.wait.ready_ns = 1000000;
	look(&raw);
	assert_int_equal(causes.wait_ns, 4000000);
}

static void an_idle_cpu_is_no_task(void **state)
{
	(void)state;
	raw.wait.pid = 0;
	assert_text("ready to run 2.00 ms before it got CPU 1, which was idle");
	assert_string_equal(causes.holder, "");
}

static void a_task_that_is_not_to_be_seen_has_no_name(void **state)
{
	(void)state;
	raw.wait.pid = PT_PID_HIDDEN;
	raw.receive[PT_RECEIVER_DRIVER_RX] = (struct pt_receive){ .number = NUMBER, .pid = PT_PID_HIDDEN };
	assert_text("a task of another user held CPU 1 for 1.50 ms");
	assert_true(causes.holder_hidden && causes.receive[PT_RECEIVER_DRIVER_RX].task_hidden);
	assert_false(causes.held_idle || causes.receive[PT_RECEIVER_DRIVER_RX].from_idle);
	assert_int_equal(causes.holder_pid, 0);
	assert_string_equal(causes.holder, "");
	assert_string_equal(causes.receive[PT_RECEIVER_DRIVER_RX].task, "");
}

static void parts_of_another_probe_are_not_known(void **state)
{
	enum pt_receiver at;

	(void)state;
	raw.wait.number = NUMBER + 1;
	raw.queue = (struct pt_queue){ .number = NUMBER + 1, .packets = 9 };
	raw.neighbour = (struct pt_neighbour){ .number = NUMBER + 1, .state = NUD_NONE };
	for (at = 0; at < PT_NR_RECEIVERS; at++)
		raw.receive[at] = (struct pt_receive){ .number = NUMBER + 1, .pid = 1, .kthread = 1 };
	assert_text("");
	assert_false(causes.has_wait || causes.has_queue || causes.neighbour || causes.receive[0].known);
}

static void names_are_harmless(void **state)
{
	(void)state;
	memcpy(raw.wait.task, "\033[31mred\n\"evil\"", 15);
	assert_text("`?[31mred?\"evil\"` held CPU 1 for 1.50 ms");
}

static void the_softirq_at_the_driver(void **state)
{
	struct pt_receive *r = &raw.receive[PT_RECEIVER_DRIVER_RX];

	(void)state;
	raw.wait.number = 0;
	*r = (struct pt_receive){ .number = NUMBER, .pid = 15, .kthread = 1, .task = "ksoftirqd/0" };
	r->raised_ns = 1500000;
	r->entered_ns = 2700000;
	assert_text("driver_rx in ksoftirqd on CPU 0; the softirq of driver_rx began 1.20 ms late; "
		    "the softirq of driver_rx was busy with other packets for 0.30 ms");
	/* Outside of the softirq its times mean nothing. */
	r->raised_ns = 0;
	assert_text("driver_rx in ksoftirqd on CPU 0");
	assert_false(causes.receive[PT_RECEIVER_DRIVER_RX].in_softirq);
	r->raised_ns = 1500000;
	r->entered_ns = 3000001;
	look(&raw);
	assert_false(causes.receive[PT_RECEIVER_DRIVER_RX].in_softirq);
}

/* In the backlog a reply waits from driver_rx on, whenever the softirq was asked for. */
static void the_softirq_of_the_backlog(void **state)
{
	struct pt_receive *r = &raw.receive[PT_RECEIVER_NETIF_RECEIVE];

	(void)state;
	raw.wait.number = 0;
	*r = (struct pt_receive){ .number = NUMBER, .raised_ns = 1000000, .entered_ns = 3600000 };
	look(&raw);
	assert_int_equal(causes.receive[PT_RECEIVER_NETIF_RECEIVE].late_ns, 600000);
	assert_int_equal(causes.receive[PT_RECEIVER_NETIF_RECEIVE].busy_ns, 400000);
	r->entered_ns = 2000000;
	look(&raw);
	assert_int_equal(causes.receive[PT_RECEIVER_NETIF_RECEIVE].late_ns, 0);
	assert_int_equal(causes.receive[PT_RECEIVER_NETIF_RECEIVE].busy_ns, 1000000);
}

static void the_queue_and_the_neighbour(void **state)
{
	(void)state;
	raw.wait.number = 0;
	raw.queue = (struct pt_queue){ .number = NUMBER, .packets = 2, .qdisc = "tbf" };
	raw.neighbour = (struct pt_neighbour){ .number = NUMBER, .state = NUD_FAILED };
	assert_text("the neighbour's address was asked for (failed); 1 packet before it in the queue (tbf)");
	raw.queue.packets = 1;
	raw.neighbour.state = NUD_STALE;
	assert_text("");
	assert_string_equal(causes.neighbour, "stale");
	raw.neighbour.state = NUD_REACHABLE;
	look(&raw);
	assert_null(causes.neighbour);
	assert_false(causes.neighbour_waits);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_collecting_the_stamps_tell_cpus),
		TEST(no_cpu_is_made_up),
		TEST(who_held_the_cpu),
		TEST(a_wait_counts_from_the_replys_arrival),
		TEST(who_may_have_held_the_cpu_before_is_not_blamed),
		TEST(a_wait_that_was_over_before_says_nothing),
		TEST(without_data_ready_the_last_hook_counts),
		TEST(an_idle_cpu_is_no_task),
		TEST(a_task_that_is_not_to_be_seen_has_no_name),
		TEST(parts_of_another_probe_are_not_known),
		TEST(names_are_harmless),
		TEST(the_softirq_at_the_driver),
		TEST(the_softirq_of_the_backlog),
		TEST(the_queue_and_the_neighbour),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
