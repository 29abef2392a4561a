// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "util.h"

void complain(const char *fmt, ...)
{
	char line[512], *c;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* What the user typed or the network said may stand in it: no control characters. */
	for (c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	fflush(stdout);
	fprintf(stderr, "pingtrace: %s\n", line);
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

int because(struct reason *why, int err, const char *fmt, ...)
{
	va_list ap;

	if (why) {
		va_start(ap, fmt);
		vsnprintf(why->text, sizeof(why->text), fmt, ap);
		va_end(ap);
	}
	return -err;
}

/* Size of the letter or digit of the locale's character set that @src begins with; 0: it is none. */
static size_t letter_size(const char *src)
{
	mbstate_t state = {};
	wchar_t c;
	size_t n = mbrtowc(&c, src, MB_CUR_MAX, &state);

	return n != (size_t)-1 && n != (size_t)-2 && n > 1 && iswalnum(c) ? n : 0;
}

char *harmless(char *dst, size_t size, const char *src)
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
		dst[i++] = *src > 0x20 && *src < 0x7f ? *src : '?';
		src++;
	}
	if (size)
		dst[i] = '\0';
	return dst;
}
