// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include "output/comparison.h"

static json_t *object_of_recording(const struct collected *run)
{
	json_t *o = json_object();

	json_put(o, "file", json_text(run->file));
	json_put(o, "version", json_text(run->run.version));
	json_put(o, "kernel", json_text(run->run.kernel));
	json_put(o, "backend", json_text(run->run.backend));
	json_put(o, "started_ns", json_integer(run->run.started.realtime_ns));
	json_put(o, "missed", json_integer((json_int_t)run->missed));
	return o;
}

static void add_text(void *to, const char *text)
{
	json_add(to, json_text(text));
}

static json_t *object_of_side(const struct comparison_row *row, enum compare_side side)
{
	static const char *const keys[] = { "p50_ns", "p90_ns", "p99_ns" };
	enum compare_percentile p;
	json_t *o = json_object();

	json_put(o, "count", json_integer(row->series[side]->count));
	json_put(o, "used", json_integer(row->series[side]->nr));
	for (p = 0; p < COMPARE_PERCENTILES && row->series[!side]; p++)
		json_put(o, keys[p], json_integer(row->percentiles[p].ns[side]));
	return o;
}

static json_t *object_of_difference(const struct percentile_pair *pair)
{
	json_t *o = json_object();

	json_put(o, "ns", json_integer(pair->ns[COMPARE_B] - pair->ns[COMPARE_A]));
	if (pair->enough)
		json_put(o, "margin_ns", json_integer(llround(pair->margin_ns)));
	json_put(o, "shown", json_boolean(pair->shown));
	return o;
}

const char *comparison_kind(const struct quantity *q)
{
	static const char *const kinds[] = { "rtt", "user-rtt", "layer", "segment" };

	return kinds[q->kind];
}

json_t *object_of_comparison_row(const struct comparison_row *row)
{
	static const char *const keys[] = { "p50", "p90", "p99" };
	json_t *o = json_object();
	char layer[SEGMENT_NAME_MAX];
	enum compare_percentile p;
	enum compare_side i;

	json_put(o, "name", json_string(row->name));
	json_put(o, "kind", json_string(comparison_kind(&row->quantity)));
	if (row->quantity.layers)
		json_put(o, "layer", json_string(layer_name(layer, row->quantity.layers)));
	for (i = 0; i < COMPARE_SIDES; i++)
		if (row->series[i])
			json_put(o, comparison_sides[i], object_of_side(row, i));
	for (p = 0; p < COMPARE_PERCENTILES && row->series[COMPARE_A] && row->series[COMPARE_B]; p++)
		json_put(o, keys[p], object_of_difference(&row->percentiles[p]));
	return o;
}

static json_t *object_of_loss_pair(const struct loss_pair *l)
{
	json_t *o = json_object(), *side;
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		side = json_object();
		json_put(side, "transmitted", json_integer(l->transmitted[i]));
		json_put(side, "lost", json_integer(l->lost[i]));
		json_put(o, comparison_sides[i], side);
	}
	json_put(o, "p", json_real(l->p));
	json_put(o, "shown", json_boolean(l->shown));
	return o;
}

static json_t *object_of_target_pair(const struct compared_target *t)
{
	json_t *o = json_object(), *rows = json_array(), *changes = json_array();
	unsigned int i;

	json_put(o, "host", json_text(t->target[COMPARE_A]->info.name));
	json_put(o, "loss", object_of_loss_pair(&t->comparison.loss));
	for (i = 0; i < t->comparison.nr_rows; i++)
		json_add(rows, object_of_comparison_row(&t->comparison.rows[i]));
	json_put(o, "rows", rows);
	comparison_sentences(t, add_text, changes);
	json_put(o, "changes", changes);
	return o;
}

static json_t *names_of_others(const struct collected *run)
{
	json_t *names = json_array();
	unsigned int i;

	for (i = 0; i < run->nr_targets; i++)
		if (!run->targets[i]->taken)
			json_add(names, json_text(run->targets[i]->info.name));
	return names;
}

json_t *object_of_comparison(const struct compared *c)
{
	json_t *o = json_object(), *targets = json_array(), *conditions = json_array(), *only = json_object();
	enum compare_side i;
	unsigned int t;

	for (i = 0; i < COMPARE_SIDES; i++) {
		json_put(o, comparison_sides[i], object_of_recording(&c->runs[i]));
		json_put(only, comparison_sides[i], names_of_others(&c->runs[i]));
	}
	for (t = 0; t < c->nr_targets; t++)
		json_add(targets, object_of_target_pair(&c->targets[t]));
	comparison_conditions(c, "", add_text, conditions);
	json_put(o, "level", json_real(COMPARE_LEVEL));
	json_put(o, "differences", json_integer(c->nr_differences));
	json_put(o, "conditions", conditions);
	json_put(o, "targets", targets);
	json_put(o, "only", only);
	return o;
}
