// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/util.h"
#include "output/output_progress.h"

static char text[256];

static const char *shown(unsigned int width, struct progress p)
{
	return progress_text(text, sizeof(text), width, &p);
}

static const struct progress half = {
	.sent = 500,
	.answered = 498,
	.lost = 1,
	.of = 1000,
	.has_last = true,
	.last_ns = 45600,
	.median_ns = 1234567,
	.elapsed_ns = 90 * NSEC_PER_SEC,
};

static void all_is_told_where_there_is_room(void **state)
{
	(void)state;
	assert_string_equal(
		shown(90, half),
		"500 of 1000 sent, 498 answered, 1 lost, last 0.046 ms, median 1.235 ms, 1:30 left");
	assert_string_equal(shown(79, half),
			    "500 of 1000 sent, 498 answered, 1 lost, median 1.235 ms, 1:30 left");
}

static void a_part_that_does_not_fit_is_left_out(void **state)
{
	unsigned int width;

	(void)state;
	for (width = 0; width < 100; width++) {
		shown(width, half);
		assert_true(strlen(text) <= width);
		assert_true(!*text || text[strlen(text) - 1] != ',');
	}
	assert_string_equal(shown(40, half), "500 of 1000 sent, 498 answered, 1 lost");
	assert_string_equal(shown(5, half), "");
}

static void without_a_reply_no_time_is_told(void **state)
{
	struct progress p = { .sent = 3, .lost = 2, .of = 10, .elapsed_ns = 3 * NSEC_PER_SEC };

	(void)state;
	assert_string_equal(shown(79, p), "3 of 10 sent, 0 answered, 2 lost, 0:07 left");
}

static void with_a_deadline_the_earlier_end_counts(void **state)
{
	struct progress p = half;

	(void)state;
	p.has_last = false;
	p.of_answered = true;
	p.deadline_ns = 100 * NSEC_PER_SEC;
	assert_string_equal(shown(79, p), "500 sent, 498 of 1000 answered, 1 lost, 0:10 left");
	p.deadline_ns = 86400 * NSEC_PER_SEC;
	assert_string_equal(shown(79, p), "500 sent, 498 of 1000 answered, 1 lost, 1:31 left");
	p.of = 0;
	assert_string_equal(shown(79, p), "500 sent, 498 answered, 1 lost, 23:58:30 left");
	p.elapsed_ns = 2 * p.deadline_ns;
	assert_string_equal(shown(79, p), "500 sent, 498 answered, 1 lost, 0:00 left");
}

static void what_is_not_known_is_not_told(void **state)
{
	(void)state;
	assert_string_equal(shown(79, (struct progress){ .of = 10 }), "0 of 10 sent, 0 answered, 0 lost");
	assert_string_equal(shown(79, (struct progress){}), "0 sent, 0 answered, 0 lost");
}

static void no_number_is_too_great(void **state)
{
	struct progress p = {
		.sent = UINT64_MAX,
		.answered = 1,
		.lost = UINT64_MAX,
		.of = UINT64_MAX,
		.of_answered = true,
		.has_last = true,
		.last_ns = UINT64_MAX,
		.median_ns = UINT64_MAX,
		.elapsed_ns = UINT64_MAX / 2,
		.deadline_ns = UINT64_MAX,
	};

	(void)state;
	assert_true(strlen(shown(1000, p)) < sizeof(text));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_told_where_there_is_room),
		cmocka_unit_test(a_part_that_does_not_fit_is_left_out),
		cmocka_unit_test(without_a_reply_no_time_is_told),
		cmocka_unit_test(with_a_deadline_the_earlier_end_counts),
		cmocka_unit_test(what_is_not_known_is_not_told),
		cmocka_unit_test(no_number_is_too_great),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
