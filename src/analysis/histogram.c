// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/histogram.h"

#define SUB (1ULL << HISTOGRAM_BITS)
#define ROOM_FIRST 4 /* buckets */

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

/* Their numbers lie apart from the counts: a search touches few cache lines. */
static uint16_t *numbers_of(const struct histogram *h)
{
	return (uint16_t *)(h->counts + h->room);
}

/* The position of the first bucket that is not below @bucket. Without branches: times are too different to be predicted. */
static uint32_t find(const struct histogram *h, unsigned int bucket)
{
	const uint16_t *numbers = numbers_of(h);
	size_t position = 0, n = h->nr_buckets, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		position += half & -(size_t)(numbers[position + half - 1] < bucket);
	}
	return position + (n && numbers[position] < bucket);
}

static bool grow(struct histogram *h)
{
	uint32_t room = h->room ? h->room + h->room / 2 : ROOM_FIRST;
	uint32_t *counts = malloc(room * (sizeof(*counts) + sizeof(uint16_t)));

	if (!counts)
		return false;
	if (h->nr_buckets) {
		memcpy(counts, h->counts, h->nr_buckets * sizeof(*counts));
		memcpy(counts + room, numbers_of(h), h->nr_buckets * sizeof(uint16_t));
	}
	free(h->counts);
	h->counts = counts;
	h->room = room;
	return true;
}

static bool insert(struct histogram *h, uint32_t position, unsigned int bucket)
{
	uint32_t after = h->nr_buckets - position;
	uint16_t *numbers;

	if (h->nr_buckets == h->room && !grow(h))
		return false;
	numbers = numbers_of(h);
	memmove(&h->counts[position + 1], &h->counts[position], after * sizeof(h->counts[0]));
	memmove(&numbers[position + 1], &numbers[position], after * sizeof(numbers[0]));
	h->counts[position] = 0;
	numbers[position] = bucket;
	h->nr_buckets++;
	return true;
}

/* Values come in runs: the position of the last, where it is the same. */
static uint32_t likely_position(const struct histogram *h, unsigned int bucket)
{
	if (h->last < h->nr_buckets && numbers_of(h)[h->last] == bucket)
		return h->last;
	return h->nr_buckets ? find(h, bucket) : 0;
}

bool histogram_add(struct histogram *h, uint64_t ns)
{
	unsigned int bucket = bucket_of(ns);
	uint32_t position = likely_position(h, bucket);

	/* A bucket that is full goes on in another position with its number. */
	if ((position == h->nr_buckets || numbers_of(h)[position] != bucket ||
	     h->counts[position] == UINT32_MAX) &&
	    !insert(h, position, bucket))
		return false;
	h->counts[position]++;
	h->last = position;
	if (!h->count || ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	h->count++;
	h->sum += ns;
	return true;
}

void histogram_free(struct histogram *h)
{
	free(h->counts);
	memset(h, 0, sizeof(*h));
}

uint64_t histogram_permille(const struct histogram *h, unsigned int permille)
{
	uint64_t rank, seen = 0, value;
	uint32_t i;

	if (!h->count)
		return 0;
	/* Nearest rank: the smallest value with at least this share at or below it. */
	rank = (h->count * permille + 999) / 1000;
	if (rank <= 1)
		return h->min;
	if (rank >= h->count)
		return h->max;
	for (i = 0; i < h->nr_buckets - 1; i++) {
		seen += h->counts[i];
		if (seen >= rank)
			break;
	}
	value = value_of(numbers_of(h)[i]);
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

uint64_t histogram_mean(const struct histogram *h)
{
	return h->count ? (h->sum + h->count / 2) / h->count : 0;
}
