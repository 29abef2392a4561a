// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "base/values.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int parse(const char *text, int base, uint64_t min, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (!isxdigit((unsigned char)text[0]))
		return -EINVAL; /* strtoull takes blanks and signs */
	errno = 0;
	v = strtoull(text, &end, base);
	if (end == text || *end || errno || v < min || v > max)
		return -EINVAL;
	*value = v;
	return 0;
}

int value_integer(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	return parse(text, 10, min, max, value);
}

int value_bits(const char *text, uint64_t max, uint64_t *value)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return isxdigit((unsigned char)text[2]) && text[3] != 'x' && text[3] != 'X' ?
			       parse(text + 2, 16, 0, max, value) :
			       -EINVAL;
	return parse(text, 10, 0, max, value);
}

/* The program leaves LC_NUMERIC at "C". strtod takes blanks, hexadecimal and words as well. */
int value_seconds(const char *text, uint64_t *ns)
{
	const char *digits = text + (text[0] == '+');
	char *end;
	double v;

	if ((!is_digit(digits[0]) && digits[0] != '.') || strpbrk(text, "xXnNpP"))
		return -EINVAL;
	errno = 0;
	v = strtod(text, &end);
	if (end == text || *end || errno || !isfinite(v) || v < 0 || v > SECONDS_MAX)
		return -EINVAL;
	*ns = llround(v * NSEC_PER_SEC);
	return 0;
}

static uint8_t hex_digit(char c)
{
	return is_digit(c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

int value_pattern(const char *text, uint8_t pattern[PATTERN_MAX], size_t *size)
{
	const char *c;
	size_t n = 0;

	for (c = text; *c; c++)
		if (!isxdigit((unsigned char)*c))
			return -EINVAL;
	for (c = text; *c && n < PATTERN_MAX; n++) {
		pattern[n] = hex_digit(*c++);
		if (*c)
			pattern[n] = pattern[n] << 4 | hex_digit(*c++);
	}
	*size = n;
	return 0;
}
