// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "model/hook.h"

struct hook_info {
	const char *name;
	const char *segment; /* that begins here */
	enum pt_side side;
	enum pt_pass pass;
	enum pt_socket socket;
	enum pt_layer layer;
	enum pt_packet packet;
};

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
static const struct hook_info hooks[PT_NR_HOOKS] = { PT_HOOKS(HOOK_INFO) };

const char *hook_name(enum pt_hook hook)
{
	return hooks[hook].name;
}

enum pt_hook hook_of_name(const char *name)
{
	enum pt_hook h = 0;

	while (h < PT_NR_HOOKS && strcmp(hooks[h].name, name) != 0)
		h++;
	return h < PT_NR_HOOKS ? h : PT_HOOK_NONE;
}

bool hook_on_path(enum pt_hook hook, enum pt_socket socket)
{
	return hooks[hook].side == PT_SIDE_OURS && hooks[hook].socket & socket;
}

bool hook_is_peer(enum pt_hook hook)
{
	return hooks[hook].side == PT_SIDE_RESPONDER;
}

bool hook_is_user(enum pt_hook hook)
{
	return hooks[hook].pass == PT_PASS_USER;
}

bool hook_is_reply(enum pt_hook hook)
{
	return hooks[hook].packet == PT_PACKET_REPLY;
}

const char *hook_segment(enum pt_hook hook)
{
	return hooks[hook].segment;
}

enum pt_layer hook_layer(enum pt_hook hook)
{
	return hooks[hook].layer;
}
