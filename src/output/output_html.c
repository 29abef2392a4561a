// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report: one HTML file that needs nothing else. Its memory and its size are bounded whatever the run: time is in buckets
 * (html/series.h), and of many targets those that lost most, and then the slowest, have a section of their own.
 *
 * The page is html/report.html, into which the build has put style and script; here its marks are filled in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/html/report.h"

#define TARGETS_MAX 256 /* that are followed over time; of others the summary alone is known */
#define BUCKETS_MAX 512 /* of a target, */
#define BUCKETS_ALL 1024 /* of all of them, */
#define BUCKETS_MIN 32 /* and at the least */
/* The template has 170 kB, and all is to be below 700 kB. */
#define SECTIONS_SIZE (460 << 10) /* bytes of all sections, */
#define ROWS_SIZE (50 << 10) /* and of the table of targets */

extern const char html_template[]; /* html/template.S */

/* Text that is ready to be written, and how much it matters. */
struct piece {
	char *text;
	size_t size;
	unsigned int index; /* of the target */
	double loss;
	uint64_t p99_ns;
};

/* Pieces of a bounded size, in the order of the targets. */
struct pieces {
	size_t size, limit;
	unsigned int nr, left_out;
	struct piece *pieces;
};

struct html {
	bool incomplete; /* something could not be kept: no memory */
	uint64_t missed; /* results that the worker could not take */
	unsigned int nr_targets;
	struct html_target **targets; /* by index; NULL: not followed */
	struct pieces sections, rows;
	char *title;
};

/* --- pieces --- */

static bool matters_less(const struct piece *a, const struct piece *b)
{
	if (a->loss != b->loss)
		return a->loss < b->loss;
	return a->p99_ns < b->p99_ns;
}

static void drop(struct pieces *p, unsigned int i)
{
	p->size -= p->pieces[i].size;
	free(p->pieces[i].text);
	memmove(&p->pieces[i], &p->pieces[i + 1], (p->nr - i - 1) * sizeof(p->pieces[0]));
	p->nr--;
	p->left_out++;
}

/* Take over @piece. What matters least is left out where there is too much; one stays. */
static bool put_piece(struct pieces *p, const struct piece *piece)
{
	struct piece *more = realloc(p->pieces, (p->nr + 1) * sizeof(*more));
	unsigned int i, least;

	if (!more) {
		free(piece->text);
		return false;
	}
	p->pieces = more;
	for (i = p->nr; i && more[i - 1].index > piece->index; i--)
		more[i] = more[i - 1];
	more[i] = *piece;
	p->nr++;
	p->size += piece->size;
	while (p->size > p->limit && p->nr > 1) {
		for (least = 0, i = 1; i < p->nr; i++)
			if (matters_less(&more[i], &more[least]))
				least = i;
		drop(p, least);
	}
	return true;
}

static void free_pieces(struct pieces *p)
{
	while (p->nr)
		drop(p, p->nr - 1);
	free(p->pieces);
}

/* --- one target --- */

static struct html_target *target_of(const struct html *h, const struct target_info *info)
{
	return info->index < h->nr_targets ? h->targets[info->index] : NULL;
}

