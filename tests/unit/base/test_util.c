// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include "base/util.h"

static void an_array_grows_up_to_the_element_that_is_needed_and_what_is_new_is_zero(void **state)
{
	unsigned int nr = 0, *array = grow_array(NULL, &nr, 2, sizeof(*array)), *same;

	(void)state;
	assert_non_null(array);
	assert_int_equal(nr, 3);
	array[2] = 7;
	same = grow_array(array, &nr, 1, sizeof(*array));
	assert_ptr_equal(same, array);
	assert_int_equal(nr, 3);
	array = grow_array(array, &nr, 1000, sizeof(*array));
	assert_non_null(array);
	assert_int_equal(nr, 1001);
	assert_int_equal(array[0], 0);
	assert_int_equal(array[2], 7);
	assert_int_equal(array[1000], 0);
	free(array);
}

static void an_array_that_cannot_grow_stays_as_it_is(void **state)
{
	unsigned int nr = 0, *array = grow_array(NULL, &nr, 0, sizeof(*array));

	(void)state;
	array[0] = 7;
	assert_null(grow_array(array, &nr, UINT32_MAX, SIZE_MAX / 2));
	assert_int_equal(nr, 1);
	assert_int_equal(array[0], 7);
	free(array);
}

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

static void error_is_filled_and_its_number_is_negative(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(error_set(&error, EPERM, "%s: %d", "bpf", 7), -EPERM);
	assert_string_equal(error.text, "bpf: 7");
	assert_int_equal(error_set(NULL, ENOENT, "%s", "nobody asks"), -ENOENT);
}

