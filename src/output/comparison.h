/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two recordings, compared: what is in both, as text for people and as JSON for programs. */
#ifndef PINGTRACE_OUTPUT_COMPARISON_H
#define PINGTRACE_OUTPUT_COMPARISON_H

#include "analysis/compare.h"
#include "output/collect.h"
#include "output/json.h"

/* A target that both recordings have, by its name. */
struct compared_target {
	const struct collected_target *target[COMPARE_SIDES];
	struct comparison comparison;
};

struct compared {
	struct collected *runs; /* COMPARE_SIDES of them; the caller's */
	struct compared_target *targets;
	unsigned int nr_targets;
	unsigned int nr_differences; /* that were looked at */
};

/* "a", "b" */
extern const char *const comparison_sides[COMPARE_SIDES];

static inline bool comparison_in_both(const struct comparison_row *row)
{
	return row->series[COMPARE_A] && row->series[COMPARE_B];
}

/* Compare @runs, which have to stay. Returns 0 or a negative errno; compared_free in any case. */
int compared_make(struct compared *c, struct collected runs[COMPARE_SIDES]);
void compared_free(struct compared *c);

/* Enough for a sentence, or a condition. */
#define COMPARISON_TEXT_SIZE 512

/* "+5.20 ± 0.41": b - a in us, without the margin where there are too few values for one. Returns @text. */
#define DIFFERENCE_TEXT_SIZE 64
char *difference_text(char text[DIFFERENCE_TEXT_SIZE], const struct percentile_pair *p);

/* "±", or what stands for it in this character set. */
const char *plus_minus(void);

/*
 * What changed with a target, in words, the largest change first: @tell is called with each sentence. A layer is not told of
 * where a segment of it says the same. Returns how many there were.
 */
unsigned int comparison_sentences(const struct compared_target *t, void (*tell)(void *to, const char *text),
				  void *to);

/* The same; if there are none, what that is worth. And whether all probes were used. */
void comparison_changes(const struct compared_target *t, void (*tell)(void *to, const char *text), void *to);

/* Which segments and layers only one of them has. */
void comparison_only(const struct compared_target *t, void (*tell)(void *to, const char *text), void *to);

/* What the two runs differ by in how they were made, which may be why they differ; @before comes before each. */
void comparison_conditions(const struct compared *c, const char *before,
			   void (*tell)(void *to, const char *text), void *to);

/* What a recording lacks, so that nothing of the comparison has it. */
void comparison_missed(const struct compared *c, void (*tell)(void *to, const char *text), void *to);

/* Which targets only one of them has, and whether there is any to compare. */
void comparison_other_targets(const struct compared *c, void (*tell)(void *to, const char *text), void *to);

/* What stands on a terminal or in a file; @quiet: only the sentences. */
void comparison_text(const struct compared *c, FILE *file, bool quiet);

/* "rtt", "user-rtt", "layer", "segment" */
const char *comparison_kind(const struct quantity *q);

/* The object of docs/json.md, and one of its rows. */
json_t *object_of_comparison(const struct compared *c);
json_t *object_of_comparison_row(const struct comparison_row *row);

#endif /* PINGTRACE_OUTPUT_COMPARISON_H */
