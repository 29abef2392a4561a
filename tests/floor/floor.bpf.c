// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The least that tracing can cost: a program for each row of PT_ATTACH_POINTS that does nothing, or only reads the
 * clock and stores it, or the least that tells packets apart: it reads the tag of each, looks up a record by that, and
 * puts there the time, the number and the CPU.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <pingtrace/hooks.h>
#include "floor.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FUNCTION "fentry/"
#define SECTION_TRACEPOINT "tp_btf/"
#define SECTION_FALLBACK SECTION_TRACEPOINT

#define NR_HOOKS (PT_NR_HOOKS + 1) /* and one for NONE */
#define TAG_AT (20 + 8) /* behind the headers of IPv4 and ICMP */
#define TAG_SIZE 8
#define NR_RECORDS 256

const volatile __u32 work = FLOOR_EMPTY;
__u64 stamps[NR_HOOKS] = {};

struct stamp {
	__u64 ns;
	__u32 number;
	__u32 cpu;
};

struct record {
	struct stamp stamps[NR_HOOKS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_RECORDS);
	__type(key, __u32);
	__type(value, struct record);
} records SEC(".maps");

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

static __always_inline int store(__u32 number, enum pt_hook hook)
{
	__u32 slot = number % NR_RECORDS;
	struct record *rec = bpf_map_lookup_elem(&records, &slot);

	if (!rec)
		return 0;
	rec->stamps[hook].number = number;
	rec->stamps[hook].cpu = bpf_get_smp_processor_id();
	rec->stamps[hook].ns = bpf_ktime_get_ns();
	return 0;
}

/* The packet whose network header is at @l3, with its linear part up to @end. */
static __always_inline int store_tagged(const unsigned char *l3, __s64 linear, enum pt_hook hook)
{
	const struct timespec64 *tag;

	if (linear < TAG_AT + TAG_SIZE)
		return 0;
	tag = bpf_rdonly_cast(l3 + TAG_AT, bpf_core_type_id_kernel(struct timespec64));
	return tag->tv_sec ? store(tag->tv_sec, hook) : 0;
}

static __always_inline int store_sent(struct sk_buff *skb, enum pt_hook hook)
{
	__u64 offset = skb->network_header;

	return store_tagged(skb->head + offset, skb->tail - offset, hook);
}

static __always_inline int store_received(struct sk_buff *skb, enum pt_hook hook)
{
	const unsigned char *l3 = skb->data;

	return store_tagged(l3, skb->head + skb->tail - l3, hook);
}

/* By the handlers of the hook table. */
#define STORE_SENDING(ctx, arg, hook) store(0, hook)
#define STORE_SYSCALL(ctx, arg, hook) store(0, hook)
#define STORE_TRANSMIT(ctx, arg, hook) store_sent((void *)(ctx)[arg], hook)
#define STORE_DRIVER(ctx, arg, hook) store_sent((void *)(ctx)[arg], hook)
#define STORE_TRANSMITTED(ctx, arg, hook) store(0, hook)
#define STORE_RECEIVE(ctx, arg, hook) store_received((void *)(ctx)[arg], hook)
#define STORE_DELIVER(ctx, arg, hook) store_sent((void *)(ctx)[arg], hook)
#define STORE_DELIVER_RAW(ctx, arg, hook) store_sent((void *)(ctx)[1], hook)
#define STORE_READY(ctx, arg, hook) store(0, hook)
#define STORE_QUEUED(ctx, arg, hook) store(0, hook)
#define STORE_COPIED(ctx, arg, hook) store_sent((void *)(ctx)[arg], hook)
#define STORE_DROPPED(ctx, arg, hook) store(0, hook)

#define PROGRAM(program, hook, responder_hook, kind, family, socket, place, handler, arg) \
	SEC(SECTION_##kind #place) \
	int on_##program(__u64 *ctx __attribute__((unused))) \
	{ \
		if (work == FLOOR_TAG) \
			return STORE_##handler(ctx, arg, PT_HOOK_##hook); \
		if (work == FLOOR_CLOCK) \
			stamps[PT_HOOK_##hook] = bpf_ktime_get_ns(); \
		return 0; \
	}

PT_ATTACH_POINTS(PROGRAM)
