/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that lives longer than one run of a program. */
#ifndef PINGTRACE_BPF_MAPS_H
#define PINGTRACE_BPF_MAPS_H

#include <pingtrace/record.h>

const volatile struct pt_config config = {};
struct pt_sending sending = {};

/*
 * The packet of ours that netif_receive saw last. Hooks further up know it by its address, as long as netif_receive has
 * seen no other there: every packet that reaches IP comes by it. The record has to agree, for CPUs share this.
 */
struct {
	__u64 skb; /* 0: none */
	__u32 number;
} recent = {};

/* pt_record.reply_skb: that copy was dropped, and the next skb at its address is another. No skb has this address. */
#define SKB_GONE 1

struct pt_dev SEC(".data.devs") devs[PT_NR_DEVS] = {};

/* How many `pending.xmit_skb` there are on all CPUs, or were and were not taken back. */
__u64 SEC(".data.pending") pending_xmits = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* the loader sets it: config.slot_mask + 1 */
	__type(key, __u32);
	__type(value, struct pt_record);
} records SEC(".maps");

/* Numbers of probes by pt_sequence_hash(). As many as records. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64); /* what an array map rounds up to */
} sequences SEC(".maps");

/*
 * What one hook leaves for the next one on the same CPU, where the second cannot see the packet itself.
 * Both pairs run in one stretch without a change of CPU: start_xmit and xmit under the transmit lock,
 * ping_rcv or raw_rcv and data_ready in one softirq.
 */
struct pending {
	__u64 xmit_skb; /* handed to the driver that xmit_dev points to */
	__u64 xmit_dev;
	__u32 xmit_number;
	__u32 xmit_reply; /* it is a reply of this kernel, not the request */
	__u32 deliver_number; /* of the probe that is being put into the socket's queue */
	__u64 deliver_cookie; /* 0: none is */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pending);
} pendings SEC(".maps");

/* Which probe the later fragments of a reply belong to, by the identification of their datagram. */
struct fragments {
	__u32 id; /* 0: free */
	__be32 saddr;
	__u32 number;
};

#define NR_FRAGMENTS 256

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NR_FRAGMENTS);
	__type(key, __u32);
	__type(value, struct fragments);
} fragments SEC(".maps");

static __always_inline struct fragments *fragments_of(__u32 id)
{
	__u32 slot = id % NR_FRAGMENTS;

	return bpf_map_lookup_elem(&fragments, &slot);
}

static __always_inline struct pt_record *record_of(__u32 number)
{
	__u32 slot = number & config.slot_mask;

	return bpf_map_lookup_elem(&records, &slot);
}

static __always_inline struct pending *pending_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&pendings, &zero);
}

#endif /* PINGTRACE_BPF_MAPS_H */
