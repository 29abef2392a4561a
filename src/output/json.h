/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON lines. jansson gives NULL for a string that is no UTF-8 and where there is no memory, and says nothing when that is
 * put into an object. Here such a failure is remembered until the line is to be printed: no object is printed
 * incomplete, and none vanishes in silence.
 */
#ifndef PINGTRACE_JSON_H
#define PINGTRACE_JSON_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

/* A string of the locale's character set, which may hold anything. NULL: no memory. */
json_t *json_text(const char *text);

/* Put @value, which is taken over, into an object or behind an array. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/*
 * Print @object, which is taken over, as a line. Returns false where it could not be made completely, since the last
 * call: then nothing has been printed.
 */
bool json_line(json_t *object, FILE *file);

#endif /* PINGTRACE_JSON_H */
