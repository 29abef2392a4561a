// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "base/util.h"

void *grow_array(void *array, unsigned int *nr, unsigned int index, size_t size)
{
	char *more;

	if (index < *nr)
		return array;
	more = reallocarray(array, (size_t)index + 1, size);
	if (!more)
		return NULL;
	memset(more + *nr * size, 0, ((size_t)index + 1 - *nr) * size);
	*nr = index + 1;
	return more;
}

void append_v(char *text, size_t size, const char *fmt, va_list ap)
{
	size_t len = strlen(text);

	vsnprintf(text + len, size - len, fmt, ap);
}

void append(char *text, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_v(text, size, fmt, ap);
	va_end(ap);
}

int error_set(struct error *error, int err, const char *fmt, ...)
{
	va_list ap;

	if (error) {
		va_start(ap, fmt);
		vsnprintf(error->text, sizeof(error->text), fmt, ap);
		va_end(ap);
	}
	return -err;
}

/*
 * Characters that iswalnum() accepts and that must not be shown: those of right-to-left scripts (Unicode's default
 * bidirectional classes R and AL), which make figures and brackets beside them swap on the screen, and the blank fillers of
 * Hangul.
 */
static const struct {
	wchar_t first, last;
} harmful_letters[] = {
	{ 0x0590, 0x08ff }, { 0x115f, 0x1160 }, { 0x3164, 0x3164 },   { 0xfb1d, 0xfdff },
	{ 0xfe70, 0xfeff }, { 0xffa0, 0xffa0 }, { 0x10800, 0x10fff }, { 0x1e800, 0x1efff },
};

static bool is_harmful(wchar_t c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(harmful_letters); i++)
		if (c >= harmful_letters[i].first && c <= harmful_letters[i].last)
			return true;
	return false;
}

/*
 * Size of the multi-byte letter or digit of the locale's character set at @src; 0: there is none. Not iswprint(): glibc's
 * accepts invisible characters and those that change the direction of text.
 */
static size_t letter_size(const char *src)
{
	mbstate_t state = {};
	wchar_t c;
	size_t n = mbrtowc(&c, src, MB_CUR_MAX, &state);

	return n != (size_t)-1 && n != (size_t)-2 && n > 1 && iswalnum(c) && !is_harmful(c) ? n : 0;
}

/* As harmless(), where ASCII bytes from @lowest on stay. */
static char *copy_harmless(char *dst, size_t size, const char *src, char lowest)
{
	size_t i = 0, n;

	while (i + 1 < size && *src) {
		n = letter_size(src);
		if (n && i + n < size) {
			memcpy(dst + i, src, n);
			i += n;
			src += n;
			continue;
		}
		dst[i++] = *src >= lowest && *src < 0x7f ? *src : '?';
		src++;
	}
	if (size)
		dst[i] = '\0';
	return dst;
}

char *harmless(char *dst, size_t size, const char *src)
{
	return copy_harmless(dst, size, src, ' ' + 1);
}

void complain(const char *fmt, ...)
{
	char line[512], shown[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fflush(stdout);
	/* What the user typed or the network said may stand in it. */
	fprintf(stderr, "pingtrace: %s\n", copy_harmless(shown, sizeof(shown), line, ' '));
}
