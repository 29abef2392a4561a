/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One program for each row of PT_ATTACH_POINTS that suits the family which the object is compiled for. What they do is in
 * handlers.h and drop.h, which packet is ours in packet.h, the stamp itself in stamp.h. Whoever includes this says how
 * programs get at their arguments:
 *
 *	SECTION_FUNCTION, SECTION_TRACEPOINT	prefix of the section's name
 *	ARG_FUNCTION(ctx, n), ARG_TRACEPOINT(ctx, n)	argument n as an integer
 *
 * A program is in two parts where it runs for everybody's packets: the first decides, in the registers that need not be
 * saved, whether the packet may be ours; the second does the rest, and is given what the first has found (not 0).
 */
#ifndef PINGTRACE_BPF_PROGRAMS_H
#define PINGTRACE_BPF_PROGRAMS_H

#include "drop.h"
#include "handlers.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FALLBACK SECTION_TRACEPOINT
#define ARG_FALLBACK(ctx, n) ARG_TRACEPOINT(ctx, n)
#define POINTER(kind, ctx, n) ((void *)ARG_##kind(ctx, n))

#define CALL_SENDING(kind, ctx, hook, peer, arg, point, first) handle_SENDING(POINTER(kind, ctx, arg), hook)
#define CALL_SYSCALL(kind, ctx, hook, peer, arg, point, first) handle_SYSCALL(ARG_##kind(ctx, arg), hook)
#define CALL_TRANSMIT(kind, ctx, hook, peer, arg, point, first) \
	handle_TRANSMIT(POINTER(kind, ctx, arg), first, hook, peer)
#define CALL_DRIVER(kind, ctx, hook, peer, arg, point, first) \
	handle_DRIVER(POINTER(kind, ctx, arg), first, hook, peer)
#define CALL_TRANSMITTED(kind, ctx, hook, peer, arg, point, first) \
	handle_TRANSMITTED(POINTER(kind, ctx, 0), hook, peer, (int)ARG_##kind(ctx, 1), POINTER(kind, ctx, 2))
#define CALL_RECEIVE(kind, ctx, hook, peer, arg, point, first) \
	handle_RECEIVE(POINTER(kind, ctx, arg), hook, peer, point)
#define CALL_DELIVER(kind, ctx, hook, peer, arg, point, first) \
	handle_DELIVER(POINTER(kind, ctx, arg), hook, peer)
#define CALL_DELIVER_RAW(kind, ctx, hook, peer, arg, point, first) \
	handle_DELIVER_RAW(POINTER(kind, ctx, 0), hook, POINTER(kind, ctx, 1))
#define CALL_READY(kind, ctx, hook, peer, arg, point, first) handle_READY(POINTER(kind, ctx, arg), hook)
#define CALL_QUEUED(kind, ctx, hook, peer, arg, point, first) handle_QUEUED(POINTER(kind, ctx, arg), hook)
#define CALL_COPIED(kind, ctx, hook, peer, arg, point, first) handle_COPIED(POINTER(kind, ctx, arg), hook)
#define CALL_DROPPED(kind, ctx, hook, peer, arg, point, first) \
	handle_DROPPED(ctx, POINTER(kind, ctx, 0), ARG_##kind(ctx, 1), \
		       config.nr_drop_args > 2 ? ARG_##kind(ctx, 2) : 0, \
		       config.nr_drop_args > 3 ? POINTER(kind, ctx, 3) : NULL)

#define WANTS_TRANSMIT(kind, ctx, hook, peer, arg) wants_TRANSMIT(POINTER(kind, ctx, arg), peer)
#define WANTS_DRIVER(kind, ctx, hook, peer, arg) wants_TRANSMIT(POINTER(kind, ctx, arg), peer)
#define WANTS_TRANSMITTED(kind, ctx, hook, peer, arg) wants_TRANSMITTED()
#define WANTS_RECEIVE(kind, ctx, hook, peer, arg) wants_RECEIVE(POINTER(kind, ctx, arg), hook)
#define WANTS_READY(kind, ctx, hook, peer, arg) may_be_ours(POINTER(kind, ctx, arg), PT_HOOK_NONE)
#define WANTS_COPIED(kind, ctx, hook, peer, arg) wants_COPIED(POINTER(kind, ctx, arg))
#define WANTS_DROPPED(kind, ctx, hook, peer, arg) wants_DROPPED(POINTER(kind, ctx, 0))
/* Seldom called for others: in one part. */
#define WANTS_SENDING(...) true
#define WANTS_SYSCALL(...) true
#define WANTS_DELIVER(...) true
#define WANTS_DELIVER_RAW(...) true
#define WANTS_QUEUED(...) true

#define SECOND_TRANSMIT __noinline
#define SECOND_DRIVER __noinline
#define SECOND_TRANSMITTED __noinline
#define SECOND_RECEIVE __noinline
#define SECOND_READY __noinline
#define SECOND_COPIED __noinline
#define SECOND_DROPPED __noinline
#define SECOND_SENDING __always_inline
#define SECOND_SYSCALL __always_inline
#define SECOND_DELIVER __always_inline
#define SECOND_DELIVER_RAW __always_inline
#define SECOND_QUEUED __always_inline

#ifdef PT_V6
#define IF_V4(...)
#define IF_V6(...) __VA_ARGS__
#else
#define IF_V4(...) __VA_ARGS__
#define IF_V6(...)
#endif
#define IF_ANY(...) __VA_ARGS__

#define PROGRAM(program, hook, peer, kind, family, socket, target, handler, arg) \
	IF_##family(MAKE_PROGRAM(program, SECTION_##kind #target, kind, PT_HOOK_##hook, PT_HOOK_##peer, \
				 handler, arg, PT_ATTACH_POINT_##program))
#define MAKE_PROGRAM(program, section, kind, hook, peer, handler, arg, point) \
	static SECOND_##handler int second_##program(PROGRAM_CONTEXT *ctx, \
						     __u64 first __attribute__((unused))) \
	{ \
		return CALL_##handler(kind, ctx, hook, peer, arg, point, first); \
	} \
	SEC(section) \
	int on_##program(PROGRAM_CONTEXT *ctx) \
	{ \
		__u64 first = WANTS_##handler(kind, ctx, hook, peer, arg); \
\
		return first ? second_##program(ctx, first) : 0; \
	}

PT_ATTACH_POINTS(PROGRAM)

/*
 * What a stamp costs on this machine: the loader lets packets of its own, made like replies to probe 0,
 * go through a pair of local sockets, with and without this program.
 */
MAKE_PROGRAM(measure, SECTION_TRACEPOINT "skb_copy_datagram_iovec", TRACEPOINT, PT_HOOK_NETIF_RECEIVE,
	     PT_HOOK_NONE, RECEIVE, 0, 0)

#include "why.h"

#endif /* PINGTRACE_BPF_PROGRAMS_H */
