// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include "attach_points.h"

#define ATTACH_POINT(program_, hook_, responder_hook_, kind_, family_, socket_, target_, handler_, arg_) \
	{ \
		.program = "on_" #program_, \
		.target = #target_, \
		.hook = PT_HOOK_##hook_, \
		.responder_hook = PT_HOOK_##responder_hook_, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_##family_, \
		.socket = PT_SOCKET_##socket_, \
	},
const struct attach_point attach_points[PT_NR_ATTACH_POINTS] = { PT_ATTACH_POINTS(ATTACH_POINT) };

bool attach_point_suits(const struct attach_point *p, enum pt_family family, enum pt_socket socket)
{
	return p->family & family && p->socket & socket;
}

bool attach_point_stamps(const struct attach_point *p, enum pt_hook hook)
{
	return p->hook == hook || p->responder_hook == hook;
}

void attach_points_choose(bool use[PT_NR_ATTACH_POINTS], struct kernel *kernel, enum pt_family family,
			  enum pt_socket socket, bool functions)
{
	const struct attach_point *p;
	uint32_t have = 0;
	enum pt_attach_point i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++) {
		p = &attach_points[i];
		use[i] = attach_point_suits(p, family, socket);
		if (p->kind != PT_KIND_TRACEPOINT && have & 1U << p->hook)
			use[i] = false;
		else if (p->kind == PT_KIND_FUNCTION)
			use[i] = use[i] && functions && kernel_has_function(kernel, p->target);
		else
			use[i] = use[i] && kernel_has_tracepoint(kernel, p->target);
		if (use[i])
			have |= 1U << p->hook;
	}
}
