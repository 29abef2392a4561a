// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two runs, compared, as a page: the sentences and figures of the text, and what charts are drawn from, in which both are
 * laid over each other. Figures stand in attributes as well, as the JSON has them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/comparison.h"
#include "output/html/page.h"
#include "output/html/report.h"

#define CHART_ROWS_MAX 40 /* of a target: more than a path has, unless hooks come and go */
#define FILE_NAME_SIZE 256
#define WORDS_MAX \
	8192 /* characters of sentences in one list: more than a comparison says, but for targets of one run only */
#define HEADER_SIZE (56 << 10) /* bytes before the sections, of the most hostile names */

struct overlay {
	const struct compared *compared;
	struct pieces sections, rows;
};

/* --- in words --- */

/* A list of sentences that is open: where it goes, what kind they are, and characters that it still has room for. */
struct sentences {
	FILE *file;
	const char *kind;
	size_t room;
	unsigned int left_out;
};

static void write_sentence(void *to, const char *text)
{
	struct sentences *s = to;

	if (strlen(text) > s->room) {
		s->left_out++;
		return;
	}
	s->room -= strlen(text);
	fprintf(s->file, "<li data-finding=\"%s\">", s->kind);
	html_text(s->file, text);
	fputs("</li>\n", s->file);
}

static void write_words(FILE *f, const struct compared_target *t)
{
	struct sentences changes = { .file = f, .kind = "change", .room = WORDS_MAX };
	struct sentences only = { .file = f, .kind = "condition", .room = WORDS_MAX };

	fputs("<ul class=\"findings\">\n", f);
	comparison_changes(t, write_sentence, &changes);
	comparison_only(t, write_sentence, &only);
	fputs("</ul>\n", f);
}

/* --- figures --- */

static double in_us(double ns)
{
	return ns / NSEC_PER_USEC;
}

/* Of a layer its own, of a segment that of its first part; "": none. */
static const char *color_of(char layer[SEGMENT_NAME_MAX], const struct quantity *q)
{
	if (q->kind == QUANTITY_LAYER)
		return layer_name(layer, q->layers);
	return q->kind == QUANTITY_SEGMENT ? hook_segment(q->from) : "";
}

static const char *mark_of(bool shown)
{
	return shown ? "*" : "";
}

static void write_difference(FILE *f, const struct percentile_pair *p, const char *key, const char *class)
{
	char text[DIFFERENCE_TEXT_SIZE];

	fprintf(f, "<td class=\"n%s%s\" data-%s=\"%.0f\" data-shown=\"%s\"", class, p->shown ? " shown" : "",
		key, percentile_difference(p), p->shown ? "true" : "false");
	if (p->enough)
		fprintf(f, " data-margin_ns=\"%lld\"", llround(p->margin_ns));
	fputs(">", f);
	html_text(f, difference_text(text, p));
	fprintf(f, "%s</td>", mark_of(p->shown));
}

static void write_percentile(FILE *f, const struct percentile_pair *p, const char *key, const char *class)
{
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++)
		fprintf(f, "<td class=\"n\" data-%s-%s_ns=\"%" PRIu64 "\">%.2f</td>", comparison_sides[i],
			key, p->ns[i], in_us((double)p->ns[i]));
	write_difference(f, p, key, class);
}

static void write_row(FILE *f, const struct comparison_row *row)
{
	static const char *const keys[] = { "p50", "p90", "p99" };
	char layer[SEGMENT_NAME_MAX];
	const char *name = row->name, *color = color_of(layer, &row->quantity);
	enum compare_percentile p;

	fprintf(f, "<tr data-name=\"%s\" data-kind=\"%s\"><th scope=\"row\">", name,
		comparison_kind(&row->quantity));
	if (*color)
		fprintf(f, "<i class=\"c-%s\"></i>", color);
	fprintf(f, "%s</th>", name);
	for (p = 0; p < COMPARE_PERCENTILES; p++)
		write_percentile(f, &row->percentiles[p], keys[p], p == COMPARE_P50 ? "" : " wide");
	fputs("</tr>\n", f);
}

