/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel and user space share: one record for each probe, in a BPF array map that user space maps into its memory.
 * The pinger opens a record before sendmsg(2), BPF programs store stamps, and the pinger reads them after it has received the
 * reply. No system call and no copy is needed.
 */
#ifndef PINGTRACE_RECORD_H
#define PINGTRACE_RECORD_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#include <pingtrace/hooks.h>

/*
 * The first bytes of a probe's payload, which identify our packets. The nonce is drawn once per run. The number counts the
 * probes of the run, so that a reply is recognised even after the 16-bit ICMP sequence number has wrapped.
 */
struct pt_tag {
	__u32 nonce;
	__u32 number;
};

/* One pass of a hook. `number` repeats the probe's number, so that a stamp is never taken for another probe's. */
struct pt_stamp {
	__u64 ns; /* CLOCK_MONOTONIC; 0: not passed */
	__u32 number;
	__u16 cpu;
	__u8 dev; /* index + 1 in the map of devices; 0: none */
	__u8 attach_point; /* enum pt_attach_point + 1, where the hook has several; 0: not told */
};

/* Which packet of a probe was dropped, in the order of their ways: a later one replaces an earlier. */
enum pt_dropped {
	PT_DROPPED_NONE,
	PT_DROPPED_REQUEST,
	PT_DROPPED_REPLY_OUT, /* a reply that this kernel makes or forwards, before it has come in anywhere */
	PT_DROPPED_REPLY_IN, /* the copy of the reply that has come in */
};

/* Where the kernel dropped the probe. As in a stamp, `number` repeats the probe's number. */
struct pt_drop {
	__u64 ns; /* CLOCK_MONOTONIC; 0: not dropped */
	__u32 number;
	__u32 reason; /* enum skb_drop_reason; 0: the kernel does not tell */
	__u32 netns; /* inode number of the network namespace; 0: not known */
	__u16 cpu;
	__u16 dev; /* as in pt_stamp */
	__u8 packet; /* enum pt_dropped */
	char function[39]; /* that dropped it, as the kernel prints symbols; "": not known */
};

/* What user space learned about a probe. */
struct pt_told {
	__u8 from[16]; /* of the ICMP error: address of the node that sent it */
	__u32 scope; /* of that address */
	__u32 info; /* MTU or pointer */
	__u8 type, code; /* of the ICMP error */
	__u8 has_icmp; /* there was one */
	__u8 corrupted; /* a reply came that had a wrong checksum */
	__u16 error; /* errno of sendmsg(2); 0: it succeeded */
	__u16 pad;
	__u64 late_ns; /* from when the probe was due to when it was sent */
};

#define PT_CPU_UNKNOWN 0xffff /* pt_stamp.cpu where it was not told */

/*
 * No padding to a power of two: it would save nothing, for the index of an array map costs one instruction either way, a shift
 * or a multiplication.
 */
struct pt_record {
	__u32 number; /* of the probe that the record is open for */
	__u32 open; /* pt_open(); 0: BPF programs leave the record alone */
	__u64 cookie; /* SO_COOKIE of the probe's socket */
	/* For BPF programs only: which packet counts if there are copies of it. */
	__u64 request_skb;
	__u64 reply_skb;
	__u64 reply_head;
	__u64 request_head;
	__u64 received_skb; /* that netif_receive saw last, and whether it was a reply */
	__u64 dev_out, dev_in; /* the devices that dev_queue and driver_rx have stamped */
	__u32 reply_fragment; /* identification of its datagram; 0: it came whole */
	__u8 received_reply;
	__u8 delivered; /* a reply has reached the socket: later ones are duplicates */
	__be16 id; /* ICMP identifier: set by user space, as are the last two */
	/* Several devices were given the request. Which of them sent it is unknown: see record_stamp(). */
	__u16 request_copied;
	__u16 any_source; /* a reply may come from another address */
	__be32 to; /* the last four bytes of the address that the probe is sent to */
	struct pt_stamp stamps[PT_NR_HOOKS];
	struct pt_drop drop;
	struct pt_told told; /* for user space only */
};

/* pt_record.open of the probe with this sequence number. */
static inline __u32 pt_open(__be16 seq)
{
	union {
		__u32 open;
		__u16 parts[2];
	} u = { .parts = { seq, 1 } };

	return u.open;
}

/*
 * Index into the map of sequence numbers, modulo the number of records: finds the number of a probe whose tag cannot be
 * read. @seq in host order; @id and @to (last four bytes of the address, 0: any) in network order. Consecutive probes to one
 * address never collide; of two probes that do, the later one is found.
 */
static inline __u32 pt_sequence_hash(__u16 seq, __be16 id, __be32 to)
{
	return seq + ((to ^ id) * 0x9e3779b1U >> 16);
}

/* A network device that a probe passed, written once by BPF, with its name at that time. */
struct pt_dev {
	__u64 key; /* address of its net_device; 0: free */
	__u32 ifindex;
	__u32 netns; /* inode number of its network namespace */
	char name[16];
};

#define PT_NR_DEVS 64

/* The device with index pt_stamp.dev in @devs, which may be NULL; NULL: none. */
static inline const struct pt_dev *pt_dev_at(const struct pt_dev *devs, __u16 dev)
{
	return devs && dev && dev <= PT_NR_DEVS ? &devs[dev - 1] : (const struct pt_dev *)0;
}

/* Constants that the loader sets before the programs are loaded; the verifier removes code that they make unreachable. */
struct pt_config {
	__u32 nonce;
	__u32 slot_mask; /* number of records - 1; a record's index is number & slot_mask */
	__u32 usual_size; /* bytes from the IP header to the end of the tag; more than any packet has: see packet.h */
	__u32 len_min,
		len_more; /* of replies, with their IP header: the least, and by how much they may be longer */
	__u8 socket; /* enum pt_socket, one of them */
	__u8 tagged; /* the payload has room for a tag */
	__u8 one_target; /* each socket has one target */
	__u8 has_data_ready; /* the hook is attached */
	__u8 knows_socket; /* a hook tells the address of the sending socket, and there is only one */
	__u8 nr_drop_args; /* of the tracepoint kfree_skb */
	__u8 has_delivery; /* ping_rcv or raw_rcv, whichever the socket needs, is attached */
	__u32 nr_sendmsg; /* number of the system call */
	__u64 pidns_dev, pidns_ino; /* the process's PID namespace, and its PID there */
	__u32 pid;
	__u32 netns; /* inode number of the process's network namespace; 0: not known */
	/* What this user must not learn about others, see src/base/visible.h: */
	__u32 uid; /* of the process */
	__u8 own_tasks_only; /* the tasks of other users, and */
	__u8 own_pidns_only; /* those of other PID namespaces have no name */
	__u8 own_devices_only; /* nor have the devices of other network namespaces */
};

/* Set by the pinger around sendmsg(2): the probe whose request enters the kernel. */
struct pt_sending {
	__u32 number;
	__u32 active;
	/* Written by BPF: */
	__u64 sock; /* address of the socket that sends */
};

#endif /* PINGTRACE_RECORD_H */
