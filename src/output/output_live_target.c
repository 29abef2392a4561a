// SPDX-License-Identifier: GPL-2.0-or-later
/* One target that fills the page: figures, findings, segments, the last probe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/findings.h"
#include "base/util.h"
#include "output/output_live.h"
#include "output/output_path.h"
#include "output/terminal.h"

#define INDENT 2
#define FIGURE 10 /* columns of one in the table of segments */
#define NR_FIGURES 5
#define SHARE 8

/* Lines, of which those from @first on are shown between two rows of the page. */
struct lines {
	struct live_page *page;
	struct live_view *view;
	const struct live_model *model;
	const struct live_target *target;
	int top, bottom;
	unsigned int nr; /* so far */
};

/* The row of the next line; one that is not on the page where it is not shown. */
static int next_line(struct lines *l)
{
	int row = l->top + (int)l->nr++ - (int)l->view->scroll;

	return row >= l->top && row < l->bottom ? row : -1;
}

static void begin_section(struct lines *l)
{
	if (l->nr)
		next_line(l);
	if (l->view->nr_sections < ARRAY_SIZE(l->view->sections))
		l->view->sections[l->view->nr_sections++] = l->nr;
}

/* Words of @text, as many on a line as it has room for. */
static void put_words(struct lines *l, enum live_style style, const char *text)
{
	unsigned int wide, column = INDENT, width = l->page->columns;
	int row = next_line(l);
	char word[256];
	size_t len;

	for (; *(text += strspn(text, " ")); text += len) {
		len = strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		wide = page_columns(word);
		if (column > INDENT && column + wide + 1 > width) {
			row = next_line(l);
			column = INDENT + 2;
		}
		page_put(l->page, row, column, wide, style, word);
		column += wide + 1;
	}
}

/* --- figures --- */

static void put_counts(struct lines *l)
{
	const struct stats *s = &l->target->stats;
	unsigned long long lost = s->transmitted > s->received ? s->transmitted - s->received : 0;
	int row = next_line(l), column = INDENT;

	column += page_printf(l->page, row, column, LIVE_PLAIN, "%llu sent   %llu received   ",
			      (unsigned long long)s->transmitted, (unsigned long long)s->received);
	column += page_printf(l->page, row, column, lost ? LIVE_BAD : LIVE_PLAIN, "%llu lost (%.1f%%)", lost,
			      stats_loss(s));
	if (s->errors)
		column += page_printf(l->page, row, column, LIVE_BAD, "   %llu errors",
				      (unsigned long long)s->errors);
	if (s->duplicates)
		column += page_printf(l->page, row, column, LIVE_PLAIN, "   %llu duplicates",
				      (unsigned long long)s->duplicates);
	if (s->corrupted)
		column += page_printf(l->page, row, column, LIVE_BAD, "   %llu corrupted",
				      (unsigned long long)s->corrupted);
	if (s->late)
		page_printf(l->page, row, column, LIVE_PLAIN, "   %llu late", (unsigned long long)s->late);
}

static void put_times(struct lines *l)
{
	const struct live_target *t = l->target;
	const struct stats *s = &t->stats;
	const struct {
		const char *name;
		double ns;
	} times[] = {
		{ "last", t->last_ns },
		{ "min", s->rtt_min },
		{ "avg", s->rtt_count ? s->rtt_sum / s->rtt_count : 0 },
		{ "p50", histogram_permille(&t->rtt, 500) },
		{ "p90", histogram_permille(&t->rtt, 900) },
		{ "p99", histogram_permille(&t->rtt, 990) },
		{ "max", s->rtt_max },
		{ "mdev", stats_rtt_mdev(s) },
	};
	int names = next_line(l), row = next_line(l);
	char text[LIVE_MS_SIZE];
	unsigned int i;

	page_put(l->page, row, INDENT, 8, LIVE_DIM, "time, ms");
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		page_right(l->page, names, 19 + 8 * (int)i, LIVE_DIM, times[i].name);
		if (s->rtt_count)
			page_right(l->page, row, 19 + 8 * (int)i, LIVE_PLAIN, view_ms(text, times[i].ns));
	}
}

