// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/util.h"
#include "base/values.h"

static void whole_numbers_within_their_limits(void **state)
{
	static const char *const bad[] = { "",	 "0",  "11",  " 1",  "+1",
					   "-1", "1x", "0x1", "1.0", "99999999999999999999" };
	uint64_t v = 0;
	size_t i;

	(void)state;
	assert_int_equal(value_integer("1", 1, 10, &v), 0);
	assert_int_equal(v, 1);
	assert_int_equal(value_integer("10", 1, 10, &v), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(value_integer(bad[i], 1, 10, &v) < 0);
	assert_int_equal(value_integer("18446744073709551615", 0, UINT64_MAX, &v), 0);
}

static void bits_are_decimal_or_hexadecimal(void **state)
{
	static const char *const bad[] = { "", "0x", "0xg", "256", "0x100", "0x0x1", "x1", "-1", "ff" };
	uint64_t v = 0;
	size_t i;

	(void)state;
	assert_int_equal(value_bits("0xfF", 255, &v), 0);
	assert_int_equal(v, 255);
	assert_int_equal(value_bits("16", 255, &v), 0);
	assert_int_equal(v, 16);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(value_bits(bad[i], 255, &v) < 0);
}

static void seconds_have_fractions(void **state)
{
	static const char *const bad[] = { "",	  ".",	"-1", "nan",	 "inf", "0x1",
					   "1,5", "1s", " 1", "2147484", "1e99" };
	uint64_t ns = 1;
	size_t i;

	(void)state;
	assert_int_equal(value_seconds("0.2", &ns), 0);
	assert_int_equal(ns, 200000000);
	assert_int_equal(value_seconds(".5", &ns), 0);
	assert_int_equal(ns, 500000000);
	assert_int_equal(value_seconds("0", &ns), 0);
	assert_int_equal(ns, 0);
	assert_int_equal(value_seconds("1e3", &ns), 0);
	assert_int_equal(ns, 1000 * NSEC_PER_SEC);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(value_seconds(bad[i], &ns) < 0);
}

static void patterns_are_bytes(void **state)
{
	uint8_t pattern[PATTERN_MAX];
	size_t size = 99;

	(void)state;
	assert_int_equal(value_pattern("fF0", pattern, &size), 0);
	assert_int_equal(size, 2);
	assert_int_equal(pattern[0], 0xff);
	assert_int_equal(pattern[1], 0);
	assert_int_equal(value_pattern("", pattern, &size), 0);
	assert_int_equal(size, 0);
	assert_int_equal(value_pattern("000102030405060708090a0b0c0d0e0f1011", pattern, &size), 0);
	assert_int_equal(size, 16);
	assert_true(value_pattern("fg", pattern, &size) < 0);
	assert_true(value_pattern("0x1", pattern, &size) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_within_their_limits),
		cmocka_unit_test(bits_are_decimal_or_hexadecimal),
		cmocka_unit_test(seconds_have_fractions),
		cmocka_unit_test(patterns_are_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
