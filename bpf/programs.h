/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One program for each row of PT_ATTACH. What they do is in methods.h, which packet is ours in packet.h,
 * the stamp itself in stamp.h. Whoever includes this says how programs get at their arguments:
 *
 *	SECTION_FUNCTION, SECTION_TRACEPOINT	prefix of the section's name
 *	ARG_FUNCTION(ctx, n), ARG_TRACEPOINT(ctx, n)	argument n as an integer
 */
#ifndef PINGTRACE_BPF_PROGRAMS_H
#define PINGTRACE_BPF_PROGRAMS_H

#include "methods.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FALLBACK SECTION_TRACEPOINT
#define ARG_FALLBACK(ctx, n) ARG_TRACEPOINT(ctx, n)
#define POINTER(kind, ctx, n) ((void *)ARG_##kind(ctx, n))

#define CALL_SENDING(kind, ctx, hook, peer, arg) method_SENDING(POINTER(kind, ctx, arg), hook)
#define CALL_SYSCALL(kind, ctx, hook, peer, arg) method_SYSCALL(ARG_##kind(ctx, arg), hook)
#define CALL_TRANSMIT(kind, ctx, hook, peer, arg) method_TRANSMIT(POINTER(kind, ctx, arg), hook, peer)
#define CALL_DRIVER(kind, ctx, hook, peer, arg) method_DRIVER(POINTER(kind, ctx, arg), hook, peer)
#define CALL_TRANSMITTED(kind, ctx, hook, peer, arg) \
	method_TRANSMITTED(POINTER(kind, ctx, 0), hook, peer, (int)ARG_##kind(ctx, 1), POINTER(kind, ctx, 2))
#define CALL_RECEIVE(kind, ctx, hook, peer, arg) method_RECEIVE(POINTER(kind, ctx, arg), hook, peer)
#define CALL_DELIVER(kind, ctx, hook, peer, arg) method_DELIVER(POINTER(kind, ctx, arg), hook, peer)
#define CALL_DELIVER_RAW(kind, ctx, hook, peer, arg) \
	method_DELIVER_RAW(POINTER(kind, ctx, 0), hook, POINTER(kind, ctx, 1))
#define CALL_READY(kind, ctx, hook, peer, arg) method_READY(POINTER(kind, ctx, arg), hook)
#define CALL_QUEUED(kind, ctx, hook, peer, arg) method_QUEUED(POINTER(kind, ctx, arg), hook)
#define CALL_COPIED(kind, ctx, hook, peer, arg) method_COPIED(POINTER(kind, ctx, arg), hook)

#define PROGRAM(program, hook, peer, kind, family, socket, target, method, arg) \
	SEC(SECTION_##kind #target) \
	int on_##program(PROGRAM_CONTEXT *ctx) \
	{ \
		return CALL_##method(kind, ctx, PT_HOOK_##hook, PT_HOOK_##peer, arg); \
	}

PT_ATTACH(PROGRAM)

/*
 * What a stamp costs on this machine: the loader lets packets of its own, made like replies to probe 0,
 * go through a pair of local sockets, with and without this program.
 */
SEC(SECTION_TRACEPOINT "skb_copy_datagram_iovec")
int measure(PROGRAM_CONTEXT *ctx)
{
	return CALL_RECEIVE(TRACEPOINT, ctx, PT_HOOK_NETIF_RECEIVE, PT_HOOK_NONE, 0);
}

#include "why.h"

#endif /* PINGTRACE_BPF_PROGRAMS_H */
