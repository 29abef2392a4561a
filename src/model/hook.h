/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hook is, from the hook table. */
#ifndef PINGTRACE_HOOK_H
#define PINGTRACE_HOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/hooks.h>

struct hook_info {
	const char *name;
	const char *segment; /* that begins here */
	enum pt_side side;
	enum pt_pass pass;
	enum pt_socket socket;
	enum pt_layer layer;
	enum pt_packet packet;
};

extern const struct hook_info hook_infos[PT_NR_HOOKS];

/* Is @hook on the path with this kind of socket? (Inline, as those below: called for every hook of every probe.) */
static inline bool hook_on_path(enum pt_hook hook, enum pt_socket socket)
{
	return hook_infos[hook].side == PT_SIDE_OURS && hook_infos[hook].socket & socket;
}

/* The hooks on the path with this kind of socket: a mask. */
static inline uint32_t hooks_on_path(enum pt_socket socket)
{
#define BIT_OF_PATH(hook, name, side, packet, pass, socket_, ...) \
	| (PT_SIDE_##side == PT_SIDE_OURS && PT_SOCKET_##socket_ & socket ? 1U << PT_HOOK_##hook : 0)
	return 0 PT_HOOKS(BIT_OF_PATH);
#undef BIT_OF_PATH
}

/* The hooks whose stamps user space takes: a mask. */
static inline uint32_t hooks_of_user(void)
{
#define BIT_OF_USER(hook, name, side, packet, pass, ...) \
	| (PT_PASS_##pass == PT_PASS_USER ? 1U << PT_HOOK_##hook : 0)
	return 0 PT_HOOKS(BIT_OF_USER);
#undef BIT_OF_USER
}

/* Is it on the responder's side? */
static inline bool hook_is_peer(enum pt_hook hook)
{
	return hook_infos[hook].side == PT_SIDE_RESPONDER;
}

/* Does the reply pass there? Otherwise the request does. */
static inline bool hook_is_reply(enum pt_hook hook)
{
	return hook_infos[hook].packet == PT_PACKET_REPLY;
}

/* Is its stamp taken by user space? */
static inline bool hook_is_user(enum pt_hook hook)
{
	return hook_infos[hook].pass == PT_PASS_USER;
}

/* Which layer begins there? */
static inline enum pt_layer hook_layer(enum pt_hook hook)
{
	return hook_infos[hook].layer;
}

/* "qdisc": the segment that begins at @hook; "" after the last. */
const char *hook_segment(enum pt_hook hook);

/* "dev_queue" */
const char *hook_name(enum pt_hook hook);
/* The hook of that name, or PT_HOOK_NONE. */
enum pt_hook hook_of_name(const char *name);

#endif /* PINGTRACE_HOOK_H */
