// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "analysis/compare.h"
#include "base/util.h"

/* --- noise, the same on every machine --- */

static uint64_t seed;

/* splitmix64, as a number from 0 to 1. */
static double uniform(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (double)((z ^ (z >> 31)) >> 11) / (1ULL << 53);
}

static double normal(void)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += uniform();
	return sum;
}

#define ROUND_TRIPS 2 /* rtt and user-rtt, here the same */
#define SEGMENTS 10
#define SCALES 8

/* Where the noise of a segment is; it goes on from one run to the next. */
struct noise {
	double near;
	double scales[SCALES];
};

typedef double noise_fn(struct noise *n);

static double independent(struct noise *n)
{
	(void)n;
	return 10000 + 1000 * normal();
}

/* Most are near each other, some take long. */
static double with_a_long_tail(struct noise *n)
{
	(void)n;
	return 10000 - 3000 * log(uniform() + 1e-9) + (uniform() < 0.02 ? 500000 * uniform() : 0);
}

static double like_the_one_before(struct noise *n)
{
	n->near = 0.9 * n->near + normal();
	return 10000 + 500 * n->near;
}

/* Other work comes and goes, for all segments: each state lasts for 50 probes in the mean, a quarter of a run. */
static double under_changing_load(struct noise *n)
{
	static bool loaded;

	(void)n;
	if (uniform() < 0.02 / SEGMENTS)
		loaded = !loaded;
	return (loaded ? 18000 : 10000) + 1000 * normal();
}

/* 1/f: as much in what lasts for one probe as in what lasts for thousands, longer than a run. */
static double flicker(struct noise *n)
{
	double sum = 0, keep = 0;
	int i;

	for (i = 0; i < SCALES; i++) {
		n->scales[i] = keep * n->scales[i] + sqrt(1 - keep * keep) * normal();
		sum += n->scales[i];
		keep = 1 - (1 - keep) / 4;
	}
	return 10000 + 500 * sum;
}

/* A clock that tells steps of 279 ns, and a time that is nearly always the same. */
static double by_a_coarse_clock(struct noise *n)
{
	(void)n;
	return 279 * round((10000 + 100 * normal()) / 279);
}

static double exactly_the_same(struct noise *n)
{
	(void)n;
	return 10000;
}

/* --- runs --- */

/* Probes are added to @t, with @more_ns in each segment of the mask @where. */
static void run(struct measured *t, unsigned int probes, noise_fn *fn, struct noise *noise,
		unsigned int where, int64_t more_ns)
{
	struct result r;
	struct segment *s;
	unsigned int i;

	while (probes--) {
		result_init(&r, RESULT_REPLY, 1);
		memset(&r.path, 0, sizeof(r.path));
		r.path.socket = PT_SOCKET_DGRAM;
		r.path.nr_segments = SEGMENTS;
		for (i = 0; i < SEGMENTS; i++) {
			s = &r.path.segments[i];
			s->from = i;
			s->to = i + 1;
			s->layers = LAYER_BIT(PT_LAYER_IP);
			s->ns = (uint64_t)fn(&noise[i]) + (where & 1U << i ? more_ns : 0);
			r.time_ns += s->ns;
		}
		r.path.total_ns = r.time_ns;
		r.has_path = true;
		r.has_time = true;
		r.time_counts = true;
		measured_add(t, &r);
		t->transmitted++;
		t->received++;
	}
}

static void lose(struct measured *t, unsigned int probes)
{
	struct result r;

	while (probes--) {
		result_init(&r, RESULT_LOST, 1);
		measured_add(t, &r);
		t->transmitted++;
	}
}

static struct measured a, b;
static struct comparison c;
static struct noise noise[SEGMENTS];

static void forget(void)
{
	comparison_free(&c);
	measured_free(&a);
	measured_free(&b);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
}

static int set_up(void **state)
{
	(void)state;
	seed = 1;
	memset(noise, 0, sizeof(noise));
	forget();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	forget();
	return 0;
}

static void compare(void)
{
	comparison_free(&c);
	assert_int_equal(comparison_make(&c, &a, &b), 0);
	comparisons_settle(&c, 1);
}

static unsigned int nr_shown(void)
{
	unsigned int i, nr = c.loss.shown;
	enum compare_percentile p;

	for (i = 0; i < c.nr_rows; i++)
		for (p = 0; p < COMPARE_PERCENTILES; p++)
			nr += c.rows[i].percentiles[p].shown;
	return nr;
}

