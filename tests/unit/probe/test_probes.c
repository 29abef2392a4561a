// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "probe/probes.h"

#define RECORDS 256

static struct probes probes;
static struct flight flights[2];

static int set_up(void **state)
{
	(void)state;
	flights[0] = flights[1] = (struct flight){};
	return probes_init(&probes, RECORDS, 2);
}

static int tear_down(void **state)
{
	(void)state;
	probes_free(&probes);
	return 0;
}

static struct probe *add(uint32_t target, uint64_t seq)
{
	assert_int_not_equal(probes_next(&probes), 0);
	return probes_add(&probes, &flights[target], target, seq);
}

static void nothing_was_sent(void **state)
{
	(void)state;
	assert_null(probes_find(&probes, 0));
	assert_null(probes_find(&probes, 1));
	assert_null(probes_find(&probes, UINT32_MAX));
	assert_null(probes_find_sequence(&probes, 0, 0));
	assert_null(probes_find_sequence(&probes, 0, 1));
	assert_null(probes_oldest(&probes, &flights[0]));
}

static void a_probe_is_found_by_its_number_and_by_its_sequence(void **state)
{
	struct probe *a = add(0, 1), *b = add(1, 1), *c = add(0, 2);

	(void)state;
	assert_ptr_equal(probes_find(&probes, a->number), a);
	assert_ptr_equal(probes_find(&probes, b->number), b);
	assert_ptr_equal(probes_find_sequence(&probes, 0, 1), a);
	assert_ptr_equal(probes_find_sequence(&probes, 1, 1), b);
	assert_ptr_equal(probes_find_sequence(&probes, 0, 2), c);
	assert_null(probes_find_sequence(&probes, 1, 2));
	assert_null(probes_find_sequence(&probes, 0, 3));
}

static void an_unanswered_probe_costs_its_record_and_nothing_else(void **state)
{
	struct probe *lost = add(0, 1), *probe;
	uint32_t number = lost->number;
	uint64_t seq;

	(void)state;
	for (seq = 2; seq <= 200000; seq++) {
		probe = add(0, seq);
		assert_int_not_equal(probe->number % RECORDS, number % RECORDS);
		probes_answer(&probes, &flights[0], probe);
	}
	assert_int_equal(flights[0].count, 1);
	assert_ptr_equal(probes_find(&probes, number), lost);
	assert_int_equal(lost->seq, 1);
	assert_int_equal(lost->state, PROBE_IN_FLIGHT);
	assert_ptr_equal(probes_oldest(&probes, &flights[0]), lost);
}

static void no_more_are_in_flight_than_there_are_records(void **state)
{
	struct probe *first = NULL;
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= RECORDS; seq++)
		add(0, seq);
	assert_int_equal(probes_next(&probes), 0);
	first = probes_oldest(&probes, &flights[0]);
	assert_int_equal(first->seq, 1);
	probes_expire(&probes, &flights[0], first, 7);
	assert_int_equal(probes_next(&probes) % RECORDS, first->number % RECORDS);
	assert_int_equal(probes_oldest(&probes, &flights[0])->seq, 2);
}

/* As many as the table has entries: none of these is for anything else. */
static void every_record_of_a_large_table_can_be_in_flight(void **state)
{
	uint64_t seq;

	(void)state;
	probes_free(&probes);
	assert_int_equal(probes_init(&probes, 8192, 2), 0);
	for (seq = 1; seq < 8192; seq++)
		add(0, seq);
	assert_int_not_equal(probes_next(&probes), 0);
	add(0, seq);
	assert_int_equal(flights[0].count, 8192);
	assert_int_equal(probes_next(&probes), 0);
	for (seq = 1; seq <= 8192; seq++) {
		assert_int_equal(probes_oldest(&probes, &flights[0])->seq, seq);
		probes_expire(&probes, &flights[0], probes_oldest(&probes, &flights[0]), 0);
	}
	assert_null(probes_oldest(&probes, &flights[0]));
}

static void one_target_s_flight_is_not_another_s(void **state)
{
	struct probe *a1 = add(0, 1), *b1 = add(1, 1), *a2 = add(0, 2), *b2 = add(1, 2);

	(void)state;
	assert_int_equal(flights[0].count, 2);
	assert_int_equal(flights[1].count, 2);
	probes_answer(&probes, &flights[0], a1);
	assert_ptr_equal(probes_oldest(&probes, &flights[0]), a2);
	assert_ptr_equal(probes_oldest(&probes, &flights[1]), b1);
	probes_answer(&probes, &flights[1], b2);
	probes_answer(&probes, &flights[0], a2);
	assert_null(probes_oldest(&probes, &flights[0]));
	assert_ptr_equal(probes_oldest(&probes, &flights[1]), b1);
}

