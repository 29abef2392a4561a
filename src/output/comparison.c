// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/comparison.h"
#include "output/terminal.h"

const char *const comparison_sides[COMPARE_SIDES] = { "a", "b" };

/* --- which targets --- */

/* The same name given twice is two targets: the first of one run is compared with the first of the other. */
static struct collected_target *find(struct collected *run, const char *name)
{
	unsigned int i;

	for (i = 0; i < run->nr_targets; i++)
		if (!run->targets[i]->taken && !strcmp(run->targets[i]->info.name, name))
			return run->targets[i];
	return NULL;
}

static int add_target(struct compared *c, struct collected_target *a)
{
	struct collected_target *b = find(&c->runs[COMPARE_B], a->info.name);
	struct compared_target *t = &c->targets[c->nr_targets];

	if (!b)
		return 0;
	a->taken = true;
	b->taken = true;
	t->target[COMPARE_A] = a;
	t->target[COMPARE_B] = b;
	c->nr_targets++;
	return comparison_make(&t->comparison, &a->series, &b->series);
}

static unsigned int settle(struct compared *c)
{
	struct comparison *all = calloc(c->nr_targets + 1, sizeof(*all));
	unsigned int i;

	if (!all)
		return 0;
	for (i = 0; i < c->nr_targets; i++)
		all[i] = c->targets[i].comparison;
	c->nr_differences = comparisons_settle(all, c->nr_targets);
	for (i = 0; i < c->nr_targets; i++)
		c->targets[i].comparison = all[i];
	free(all);
	return c->nr_differences;
}

int compared_make(struct compared *c, struct collected runs[COMPARE_SIDES])
{
	unsigned int i;
	int err = 0;

	*c = (struct compared){ .runs = runs };
	c->targets = calloc(runs[COMPARE_A].nr_targets + 1, sizeof(*c->targets));
	if (!c->targets)
		return -ENOMEM;
	for (i = 0; i < runs[COMPARE_A].nr_targets && !err; i++)
		err = add_target(c, runs[COMPARE_A].targets[i]);
	if (!err && c->nr_targets && !settle(c))
		err = -ENOMEM;
	return err;
}

void compared_free(struct compared *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_targets; i++)
		comparison_free(&c->targets[i].comparison);
	free(c->targets);
	*c = (struct compared){};
}

/* --- in words --- */

static bool is_shown(const struct comparison_row *row)
{
	enum compare_percentile p;

	for (p = 0; p < COMPARE_PERCENTILES; p++)
		if (row->percentiles[p].shown)
			return true;
	return false;
}

/* What is told of a row: its median, if that changed. */
static enum compare_percentile told_of(const struct comparison_row *row)
{
	enum compare_percentile p = 0;

	while (p < COMPARE_P99 && !row->percentiles[p].shown)
		p++;
	return p;
}

/* Does a segment with these layers say what the layer would say? */
static bool is_told_by_segment(const struct comparison *c, const struct comparison_row *layer)
{
	const struct comparison_row *row;

	for (row = c->rows; row < c->rows + c->nr_rows; row++)
		if (row->quantity.kind == QUANTITY_SEGMENT &&
		    row->quantity.layers == layer->quantity.layers && is_shown(row))
			return true;
	return false;
}

static double change_of(const struct comparison_row *row)
{
	return fabs(percentile_difference(&row->percentiles[told_of(row)]));
}

static bool is_round_trip(const struct comparison_row *row)
{
	return row->quantity.kind == QUANTITY_RTT || row->quantity.kind == QUANTITY_USER_RTT;
}

/* Round trips first, then by how much has changed. */
static int by_change(const void *a, const void *b)
{
	const struct comparison_row *x = *(const struct comparison_row *const *)a;
	const struct comparison_row *y = *(const struct comparison_row *const *)b;
	double dx = change_of(x), dy = change_of(y);

	if (is_round_trip(x) || is_round_trip(y))
		return (int)x->quantity.kind - (int)y->quantity.kind;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	return (x > y) - (x < y);
}

const char *plus_minus(void)
{
	return is_utf8() ? "±" : "+-";
}

static double in_us(double ns)
{
	return ns / NSEC_PER_USEC;
}