/* Rows of one kind, in a body of the table of their own; the two round trips are together. */
static void write_rows(FILE *f, const struct comparison *c, enum quantity_kind first, enum quantity_kind last)
{
	const struct comparison_row *row;

	fputs("<tbody>\n", f);
	for (row = c->rows; row < c->rows + c->nr_rows; row++)
		if (row->quantity.kind >= first && row->quantity.kind <= last && comparison_in_both(row))
			write_row(f, row);
	fputs("</tbody>\n", f);
}

static void write_table(FILE *f, const struct comparison *c)
{
	fputs("<div class=\"scroll\"><table class=\"figures compared\">\n<thead><tr><th scope=\"col\">µs</th>"
	      "<th scope=\"col\">p50 a</th><th scope=\"col\">p50 b</th><th scope=\"col\">b − a</th>"
	      "<th scope=\"col\">p90 a</th><th scope=\"col\">p90 b</th><th scope=\"col\" class=\"wide\">b − a</th>"
	      "<th scope=\"col\">p99 a</th><th scope=\"col\">p99 b</th><th scope=\"col\" class=\"wide\">b − a</th></tr></thead>\n",
	      f);
	write_rows(f, c, QUANTITY_RTT, QUANTITY_USER_RTT);
	write_rows(f, c, QUANTITY_LAYER, QUANTITY_LAYER);
	write_rows(f, c, QUANTITY_SEGMENT, QUANTITY_SEGMENT);
	fputs("</table></div>\n", f);
}

static double percent_lost(const struct loss_pair *l, enum compare_side side)
{
	return l->transmitted[side] ? (double)l->lost[side] * 100 / l->transmitted[side] : 0;
}

/* Both shares as bars, of the larger of the two. */
static void write_losses(FILE *f, const struct loss_pair *l)
{
	double most = fmax(percent_lost(l, COMPARE_A), percent_lost(l, COMPARE_B)), percent;
	enum compare_side i;

	fputs("<div class=\"scroll\"><table class=\"figures lost\">\n<thead><tr><th scope=\"col\">run</th>"
	      "<th scope=\"col\">probes</th><th scope=\"col\">lost</th><th scope=\"col\">share</th></tr></thead>\n<tbody>\n",
	      f);
	for (i = 0; i < COMPARE_SIDES; i++) {
		percent = percent_lost(l, i);
		fprintf(f, "<tr data-name=\"%s\"><th scope=\"row\"><i class=\"c-%s\"></i>%s</th>",
			comparison_sides[i], comparison_sides[i], comparison_sides[i]);
		fprintf(f,
			"<td class=\"n\" data-transmitted=\"%" PRIu64 "\">%" PRIu64
			"</td><td class=\"n\" data-lost=\"%" PRIu64 "\">%" PRIu64 "</td>",
			l->transmitted[i], l->transmitted[i], l->lost[i], l->lost[i]);
		fprintf(f,
			"<td class=\"share\"><span><i class=\"c-lost\" style=\"width:%.1f%%\"></i></span><b>%.3g&nbsp;%%%s</b></td></tr>\n",
			most > 0 ? percent * 100 / most : 0, percent, mark_of(i == COMPARE_B && l->shown));
	}
	fputs("</tbody></table></div>\n", f);
}

static void write_figures(FILE *f, const struct compared_target *t)
{
	const struct comparison *c = &t->comparison;

	fputs("<p class=\"about\">An asterisk marks a difference that is greater than its margin (±); without a margin there are too"
	      " few probes to tell.</p>\n",
	      f);
	write_losses(f, &c->loss);
	write_table(f, c);
}

/* --- what charts are drawn from --- */

