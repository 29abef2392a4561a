// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/causes.h"
#include "analysis/samples.h"

#define ALL_MAX (16 * SAMPLES_MAX) /* of each kind, of all targets: 0.9 MB */
#define SHARE_MIN 8 /* of each target, however many there are */
#define ROOM_FIRST 4

static void take_sample(struct sample *sample, const struct path *path,
			const struct stamp stamps[PT_NR_HOOKS], const struct causes *causes)
{
	const struct segment *s;

	memset(sample, 0, sizeof(*sample));
	sample->total_ns = path->total_ns;
	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		sample->ns[s->from] = s->ns;
		sample->to[s->from] = s->to;
	}
	sample->has_peer = path->nr_inside;
	if (causes)
		sample->causes = *causes;
	else
		causes_of_stamps(&sample->causes, stamps);
}

static void swap(struct sample *a, struct sample *b)
{
	struct sample c = *a;

	*a = *b;
	*b = c;
}

/* The last of the heap is new: move it up to where it belongs. */
static void sift_up(struct sample *heap, unsigned int i)
{
	for (; i && heap[i].total_ns < heap[(i - 1) / 2].total_ns; i = (i - 1) / 2)
		swap(&heap[i], &heap[(i - 1) / 2]);
}

/* The first of the heap was replaced by a slower one: move it down to where it belongs. */
static void sift_down(struct sample *heap, unsigned int nr)
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

unsigned int samples_limit(const struct samples *samples)
{
	return samples->limit ? samples->limit : SAMPLES_MAX;
}

void samples_share(struct samples *samples, unsigned int nr_targets)
{
	samples->limit = SAMPLES_MAX;
	while (samples->limit > SHARE_MIN && (uint64_t)samples->limit * nr_targets > ALL_MAX)
		samples->limit /= 2;
}

/* Drop every other regular sample, and double the distance between them from now on. */
static void thin_out(struct samples *samples)
{
	unsigned int i, half = samples->nr_regular / 2;

	for (i = 0; i < half; i++)
		samples->regular[i] = samples->regular[2 * i];
	samples->nr_regular = half;
	samples->stride *= 2;
}

/* Make room for one more than @nr: there is room for ROOM_FIRST, then for the next power of two. */
static bool have_room(struct sample **probes, unsigned int nr)
{
	unsigned int room = nr ? 2 * nr : ROOM_FIRST;
	struct sample *more;

	if (nr && (nr < ROOM_FIRST || nr & (nr - 1)))
		return true;
	more = realloc(*probes, room * sizeof(*more));
	if (more)
		*probes = more;
	return more;
}

static void add_to_slowest(struct samples *samples, const struct path *path,
			   const struct stamp stamps[PT_NR_HOOKS], const struct causes *causes)
{
	if (samples->nr_slowest < samples_limit(samples)) {
		if (!have_room(&samples->slowest, samples->nr_slowest))
			return;
		take_sample(&samples->slowest[samples->nr_slowest], path, stamps, causes);
		sift_up(samples->slowest, samples->nr_slowest++);
	} else if (path->total_ns > samples->slowest[0].total_ns) {
		take_sample(&samples->slowest[0], path, stamps, causes);
		sift_down(samples->slowest, samples->nr_slowest);
	}
}

static void add_to_regular(struct samples *samples, uint64_t index, const struct path *path,
			   const struct stamp stamps[PT_NR_HOOKS], const struct causes *causes)
{
	if (!samples->stride)
		samples->stride = 1;
	if (index & (samples->stride - 1))
		return;
	if (samples->nr_regular == samples_limit(samples)) {
		thin_out(samples);
		if (index & (samples->stride - 1))
			return;
	}
	if (have_room(&samples->regular, samples->nr_regular))
		take_sample(&samples->regular[samples->nr_regular++], path, stamps, causes);
}

void samples_add(struct samples *samples, const struct path *path, const struct stamp stamps[PT_NR_HOOKS],
		 const struct causes *causes)
{
	add_to_slowest(samples, path, stamps, causes);
	add_to_regular(samples, samples->count++, path, stamps, causes);
}

void samples_free(struct samples *samples)
{
	free(samples->slowest);
	free(samples->regular);
	memset(samples, 0, sizeof(*samples));
}

static int slower_first(const void *a, const void *b)
{
	const struct sample *x = *(const struct sample *const *)a;
	const struct sample *y = *(const struct sample *const *)b;

	return (x->total_ns < y->total_ns) - (x->total_ns > y->total_ns);
}

unsigned int samples_slowest(const struct samples *samples, const struct sample *slowest[SAMPLES_MAX])
{
	uint64_t hundredth = samples->count / 100;
	unsigned int i;

	if (!samples->nr_slowest)
		return 0;
	for (i = 0; i < samples->nr_slowest; i++)
		slowest[i] = &samples->slowest[i];
	qsort(slowest, samples->nr_slowest, sizeof(slowest[0]), slower_first);
	if (!hundredth)
		return 1;
	return hundredth < samples->nr_slowest ? hundredth : samples->nr_slowest;
}
