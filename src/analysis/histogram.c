// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/histogram.h"

#define SUB (1ULL << HISTOGRAM_BITS)

/* Values below SUB have a bucket each; above, a power of two is divided into SUB equal buckets. */
static unsigned int bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < SUB)
		return ns;
	shift = 63 - __builtin_clzll(ns) - HISTOGRAM_BITS;
	return ((shift + 1) << HISTOGRAM_BITS) + ((ns >> shift) - SUB);
}

/* The middle of a bucket. */
static uint64_t value_of(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < SUB)
		return bucket;
	shift = (bucket >> HISTOGRAM_BITS) - 1;
	return ((SUB + (bucket & (SUB - 1))) << shift) + ((1ULL << shift) >> 1);
}

void histogram_add(struct histogram *h, uint64_t ns)
{
	if (!h->count || ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	h->count++;
	h->sum += ns;
	h->buckets[bucket_of(ns)]++;
}

uint64_t histogram_permille(const struct histogram *h, unsigned int permille)
{
	uint64_t rank, seen = 0, value;
	unsigned int i;

	if (!h->count)
		return 0;
	/* Nearest rank: the smallest value with at least this share at or below it. */
	rank = (h->count * permille + 999) / 1000;
	if (rank <= 1)
		return h->min;
	if (rank >= h->count)
		return h->max;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen >= rank)
			break;
	}
	value = value_of(i);
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

uint64_t histogram_mean(const struct histogram *h)
{
	return h->count ? (h->sum + h->count / 2) / h->count : 0;
}
