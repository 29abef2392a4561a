/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One program for each row of PT_ATTACH_POINTS that suits the family which the object is compiled for, of PT_WHY and of
 * PT_HEADS. What they do is in handlers.h, drop.h, why.h and heads.h, which packet is ours in packet.h, the stamp itself in
 * stamp.h. Whoever includes this says how programs get at their arguments:
 *
 *	SECTION_FUNCTION, SECTION_TRACEPOINT	prefix of the section's name
 *	FUNCTION_ARG(ctx, n)			argument n of a function, as an integer
 */
#ifndef PINGTRACE_BPF_PROGRAMS_H
#define PINGTRACE_BPF_PROGRAMS_H

#include "drop.h"
#include "handlers.h"
#include "heads.h"
#include "why.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FALLBACK SECTION_TRACEPOINT

/* The n-th of the arguments that the handler takes: they begin with the one that the row names. */
#define ARG(n) argument(ctx, at, n)
#define POINTER(n) ((void *)ARG(n))

static __always_inline __u64 argument(void *ctx, struct attached at, __u32 n)
{
	return at.kind == PT_KIND_FUNCTION ? FUNCTION_ARG(ctx, at.arg + n) : ((__u64 *)ctx)[at.arg + n];
}

/*
 * The socket of a packet on its way out: functions there have it as the argument before the packet. Of a tunnel's packet
 * that is the tunnel's: what is in it has been here before.
 */
#define SENDER \
	(at.kind == PT_KIND_FUNCTION ? (struct sock *)FUNCTION_ARG(ctx, at.arg - 1) : \
				       GET((struct sk_buff *)POINTER(0), sk))

/*
 * HANDLERS(X): every handler that rows of PT_ATTACH_POINTS, PT_WHY and PT_HEADS name.
 *
 *	X(HANDLER, parts, filter, handle)
 *
 * parts	TWO	for what runs for everybody's packets: the filter decides, in the registers that need not be
 *			saved, whether the packet may be ours; a function of its own does the rest
 *		ONE	for what is seldom called for others
 * filter	0: the packet is not ours
 * handle	what is done otherwise; `found` is what the filter has found
 *
 * Both are expressions in which `ctx` is the program's context and `at` its row.
 */
/* clang-format off */
#define HANDLERS(X) \
	X(SENDING, ONE, true, handle_sending(at, POINTER(0))) \
	X(SYSCALL, ONE, true, handle_syscall(at, ARG(0))) \
	X(TRANSMIT, TWO, may_be_sent_by(SENDER, at.responder_hook != PT_HOOK_NONE), \
	  handle_transmit(at, POINTER(0), found)) \
	X(DRIVER, TWO, may_be_transmitted(POINTER(0), true), handle_driver(at, POINTER(0), found)) \
	X(TRANSMITTED, TWO, pending_xmits != 0, handle_transmitted(at, POINTER(0), ARG(1), POINTER(2))) \
	X(RECEIVE, TWO, may_be_received(POINTER(0), at.hook), handle_receive(at, POINTER(0))) \
	X(DELIVER, ONE, true, handle_deliver(at, POINTER(0))) \
	X(DELIVER_RAW, ONE, true, handle_deliver_raw(at, POINTER(0), POINTER(1))) \
	X(READY, TWO, may_be_ours(POINTER(0), false), handle_ready(at, POINTER(0))) \
	X(QUEUED, ONE, true, handle_queued(at, POINTER(0))) \
	X(COPIED, TWO, may_be_copied(POINTER(0)), handle_copied(at, POINTER(0))) \
	X(DROPPED, TWO, may_be_dropped(POINTER(0)), \
	  handle_dropped(ctx, POINTER(0), ARG(1), config.nr_drop_args > 2 ? ARG(2) : 0, \
			 config.nr_drop_args > 3 ? POINTER(3) : NULL)) \
	X(WAKING, ONE, true, why_waking(POINTER(0))) \
	X(WAKEUP, ONE, true, why_wakeup(POINTER(0))) \
	X(SWITCH, ONE, true, why_switch(POINTER(0), POINTER(1))) \
	X(RAISED, ONE, true, why_raised(ARG(0))) \
	X(ENTERED, ONE, true, why_entered(ARG(0))) \
	X(LEFT, ONE, true, why_left(ARG(0))) \
	X(IDLE, ONE, true, why_idle(ARG(0))) \
	X(ENQUEUED, ONE, true, why_enqueued(POINTER(0), POINTER(2))) \
	X(NEIGHBOUR, ONE, true, why_neighbour(POINTER(0), POINTER(1))) \
	X(RECEIVED, ONE, true, why_received(POINTER(0), at.hook)) \
	X(TAKEN, ONE, true, why_taken(POINTER(0))) \
	X(SENT_HEAD, TWO, may_be_transmitted(POINTER(0), false), handle_sent_head(at, POINTER(0), found)) \
	X(RECEIVED_HEAD, TWO, !has_other_length(POINTER(0)), handle_received_head(at, POINTER(0)))
