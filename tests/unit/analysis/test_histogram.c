// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/histogram.h"
#include "base/util.h"

static struct histogram histogram;

/* splitmix64: the same values on every machine. */
static uint64_t pseudo_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* As many small values as large ones: of every length in bits. */
static uint64_t random_of_any_size(uint64_t *seed)
{
	uint64_t value = pseudo_random(seed);

	return value >> (pseudo_random(seed) % 64);
}

static int clear(void **state)
{
	(void)state;
	histogram_free(&histogram);
	return 0;
}

/* The error is under 0.4 % of @exact. */
static void assert_near(uint64_t got, uint64_t exact)
{
	uint64_t error = got > exact ? got - exact : exact - got;

	if (error && error > (exact - 1) / 250)
		fail_msg("%llu for %llu", (unsigned long long)got, (unsigned long long)exact);
}

/* With the ends of the range beside it, a value is read from its bucket, not from min or max. */
static uint64_t read_back(uint64_t ns)
{
	histogram_free(&histogram);
	histogram_add(&histogram, 0);
	histogram_add(&histogram, ns);
	histogram_add(&histogram, UINT64_MAX);
	return histogram_permille(&histogram, 500);
}

static void small_values_are_exact(void **state)
{
	uint64_t ns;

	(void)state;
	for (ns = 0; ns < 2U << HISTOGRAM_BITS; ns++)
		assert_int_equal(read_back(ns), ns);
}

static void values_up_to_65536_are_read_within_the_bound(void **state)
{
	uint64_t ns;

	(void)state;
	for (ns = 0; ns <= 65536; ns++)
		assert_near(read_back(ns), ns);
}

static void powers_of_two_and_their_neighbours_are_read_within_the_bound(void **state)
{
	unsigned int bit, sub;
	uint64_t ns;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		ns = 1ULL << bit;
		assert_near(read_back(ns - 1), ns - 1);
		assert_near(read_back(ns), ns);
		assert_near(read_back(ns + 1), ns + 1);
	}
	/* Both ends of every bucket in between. */
	for (bit = HISTOGRAM_BITS; bit < 64; bit++) {
		for (sub = 0; sub < 1U << HISTOGRAM_BITS; sub++) {
			ns = (1ULL << bit) + ((uint64_t)sub << (bit - HISTOGRAM_BITS));
			assert_near(read_back(ns), ns);
			assert_near(read_back(ns - 1), ns - 1);
		}
	}
	assert_near(read_back(UINT64_MAX), UINT64_MAX);
	assert_near(read_back(UINT64_MAX - 1), UINT64_MAX - 1);
}

static void values_of_any_size_are_read_within_the_bound(void **state)
{
	uint64_t seed = 1, ns;
	unsigned int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		ns = random_of_any_size(&seed);
		assert_near(read_back(ns), ns);
		/* Uniform over the 64 bits, too: the values next to the far end. */
		ns = pseudo_random(&seed);
		assert_near(read_back(ns), ns);
	}
}

static void greater_values_are_read_no_smaller(void **state)
{
	uint64_t ns, last = 0, got;

	(void)state;
	for (ns = 0; ns < UINT64_MAX / 1025 * 1024; ns += 1 + ns / 1024) {
		got = read_back(ns);
		assert_true(got >= last);
		last = got;
	}
}

static void empty_histogram_is_all_zero(void **state)
{
	unsigned int permille;

	(void)state;
	assert_int_equal(histogram_mean(&histogram), 0);
	for (permille = 0; permille <= 1000; permille++)
		assert_int_equal(histogram_permille(&histogram, permille), 0);
}

static void one_value_is_every_percentile_exactly(void **state)
{
	static const uint64_t values[] = {
		0, 1, 127, 128, 255, 257, 20013345, 1ULL << 40, UINT64_MAX - 1, UINT64_MAX
	};
	unsigned int i, permille;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		clear(state);
		histogram_add(&histogram, values[i]);
		assert_int_equal(histogram.count, 1);
		assert_int_equal(histogram.min, values[i]);
		assert_int_equal(histogram.max, values[i]);
		assert_int_equal(histogram_mean(&histogram), values[i]);
		for (permille = 0; permille <= 1000; permille++)
			assert_int_equal(histogram_permille(&histogram, permille), values[i]);
	}
}

