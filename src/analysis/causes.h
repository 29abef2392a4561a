/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What explains a probe's time: from its record, and from what --why has collected. Pure functions: no I/O, no
 * clock, no allocation. What is not known is left out.
 */
#ifndef PINGTRACE_ANALYSIS_CAUSES_H
#define PINGTRACE_ANALYSIS_CAUSES_H

#include "model/stamps.h"
#include "model/causes.h"

/* What the stamps of a probe tell: CPUs and RPS. */
void causes_of_stamps(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS]);

/* The same, and what --why has collected in @raw of the probe in @rec, whose stamps these are. @raw: NULL without --why. */
void causes_of(struct causes *causes, const struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec,
	       const struct pt_why *raw);

/* The time in the queue, which the stamps tell. */
uint64_t in_queue_ns(const struct stamp stamps[PT_NR_HOOKS]);

#endif /* PINGTRACE_ANALYSIS_CAUSES_H */
