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
		bpf_core_read_str(d->name, sizeof(d->name), &dev->name);
		d->netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
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

static __always_inline void stamp_index(struct pt_record *rec, enum pt_hook hook, __u16 index)
{
	struct pt_stamp *s = &rec->stamps[hook];

	s->number = rec->number;
	s->cpu = bpf_get_smp_processor_id();
	s->dev = index;
	s->ns = bpf_ktime_get_ns();
}

static __always_inline void stamp(struct pt_record *rec, enum pt_hook hook)
{
	stamp_index(rec, hook, 0);
}

/*
 * Stamp @hook, with the device where there is one. Nearly always it is that of the first hook with a device on the way
 * out, or in, and the packet has held it since.
 */
static __always_inline void stamp_dev(struct pt_record *rec, enum pt_hook hook, struct net_device *dev)
{
	__u16 index;

	if (hook == PT_HOOK_DEV_QUEUE)
		rec->dev_out = (__u64)dev;
	if (hook == PT_HOOK_DRIVER_RX)
		rec->dev_in = (__u64)dev;
	if ((hook == PT_HOOK_START_XMIT || hook == PT_HOOK_XMIT) && rec->dev_out == (__u64)dev)
		index = rec->stamps[PT_HOOK_DEV_QUEUE].dev;
	else if ((hook == PT_HOOK_NETIF_RECEIVE || hook == PT_HOOK_IP_RCV) && rec->dev_in == (__u64)dev)
		index = rec->stamps[PT_HOOK_DRIVER_RX].dev;
	else
		index = dev ? device(dev) : 0;
	stamp_index(rec, hook, index);
}

static __always_inline bool is_stamped(const struct pt_record *rec, enum pt_hook hook)
{
	return rec->stamps[hook].ns != 0;
}

#endif /* PINGTRACE_BPF_STAMP_H */
