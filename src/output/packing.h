/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A result packed into a message for a forked process: only what its flags say that it has, and origins only where they have
 * changed. Pointers to static data are kept.
 */
#ifndef PINGTRACE_PACKING_H
#define PINGTRACE_PACKING_H

#include "model/result.h"

/* Zero is the beginning. */
struct packer {
	uint32_t due; /* bit mask of hooks: origins that the reader does not have yet */
};

struct unpacker {
	struct stamp_origin origins[PT_NR_HOOKS]; /* the latest of each hook */
};

/* Room in bytes that @r needs at most. */
size_t packed_room(const struct result *r);

/* Note that @r has been made. Call it for each result, also for one that finds no room. */
void pack_note(struct packer *p, const struct result *r);

/* Pack @r into @to. Returns the first byte after it. */
uint8_t *pack_result(struct packer *p, uint8_t *to, const struct result *r);

/* Unpack @from into @r. Its payload stays in @from: do not release @r. */
void unpack_result(struct unpacker *u, const uint8_t *from, struct result *r);

#endif /* PINGTRACE_PACKING_H */
