// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "model/hook.h"

#define HOOK_INFO(hook, name_, side_, packet_, pass_, socket_, segment_, layer_) \
	[PT_HOOK_##hook] = { \
		.name = #name_, \
		.segment = segment_, \
		.side = PT_SIDE_##side_, \
		.pass = PT_PASS_##pass_, \
		.socket = PT_SOCKET_##socket_, \
		.layer = PT_LAYER_##layer_, \
		.packet = PT_PACKET_##packet_, \
	},
const struct hook_info hook_infos[PT_NR_HOOKS] = { PT_HOOKS(HOOK_INFO) };

const char *hook_name(enum pt_hook hook)
{
	return hook_infos[hook].name;
}

enum pt_hook hook_of_name(const char *name)
{
	enum pt_hook h = 0;

	while (h < PT_NR_HOOKS && strcmp(hook_infos[h].name, name) != 0)
		h++;
	return h < PT_NR_HOOKS ? h : PT_HOOK_NONE;
}

const char *hook_segment(enum pt_hook hook)
{
	return hook_infos[hook].segment;
}
