/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The full-screen view, in parts that know one another from left to right only:
 *
 *	results ─▶ model ─▶ page, by the view that keys change ─▶ screen
 *
 * Model, view and page are bounded and know no terminal: tests look at pages. Only the screen does, with ncurses.
 */
#ifndef PINGTRACE_OUTPUT_LIVE_H
#define PINGTRACE_OUTPUT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "analysis/histogram.h"
#include "analysis/stats.h"
#include "base/util.h"
#include "model/result.h"
#include "output/playback.h"
#include "output/terminal.h"

/* --- model: what is known of the run --- */

#define LIVE_BUCKETS 512 /* of time, that the history goes back */
#define LIVE_LAST_MAX 4096 /* targets whose last probe is kept whole */

/* The probes that were sent in one stretch of time. */
struct live_bucket {
	uint64_t number; /* of the stretch, from 1; what another number has is not in the history any more */
	uint64_t max_ns; /* the longest round trip */
	uint32_t replies, lost;
};

struct live_target {
	struct target_info info;
	struct stats stats;
	struct histogram rtt; /* what ping calls time=, in ns */
	uint64_t last_ns; /* the last of these; 0: there was none */
	uint64_t history_from_ns; /* CLOCK_MONOTONIC: the beginning of bucket 0 */
	uint64_t newest; /* bucket */
	struct live_bucket *buckets; /* LIVE_BUCKETS of them; NULL before the first result */
	struct result *
		last; /* the last probe that was answered or lost; NULL: none, or there are too many targets */
	unsigned int
		losses[STATS_MAX_LOSSES + 2]; /* from the run's number of a way to be lost to that in stats */
	bool has_error;
	struct result_error error; /* the last */
};

struct live_model {
	struct run_info run;
	struct live_target **targets; /* by index */
	unsigned int nr_targets;
	uint64_t at_ns; /* CLOCK_MONOTONIC: of the latest that is known */
	uint64_t reset_ns; /* what was sent before counts no more; 0: there was no reset */
	uint64_t bucket_ns;
	uint64_t missed; /* what came faster than it could be taken, or found no memory */
};

/* Zero @m before its first use. A run begins: what was known of another one is forgotten. */
void live_begin(struct live_model *m, const struct run_info *run);
void live_add_target(struct live_model *m, const struct target_info *info);
void live_add_result(struct live_model *m, const struct target_info *info, const struct result *r);
void live_add_error(struct live_model *m, const struct target_info *info, const struct result_error *e);
/* Forget all that was measured so far; only probes that are sent from here on count. */
void live_reset(struct live_model *m);
void live_free(struct live_model *m);

/* What is known of @count buckets from @number on, as one: all zero where they hold nothing. */
struct live_bucket live_history(const struct live_target *t, uint64_t number, unsigned int count);
/* The bucket that CLOCK_MONOTONIC @ns belongs to. */
uint64_t live_bucket_at(const struct live_model *m, const struct live_target *t, uint64_t ns);

/* --- page: what is to be on the screen, a cell a column --- */

enum live_style {
	LIVE_PLAIN,
	LIVE_DIM,
	LIVE_BOLD,
	LIVE_TITLE, /* reversed */
	LIVE_BAD,
	LIVE_LAYER, /* and one for each layer */
	LIVE_NR_STYLES = LIVE_LAYER + PT_NR_LAYERS
};

struct live_cell {
	wchar_t c; /* 0: the right half of the one before */
	uint8_t style; /* enum live_style */
};

#define LIVE_ROWS_MAX 200
#define LIVE_COLUMNS_MAX 400

struct live_page {
	unsigned int rows, columns;
	bool utf8, color; /* what the terminal can show */
	struct live_cell *cells;
};

/* Make room for a page of that size, bounded, and empty it. Returns false where there is no memory: then it has no rows. */
bool page_begin(struct live_page *p, unsigned int rows, unsigned int columns);
void page_free(struct live_page *p);

/*
 * Put @text, of the locale's character set, at a place, as far as there are @width columns and the page; rows and columns
 * beyond it are left out. What cannot be shown becomes a question mark. Returns the columns it took.
 */
unsigned int page_put(struct live_page *p, int row, int column, unsigned int width, enum live_style style,
		      const char *text);
/* The same; of what is too long the middle is left out. */
void page_shorten(struct live_page *p, int row, int column, unsigned int width, enum live_style style,
		  const char *text);
unsigned int page_printf(struct live_page *p, int row, int column, enum live_style style, const char *fmt,
			 ...) __attribute__((format(printf, 5, 6)));
/* The same, ending before @end. */
void page_right(struct live_page *p, int row, int end, enum live_style style, const char *text);
/* Put one character @times. */
void page_repeat(struct live_page *p, int row, int column, unsigned int times, enum live_style style,
		 wchar_t c);
/* How many columns @text takes. */
unsigned int page_columns(const char *text);

static inline const struct live_cell *page_cell(const struct live_page *p, unsigned int row,
						unsigned int column)
{
	return &p->cells[row * p->columns + column];
}