static void equal_values_are_every_percentile_exactly(void **state)
{
	unsigned int i, permille;

	(void)state;
	for (i = 0; i < 1000; i++)
		histogram_add(&histogram, 20013345);
	assert_int_equal(histogram_mean(&histogram), 20013345);
	for (permille = 0; permille <= 1000; permille++)
		assert_int_equal(histogram_permille(&histogram, permille), 20013345);
}

static void permille_0_is_the_least_and_1000_the_greatest_value(void **state)
{
	uint64_t seed = 3, ns, min = UINT64_MAX, max = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		ns = random_of_any_size(&seed);
		min = ns < min ? ns : min;
		max = ns > max ? ns : max;
		histogram_add(&histogram, ns);
		assert_int_equal(histogram_permille(&histogram, 0), min);
		assert_int_equal(histogram_permille(&histogram, 1000), max);
		assert_int_equal(histogram.min, min);
		assert_int_equal(histogram.max, max);
		assert_int_equal(histogram.count, i + 1);
	}
}

static void percentiles_of_one_to_a_hundred_are_those_of_the_textbook(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 100; i > 0; i--)
		histogram_add(&histogram, i);
	assert_int_equal(histogram_permille(&histogram, 0), 1);
	assert_int_equal(histogram_permille(&histogram, 10), 1);
	assert_int_equal(histogram_permille(&histogram, 11), 2);
	assert_int_equal(histogram_permille(&histogram, 500), 50);
	assert_int_equal(histogram_permille(&histogram, 501), 51);
	assert_int_equal(histogram_permille(&histogram, 900), 90);
	assert_int_equal(histogram_permille(&histogram, 990), 99);
	assert_int_equal(histogram_permille(&histogram, 991), 100);
	assert_int_equal(histogram_permille(&histogram, 999), 100);
	assert_int_equal(histogram_permille(&histogram, 1000), 100);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Nearest rank, by its definition: the first value at or below which this share of all lies. */
static uint64_t nearest_rank(const uint64_t sorted[], unsigned int nr, unsigned int permille)
{
	unsigned int k;

	for (k = 1; k < nr && (uint64_t)k * 1000 < (uint64_t)nr * permille; k++)
		;
	return sorted[k - 1];
}

#define MAX_VALUES 3000

static void check_percentiles(uint64_t values[], unsigned int nr)
{
	uint64_t got, last = 0;
	unsigned int i, permille;

	clear(NULL);
	for (i = 0; i < nr; i++)
		histogram_add(&histogram, values[i]);
	qsort(values, nr, sizeof(values[0]), by_value);
	for (permille = 0; permille <= 1000; permille++) {
		got = histogram_permille(&histogram, permille);
		assert_near(got, nearest_rank(values, nr, permille));
		assert_in_range(got, values[0], values[nr - 1]);
		assert_true(got >= last);
		last = got;
	}
	assert_int_equal(histogram.min, values[0]);
	assert_int_equal(histogram.max, values[nr - 1]);
}

static void percentiles_are_those_of_the_sorted_values_by_nearest_rank(void **state)
{
	static const unsigned int sizes[] = { 1,  2,  3,  4,   5,   7,	 9,   10,   11,	  19,
					      20, 21, 99, 100, 101, 500, 999, 1000, 1001, MAX_VALUES };
	static uint64_t values[MAX_VALUES];
	unsigned int i, k;
	uint64_t seed = 4;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (k = 0; k < sizes[i]; k++)
			values[k] = random_of_any_size(&seed);
		check_percentiles(values, sizes[i]);

		/* Round trips of a LAN: close together, and a few far out. */
		for (k = 0; k < sizes[i]; k++)
			values[k] = 200000 + pseudo_random(&seed) % 50000 + (k % 50 ? 0 : 90000000);
		check_percentiles(values, sizes[i]);

		for (k = 0; k < sizes[i]; k++)
			values[k] = pseudo_random(&seed) % 5;
		check_percentiles(values, sizes[i]);

		for (k = 0; k < sizes[i]; k++)
			values[k] = UINT64_MAX - pseudo_random(&seed) % (1ULL << 60);
		check_percentiles(values, sizes[i]);
	}
}

