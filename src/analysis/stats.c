// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/stats.h"

static void split_free(struct split *split)
{
	histogram_free(&split->histogram);
	free(split);
}

void stats_free(struct stats *s)
{
	unsigned int i;

	histogram_free(&s->total);
	for (i = 0; i < s->nr_segments; i++)
		split_free(s->segments[i]);
	for (i = 0; i < s->nr_layers; i++)
		split_free(s->layers[i]);
	s->nr_segments = 0;
	s->nr_layers = 0;
	free(s->losses);
	s->losses = NULL;
	s->nr_losses = 0;
	samples_free(&s->samples);
}

void stats_add_rtt(struct stats *s, uint64_t rtt_ns)
{
	double off_mean = (double)rtt_ns - s->rtt_mean;

	if (!s->rtt_count || rtt_ns < s->rtt_min)
		s->rtt_min = rtt_ns;
	if (rtt_ns > s->rtt_max)
		s->rtt_max = rtt_ns;
	s->rtt_ewma = s->rtt_count ? s->rtt_ewma + ((double)rtt_ns - s->rtt_ewma) / 8 : (double)rtt_ns;
	s->rtt_count++;
	s->rtt_sum += rtt_ns;
	s->rtt_mean += off_mean / s->rtt_count;
	s->rtt_m2 += off_mean * ((double)rtt_ns - s->rtt_mean);
}

/* Does @a come before @b on the path? Of two with the same start, the longer comes first. */
static bool before(const struct split *a, const struct segment *b)
{
	return a->from < b->from || (a->from == b->from && a->to > b->to);
}

static struct split *split_new(enum pt_hook from, enum pt_hook to, layer_set layers)
{
	struct split *split = calloc(1, sizeof(*split));

	if (split) {
		split->from = from;
		split->to = to;
		split->layers = layers;
	}
	return split;
}

static bool is_split_of(const struct split *split, const struct segment *seg)
{
	return split->from == seg->from && split->to == seg->to;
}

/* The split of @seg in the ordered list of segments; made where it is new. NULL: no memory. */
static struct split *find_segment_split(struct stats *s, const struct segment *seg)
{
	struct split *split;
	unsigned int i;

	for (i = 0; i < s->nr_segments && before(s->segments[i], seg); i++)
		;
	s->last_segment[seg->from] = i;
	if (i < s->nr_segments && is_split_of(s->segments[i], seg))
		return s->segments[i];
	if (s->nr_segments == STATS_MAX_SEGMENTS)
		return NULL;
	split = split_new(seg->from, seg->to, seg->layers);
	if (!split)
		return NULL;
	memmove(&s->segments[i + 1], &s->segments[i], (s->nr_segments - i) * sizeof(s->segments[0]));
	s->segments[i] = split;
	s->nr_segments++;
	return split;
}

/* Nearly all probes have the same segments. */
static struct split *segment_split(struct stats *s, const struct segment *seg)
{
	unsigned int i = s->last_segment[seg->from];

	if (i < s->nr_segments && is_split_of(s->segments[i], seg))
		return s->segments[i];
	return find_segment_split(s, seg);
}

/* The split of @layers, most likely the one at @i; made where it is new. NULL: no memory. */
static struct split *layer_split(struct stats *s, layer_set layers, unsigned int i)
{
	if (i < s->nr_layers && s->layers[i]->layers == layers)
		return s->layers[i];
	for (i = 0; i < s->nr_layers; i++)
		if (s->layers[i]->layers == layers)
			return s->layers[i];
	s->layers[i] = split_new(PT_HOOK_SEND, PT_HOOK_RECV, layers);
	if (!s->layers[i])
		return NULL;
	s->nr_layers++;
	return s->layers[i];
}

void stats_add_path(struct stats *s, const struct path *path)
{
	struct split *split;
	unsigned int i;

	s->socket = path->socket;
	s->clipped += path->clipped;
	s->stamps += path->nr_stamps;
	s->not_split += !histogram_add(&s->total, path->total_ns);
	for (i = 0; i < path->nr_segments; i++) {
		split = segment_split(s, &path->segments[i]);
		if (!split || !histogram_add(&split->histogram, path->segments[i].ns))
			s->not_split++;
	}
	for (i = 0; i < path->nr_layers; i++) {
		split = layer_split(s, path->layers_seen[i], i);
		if (!split || !histogram_add(&split->histogram, path->layer_ns[path->layers_seen[i]]))
			s->not_split++;
	}
}

