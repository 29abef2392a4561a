// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "analysis/measured.h"

uint32_t thinned_share(unsigned int nr_targets)
{
	uint32_t limit = SERIES_MAX;

	while (limit > SERIES_MIN && (uint64_t)limit * nr_targets > 2 * SERIES_MAX)
		limit /= 2;
	return limit;
}

char *quantity_name(char name[SEGMENT_NAME_MAX], const struct quantity *q, enum pt_socket socket)
{
	switch (q->kind) {
	case QUANTITY_RTT:
		return strcpy(name, "rtt");
	case QUANTITY_USER_RTT:
		return strcpy(name, "user-rtt");
	case QUANTITY_LAYER:
		return layer_name(name, q->layers);
	default:
		return segment_name(name, q->from, q->to, socket);
	}
}

/* Segments in the order of the path, the longer first where two begin together. */
bool quantity_before(const struct quantity *a, const struct quantity *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind;
	if (a->kind == QUANTITY_LAYER)
		return a->layers < b->layers;
	return a->from < b->from || (a->from == b->from && a->to > b->to);
}

/* The place of @q in the rows, or the one where it belongs. */
static unsigned int place_of(const struct measured *t, const struct quantity *q)
{
	unsigned int i = 0;

	while (i < t->nr_rows && quantity_before(&t->rows[i]->quantity, q))
		i++;
	return i;
}

/* The series of @q, made where it is new. NULL: no memory. */
static struct thinned *thinned_of(struct measured *t, const struct quantity *q)
{
	struct quantity_series **rows, *row;
	unsigned int i = place_of(t, q);

	if (i < t->nr_rows && !quantity_before(q, &t->rows[i]->quantity))
		return &t->rows[i]->series;
	if (t->nr_rows == MEASURED_MAX)
		return NULL;
	rows = realloc(t->rows, (t->nr_rows + 1) * sizeof(*rows));
	if (!rows)
		return NULL;
	t->rows = rows;
	row = calloc(1, sizeof(*row));
	if (!row)
		return NULL;
	row->quantity = *q;
	row->series.limit = t->limit;
	memmove(&rows[i + 1], &rows[i], (t->nr_rows - i) * sizeof(*rows));
	rows[i] = row;
	t->nr_rows++;
	return &row->series;
}

static void add(struct measured *t, struct quantity q, uint64_t ns)
{
	struct thinned *s = thinned_of(t, &q);

	if (!s || !thinned_add(s, ns))
		t->left_out++;
}

static void add_path(struct measured *t, const struct path *path)
{
	const struct segment *s;
	unsigned int i;
	layer_set l;

	t->socket = path->socket;
	add(t, (struct quantity){ .kind = QUANTITY_USER_RTT }, path->total_ns);
	for (i = 0; i < path->nr_layers; i++) {
		l = path->layers_seen[i];
		add(t, (struct quantity){ .kind = QUANTITY_LAYER, .layers = l }, path->layer_ns[l]);
	}
	for (s = path->segments; s < path->segments + path->nr_segments; s++)
		add(t,
		    (struct quantity){
			    .kind = QUANTITY_SEGMENT, .from = s->from, .to = s->to, .layers = s->layers },
		    s->ns);
}

/* A late reply was counted as lost; as the two are apart, its loss stays in its place. */
static void add_fate(struct measured *t, bool lost)
{
	t->lost.limit = t->limit;
	if (!thinned_add(&t->lost, lost))
		t->left_out++;
}

void measured_add(struct measured *t, const struct result *r)
{
	if (r->kind == RESULT_LOST)
		add_fate(t, true);
	if (r->kind == RESULT_LOST || r->duplicate || r->corrupted)
		return;
	if (!r->late)
		add_fate(t, false);
	if (r->has_time && r->time_counts)
		add(t, (struct quantity){ .kind = QUANTITY_RTT }, r->time_ns);
	if (r->has_path)
		add_path(t, &r->path);
}

void measured_free(struct measured *t)
{
	unsigned int i;

	for (i = 0; i < t->nr_rows; i++) {
		thinned_free(&t->rows[i]->series);
		free(t->rows[i]);
	}
	free(t->rows);
	t->rows = NULL;
	t->nr_rows = 0;
	thinned_free(&t->lost);
}