static const struct comparison_row *row_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < c.nr_rows; i++)
		if (!strcmp(c.rows[i].name, name))
			return &c.rows[i];
	return NULL;
}

/* --- known values --- */

static void assert_close(double got, double want)
{
	if (fabs(got - want) > 1e-6 * fabs(want))
		fail_msg("%.12g is not %.12g", got, want);
}

static void quantiles_of_students_distribution_are_those_of_tables(void **state)
{
	(void)state;
	assert_close(student4_quantile(0.5), 0.7406970841);
	assert_close(student4_quantile(0.05), 2.7764451052);
	assert_close(student4_quantile(0.01), 4.6040948713);
	assert_close(student4_quantile(0.001), 8.6103015814);
	assert_close(student4_quantile(1e-5), 27.771647659);
	assert_close(student4_quantile(1e-7), 87.992235264);
}

static void p_of_fishers_test_is_that_of_textbooks(void **state)
{
	(void)state;
	assert_close(fisher_exact(3, 4, 1, 4), 34.0 / 70); /* the lady tasting tea */
	assert_close(fisher_exact(1, 12, 9, 12), 0.00275945618522);
	assert_close(fisher_exact(9, 12, 1, 12), 0.00275945618522);
	assert_close(fisher_exact(0, 200, 20, 200), 1.15737366676e-6);
	assert_close(fisher_exact(5, 1000, 30, 2000), 0.0177650131179);
	assert_close(fisher_exact(10, 10, 0, 10), 2.0 / 184756);
	assert_close(fisher_exact(0, 200, 0, 200), 1);
	assert_close(fisher_exact(0, 0, 3, 10), 1);
}

/* Five stretches whose medians are off the whole's by -200, -100, 0, 100 and 200 ns: 2 * 100000 / 20 of variance, and the clock's. */
static void the_error_is_that_of_the_stretches(void **state)
{
	static const int order[] = { 2, 4, 0, 3, 1 };
	struct noise same = {};
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		run(&a, 20, exactly_the_same, &same, 1, order[i] * 100);
		run(&b, 20, exactly_the_same, &same, 1, order[4 - i] * 100 + 7000);
	}
	compare();
	assert_string_equal(c.rows[0].name, "rtt");
	assert_int_equal(c.rows[0].percentiles[COMPARE_P50].ns[COMPARE_A], 100200);
	assert_int_equal(c.rows[0].percentiles[COMPARE_P50].ns[COMPARE_B], 107200);
	assert_close(c.rows[0].percentiles[COMPARE_P50].error_ns,
		     sqrt(2 * (100000 / 20.0 + 100.0 * 100 / 12 / 4)));
	assert_close(c.rows[0].percentiles[COMPARE_P50].margin_ns,
		     c.rows[0].percentiles[COMPARE_P50].error_ns *
			     student4_quantile(COMPARE_LEVEL / (1 + ROUND_TRIPS + SEGMENTS)));
}

static void percentiles_are_those_of_all_values(void **state)
{
	struct noise same = {};
	int i;

	(void)state;
	for (i = 1; i <= 200; i++) {
		run(&a, 1, exactly_the_same, &same, 1, i);
		run(&b, 1, exactly_the_same, &same, 1, 201 - i);
	}
	compare();
	assert_int_equal(c.rows[0].percentiles[COMPARE_P50].ns[COMPARE_A], 100100);
	assert_int_equal(c.rows[0].percentiles[COMPARE_P90].ns[COMPARE_A], 100180);
	assert_int_equal(c.rows[0].percentiles[COMPARE_P99].ns[COMPARE_B], 100198);
}

/* --- no difference --- */

#define PAIRS 300
#define PROBES 200

/* One run after the other, cut from the same noise. Returns in how many of PAIRS a difference is shown anywhere. */
static unsigned int false_alarms(noise_fn *fn)
{
	unsigned int i, nr = 0;

	for (i = 0; i < PAIRS; i++) {
		forget();
		run(&a, PROBES, fn, noise, 0, 0);
		run(&b, PROBES, fn, noise, 0, 0);
		compare();
		nr += nr_shown() > 0;
	}
	print_message("# %u of %u\n", nr, PAIRS);
	return nr;
}

