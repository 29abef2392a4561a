// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/histogram.h"

#define SUB (1ULL << HISTOGRAM_BITS)
#define ROOM_FIRST 4 /* slots; a power of two, as all that follow */

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

static uint32_t first_slot(const struct histogram *h, unsigned int bucket)
{
	return bucket * 0x9e3779b1U >> 16 & (h->room - 1);
}

/* The slot of @bucket, or a free one for it. A bucket whose count is full continues in another slot. */
static uint32_t slot_of(const struct histogram *h, unsigned int bucket)
{
	const uint16_t *numbers = numbers_of(h);
	uint32_t slot = first_slot(h, bucket);

	while (h->counts[slot] && (numbers[slot] != bucket || h->counts[slot] == UINT32_MAX))
		slot = (slot + 1) & (h->room - 1);
	return slot;
}

/* Put a bucket into a free slot. */
static void put(struct histogram *h, unsigned int bucket, uint32_t count)
{
	uint32_t slot = first_slot(h, bucket);

	while (h->counts[slot])
		slot = (slot + 1) & (h->room - 1);
	h->counts[slot] = count;
	numbers_of(h)[slot] = bucket;
}

/* Double the table. */
static bool grow(struct histogram *h)
{
	struct histogram old = *h;
	uint32_t i, room = old.room ? old.room * 2 : ROOM_FIRST;

	h->counts = calloc(room, sizeof(h->counts[0]) + sizeof(uint16_t));
	if (!h->counts) {
		h->counts = old.counts;
		return false;
	}
	h->room = room;
	for (i = 0; i < old.room; i++)
		if (old.counts[i])
			put(h, numbers_of(&old)[i], old.counts[i]);
	free(old.counts);
	return true;
}

/* Add a bucket of @count values. More than one slot in eight stays free, so that searches are short and end. */
static bool insert(struct histogram *h, unsigned int bucket, uint32_t count)
{
	if (h->nr_buckets + h->room / 8 + 1 >= h->room && !grow(h))
		return false;
	put(h, bucket, count);
	h->nr_buckets++;
	return true;
}

/* Count a value whose bucket is not in its first slot, or is new, or full. */
static __attribute__((noinline)) bool count_elsewhere(struct histogram *h, unsigned int bucket)
{
	uint32_t slot = h->room ? slot_of(h, bucket) : 0;

	if (!h->room || !h->counts[slot])
		return insert(h, bucket, 1);
	h->counts[slot]++;
	return true;
}

/* Hot path, for every segment and layer of every probe: the bucket is nearly always in its first slot. */
bool histogram_add(struct histogram *h, uint64_t ns)
{
	unsigned int bucket = bucket_of(ns);
	uint32_t slot = h->room ? first_slot(h, bucket) : 0;

	if (h->room && numbers_of(h)[slot] == bucket && h->counts[slot] && h->counts[slot] != UINT32_MAX)
		h->counts[slot]++;
	else if (!count_elsewhere(h, bucket))
		return false;
	if (ns < h->min || !h->count)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	h->count++;
	h->sum += ns;
	return true;
}

/* As histogram_add, for @n values that are counted in @bucket elsewhere. */
static bool add_bucket(struct histogram *h, unsigned int bucket, uint32_t n)
{
	uint32_t slot = h->room ? slot_of(h, bucket) : 0;

	if (!h->room || !h->counts[slot] || h->counts[slot] > UINT32_MAX - n)
		return insert(h, bucket, n);
	h->counts[slot] += n;
	return true;
}

bool histogram_merge(struct histogram *h, const struct histogram *from)
{
	uint32_t i;

	for (i = 0; i < from->room; i++)
		if (from->counts[i] && !add_bucket(h, numbers_of(from)[i], from->counts[i]))
			return false;
	if (from->count && (!h->count || from->min < h->min))
		h->min = from->min;
	if (from->max > h->max)
		h->max = from->max;
	h->count += from->count;
	h->sum += from->sum;
	return true;
}

void histogram_free(struct histogram *h)
{
	free(h->counts);
	memset(h, 0, sizeof(*h));
}

/*
 * The bucket of the value with this rank: find its power of two first, then the bucket in that, for slots are not sorted.
 * @up_to: how many values are in it or below.
 */
static unsigned int bucket_at(const struct histogram *h, uint64_t rank, uint64_t *up_to)
{
	uint64_t powers[HISTOGRAM_BUCKETS / SUB] = {}, counts[SUB] = {}, seen = 0;
	const uint16_t *numbers = numbers_of(h);
	unsigned int power = 0, sub = 0;
	uint32_t i;

	for (i = 0; i < h->room; i++)
		powers[numbers[i] >> HISTOGRAM_BITS] += h->counts[i];
	while (power < HISTOGRAM_BUCKETS / SUB - 1 && seen + powers[power] < rank)
		seen += powers[power++];
	for (i = 0; i < h->room; i++)
		if (numbers[i] >> HISTOGRAM_BITS == power)
			counts[numbers[i] & (SUB - 1)] += h->counts[i];
	while (sub < SUB - 1 && seen + counts[sub] < rank)
		seen += counts[sub++];
	*up_to = seen + counts[sub];
	return (power << HISTOGRAM_BITS) + sub;
}

/* The middle of the first and of the last bucket may lie outside of what was added. */
static uint64_t clamped(const struct histogram *h, uint64_t value)
{
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

uint32_t histogram_bucket(const struct histogram *h, uint32_t i, uint64_t *ns)
{
	*ns = clamped(h, value_of(numbers_of(h)[i]));
	return h->counts[i];
}

uint64_t histogram_rank(const struct histogram *h, uint64_t rank, uint64_t *up_to)
{
	uint64_t value;

	*up_to = h->count;
	if (rank >= h->count)
		return h->max;
	value = clamped(h, value_of(bucket_at(h, rank ? rank : 1, up_to)));
	return rank <= 1 ? h->min : value;
}

uint64_t histogram_permille(const struct histogram *h, unsigned int permille)
{
	uint64_t up_to;

	/* Nearest rank: the smallest value with at least this share at or below it. */
	return histogram_rank(h, (h->count * permille + 999) / 1000, &up_to);
}

uint64_t histogram_mean(const struct histogram *h)
{
	return h->count ? (h->sum + h->count / 2) / h->count : 0;
}
