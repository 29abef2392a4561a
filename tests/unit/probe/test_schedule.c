// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "probe/schedule.h"

#define TIMERS 1000

static struct schedule schedule;
static struct timer timers[TIMERS];

static int set_up(void **state)
{
	int i;

	(void)state;
	schedule = (struct schedule){};
	for (i = 0; i < TIMERS; i++)
		timers[i] = (struct timer){ .order = i };
	return schedule_reserve(&schedule, TIMERS);
}

static int tear_down(void **state)
{
	(void)state;
	schedule_free(&schedule);
	return 0;
}

static void nothing_is_due_where_nothing_was_set(void **state)
{
	(void)state;
	assert_null(schedule_first(&schedule));
	schedule_set(&schedule, &timers[0], UINT64_MAX);
	assert_null(schedule_first(&schedule));
}

static void what_is_due_first_comes_first(void **state)
{
	uint64_t last = 0;
	struct timer *t;
	int i, n = 0;

	(void)state;
	srand(1);
	for (i = 0; i < TIMERS; i++)
		schedule_set(&schedule, &timers[i], rand() % 500);
	for (i = 0; i < 5 * TIMERS; i++)
		schedule_set(&schedule, &timers[rand() % TIMERS], rand() % 500);
	while ((t = schedule_first(&schedule))) {
		assert_true(t->at_ns >= last);
		last = t->at_ns;
		schedule_set(&schedule, t, UINT64_MAX);
		n++;
	}
	assert_int_equal(n, TIMERS);
}

static void of_two_at_one_time_the_lesser_order_comes_first(void **state)
{
	int i;

	(void)state;
	for (i = TIMERS - 1; i >= 0; i--)
		schedule_set(&schedule, &timers[i], 7);
	for (i = 0; i < TIMERS; i++) {
		assert_ptr_equal(schedule_first(&schedule), &timers[i]);
		schedule_set(&schedule, &timers[i], UINT64_MAX);
	}
}

static void a_timer_may_be_taken_out_from_anywhere(void **state)
{
	uint64_t last = 0;
	struct timer *t;
	int i, n = 0;

	(void)state;
	srand(2);
	for (i = 0; i < TIMERS; i++)
		schedule_set(&schedule, &timers[i], rand());
	for (i = 0; i < TIMERS; i += 3)
		schedule_set(&schedule, &timers[i], UINT64_MAX);
	while ((t = schedule_first(&schedule))) {
		assert_true((t - timers) % 3);
		assert_true(t->at_ns >= last);
		last = t->at_ns;
		schedule_set(&schedule, t, UINT64_MAX);
		n++;
	}
	assert_int_equal(n, TIMERS - (TIMERS + 2) / 3);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_due_where_nothing_was_set),
		TEST(what_is_due_first_comes_first),
		TEST(of_two_at_one_time_the_lesser_order_comes_first),
		TEST(a_timer_may_be_taken_out_from_anywhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