/* Find the row of @loss, or add it. NULL: no room. */
static struct loss_count *loss_row(struct stats *s, const struct loss *loss)
{
	struct loss_count *rows;
	unsigned int i;

	for (i = 0; i < s->nr_losses; i++)
		if (loss_equal(&s->losses[i].loss, loss))
			return &s->losses[i];
	if (i == STATS_MAX_LOSSES)
		return NULL;
	rows = realloc(s->losses, (i + 1) * sizeof(*rows));
	if (!rows)
		return NULL;
	s->losses = rows;
	s->nr_losses++;
	rows[i] = (struct loss_count){ .loss = *loss };
	return &rows[i];
}

unsigned int stats_add_loss(struct stats *s, const struct loss *loss, uint64_t seq)
{
	struct loss_count *row = loss ? loss_row(s, loss) : NULL;

	if (!row) {
		s->other_losses++;
		return STATS_MAX_LOSSES + 1;
	}
	if (!row->told++)
		row->first = seq;
	row->last = seq;
	row->count++;
	return row - s->losses + 1;
}

void stats_take_back_loss(struct stats *s, unsigned int number)
{
	uint64_t *count = number && number <= s->nr_losses ? &s->losses[number - 1].count : &s->other_losses;

	if (*count)
		--*count;
}

static void add_lateness(struct stats *s, uint64_t late_ns)
{
	s->sent_late += late_ns >= SENT_LATE_NS;
	if (late_ns > s->sent_late_max_ns)
		s->sent_late_max_ns = late_ns;
}

void stats_add_sent(struct stats *s, uint64_t sent_ns, uint64_t due_ns)
{
	if (due_ns && due_ns < sent_ns)
		add_lateness(s, sent_ns - due_ns);
	s->transmitted++;
	if (sent_ns && (!s->first_sent_ns || sent_ns < s->first_sent_ns))
		s->first_sent_ns = sent_ns;
	if (sent_ns > s->last_sent_ns)
		s->last_sent_ns = sent_ns;
}

static void add_reply(struct stats *s, const struct result *r)
{
	if (r->corrupted) {
		s->corrupted++;
		return;
	}
	if (r->under_way > s->pipe)
		s->pipe = r->under_way;
	if (r->duplicate) {
		s->duplicates++;
	} else {
		s->received++;
		s->late += r->late;
		if (r->late)
			stats_take_back_loss(s, r->lost_as);
	}
	if (r->has_time && r->time_counts)
		stats_add_rtt(s, r->time_ns);
	if (!r->has_path)
		return;
	stats_add_path(s, &r->path);
	samples_add(&s->samples, &r->path, r->stamps, r->has_causes ? &r->causes : NULL);
}

void stats_add_result(struct stats *s, struct result *r)
{
	if (r->kind == RESULT_REPLY) {
		add_reply(s, r);
		return;
	}
	r->lost_as = stats_add_loss(s, r->has_loss ? &r->loss : NULL, r->seq);
	r->like = 0;
	if (r->lost_as <= s->nr_losses && s->losses[r->lost_as - 1].told > 1)
		r->like = s->losses[r->lost_as - 1].first;
}

void stats_add_error(struct stats *s, struct result_error *e)
{
	if (e->under_way > s->pipe)
		s->pipe = e->under_way;
	s->errors += !e->refused && !e->is_redirect;
	if (e->refused && (e->error == ENOBUFS || e->error == ENOMEM))
		e->before = s->no_room++;
}

uint64_t stats_overhead_ns(const struct stats *s, uint64_t stamp_ns)
{
	return s->total.count ? stamp_ns * s->stamps / s->total.count : 0;
}

double stats_rtt_mdev(const struct stats *s)
{
	return s->rtt_count ? sqrt(s->rtt_m2 / s->rtt_count) : 0;
}

double stats_loss(const struct stats *s)
{
	if (!s->transmitted || s->received >= s->transmitted)
		return 0;
	return (double)(s->transmitted - s->received) * 100 / s->transmitted;
}
