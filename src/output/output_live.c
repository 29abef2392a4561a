// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --live: the full-screen view, while a run goes on or while its recording is played. When it ends, ping's statistics are
 * printed by the text's sink, as with -q, where the view was.
 */
#include <errno.h>
#include <stdlib.h>
#include "base/util.h"
#include "output/output_live.h"
#include "output/sink.h"

extern const struct sink_ops sink_text;

struct live {
	struct live_model model;
	struct live_view view;
	struct live_page page;
	struct live_screen *screen;
	struct sink text; /* for the end */
	struct display quiet;
	struct playback *playback; /* NULL: a run goes on */
	bool changed; /* since it was drawn */
	bool bell;
	uint64_t drawn_s; /* second of the run that was drawn */
};

/* --- drawing --- */

static void set_time(struct live *l)
{
	if (!l->playback)
		l->model.at_ns = mono_ns();
	else if (l->playback->at_ns)
		l->model.at_ns = l->model.run.started.monotonic_ns + l->playback->at_ns;
}

/* What the terminal does not take now is drawn later, as it is then. */
static void draw(struct live *l)
{
	set_time(l);
	l->changed = !screen_begin(l->screen, &l->page);
	if (l->changed)
		return;
	if (l->bell)
		screen_beep(l->screen);
	l->bell = false;
	view_draw(&l->page, &l->view, &l->model, l->playback);
	screen_show(l->screen, &l->page);
	l->drawn_s = l->model.at_ns / NSEC_PER_SEC;
}

static void live_tick(struct sink *s)
{
	struct live *l = s->state;

	set_time(l);
	screen_flush(l->screen);
	if (screen_is_resized(l->screen) ||
	    (!l->view.paused && (l->changed || l->drawn_s != l->model.at_ns / NSEC_PER_SEC)))
		draw(l);
}

/* --- keys --- */

static int live_input_fd(struct sink *s)
{
	const struct live *l = s->state;

	return screen_fd(l->screen);
}

static void live_taken(const struct sink *s, struct taken_terminal *t)
{
	const struct live *l = s->state;

	screen_taken(l->screen, t);
}

static bool live_input(struct sink *s)
{
	struct live *l = s->state;
	bool goes_on = true;
	int key;

	while (goes_on && (key = screen_key(l->screen))) {
		switch (view_key(&l->view, &l->model, l->playback, key)) {
		case LIVE_QUIT:
			goes_on = false;
			break;
		case LIVE_RESET:
			set_time(l);
			live_reset(&l->model);
			break;
		case LIVE_REDRAW:
			screen_enter(l->screen);
			break;
		default:
			break;
		}
	}
	draw(l);
	return goes_on;
}

/* --- what happens --- */

static void live_run_begin(struct sink *s)
{
	struct live *l = s->state;

	live_begin(&l->model, s->run);
	screen_enter(l->screen);
	l->changed = true;
}

static void live_target_begin(struct sink *s, const struct target_info *target)
{
	struct live *l = s->state;

	live_add_target(&l->model, target);
	l->changed = true;
}

static void live_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct live *l = s->state;

	live_add_result(&l->model, target, r);
	l->bell |= s->display->audible && r->kind == RESULT_REPLY;
	l->changed = true;
}

static void live_missed(struct sink *s, uint64_t nr)
{
	struct live *l = s->state;

	l->model.missed += nr;
	l->changed = true;
}

static void live_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	struct live *l = s->state;

	live_add_error(&l->model, target, e);
	l->changed = true;
}

/* With the first: the view ends, and the text begins. */
static void begin_text(struct live *l, const struct run_info *run)
{
	unsigned int i;

	if (l->text.run)
		return;
	screen_leave(l->screen);
	l->text.run = run;
	for (i = 0; i < l->model.nr_targets; i++)
		sink_text.target_begin(&l->text, &l->model.targets[i]->info);
}

static void live_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct live *l = s->state;

	begin_text(l, s->run);
	sink_text.target_end(&l->text, target, stats);
}

/* --- the sink --- */

static int live_open(struct sink *s)
{
	struct live *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->quiet = *s->display;
	l->quiet.quiet = true;
	l->playback = s->display->playback;
	l->text = (struct sink){ .ops = &sink_text, .file = s->file, .display = &l->quiet };
	view_init(&l->view);
	err = screen_open(&l->screen, s->error);
	if (!err) {
		err = sink_text.open(&l->text);
		if (!err) {
			s->state = l;
			return 0;
		}
		screen_close(l->screen);
	}
	free(l);
	return err;
}

static unsigned int live_wants(const struct sink *s)
{
	(void)s;
	return SINK_DEVICES | SINK_ORIGINS;
}

static bool live_close(struct sink *s)
{
	struct live *l = s->state;
	bool good;

	screen_close(l->screen);
	good = !fflush(s->file) && !ferror(s->file);
	if (!good)
		complain("cannot write the statistics");
	sink_text.close(&l->text);
	live_free(&l->model);
	page_free(&l->page);
	free(l);
	return good;
}

const struct sink_ops sink_live = {
	.open = live_open,
	.wants = live_wants,
	.run_begin = live_run_begin,
	.target_begin = live_target_begin,
	.result = live_result,
	.error = live_error,
	.missed = live_missed,
	.target_end = live_target_end,
	.input_fd = live_input_fd,
	.taken = live_taken,
	.input = live_input,
	.tick = live_tick,
	.close = live_close,
};
