/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first bytes of a packet, as packet sockets, and with them tcpdump, see it. */
#ifndef PINGTRACE_HEAD_H
#define PINGTRACE_HEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/heads.h>

struct head {
	bool present;
	enum pt_link link;
	uint32_t length; /* of the packet */
	uint16_t captured; /* of it in @bytes */
	uint8_t bytes[PT_HEAD_SIZE]; /* untrusted */
};

/*
 * Fill @head from what programs have copied of the packet that was stamped at @stamp_ns (0: none was); it is not present
 * where they have copied another one, or none. A VLAN tag beside the packet is put where it is on the wire.
 */
void head_of(struct head *head, const struct pt_head *raw, uint64_t stamp_ns);

/* "ethernet", "raw" */
const char *link_name(enum pt_link link);
/* The link of that name; PT_NR_LINKS: there is none. */
enum pt_link link_of_name(const char *name);

#endif /* PINGTRACE_HEAD_H */
