// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include "output/json.h"

#define REPLACED "\xef\xbf\xbd" /* U+FFFD */

static int allocations, fails_at;

static void *failing_malloc(size_t size)
{
	return ++allocations == fails_at ? NULL : malloc(size);
}

static json_t *make(void)
{
	json_t *o = json_object(), *list = json_array();

	json_add(list, json_text("one"));
	json_add(list, json_integer(2));
	json_put(o, "name", json_text("a\xff"));
	json_put(o, "list", list);
	json_put(o, "nested", json_pack("{s:i, s:o}", "a", 1, "b", json_text("z")));
	return o;
}

/* Whichever allocation fails: the line is complete, or it is said that there is none. */
static void an_object_is_printed_completely_or_reported_missing(void **state)
{
	static const char whole[] =
		"{\"name\":\"a" REPLACED "\",\"list\":[\"one\",2],\"nested\":{\"a\":1,\"b\":\"z\"}}\n";
	char got[256];
	FILE *file;
	bool told;

	(void)state;
	setlocale(LC_CTYPE, "C");
	json_set_alloc_funcs(failing_malloc, free);
	for (fails_at = 1;; fails_at++) {
		allocations = 0;
		file = tmpfile();
		assert_non_null(file);
		told = !json_line(make(), file);
		rewind(file);
		got[fread(got, 1, sizeof(got) - 1, file)] = '\0';
		fclose(file);
		assert_string_equal(got, told ? "" : whole);
		if (allocations < fails_at)
			break;
	}
	assert_true(fails_at > 10);
	json_set_alloc_funcs(malloc, free);
	assert_false(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_printed_completely_or_reported_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
