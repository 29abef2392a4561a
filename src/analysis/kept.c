// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/kept.h"

#define ALL_MAX \
	(16 * KEPT_MAX) /* of each kind, of all targets: 0.9 MB. Who has more targets has SHARE_MIN of each */
#define SHARE_MIN 8
#define ROOM_FIRST 4

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

unsigned int kept_limit(const struct kept *kept)
{
	return kept->limit ? kept->limit : KEPT_MAX;
}

void kept_share(struct kept *kept, unsigned int nr_targets)
{
	kept->limit = KEPT_MAX;
	while (kept->limit > SHARE_MIN && (uint64_t)kept->limit * nr_targets > ALL_MAX)
		kept->limit /= 2;
}

/* Every other one goes, and from now on twice as many are passed over. */
static void thin_out(struct kept *kept)
{
	unsigned int i, half = kept->nr_sample / 2;

	for (i = 0; i < half; i++)
		kept->sample[i] = kept->sample[2 * i];
	kept->nr_sample = half;
	kept->stride *= 2;
}

/* Memory for the next one after @nr. There is room for ROOM_FIRST, and for twice as many at each power of two from there on. */
static bool have_room(struct kept_probe **probes, unsigned int nr)
{
	unsigned int room = nr ? 2 * nr : ROOM_FIRST;
	struct kept_probe *more;

	if (nr && (nr < ROOM_FIRST || nr & (nr - 1)))
		return true;
	more = realloc(*probes, room * sizeof(*more));
	if (more)
		*probes = more;
	return more;
}

static void add_to_slowest(struct kept *kept, const struct path *path, const struct why *why)
{
	if (kept->nr_slowest < kept_limit(kept)) {
		if (!have_room(&kept->slowest, kept->nr_slowest))
			return;
		keep(&kept->slowest[kept->nr_slowest], path, why);
		sift_up(kept->slowest, kept->nr_slowest++);
	} else if (path->total_ns > kept->slowest[0].total_ns) {
		keep(&kept->slowest[0], path, why);
		sift_down(kept->slowest, kept->nr_slowest);
	}
}

static void add_to_sample(struct kept *kept, uint64_t index, const struct path *path, const struct why *why)
{
	if (!kept->stride)
		kept->stride = 1;
	if (index & (kept->stride - 1))
		return;
	if (kept->nr_sample == kept_limit(kept)) {
		thin_out(kept);
		if (index & (kept->stride - 1))
			return;
	}
	if (have_room(&kept->sample, kept->nr_sample))
		keep(&kept->sample[kept->nr_sample++], path, why);
}

void kept_add(struct kept *kept, const struct path *path, const struct why *why)
{
	add_to_slowest(kept, path, why);
	add_to_sample(kept, kept->count++, path, why);
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