static void long_error_is_cut_to_its_room(void **state)
{
	char text[2 * sizeof(((struct error *)0)->text)];
	struct error error;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(error_set(&error, EINVAL, "%s", text), -EINVAL);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
	assert_memory_equal(error.text, text, sizeof(error.text) - 1);
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

/* Each code point of a range stands for itself or, with @shown false, for as many question marks as it has bytes. */
static void assert_shown(unsigned int first, unsigned int last, bool shown)
{
	char src[16], dst[16], expected[16];
	mbstate_t state = {};
	unsigned int c;
	size_t n;

	for (c = first; c <= last; c++) {
		n = wcrtomb(src + 1, c, &state);
		assert_int_not_equal(n, (size_t)-1);
		src[0] = 'a';
		strcpy(src + 1 + n, "b");
		strcpy(expected, src);
		if (!shown)
			memset(expected + 1, '?', n);
		if (strcmp(harmless(dst, sizeof(dst), src), expected) != 0)
			fail_msg("U+%04X becomes %s, not %s", c, dst, expected);
	}
}

static void nothing_gets_through_that_is_invisible_or_turns_the_direction_of_text(void **state)
{
	static const struct {
		unsigned int first, last;
	} ranges[] = {
		{ 0x0080, 0x00a0 }, /* C1, no-break space */
		{ 0x00ad, 0x00ad }, /* soft hyphen */
		{ 0x034f, 0x034f }, /* grapheme joiner */
		{ 0x0590, 0x08ff }, /* Hebrew, Arabic and others from right to left; U+061C */
		{ 0x115f, 0x1160 }, /* Hangul fillers, which are blank letters */
		{ 0x1680, 0x1680 }, /* a space */
		{ 0x17b4, 0x17b5 }, /* vowels that are not shown */
		{ 0x180b, 0x180f }, /* variations of Mongolian */
		{ 0x2000, 0x200f }, /* spaces, zero width, marks of direction */
		{ 0x2028, 0x202f }, /* lines, paragraphs, embedding, overriding */
		{ 0x205f, 0x206f }, /* joiners, isolates */
		{ 0x2800, 0x2800 }, /* braille without a dot */
		{ 0x3000, 0x3000 }, /* wide space */
		{ 0x3164, 0x3164 }, /* filler */
		{ 0xe000, 0xf8ff }, /* private */
		{ 0xfb1d, 0xfdff }, /* forms of Hebrew and Arabic */
		{ 0xfe00, 0xfe0f }, /* variations */
		{ 0xfe70, 0xfeff }, /* forms of Arabic, byte order mark */
		{ 0xffa0, 0xffa0 }, /* filler */
		{ 0xfff0, 0xffff }, /* annotations, replacement */
		{ 0x10800, 0x10fff }, /* old scripts from right to left */
		{ 0x1d173, 0x1d17a }, /* of music */
		{ 0x1e800, 0x1efff }, /* from right to left */
		{ 0xe0000, 0xe0fff }, /* tags, variations */
	};
	size_t i;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		assert_shown(ranges[i].first, ranges[i].last, false);
	setlocale(LC_CTYPE, "C");
}

static void letters_of_names_in_other_scripts_stay(void **state)
{
	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_shown(0x00c0, 0x00d6, true); /* Latin */
	assert_shown(0x03b1, 0x03c9, true); /* Greek */
	assert_shown(0x0410, 0x044f, true); /* Cyrillic */
	assert_shown(0x0905, 0x0939, true); /* Devanagari */
	assert_shown(0x093e, 0x0943, true); /* its vowels, which have no width of their own */
	assert_shown(0x0e01, 0x0e30, true); /* Thai */
	assert_shown(0x3041, 0x3096, true); /* Hiragana */
	assert_shown(0x4e00, 0x9fff, true); /* CJK, wide */
	assert_shown(0xac00, 0xd7a3, true); /* Hangul, wide */
	assert_shown(0x20000, 0x2a6d6, true); /* CJK, of four bytes */
	setlocale(LC_CTYPE, "C");
}

/* What complain() writes to stderr. */
static const char *complaint(const char *name)
{
	static char text[1024];
	int out = dup(STDERR_FILENO), pipes[2];
	ssize_t n;

	assert_true(out >= 0 && !pipe(pipes));
	dup2(pipes[1], STDERR_FILENO);
	complain("no such host: %s", name);
	dup2(out, STDERR_FILENO);
	close(out);
	close(pipes[1]);
	n = read(pipes[0], text, sizeof(text) - 1);
	close(pipes[0]);
	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void complaints_are_one_harmless_line(void **state)
{
	char name[2048];

	(void)state;
	assert_string_equal(complaint("a b\n\033[2J\177\303\274"), "pingtrace: no such host: a b??[2J???\n");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(strlen(complaint(name)), strlen("pingtrace: ") + 511 + 1);
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_string_equal(complaint("b\303\274cher"), "pingtrace: no such host: b\303\274cher\n");
	assert_string_equal(complaint("a\342\200\256b\302\233\327\220"),
			    "pingtrace: no such host: a???b????\n");
	setlocale(LC_CTYPE, "C");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_grows_up_to_the_element_that_is_needed_and_what_is_new_is_zero),
		cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_is),
		cmocka_unit_test(printable_bytes_stay_as_they_are),
		cmocka_unit_test(bytes_that_are_not_printable_become_question_marks),
		cmocka_unit_test(no_terminal_escape_gets_through),
		cmocka_unit_test(name_is_cut_to_its_room_and_ended),
		cmocka_unit_test(no_room_is_left_alone),
		cmocka_unit_test(empty_name_stays_empty),
		cmocka_unit_test(letters_stay_where_the_locale_has_them),
		cmocka_unit_test(nothing_gets_through_that_is_invisible_or_turns_the_direction_of_text),
		cmocka_unit_test(letters_of_names_in_other_scripts_stay),
		cmocka_unit_test(complaints_are_one_harmless_line),
		cmocka_unit_test(error_is_filled_and_its_number_is_negative),
		cmocka_unit_test(long_error_is_cut_to_its_room),
		cmocka_unit_test(clock_is_monotonic_and_counts_nanoseconds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
