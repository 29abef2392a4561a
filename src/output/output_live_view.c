// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of targets, and what is around it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/util.h"
#include "output/output_live.h"
#include "output/terminal.h"

#define NAME_MIN 12
#define TITLE_TIME 9 /* for the time of the run */
#define GRAPH_MIN 8 /* columns below which a bar or a history says nothing */

static void draw_ms(char text[LIVE_MS_SIZE], const struct live_target *t, double ns)
{
	if (t->stats.rtt_count)
		view_ms(text, ns);
}

static const struct {
	const char *name;
	unsigned int width;
} columns_of_list[LIVE_NR_COLUMNS] = {
	[LIVE_LOSS] = { "loss", 7 }, [LIVE_SENT] = { "sent", 8 }, [LIVE_LAST] = { "last", 8 },
	[LIVE_MIN] = { "min", 8 },   [LIVE_AVG] = { "avg", 8 },	  [LIVE_P50] = { "p50", 8 },
	[LIVE_P90] = { "p90", 8 },   [LIVE_P99] = { "p99", 8 },	  [LIVE_MAX] = { "max", 8 },
	[LIVE_MDEV] = { "mdev", 8 },
};

const char *view_column_name(enum live_column c)
{
	return columns_of_list[c].name;
}

void view_init(struct live_view *v)
{
	*v = (struct live_view){
		.zoom = 1,
		.columns = 1U << LIVE_LOSS | 1U << LIVE_SENT | 1U << LIVE_P50 | 1U << LIVE_P99,
	};
}

char *view_ms(char text[LIVE_MS_SIZE], double ns)
{
	double ms = ns / NSEC_PER_MSEC;

	snprintf(text, LIVE_MS_SIZE, "%.*f", ms < 10 ? 3 : ms < 100 ? 2 : ms < 10000 ? 1 : 0, ms);
	return text;
}

const char *view_name(const struct live_view *v, const struct live_target *t)
{
	if (v->addresses)
		return t->info.address;
	/* An address that has a name: the name. */
	if (t->info.reverse[0] && !strcmp(t->info.name, t->info.address))
		return t->info.reverse;
	return t->info.name;
}

/* --- bars and histories --- */

static const char layer_letters[PT_NR_LAYERS] = {
	[PT_LAYER_SOCKET] = 's',
	[PT_LAYER_IP] = 'i',
	[PT_LAYER_DRIVER] = 'd',
	[PT_LAYER_WIRE] = 'w',
};

enum live_style view_layer_style(layer_set layers)
{
	return layers & (layers - 1) ? LIVE_BOLD : LIVE_LAYER + __builtin_ctz(layers);
}

void view_draw_layer(struct live_page *p, int row, int column, layer_set layers, unsigned int i)
{
	bool several = layers & (layers - 1);
	layer_set left = layers;
	unsigned int layer;

	for (i %= __builtin_popcount(layers); i; i--)
		left &= left - 1;
	layer = __builtin_ctz(left);
	page_repeat(p, row, column, 1, LIVE_LAYER + layer,
		    !p->utf8 || !p->color ? (wchar_t)layer_letters[layer] :
		    several		  ? L'▒' :
					    L'█');
}

void view_draw_bar(struct live_page *p, int row, int column, unsigned int width, const struct stats *s)
{
	unsigned int i, k, done = 0, end;
	const struct split *l;
	double sum = 0;

	for (i = 0; i < s->nr_layers && s->total.sum; i++) {
		l = s->layers[i];
		sum += l->histogram.sum;
		end = lround(sum / s->total.sum * width);
		end = end < width ? end : width;
		for (k = 0; done < end; k++)
			view_draw_layer(p, row, column + (int)done++, l->layers, k);
	}
}

/* A probe is missing only when the one after it was due: then there is a gap. */
static uint64_t newest_bucket(const struct live_model *m, const struct live_target *t)
{
	uint64_t now = live_bucket_at(m, t, m->at_ns);

	return now > t->newest + 1 ? now - 1 : t->newest;
}

/* Noise is not to look like news: up to a quarter of the least is drawn as less than the full height. */
static uint64_t history_span(const struct live_target *t, uint64_t from, unsigned int width,
			     unsigned int zoom, uint64_t *lowest)
{
	uint64_t low = UINT64_MAX, high = 0;
	struct live_bucket b;
	unsigned int i;

	for (i = 0; i < width; i++) {
		b = live_history(t, from + (uint64_t)i * zoom, zoom);
		if (!b.replies)
			continue;
		low = b.max_ns < low ? b.max_ns : low;
		high = b.max_ns > high ? b.max_ns : high;
	}
	*lowest = low < high ? low : high;
	high -= *lowest;
	low = *lowest / 4;
	return high > low ? high : low + 1;
}

