// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>
#include "base/charset.h"

#define REPLACED "\xef\xbf\xbd" /* U+FFFD */

static void ascii_stays_as_it_is_in_every_locale(void **state)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	char text[128], dst[128];
	int i, c;

	(void)state;
	for (c = 1; c < 128; c++)
		text[c - 1] = c;
	text[127] = '\0';
	for (i = 0; i < 2; i++) {
		assert_non_null(setlocale(LC_CTYPE, locales[i]));
		assert_string_equal(utf8_from_locale(dst, sizeof(dst), text), text);
		assert_string_equal(locale_from_utf8(dst, sizeof(dst), text), text);
	}
}

static void what_is_no_character_is_replaced(void **state)
{
	char dst[64];

	(void)state;
	setlocale(LC_CTYPE, "C");
	assert_string_equal(utf8_from_locale(dst, sizeof(dst), "a\xc4\xe3z"), "a" REPLACED REPLACED "z");
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), "a\xe4\xbd\xa0z"), "a?z");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_string_equal(utf8_from_locale(dst, sizeof(dst), "a\xc4\xe3z\xe4\xbd"),
			    "a" REPLACED REPLACED "z" REPLACED REPLACED);
	/* Overlong, a surrogate, beyond Unicode, cut: a question mark a byte. */
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), "\xc0\xaf"), "??");
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), "\xed\xa0\x80"), "???");
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), "\xf4\x90\x80\x80"), "????");
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), "z\xe4\xbd"), "z??");
}

static void utf8_comes_through_unchanged(void **state)
{
	static const char text[] = "\xc3\xbc \xe4\xbd\xa0 \xf0\x9f\x98\x80";
	char dst[64];

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_string_equal(utf8_from_locale(dst, sizeof(dst), text), text);
	assert_string_equal(locale_from_utf8(dst, sizeof(dst), text), text);
}

static void text_is_cut_between_characters(void **state)
{
	static const size_t fits[] = { 0, 0, 1, 1, 1, 4, 5 };
	static const char text[] = "a\xe4\xbd\xa0z";
	char dst[16];
	size_t size;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size = 1; size < sizeof(fits) / sizeof(fits[0]); size++) {
		assert_int_equal(strlen(utf8_from_locale(dst, size, text)), fits[size]);
		assert_int_equal(strlen(locale_from_utf8(dst, size, text)), fits[size]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_stays_as_it_is_in_every_locale),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(utf8_comes_through_unchanged),
		cmocka_unit_test(text_is_cut_between_characters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