static unsigned int bucket_limit(unsigned int nr_targets)
{
	unsigned int limit = BUCKETS_MAX;

	while (limit > BUCKETS_MIN && limit * nr_targets > BUCKETS_ALL)
		limit /= 2;
	return limit;
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
	series_init(&t->series, s->run, bucket_limit(s->run->nr_targets));
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

static void write_section(FILE *f, struct html *h, const struct html_target *t, const struct stats *s)
{
	fprintf(f, "<section class=\"target\" id=\"t%u\">\n<h2><bdi>", t->info->index);
	html_text(f, t->info->name);
	fputs("</bdi>", f);
	if (strcmp(t->info->name, t->info->address) != 0) {
		fputs(" <small><bdi>", f);
		html_text(f, t->info->address);
		fputs("</bdi></small>", f);
	}
	fputs("</h2>\n", f);
	html_verdict(f, t, s);
	fputs("<div class=\"charts\"></div>\n", f);
	html_tables(f, t, s);
	fputs("<script type=\"application/json\" class=\"data\">", f);
	h->incomplete |= !json_in_html(html_charts(t, s), f);
	fputs("</script>\n</section>\n", f);
}

static void write_row(FILE *f, struct html *h, const struct html_target *t, const struct stats *s)
{
	(void)h;
	html_row(f, t, s);
}

/* What @write writes becomes a piece. */
static void
add_piece(struct html *h, struct pieces *pieces, const struct html_target *t, const struct stats *s,
	  void (*write)(FILE *f, struct html *h, const struct html_target *t, const struct stats *s))
{
	struct piece piece = {
		.index = t->info->index,
		.loss = stats_loss(s),
		.p99_ns = histogram_permille(&s->total, 990),
	};
	FILE *f = open_memstream(&piece.text, &piece.size);
	bool failed = !f;

	if (f) {
		write(f, h, t, s);
		failed = ferror(f);
		failed |= fclose(f) != 0;
	}
	if (failed)
		free(piece.text);
	if (failed || !put_piece(pieces, &piece))
		h->incomplete = true;
}

static void html_target_end(struct sink *s, const struct target_info *info, const struct stats *stats)
{
	struct html *h = s->state;
	struct html_target *t = target_of(h, info), bare = { .run = s->run, .info = info };

	if (!h->title)
		h->title = strdup(info->name);
	if (t) {
		add_piece(h, &h->sections, t, stats, write_section);
		html_target_free(t);
	} else if (info->index < h->nr_targets) {
		h->incomplete = true;
	} else {
		h->sections.left_out++;
	}
	add_piece(h, &h->rows, t ? t : &bare, stats, write_row);
}

/* --- the page --- */

static void write_pieces(FILE *f, const struct pieces *p)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		fwrite(p->pieces[i].text, 1, p->pieces[i].size, f);
}

static void write_targets(FILE *f, const struct html *h)
{
	if (h->rows.nr + h->rows.left_out < 2)
		return;
	fputs("<section class=\"overview\">\n<h2>Targets</h2>\n<div class=\"scroll\"><table class=\"targets\">\n",
	      f);
	html_row_head(f);
	fputs("<tbody>\n", f);
	write_pieces(f, &h->rows);
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

static void write_mark(FILE *f, const char *name, size_t len, const struct sink *s)
{
	const struct html *h = s->state;

	if (!strncmp(name, "TITLE", len))
		write_title(f, h);
	else if (!strncmp(name, "RUN", len))
		html_run(f, s->run, h->missed);
	else if (!strncmp(name, "TARGETS", len))
		write_targets(f, h);
	else if (!strncmp(name, "SECTIONS", len))
		write_pieces(f, &h->sections);
}

/* Marks look like <!--NAME-->; the template has no other comments. */
#define MARK_BEGIN "<!--"
#define MARK_END "-->"

static void html_run_end(struct sink *s)
{
	const char *from = html_template, *mark, *end;

	while ((mark = strstr(from, MARK_BEGIN)) && (end = strstr(mark, MARK_END))) {
		fwrite(from, 1, mark - from, s->file);
		mark += strlen(MARK_BEGIN);
		write_mark(s->file, mark, end - mark, s);
		from = end + strlen(MARK_END);
	}
	fputs(from, s->file);
}

/* --- begin and end --- */

static void html_run_begin(struct sink *s)
{
	struct html *h = s->state;

	h->nr_targets = s->run->nr_targets < TARGETS_MAX ? s->run->nr_targets : TARGETS_MAX;
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
	h->sections.limit = SECTIONS_SIZE;
	h->rows.limit = ROWS_SIZE;
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
	free_pieces(&h->sections);
	free_pieces(&h->rows);
	free(h->targets);
	free(h->title);
	free(h);
	return complete;
}

const struct sink_ops sink_html = {
	.open = html_open,
	.run_begin = html_run_begin,
	.target_begin = html_target_begin,
	.result = html_result,
	.missed = html_missed,
	.target_end = html_target_end,
	.run_end = html_run_end,
	.close = html_close,
};
