// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "probes.h"

static void nothing_was_sent(void **state)
{
	struct probes p = {};

	(void)state;
	assert_int_equal(probes_find(&p, 0), 0);
	assert_int_equal(probes_find(&p, 1), 0);
	assert_int_equal(probes_find(&p, 65535), 0);
	assert_int_equal(probes_oldest(&p), 0);
	assert_int_equal(probes_in_flight(&p), 0);
}

static void a_sequence_number_never_sent_is_nobody_s(void **state)
{
	struct probes p = {};

	(void)state;
	probes_add(&p);
	probes_add(&p);
	assert_int_equal(probes_find(&p, 1), 1);
	assert_int_equal(probes_find(&p, 2), 2);
	assert_int_equal(probes_find(&p, 3), 0);
	assert_int_equal(probes_find(&p, 0), 0);
	assert_int_equal(probes_find(&p, 65535), 0);
}

static void after_the_wrap_the_latest_is_meant(void **state)
{
	struct probes p = {};
	int i;

	(void)state;
	for (i = 0; i < 65540; i++)
		probes_add(&p);
	assert_int_equal(probes_find(&p, 4), 65540);
	assert_int_equal(probes_find(&p, 5), 5);
	assert_int_equal(probes_find(&p, 0), 65536);
	assert_int_equal(probes_find(&p, 65535), 65535);
}

static void an_answer_is_forgotten_when_its_bit_is_used_again(void **state)
{
	struct probes p = {};
	int i;

	(void)state;
	probes_set_answered(&p, probes_add(&p));
	assert_true(probes_is_answered(&p, 1));
	for (i = 0; i < SEQ_SPACE; i++)
		probes_add(&p);
	assert_false(probes_is_answered(&p, SEQ_SPACE + 1));
}

static void settled_up_to_the_first_without_answer(void **state)
{
	struct probes p = {};
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		probes_add(&p);
	probes_set_answered(&p, 1);
	probes_set_answered(&p, 3);
	assert_int_equal(probes_oldest(&p), 2);
	probes_give_up(&p, 2, 7);
	assert_int_equal(probes_loss(&p, 2), 7);
	assert_int_equal(probes_oldest(&p), 4);
	probes_set_answered(&p, 4);
	assert_int_equal(probes_oldest(&p), 0);
}

static void pipe_and_flight_are_ping_s(void **state)
{
	struct probes p = {};
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		probes_add(&p);
	assert_int_equal(probes_in_flight(&p), 5);
	assert_int_equal(probes_acknowledge(&p, 1), 5);
	assert_int_equal(probes_in_flight(&p), 4);
	assert_int_equal(probes_acknowledge(&p, 5), 1);
	assert_int_equal(probes_acknowledge(&p, 2), 4);
	assert_int_equal(probes_in_flight(&p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_was_sent),
		cmocka_unit_test(a_sequence_number_never_sent_is_nobody_s),
		cmocka_unit_test(after_the_wrap_the_latest_is_meant),
		cmocka_unit_test(an_answer_is_forgotten_when_its_bit_is_used_again),
		cmocka_unit_test(settled_up_to_the_first_without_answer),
		cmocka_unit_test(pipe_and_flight_are_ping_s),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("probes", tests, NULL, NULL);
}
