/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that writes stamps. */
#ifndef PINGTRACE_BPF_STAMP_H
#define PINGTRACE_BPF_STAMP_H

#include "access.h"
#include "maps.h"

/*
 * Index + 1 of the device at *@address in the map of devices, into which it is put when it is first seen; 0: no room.
 * A global function: the verifier looks at it once a program, not once a way that leads here.
 */
__noinline int device_slow(const __u64 *address)
{
	struct net_device *dev = address ? (void *)*address : NULL;
	__u32 i, slot, first = (__u64)dev >> 12;
	struct pt_dev *d;

	if (!dev)
		return 0;
	for (i = 0; i < 8; i++) {
		slot = (first + i) % PT_NR_DEVS;
		d = &devs[slot];
		/* The address of a device that is gone may be another's now. */
		if (d->key == (__u64)dev && d->ifindex == (__u32)BPF_CORE_READ(dev, ifindex))
			return slot + 1;
		if (__sync_val_compare_and_swap(&d->key, 0, (__u64)dev))
			continue;
		d->netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
		if (!config.own_devices_only || d->netns == config.netns)
			bpf_core_read_str(d->name, sizeof(d->name), &dev->name);
		d->ifindex = BPF_CORE_READ(dev, ifindex);
		return slot + 1;
	}
	return 0;
}

static __always_inline __u16 device(struct net_device *dev)
{
	__u32 slot = ((__u64)dev >> 12) % PT_NR_DEVS;
	const struct pt_dev *d = &devs[slot];
	__u64 address = (__u64)dev;

	if (d->key == (__u64)dev && d->ifindex == (__u32)GET(dev, ifindex))
		return slot + 1;
	return device_slow(&address);
}

/*
 * What can be stamped at several attach points in one run says at which. Constant where @hook is: the comparisons are the
 * compiler's front end's, for clang keeps others from being folded for the verifier's sake (BPFAdjustOpt).
 */
static __always_inline bool has_several(enum pt_hook hook)
{
#define IS_WAY(program, hook_, responder_hook, kind, ...) \
	+(PT_KIND_##kind == PT_KIND_TRACEPOINT && \
	  (PT_HOOK_##hook_ == HOOK || PT_HOOK_##responder_hook == HOOK))
#define HAS_SEVERAL(hook_, ...) \
	case PT_HOOK_##hook_: { \
		enum { HOOK = PT_HOOK_##hook_ }; \
		return (0 PT_ATTACH_POINTS(IS_WAY)) > 1; \
	}
	switch (hook) {
		PT_HOOKS(HAS_SEVERAL)
	default:
		return false;
	}
}

static __always_inline void stamp_index(struct pt_record *rec, enum pt_hook hook, enum pt_attach_point point,
					__u16 index)
{
	struct pt_stamp *s = &rec->stamps[hook];

	if (has_several(hook))
		s->attach_point = point + 1;
	s->number = rec->number;
	s->cpu = bpf_get_smp_processor_id();
	s->dev = index;
	s->ns = bpf_ktime_get_ns();
}

static __always_inline void stamp(struct pt_record *rec, enum pt_hook hook, enum pt_attach_point point)
{
	stamp_index(rec, hook, point, 0);
}

/*
 * Stamp @hook, with the device where there is one. Nearly always it is that of the first hook with a device on the way
 * out, or in, and the packet has held it since. A reply mostly comes in where the request went out.
 */
static __always_inline void stamp_dev(struct pt_record *rec, enum pt_hook hook, enum pt_attach_point point,
				      struct net_device *dev)
{
	__u16 index;

	if (hook == PT_HOOK_DEV_QUEUE)
		rec->dev_out = (__u64)dev;
	if (hook == PT_HOOK_DRIVER_RX)
		rec->dev_in = (__u64)dev;
	if ((hook == PT_HOOK_NETIF_RECEIVE || hook == PT_HOOK_IP_RCV) && rec->dev_in == (__u64)dev)
		index = rec->stamps[PT_HOOK_DRIVER_RX].dev;
	else if (hook != PT_HOOK_DEV_QUEUE && rec->dev_out == (__u64)dev)
		index = rec->stamps[PT_HOOK_DEV_QUEUE].dev;
	else
		index = dev ? device(dev) : 0;
	stamp_index(rec, hook, point, index);
}

static __always_inline bool is_stamped(const struct pt_record *rec, enum pt_hook hook)
{
	return rec->stamps[hook].ns != 0;
}

/* Columns of the hook table. Constant where @hook is. */
static __always_inline enum pt_pass pass_of(enum pt_hook hook)
{
#define PASS_OF(hook, name, side, packet, pass, ...) \
	case PT_HOOK_##hook: \
		return PT_PASS_##pass;
	switch (hook) {
		PT_HOOKS(PASS_OF)
	default:
		return PT_PASS_FIRST;
	}
}

static __always_inline enum pt_layer layer_of(enum pt_hook hook)
{
#define LAYER_OF(hook, name, side, packet, pass, socket, segment, layer) \
	case PT_HOOK_##hook: \
		return PT_LAYER_##layer;
	switch (hook) {
		PT_HOOKS(LAYER_OF)
	default:
		return PT_NR_LAYERS;
	}
}

/* Does this pass of @hook count, whatever has been stamped there before? */
static __always_inline bool counts(const struct pt_record *rec, enum pt_hook hook)
{
	return pass_of(hook) == PT_PASS_LAST || !is_stamped(rec, hook);
}

#endif /* PINGTRACE_BPF_STAMP_H */
