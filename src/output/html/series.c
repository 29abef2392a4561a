// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/html/series.h"

#define WIDTH_FIRST NSEC_PER_MSEC /* where probes are not sent at an interval */
#define ROOM_FIRST 16

#define BUCKETS_MAX 512 /* of a target, */
#define BUCKETS_ALL 1024 /* of all of them, */
#define BUCKETS_MIN 32 /* and at the least */

unsigned int series_share(unsigned int nr_targets)
{
	unsigned int limit = BUCKETS_MAX;

	while (limit > BUCKETS_MIN && limit * nr_targets > BUCKETS_ALL)
		limit /= 2;
	return limit;
}

void series_init(struct series *s, const struct run_info *run, unsigned int limit)
{
	bool regular = run->interval_ns && !run->flood && !run->adaptive;

	s->limit = limit;
	s->width_ns = regular ? run->interval_ns : WIDTH_FIRST;
}

void series_free(struct series *s)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		histogram_free(&s->buckets[i].total);
	free(s->buckets);
	memset(s, 0, sizeof(*s));
}

/* --- buckets --- */

/*
 * The first probe is in the middle of its bucket, so that one which is sent at an interval is alone in its own. There is
 * room before it, from the begin of the run: a probe that was sent earlier may be told of later.
 */
static void set_begin(struct series *s, uint64_t started_ns, uint64_t sent_ns)
{
	uint64_t before = sent_ns > started_ns ? (sent_ns - started_ns) / s->width_ns : 0, middle;

	if (before > s->limit)
		before = s->limit;
	middle = sent_ns - before * s->width_ns;
	s->begin_ns = middle > s->width_ns / 2 ? middle - s->width_ns / 2 : 0;
}

/* Add @from, which is empty then, to @b. */
static void absorb(struct series *s, struct series_bucket *b, struct series_bucket *from)
{
	unsigned int i;

	s->incomplete |= !histogram_merge(&b->total, &from->total);
	b->lost += from->lost;
	for (i = 0; i < SERIES_SEGMENTS; i++)
		b->segment_ns[i] += from->segment_ns[i];
	histogram_free(&from->total);
}

static void halve(struct series *s)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		if (i % 2) {
			absorb(s, &s->buckets[i / 2], &s->buckets[i]);
		} else if (i) {
			s->buckets[i / 2] = s->buckets[i];
			memset(&s->buckets[i].total, 0, sizeof(s->buckets[i].total));
		}
	}
	s->nr = (s->nr + 1) / 2;
	s->width_ns *= 2;
}

static bool have_room(struct series *s, unsigned int nr)
{
	unsigned int room = s->room ? s->room : ROOM_FIRST;
	struct series_bucket *more;

	while (room < nr)
		room *= 2;
	if (room == s->room)
		return true;
	more = realloc(s->buckets, room * sizeof(*more));
	if (!more)
		return false;
	s->buckets = more;
	s->room = room;
	return true;
}

/* The bucket of that time; NULL: there is none. */
static struct series_bucket *bucket_at(struct series *s, uint64_t ns)
{
	unsigned int i;

	while ((ns - s->begin_ns) / s->width_ns >= s->limit)
		halve(s);
	i = (ns - s->begin_ns) / s->width_ns;
	if (i < s->nr)
		return &s->buckets[i];
	if (!have_room(s, i + 1)) {
		s->incomplete = true;
		return NULL;
	}
	memset(&s->buckets[s->nr], 0, (i + 1 - s->nr) * sizeof(s->buckets[0]));
	s->nr = i + 1;
	return &s->buckets[i];
}

/* --- segments --- */

static bool before(const struct series_segment *a, const struct segment *b)
{
	return a->from < b->from || (a->from == b->from && a->to > b->to);
}

/* The number of a segment in each bucket; SERIES_SEGMENTS: it has none. */
static unsigned int number_of(struct series *s, const struct segment *seg)
{
	unsigned int i, after;

	for (i = 0; i < s->nr_segments && before(&s->segments[i], seg); i++)
		;
	if (i < s->nr_segments && s->segments[i].from == seg->from && s->segments[i].to == seg->to)
		return s->numbers[i];
	if (s->nr_segments == SERIES_SEGMENTS)
		return SERIES_SEGMENTS;
	after = s->nr_segments - i;
	memmove(&s->segments[i + 1], &s->segments[i], after * sizeof(s->segments[0]));
	memmove(&s->numbers[i + 1], &s->numbers[i], after * sizeof(s->numbers[0]));
	s->segments[i] = (struct series_segment){ .from = seg->from, .to = seg->to, .layers = seg->layers };
	s->numbers[i] = s->nr_segments;
	return s->nr_segments++;
}

static void add_path(struct series *s, struct series_bucket *b, const struct path *path)
{
	unsigned int i, number;

	if (!histogram_add(&b->total, path->total_ns)) {
		s->incomplete = true;
		return;
	}
	for (i = 0; i < path->nr_segments; i++) {
		number = number_of(s, &path->segments[i]);
		if (number < SERIES_SEGMENTS)
			b->segment_ns[number] += path->segments[i].ns;
	}
}

void series_add(struct series *s, const struct run_info *run, const struct result *r)
{
	bool is_reply = r->kind == RESULT_REPLY;
	struct series_bucket *b;

	if (is_reply && (!r->has_path || r->duplicate))
		return;
	if (r->sent_ns && !s->nr)
		set_begin(s, run->started.monotonic_ns, r->sent_ns);
	if (!r->sent_ns || r->sent_ns < s->begin_ns) {
		s->untimed++;
		return;
	}
	b = bucket_at(s, r->sent_ns);
	if (!b)
		return;
	if (!is_reply) {
		b->lost++;
		return;
	}
	if (r->late && b->lost)
		b->lost--;
	add_path(s, b, &r->path);
}

uint64_t series_mean(const struct series *s, const struct series_bucket *b, unsigned int i)
{
	return (b->segment_ns[s->numbers[i]] + b->total.count / 2) / b->total.count;
}

void series_group(const struct series *s, unsigned int first, unsigned int nr, struct series_bucket *group)
{
	const struct series_bucket *b;
	unsigned int i, j;

	memset(group, 0, sizeof(*group));
	for (i = first; i < s->nr && i < first + nr; i++) {
		b = &s->buckets[i];
		group->lost += b->lost;
		histogram_merge(&group->total, &b->total);
		for (j = 0; j < SERIES_SEGMENTS; j++)
			group->segment_ns[j] += b->segment_ns[j];
	}
}
