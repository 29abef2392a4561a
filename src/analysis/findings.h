/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict: what a person can act on, from what has been kept of a run's probes. Pure functions: no I/O, no
 * clock. A run in which all is as it should be has no findings. What is found, and from when on, is in
 * docs/design.md.
 */
#ifndef PINGTRACE_FINDINGS_H
#define PINGTRACE_FINDINGS_H

#include <stdbool.h>
#include "analysis/finding.h"
#include "analysis/stats.h"

#define FINDINGS_MAX 16

/* What findings are made from. */
struct findings_input {
	const struct stats *stats;
	bool traced; /* otherwise nothing is said but how late requests were sent */
	uint64_t interval_ns; /* between two probes; 0: as fast as they are answered */
	bool has_why; /* --why has looked for causes */
	uint32_t missing; /* bit mask of hooks that this kind of run asks for and has not */
};

/* Fill @findings, in the order in which they are to be read. Returns how many. */
unsigned int findings_of(struct finding findings[FINDINGS_MAX], const struct findings_input *in);

/* The same for a target of a run. */
unsigned int findings_of_target(struct finding findings[FINDINGS_MAX], const struct run_info *run,
				const struct target_info *target, const struct stats *stats);

#endif /* PINGTRACE_FINDINGS_H */