/* clang-format on */

enum parts { PARTS_ONE, PARTS_TWO };

#define MAKE_HANDLER(handler, parts, filter, handle) \
	enum { PARTS_OF_##handler = PARTS_##parts }; \
	static __always_inline __u64 filter_##handler(void *ctx __attribute__((unused)), \
						      struct attached at __attribute__((unused))) \
	{ \
		return filter; \
	} \
	static __always_inline int call_##handler(void *ctx, struct attached at, \
						  __u64 found __attribute__((unused))) \
	{ \
		return handle; \
	}
HANDLERS(MAKE_HANDLER)

/* The fields of struct attached come last. */
#define MAKE_PROGRAM(program, section, handler, ...) \
	static __noinline int rest_of_##program(PROGRAM_CONTEXT *ctx, __u64 found) \
	{ \
		return call_##handler(ctx, (struct attached){ __VA_ARGS__ }, found); \
	} \
	SEC(section) \
	int program(PROGRAM_CONTEXT *ctx) \
	{ \
		struct attached at = { __VA_ARGS__ }; \
		__u64 found = filter_##handler(ctx, at); \
\
		if (!found) \
			return 0; \
		return PARTS_OF_##handler == PARTS_TWO ? rest_of_##program(ctx, found) : \
							 call_##handler(ctx, at, found); \
	}

#ifdef PT_V6
#define IF_V4(...)
#define IF_V6(...) __VA_ARGS__
#else
#define IF_V4(...) __VA_ARGS__
#define IF_V6(...)
#endif
#define IF_ANY(...) __VA_ARGS__

#define PROGRAM(program, hook_, responder_hook_, kind_, family, socket, place, handler, arg_) \
	IF_##family(MAKE_PROGRAM(on_##program, SECTION_##kind_ #place, handler, .hook = PT_HOOK_##hook_, \
				 .responder_hook = PT_HOOK_##responder_hook_, \
				 .point = PT_ATTACH_POINT_##program, .kind = PT_KIND_##kind_, .arg = arg_))
PT_ATTACH_POINTS(PROGRAM)

#define EXTRA_PROGRAM(name, hook_, kind_, place, handler, arg_) \
	MAKE_PROGRAM(name, SECTION_##kind_ #place, handler, .hook = PT_HOOK_##hook_, \
		     .responder_hook = PT_HOOK_NONE, .point = PT_ATTACH_POINT_##name, \
		     .kind = PT_KIND_##kind_, .arg = arg_)
#define WHY_PROGRAM(program, ...) EXTRA_PROGRAM(why_##program, __VA_ARGS__)
PT_WHY(WHY_PROGRAM)
#define HEADS_PROGRAM(program, ...) EXTRA_PROGRAM(heads_##program, __VA_ARGS__)
PT_HEADS(HEADS_PROGRAM)

/*
 * What a stamp costs on this machine: the loader lets packets of its own, made like replies to probe 0,
 * go through a pair of local sockets, with and without this program.
 */
MAKE_PROGRAM(on_measure, SECTION_TRACEPOINT "skb_copy_datagram_iovec", RECEIVE, .hook = PT_HOOK_NETIF_RECEIVE,
	     .responder_hook = PT_HOOK_NONE, .kind = PT_KIND_TRACEPOINT)

#endif /* PINGTRACE_BPF_PROGRAMS_H */