static void sum_and_mean_are_exact(void **state)
{
	uint64_t seed = 5, sum = 0, ns, mean, error;
	unsigned int i;

	(void)state;
	for (i = 1; i <= 20000; i++) {
		ns = pseudo_random(&seed) % (600 * NSEC_PER_SEC);
		sum += ns;
		histogram_add(&histogram, ns);
		assert_int_equal(histogram.sum, sum);
		/* Nearest: no whole number lies closer to sum / i. */
		mean = histogram_mean(&histogram);
		error = mean * i > sum ? mean * i - sum : sum - mean * i;
		assert_true(2 * error <= i);
	}
}

static void mean_is_rounded_to_the_nearest(void **state)
{
	(void)state;
	histogram_add(&histogram, 1);
	histogram_add(&histogram, 1);
	histogram_add(&histogram, 2);
	assert_int_equal(histogram_mean(&histogram), 1);
	clear(state);
	histogram_add(&histogram, 1);
	histogram_add(&histogram, 2);
	histogram_add(&histogram, 2);
	assert_int_equal(histogram_mean(&histogram), 2);
}

/* In all that can be asked. */
static void assert_equal(const struct histogram *a, const struct histogram *b)
{
	unsigned int permille;

	assert_int_equal(a->count, b->count);
	assert_int_equal(a->sum, b->sum);
	assert_int_equal(a->min, b->min);
	assert_int_equal(a->max, b->max);
	assert_int_equal(a->nr_buckets, b->nr_buckets);
	assert_int_equal(a->room, b->room);
	for (permille = 0; permille <= 1000; permille++)
		assert_int_equal(histogram_permille(a, permille), histogram_permille(b, permille));
}

static void order_of_the_values_does_not_matter(void **state)
{
	struct histogram other = {};
	uint64_t seed, ns[500];
	unsigned int i;

	(void)state;
	for (i = 0, seed = 6; i < ARRAY_SIZE(ns); i++)
		ns[i] = random_of_any_size(&seed) >> 16;
	for (i = 0; i < ARRAY_SIZE(ns); i++) {
		histogram_add(&histogram, ns[i]);
		histogram_add(&other, ns[ARRAY_SIZE(ns) - 1 - i]);
	}
	assert_equal(&histogram, &other);
	histogram_free(&other);
}

/* A count of 32 bits goes on behind it. */
static void more_values_than_a_count_holds_are_all_counted(void **state)
{
	unsigned int i, places;
	uint64_t counted = 0;

	(void)state;
	histogram_add(&histogram, 100);
	histogram_add(&histogram, 3);
	/* As after 2^32 - 2 more of 100 and of 3. */
	for (i = 0; i < histogram.room; i++)
		if (histogram.counts[i])
			histogram.counts[i] = UINT32_MAX;
	histogram.count = 2ULL * UINT32_MAX;
	for (i = 0; i < 10; i++)
		histogram_add(&histogram, 3);
	histogram_add(&histogram, 5);
	assert_int_equal(histogram.nr_buckets, 4);
	assert_int_equal(histogram.count, 2ULL * UINT32_MAX + 11);
	assert_int_equal(histogram_permille(&histogram, 500), 3);
	assert_int_equal(histogram_permille(&histogram, 501), 100);
	/* Nor is any lost when there is no room for another. */
	for (i = 1000; i < 1100; i++)
		histogram_add(&histogram, i);
	assert_int_equal(histogram_permille(&histogram, 499), 3);
	assert_int_equal(histogram_permille(&histogram, 501), 100);
	for (i = 0, places = 0; i < histogram.room; i++) {
		places += histogram.counts[i] != 0;
		counted += histogram.counts[i];
	}
	assert_int_equal(places, histogram.nr_buckets);
	assert_int_equal(counted, histogram.count);
}

