/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where programs can be attached (PT_ATTACH_POINTS, PT_WHY, PT_HEADS), and which of these points a given kernel has. Pure, except for
 * reading the kernel's BTF.
 */
#ifndef PINGTRACE_ATTACH_POINTS_H
#define PINGTRACE_ATTACH_POINTS_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/hooks.h>
#include "trace/kernel.h"

enum attach_purpose {
	PURPOSE_STAMPS,
	/* These stamp nothing, and do without what they cannot have: */
	PURPOSE_WHY, /* --why */
	PURPOSE_HEADS, /* the first bytes of packets */
};

struct attach_point {
	const char *program; /* name of its BPF program */
	const char *name; /* of the kernel function or the tracepoint */
	enum pt_hook hook, responder_hook; /* that it stamps; PT_HOOK_NONE: none */
	enum pt_kind kind;
	enum pt_family family; /* masks: of the runs that need it */
	enum pt_socket socket;
	enum attach_purpose purpose;
};

/* By enum pt_attach_point. */
extern const struct attach_point attach_points[PT_NR_ATTACH_POINTS];

/* Bit mask of the hooks that the kernel's own timestamps stand for (PT_TIMESTAMPING). */
extern const uint32_t timestamping_hooks;

/* Is @point for runs with this family and kind of socket? */
bool attach_point_suits(const struct attach_point *point, enum pt_family family, enum pt_socket socket);

/* Does it stamp @hook? */
bool attach_point_stamps(const struct attach_point *point, enum pt_hook hook);

/*
 * Set @use for the attach points that a run with this family and kind of socket uses on @kernel: for each hook the first
 * function that the kernel has, or else its fall-back; all tracepoints; and those of
 * the purposes in @wanted, a bit each, that the kernel has.
 * Without @functions, choose as on a kernel that has no functions to attach to.
 */
void attach_points_choose(bool use[PT_NR_ATTACH_POINTS], struct kernel *kernel, enum pt_family family,
			  enum pt_socket socket, bool functions, unsigned int wanted);

#endif /* PINGTRACE_ATTACH_POINTS_H */