static void noise_is_no_difference(void **state)
{
	noise_fn *const *fn = (noise_fn *const *)*state;

	assert_in_range(false_alarms(*fn), 0, PAIRS * 5 / 100);
}

static void equal_runs_do_not_differ(void **state)
{
	struct noise same[SEGMENTS] = {};

	(void)state;
	run(&a, 200, exactly_the_same, same, 0, 0);
	run(&b, 200, exactly_the_same, same, 0, 0);
	compare();
	assert_int_equal(nr_shown(), 0);
	assert_int_equal(c.nr_rows, ROUND_TRIPS + SEGMENTS);
}

/* --- a difference --- */

static void five_microseconds_in_one_segment_are_found_there(void **state)
{
	unsigned int i, found = 0, elsewhere = 0;
	const struct comparison_row *row;

	(void)state;
	for (i = 0; i < PAIRS; i++) {
		forget();
		run(&a, PROBES, with_a_long_tail, noise, 0, 0);
		run(&b, PROBES, with_a_long_tail, noise, 1U << PT_HOOK_DEV_QUEUE, 5000);
		compare();
		row = row_of("qdisc");
		found += row->percentiles[COMPARE_P50].shown;
		row = row_of("neigh-out");
		elsewhere += row->percentiles[COMPARE_P50].shown;
	}
	print_message("# found in %u of %u, elsewhere in %u\n", found, PAIRS, elsewhere);
	assert_in_range(found, PAIRS * 9 / 10, PAIRS);
	assert_in_range(elsewhere, 0, PAIRS / 100);
}

static void the_true_difference_lies_within_the_margin(void **state)
{
	unsigned int i, outside = 0;
	const struct percentile_pair *p;

	(void)state;
	for (i = 0; i < PAIRS; i++) {
		forget();
		run(&a, PROBES, independent, noise, 0, 0);
		run(&b, PROBES, independent, noise, 1U << PT_HOOK_DEV_QUEUE, 5000);
		compare();
		p = &row_of("qdisc")->percentiles[COMPARE_P50];
		outside += fabs(percentile_difference(p) - 5000) > p->margin_ns;
	}
	assert_in_range(outside, 0, PAIRS / 100);
}

static void a_longer_tail_is_found_though_the_median_is_the_same(void **state)
{
	unsigned int i;

	(void)state;
	run(&a, 2000, independent, noise, 0, 0);
	for (i = 0; i < 2000; i++)
		run(&b, 1, independent, noise, 1, i % 5 ? 0 : 50000);
	compare();
	assert_false(row_of("syscall-out")->percentiles[COMPARE_P50].shown);
	assert_true(row_of("syscall-out")->percentiles[COMPARE_P90].shown);
	assert_true(row_of("syscall-out")->percentiles[COMPARE_P99].shown);
}

static void few_probes_show_nothing(void **state)
{
	(void)state;
	run(&a, compare_values_needed(COMPARE_P50) - 1, independent, noise, 0, 0);
	run(&b, 1000, independent, noise, 1, 1000000);
	compare();
	assert_int_equal(nr_shown(), 0);
	run(&a, 1, independent, noise, 0, 0);
	compare();
	assert_true(row_of("rtt")->percentiles[COMPARE_P50].shown);
	assert_false(row_of("rtt")->percentiles[COMPARE_P90].enough);
}

static void the_more_is_compared_the_wider_the_margins(void **state)
{
	struct comparison many[10];
	double alone;
	int i;

	(void)state;
	run(&a, 200, independent, noise, 0, 0);
	run(&b, 200, independent, noise, 0, 0);
	compare();
	alone = c.rows[0].percentiles[COMPARE_P50].margin_ns;
	for (i = 0; i < 10; i++)
		assert_int_equal(comparison_make(&many[i], &a, &b), 0);
	assert_int_equal(comparisons_settle(many, 10), 10 * (1 + 2 * (ROUND_TRIPS + SEGMENTS)));
	assert_true(many[9].rows[0].percentiles[COMPARE_P50].margin_ns > 1.5 * alone);
	for (i = 0; i < 10; i++)
		comparison_free(&many[i]);
}

