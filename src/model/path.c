// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "model/path.h"

#define LAYER_NAME(layer, name) [PT_LAYER_##layer] = name,
static const char *const layer_names[PT_NR_LAYERS] = { PT_LAYERS(LAYER_NAME) };

/* Append @part to @name, after a plus where something stands already. */
static void join(char name[SEGMENT_NAME_MAX], const char *part)
{
	size_t len = strlen(name);

	if (len + strlen(part) + 2 > SEGMENT_NAME_MAX)
		return;
	if (len)
		name[len++] = '+';
	strcpy(name + len, part);
}

char *segment_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to, enum pt_socket socket)
{
	enum pt_hook h;

	name[0] = '\0';
	for (h = from; h < to; h++)
		if (hook_on_path(h, socket))
			join(name, hook_segment(h));
	return name;
}

char *inside_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to)
{
	enum pt_hook h;

	name[0] = '\0';
	for (h = from; h < to; h++)
		join(name, h == INSIDE_FROM ? PT_WIRE_OUT : hook_segment(h));
	return name;
}

char *layer_name(char name[SEGMENT_NAME_MAX], layer_set layers)
{
	enum pt_layer l, next;
	const char *last = "";

	name[0] = '\0';
	for (;;) {
		next = PT_NR_LAYERS;
		for (l = 0; l < PT_NR_LAYERS; l++)
			if (layers & LAYER_BIT(l) && strcmp(layer_names[l], last) > 0 &&
			    (next == PT_NR_LAYERS || strcmp(layer_names[l], layer_names[next]) < 0))
				next = l;
		if (next == PT_NR_LAYERS)
			return name;
		join(name, layer_names[next]);
		last = layer_names[next];
	}
}
