/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where hooks can be attached (PT_ATTACH), and where they are on a given kernel. Pure but for the kernel's BTF. */
#ifndef PINGTRACE_PLACES_H
#define PINGTRACE_PLACES_H

#include <stdbool.h>
#include <pingtrace/hooks.h>
#include "kernel.h"

struct place {
	const char *program; /* name of its BPF program */
	const char *target; /* kernel function or tracepoint */
	const char *method;
	enum pt_hook hook;
	enum pt_hook peer; /* PT_HOOK_NONE: none */
	enum pt_kind kind;
	enum pt_family family; /* masks: of the runs that need it */
	enum pt_socket socket;
};

/* By enum pt_place. */
extern const struct place places[PT_NR_PLACES];

/* Is @place for runs with this family and kind of socket? */
bool place_suits(const struct place *place, enum pt_family family, enum pt_socket socket);

/* Does it stamp @hook? */
bool place_is_of(const struct place *place, enum pt_hook hook);

/*
 * The places that a run with this family and kind of socket uses on a kernel, put into @use: of functions the
 * first for each hook that the kernel has, tracepoints all, fall-backs where there is no function. Without
 * @functions, as on a kernel that has none.
 */
void places_choose(bool use[PT_NR_PLACES], struct kernel *kernel, enum pt_family family,
		   enum pt_socket socket, bool functions);

#endif /* PINGTRACE_PLACES_H */