static void merged_histograms_are_the_one_of_all_values(void **state)
{
	uint64_t up_to;
	struct histogram all = {}, other = {};
	uint64_t seed = 7, ns, values = 0;
	uint32_t place, count;
	int i;

	(void)state;
	assert_true(histogram_merge(&histogram, &other));
	assert_int_equal(histogram.count, 0);
	for (i = 0; i < 2000; i++) {
		ns = random_of_any_size(&seed) >> 16;
		histogram_add(i % 3 ? &histogram : &other, ns);
		histogram_add(&all, ns);
	}
	assert_true(histogram_merge(&histogram, &other));
	assert_equal(&histogram, &all);
	for (place = 0; place < histogram.room; place++) {
		count = histogram_bucket(&histogram, place, &ns);
		values += count;
		assert_true(!count || (ns >= histogram.min && ns <= histogram.max));
	}
	assert_int_equal(values, 2000);
	assert_int_equal(histogram_rank(&histogram, 1, &up_to), histogram.min);
	assert_int_equal(histogram_rank(&histogram, 1000, &up_to), histogram_permille(&histogram, 500));
	assert_int_equal(histogram_rank(&histogram, 2000, &up_to), histogram.max);
	histogram_free(&other);
	histogram_free(&all);
}

/* As after 2^32 - 1 of the same value. */
static void fill(struct histogram *h, uint64_t ns)
{
	uint32_t place;

	histogram_add(h, ns);
	for (place = 0; place < h->room; place++)
		if (h->counts[place])
			h->counts[place] = UINT32_MAX;
	h->count = UINT32_MAX;
}

static void a_full_count_is_merged_whole(void **state)
{
	struct histogram other = {};
	uint64_t values = 0, ns;
	uint32_t place;

	(void)state;
	fill(&histogram, 3);
	fill(&other, 3);
	assert_true(histogram_merge(&histogram, &other));
	for (place = 0; place < histogram.room; place++)
		values += histogram_bucket(&histogram, place, &ns);
	assert_int_equal(values, 2ULL * UINT32_MAX);
	assert_int_equal(histogram.count, 2ULL * UINT32_MAX);
	histogram_add(&histogram, 3);
	assert_int_equal(histogram.count, 2ULL * UINT32_MAX + 1);
	histogram_free(&other);
}

static void memory_is_that_of_the_buckets_which_have_values(void **state)
{
	unsigned int i;

	(void)state;
	assert_int_equal(histogram.room, 0);
	for (i = 0; i < 1000; i++)
		histogram_add(&histogram, 20013345);
	assert_int_equal(histogram.nr_buckets, 1);
	assert_true(histogram.room <= 4);
	for (i = 0; i < 100000; i++)
		histogram_add(&histogram, 200000 + i);
	assert_true(histogram.nr_buckets < 140);
	assert_true(histogram.room * 6 <= histogram.nr_buckets * 16);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(small_values_are_exact, clear, clear),
		cmocka_unit_test_setup_teardown(values_up_to_65536_are_read_within_the_bound, clear, clear),
		cmocka_unit_test_setup_teardown(powers_of_two_and_their_neighbours_are_read_within_the_bound,
						clear, clear),
		cmocka_unit_test_setup_teardown(values_of_any_size_are_read_within_the_bound, clear, clear),
		cmocka_unit_test_setup_teardown(greater_values_are_read_no_smaller, clear, clear),
		cmocka_unit_test_setup_teardown(empty_histogram_is_all_zero, clear, clear),
		cmocka_unit_test_setup_teardown(one_value_is_every_percentile_exactly, clear, clear),
		cmocka_unit_test_setup_teardown(equal_values_are_every_percentile_exactly, clear, clear),
		cmocka_unit_test_setup_teardown(permille_0_is_the_least_and_1000_the_greatest_value, clear,
						clear),
		cmocka_unit_test_setup_teardown(percentiles_of_one_to_a_hundred_are_those_of_the_textbook,
						clear, clear),
		cmocka_unit_test_setup_teardown(percentiles_are_those_of_the_sorted_values_by_nearest_rank,
						clear, clear),
		cmocka_unit_test_setup_teardown(sum_and_mean_are_exact, clear, clear),
		cmocka_unit_test_setup_teardown(mean_is_rounded_to_the_nearest, clear, clear),
		cmocka_unit_test_setup_teardown(order_of_the_values_does_not_matter, clear, clear),
		cmocka_unit_test_setup_teardown(more_values_than_a_count_holds_are_all_counted, clear, clear),
		cmocka_unit_test_setup_teardown(merged_histograms_are_the_one_of_all_values, clear, clear),
		cmocka_unit_test_setup_teardown(a_full_count_is_merged_whole, clear, clear),
		cmocka_unit_test_setup_teardown(memory_is_that_of_the_buckets_which_have_values, clear,
						clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
