/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text between the locale's character set and UTF-8, which JSON is in whatever the locale. */
#ifndef PINGTRACE_CHARSET_H
#define PINGTRACE_CHARSET_H

#include <stddef.h>

/* Bytes of UTF-8 that one byte of any character set becomes at the most: U+FFFD takes three. */
#define UTF8_PER_BYTE 4

/* Load what the C library needs for the locale's character set, while files can still be opened. */
void charset_prepare(void);

/*
 * Convert @src of the locale's character set to UTF-8 in @dst of @size bytes. What is no character becomes U+FFFD. What does
 * not fit is left out, by whole characters. Returns @dst.
 */
char *utf8_from_locale(char *dst, size_t size, const char *src);

/* The other way: what the locale's character set has not, and what is no UTF-8, becomes a question mark. */
char *locale_from_utf8(char *dst, size_t size, const char *src);

#endif /* PINGTRACE_CHARSET_H */