#define LEVELS 8

void view_draw_history(struct live_page *p, int row, int column, unsigned int width,
		       const struct live_view *v, const struct live_model *m, const struct live_target *t)
{
	const wchar_t *levels = p->utf8 ? L"▁▂▃▄▅▆▇█" : L"_.:-=+*#";
	uint64_t last, from, low, span, level;
	struct live_bucket b;
	unsigned int i;

	if (!t->buckets || !width)
		return;
	if ((uint64_t)width * v->zoom > LIVE_BUCKETS)
		width = LIVE_BUCKETS / v->zoom;
	/* A column has the same probes wherever it is. */
	last = (newest_bucket(m, t) - 1) / v->zoom;
	width = last + 1 < width ? last + 1 : width;
	from = (last + 1 - width) * v->zoom + 1;
	span = history_span(t, from, width, v->zoom, &low);
	for (i = 0; i < width; i++) {
		b = live_history(t, from + (uint64_t)i * v->zoom, v->zoom);
		level = b.replies ? (b.max_ns - low) * (LEVELS - 1) / span : 0;
		if (b.lost)
			page_repeat(p, row, column + i, 1, LIVE_BAD, p->utf8 ? L'✗' : 'x');
		else if (b.replies)
			page_repeat(p, row, column + i, 1, LIVE_PLAIN,
				    levels[level < LEVELS ? level : LEVELS - 1]);
	}
}

/* --- the list --- */

struct layout {
	unsigned int name;
	int bar, history; /* where they begin; -1: not there */
	unsigned int bar_width, history_width;
};

static unsigned int columns_width(const struct live_view *v)
{
	unsigned int c, width = 0;

	for (c = 0; c < LIVE_NR_COLUMNS; c++)
		if (v->columns & 1U << c)
			width += columns_of_list[c].width;
	return width;
}

static void place_graphs(struct layout *l, const struct live_view *v, bool traced, int begin, int end)
{
	bool bar = v->mode != LIVE_HISTORY && traced, history = v->mode != LIVE_BARS || !traced;
	int room = end - begin - 2;

	l->bar = l->history = -1;
	if (bar && history && room < 2 * GRAPH_MIN + 2)
		bar = false;
	if (room < GRAPH_MIN)
		return;
	if (bar) {
		l->bar = begin + 2;
		l->bar_width = history ? (room - 2) / 2 : room;
	}
	if (history) {
		l->history = bar ? l->bar + (int)l->bar_width + 2 : begin + 2;
		l->history_width = end - l->history;
	}
}

static struct layout layout_of(const struct live_page *p, const struct live_view *v,
			       const struct live_model *m, unsigned int rows)
{
	struct layout l = { .name = NAME_MIN };
	unsigned int i, width, most = p->columns / 3;

	for (i = v->first; i < m->nr_targets && i < v->first + rows; i++) {
		width = page_columns(view_name(v, m->targets[i]));
		l.name = width > l.name ? width : l.name;
	}
	l.name = l.name > most && most > NAME_MIN ? most : l.name;
	place_graphs(&l, v, m->run.traced, 2 + l.name + columns_width(v), p->columns - 1);
	return l;
}

static void column_text(char text[LIVE_MS_SIZE], enum live_column c, const struct live_target *t)
{
	const struct stats *s = &t->stats;

	text[0] = '\0';
	switch (c) {
	case LIVE_LOSS:
		if (s->transmitted)
			snprintf(text, LIVE_MS_SIZE, "%.1f%%", stats_loss(s));
		break;
	case LIVE_SENT:
		snprintf(text, LIVE_MS_SIZE, "%llu", (unsigned long long)s->transmitted);
		break;
	case LIVE_LAST:
		return draw_ms(text, t, t->last_ns);
	case LIVE_MIN:
		return draw_ms(text, t, s->rtt_min);
	case LIVE_AVG:
		return draw_ms(text, t, s->rtt_count ? s->rtt_sum / s->rtt_count : 0);
	case LIVE_P50:
		return draw_ms(text, t, histogram_permille(&t->rtt, 500));
	case LIVE_P90:
		return draw_ms(text, t, histogram_permille(&t->rtt, 900));
	case LIVE_P99:
		return draw_ms(text, t, histogram_permille(&t->rtt, 990));
	case LIVE_MAX:
		return draw_ms(text, t, s->rtt_max);
	case LIVE_MDEV:
		return draw_ms(text, t, stats_rtt_mdev(s));
	default:
		break;
	}
}

