/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON lines. jansson returns NULL for a string that is not UTF-8 and when memory runs out, and ignores NULL that is put into
 * an object. Here such a failure is remembered until the line is printed: no object is printed incomplete, and none vanishes
 * silently.
 */
#ifndef PINGTRACE_JSON_H
#define PINGTRACE_JSON_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

/* A JSON string from text in the locale's character set, of any content. NULL: no memory. */
json_t *json_text(const char *text);

/* Put @value, whose reference is taken over, into an object or at the end of an array. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/*
 * Print @object, whose reference is taken over, as a line. Returns false, with nothing printed, if anything failed since the
 * last call.
 */
bool json_line(json_t *object, FILE *file);

/* The same within a <script> element of HTML, without the line's end: no string in it ends the element. */
bool json_in_html(json_t *object, FILE *file);

#endif /* PINGTRACE_JSON_H */
