// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One program for each row of PT_ATTACH. What they do is in methods.h, which packet is ours in packet.h,
 * the stamp itself in stamp.h.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "methods.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FUNCTION "fentry/"
#define SECTION_TRACEPOINT "tp_btf/"

#define CALL_SENDING(ctx, hook, arg) method_SENDING((void *)(ctx)[arg], hook)
#define CALL_TRANSMIT(ctx, hook, arg) method_TRANSMIT((void *)(ctx)[arg], hook)
#define CALL_TRANSMITTED(ctx, hook, arg) \
	method_TRANSMITTED((void *)(ctx)[arg], hook, (int)(ctx)[(arg) + 1], (void *)(ctx)[(arg) + 2])
#define CALL_RECEIVE(ctx, hook, arg) method_RECEIVE((void *)(ctx)[arg], hook)
#define CALL_DELIVER(ctx, hook, arg) method_DELIVER((void *)(ctx)[arg], hook)
#define CALL_DELIVER_RAW(ctx, hook, arg) \
	method_DELIVER_RAW((void *)(ctx)[arg], hook, (void *)(ctx)[(arg) + 1])
#define CALL_READY(ctx, hook, arg) method_READY((void *)(ctx)[arg], hook)
#define CALL_COPIED(ctx, hook, arg) method_COPIED((void *)(ctx)[arg], hook)

#define PROGRAM(program, hook, kind, family, socket, target, method, arg) \
	SEC(SECTION_##kind #target) \
	int on_##program(__u64 *ctx) \
	{ \
		return CALL_##method(ctx, PT_HOOK_##hook, arg); \
	}

PT_ATTACH(PROGRAM)

/*
 * What a stamp costs on this machine: the loader lets packets of its own, made like replies to probe 0,
 * go through a pair of local sockets, with and without this program.
 */
SEC(SECTION_TRACEPOINT "skb_copy_datagram_iovec")
int measure(__u64 *ctx)
{
	return CALL_RECEIVE(ctx, PT_HOOK_NETIF_RECEIVE, 0);
}
