/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cause that a finding names for a long segment, from what --why and the stamps tell of its probes. */
#ifndef PINGTRACE_FINDINGS_CAUSE_H
#define PINGTRACE_FINDINGS_CAUSE_H

#include "analysis/finding.h"
#include "analysis/samples.h"

/* The probes that a finding is about. */
struct sample_set {
	const struct sample *samples[SAMPLES_MAX];
	unsigned int nr;
};

/*
 * Add to @f what made the probes of @set take @ns in the segment from @from to @to. Returns false, and adds nothing, where
 * no cause is known.
 */
bool finding_add_cause(struct finding *f, const struct sample_set *set, enum pt_hook from, enum pt_hook to,
		       uint64_t ns);

/* Is there a cause that delays this segment? */
bool segment_has_cause(enum pt_hook from, enum pt_hook to);

#endif /* PINGTRACE_FINDINGS_CAUSE_H */
