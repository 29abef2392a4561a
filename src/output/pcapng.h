/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in this machine's byte order. A block is made in memory, then written
 * whole or not at all.
 */
#ifndef PINGTRACE_PCAPNG_H
#define PINGTRACE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum pcapng_block_type {
	PCAPNG_INTERFACE = 1,
	PCAPNG_PACKET = 6, /* "enhanced" */
	PCAPNG_SECTION = 0x0a0d0d0a,
};

/* Options are numbered by block, but for the first two. */
enum pcapng_option {
	PCAPNG_END = 0,
	PCAPNG_COMMENT = 1,
	PCAPNG_SECTION_OS = 3,
	PCAPNG_SECTION_PROGRAM = 4,
	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_DESCRIPTION = 3,
	PCAPNG_IF_RESOLUTION = 9,
	PCAPNG_PACKET_FLAGS = 2,
};

#define PCAPNG_MAGIC 0x1a2b3c4d /* of a section: tells the byte order */
#define PCAPNG_NANOSECONDS 9 /* PCAPNG_IF_RESOLUTION: 10^-9 */
#define PCAPNG_INBOUND 1 /* PCAPNG_PACKET_FLAGS */
#define PCAPNG_OUTBOUND 2

#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW 101 /* an IP header, which tells its version */

/* Zero it before its first use. */
struct pcapng_block {
	uint8_t *data;
	size_t size, room;
	bool incomplete; /* there was no memory for it */
};

void pcapng_begin(struct pcapng_block *b, enum pcapng_block_type type);
/* Append fields, and bytes that are padded to a multiple of four. */
void pcapng_u16(struct pcapng_block *b, uint16_t value);
void pcapng_u32(struct pcapng_block *b, uint32_t value);
void pcapng_u64(struct pcapng_block *b, uint64_t value);
void pcapng_bytes(struct pcapng_block *b, const void *data, size_t size);
/* Append an option; what is longer than an option can be is cut. Text is of the locale's character set; "" is left out. */
void pcapng_option(struct pcapng_block *b, enum pcapng_option code, const void *data, size_t size);
void pcapng_text(struct pcapng_block *b, enum pcapng_option code, const char *text);
/* End the options and write the block. Returns false where there was no memory: nothing is written. */
bool pcapng_end(struct pcapng_block *b, FILE *file);
void pcapng_free(struct pcapng_block *b);

#endif /* PINGTRACE_PCAPNG_H */
