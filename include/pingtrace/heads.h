/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first bytes of a probe's two packets, as they were at start_xmit and at driver_rx. One pair a record, in an array
 * map of its own that exists only where a sink asks for it; its index is the record's.
 */
#ifndef PINGTRACE_HEADS_H
#define PINGTRACE_HEADS_H

#include <pingtrace/record.h>

#define PT_HEAD_SIZE 128

/* What a packet begins with. */
enum pt_link {
	PT_LINK_ETHERNET,
	PT_LINK_RAW, /* its IP header: the device has no link header, or one of another kind, which is left out */
	PT_NR_LINKS,
};

struct pt_head {
	__u64 ns; /* of the stamp that was taken of this packet: it is another one's where that is not so */
	__u32 len; /* of the packet */
	__u16 captured; /* bytes, PT_HEAD_SIZE at the most */
	__u16 link; /* enum pt_link */
	/* The VLAN tag beside the packet, which the device puts in, or has taken out. */
	__be16 vlan_proto;
	__u16 vlan_tci;
	__u32 has_vlan;
	__u8 bytes[PT_HEAD_SIZE];
};

struct pt_heads {
	struct pt_head of[2]; /* by enum pt_packet */
};

#endif /* PINGTRACE_HEADS_H */