static void any_of_those_in_flight_may_be_answered(void **state)
{
	struct probe *p[5];
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		p[i] = add(0, i + 1);
	probes_answer(&probes, &flights[0], p[2]);
	probes_answer(&probes, &flights[0], p[4]);
	probes_answer(&probes, &flights[0], p[0]);
	assert_ptr_equal(probes_oldest(&probes, &flights[0]), p[1]);
	probes_answer(&probes, &flights[0], p[1]);
	assert_ptr_equal(probes_oldest(&probes, &flights[0]), p[3]);
	assert_int_equal(flights[0].count, 1);
	add(0, 6);
	probes_answer(&probes, &flights[0], p[3]);
	assert_int_equal(probes_oldest(&probes, &flights[0])->seq, 6);
}

static void what_comes_late_is_known_by_how_its_probe_was_counted(void **state)
{
	struct probe *p = add(0, 1);
	uint32_t number = p->number;

	(void)state;
	probes_expire(&probes, &flights[0], p, 9);
	p = probes_find(&probes, number);
	assert_int_equal(p->state, PROBE_EXPIRED);
	assert_int_equal(p->loss, 9);
	probes_answer(&probes, &flights[0], p);
	assert_int_equal(p->state, PROBE_ANSWERED);
	assert_int_equal(flights[0].count, 0);
}

static void answer_up_to(uint64_t from, uint64_t to)
{
	for (; from <= to; from++)
		probes_answer(&probes, &flights[0], add(0, from));
}

static void what_leaves_the_table_is_known_until_its_sequence_number_comes_again(void **state)
{
	struct probe *p = add(0, 1), *q, recalled;
	uint32_t number = p->number, other;

	(void)state;
	probes_expire(&probes, &flights[0], p, 5);
	q = add(0, 2);
	other = q->number;
	probes_answer(&probes, &flights[0], q);
	answer_up_to(3, 4000);
	assert_ptr_equal(probes_find(&probes, number), p);
	answer_up_to(4001, 65535);
	assert_null(probes_find(&probes, number));
	assert_true(probes_recall(&probes, number, 0, 65535, 1, &recalled));
	assert_int_equal(recalled.seq, 1);
	assert_int_equal(recalled.state, PROBE_EXPIRED);
	assert_int_equal(recalled.loss, 5);
	assert_true(probes_recall(&probes, other, 0, 65535, 2, &recalled));
	assert_int_equal(recalled.state, PROBE_ANSWERED);
	/* Its answer makes the next one a duplicate. */
	assert_true(probes_recall(&probes, number, 0, 65535, 1, &recalled));
	probes_answer(&probes, &flights[0], &recalled);
	assert_true(probes_recall(&probes, number, 0, 65535, 1, &recalled));
	assert_int_equal(recalled.state, PROBE_ANSWERED);
	answer_up_to(65536, 65537);
	assert_false(probes_recall(&probes, number, 0, 65537, 1, &recalled));
}

static void nothing_is_recalled_that_was_not_sent(void **state)
{
	struct probe recalled;

	(void)state;
	assert_false(probes_recall(&probes, 1, 0, 0, 0, &recalled));
	answer_up_to(1, 10000);
	assert_false(probes_recall(&probes, 1, 1, 0, 1, &recalled));
	assert_false(probes_recall(&probes, 20000, 0, 10000, 1, &recalled));
	assert_false(probes_recall(&probes, 1, 0, 10000, 10001, &recalled));
	assert_false(probes_recall(&probes, 1, 0, 10000, 0, &recalled));
}

static void where_it_is_not_certain_which_probe_it_is_none_is_recalled(void **state)
{
	uint32_t number = add(0, 1)->number;
	struct probe recalled;
	uint64_t seq;

	(void)state;
	probes_answer(&probes, &flights[0], probes_find(&probes, number));
	/* Another target's many: of this one's, the first might as well be the one with seq 1 - 65,536, were there one. */
	for (seq = 1; seq <= 70000; seq++)
		probes_answer(&probes, &flights[1], add(1, seq));
	assert_false(probes_recall(&probes, number, 0, 1, 1, &recalled));
}

static void numbers_wrap(void **state)
{
	struct probe *p;
	uint32_t number;

	(void)state;
	probes.next = UINT32_MAX - 1;
	number = add(0, 1)->number;
	p = add(0, 2);
	assert_true(p->number > number);
	p = add(0, 3);
	assert_true(p->number < number);
	assert_int_equal(flights[0].count, 3);
	assert_int_equal(probes_find(&probes, number)->seq, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_was_sent),
		TEST(a_probe_is_found_by_its_number_and_by_its_sequence),
		TEST(an_unanswered_probe_costs_its_record_and_nothing_else),
		TEST(no_more_are_in_flight_than_there_are_records),
		TEST(every_record_of_a_large_table_can_be_in_flight),
		TEST(one_target_s_flight_is_not_another_s),
		TEST(any_of_those_in_flight_may_be_answered),
		TEST(what_comes_late_is_known_by_how_its_probe_was_counted),
		TEST(what_leaves_the_table_is_known_until_its_sequence_number_comes_again),
		TEST(nothing_is_recalled_that_was_not_sent),
		TEST(where_it_is_not_certain_which_probe_it_is_none_is_recalled),
		TEST(numbers_wrap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("probes", tests, NULL, NULL);
}