static void draw_titles(struct live_page *p, const struct live_view *v, const struct layout *l, int row)
{
	unsigned int c, end = 2 + l->name;

	page_put(p, row, 2, l->name, LIVE_DIM, v->addresses ? "address" : "target");
	for (c = 0; c < LIVE_NR_COLUMNS; c++) {
		if (!(v->columns & 1U << c))
			continue;
		end += columns_of_list[c].width;
		page_right(p, row, end, LIVE_DIM, columns_of_list[c].name);
	}
	if (l->bar >= 0)
		page_put(p, row, l->bar, l->bar_width, LIVE_DIM, "layers");
	if (l->history >= 0)
		page_put(p, row, l->history, l->history_width, LIVE_DIM, "history");
}

static void draw_row(struct live_page *p, const struct live_view *v, const struct live_model *m,
		     const struct layout *l, const struct live_target *t, int row)
{
	unsigned int c, end = 2 + l->name;
	char text[LIVE_MS_SIZE];

	page_shorten(p, row, 2, l->name, LIVE_BOLD, view_name(v, t));
	for (c = 0; c < LIVE_NR_COLUMNS; c++) {
		if (!(v->columns & 1U << c))
			continue;
		end += columns_of_list[c].width;
		column_text(text, c, t);
		page_right(p, row, end, c == LIVE_LOSS && stats_loss(&t->stats) > 0 ? LIVE_BAD : LIVE_PLAIN,
			   text);
	}
	if (l->bar >= 0)
		view_draw_bar(p, row, l->bar, l->bar_width, &t->stats);
	if (l->history >= 0)
		view_draw_history(p, row, l->history, l->history_width, v, m, t);
}

static void keep_selected_visible(struct live_view *v, unsigned int nr, unsigned int rows)
{
	if (v->selected < v->first)
		v->first = v->selected;
	if (rows && v->selected >= v->first + rows)
		v->first = v->selected - rows + 1;
	if (v->first + rows > nr)
		v->first = nr > rows ? nr - rows : 0;
}

static void draw_list(struct live_page *p, struct live_view *v, const struct live_model *m, int top,
		      int bottom)
{
	unsigned int i, rows = bottom > top + 1 ? bottom - top - 1 : 0;
	struct layout l;

	keep_selected_visible(v, m->nr_targets, rows);
	v->page_rows = rows;
	l = layout_of(p, v, m, rows);
	draw_titles(p, v, &l, top);
	for (i = 0; i < rows && v->first + i < m->nr_targets; i++) {
		draw_row(p, v, m, &l, m->targets[v->first + i], top + 1 + i);
		if (v->first + i == v->selected)
			page_put(p, top + 1 + i, 0, 1, LIVE_BOLD, p->utf8 ? "▸" : ">");
	}
}

/* --- around it --- */

