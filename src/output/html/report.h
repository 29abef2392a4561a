/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report is made of: what is collected of a target, its tables, and what its charts are drawn from. */
#ifndef PINGTRACE_HTML_REPORT_H
#define PINGTRACE_HTML_REPORT_H

#include <stdio.h>
#include "output/html/series.h"
#include "output/json.h"
#include "output/sink.h"

#define HTML_SLOWEST 10

/* A probe that is shown by itself. */
struct html_probe {
	uint64_t seq; /* 0: not known */
	uint64_t sent_ns; /* 0: not known */
	uint64_t total_ns;
	unsigned int nr_segments;
	struct segment segments[PT_NR_HOOKS];
	unsigned int nr_inside;
	struct segment inside[INSIDE_MAX];
	char why[CAUSES_TEXT_SIZE]; /* what it met; "": nothing, or it was not looked for */
};

/* What is collected of a target while its probes come in. */
struct html_target {
	const struct run_info *run;
	const struct target_info *info;
	struct series series;
	unsigned int nr_slowest;
	struct html_probe *slowest; /* the slowest first */
};

void html_target_free(struct html_target *t);

/* Count @r. Returns false where there was no memory for it. */
bool html_target_add(struct html_target *t, const struct result *r);

/*
 * A probe as long as the median, as far as one was kept: what the slowest are compared with. Returns false where there is
 * none.
 */
bool html_median(struct html_probe *p, const struct stats *s);

/* Print @text of the locale's character set: nothing in it is markup. */
void html_text(FILE *f, const char *text);

/* What is said of a target in words, then its figures, which are those of the summary, as tables. */
void html_verdict(FILE *f, const struct html_target *t, const struct stats *s);
void html_tables(FILE *f, const struct html_target *t, const struct stats *s);

/* The section of a target begins: its name, and its address where that is another. */
void html_section_begin(FILE *f, const struct target_info *info);

/* Those two as the head of a row. */
void html_name(FILE *f, const struct target_info *info);

/* A table of round trips over time, since the run began; @of: "", or whose they are. */
void html_time_table(FILE *f, const struct series *s, const struct run_info *run, const char *of);

/* A row of the table of all targets. */
void html_row(FILE *f, const struct html_target *t, const struct stats *s);
void html_row_head(FILE *f);

/* What holds for the whole run; @missed results are in the figures, and in nothing that is drawn. */
void html_run(FILE *f, const struct run_info *run, uint64_t missed);

/* Two runs, compared: a whole page. Returns false where there was no memory for a part of it. */
bool html_comparison(FILE *f, const struct compared *c);

/* What the charts of a target are drawn from; report.js says what is in it. NULL: no memory. */
json_t *html_charts(const struct html_target *t, const struct stats *s);

/* Where a target's buckets are, and neighbours together; with a heat map where @total is given, of all their probes. */
json_t *html_groups(const struct series *s, const struct run_info *run, const struct histogram *total);

/*
 * ns below or at which the share 1 - 10^-x of @count values lies, for x in HTML_CURVE_STEPS between p0 and p90, p90 and p99, and so on, as
 * far as there are values. @at: the value in ns of a rank, from 1 on.
 */
#define HTML_CURVE_STEPS 12
json_t *html_curve(uint64_t count, uint64_t (*at)(const void *of, uint64_t rank), const void *of);

#endif /* PINGTRACE_HTML_REPORT_H */
