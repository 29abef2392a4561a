/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two runs to the same target, compared: what is different between them, and how certain that is. Pure functions. Which
 * statistics and why: docs/compare.md.
 */
#ifndef PINGTRACE_COMPARE_H
#define PINGTRACE_COMPARE_H

#include "analysis/measured.h"

enum compare_side { COMPARE_A, COMPARE_B, COMPARE_SIDES };
enum compare_percentile { COMPARE_P50, COMPARE_P90, COMPARE_P99, COMPARE_PERCENTILES };

/* In how many stretches a run is divided, to see how much it differs from itself. */
#define COMPARE_PARTS 5
/* The probability that, without any difference, one is shown anywhere in a comparison. */
#define COMPARE_LEVEL 0.01

/* A percentile of both runs. */
struct percentile_pair {
	uint64_t ns[COMPARE_SIDES];
	bool enough; /* values to say how certain the difference is; otherwise it is never shown */
	double error_ns; /* standard error of the difference, if there are enough */
	double margin_ns; /* how far the true difference may be from that of the values */
	bool shown; /* the difference is greater than the margin */
};

/* A quantity that one run has, or both. */
struct comparison_row {
	struct quantity quantity;
	char name[SEGMENT_NAME_MAX];
	const struct thinned *series[COMPARE_SIDES]; /* NULL: that run has none */
	struct percentile_pair percentiles[COMPARE_PERCENTILES]; /* if both have */
};

struct loss_pair {
	uint64_t transmitted[COMPARE_SIDES], lost[COMPARE_SIDES];
	double dispersion; /* how much more losses come together than by chance; 1: no more */
	double p; /* Fisher's exact test, two-sided, of as many probes as would tell the same if all were independent */
	bool shown;
};

struct comparison {
	struct comparison_row *rows; /* in the order in which they are shown */
	unsigned int nr_rows;
	struct loss_pair loss;
};

/* Compare @a with @b, which stay the caller's, and have to stay. Returns 0 or a negative errno; comparison_free in any case. */
int comparison_make(struct comparison *c, const struct measured *a, const struct measured *b);
void comparison_free(struct comparison *c);

/*
 * Say of all that is compared what is shown: the more there is to compare, the wider the margins, for the level is that of all
 * together. Returns how many differences were looked at.
 */
unsigned int comparisons_settle(struct comparison *comparisons, unsigned int nr);

/* b - a, in ns. */
static inline double percentile_difference(const struct percentile_pair *p)
{
	return (double)p->ns[COMPARE_B] - (double)p->ns[COMPARE_A];
}

/* 500, 900, 990 */
unsigned int compare_permille(enum compare_percentile p);

/* How many values a series needs so that a difference of this percentile can be shown. */
unsigned int compare_values_needed(enum compare_percentile p);

/* For tests: |t| of Student's distribution with 4 degrees of freedom that is exceeded with probability @p. */
double student4_quantile(double p);
/* Two-sided p of Fisher's exact test: @k of @n in each group. */
double fisher_exact(unsigned int k1, unsigned int n1, unsigned int k2, unsigned int n2);

#endif /* PINGTRACE_COMPARE_H */
