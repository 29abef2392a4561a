// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/privileges.h"
#include "explain/explain.h"
#include "model/path.h"

/* --- which hooks --- */

bool explain_on_path(const struct explained *e, enum pt_hook hook)
{
	return hook_is_peer(hook) || hook_on_path(hook, e->options->socket);
}

/* On the path, or stamped beside it. */
static bool is_passed(const struct explained *e, enum pt_hook hook)
{
	const struct options *o = e->options;
	size_t i;

	if (explain_on_path(e, hook))
		return true;
	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (attach_point_stamps(&attach_points[i], hook) &&
		    attach_point_suits(&attach_points[i], o->family, o->socket))
			return true;
	return false;
}

/* Does @name, of @len characters, name @hook, its segment, or its layer? */
static bool names_hook(const struct explained *e, const char *name, size_t len, enum pt_hook hook)
{
	char layer[SEGMENT_NAME_MAX];
	const char *const names[] = { hook_name(hook), layer_name(layer, LAYER_BIT(hook_layer(hook))),
				      explain_on_path(e, hook) ? hook_segment(hook) : "",
				      hook == PT_HOOK_XMIT ? PT_WIRE_OUT : "" };
	size_t i;

	if (!is_passed(e, hook))
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (len && strlen(names[i]) == len && !strncmp(names[i], name, len))
			return true;
	return false;
}

/* The same for the name of a merged segment, which is made of names with a plus. */
static bool names_one(const struct explained *e, const char *name, enum pt_hook hook)
{
	size_t len;

	for (;; name += len + 1) {
		len = strcspn(name, "+");
		if (names_hook(e, name, len, hook))
			return true;
		if (!name[len])
			return false;
	}
}

bool explain_wants(const struct explained *e, enum pt_hook hook)
{
	const struct options *o = e->options;
	unsigned int i;

	if (!*o->explain_name && !o->nr_targets)
		return is_passed(e, hook);
	if (names_one(e, o->explain_name, hook))
		return true;
	for (i = 0; i < o->nr_targets; i++)
		if (names_one(e, o->targets[i], hook))
			return true;
	return false;
}

/* Complain if @name, up to a plus, is unknown. */
static bool is_known_part(const struct explained *e, const char *name, size_t len)
{
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (names_hook(e, name, len, h))
			return true;
	complain("no hook, segment or layer '%.*s'%s: --explain without a name lists them all",
		 (int)(len < 64 ? len : 64), name,
		 e->options->socket == PT_SOCKET_DGRAM ? " with a ping socket" :
		 e->options->socket == PT_SOCKET_RAW   ? " with a raw socket" :
							 "");
	return false;
}

static bool is_known(const struct explained *e, const char *name)
{
	size_t len;

	for (;; name += len + 1) {
		len = strcspn(name, "+");
		if (!is_known_part(e, name, len))
			return false;
		if (!name[len])
			return true;
	}
}

static bool all_known(const struct explained *e)
{
	const struct options *o = e->options;
	unsigned int i;

	if (*o->explain_name && !is_known(e, o->explain_name))
		return false;
	for (i = 0; i < o->nr_targets; i++)
		if (!is_known(e, o->targets[i]))
			return false;
	return true;
}

/* --- this kernel --- */

/* As --trace says, or what `auto` would choose. */
static void find_backend(struct explained *e, const struct kernel *k)
{
	e->backend_known = true;
	if (e->options->backend != BACKEND_AUTO)
		e->backend = e->options->backend;
	else
		e->backend = backend_auto(k);
	/* Was it the kernel that refused all the better, or did this user lack the rights? */
	if (e->options->backend == BACKEND_AUTO && e->backend == BACKEND_TIMESTAMPING &&
	    !privileges_has(PRIVILEGE_TRACE) && (k->fentry == -EPERM || k->fentry == -EACCES)) {
		e->backend_known = false;
		e->backend = BACKEND_FENTRY;
	}
}

/* For every family and socket that the user asked for. */
static void find_attach_points(struct explained *e, struct kernel *k, bool functions,
			       bool found[PT_NR_ATTACH_POINTS])
{
	static const enum pt_family families[] = { PT_FAMILY_V4, PT_FAMILY_V6 };
	static const enum pt_socket sockets[] = { PT_SOCKET_DGRAM, PT_SOCKET_RAW };
	bool use[PT_NR_ATTACH_POINTS];
	size_t f, s, i;

	for (f = 0; f < ARRAY_SIZE(families); f++) {
		for (s = 0; s < ARRAY_SIZE(sockets); s++) {
			if (!(families[f] & e->options->family && sockets[s] & e->options->socket))
				continue;
			attach_points_choose(use, k, families[f], sockets[s], functions, 0);
			for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
				found[i] |= use[i];
		}
	}
}

static void find_hooks(struct explained *e, struct kernel *k)
{
	enum pt_hook h;
	size_t i;

	if (e->backend == BACKEND_TIMESTAMPING)
		e->hooks = timestamping_hooks;
	if (e->backend == BACKEND_TIMESTAMPING || e->backend == BACKEND_OFF)
		return;
	find_attach_points(e, k, e->backend != BACKEND_TRACEPOINT, e->uses);
	for (h = 0; h < PT_NR_HOOKS; h++)
		for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
			if (e->uses[i] && attach_point_stamps(&attach_points[i], h))
				e->hooks |= 1U << h;
}

int explain_run(const struct options *o)
{
	struct explained e = { .options = o };
	struct kernel kernel;

	if (!all_known(&e))
		return EXIT_ERROR;
	kernel_probe(&kernel, o->verbose);
	e.has_btf = kernel.has_btf;
	find_backend(&e, &kernel);
	find_attach_points(&e, &kernel, true, e.has);
	find_hooks(&e, &kernel);
	kernel_forget(&kernel);
	if (!o->json) {
		explain_text(&e);
		return 0;
	}
	if (explain_json(&e))
		return 0;
	complain("no memory for a JSON object: output is incomplete");
	return EXIT_ERROR;
}
