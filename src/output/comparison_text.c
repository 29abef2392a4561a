// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison for people: how the runs were made, a table a target, and what changed in words. */
#include <math.h>
#include <string.h>
#include <time.h>
#include "base/util.h"
#include "output/comparison.h"
#include "output/terminal.h"

#define NAME_WIDTH 11
#define FIGURE_WIDTH 7
#define DIFFERENCE_WIDTH 18

struct page {
	struct terminal terminal;
	FILE *file;
	const char *before; /* what comes before the next sentence */
};

/* A sentence; what does not fit into the line is continued on the next, indented. */
static void print_sentence(void *to, const char *text)
{
	struct page *page = to;
	struct filler f = { .indent = 2, .width = line_width(&page->terminal) };

	fputs(page->before, page->file);
	fill(&page->terminal, &f, text);
	fprintf(page->file, "\n");
}

static void print_run(struct page *page, enum compare_side side, const struct collected *c)
{
	time_t seconds = c->run.started.realtime_ns / NSEC_PER_SEC;
	char when[32], file[256];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(when, sizeof(when), "?");
	fprintf(page->file, "%s: %s, of %s UTC, traced by %s\n", comparison_sides[side],
		harmless(file, sizeof(file), c->file), when, c->run.backend);
}

/* --- the table --- */

/* Two decimals, or one, or none, so that the width holds. */
static void print_figure(struct page *page, double ns)
{
	double us = ns / NSEC_PER_USEC;

	fprintf(page->file, " %*.*f", FIGURE_WIDTH, us < 9999.995 ? 2 : us < 99999.95 ? 1 : 0, us);
}

static const char *mark_of(const struct percentile_pair *p)
{
	return p->shown ? "*" : " ";
}

static void print_difference(struct page *page, const struct percentile_pair *p)
{
	char text[DIFFERENCE_TEXT_SIZE];
	int wide = columns(difference_text(text, p));

	fprintf(page->file, " %*s%s%s%s%s", wide < DIFFERENCE_WIDTH ? DIFFERENCE_WIDTH - wide : 0, "",
		p->shown ? paint(&page->terminal, BOLD) : "", text, mark_of(p),
		p->shown ? paint(&page->terminal, RESET) : "");
}

static void print_row(struct page *page, const struct comparison_row *row, int name_width)
{
	const char *color = row->quantity.layers ? layer_color(&page->terminal, row->quantity.layers) : "";
	const struct percentile_pair *p = row->percentiles;

	fprintf(page->file, "%s%-*s%s", color, name_width, row->name,
		*color ? paint(&page->terminal, RESET) : "");
	print_figure(page, p[COMPARE_P50].ns[COMPARE_A]);
	print_figure(page, p[COMPARE_P50].ns[COMPARE_B]);
	print_difference(page, &p[COMPARE_P50]);
	for (p = &row->percentiles[COMPARE_P90]; p <= &row->percentiles[COMPARE_P99]; p++) {
		print_figure(page, p->ns[COMPARE_A]);
		print_figure(page, p->ns[COMPARE_B]);
		fputs(p < &row->percentiles[COMPARE_P99] || p->shown ? mark_of(p) : "", page->file);
	}
	fprintf(page->file, "\n");
}

/* Rows of one kind, with a line before them. */
static void print_rows(struct page *page, const struct comparison *c, enum quantity_kind kind, int name_width)
{
	const struct comparison_row *row;
	const char *before = kind <= QUANTITY_USER_RTT ? "" : "\n";

	for (row = c->rows; row < c->rows + c->nr_rows; row++) {
		if (row->quantity.kind != kind || !comparison_in_both(row))
			continue;
		fputs(before, page->file);
		print_row(page, row, name_width);
		before = "";
	}
}

static int name_width_of(const struct comparison *c)
{
	int width = NAME_WIDTH, len;
	unsigned int i;

	for (i = 0; i < c->nr_rows; i++) {
		len = strlen(c->rows[i].name);
		width = comparison_in_both(&c->rows[i]) && len > width ? len : width;
	}
	return width;
}

static void print_head(struct page *page, int name_width)
{
	int unit = name_width + (int)(strlen(micro()) - columns(micro()));

	fprintf(page->file, "%s%-*s %*s %*s %*s  %*s %*s  %*s %*s%s\n", paint(&page->terminal, DIM), unit,
		micro(), FIGURE_WIDTH, "p50 a", FIGURE_WIDTH, "p50 b", DIFFERENCE_WIDTH, "b - a",
		FIGURE_WIDTH, "p90 a", FIGURE_WIDTH, "p90 b", FIGURE_WIDTH, "p99 a", FIGURE_WIDTH, "p99 b",
		paint(&page->terminal, RESET));
}

static void print_probes(struct page *page, const struct compared_target *t)
{
	const struct loss_pair *l = &t->comparison.loss;
	enum compare_side i;

	fprintf(page->file, "\n--- %s ---\n", t->target[COMPARE_A]->info.name);
	for (i = 0; i < COMPARE_SIDES; i++)
		fprintf(page->file, "%s: %llu probes, %llu lost (%.3g %%)%s\n", comparison_sides[i],
			(unsigned long long)l->transmitted[i], (unsigned long long)l->lost[i],
			l->transmitted[i] ? (double)l->lost[i] * 100 / l->transmitted[i] : 0,
			i == COMPARE_B && l->shown ? " *" : "");
}

static void print_table(struct page *page, const struct compared_target *t)
{
	int name_width = name_width_of(&t->comparison);
	enum quantity_kind kind;

	print_probes(page, t);
	fprintf(page->file, "\n");
	print_head(page, name_width);
	for (kind = QUANTITY_RTT; kind <= QUANTITY_SEGMENT; kind++)
		print_rows(page, &t->comparison, kind, name_width);
	fprintf(page->file, "\n");
}

static void print_target(struct page *page, const struct compared *c, const struct compared_target *t,
			 bool quiet)
{
	char prefix[RESULT_NAME_SIZE + 4];

	page->before = "";
	if (!quiet)
		print_table(page, t);
	snprintf(prefix, sizeof(prefix), "%s: ", t->target[COMPARE_A]->info.name);
	if (quiet && c->nr_targets > 1)
		page->before = prefix;
	comparison_changes(t, print_sentence, page);
	page->before = "";
	if (!quiet)
		comparison_only(t, print_sentence, page);
}

void comparison_text(const struct compared *c, FILE *file, bool quiet)
{
	struct page page = { .terminal = terminal_of(file), .file = file, .before = "" };
	enum compare_side side;
	unsigned int i;

	for (side = 0; side < COMPARE_SIDES && !quiet; side++)
		print_run(&page, side, &c->runs[side]);
	comparison_conditions(c, "not the same: ", print_sentence, &page);
	comparison_missed(c, print_sentence, &page);
	for (i = 0; i < c->nr_targets; i++)
		print_target(&page, c, &c->targets[i], quiet);
	comparison_other_targets(c, print_sentence, &page);
}
