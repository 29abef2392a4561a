// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/kept.h"

static void keep(struct kept_probe *k, const struct path *path, const struct why *why)
{
	const struct segment *s;

	memset(k, 0, sizeof(*k));
	k->total_ns = path->total_ns;
	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		k->ns[s->from] = s->ns;
		k->to[s->from] = s->to;
	}
	k->has_peer = path->nr_inside;
	k->why = *why;
}

static void swap(struct kept_probe *a, struct kept_probe *b)
{
	struct kept_probe c = *a;

	*a = *b;
	*b = c;
}

/* The last of the heap has been put there: move it to its place. */
static void sift_up(struct kept_probe *heap, unsigned int i)
{
	for (; i && heap[i].total_ns < heap[(i - 1) / 2].total_ns; i = (i - 1) / 2)
		swap(&heap[i], &heap[(i - 1) / 2]);
}

/* The first of the heap has been replaced by a slower one. */
static void sift_down(struct kept_probe *heap, unsigned int nr)
{
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < nr) {
		if (child + 1 < nr && heap[child + 1].total_ns < heap[child].total_ns)
			child++;
		if (heap[i].total_ns <= heap[child].total_ns)
			return;
		swap(&heap[i], &heap[child]);
		i = child;
	}
}

/* Every other one goes, and from now on twice as many are passed over. */
static void thin_out(struct kept *kept)
{
	unsigned int i;

	for (i = 0; i < KEPT_MAX / 2; i++)
		kept->sample[i] = kept->sample[2 * i];
	kept->nr_sample = KEPT_MAX / 2;
	kept->stride *= 2;
}

static bool have_memory(struct kept *kept)
{
	if (!kept->slowest)
		kept->slowest = calloc(KEPT_MAX, sizeof(*kept->slowest));
	if (!kept->sample)
		kept->sample = calloc(KEPT_MAX, sizeof(*kept->sample));
	if (!kept->stride)
		kept->stride = 1;
	return kept->slowest && kept->sample;
}

void kept_add(struct kept *kept, const struct path *path, const struct why *why)
{
	uint64_t index = kept->count++;

	if (!index && !have_memory(kept))
		return;
	if (!kept->slowest || !kept->sample)
		return;
	if (kept->nr_slowest < KEPT_MAX) {
		keep(&kept->slowest[kept->nr_slowest], path, why);
		sift_up(kept->slowest, kept->nr_slowest++);
	} else if (path->total_ns > kept->slowest[0].total_ns) {
		keep(&kept->slowest[0], path, why);
		sift_down(kept->slowest, kept->nr_slowest);
	}
	if (index & (kept->stride - 1))
		return;
	if (kept->nr_sample == KEPT_MAX) {
		thin_out(kept);
		if (index & (kept->stride - 1))
			return;
	}
	keep(&kept->sample[kept->nr_sample++], path, why);
}

void kept_free(struct kept *kept)
{
	free(kept->slowest);
	free(kept->sample);
	memset(kept, 0, sizeof(*kept));
}

static int slower_first(const void *a, const void *b)
{
	const struct kept_probe *x = *(const struct kept_probe *const *)a;
	const struct kept_probe *y = *(const struct kept_probe *const *)b;

	return (x->total_ns < y->total_ns) - (x->total_ns > y->total_ns);
}

unsigned int kept_slowest(const struct kept *kept, const struct kept_probe *slowest[KEPT_MAX])
{
	uint64_t hundredth = kept->count / 100;
	unsigned int i;

	if (!kept->nr_slowest)
		return 0;
	for (i = 0; i < kept->nr_slowest; i++)
		slowest[i] = &kept->slowest[i];
	qsort(slowest, kept->nr_slowest, sizeof(slowest[0]), slower_first);
	if (!hundredth)
		return 1;
	return hundredth < kept->nr_slowest ? hundredth : kept->nr_slowest;
}
