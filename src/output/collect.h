/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sink that keeps of a recording what it takes to compare it with another, in bounded memory. */
#ifndef PINGTRACE_COLLECT_H
#define PINGTRACE_COLLECT_H

#include "analysis/measured.h"
#include "output/html/series.h"
#include "output/sink.h"

struct collected_target {
	struct target_info info;
	struct measured series;
	struct series over_time; /* without a bucket where it was not kept */
	bool taken; /* for whoever looks for pairs */
};

/* The state of the sink, which is the caller's: it outlives the sink. Zero is empty. */
struct collected {
	const char *file; /* the recording's name, as it was given */
	bool keeps_time; /* it is to keep the probes over time */
	struct run_info run;
	bool begun; /* there was a run */
	bool incomplete; /* there was no memory for all of it */
	uint64_t missed; /* results that the recording lacks: they came faster than they could be written */
	struct collected_target **targets; /* in their order */
	unsigned int nr_targets;
};

extern const struct sink_ops sink_collect;

void collected_free(struct collected *c);

#endif /* PINGTRACE_COLLECT_H */
