// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/charset.h"
#include "output/json.h"

static bool incomplete; /* of what is being made, something is missing */

static bool is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

json_t *json_text(const char *text)
{
	size_t size = strlen(text) * UTF8_PER_BYTE + 1;
	json_t *string;
	char *utf8;

	if (is_ascii(text))
		return json_string(text);
	utf8 = malloc(size);
	if (!utf8)
		return NULL;
	string = json_string(utf8_from_locale(utf8, size, text));
	free(utf8);
	return string;
}

void json_put(json_t *object, const char *key, json_t *value)
{
	incomplete |= json_object_set_new(object, key, value) != 0;
}

void json_add(json_t *array, json_t *value)
{
	incomplete |= json_array_append_new(array, value) != 0;
}

/*
 * Print into a buffer of our own, which grows. Not json_dumps(): if its buffer cannot grow, it leaves out a key without an
 * error (jansson 2.14). Returns the length; 0: no memory.
 */
static size_t dump(const json_t *object, const char **text)
{
	static size_t room;
	static char *buffer;
	size_t size;
	char *more;

	while ((size = json_dumpb(object, buffer, room, JSON_COMPACT)) > room) {
		more = realloc(buffer, 2 * size);
		if (!more)
			return 0;
		buffer = more;
		room = 2 * size;
	}
	*text = buffer;
	return size;
}

/* Returns the length of the text; 0: @object, which is taken over, could not be made completely. */
static size_t finish(json_t *object, const char **text)
{
	size_t size = object && !incomplete ? dump(object, text) : 0;

	json_decref(object);
	incomplete = false;
	return size;
}

bool json_line(json_t *object, FILE *file)
{
	const char *text = NULL;
	size_t size = finish(object, &text);

	if (!size)
		return false;
	fwrite(text, 1, size, file);
	putc('\n', file);
	return true;
}

/* In JSON a `<` stands only within strings. */
bool json_in_html(json_t *object, FILE *file)
{
	const char *text = NULL;
	size_t i, size = finish(object, &text);

	for (i = 0; i < size; i++) {
		if (text[i] == '<')
			fputs("\\u003c", file);
		else
			putc(text[i], file);
	}
	return size;
}
