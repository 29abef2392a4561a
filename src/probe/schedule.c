// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include "probe/schedule.h"

int schedule_reserve(struct schedule *s, size_t n)
{
	struct timer **heap = realloc(s->heap, (n + 1) * sizeof(struct timer *));

	if (!heap)
		return -ENOMEM;
	s->heap = heap;
	s->room = n;
	return 0;
}

void schedule_free(struct schedule *s)
{
	free(s->heap);
}

static bool is_before(const struct timer *a, const struct timer *b)
{
	return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->order < b->order);
}

static void put(struct schedule *s, size_t position, struct timer *t)
{
	s->heap[position] = t;
	t->position = position;
}

static void sift_up(struct schedule *s, struct timer *t)
{
	size_t at = t->position;

	for (; at > 1 && is_before(t, s->heap[at / 2]); at /= 2)
		put(s, at, s->heap[at / 2]);
	put(s, at, t);
}

static void sift_down(struct schedule *s, struct timer *t)
{
	size_t at = t->position, child;

	for (; (child = 2 * at) <= s->nr; at = child) {
		if (child < s->nr && is_before(s->heap[child + 1], s->heap[child]))
			child++;
		if (!is_before(s->heap[child], t))
			break;
		put(s, at, s->heap[child]);
	}
	put(s, at, t);
}

static void take_out(struct schedule *s, struct timer *t)
{
	struct timer *last = s->heap[s->nr--];

	if (last != t) {
		put(s, t->position, last);
		sift_up(s, last);
		sift_down(s, last);
	}
	t->position = 0;
}

void schedule_set(struct schedule *s, struct timer *t, uint64_t at_ns)
{
	t->at_ns = at_ns;
	if (at_ns == UINT64_MAX) {
		if (t->position)
			take_out(s, t);
		return;
	}
	if (!t->position) {
		if (s->nr == s->room)
			return;
		put(s, ++s->nr, t);
	}
	sift_up(s, t);
	sift_down(s, t);
}

struct timer *schedule_first(const struct schedule *s)
{
	return s->nr ? s->heap[1] : NULL;
}
