/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tool's own work costs. */
#ifndef PINGTRACE_OVERHEAD_H
#define PINGTRACE_OVERHEAD_H

#include <stdint.h>
#include "trace/tracer.h"

struct bpf_program;

/*
 * The cost of one stamp in ns, measured in a few milliseconds without any traffic: packets made like
 * replies go through a pair of local sockets, with and without @program, which stamps probe 0. @records
 * is the map that it writes to. Returns 0 where it could not be measured, or where the machine was so busy with
 * other things that the measurements contradict each other.
 */
uint64_t overhead_measure(struct bpf_program *program, struct pt_record *records,
			  const struct tracer_options *o);

#endif /* PINGTRACE_OVERHEAD_H */
