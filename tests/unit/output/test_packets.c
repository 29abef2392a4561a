// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "output/packets.h"

static struct packets *packets;
static uint64_t gone_ns; /* of the latest */

static int set_up(void **state)
{
	(void)state;
	packets = packets_new(2);
	gone_ns = 0;
	return !packets;
}

static int tear_down(void **state)
{
	(void)state;
	packets_free(packets);
	return 0;
}

static bool add(uint64_t ns, size_t comments_size)
{
	struct packet *p = calloc(1, sizeof(*p) + comments_size);

	assert_non_null(p);
	p->ns = ns;
	p->comments_size = comments_size;
	return packets_add(packets, p);
}

/* Both packets of a probe, whose result comes now. */
static void probe(unsigned int target, uint64_t seq, uint64_t sent_ns, uint64_t answered_ns)
{
	assert_true(add(sent_ns + 1, 0));
	if (answered_ns)
		assert_true(add(answered_ns, 0));
	packets_probe_ended(packets, target, seq, sent_ns);
}

/* How many may go; they are in order. */
static unsigned int go(bool all)
{
	struct packet *p;
	unsigned int n = 0;

	while ((p = packets_next(packets, all))) {
		assert_true(p->ns >= gone_ns);
		gone_ns = p->ns;
		free(p);
		n++;
	}
	return n;
}

static void a_packet_waits_for_every_probe_that_was_sent_earlier(void **state)
{
	(void)state;
	probe(0, 1, 1000, 1500);
	probe(1, 1, 1010, 1400);
	assert_int_equal(go(false), 0); /* others of target 0 may have been sent at 1,000 */
	probe(0, 3, 3000, 3500);
	probe(1, 2, 2010, 2400);
	probe(1, 3, 3010, 3400);
	assert_int_equal(go(false), 0); /* probe 2 of target 0 is under way */
	probe(0, 2, 2000, 3600);
	assert_int_equal(go(false), 7); /* what was sent and answered before 3,000 */
	probe(0, 4, 4000, 0);
	probe(1, 4, 4010, 0);
	assert_int_equal(go(true), 7);
	assert_true(packets_are_gone(packets));
}

static void the_last_one_is_kept_back(void **state)
{
	(void)state;
	probe(0, 1, 1000, 0);
	probe(1, 1, 1000, 0);
	packets_probe_ended(packets, 0, 2, 5000);
	packets_probe_ended(packets, 1, 2, 5000);
	assert_int_equal(go(false), 1);
	assert_false(packets_are_gone(packets));
	assert_int_equal(go(true), 1);
}

static void of_two_at_one_time_the_first_goes_first(void **state)
{
	struct packet *p;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_true(add(1000, 0));
	for (i = 0; i < 100; i++) {
		p = packets_next(packets, true);
		assert_int_equal(p->number, i);
		free(p);
	}
}

/* Probes of one target that end in every order. */
static void probes_end_in_any_order(void **state)
{
	unsigned int n = 0;
	uint64_t seq, round;

	(void)state;
	packets_probe_ended(packets, 1, 1, UINT64_MAX / 2);
	for (round = 0; round < 50; round++)
		for (seq = 1; seq <= 100; seq++) {
			probe(0, round * 100 + (seq * 37 % 101), 1000 * (round * 100 + (seq * 37 % 101)),
			      1000 * (round * 100 + seq + 30) + 500);
			packets_probe_ended(packets, 1, 1, 0);
			n += go(false);
		}
	assert_true(n > 9000);
	assert_int_equal(n + go(true), 10000);
}

/* Of probe 1 nothing is ever heard. */
static void memory_is_bounded_and_the_order_is_kept(void **state)
{
	unsigned int n = 0;
	uint64_t seq;

	(void)state;
	packets_probe_ended(packets, 1, 1, UINT64_MAX / 2);
	for (seq = 2; seq <= 50000; seq++) {
		assert_true(add(seq * 1000 + 1, 2000));
		packets_probe_ended(packets, 0, seq, seq * 1000);
		packets_probe_ended(packets, 1, 1, 0);
		n += go(false);
	}
	assert_true(n > 30000);
	assert_false(add(gone_ns - 1, 0)); /* too late */
	assert_true(add(gone_ns, 0));
	go(true);
}

/* Of every third probe nothing is heard, and the run goes on for long. */
static void where_results_are_missing_packets_do_not_wait_for_the_end(void **state)
{
	unsigned int n = 0;
	uint64_t seq;

	(void)state;
	packets_missing(packets);
	packets_probe_ended(packets, 1, 1, UINT64_MAX / 2);
	for (seq = 1; seq <= 3000; seq++) {
		if (seq % 3 == 0)
			continue;
		probe(0, seq, seq * 1000, seq * 1000 + 500);
		packets_probe_ended(packets, 1, 1, 0);
		n += go(false);
	}
	assert_true(n > 3400 && n < 4000);
	assert_int_equal(n + go(true), 4000);
}

/* A recording may say anything. */
static void numbers_without_measure_do_no_harm(void **state)
{
	unsigned int i;

	(void)state;
	packets_probe_ended(packets, 7, 1, 1000);
	packets_probe_ended(packets, 0, INT64_MAX, 1000);
	packets_probe_ended(packets, 0, INT64_MAX, 1000);
	packets_probe_ended(packets, 0, INT64_MAX - 1, 1000);
	packets_probe_ended(packets, 0, 1, 0);
	for (i = 0; i < 200000; i++)
		packets_probe_ended(packets, i & 1, (uint64_t)i * 7919, i);
	assert_true(add(INT64_MAX, 0));
	assert_true(add(1, 0));
	assert_int_equal(go(true), 2);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_packet_waits_for_every_probe_that_was_sent_earlier),
		TEST(the_last_one_is_kept_back),
		TEST(of_two_at_one_time_the_first_goes_first),
		TEST(probes_end_in_any_order),
		TEST(memory_is_bounded_and_the_order_is_kept),
		TEST(where_results_are_missing_packets_do_not_wait_for_the_end),
		TEST(numbers_without_measure_do_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