static uint64_t value_at(const void *of, uint64_t rank)
{
	return ((const uint64_t *)of)[rank ? rank - 1 : 0];
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Of the values that the percentiles are made of. NULL: no memory. */
static json_t *curve_of(const struct thinned *s)
{
	uint64_t *sorted = malloc((s->nr + 1) * sizeof(*sorted));
	json_t *curve;

	if (!sorted)
		return NULL;
	memcpy(sorted, s->values, s->nr * sizeof(*sorted));
	qsort(sorted, s->nr, sizeof(*sorted), by_value);
	curve = html_curve(s->nr, value_at, sorted);
	free(sorted);
	return curve;
}

static json_t *row_object(const struct comparison_row *row)
{
	json_t *o = object_of_comparison_row(row), *curves = json_object();
	char layer[SEGMENT_NAME_MAX];
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++)
		if (row->series[i])
			json_put(curves, comparison_sides[i], curve_of(row->series[i]));
	json_put(o, "color", json_string(color_of(layer, &row->quantity)));
	json_put(o, "curves", curves);
	return o;
}

static json_t *side_object(const struct collected *run, const struct collected_target *t)
{
	return t->over_time.nr ? html_groups(&t->over_time, &run->run, NULL) : json_null();
}

static json_t *charts_of(const struct compared *c, const struct compared_target *t)
{
	json_t *o = json_object(), *rows = json_array(), *sides = json_array();
	enum compare_side side;
	unsigned int i;

	for (side = 0; side < COMPARE_SIDES; side++)
		json_add(sides, side_object(&c->runs[side], t->target[side]));
	for (i = 0; i < t->comparison.nr_rows && i < CHART_ROWS_MAX; i++)
		json_add(rows, row_object(&t->comparison.rows[i]));
	json_put(o, "sides", sides);
	json_put(o, "rows", rows);
	json_put(o, "curve_steps", json_integer(HTML_CURVE_STEPS));
	return o;
}

/* --- a target --- */

struct section {
	const struct compared *compared;
	const struct compared_target *target;
};

static void write_times(FILE *f, const struct section *s)
{
	char of[16];
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		snprintf(of, sizeof(of), " of %s", comparison_sides[i]);
		html_time_table(f, &s->target->target[i]->over_time, &s->compared->runs[i].run, of);
	}
}

static bool write_section(FILE *f, void *of)
{
	const struct section *s = of;
	bool complete;

	html_section_begin(f, &s->target->target[COMPARE_A]->info);
	write_words(f, s->target);
	write_figures(f, s->target);
	fputs("<div class=\"charts\"></div>\n", f);
	write_times(f, s);
	fputs("<script type=\"application/json\" class=\"data\">", f);
	complete = json_in_html(charts_of(s->compared, s->target), f);
	fputs("</script>\n</section>\n", f);
	return complete;
}

/* The round trip, if both have some. */
static const struct comparison_row *round_trip_of(const struct comparison *c)
{
	return c->nr_rows && c->rows->quantity.kind == QUANTITY_RTT && comparison_in_both(c->rows) ? c->rows :
												     NULL;
}

static bool write_target_row(FILE *f, void *of)
{
	const struct section *s = of;
	const struct comparison_row *row = round_trip_of(&s->target->comparison);
	const struct loss_pair *l = &s->target->comparison.loss;
	const struct target_info *info = &s->target->target[COMPARE_A]->info;

	fprintf(f, "<tr data-index=\"%u\"><th scope=\"row\">", info->index);
	html_name(f, info);
	fprintf(f, "</th><td class=\"n\">%.3g&nbsp;%%</td><td class=\"n%s\">%.3g&nbsp;%%%s</td>",
		percent_lost(l, COMPARE_A), l->shown ? " shown" : "", percent_lost(l, COMPARE_B),
		mark_of(l->shown));
	if (row)
		write_percentile(f, &row->percentiles[COMPARE_P50], "p50", "");
	else
		fputs("<td></td><td></td><td></td>", f);
	fputs("</tr>\n", f);
	return true;
}

static void count_sentence(void *to, const char *text)
{
	(void)to;
	(void)text;
}

