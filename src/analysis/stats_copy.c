// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/stats_copy.h"
#include "base/util.h"

static bool put(FILE *to, const void *data, size_t size)
{
	return !size || fwrite(data, size, 1, to) == 1;
}

static bool get(FILE *from, void *data, size_t size)
{
	return !size || fread(data, size, 1, from) == 1;
}

/* As many bytes of new memory; *@data is NULL where it fails, or where there are none. */
static bool get_new(FILE *from, void *data, size_t size)
{
	void *memory = size ? malloc(size) : NULL;

	memcpy(data, &memory, sizeof(memory));
	return !size || (memory && get(from, memory, size));
}

static size_t counts_size(const struct histogram *h)
{
	return h->room * (sizeof(h->counts[0]) + sizeof(uint16_t));
}

/* What it points to; the histogram itself is copied with whatever holds it. */
static bool put_counts(FILE *to, const struct histogram *h)
{
	return put(to, h->counts, counts_size(h));
}

static bool get_counts(FILE *from, struct histogram *h)
{
	return get_new(from, &h->counts, counts_size(h));
}

static bool put_splits(FILE *to, struct split *const *splits, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!put(to, splits[i], sizeof(*splits[i])) || !put_counts(to, &splits[i]->histogram))
			return false;
	return true;
}

/* @wanted of them; *@nr counts those that are there. */
static bool get_splits(FILE *from, struct split **splits, unsigned int wanted, unsigned int *nr)
{
	struct split *split;

	for (*nr = 0; *nr < wanted; ++*nr) {
		if (!get_new(from, &split, sizeof(*split))) {
			free(split);
			return false;
		}
		splits[*nr] = split;
		if (!get_counts(from, &split->histogram)) {
			++*nr;
			return false;
		}
	}
	return true;
}

bool stats_write(const struct stats *s, FILE *to)
{
	const struct samples *samples = &s->samples;

	return put(to, s, sizeof(*s)) && put_counts(to, &s->total) &&
	       put_splits(to, s->segments, s->nr_segments) && put_splits(to, s->layers, s->nr_layers) &&
	       put(to, s->losses, s->nr_losses * sizeof(*s->losses)) &&
	       put(to, samples->slowest, samples->nr_slowest * sizeof(*samples->slowest)) &&
	       put(to, samples->regular, samples->nr_regular * sizeof(*samples->regular));
}

bool stats_read(struct stats *s, FILE *from)
{
	unsigned int nr_segments, nr_layers;
	struct samples *samples = &s->samples;

	if (!get(from, s, sizeof(*s))) {
		memset(s, 0, sizeof(*s));
		return false;
	}
	nr_segments = s->nr_segments;
	nr_layers = s->nr_layers;
	/* Whatever fails first, nothing points into the other process's memory. */
	s->nr_segments = 0;
	s->nr_layers = 0;
	s->total.counts = NULL;
	s->losses = NULL;
	samples->slowest = NULL;
	samples->regular = NULL;
	if (nr_segments > ARRAY_SIZE(s->segments) || nr_layers > ARRAY_SIZE(s->layers))
		return false;
	return get_counts(from, &s->total) && get_splits(from, s->segments, nr_segments, &s->nr_segments) &&
	       get_splits(from, s->layers, nr_layers, &s->nr_layers) &&
	       get_new(from, &s->losses, s->nr_losses * sizeof(*s->losses)) &&
	       get_new(from, &samples->slowest, samples->nr_slowest * sizeof(*samples->slowest)) &&
	       get_new(from, &samples->regular, samples->nr_regular * sizeof(*samples->regular));
}
