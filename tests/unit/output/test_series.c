// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/util.h"
#include "output/html/series.h"

#define LIMIT 64
#define STARTED 1000000000ULL

static struct series series;
static struct run_info run;

static int begin(void **state)
{
	(void)state;
	memset(&run, 0, sizeof(run));
	run.started.monotonic_ns = STARTED;
	run.interval_ns = 10 * NSEC_PER_MSEC;
	series_init(&series, &run, LIMIT);
	return 0;
}

static int end(void **state)
{
	(void)state;
	series_free(&series);
	return 0;
}

static uint64_t sent_at(uint64_t seq)
{
	return STARTED + 3333333 + seq * run.interval_ns;
}

/* Of 1000 + @seq ns: a third of it in one segment, the rest in another. */
static void reply(uint64_t seq, uint64_t sent_ns, bool late)
{
	struct result r;
	uint64_t total = 1000 + seq;

	result_init(&r, RESULT_REPLY, seq);
	r.sent_ns = sent_ns;
	r.late = late;
	r.has_path = true;
	memset(&r.path, 0, sizeof(r.path));
	r.path.total_ns = total;
	r.path.nr_segments = 2;
	r.path.segments[0] =
		(struct segment){ PT_HOOK_SEND, PT_HOOK_XMIT, LAYER_BIT(PT_LAYER_SOCKET), total / 3 };
	r.path.segments[1] =
		(struct segment){ PT_HOOK_XMIT, PT_HOOK_RECV, LAYER_BIT(PT_LAYER_WIRE), total - total / 3 };
	series_add(&series, &run, &r);
}

static void lost(uint64_t seq, uint64_t sent_ns)
{
	struct result r;

	result_init(&r, RESULT_LOST, seq);
	r.sent_ns = sent_ns;
	series_add(&series, &run, &r);
}

/* Of all buckets. */
static void totals(uint64_t *replies, uint64_t *losses, uint64_t *ns, uint64_t *segments_ns)
{
	unsigned int i, j;

	*replies = *losses = *ns = *segments_ns = 0;
	for (i = 0; i < series.nr; i++) {
		*replies += series.buckets[i].total.count;
		*losses += series.buckets[i].lost;
		*ns += series.buckets[i].total.sum;
		for (j = 0; j < SERIES_SEGMENTS; j++)
			*segments_ns += series.buckets[i].segment_ns[j];
	}
}

static void a_probe_at_an_interval_is_alone_in_its_bucket(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < LIMIT; i++)
		reply(i, sent_at(i) + (i % 2 ? 4 : 0) * NSEC_PER_MSEC, false);
	assert_int_equal(series.nr, LIMIT);
	for (i = 0; i < LIMIT; i++) {
		assert_int_equal(series.buckets[i].total.count, 1);
		assert_int_equal(series.buckets[i].total.sum, 1000 + i);
	}
}

static void each_probe_counts_however_often_buckets_became_one(void **state)
{
	uint64_t replies, losses, ns, segments_ns, want = 0, i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		if (i % 10 == 3) {
			lost(i, sent_at(i));
		} else {
			reply(i, sent_at(i), false);
			want += 1000 + i;
		}
		assert_true(series.nr <= LIMIT);
	}
	totals(&replies, &losses, &ns, &segments_ns);
	assert_int_equal(replies, 90000);
	assert_int_equal(losses, 10000);
	assert_int_equal(ns, want);
	assert_int_equal(segments_ns, want);
	assert_int_equal(series.width_ns, run.interval_ns * 2048);
	assert_int_equal(series.nr_segments, 2);
	assert_false(series.incomplete);
}

static void a_probe_is_in_the_bucket_of_its_time(void **state)
{
	uint64_t i, first;
	unsigned int b;

	(void)state;
	for (i = 0; i < 1000; i++)
		reply(i, sent_at(i), false);
	for (b = 0; b + 1 < series.nr; b++) {
		first = (series.begin_ns + b * series.width_ns - sent_at(0)) / run.interval_ns + 1;
		if (!b)
			first = 0;
		assert_int_equal(series.buckets[b].total.min, 1000 + first);
	}
}

static void an_earlier_probe_may_be_told_of_later(void **state)
{
	(void)state;
	reply(5, sent_at(5), false);
	lost(0, sent_at(0));
	assert_int_equal(series.buckets[0].lost, 1);
	assert_int_equal(series.buckets[5].total.count, 1);
	assert_int_equal(series.untimed, 0);
}

static void a_late_reply_takes_its_loss_back(void **state)
{
	(void)state;
	lost(0, sent_at(0));
	reply(0, sent_at(0), true);
	assert_int_equal(series.buckets[0].lost, 0);
	assert_int_equal(series.buckets[0].total.count, 1);
}

/* A recording may say anything. */
static void no_time_is_too_far_away(void **state)
{
	uint64_t replies, losses, ns, segments_ns;

	(void)state;
	lost(0, 0);
	assert_int_equal(series.untimed, 1);
	reply(1, 1, false);
	reply(2, UINT64_MAX, false);
	reply(3, INT64_MAX, false);
	reply(4, STARTED, false);
	assert_true(series.nr <= LIMIT);
	totals(&replies, &losses, &ns, &segments_ns);
	assert_int_equal(replies, 4);
	assert_int_equal(ns, segments_ns);
}

static void a_group_is_the_sum_of_its_buckets(void **state)
{
	struct series_bucket g;
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++)
		reply(i, sent_at(i), false);
	series_group(&series, 8, 4, &g);
	assert_int_equal(g.total.count, 2);
	assert_int_equal(g.total.sum, 2000 + 8 + 9);
	assert_int_equal(series_mean(&series, &g, 0) + series_mean(&series, &g, 1), 1009);
	histogram_free(&g.total);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_probe_at_an_interval_is_alone_in_its_bucket),
		TEST(each_probe_counts_however_often_buckets_became_one),
		TEST(a_probe_is_in_the_bucket_of_its_time),
		TEST(an_earlier_probe_may_be_told_of_later),
		TEST(a_late_reply_takes_its_loss_back),
		TEST(no_time_is_too_far_away),
		TEST(a_group_is_the_sum_of_its_buckets),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
