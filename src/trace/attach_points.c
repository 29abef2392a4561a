// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/attach_points.h"

#define ATTACH_POINT(program_, hook_, responder_hook_, kind_, family_, socket_, place_, handler_, arg_) \
	{ \
		.program = "on_" #program_, \
		.name = #place_, \
		.hook = PT_HOOK_##hook_, \
		.responder_hook = PT_HOOK_##responder_hook_, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_##family_, \
		.socket = PT_SOCKET_##socket_, \
	},
#define EXTRA_ATTACH_POINT(program_, purpose_, kind_, place_) \
	{ \
		.program = program_, \
		.name = #place_, \
		.hook = PT_HOOK_NONE, \
		.responder_hook = PT_HOOK_NONE, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_ANY, \
		.socket = PT_SOCKET_ANY, \
		.purpose = purpose_, \
	},
#define WHY_ATTACH_POINT(program_, hook_, kind_, place_, handler_, arg_) \
	EXTRA_ATTACH_POINT("why_" #program_, PURPOSE_WHY, kind_, place_)
#define HEADS_ATTACH_POINT(program_, hook_, kind_, place_, handler_, arg_) \
	EXTRA_ATTACH_POINT("heads_" #program_, PURPOSE_HEADS, kind_, place_)
/* clang-format off */
const struct attach_point attach_points[PT_NR_ATTACH_POINTS] = {
	PT_ATTACH_POINTS(ATTACH_POINT) PT_WHY(WHY_ATTACH_POINT) PT_HEADS(HEADS_ATTACH_POINT)
};
/* clang-format on */

#define TIMESTAMPING_HOOK(hook, flag) 1U << PT_HOOK_##hook |
const uint32_t timestamping_hooks = PT_TIMESTAMPING(TIMESTAMPING_HOOK) 0;

bool attach_point_suits(const struct attach_point *p, enum pt_family family, enum pt_socket socket)
{
	return p->family & family && p->socket & socket;
}

bool attach_point_stamps(const struct attach_point *p, enum pt_hook hook)
{
	return p->hook == hook || p->responder_hook == hook;
}

static bool kernel_has(struct kernel *kernel, const struct attach_point *p, bool functions)
{
	if (p->kind == PT_KIND_FUNCTION)
		return functions && kernel_has_function(kernel, p->name);
	return kernel_has_tracepoint(kernel, p->name);
}

void attach_points_choose(bool use[PT_NR_ATTACH_POINTS], struct kernel *kernel, enum pt_family family,
			  enum pt_socket socket, bool functions, unsigned int wanted)
{
	const struct attach_point *p;
	uint32_t have = 0; /* the hooks */
	enum pt_attach_point i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++) {
		p = &attach_points[i];
		use[i] = attach_point_suits(p, family, socket) &&
			 (p->purpose == PURPOSE_STAMPS || wanted & 1U << p->purpose);
		if (use[i] && p->kind != PT_KIND_TRACEPOINT && p->purpose == PURPOSE_STAMPS &&
		    have & 1U << p->hook)
			use[i] = false;
		use[i] = use[i] && kernel_has(kernel, p, functions);
		if (use[i])
			have |= 1U << p->hook;
	}
}
