// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "analysis/thinned.h"

static struct thinned series;

static int clear(void **state)
{
	(void)state;
	thinned_free(&series);
	series = (struct thinned){};
	return 0;
}

static void add_up_to(uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++)
		assert_true(thinned_add(&series, i));
}

static void all_values_are_kept_in_their_order_while_there_is_room(void **state)
{
	uint32_t i;

	(void)state;
	add_up_to(SERIES_MAX - 1);
	assert_int_equal(series.nr, SERIES_MAX - 1);
	assert_int_equal(series.thinned, 0);
	for (i = 0; i < series.nr; i++)
		assert_int_equal(series.values[i], i);
}

static void memory_does_not_grow_with_the_number_of_values(void **state)
{
	(void)state;
	add_up_to(10 * SERIES_MAX);
	assert_int_equal(series.room, SERIES_MAX);
	assert_int_equal(series.count, 10 * SERIES_MAX);
	assert_int_equal(series.thinned, 4);
	assert_int_equal(series.nr, 10 * SERIES_MAX / 16);
}

static void one_value_of_every_stride_is_kept(void **state)
{
	uint32_t i;

	(void)state;
	series.limit = 256;
	add_up_to(1000003);
	assert_in_range(series.nr, 256 / 2, 256);
	for (i = 0; i < series.nr; i++)
		assert_int_equal(series.values[i] >> series.thinned, i);
}

static void what_comes_back_every_other_time_is_kept_as_often_as_it_is_there(void **state)
{
	uint32_t i, odd = 0;

	(void)state;
	add_up_to(64 * SERIES_MAX - 1);
	for (i = 0; i < series.nr; i++)
		odd += series.values[i] % 2;
	/* Half of them, and three standard deviations. */
	assert_in_range(odd, series.nr / 2 - 400, series.nr / 2 + 400);
}

static void the_same_values_are_thinned_in_the_same_way(void **state)
{
	struct thinned other = {};
	uint32_t i;

	(void)state;
	add_up_to(1000000);
	for (i = 0; i < 1000000; i++)
		thinned_add(&other, i);
	assert_int_equal(other.nr, series.nr);
	assert_memory_equal(other.values, series.values, series.nr * sizeof(*series.values));
	thinned_free(&other);
}

static void parts_are_all_values_one_after_the_other(void **state)
{
	const uint64_t *values;
	unsigned int part;
	uint64_t next = 0;
	uint32_t i, nr;

	(void)state;
	add_up_to(1003);
	for (part = 0; part < 5; part++) {
		nr = thinned_part(&series, part, 5, &values);
		assert_in_range(nr, 200, 201);
		for (i = 0; i < nr; i++)
			assert_int_equal(values[i], next++);
	}
	assert_int_equal(next, 1003);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_values_are_kept_in_their_order_while_there_is_room, clear,
						clear),
		cmocka_unit_test_setup_teardown(memory_does_not_grow_with_the_number_of_values, clear, clear),
		cmocka_unit_test_setup_teardown(one_value_of_every_stride_is_kept, clear, clear),
		cmocka_unit_test_setup_teardown(
			what_comes_back_every_other_time_is_kept_as_often_as_it_is_there, clear, clear),
		cmocka_unit_test_setup_teardown(the_same_values_are_thinned_in_the_same_way, clear, clear),
		cmocka_unit_test_setup_teardown(parts_are_all_values_one_after_the_other, clear, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
