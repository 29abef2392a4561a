/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log-linear histogram of times in ns: 128 buckets for every power of two, so that a percentile is read
 * with an error under 0.4 % whatever the range, in memory that does not grow with the number of values.
 */
#ifndef PINGTRACE_HISTOGRAM_H
#define PINGTRACE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
	uint64_t count;
	uint64_t sum; /* exact up to 2^64 ns, which is 584 years */
	uint64_t min, max; /* exact; 0 while count is 0 */
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);

/* The value below or at which @permille of 1000 values lie, in ns; 0 where there are none. */
uint64_t histogram_permille(const struct histogram *h, unsigned int permille);

/* The mean in ns, rounded to the nearest; 0 where there are no values. */
uint64_t histogram_mean(const struct histogram *h);

#endif /* PINGTRACE_HISTOGRAM_H */