/* What matters: how much changed, and then by how much of the round trip. */
static bool add_target(struct overlay *o, unsigned int i)
{
	struct section s = { o->compared, &o->compared->targets[i] };
	const struct comparison_row *row = round_trip_of(&s.target->comparison);
	const struct percentile_pair *p = row ? &row->percentiles[COMPARE_P50] : NULL;
	struct piece piece = { .index = i };

	piece.weight[0] = comparison_sentences(s.target, count_sentence, NULL);
	piece.weight[1] =
		p && p->ns[COMPARE_A] ? fabs(percentile_difference(p)) / (double)p->ns[COMPARE_A] : 0;
	return pieces_add(&o->sections, piece, write_section, &s) &&
	       pieces_add(&o->rows, piece, write_target_row, &s);
}

/* --- the page --- */

static void write_file_name(FILE *f, const struct collected *run)
{
	char name[FILE_NAME_SIZE];

	fputs("<bdi>", f);
	html_text(f, harmless(name, sizeof(name), run->file));
	fputs("</bdi>", f);
}

static void write_title(FILE *f, const struct compared *c)
{
	char name[FILE_NAME_SIZE];

	html_text(f, harmless(name, sizeof(name), c->runs[COMPARE_A].file));
	fputs(", then ", f);
	html_text(f, harmless(name, sizeof(name), c->runs[COMPARE_B].file));
}

static void write_runs(FILE *f, const struct compared *c)
{
	struct sentences conditions = { .file = f, .kind = "condition", .room = WORDS_MAX };
	struct sentences missed = { .file = f, .kind = "lost", .room = WORDS_MAX };
	enum compare_side i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		fprintf(f, "<h2 class=\"side\"><i class=\"c-%s\"></i>%s ", comparison_sides[i],
			comparison_sides[i]);
		write_file_name(f, &c->runs[i]);
		fputs("</h2>\n", f);
		html_run(f, &c->runs[i].run, 0);
	}
	fputs("<ul class=\"findings\">\n", f);
	comparison_conditions(c, "not the same: ", write_sentence, &conditions);
	comparison_missed(c, write_sentence, &missed);
	comparison_other_targets(c, write_sentence, &conditions);
	fputs("</ul>\n", f);
	if (conditions.left_out)
		fprintf(f, "<p class=\"about\">%u more targets are only in one of them.</p>\n",
			conditions.left_out);
}

static void write_targets(FILE *f, const struct overlay *o)
{
	if (o->compared->nr_targets < 2)
		return;
	fputs("<section class=\"overview\">\n<h2>Targets</h2>\n<div class=\"scroll\"><table class=\"targets compared\">\n"
	      "<thead><tr><th scope=\"col\">target</th><th scope=\"col\">lost a</th><th scope=\"col\">lost b</th>"
	      "<th scope=\"col\">p50 a, µs</th><th scope=\"col\">p50 b, µs</th><th scope=\"col\">b − a</th></tr></thead>\n<tbody>\n",
	      f);
	pieces_write(f, &o->rows);
	fputs("</tbody></table></div>\n", f);
	if (o->sections.left_out)
		fprintf(f,
			"<p class=\"about\">Below are those that changed most; %u more are not shown by themselves%s.</p>\n",
			o->sections.left_out, o->rows.left_out ? ", and some of them not above either" : "");
	fputs("</section>\n", f);
}

static void write_mark(FILE *f, enum page_mark mark, const void *of)
{
	const struct overlay *o = of;

	if (mark == PAGE_TITLE)
		write_title(f, o->compared);
	else if (mark == PAGE_RUN)
		write_runs(f, o->compared);
	else if (mark == PAGE_TARGETS)
		write_targets(f, o);
	else
		pieces_write(f, &o->sections);
}

bool html_comparison(FILE *f, const struct compared *c)
{
	struct overlay o = {
		.compared = c,
		.sections.limit = PAGE_SECTIONS_SIZE - HEADER_SIZE,
		.rows.limit = PAGE_ROWS_SIZE,
	};
	bool complete = true;
	unsigned int i;

	for (i = 0; i < c->nr_targets; i++)
		complete = add_target(&o, i) && complete;
	page_write(f, write_mark, &o);
	pieces_free(&o.sections);
	pieces_free(&o.rows);
	return complete;
}
