// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include "util.h"

static void printable_bytes_stay_as_they_are(void **state)
{
	char src[2] = "", dst[8];
	int byte;

	(void)state;
	for (byte = 0x21; byte <= 0x7e; byte++) {
		src[0] = byte;
		assert_ptr_equal(harmless(dst, sizeof(dst), src), dst);
		assert_string_equal(dst, src);
	}
	assert_string_equal(harmless(dst, sizeof(dst), "eth0.7"), "eth0.7");
}

static void bytes_that_are_not_printable_become_question_marks(void **state)
{
	char src[4] = "a?b", dst[8];
	int byte;

	(void)state;
	for (byte = 0x01; byte <= 0xff; byte++) {
		if (byte >= 0x20 && byte <= 0x7e)
			continue;
		src[1] = byte;
		assert_string_equal(harmless(dst, sizeof(dst), src), "a?b");
	}
}

static void no_terminal_escape_gets_through(void **state)
{
	char dst[64];

	(void)state;
	assert_string_equal(harmless(dst, sizeof(dst), "\033[2Jhost"), "?[2Jhost");
	assert_string_equal(harmless(dst, sizeof(dst), "\033]0;title\007"), "?]0;title?");
	assert_string_equal(harmless(dst, sizeof(dst), "a\r\nb\tc\bd"), "a??b?c?d");
	/* C1: one byte that is an escape sequence to some terminals, bare or as UTF-8. */
	assert_string_equal(harmless(dst, sizeof(dst),
				     "\x9b"
				     "31m"),
			    "?31m");
	assert_string_equal(harmless(dst, sizeof(dst),
				     "\xc2\x9b"
				     "31m"),
			    "??31m");
	assert_string_equal(harmless(dst, sizeof(dst),
				     "\xe2\x80\xae"
				     "x"),
			    "???x");
}

static void name_is_cut_to_its_room_and_ended(void **state)
{
	static const char src[] = "abcdefgh";
	char dst[16], expected[16];
	size_t size;

	(void)state;
	for (size = 1; size < sizeof(dst); size++) {
		memset(dst, '#', sizeof(dst));
		memset(expected, 0, sizeof(expected));
		memcpy(expected, src, size - 1 < strlen(src) ? size - 1 : strlen(src));
		assert_ptr_equal(harmless(dst, size, src), dst);
		assert_string_equal(dst, expected);
		/* Not a byte beyond the room it was given. */
		assert_int_equal(dst[size], '#');
	}
}

static void no_room_is_left_alone(void **state)
{
	char dst = '#';

	(void)state;
	assert_ptr_equal(harmless(&dst, 0, "abc"), &dst);
	assert_int_equal(dst, '#');
}

static void empty_name_stays_empty(void **state)
{
	char dst[4] = "###";

	(void)state;
	assert_string_equal(harmless(dst, sizeof(dst), ""), "");
}

static void reason_is_kept_and_the_error_is_negative(void **state)
{
	struct reason why;

	(void)state;
	assert_int_equal(because(&why, EPERM, "%s: %d", "bpf", 7), -EPERM);
	assert_string_equal(why.text, "bpf: 7");
	assert_int_equal(because(NULL, ENOENT, "%s", "nobody asks"), -ENOENT);
}

static void long_reason_is_cut_to_its_room(void **state)
{
	char text[2 * sizeof(((struct reason *)0)->text)];
	struct reason why;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(because(&why, EINVAL, "%s", text), -EINVAL);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	assert_memory_equal(why.text, text, sizeof(why.text) - 1);
}

static void clock_is_monotonic_and_counts_nanoseconds(void **state)
{
	struct timespec before, after;
	uint64_t ns;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	ns = mono_ns();
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(ns >= before.tv_sec * 1000000000ULL + before.tv_nsec);
	assert_true(ns <= after.tv_sec * 1000000000ULL + after.tv_nsec);
}

static void letters_stay_where_the_locale_has_them(void **state)
{
	char dst[32];

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_string_equal(harmless(dst, sizeof(dst), "b\303\274cher"), "b\303\274cher");
	/* Cut between letters; what is no letter, or turns the direction of text, is not shown. */
	assert_string_equal(harmless(dst, 4, "ab\303\274"), "ab?");
	assert_string_equal(harmless(dst, sizeof(dst), "a\342\200\256b"), "a???b");
	assert_string_equal(harmless(dst, sizeof(dst), "\302\233[31m"), "??[31m");
	assert_string_equal(harmless(dst, sizeof(dst), "\303"), "?");
	setlocale(LC_CTYPE, "C");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_bytes_stay_as_they_are),
		cmocka_unit_test(bytes_that_are_not_printable_become_question_marks),
		cmocka_unit_test(no_terminal_escape_gets_through),
		cmocka_unit_test(name_is_cut_to_its_room_and_ended),
		cmocka_unit_test(no_room_is_left_alone),
		cmocka_unit_test(empty_name_stays_empty),
		cmocka_unit_test(letters_stay_where_the_locale_has_them),
		cmocka_unit_test(reason_is_kept_and_the_error_is_negative),
		cmocka_unit_test(long_reason_is_cut_to_its_room),
		cmocka_unit_test(clock_is_monotonic_and_counts_nanoseconds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
