// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/util.h"
#include "net/ip_options.h"

static void check_text(const char *options, size_t size, struct route *last, const char *want)
{
	char text[IP_OPTIONS_TEXT_SIZE];

	assert_string_equal(ip_options_text(text, (const uint8_t *)options, size, last), want);
}

static void a_route_is_printed_once(void **state)
{
	static const char route[] = "\7\x0b\x0c\x0a\x09\0\2\x0a\x09\0\1";
	struct route last = {};

	(void)state;
	check_text(route, 11, &last, "\nRR: \t10.9.0.2\n\t10.9.0.1\n");
	check_text(route, 11, &last, "\t(same route)");
	check_text(route, 11, NULL, "\nRR: \t10.9.0.2\n\t10.9.0.1\n");
}

static void timestamps_are_differences_after_the_first(void **state)
{
	(void)state;
	check_text("\x44\x0c\x0d\0\0\0\0\x64\0\0\0\x66", 12, NULL, "\nTS: \t100 absolute\n\t2\n");
	check_text("\x44\x0c\x0d\1\x0a\x09\0\1\0\0\0\x64", 12, NULL, "\nTS: \t10.9.0.1\t100 absolute\n");
	check_text("\x44\x08\x09\x30\x80\0\0\1", 8, NULL,
		   "\nTS: \t1 absolute not-standard\nUnrecorded hops: 3\n");
}

/* Every length that an option may claim, in every space there may be: nothing is read that is not there. */
static void no_length_is_believed(void **state)
{
	static const uint8_t types[] = { 7, 0x44, 0x83, 0x89, 0x94 };
	char text[IP_OPTIONS_TEXT_SIZE];
	size_t t, size, len, pointer;
	uint8_t *options;

	(void)state;
	for (t = 0; t < ARRAY_SIZE(types); t++)
		for (size = 1; size <= IP_OPTIONS_MAX; size++)
			for (len = 0; len < 256; len += len < 48 ? 1 : 51)
				for (pointer = 0; pointer < 256; pointer += pointer < 48 ? 1 : 51) {
					options = test_calloc(1, size);
					options[0] = types[t];
					if (size > 1)
						options[1] = len;
					if (size > 2)
						options[2] = pointer;
					ip_options_text(text, options, size, NULL);
					test_free(options);
				}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_is_printed_once),
		cmocka_unit_test(timestamps_are_differences_after_the_first),
		cmocka_unit_test(no_length_is_believed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ip_options", tests, NULL, NULL);
}