char *difference_text(char text[DIFFERENCE_TEXT_SIZE], const struct percentile_pair *p)
{
	double by = in_us(percentile_difference(p));

	if (p->enough)
		snprintf(text, DIFFERENCE_TEXT_SIZE, "%+.2f %s %.2f", by, plus_minus(), in_us(p->margin_ns));
	else
		snprintf(text, DIFFERENCE_TEXT_SIZE, "%+.2f", by);
	return text;
}

static void tell_row(const struct comparison_row *row, void (*tell)(void *to, const char *text), void *to)
{
	static const char *const names[] = { "median", "90th percentile", "99th percentile" };
	enum compare_percentile p = told_of(row);
	const struct percentile_pair *pair = &row->percentiles[p];
	char text[COMPARISON_TEXT_SIZE];
	double by = percentile_difference(pair);

	snprintf(text, sizeof(text), "%s's %s %s by %.2f %s (%s %.2f %s), from %.2f to %.2f %s.", row->name,
		 names[p], by > 0 ? "grew" : "fell", fabs(in_us(by)), micro(), plus_minus(),
		 in_us(pair->margin_ns), micro(), in_us((double)pair->ns[COMPARE_A]),
		 in_us((double)pair->ns[COMPARE_B]), micro());
	tell(to, text);
}

static double percent_lost(const struct loss_pair *l, enum compare_side side)
{
	return l->transmitted[side] ? (double)l->lost[side] * 100 / l->transmitted[side] : 0;
}

static void tell_loss(const struct loss_pair *l, void (*tell)(void *to, const char *text), void *to)
{
	double a = percent_lost(l, COMPARE_A), b = percent_lost(l, COMPARE_B);
	char text[COMPARISON_TEXT_SIZE];

	snprintf(text, sizeof(text), "Packet loss %s from %.3g %% to %.3g %%.", b > a ? "grew" : "fell", a,
		 b);
	tell(to, text);
}

unsigned int comparison_sentences(const struct compared_target *t, void (*tell)(void *to, const char *text),
				  void *to)
{
	const struct comparison *c = &t->comparison;
	const struct comparison_row *rows[COMPARE_SIDES * MEASURED_MAX] = {}, *row;
	unsigned int i, nr = 0;

	if (c->loss.shown)
		tell_loss(&c->loss, tell, to);
	for (row = c->rows; row < c->rows + c->nr_rows; row++)
		if (is_shown(row) && !(row->quantity.kind == QUANTITY_LAYER && is_told_by_segment(c, row)))
			rows[nr++] = row;
	qsort(rows, nr, sizeof(rows[0]), by_change);
	for (i = 0; i < nr; i++)
		tell_row(rows[i], tell, to);
	return nr + c->loss.shown;
}

/* --- of a whole target --- */

/* How great a change would have been seen: what "no difference" is worth. */
static void tell_no_difference(const struct compared_target *t, void (*tell)(void *to, const char *text),
			       void *to)
{
	const struct comparison_row *row = t->comparison.rows;
	char text[COMPARISON_TEXT_SIZE];

	if (!t->comparison.nr_rows || row->quantity.kind != QUANTITY_RTT || !comparison_in_both(row)) {
		tell(to, "No difference shown.");
	} else if (!row->percentiles[COMPARE_P50].enough) {
		snprintf(text, sizeof(text),
			 "No difference shown: too few probes to tell one. It takes %u or more of each.",
			 compare_values_needed(COMPARE_P50));
		tell(to, text);
	} else {
		snprintf(
			text, sizeof(text),
			"No difference shown: each run differs as much from itself. A change of rtt's median by more "
			"than %.2f %s would be shown.",
			in_us(row->percentiles[COMPARE_P50].margin_ns), micro());
		tell(to, text);
	}
}

static uint64_t thinned_of(const struct compared_target *t)
{
	const struct comparison_row *row;
	unsigned int thinned = 0;
	enum compare_side i;

	for (row = t->comparison.rows; row < t->comparison.rows + t->comparison.nr_rows; row++)
		for (i = 0; i < COMPARE_SIDES; i++)
			if (row->series[i] && row->series[i]->thinned > thinned)
				thinned = row->series[i]->thinned;
	return 1ULL << thinned;
}

