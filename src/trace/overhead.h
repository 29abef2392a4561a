/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pingtrace's own stamps cost. */
#ifndef PINGTRACE_OVERHEAD_H
#define PINGTRACE_OVERHEAD_H

#include <stdint.h>
#include "trace/tracer.h"

struct bpf_program;

/*
 * Measure the cost of one stamp in ns, in a few milliseconds and without traffic: packets like replies go through a pair of
 * local sockets, with and without @program, which stamps probe 0. @records is the map that it writes to. Returns 0 if it
 * cannot be measured, or if the machine is so busy that the measurements contradict each other.
 */
uint64_t overhead_measure(struct bpf_program *program, struct pt_record *records,
			  const struct tracer_options *o);

#endif /* PINGTRACE_OVERHEAD_H */
