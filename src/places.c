// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <string.h>
#include "places.h"

#define PLACE(program_, hook_, peer_, kind_, family_, socket_, target_, method_, arg_) \
	{ \
		.program = "on_" #program_, \
		.target = #target_, \
		.method = #method_, \
		.hook = PT_HOOK_##hook_, \
		.peer = PT_HOOK_##peer_, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_##family_, \
		.socket = PT_SOCKET_##socket_, \
	},
const struct place places[PT_NR_PLACES] = { PT_ATTACH(PLACE) };

bool place_suits(const struct place *p, enum pt_family family, enum pt_socket socket)
{
	return p->family & family && p->socket & socket;
}

bool place_is_of(const struct place *p, enum pt_hook hook)
{
	/* DRIVER leaves the responder's stamp to TRANSMITTED, see bpf/methods.h. */
	return p->hook == hook || (p->peer == hook && strcmp(p->method, "DRIVER") != 0);
}

void places_choose(bool use[PT_NR_PLACES], struct kernel *kernel, enum pt_family family,
		   enum pt_socket socket, bool functions)
{
	const struct place *p;
	uint32_t have = 0;
	enum pt_place i;

	for (i = 0; i < PT_NR_PLACES; i++) {
		p = &places[i];
		use[i] = place_suits(p, family, socket);
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