void comparison_changes(const struct compared_target *t, void (*tell)(void *to, const char *text), void *to)
{
	char text[COMPARISON_TEXT_SIZE];

	if (!comparison_sentences(t, tell, to))
		tell_no_difference(t, tell, to);
	if (thinned_of(t) == 1)
		return;
	snprintf(text, sizeof(text), "Of up to %llu consecutive probes, one was used for the percentiles.",
		 (unsigned long long)thinned_of(t));
	tell(to, text);
}

void comparison_only(const struct compared_target *t, void (*tell)(void *to, const char *text), void *to)
{
	const struct comparison *c = &t->comparison;
	enum compare_side side;
	char text[2048];
	unsigned int i;
	bool any;

	for (side = 0; side < COMPARE_SIDES; side++) {
		snprintf(text, sizeof(text), "Only in %s:", comparison_sides[side]);
		any = false;
		for (i = 0; i < c->nr_rows; i++) {
			if (c->rows[i].series[!side])
				continue;
			append(text, sizeof(text), "%s %s", any ? "," : "", c->rows[i].name);
			any = true;
		}
		if (any)
			tell(to, text);
	}
}

/* --- of both recordings --- */

/* Where what is told goes, and what comes before it. */
struct conditions {
	const char *before;
	void (*tell)(void *to, const char *text);
	void *to;
};

static void tell_condition(const struct conditions *c, const char *what, const char *a, const char *b)
{
	char text[COMPARISON_TEXT_SIZE];

	if (!strcmp(a, b))
		return;
	snprintf(text, sizeof(text), "%s%s: %s, then %s", c->before, what, *a ? a : "?", *b ? b : "?");
	c->tell(c->to, text);
}

void comparison_conditions(const struct compared *c, const char *before,
			   void (*tell)(void *to, const char *text), void *to)
{
	const struct run_info *a = &c->runs[COMPARE_A].run, *b = &c->runs[COMPARE_B].run;
	const struct conditions told = { before, tell, to };
	char x[64], y[64];

	tell_condition(&told, "traced by", a->backend, b->backend);
	tell_condition(&told, "kernel", a->kernel, b->kernel);
	tell_condition(&told, "pingtrace", a->version, b->version);
	tell_condition(&told, "--why", a->why ? "on" : "off", b->why ? "on" : "off");
	snprintf(x, sizeof(x), "%g ms", to_ms(a->interval_ns));
	snprintf(y, sizeof(y), "%g ms", to_ms(b->interval_ns));
	tell_condition(&told, "interval", x, y);
	snprintf(x, sizeof(x), "%u bytes", a->payload_size);
	snprintf(y, sizeof(y), "%u bytes", b->payload_size);
	tell_condition(&told, "payload", x, y);
	snprintf(x, sizeof(x), "%u", a->nr_targets);
	snprintf(y, sizeof(y), "%u", b->nr_targets);
	tell_condition(&told, "targets", x, y);
}

void comparison_missed(const struct compared *c, void (*tell)(void *to, const char *text), void *to)
{
	char text[COMPARISON_TEXT_SIZE];
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		if (!c->runs[i].missed)
			continue;
		snprintf(
			text, sizeof(text),
			"Results missing in %s: %llu. They came faster than they could be written, and no figure has them.",
			comparison_sides[i], (unsigned long long)c->runs[i].missed);
		tell(to, text);
	}
}

void comparison_other_targets(const struct compared *c, void (*tell)(void *to, const char *text), void *to)
{
	const struct collected *run;
	char text[COMPARISON_TEXT_SIZE];
	enum compare_side side;
	unsigned int i;

	for (side = 0; side < COMPARE_SIDES; side++) {
		run = &c->runs[side];
		for (i = 0; i < run->nr_targets; i++) {
			if (run->targets[i]->taken)
				continue;
			snprintf(text, sizeof(text), "Only in %s: target %s", comparison_sides[side],
				 run->targets[i]->info.name);
			tell(to, text);
		}
	}
	if (!c->nr_targets)
		tell(to, "Nothing to compare: no target has the same name in both.");
}