#define GRAPHS 11 /* where they begin */

static void put_graph(struct lines *l, const char *name, bool history)
{
	unsigned int width = l->page->columns > GRAPHS + INDENT ? l->page->columns - GRAPHS - INDENT : 0;
	int row = next_line(l);

	page_put(l->page, row, INDENT, GRAPHS - INDENT, LIVE_DIM, name);
	if (history)
		view_draw_history(l->page, row, GRAPHS, width, l->view, l->model, l->target);
	else
		view_draw_bar(l->page, row, GRAPHS, width, &l->target->stats);
}

static void put_figures(struct lines *l)
{
	const struct live_target *t = l->target;
	char text[ERROR_TEXT_SIZE], line[ERROR_TEXT_SIZE + RESULT_ADDRESS_SIZE + 64];

	begin_section(l);
	put_counts(l);
	put_times(l);
	put_graph(l, "history", true);
	if (l->model->run.traced && t->stats.nr_layers)
		put_graph(l, "layers", false);
	if (!t->has_error)
		return;
	error_text(text, &t->error, t->info.family);
	if (t->error.local)
		snprintf(line, sizeof(line), "the last error: %s", text);
	else
		snprintf(line, sizeof(line), "the last error: from %s, icmp_seq=%u: %s", t->error.from,
			 t->error.seq, text);
	put_words(l, LIVE_BAD, line);
}

/* --- findings --- */

static void put_findings(struct lines *l)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i,
		nr = findings_of_target(findings, &l->model->run, &l->target->info, &l->target->stats);

	if (!nr)
		return;
	begin_section(l);
	for (i = 0; i < nr; i++)
		put_words(l, LIVE_BOLD, findings[i].text);
}

/* --- segments --- */

static double to_us(uint64_t ns)
{
	return (double)ns / NSEC_PER_USEC;
}

static unsigned int names_width(const struct lines *l)
{
	unsigned int i, len, width = 13, most = l->page->columns - NR_FIGURES * FIGURE - SHARE - 2 * INDENT;
	const struct stats *s = &l->target->stats;
	char name[SEGMENT_NAME_MAX];

	for (i = 0; i < s->nr_segments; i++) {
		len = strlen(segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket));
		width = len > width ? len : width;
	}
	return width > most && most > 13 ? most : width;
}

static void put_figure(struct lines *l, int row, unsigned int name, unsigned int at, enum live_style style,
		       const char *text)
{
	page_right(l->page, row, INDENT + (int)(name + (at + 1) * FIGURE), style, text);
}

static void put_us(struct lines *l, int row, unsigned int name, unsigned int at, uint64_t ns)
{
	char text[32];

	snprintf(text, sizeof(text), "%.2f", to_us(ns));
	put_figure(l, row, name, at, LIVE_PLAIN, text);
}

static void put_head(struct lines *l, unsigned int name)
{
	static const char *const titles[NR_FIGURES] = { "p50", "p90", "p99", "max", "last" };
	char text[32];
	unsigned int i;
	int row = next_line(l);

	snprintf(text, sizeof(text), "segment, %s", micro());
	page_put(l->page, row, INDENT, name, LIVE_DIM, text);
	for (i = 0; i < NR_FIGURES; i++)
		put_figure(l, row, name, i, LIVE_DIM, titles[i]);
	page_right(l->page, row, INDENT + (int)(name + NR_FIGURES * FIGURE) + SHARE, LIVE_DIM, "share");
}

