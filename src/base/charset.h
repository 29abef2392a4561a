/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text between the locale's character set and UTF-8, which JSON is in whatever the locale. */
#ifndef PINGTRACE_CHARSET_H
#define PINGTRACE_CHARSET_H

#include <stddef.h>

/* At least as many bytes of UTF-8 as one byte of any character set becomes. (U+FFFD takes three.) */
#define UTF8_PER_BYTE 4

/* Load what the C library needs for the locale's character set, while files can still be opened. */
void charset_prepare(void);

/*
 * Convert @src from the locale's character set to UTF-8 in @dst of @size bytes. Invalid bytes become U+FFFD. What does not fit
 * is cut off at a whole character. Returns @dst.
 */
char *utf8_from_locale(char *dst, size_t size, const char *src);

/* The reverse. Characters that the locale's character set lacks, and invalid UTF-8, become question marks. */
char *locale_from_utf8(char *dst, size_t size, const char *src);

#endif /* PINGTRACE_CHARSET_H */