static void what_one_run_has_not_is_not_compared(void **state)
{
	struct noise same[SEGMENTS] = {};

	(void)state;
	run(&a, 100, exactly_the_same, same, 0, 0);
	lose(&b, 100);
	compare();
	assert_int_equal(c.nr_rows, ROUND_TRIPS + SEGMENTS);
	assert_non_null(c.rows[0].series[COMPARE_A]);
	assert_null(c.rows[0].series[COMPARE_B]);
	assert_true(c.loss.shown);
	assert_int_equal(nr_shown(), 1);
}

/* --- losses --- */

/* A probe in @every is lost. */
static void lossy(struct measured *t, unsigned int probes, double rate, double burst)
{
	struct noise same[SEGMENTS] = {};
	bool lost = false;

	while (probes--) {
		if (lost ? uniform() < 1 / burst : uniform() < rate / (1 - rate) / burst)
			lost = !lost;
		if (lost)
			lose(t, 1);
		else
			run(t, 1, exactly_the_same, same, 0, 0);
	}
}

static unsigned int losses_shown(double rate_a, double rate_b, double burst, unsigned int probes)
{
	unsigned int i, nr = 0;

	for (i = 0; i < PAIRS; i++) {
		forget();
		lossy(&a, probes, rate_a, burst);
		lossy(&b, probes, rate_b, burst);
		compare();
		nr += c.loss.shown;
	}
	print_message("# %u of %u\n", nr, PAIRS);
	return nr;
}

static void equal_loss_is_no_difference_whether_it_comes_alone_or_in_bursts(void **state)
{
	(void)state;
	assert_in_range(losses_shown(0.05, 0.05, 1 / 0.95, 200), 0, 1);
	assert_in_range(losses_shown(0.05, 0.05, 5, 200), 0, 3);
	assert_in_range(losses_shown(0.05, 0.05, 20, 1000), 0, 3);
}

static void more_loss_is_found(void **state)
{
	(void)state;
	assert_in_range(losses_shown(0, 0.15, 1 / 0.85, 200), PAIRS * 9 / 10, PAIRS);
}

/* One outage of 30 probes is one event, and may come into any run. */
static void one_outage_is_no_loss_rate(void **state)
{
	struct noise same[SEGMENTS] = {};

	(void)state;
	run(&a, 200, exactly_the_same, same, 0, 0);
	run(&b, 85, exactly_the_same, same, 0, 0);
	lose(&b, 30);
	run(&b, 85, exactly_the_same, same, 0, 0);
	compare();
	assert_int_equal(c.loss.lost[COMPARE_B], 30);
	assert_false(c.loss.shown);
}

static void nothing_compares_with_nothing(void **state)
{
	(void)state;
	compare();
	assert_int_equal(c.nr_rows, 0);
	assert_false(c.loss.shown);
	assert_int_equal(nr_shown(), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	static noise_fn *kinds[] = { independent,	  with_a_long_tail, like_the_one_before,
				     under_changing_load, flicker,	    by_a_coarse_clock };
#define NOISE_TEST(i, name_) \
	{ \
		.name = "no_difference_in_noise_" name_, .test_func = noise_is_no_difference, \
		.setup_func = NULL, .teardown_func = tear_down, .initial_state = &kinds[i] \
	}
	const struct CMUnitTest tests[] = {
		TEST(quantiles_of_students_distribution_are_those_of_tables),
		TEST(p_of_fishers_test_is_that_of_textbooks),
		TEST(the_error_is_that_of_the_stretches),
		TEST(percentiles_are_those_of_all_values),
		NOISE_TEST(0, "that_is_independent"),
		NOISE_TEST(1, "with_a_long_tail"),
		NOISE_TEST(2, "that_is_like_the_one_before"),
		NOISE_TEST(3, "of_a_load_that_comes_and_goes"),
		NOISE_TEST(4, "that_drifts_for_longer_than_a_run"),
		NOISE_TEST(5, "of_a_coarse_clock"),
		TEST(equal_runs_do_not_differ),
		TEST(five_microseconds_in_one_segment_are_found_there),
		TEST(the_true_difference_lies_within_the_margin),
		TEST(a_longer_tail_is_found_though_the_median_is_the_same),
		TEST(few_probes_show_nothing),
		TEST(the_more_is_compared_the_wider_the_margins),
		TEST(what_one_run_has_not_is_not_compared),
		TEST(equal_loss_is_no_difference_whether_it_comes_alone_or_in_bursts),
		TEST(more_loss_is_found),
		TEST(one_outage_is_no_loss_rate),
		TEST(nothing_compares_with_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
