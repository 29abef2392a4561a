// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report: one HTML file that needs nothing else. Its memory and its size are bounded whatever the run: time is in buckets
 * (html/series.h), and of many targets those that lost most, and then the slowest, have a section of their own. Of two runs
 * that are compared, html/overlay.c makes it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/html/page.h"
#include "output/html/report.h"

struct html {
	bool incomplete; /* something could not be kept: no memory */
	uint64_t missed; /* results that the worker could not take */
	unsigned int nr_targets;
	struct html_target **targets; /* by index; NULL: not followed */
	struct pieces sections, rows;
	char *title;
};

/* --- one target --- */

static struct html_target *target_of(const struct html *h, const struct target_info *info)
{
	return info->index < h->nr_targets ? h->targets[info->index] : NULL;
}

static void html_target_begin(struct sink *s, const struct target_info *info)
{
	struct html *h = s->state;
	struct html_target *t;

	if (info->index >= h->nr_targets || h->targets[info->index])
		return;
	t = calloc(1, sizeof(*t));
	if (!t) {
		h->incomplete = true;
		return;
	}
	t->run = s->run;
	t->info = info;
	series_init(&t->series, s->run, series_share(s->run->nr_targets));
	h->targets[info->index] = t;
}

static void html_result(struct sink *s, const struct target_info *info, const struct result *r)
{
	struct html *h = s->state;
	struct html_target *t = target_of(h, info);

	if (t && !html_target_add(t, r))
		h->incomplete = true;
}

static void html_missed(struct sink *s, uint64_t nr)
{
	struct html *h = s->state;

	h->missed += nr;
}

/* A target whose run is over. */
struct ended {
	const struct html_target *target;
	const struct stats *stats;
};

static bool write_section(FILE *f, void *of)
{
	const struct ended *e = of;
	const struct html_target *t = e->target;
	bool complete;

	html_section_begin(f, t->info);
	html_verdict(f, t, e->stats);
	fputs("<div class=\"charts\"></div>\n", f);
	html_tables(f, t, e->stats);
	fputs("<script type=\"application/json\" class=\"data\">", f);
	complete = json_in_html(html_charts(t, e->stats), f);
	fputs("</script>\n</section>\n", f);
	return complete;
}

static bool write_row(FILE *f, void *of)
{
	const struct ended *e = of;

	html_row(f, e->target, e->stats);
	return true;
}

static void add_piece(struct html *h, struct pieces *pieces, struct ended *e,
		      bool (*write)(FILE *f, void *of))
{
	struct piece piece = {
		.index = e->target->info->index,
		.weight = { stats_loss(e->stats), (double)histogram_permille(&e->stats->total, 990) },
	};

	h->incomplete |= !pieces_add(pieces, piece, write, e);
}

static void html_target_end(struct sink *s, const struct target_info *info, const struct stats *stats)
{
	struct html *h = s->state;
	struct html_target *t = target_of(h, info), bare = { .run = s->run, .info = info };
	struct ended ended = { t ? t : &bare, stats };

	if (!h->title)
		h->title = strdup(info->name);
	if (t) {
		add_piece(h, &h->sections, &ended, write_section);
		html_target_free(t);
	} else if (info->index < h->nr_targets) {
		h->incomplete = true;
	} else {
		h->sections.left_out++;
	}
	add_piece(h, &h->rows, &ended, write_row);
}

/* --- the page --- */

static void write_targets(FILE *f, const struct html *h)
{
	if (h->rows.nr + h->rows.left_out < 2)
		return;
	fputs("<section class=\"overview\">\n<h2>Targets</h2>\n<div class=\"scroll\"><table class=\"targets\">\n",
	      f);
	html_row_head(f);
	fputs("<tbody>\n", f);
	pieces_write(f, &h->rows);
	fputs("</tbody></table></div>\n", f);
	if (h->sections.left_out)
		fprintf(f,
			"<p class=\"about\">Below are those that lost most, and then the slowest; %u more are not shown by "
			"themselves%s.</p>\n",
			h->sections.left_out, h->rows.left_out ? ", and some of them not above either" : "");
	fputs("</section>\n", f);
}

static void write_title(FILE *f, const struct html *h)
{
	unsigned int more = h->rows.nr + h->rows.left_out;

	html_text(f, h->title ? h->title : "");
	if (more > 1)
		fprintf(f, " and %u more", more - 1);
}

static void write_mark(FILE *f, enum page_mark mark, const void *of)
{
	const struct sink *s = of;
	const struct html *h = s->state;

	if (mark == PAGE_TITLE)
		write_title(f, h);
	else if (mark == PAGE_RUN)
		html_run(f, s->run, h->missed);
	else if (mark == PAGE_TARGETS)
		write_targets(f, h);
	else
		pieces_write(f, &h->sections);
}

static void html_run_end(struct sink *s)
{
	page_write(s->file, write_mark, s);
}

static void html_compared(struct sink *s, const struct compared *c)
{
	struct html *h = s->state;

	h->incomplete |= !html_comparison(s->file, c);
}

static unsigned int html_wants(const struct sink *s)
{
	return s->display->compares ? SINK_OVER_TIME : 0;
}

/* --- begin and end --- */

static void html_run_begin(struct sink *s)
{
	struct html *h = s->state;

	h->nr_targets = s->run->nr_targets < SERIES_TARGETS_MAX ? s->run->nr_targets : SERIES_TARGETS_MAX;
	h->targets = calloc(h->nr_targets + 1, sizeof(struct html_target *));
	if (h->targets)
		return;
	h->nr_targets = 0;
	h->incomplete = true;
}

static int html_open(struct sink *s)
{
	struct html *h = calloc(1, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->sections.limit = PAGE_SECTIONS_SIZE;
	h->rows.limit = PAGE_ROWS_SIZE;
	s->state = h;
	return 0;
}

static bool html_close(struct sink *s)
{
	struct html *h = s->state;
	bool complete = !h->incomplete;
	unsigned int i;

	if (h->incomplete)
		complain("no memory for a part of the report: it is incomplete");
	for (i = 0; i < h->nr_targets; i++) {
		if (h->targets[i])
			html_target_free(h->targets[i]);
		free(h->targets[i]);
	}
	pieces_free(&h->sections);
	pieces_free(&h->rows);
	free(h->targets);
	free(h->title);
	free(h);
	return complete;
}

const struct sink_ops sink_html = {
	.open = html_open,
	.wants = html_wants,
	.run_begin = html_run_begin,
	.target_begin = html_target_begin,
	.result = html_result,
	.missed = html_missed,
	.target_end = html_target_end,
	.run_end = html_run_end,
	.compared = html_compared,
	.close = html_close,
};
