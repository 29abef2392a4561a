/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of --why, beside those of a BPF backend and in the same object. */
#ifndef PINGTRACE_BACKEND_WHY_H
#define PINGTRACE_BACKEND_WHY_H

#include <pingtrace/why.h>
#include "backend.h"

struct bpf_object;
struct bpf_link;

#define WHY_COUNT(...) +1
#define NR_WHY_PROGRAMS (0 PT_WHY(WHY_COUNT))

struct why_programs {
	bool loaded[NR_WHY_PROGRAMS];
	struct bpf_link *links[NR_WHY_PROGRAMS];
};

/*
 * Say which of them @object is to load: without --why none, and none of their maps; with it those that the
 * kernel has a place for, functions only if @functions. Before the object is loaded. Returns 0 or a negative
 * errno.
 */
int why_programs_choose(struct why_programs *why, struct bpf_object *object, struct kernel *kernel,
			const struct tracer_options *o, bool functions);

/* Attach what was loaded. What cannot be attached tells nothing, and is no error. */
void why_programs_attach(struct why_programs *why, struct bpf_object *object);
void why_programs_detach(struct why_programs *why);

#endif /* PINGTRACE_BACKEND_WHY_H */