static void duration_text(char text[32], uint64_t ns)
{
	unsigned long long s = ns / NSEC_PER_SEC;

	snprintf(text, 32, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
}

static void interval_text(char text[48], const struct run_info *run)
{
	if (run->flood || !run->interval_ns)
		snprintf(text, 48, "as fast as replies come");
	else if (run->adaptive)
		snprintf(text, 48, "adaptive");
	else
		snprintf(text, 48, "every %g s", (double)run->interval_ns / NSEC_PER_SEC);
}

/* What has no room for all of it is left out. */
static void put_in_title(struct live_page *p, int *column, const char *text)
{
	unsigned int wide = page_columns(text);

	if (*column + wide + TITLE_TIME > p->columns)
		return;
	page_put(p, 0, *column, wide, LIVE_TITLE, text);
	*column += (int)wide + 3;
}

static void draw_title(struct live_page *p, const struct live_view *v, const struct live_model *m,
		       const struct playback *pb)
{
	uint64_t begin_ns = m->run.started.monotonic_ns;
	char text[48], right[80];
	int column = 1;

	page_repeat(p, 0, 0, p->columns, LIVE_TITLE, ' ');
	put_in_title(p, &column, pb ? "pingtrace, recorded" : "pingtrace");
	snprintf(text, sizeof(text), "%u %s", m->nr_targets, m->nr_targets == 1 ? "target" : "targets");
	put_in_title(p, &column, text);
	interval_text(text, &m->run);
	put_in_title(p, &column, text);
	put_in_title(p, &column, m->run.traced ? m->run.backend : "not traced");
	if (m->missed) {
		snprintf(text, sizeof(text), "%llu results missing", (unsigned long long)m->missed);
		put_in_title(p, &column, text);
	}
	duration_text(text, m->at_ns > begin_ns ? m->at_ns - begin_ns : 0);
	snprintf(right, sizeof(right), "  %s%s ", v->paused ? "drawing stopped  " : "", text);
	page_right(p, 0, p->columns, LIVE_TITLE, right);
}

/* Returns the column behind it. */
static int draw_layers(struct live_page *p, int row, int column)
{
	char name[SEGMENT_NAME_MAX];
	unsigned int l;

	for (l = 0; l < PT_NR_LAYERS; l++) {
		view_draw_layer(p, row, column, LAYER_BIT(l), 0);
		column += 2;
		column += page_printf(p, row, column, LIVE_PLAIN, "%s  ", layer_name(name, LAYER_BIT(l)));
	}
	if (p->utf8 && p->color) {
		page_put(p, row, column, 1, LIVE_BOLD, "▒");
		column += 2 + page_put(p, row, column + 2, 9, LIVE_PLAIN, "several  ");
	}
	return column;
}

static void draw_legend(struct live_page *p, int row, const struct live_view *v, const struct live_model *m)
{
	int column = m->run.traced ? draw_layers(p, row, 2) : 2;
	double seconds;
	char text[48];

	page_repeat(p, row, column, 1, LIVE_BAD, p->utf8 ? L'✗' : 'x');
	column += 2 + page_put(p, row, column + 2, 4, LIVE_PLAIN, "lost");
	seconds = (double)m->bucket_ns * v->zoom / NSEC_PER_SEC;
	snprintf(text, sizeof(text), "ms; history %g %s/column", seconds < 60 ? seconds : seconds / 60,
		 seconds < 60 ? "s" : "min");
	if (column + 2 + page_columns(text) < p->columns)
		page_right(p, row, p->columns - 1, LIVE_DIM, text);
}

static void draw_keys(struct live_page *p, int row, const struct live_view *v, const struct playback *pb)
{
	const char *keys;

	if (pb)
		keys = v->open ?
			       "q quit  ? help  Esc list  Space stop  Left Right seek  < > speed  d next part" :
			       "q quit  ? help  Enter open  Space stop  Left Right seek  < > speed  d display";
	else
		keys = v->open ?
			       "q quit  ? help  Esc list  Left Right targets  d next part  p pause  r reset" :
			       "q quit  ? help  Enter open  p pause  d display  n names  o columns  r reset";
	page_put(p, row, 2, p->columns - 2, LIVE_DIM, keys);
}

static void speed_text(char text[16], int speed)
{
	if (speed < 0)
		snprintf(text, 16, "1/%dx", 1 << -speed);
	else
		snprintf(text, 16, "%dx", 1 << speed);
}

/* "play  1x  0:00:12 ━━━━━━●────────── 0:03:20" */
static void draw_position(struct live_page *p, int row, const struct playback *pb)
{
	char speed[16], at[32], length[32];
	unsigned int width, done;
	int column = 2;

	speed_text(speed, pb->speed);
	duration_text(at, pb->at_ns);
	duration_text(length, pb->length_ns);
	column += page_printf(p, row, column, LIVE_BOLD, "%-7s %5s  %s ",
			      pb->seeking ? "seeking" :
			      pb->ended	  ? "at end" :
			      pb->paused  ? "stopped" :
					    "playing",
			      speed, at);
	width = p->columns > column + strlen(length) + 3 ? p->columns - column - strlen(length) - 3 : 0;
	done = pb->length_ns && pb->at_ns < pb->length_ns ? (double)pb->at_ns / pb->length_ns * width : width;
	page_repeat(p, row, column, width, LIVE_DIM, p->utf8 ? L'─' : '-');
	page_repeat(p, row, column, done, LIVE_BOLD, p->utf8 ? L'━' : '=');
	page_repeat(p, row, column + (done < width ? done : width - 1), width ? 1 : 0, LIVE_BOLD,
		    p->utf8 ? L'●' : 'O');
	page_right(p, row, p->columns - 1, LIVE_PLAIN, length);
}

/* --- over it --- */

static void draw_box(struct live_page *p, int top, int left, unsigned int rows, unsigned int columns)
{
	const wchar_t *g = p->utf8 ? L"┌─┐│└┘" : L"+-+|++";
	unsigned int i;

	for (i = 0; i < rows; i++) {
		page_repeat(p, top + i, left, columns, LIVE_PLAIN, i && i + 1 < rows ? ' ' : g[1]);
		page_repeat(p, top + i, left, 1, LIVE_PLAIN, !i ? g[0] : i + 1 < rows ? g[3] : g[4]);
		page_repeat(p, top + i, left + columns - 1, 1, LIVE_PLAIN,
			    !i		 ? g[2] :
			    i + 1 < rows ? g[3] :
					   g[5]);
	}
}

#define HELP_WIDTH 68

static void draw_help(struct live_page *p, const struct playback *pb)
{
	static const char *const lines[][2] = {
		{ "q", "end the run; ping's summary stays on the screen" },
		{ "Up Down", "select a target; scroll one that is open" },
		{ "Enter", "open a target; Esc, Backspace: back to the list" },
		{ "Tab", "the next target" },
		{ "Left Right", "of an open target: the one before, the next" },
		{ "p, Space", "stop drawing, go on; probes are sent and counted" },
		{ "d", "bars and history, bars, history; the next part" },
		{ "o", "choose columns" },
		{ "n", "names or addresses" },
		{ "+ -", "more or less time in a column of the history" },
		{ "r", "count anew from here on; the summary is of the whole run" },
		{ "Ctrl-L", "draw all of the screen anew" },
		{ "?", "this; any key ends it" },
	};
	static const char *const played[][2] = {
		{ "q", "stop playing; ping's summary up to there stays" },
		{ "Left Right", "back or forth by a twentieth of the recording" },
		{ "Home End", "to its beginning, to its end" },
		{ "< >", "slower, faster" },
		{ "p, Space", "stop, go on" },
	};
	unsigned int i, k, nr = ARRAY_SIZE(lines), width = HELP_WIDTH < p->columns ? HELP_WIDTH : p->columns;
	int top = p->rows > nr + 3 ? (p->rows - nr - 2) / 2 : 0, left = (p->columns - width) / 2;
	const char *key, *text;

	draw_box(p, top, left, nr + 2, width);
	page_put(p, top, left + 2, width, LIVE_BOLD, " keys ");
	for (i = 0; i < nr; i++) {
		key = lines[i][0];
		text = lines[i][1];
		for (k = 0; pb && k < ARRAY_SIZE(played); k++)
			if (!strcmp(played[k][0], key))
				text = played[k][1];
		if (pb && !strcmp(key, "Tab")) {
			key = played[2][0];
			text = played[2][1];
		} else if (pb && !strcmp(key, "r")) {
			key = played[3][0];
			text = played[3][1];
		}
		page_put(p, top + 1 + i, left + 2, 11, LIVE_BOLD, key);
		page_put(p, top + 1 + i, left + 13, width - 14, LIVE_PLAIN, text);
	}
}

static void draw_choice(struct live_page *p, const struct live_view *v)
{
	int top = p->rows > LIVE_NR_COLUMNS + 3 ? (p->rows - LIVE_NR_COLUMNS - 2) / 2 : 0;
	int left = p->columns > 38 ? (p->columns - 38) / 2 : 0;
	unsigned int c;

	draw_box(p, top, left, LIVE_NR_COLUMNS + 2, 38);
	page_put(p, top, left + 2, 36, LIVE_BOLD, " columns: Space chooses, Esc ends ");
	for (c = 0; c < LIVE_NR_COLUMNS; c++)
		page_printf(p, top + 1 + (int)c, left + 2, c == v->choice ? LIVE_TITLE : LIVE_PLAIN,
			    " [%c] %-28s", v->columns & 1U << c ? 'x' : ' ', columns_of_list[c].name);
}

void view_draw(struct live_page *p, struct live_view *v, const struct live_model *m,
	       const struct playback *pb)
{
	int bottom = (int)p->rows - 1;

	if (v->selected >= m->nr_targets)
		v->selected = m->nr_targets ? m->nr_targets - 1 : 0;
	draw_keys(p, bottom, v, pb);
	if (pb)
		draw_position(p, --bottom, pb);
	draw_legend(p, --bottom, v, m);
	if (v->open && m->nr_targets)
		view_draw_target(p, v, m, 1, bottom);
	else
		draw_list(p, v, m, 1, bottom);
	draw_title(p, v, m, pb);
	if (v->overlay == LIVE_HELP)
		draw_help(p, pb);
	else if (v->overlay == LIVE_CHOOSE)
		draw_choice(p, v);
}
