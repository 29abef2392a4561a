/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log-linear histogram of times in ns: 128 buckets for every power of two, so that a percentile is exact to 0.4 % over the
 * whole range. Only buckets with values take memory, 7 to 14 bytes each: usually a few hundred, however many values there are.
 */
#ifndef PINGTRACE_HISTOGRAM_H
#define PINGTRACE_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define HISTOGRAM_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

/* Zero is empty. */
struct histogram {
	uint64_t count;
	uint64_t sum; /* exact up to 2^64 ns, which is 584 years */
	uint64_t min, max; /* exact; 0 while count is 0 */
	/* A hash table of the buckets that have values: their counts (0: free), and behind these their numbers. */
	uint32_t *counts;
	uint32_t nr_buckets, room; /* used slots, and all */
};

/* Returns false without memory: then @ns is not counted. */
bool histogram_add(struct histogram *h, uint64_t ns);

/* Add all values of @from. Returns false without memory: then some are not counted. */
bool histogram_merge(struct histogram *h, const struct histogram *from);

/* Free its memory, and make it empty. */
void histogram_free(struct histogram *h);

/*
 * The value in ns of @rank: 1 is the least, @count the greatest; 0 if there are no values. @up_to: how many values are in its
 * bucket or below.
 */
uint64_t histogram_rank(const struct histogram *h, uint64_t rank, uint64_t *up_to);

/* The value in ns that @permille of 1000 values do not exceed; 0 if there are no values. */
uint64_t histogram_permille(const struct histogram *h, unsigned int permille);

/* How many values the @i-th of room slots has, 0: none; @ns: the middle of its bucket. Slots are in no order. */
uint32_t histogram_bucket(const struct histogram *h, uint32_t i, uint64_t *ns);

/* The mean in ns, rounded; 0 if there are no values. */
uint64_t histogram_mean(const struct histogram *h);

#endif /* PINGTRACE_HISTOGRAM_H */
