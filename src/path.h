/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a probe's record to where its time went. Pure functions: no I/O, no clock, no allocation.
 *
 * The path is the chain of hooks that a probe passes with its kind of socket, from `send` to `recv`. A
 * segment is the time between two neighbouring stamps of it. Four rules:
 *
 * Closure	The segments add up to recv - send exactly, none is negative.
 * Merging	Where a stamp is missing, the segments at its two sides become one, named with a plus. If
 *		their layers differ it belongs to a layer of that name too ("ip+socket"): nothing is
 *		credited to a layer that was not measured.
 * Clipping	A stamp that is out of order is set to the next one of the path, and the probe is marked.
 *		(`xmit` is taken when the driver returns; by then the reply may be in on another CPU.)
 * Inside	Where the responder is this very kernel, `wire` is a list of parts as well, which add up to it.
 */
#ifndef PINGTRACE_PATH_H
#define PINGTRACE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pingtrace/record.h>

/* A set of layers, one bit each: what a merged segment belongs to. */
typedef unsigned char layer_set;
#define LAYER_BIT(layer) ((layer_set)(1U << (layer)))
#define NR_LAYER_SETS (1U << PT_NR_LAYERS)

/* The parts of `wire`: wire-out, and one that begins at each hook of the responder's side. */
#define HOOK_IS_INSIDE(hook, name, side, ...) +(PT_SIDE_##side == PT_SIDE_RESPONDER)
#define INSIDE_MAX (1 PT_HOOKS(HOOK_IS_INSIDE))

/* One passage of a probe. */
struct stamp {
	uint64_t ns; /* CLOCK_MONOTONIC; 0: not passed */
	uint16_t cpu; /* PT_CPU_UNKNOWN: not told */
};

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
	unsigned int nr_inside; /* 0: it was not opened */
	uint64_t total_ns; /* recv - send */
	unsigned int nr_stamps; /* that hooks took of the probe, on the path or beside it */
	bool clipped;
};

/*
 * Split the round trip of @stamps, one for each hook, made with a socket of kind @socket, into @path. Returns 0, or -EINVAL
 * where there is no round trip (no `send` or no `recv` stamp, or `recv` before `send`).
 */
int path_of(struct path *path, const struct stamp stamps[PT_NR_HOOKS], enum pt_socket socket);

/* The stamps of @rec, as record_stamp has them. */
void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec);

/*
 * The stamp of @hook in @rec, or NULL: not passed, or left by another probe; or it is a device's, and more than one had the
 * request, so that another one's may have sent what was answered.
 */
const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook);

/* Is @hook on the path with this kind of socket? */
bool hook_on_path(enum pt_hook hook, enum pt_socket socket);

/* Is it on the responder's side? Which of the probe's packets passes? Which layer begins there? */
bool hook_is_peer(enum pt_hook hook);
bool hook_is_reply(enum pt_hook hook);
/* Is its stamp taken by user space? */
bool hook_is_user(enum pt_hook hook);
enum pt_layer hook_layer(enum pt_hook hook);

/* "qdisc": the segment that begins at @hook; "" after the last. */
const char *hook_segment(enum pt_hook hook);

/* "dev_queue" */
const char *hook_name(enum pt_hook hook);
/* The hook of that name; PT_HOOK_NONE: there is none. */
enum pt_hook hook_of_name(const char *name);

/* Enough for the longest name of a merged segment or layer: all names, each with a plus behind it or the end. */
#define SEGMENT_NAME_SIZE(hook, name, side, packet, pass, socket, segment, layer) +sizeof(segment)
#define SEGMENT_NAME_MAX (0 PT_HOOKS(SEGMENT_NAME_SIZE))

/* "qdisc", or "qdisc+driver-out": the name of the segment between two hooks. Returns @name. */
char *segment_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to, enum pt_socket socket);

/* "peer-in", or "peer-in+peer-icmp": the name of a part of `wire` between two hooks. Returns @name. */
char *inside_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to);

/* "socket", or "ip+socket": names sorted, joined with a plus. Returns @name. */
char *layer_name(char name[SEGMENT_NAME_MAX], layer_set layers);

#endif /* PINGTRACE_PATH_H */
