/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits a probe's round trip into segments. Pure functions: no I/O, no clock, no allocation.
 *
 * The path is the chain of hooks that a probe passes with its kind of socket, from `send` to `recv`. A
 * segment is the time between two neighbouring stamps on the path. Four rules:
 *
 * Closure	The segments add up to recv - send exactly; none is negative.
 * Merging	Where a stamp is missing, the segments on both sides become one, named with a plus. If their
 *		layers differ, so does the layer's name ("ip+socket"): no layer is credited with time that
 *		was not measured.
 * Clipping	A stamp that is out of order is set to the next one of the path, and the probe is marked.
 *		(`xmit` is stamped when the driver returns; by then the reply may have arrived on another CPU.)
 * Inside	If the responder is this kernel, `wire` is divided into parts, which add up to it.
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
