/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What made a probe's time long: from its record, and from what --why collected. Pure functions: no I/O, no clock, no
 * allocation. What is not known is left out.
 */
#ifndef PINGTRACE_ANALYSIS_CAUSES_H
#define PINGTRACE_ANALYSIS_CAUSES_H

#include "model/stamps.h"
#include "model/causes.h"

/* From stamps alone: CPUs and RPS. */
void causes_of_stamps(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS]);

/* From @stamps, which are those of @rec, and from what --why collected about that probe; @raw is NULL without --why. */
void causes_of(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec,
	       const struct pt_why *raw);

/* The time in the device's queue, from stamps; 0: not known. */
uint64_t in_queue_ns(const struct stamp stamps[PT_NR_HOOKS]);

#endif /* PINGTRACE_ANALYSIS_CAUSES_H */
