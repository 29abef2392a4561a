// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain -j: an object for each hook, see docs/json.md. */
#include <stdio.h>
#include "explain/explain.h"
#include "explain/hook_texts.h"
#include "model/path.h"
#include "output/json.h"

static json_t *attach_point_of(const struct attach_point *p, bool used)
{
	json_t *o =
		json_pack("{s:s, s:s, s:b}", "kind", p->kind == PT_KIND_FUNCTION ? "function" : "tracepoint",
			  "name", p->name, "used", used);

	if (p->family != PT_FAMILY_ANY)
		json_put(o, "family", json_string(p->family == PT_FAMILY_V4 ? "IPv4" : "IPv6"));
	if (p->socket != PT_SOCKET_ANY)
		json_put(o, "socket", json_string(p->socket == PT_SOCKET_RAW ? "raw" : "dgram"));
	return o;
}

static json_t *attach_points_of(const struct explained *e, enum pt_hook hook)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if ((e->has[i] || e->uses[i]) && attach_point_stamps(&attach_points[i], hook))
			json_add(array, attach_point_of(&attach_points[i], e->uses[i]));
	return array;
}

static json_t *hook_of(const struct explained *e, enum pt_hook hook)
{
	const struct hook_text *text = &hook_texts[hook];
	char layer[SEGMENT_NAME_MAX];
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "hook", hook_name(hook), "packet",
			      hook_is_reply(hook) ? "reply" : "request", "layer",
			      layer_name(layer, LAYER_BIT(hook_layer(hook))), "about", text->about, "does",
			      text->does, "slow", text->slow, "read", text->read);

	if (explain_on_path(e, hook) && *hook_segment(hook))
		json_put(o, "segment", json_string(hook_segment(hook)));
	if (hook_is_user(hook))
		return o;
	/* Without type information nobody can say what there is. */
	if (e->has_btf)
		json_put(o, "places", attach_points_of(e, hook));
	if (e->backend_known)
		json_put(o, "backend", json_string(backend_name(e->backend)));
	json_put(o, "seen", json_boolean(e->hooks & 1U << hook));
	return o;
}

bool explain_json(const struct explained *e)
{
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (explain_wants(e, h) && !json_line(hook_of(e, h), stdout))
			return false;
	return true;
}
