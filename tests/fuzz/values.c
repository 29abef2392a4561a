// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of options, and names from DNS on their way to the terminal. */
#include <assert.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "base/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_harmless(const char *text)
{
	char name[64];
	size_t i;

	harmless(name, sizeof(name), text);
	for (i = 0; name[i]; i++)
		assert((unsigned char)name[i] > ' ' && name[i] != 0x7f);
	/* What came through is whole: no letter is cut, no control character is among them. */
	assert(mbstowcs(NULL, name, 0) != (size_t)-1);
	assert(i < sizeof(name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *locale;
	uint8_t pattern[PATTERN_MAX];
	char text[128];
	uint64_t v, ns;
	size_t n;

	if (!locale)
		locale = setlocale(LC_CTYPE, "C.UTF-8") ?: "";
	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!value_integer(text, 1, 65536, &v))
		assert(v >= 1 && v <= 65536);
	if (!value_bits(text, 255, &v))
		assert(v <= 255);
	if (!value_seconds(text, &ns))
		assert(ns <= SECONDS_MAX * NSEC_PER_SEC);
	if (!value_pattern(text, pattern, &n))
		assert(n <= PATTERN_MAX);
	check_harmless(text);
	return 0;
}