/* --- view: which part of the model the page shows --- */

enum live_column {
	LIVE_LOSS,
	LIVE_SENT,
	LIVE_LAST,
	LIVE_MIN,
	LIVE_AVG,
	LIVE_P50,
	LIVE_P90,
	LIVE_P99,
	LIVE_MAX,
	LIVE_MDEV,
	LIVE_NR_COLUMNS
};

enum live_mode { LIVE_BOTH, LIVE_BARS, LIVE_HISTORY, LIVE_NR_MODES };
enum live_overlay { LIVE_NO_OVERLAY, LIVE_HELP, LIVE_CHOOSE };

struct live_view {
	bool open; /* one target fills the page */
	unsigned int selected; /* target */
	unsigned int first; /* target of the list that is shown first */
	unsigned int scroll; /* lines of the open target that are above the page */
	unsigned int sections[4]; /* lines that its parts begin at */
	unsigned int nr_sections, last_scroll;
	unsigned int page_rows; /* how far a page goes */
	bool addresses; /* rather than names */
	bool paused; /* the page stays as it is */
	enum live_mode mode;
	unsigned int zoom; /* buckets a column of the history */
	unsigned int columns; /* bit mask of enum live_column */
	enum live_overlay overlay;
	unsigned int choice; /* in LIVE_CHOOSE */
};

void view_init(struct live_view *v);

/* Draw. What of @v does not fit the page or the model is put right. @pb: NULL, or how the recording is played. */
void view_draw(struct live_page *p, struct live_view *v, const struct live_model *m,
	       const struct playback *pb);

/* For both kinds of page. */
void view_draw_target(struct live_page *p, struct live_view *v, const struct live_model *m, int top,
		      int bottom);
void view_draw_history(struct live_page *p, int row, int column, unsigned int width,
		       const struct live_view *v, const struct live_model *m, const struct live_target *t);
void view_draw_bar(struct live_page *p, int row, int column, unsigned int width, const struct stats *s);
/* Of a set of more than one: bold. */
enum live_style view_layer_style(layer_set layers);
/* One character of a bar: where colours cannot tell layers apart, letters do. @i: those of a set of layers take turns. */
void view_draw_layer(struct live_page *p, int row, int column, layer_set layers, unsigned int i);
const char *view_name(const struct live_view *v, const struct live_target *t);
const char *view_column_name(enum live_column c);
/* "20.03": milliseconds in up to 7 columns. Returns @text. */
#define LIVE_MS_SIZE 24
char *view_ms(char text[LIVE_MS_SIZE], double ns);

/* --- keys --- */

/* Keys that are no characters. */
enum live_key {
	LIVE_KEY_UP = 0x110000,
	LIVE_KEY_DOWN,
	LIVE_KEY_LEFT,
	LIVE_KEY_RIGHT,
	LIVE_KEY_PAGE_UP,
	LIVE_KEY_PAGE_DOWN,
	LIVE_KEY_HOME,
	LIVE_KEY_END,
	LIVE_KEY_ENTER,
	LIVE_KEY_ESCAPE,
	LIVE_KEY_BACK,
	LIVE_KEY_REDRAW,
	LIVE_KEY_LOST, /* the terminal is gone */
};

enum live_action { LIVE_STAY, LIVE_QUIT, LIVE_RESET, LIVE_REDRAW };

enum live_action view_key(struct live_view *v, const struct live_model *m, struct playback *pb, int key);

/* --- screen: the terminal --- */

struct live_screen;

/*
 * Learn what the terminal of standard output can do; it is not touched yet. Returns 0 or a negative errno with @error filled:
 * it is none, or cannot do enough.
 */
int screen_open(struct live_screen **screen, struct error *error);
/*
 * Take the terminal; where it is taken already: draw all of it anew with the next page. Where this is a job in the background,
 * it is taken with the first page after that.
 */
void screen_enter(struct live_screen *s);
/* Give it back as it was, as far as it takes what is to be written. */
void screen_leave(struct live_screen *s);
/* How another process gives the terminal back. */
void screen_taken(const struct live_screen *s, struct taken_terminal *t);
void screen_close(struct live_screen *s);

/* The terminal, for keys; -1: it is not taken, or another's at present. */
int screen_fd(const struct live_screen *s);
/* Write what the terminal did not take before, as far as it takes it now. */
void screen_flush(struct live_screen *s);
/* Begin a page of the size of the terminal. Returns false while it has not taken what was written before. */
bool screen_begin(struct live_screen *s, struct live_page *p);
/* Show it. Never waits for the terminal. */
void screen_show(struct live_screen *s, const struct live_page *p);
/* The next key that was pressed; 0: none. */
int screen_key(struct live_screen *s);
void screen_beep(struct live_screen *s);
/* Has the terminal another size than the last page? */
bool screen_is_resized(const struct live_screen *s);

#endif /* PINGTRACE_OUTPUT_LIVE_H */
