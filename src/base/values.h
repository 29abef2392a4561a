/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of options, parsed from text of which every byte has to be valid. */
#ifndef PINGTRACE_VALUES_H
#define PINGTRACE_VALUES_H

#include <stddef.h>
#include <stdint.h>

#define PATTERN_MAX 16 /* bytes, as ping */
#define SECONDS_MAX 2147483 /* ping's limit: INT_MAX ms */

/* Each returns 0, or -EINVAL with nothing written: not of that form, or out of range. */

/* A whole number, decimal, from @min to @max. */
int value_integer(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/* The same, or hexadecimal after 0x. */
int value_bits(const char *text, uint64_t max, uint64_t *value);

/* Seconds from 0 to SECONDS_MAX with a fraction, in ns. The point is a point in every locale. */
int value_seconds(const char *text, uint64_t *ns);

/* Hex digits, two for each byte; a last single digit is a byte too. Bytes beyond PATTERN_MAX are ignored. */
int value_pattern(const char *text, uint8_t pattern[PATTERN_MAX], size_t *size);

#endif /* PINGTRACE_VALUES_H */
