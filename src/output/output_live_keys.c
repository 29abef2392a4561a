// SPDX-License-Identifier: GPL-2.0-or-later
/* What keys do to the view. */
#include "output/output_live.h"

#define ZOOM_MAX 64
#define CTRL_L 0x0c

/* Left and right go by so much of a recording. */
#define SEEK_PARTS 20
#define SEEK_MIN_NS 1000000000ULL

static void move(struct live_view *v, const struct live_model *m, int by)
{
	unsigned int *at = v->open ? &v->scroll : &v->selected;
	unsigned int last = v->open ? v->last_scroll : m->nr_targets ? m->nr_targets - 1 : 0;

	if (by < 0)
		*at = *at > (unsigned int)-by ? *at + by : 0;
	else
		*at = *at + by < last ? *at + by : last;
}

static void select_target(struct live_view *v, const struct live_model *m, int by)
{
	if (!m->nr_targets)
		return;
	v->selected = (v->selected + m->nr_targets + by) % m->nr_targets;
	v->scroll = 0;
}

/* The next part of an open target, and after the last the first. */
static void next_part(struct live_view *v)
{
	unsigned int i;

	for (i = 0; i < v->nr_sections; i++) {
		if (v->sections[i] > v->scroll && v->scroll < v->last_scroll) {
			v->scroll = v->sections[i] < v->last_scroll ? v->sections[i] : v->last_scroll;
			return;
		}
	}
	v->scroll = 0;
}

static void change_display(struct live_view *v)
{
	if (v->open)
		next_part(v);
	else
		v->mode = (v->mode + 1) % LIVE_NR_MODES;
}

static void zoom(struct live_view *v, bool out)
{
	if (out && v->zoom < ZOOM_MAX)
		v->zoom *= 2;
	else if (!out && v->zoom > 1)
		v->zoom /= 2;
}

/* --- what is played --- */

static void seek_to(struct playback *pb, uint64_t ns)
{
	pb->seek_ns = ns < pb->length_ns ? ns : pb->length_ns;
	pb->wants_seek = true;
}

/* From where it is to go already, if it is not there yet. */
static void seek_by(struct playback *pb, bool back)
{
	uint64_t step = pb->length_ns / SEEK_PARTS, from;

	from = pb->wants_seek || pb->seeking ? pb->seek_ns : pb->at_ns;
	step = step > SEEK_MIN_NS ? step : SEEK_MIN_NS;
	seek_to(pb, !back ? from + step : from > step ? from - step : 0);
}

/* Returns whether it was a key for that. */
static bool play_key(struct playback *pb, int key)
{
	switch (key) {
	case LIVE_KEY_LEFT:
	case LIVE_KEY_RIGHT:
		seek_by(pb, key == LIVE_KEY_LEFT);
		return true;
	case LIVE_KEY_HOME:
		seek_to(pb, 0);
		return true;
	case LIVE_KEY_END:
		seek_to(pb, pb->length_ns);
		return true;
	case '<':
	case ',':
		pb->speed -= pb->speed > PLAYBACK_SLOWEST;
		return true;
	case '>':
	case '.':
		pb->speed += pb->speed < PLAYBACK_FASTEST;
		return true;
	case 'p':
	case ' ':
		pb->paused = !pb->paused;
		return true;
	default:
		return false;
	}
}

/* --- over the page --- */

static void choose(struct live_view *v, int key)
{
	switch (key) {
	case LIVE_KEY_UP:
	case 'k':
		v->choice = (v->choice + LIVE_NR_COLUMNS - 1) % LIVE_NR_COLUMNS;
		break;
	case LIVE_KEY_DOWN:
	case 'j':
		v->choice = (v->choice + 1) % LIVE_NR_COLUMNS;
		break;
	case ' ':
		v->columns ^= 1U << v->choice;
		break;
	default:
		v->overlay = LIVE_NO_OVERLAY;
	}
}

/* --- the page --- */

static void move_key(struct live_view *v, const struct live_model *m, int key)
{
	switch (key) {
	case LIVE_KEY_UP:
	case 'k':
		move(v, m, -1);
		break;
	case LIVE_KEY_DOWN:
	case 'j':
		move(v, m, 1);
		break;
	case LIVE_KEY_PAGE_UP:
		move(v, m, -(int)v->page_rows);
		break;
	case LIVE_KEY_PAGE_DOWN:
		move(v, m, v->page_rows);
		break;
	case LIVE_KEY_HOME:
		move(v, m, -0x7fffffff);
		break;
	case LIVE_KEY_END:
		move(v, m, 0x7fffffff);
		break;
	case '\t':
		select_target(v, m, 1);
		break;
	case LIVE_KEY_LEFT:
	case LIVE_KEY_RIGHT:
		if (v->open)
			select_target(v, m, key == LIVE_KEY_LEFT ? -1 : 1);
		break;
	default:
		break;
	}
}

static void show_key(struct live_view *v, const struct live_model *m, int key)
{
	switch (key) {
	case LIVE_KEY_ENTER:
		v->open = !v->open && m->nr_targets;
		v->scroll = 0;
		break;
	case LIVE_KEY_ESCAPE:
	case LIVE_KEY_BACK:
		v->open = false;
		break;
	case '?':
	case 'h':
		v->overlay = LIVE_HELP;
		break;
	case 'o':
		v->open = false;
		v->overlay = LIVE_CHOOSE;
		break;
	case 'd':
		change_display(v);
		break;
	case 'n':
		v->addresses = !v->addresses;
		break;
	case '+':
	case '=':
	case '-':
		zoom(v, key != '-');
		break;
	case 'p':
	case ' ':
		v->paused = !v->paused;
		break;
	default:
		move_key(v, m, key);
	}
}

enum live_action view_key(struct live_view *v, const struct live_model *m, struct playback *pb, int key)
{
	if (key == 'q' || key == LIVE_KEY_LOST)
		return LIVE_QUIT;
	if (key == CTRL_L || key == LIVE_KEY_REDRAW)
		return LIVE_REDRAW;
	if (v->overlay == LIVE_CHOOSE) {
		choose(v, key);
		return LIVE_STAY;
	}
	if (v->overlay == LIVE_HELP) {
		v->overlay = LIVE_NO_OVERLAY;
		return LIVE_STAY;
	}
	if (key == 'r')
		return LIVE_RESET;
	if (!pb || !play_key(pb, key))
		show_key(v, m, key);
	return LIVE_STAY;
}
