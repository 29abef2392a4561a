/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict: what a person can act on, from the statistics and samples of a run. Pure functions: no I/O, no clock. A run
 * without anomalies has no findings. docs/design.md lists the findings and their thresholds.
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
	bool traced; /* otherwise the only finding is that requests were sent late */
	uint64_t interval_ns; /* between two probes; 0: as fast as they are answered */
	bool has_why; /* --why was given */
	uint32_t missing; /* bit mask of hooks that this kind of run asks for and lacks */
};

/* Fill @findings, the most important first. Returns how many. */
unsigned int findings_of(struct finding findings[FINDINGS_MAX], const struct findings_input *in);

/* The same for one target of a run. */
unsigned int findings_of_target(struct finding findings[FINDINGS_MAX], const struct run_info *run,
				const struct target_info *target, const struct stats *stats);

#endif /* PINGTRACE_FINDINGS_H */
