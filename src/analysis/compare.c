// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/compare.h"
#include "base/util.h"

/* Values of each stretch that have to lie beyond the percentile. */
#define BEYOND_MIN 4

unsigned int compare_permille(enum compare_percentile p)
{
	static const unsigned int permille[] = { 500, 900, 990 };

	return permille[p];
}

unsigned int compare_values_needed(enum compare_percentile p)
{
	return COMPARE_PARTS * BEYOND_MIN * 1000 / (1000 - compare_permille(p));
}

/* --- distributions --- */

/* P(|t| > x), 4 degrees of freedom. */
static double student4_beyond(double x)
{
	double cos2 = 4 / (4 + x * x);

	return 1 - sqrt(1 - cos2) * (1 + cos2 / 2);
}

double student4_quantile(double p)
{
	double low = 0, high = 1e6, middle;
	int i;

	for (i = 0; i < 100; i++) {
		middle = (low + high) / 2;
		if (student4_beyond(middle) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* The sum of the probabilities of all tables with these sums that are no more probable than this one. */
double fisher_exact(unsigned int k1, unsigned int n1, unsigned int k2, unsigned int n2)
{
	unsigned int k = k1 + k2, i, least = k > n2 ? k - n2 : 0, most = k < n1 ? k : n1;
	double all = log_choose((double)n1 + n2, k), this = log_choose(n1, k1) + log_choose(n2, k2) - all;
	double p = 0, log_p;

	for (i = least; i <= most; i++) {
		log_p = log_choose(n1, i) + log_choose(n2, k - i) - all;
		if (log_p <= this + 1e-7)
			p += exp(log_p);
	}
	return p < 1 ? p : 1;
}

/* --- percentiles --- */

static int compare_values(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* By nearest rank, as everywhere. */
static uint64_t percentile_of(const uint64_t *sorted, uint32_t nr, unsigned int permille)
{
	return sorted[((uint64_t)nr * permille + 999) / 1000 - 1];
}

/* The least step between values: what the clock can tell, at the most. */
static uint64_t resolution_of(const uint64_t *sorted, uint32_t nr)
{
	uint64_t least = UINT64_MAX;
	uint32_t i;

	for (i = 1; i < nr; i++)
		if (sorted[i] > sorted[i - 1] && sorted[i] - sorted[i - 1] < least)
			least = sorted[i] - sorted[i - 1];
	return least == UINT64_MAX ? 1 : least;
}

/* What a series says of its percentiles. */
struct estimate {
	uint64_t ns[COMPARE_PERCENTILES];
	double variance[COMPARE_PERCENTILES]; /* of the estimate itself, in ns^2 */
};

static void add_part(struct estimate *e, const uint64_t *sorted, uint32_t nr)
{
	enum compare_percentile p;
	double off;

	for (p = 0; p < COMPARE_PERCENTILES; p++) {
		off = (double)percentile_of(sorted, nr, compare_permille(p)) - (double)e->ns[p];
		e->variance[p] += off * off;
	}
}

/*
 * The spread of the stretches' percentiles around that of the whole. Stretches are long, so that what lasts for many probes
 * (load, frequency, another route) makes them differ, as it makes two runs differ.
 */
static void estimate(struct estimate *e, const struct thinned *s, uint64_t *room)
{
	const uint64_t *values;
	enum compare_percentile p;
	double resolution;
	unsigned int i;
	uint32_t nr;

	memcpy(room, s->values, s->nr * sizeof(*room));
	qsort(room, s->nr, sizeof(*room), compare_values);
	resolution = (double)resolution_of(room, s->nr);
	for (p = 0; p < COMPARE_PERCENTILES; p++) {
		e->ns[p] = percentile_of(room, s->nr, compare_permille(p));
		/* Values that a coarse clock makes equal are not known better than it can tell. */
		e->variance[p] = COMPARE_PARTS * resolution * resolution / 12;
	}
	for (i = 0; i < COMPARE_PARTS; i++) {
		nr = thinned_part(s, i, COMPARE_PARTS, &values);
		if (!nr)
			continue;
		memcpy(room, values, nr * sizeof(*room));
		qsort(room, nr, sizeof(*room), compare_values);
		add_part(e, room, nr);
	}
	for (p = 0; p < COMPARE_PERCENTILES; p++)
		e->variance[p] /= COMPARE_PARTS * (COMPARE_PARTS - 1);
}

static void fill_percentiles(struct comparison_row *row, uint64_t *room)
{
	struct estimate e[COMPARE_SIDES] = {};
	struct percentile_pair *pair;
	enum compare_percentile p;
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++)
		estimate(&e[i], row->series[i], room);
	for (p = 0; p < COMPARE_PERCENTILES; p++) {
		pair = &row->percentiles[p];
		pair->enough = row->series[COMPARE_A]->nr >= compare_values_needed(p) &&
			       row->series[COMPARE_B]->nr >= compare_values_needed(p);
		pair->error_ns = sqrt(e[COMPARE_A].variance[p] + e[COMPARE_B].variance[p]);
		for (i = 0; i < COMPARE_SIDES; i++)
			pair->ns[i] = e[i].ns[p];
	}
}

/* --- losses --- */

static double losses_in(const uint64_t *values, uint32_t nr)
{
	double lost = 0;
	uint32_t i;

	for (i = 0; i < nr; i++)
		lost += (double)values[i];
	return lost;
}

/*
 * Losses come in bursts: their number in each stretch varies more than that of independent ones would. Adds to @seen what it varies by,
 * and to @expected what it would.
 */
static void add_dispersion(const struct thinned *lost, double *seen, double *expected)
{
	const uint64_t *values;
	double rate, mean, off;
	unsigned int i;
	uint32_t nr;

	if (lost->nr < COMPARE_PARTS)
		return;
	rate = losses_in(lost->values, lost->nr) / lost->nr;
	for (i = 0; i < COMPARE_PARTS; i++) {
		nr = thinned_part(lost, i, COMPARE_PARTS, &values);
		mean = rate * nr;
		off = losses_in(values, nr) - mean;
		*seen += off * off / (COMPARE_PARTS - 1);
		*expected += mean * (1 - rate) / COMPARE_PARTS;
	}
}

static void fill_loss(struct loss_pair *l, const struct measured *const t[COMPARE_SIDES])
{
	double seen = 0, expected = 0, independent;
	unsigned int k[COMPARE_SIDES], n[COMPARE_SIDES];
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		l->transmitted[i] = t[i]->transmitted;
		l->lost[i] = t[i]->received < t[i]->transmitted ? t[i]->transmitted - t[i]->received : 0;
		add_dispersion(&t[i]->lost, &seen, &expected);
	}
	l->dispersion = seen > expected ? seen / expected : 1;
	for (i = 0; i < COMPARE_SIDES; i++) {
		independent = t[i]->lost.nr / l->dispersion;
		n[i] = (unsigned int)independent;
		k[i] = l->transmitted[i] ? independent * l->lost[i] / l->transmitted[i] : 0;
	}
	l->p = fisher_exact(k[COMPARE_A], n[COMPARE_A], k[COMPARE_B], n[COMPARE_B]);
}

/* --- two targets --- */

static const struct quantity_series *find(const struct measured *t, const char *name, enum quantity_kind kind)
{
	char other[SEGMENT_NAME_MAX];
	unsigned int i;

	for (i = 0; i < t->nr_rows; i++)
		if (t->rows[i]->quantity.kind == kind &&
		    !strcmp(quantity_name(other, &t->rows[i]->quantity, t->socket), name))
			return t->rows[i];
	return NULL;
}

static int compare_rows(const void *a, const void *b)
{
	const struct comparison_row *x = a, *y = b;

	return quantity_before(&y->quantity, &x->quantity) - quantity_before(&x->quantity, &y->quantity);
}

/* What @side has, beside what the other has of the same name: that tells, for `ip-in` ends elsewhere with a raw socket. */
static void add_rows(struct comparison *c, enum compare_side side, const struct measured *t,
		     const struct measured *other)
{
	const struct quantity_series *same;
	struct comparison_row *row;
	unsigned int i;

	for (i = 0; i < t->nr_rows; i++) {
		row = &c->rows[c->nr_rows];
		memset(row, 0, sizeof(*row));
		row->quantity = t->rows[i]->quantity;
		quantity_name(row->name, &row->quantity, t->socket);
		same = find(other, row->name, row->quantity.kind);
		if (same && side == COMPARE_B)
			continue;
		row->series[side] = &t->rows[i]->series;
		if (same)
			row->series[COMPARE_B] = &same->series;
		c->nr_rows++;
	}
}

static uint32_t longest(const struct measured *t)
{
	uint32_t nr = 0;
	unsigned int i;

	for (i = 0; i < t->nr_rows; i++)
		nr = t->rows[i]->series.nr > nr ? t->rows[i]->series.nr : nr;
	return nr;
}

int comparison_make(struct comparison *c, const struct measured *a, const struct measured *b)
{
	const struct measured *const both[COMPARE_SIDES] = { a, b };
	uint64_t *room = malloc(((size_t)longest(a) + longest(b) + 1) * sizeof(*room));
	unsigned int i;

	*c = (struct comparison){};
	c->rows = calloc((size_t)a->nr_rows + b->nr_rows + 1, sizeof(*c->rows));
	if (!room || !c->rows) {
		free(room);
		return -ENOMEM;
	}
	add_rows(c, COMPARE_A, a, b);
	add_rows(c, COMPARE_B, b, a);
	qsort(c->rows, c->nr_rows, sizeof(*c->rows), compare_rows);
	for (i = 0; i < c->nr_rows; i++)
		if (c->rows[i].series[COMPARE_A] && c->rows[i].series[COMPARE_B])
			fill_percentiles(&c->rows[i], room);
	fill_loss(&c->loss, both);
	free(room);
	return 0;
}

void comparison_free(struct comparison *c)
{
	free(c->rows);
	*c = (struct comparison){};
}

/* --- all of them --- */

static unsigned int differences_of(const struct comparison *c)
{
	unsigned int i, nr = 1; /* the loss */
	enum compare_percentile p;

	for (i = 0; i < c->nr_rows; i++)
		for (p = 0; p < COMPARE_PERCENTILES; p++)
			nr += c->rows[i].percentiles[p].enough;
	return nr;
}

static void settle(struct comparison *c, double level, double quantile)
{
	struct percentile_pair *pair;
	enum compare_percentile p;
	unsigned int i;

	c->loss.shown = c->loss.p < level;
	for (i = 0; i < c->nr_rows; i++) {
		for (p = 0; p < COMPARE_PERCENTILES; p++) {
			pair = &c->rows[i].percentiles[p];
			pair->margin_ns = quantile * pair->error_ns;
			pair->shown = pair->enough && fabs(percentile_difference(pair)) > pair->margin_ns;
		}
	}
}

unsigned int comparisons_settle(struct comparison *comparisons, unsigned int nr)
{
	unsigned int i, differences = 0;
	double level;

	for (i = 0; i < nr; i++)
		differences += differences_of(&comparisons[i]);
	level = COMPARE_LEVEL / (differences ? differences : 1);
	for (i = 0; i < nr; i++)
		settle(&comparisons[i], level, student4_quantile(level));
	return differences;
}
