/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target's probes over time, in buckets of equal width, up to a limit: where time goes beyond it, each two neighbours become
 * one, and the width doubles. So the memory is the same for a minute and for a week, and each probe counts.
 */
#ifndef PINGTRACE_HTML_SERIES_H
#define PINGTRACE_HTML_SERIES_H

#include "analysis/histogram.h"
#include "model/result.h"

/* Different segments, merged or not, that are told apart; what there is of others is in the total alone. */
#define SERIES_SEGMENTS 24

struct series_segment {
	enum pt_hook from, to;
	layer_set layers;
};

/* Probes by the time at which they were sent. */
struct series_bucket {
	uint64_t lost;
	struct histogram total; /* recv - send of those that were answered and split */
	uint64_t segment_ns[SERIES_SEGMENTS]; /* sums of the same probes, by the number of the segment */
};

struct series {
	uint64_t begin_ns; /* of the first bucket, CLOCK_MONOTONIC; may lie before the run */
	uint64_t width_ns; /* 0: there was no probe yet */
	unsigned int limit, nr, room;
	struct series_bucket *buckets;
	unsigned int nr_segments;
	struct series_segment segments[SERIES_SEGMENTS]; /* in the order of the path */
	uint8_t numbers[SERIES_SEGMENTS]; /* of each of them in a bucket */
	uint64_t untimed; /* probes of which it is not known when they were sent */
	bool incomplete; /* there was no memory for some */
};

/* Targets that are followed over time. */
#define SERIES_TARGETS_MAX 256

/* How many buckets each of @nr_targets may have. */
unsigned int series_share(unsigned int nr_targets);

/* Zero @s before its first use; @limit is even. */
void series_init(struct series *s, const struct run_info *run, unsigned int limit);
void series_free(struct series *s);

/* Count a reply that was split, or a lost probe. A late reply takes its loss back. */
void series_add(struct series *s, const struct run_info *run, const struct result *r);

/* @nr buckets from @first on as one, whose histogram the caller frees. Where memory ends, it has less. */
void series_group(const struct series *s, unsigned int first, unsigned int nr, struct series_bucket *group);

/* The mean of the @i-th segment of the path over the replies of a bucket that has some, in ns. */
uint64_t series_mean(const struct series *s, const struct series_bucket *b, unsigned int i);

#endif /* PINGTRACE_HTML_SERIES_H */
