// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/output_live.h"

#define BUCKET_MAX_NS (SECONDS_MAX * NSEC_PER_SEC) /* the longest -i; a recording may hold any */

/* --- targets --- */

static void forget(struct live_target *t)
{
	stats_free(&t->stats);
	memset(&t->stats, 0, sizeof(t->stats));
	histogram_free(&t->rtt);
	free(t->buckets);
	free(t->last);
	t->buckets = NULL;
	t->last = NULL;
	t->last_ns = 0;
	t->newest = 0;
	t->has_error = false;
	memset(t->losses, 0, sizeof(t->losses));
}

void live_free(struct live_model *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_targets; i++) {
		forget(m->targets[i]);
		free(m->targets[i]);
	}
	free(m->targets);
	*m = (struct live_model){};
}

void live_reset(struct live_model *m)
{
	unsigned int i;

	m->reset_ns = m->at_ns + 1;
	for (i = 0; i < m->nr_targets; i++) {
		forget(m->targets[i]);
		samples_share(&m->targets[i]->stats.samples, m->run.nr_targets);
	}
}

/* A stretch of time of the history: one probe as a rule, a second where there are more of them. */
static uint64_t bucket_ns(const struct run_info *run)
{
	if (run->flood || run->adaptive || run->interval_ns < NSEC_PER_SEC)
		return NSEC_PER_SEC;
	return run->interval_ns < BUCKET_MAX_NS ? run->interval_ns : BUCKET_MAX_NS;
}

void live_begin(struct live_model *m, const struct run_info *run)
{
	live_free(m);
	m->run = *run;
	m->bucket_ns = bucket_ns(run);
	m->at_ns = run->started.monotonic_ns;
}

void live_add_target(struct live_model *m, const struct target_info *info)
{
	struct live_target *t = calloc(1, sizeof(*t)), **more;

	/* They come in their order. */
	more = t && info->index == m->nr_targets ?
		       realloc(m->targets, (m->nr_targets + 1) * sizeof(struct live_target *)) :
		       NULL;
	if (!more) {
		free(t);
		m->missed++;
		return;
	}
	m->targets = more;
	m->targets[m->nr_targets++] = t;
	t->info = *info;
	samples_share(&t->stats.samples, m->run.nr_targets);
}

static struct live_target *target_of(struct live_model *m, const struct target_info *info)
{
	return info->index < m->nr_targets ? m->targets[info->index] : NULL;
}

/* --- the history --- */

/* A probe that is sent a little early or late belongs to the same bucket: it begins half a bucket before the first. */
uint64_t live_bucket_at(const struct live_model *m, const struct live_target *t, uint64_t ns)
{
	return ns > t->history_from_ns ? (ns - t->history_from_ns) / m->bucket_ns + 1 : 1;
}

static bool begin_history(const struct live_model *m, struct live_target *t, uint64_t sent_ns)
{
	if (t->buckets)
		return true;
	t->buckets = calloc(LIVE_BUCKETS, sizeof(*t->buckets));
	t->history_from_ns = sent_ns > m->bucket_ns / 2 ? sent_ns - m->bucket_ns / 2 : 0;
	return t->buckets;
}

/* The bucket of a probe that was sent at @sent_ns; NULL: that is too long ago, or there is no memory. */
static struct live_bucket *bucket_of(struct live_model *m, struct live_target *t, uint64_t sent_ns)
{
	struct live_bucket *b;
	uint64_t number;

	if (!sent_ns || !begin_history(m, t, sent_ns))
		return NULL;
	number = live_bucket_at(m, t, sent_ns);
	if (number + LIVE_BUCKETS <= t->newest)
		return NULL;
	if (number > t->newest)
		t->newest = number;
	b = &t->buckets[number % LIVE_BUCKETS];
	if (b->number != number)
		*b = (struct live_bucket){ .number = number };
	return b;
}

struct live_bucket live_history(const struct live_target *t, uint64_t number, unsigned int count)
{
	struct live_bucket sum = { .number = number };
	const struct live_bucket *b;

	for (; t->buckets && count; count--, number++) {
		b = &t->buckets[number % LIVE_BUCKETS];
		if (b->number != number)
			continue;
		sum.replies += b->replies;
		sum.lost += b->lost;
		if (b->max_ns > sum.max_ns)
			sum.max_ns = b->max_ns;
	}
	return sum;
}

static void add_to_history(struct live_model *m, struct live_target *t, const struct result *r)
{
	struct live_bucket *b = bucket_of(m, t, r->sent_ns);

	if (!b)
		return;
	if (r->kind == RESULT_LOST) {
		b->lost++;
		return;
	}
	if (r->late && b->lost)
		b->lost--;
	b->replies++;
	if (r->has_time && r->time_ns > b->max_ns)
		b->max_ns = r->time_ns;
}

/* --- results --- */

static void keep_last(struct live_target *t, const struct result *r)
{
	if (!t->last && t->info.index < LIVE_LAST_MAX)
		t->last = malloc(sizeof(*t->last));
	if (t->last)
		*t->last = *r;
}

static void note_time(struct live_model *m, const struct result *r)
{
	uint64_t ns = r->received_ns > r->sent_ns ? r->received_ns : r->sent_ns;

	if (ns > m->at_ns)
		m->at_ns = ns;
}

/* The run counts losses from its beginning, and this from the last reset: their numbers are not the same. */
static void count(struct live_target *t, struct result *r)
{
	unsigned int of_run = r->lost_as <= STATS_MAX_LOSSES + 1 ? r->lost_as : 0;

	r->lost_as = r->late ? t->losses[of_run] : 0;
	stats_add_result(&t->stats, r);
	if (r->kind == RESULT_LOST && of_run)
		t->losses[of_run] = r->lost_as;
}

void live_add_result(struct live_model *m, const struct target_info *info, const struct result *r)
{
	struct live_target *t = target_of(m, info);
	bool again = r->duplicate || r->corrupted;
	struct result copy = *r;

	note_time(m, r);
	if (!t || (r->sent_ns && r->sent_ns < m->reset_ns))
		return;
	copy.payload = NULL; /* the caller's */
	/* As from a recording: a probe is counted with the first result that is about it. */
	if (!again && !r->late)
		stats_add_sent(&t->stats, r->sent_ns, r->due_ns);
	count(t, &copy);
	if (r->kind == RESULT_REPLY && r->has_time && r->time_counts) {
		m->missed += !histogram_add(&t->rtt, r->time_ns);
		t->last_ns = r->time_ns;
	}
	if (again)
		return;
	add_to_history(m, t, r);
	keep_last(t, &copy);
}

void live_add_error(struct live_model *m, const struct target_info *info, const struct result_error *e)
{
	struct live_target *t = target_of(m, info);

	if (!t)
		return;
	t->error = *e;
	t->has_error = true;
	stats_add_error(&t->stats, &t->error);
}
