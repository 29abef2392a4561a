/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a probe's stamps to where its time went. Pure functions: no I/O, no clock, no allocation.
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
#ifndef PINGTRACE_SPLIT_H
#define PINGTRACE_SPLIT_H

#include "model/path.h"
#include "model/stamps.h"

/*
 * Split the round trip of @stamps, one for each hook, made with a socket of kind @socket, into @path. Returns 0, or -EINVAL
 * where there is no round trip (no `send` or no `recv` stamp, or `recv` before `send`).
 */
int path_of(struct path *path, const struct stamp stamps[PT_NR_HOOKS], enum pt_socket socket);

#endif /* PINGTRACE_SPLIT_H */