static void put_share(struct lines *l, int row, unsigned int name, const struct split *s)
{
	int column = INDENT + (int)(name + NR_FIGURES * FIGURE) + SHARE;
	const struct histogram *total = &l->target->stats.total;
	double share = total->sum ? (double)s->histogram.sum / total->sum : 0;
	int room = (int)l->page->columns - column - 2 * INDENT;
	char text[32];
	unsigned int i;

	snprintf(text, sizeof(text), "%.1f%%", share * 100);
	page_right(l->page, row, column, LIVE_PLAIN, text);
	for (i = 0; room >= 8 && i < (unsigned int)(share * room); i++)
		view_draw_layer(l->page, row, column + INDENT + (int)i, s->layers, i);
}

/* What this kernel did as the responder, of the last probe. */
static void put_inside(struct lines *l, const struct path *path, unsigned int name_width)
{
	char name[SEGMENT_NAME_MAX];
	unsigned int i;
	int row;

	for (i = 0; i < path->nr_inside; i++) {
		row = next_line(l);
		page_put(l->page, row, INDENT + 2, name_width - 2, view_layer_style(LAYER_BIT(PT_LAYER_WIRE)),
			 inside_name(name, path->inside[i].from, path->inside[i].to));
		put_us(l, row, name_width, NR_FIGURES - 1, path->inside[i].ns);
	}
}

static const struct segment *segment_of(const struct path *path, const struct split *s)
{
	unsigned int i;

	for (i = 0; path && i < path->nr_segments; i++)
		if (path->segments[i].from == s->from && path->segments[i].to == s->to)
			return &path->segments[i];
	return NULL;
}

static void put_segment(struct lines *l, const struct split *s, unsigned int width)
{
	const struct result *last = l->target->last;
	const struct path *path = last && last->has_path ? &last->path : NULL;
	const struct segment *now = segment_of(path, s);
	char name[SEGMENT_NAME_MAX];
	int row = next_line(l);

	page_shorten(l->page, row, INDENT, width, view_layer_style(s->layers),
		     segment_name(name, s->from, s->to, l->target->stats.socket));
	put_us(l, row, width, 0, histogram_permille(&s->histogram, 500));
	put_us(l, row, width, 1, histogram_permille(&s->histogram, 900));
	put_us(l, row, width, 2, histogram_permille(&s->histogram, 990));
	put_us(l, row, width, 3, s->histogram.max);
	if (now)
		put_us(l, row, width, 4, now->ns);
	put_share(l, row, width, s);
	if (now && path->nr_inside && path->inside[0].from == s->from)
		put_inside(l, path, width);
}

static void put_segments(struct lines *l)
{
	const struct stats *s = &l->target->stats;
	unsigned int i, width = names_width(l);

	if (!s->nr_segments || !l->model->run.traced)
		return;
	begin_section(l);
	put_head(l, width);
	for (i = 0; i < s->nr_segments; i++)
		put_segment(l, s->segments[i], width);
}

/* --- the last probe --- */

/* Our own colours, see terminal.h. Returns how long the sequence at @text is; 0: there is none. */
static size_t take_color(const char *text, enum live_style *style)
{
	static const struct {
		const char *sequence;
		enum live_style style;
	} known[] = { { RESET, LIVE_PLAIN }, { BOLD, LIVE_BOLD }, { DIM, LIVE_DIM } };
	const struct terminal colored = { .color = true };
	const char *sequence;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known) + PT_NR_LAYERS; i++) {
		sequence = i < ARRAY_SIZE(known) ? known[i].sequence :
						   layer_color(&colored, LAYER_BIT(i - ARRAY_SIZE(known)));
		if (strncmp(text, sequence, strlen(sequence)) != 0)
			continue;
		*style = i < ARRAY_SIZE(known) ? known[i].style : LIVE_LAYER + (i - ARRAY_SIZE(known));
		return strlen(sequence);
	}
	return 0;
}

