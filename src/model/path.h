/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a probe's time went: segments, their layers, and what these are called. See analysis/split.h. */
#ifndef PINGTRACE_PATH_H
#define PINGTRACE_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include "model/hook.h"

/* A set of layers, one bit each: what a merged segment belongs to. */
typedef unsigned char layer_set;
#define LAYER_BIT(layer) ((layer_set)(1U << (layer)))
#define NR_LAYER_SETS (1U << PT_NR_LAYERS)

/* The parts of `wire`: wire-out, and one that begins at each hook of the responder's side. */
#define HOOK_IS_INSIDE(hook, name, side, ...) +(PT_SIDE_##side == PT_SIDE_RESPONDER)
#define INSIDE_MAX (1 PT_HOOKS(HOOK_IS_INSIDE))

struct segment {
	enum pt_hook from, to;
	layer_set layers;
	uint64_t ns;
};

struct path {
	enum pt_socket socket;
	unsigned int nr_segments;
	struct segment segments[PT_NR_HOOKS];
	uint64_t layer_ns[NR_LAYER_SETS]; /* by layer_set; adds up to total_ns as well */
	layer_set layers_seen[NR_LAYER_SETS]; /* the sets that occur, in the order of the path */
	unsigned int nr_layers;
	struct segment inside[INSIDE_MAX]; /* of `wire` */
	unsigned int nr_inside; /* 0: it was not divided */
	uint64_t total_ns; /* recv - send */
	unsigned int nr_stamps; /* of this probe, on the path or beside it */
	bool clipped;
};

/* The hooks of the responder's side lie between these two, which are on the path. */
#define INSIDE_FROM PT_HOOK_XMIT
#define INSIDE_TO (PT_HOOK_XMIT + INSIDE_MAX)

/* Enough for the longest name of a merged segment or layer: all names, each followed by a plus or the final zero. */
#define SEGMENT_NAME_SIZE(hook, name, side, packet, pass, socket, segment, layer) +sizeof(segment)
#define SEGMENT_NAME_MAX (0 PT_HOOKS(SEGMENT_NAME_SIZE))

/* "qdisc", or "qdisc+driver-out": the name of the segment between two hooks. Returns @name. */
char *segment_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to, enum pt_socket socket);

/* "peer-in", or "peer-in+peer-icmp": the name of a part of `wire` between two hooks. Returns @name. */
char *inside_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to);

/* "socket", or "ip+socket": names sorted, joined with a plus. Returns @name. */
char *layer_name(char name[SEGMENT_NAME_MAX], layer_set layers);

#endif /* PINGTRACE_PATH_H */