static void put_painted(struct lines *l, char *line)
{
	enum live_style style = LIVE_PLAIN;
	int row = next_line(l), column = 0;
	size_t len, color;
	char kept;

	while (*line) {
		color = take_color(line, &style);
		line += color;
		if (color)
			continue;
		len = 1 + strcspn(line + 1, "\033");
		kept = line[len];
		line[len] = '\0';
		column += page_put(l->page, row, column, LIVE_COLUMNS_MAX, style, line);
		line[len] = kept;
		line += len;
	}
}

static void put_path(struct lines *l, const struct result *r)
{
	struct terminal t = { .color = l->page->color };
	char *text = NULL, *line, *end;
	size_t size;

	t.file = open_memstream(&text, &size);
	if (!t.file)
		return;
	output_path(&t, r, l->target->info.socket);
	if (fclose(t.file)) {
		free(text);
		return;
	}
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		put_painted(l, line);
	}
	free(text);
}

static void put_last(struct lines *l)
{
	const struct result *r = l->target->last;
	char text[CAUSES_TEXT_SIZE > LOSS_TEXT_SIZE ? CAUSES_TEXT_SIZE : LOSS_TEXT_SIZE],
		line[sizeof(text) + 64], ms[LIVE_MS_SIZE];

	if (!r)
		return;
	begin_section(l);
	if (r->kind == RESULT_LOST)
		snprintf(line, sizeof(line), "probe %llu %s", (unsigned long long)r->seq,
			 r->has_loss ? loss_text(text, &r->loss) : "lost");
	else if (r->has_time)
		snprintf(line, sizeof(line), "probe %llu: %s ms%s", (unsigned long long)r->seq,
			 view_ms(ms, r->time_ns), r->late ? ", after it was given up" : "");
	else
		snprintf(line, sizeof(line), "probe %llu", (unsigned long long)r->seq);
	put_words(l, r->kind == RESULT_LOST ? LIVE_BAD : LIVE_BOLD, line);
	if (r->has_causes && *causes_text(text, &r->causes))
		put_words(l, LIVE_PLAIN, text);
	if (r->has_stamps && r->has_origins)
		put_path(l, r);
}

/* --- all of it --- */

static void put_name(struct lines *l)
{
	const struct target_info *t = &l->target->info;
	int column, row = l->top - 1;

	column = INDENT + (int)page_put(l->page, row, INDENT, l->page->columns / 2, LIVE_BOLD,
					view_name(l->view, l->target));
	page_printf(l->page, row, column, LIVE_PLAIN, "  %s%s%s",
		    strcmp(view_name(l->view, l->target), t->address) ? t->address : "",
		    *t->source ? "  from " : "", t->source);
}

static void put_all(struct lines *l)
{
	l->nr = 0;
	l->view->nr_sections = 0;
	put_figures(l);
	put_findings(l);
	put_segments(l);
	put_last(l);
}

void view_draw_target(struct live_page *p, struct live_view *v, const struct live_model *m, int top,
		      int bottom)
{
	struct lines l = { .page = p,
			   .view = v,
			   .model = m,
			   .target = m->targets[v->selected],
			   .top = top + 1,
			   .bottom = bottom };
	unsigned int wanted = v->scroll;
	int row;

	v->page_rows = bottom > l.top ? bottom - l.top : 1;
	put_all(&l);
	v->last_scroll = l.nr > v->page_rows ? l.nr - v->page_rows : 0;
	if (wanted > v->last_scroll) {
		/* Once more, as far down as it goes. */
		v->scroll = v->last_scroll;
		for (row = l.top; row < bottom; row++)
			page_repeat(p, row, 0, p->columns, LIVE_PLAIN, ' ');
		put_all(&l);
	}
	put_name(&l);
	if (v->scroll < v->last_scroll)
		page_right(p, top, (int)p->columns - 1, LIVE_DIM, p->utf8 ? "more below ▾" : "more below v");
	else if (v->scroll)
		page_right(p, top, (int)p->columns - 1, LIVE_DIM, p->utf8 ? "more above ▴" : "more above ^");
}
