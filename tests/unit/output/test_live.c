// SPDX-License-Identifier: GPL-2.0-or-later
/* The full-screen view without a screen: pages that are made from results, and what keys do to them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/split.h"
#include "base/util.h"
#include "output/output_live.h"

#define SECOND NSEC_PER_SEC
#define BEGIN_NS (1000 * SECOND)
#define ROWS 24
#define COLUMNS 80

struct fixture {
	struct live_model model;
	struct live_view view;
	struct live_page page;
	struct target_info targets[3];
	char text[LIVE_COLUMNS_MAX * MB_LEN_MAX + 1];
};

static int setup(void **state)
{
	struct run_info run = {
		.version = "1",
		.backend = "fentry",
		.traced = true,
		.started.monotonic_ns = BEGIN_NS,
		.interval_ns = SECOND,
		.nr_targets = 3,
	};
	struct fixture *f = calloc(1, sizeof(*f));
	unsigned int i;

	if (!f || !setlocale(LC_CTYPE, "C.UTF-8"))
		return -1;
	live_begin(&f->model, &run);
	for (i = 0; i < ARRAY_SIZE(f->targets); i++) {
		f->targets[i].index = i;
		f->targets[i].family = PT_FAMILY_V4;
		f->targets[i].socket = PT_SOCKET_DGRAM;
		snprintf(f->targets[i].name, sizeof(f->targets[i].name), "name%u", i);
		snprintf(f->targets[i].address, sizeof(f->targets[i].address), "192.0.2.%u", i);
		live_add_target(&f->model, &f->targets[i]);
	}
	view_init(&f->view);
	f->page.utf8 = f->page.color = true;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	live_free(&f->model);
	page_free(&f->page);
	free(f);
	return 0;
}

static uint64_t sent_ns(uint64_t seq)
{
	return BEGIN_NS + seq * SECOND;
}

static void reply_to(struct fixture *f, unsigned int target, uint64_t seq, uint64_t ns, unsigned int lost_as)
{
	struct result r;

	result_init(&r, RESULT_REPLY, seq);
	r.sent_ns = sent_ns(seq);
	r.received_ns = r.sent_ns + ns;
	r.has_time = r.time_counts = true;
	r.time_ns = ns;
	r.late = lost_as;
	r.lost_as = lost_as;
	live_add_result(&f->model, &f->targets[target], &r);
}

static void lose(struct fixture *f, unsigned int target, uint64_t seq, unsigned int lost_as,
		 const char *function)
{
	struct result r;

	result_init(&r, RESULT_LOST, seq);
	r.sent_ns = sent_ns(seq);
	r.lost_as = lost_as;
	r.has_loss = true;
	memset(&r.loss, 0, sizeof(r.loss));
	r.loss.where = LOSS_OUT;
	r.loss.hook = PT_HOOK_NONE;
	snprintf(r.loss.function, sizeof(r.loss.function), "%s", function);
	live_add_result(&f->model, &f->targets[target], &r);
}

/* A stamp every microsecond, 10 in the network. */
static void trace(struct fixture *f, unsigned int target, uint64_t seq)
{
	struct result r;
	uint64_t ns = sent_ns(seq);
	enum pt_hook h;

	result_init(&r, RESULT_REPLY, seq);
	memset(r.stamps, 0, sizeof(r.stamps));
	memset(r.origins, 0, sizeof(r.origins));
	memset(&r.causes, 0, sizeof(r.causes));
	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++) {
		if (!hook_on_path(h, PT_SOCKET_DGRAM))
			continue;
		r.stamps[h] = (struct stamp){ .ns = ns, .cpu = 1 };
		ns += h == PT_HOOK_XMIT ? 10000 : 1000;
	}
	assert_int_equal(path_of(&r.path, r.stamps, PT_SOCKET_DGRAM), 0);
	r.sent_ns = sent_ns(seq);
	r.received_ns = sent_ns(seq) + r.path.total_ns;
	r.has_time = r.time_counts = r.has_path = r.has_stamps = r.has_origins = true;
	r.time_ns = r.path.total_ns;
	live_add_result(&f->model, &f->targets[target], &r);
}

static void draw(struct fixture *f, unsigned int rows, unsigned int columns)
{
	assert_true(page_begin(&f->page, rows, columns));
	view_draw(&f->page, &f->view, &f->model, NULL);
}

static const char *row_text(struct fixture *f, unsigned int row)
{
	mbstate_t state = {};
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < f->page.columns; i++)
		if (page_cell(&f->page, row, i)->c)
			len += wcrtomb(f->text + len, page_cell(&f->page, row, i)->c, &state);
	while (len && f->text[len - 1] == ' ')
		len--;
	f->text[len] = '\0';
	return f->text;
}

static bool is_on_page(struct fixture *f, const char *text)
{
	unsigned int row;

	for (row = 0; row < f->page.rows; row++)
		if (strstr(row_text(f, row), text))
			return true;
	return false;
}

static void assert_on_page(struct fixture *f, const char *text)
{
	unsigned int row;

	if (is_on_page(f, text))
		return;
	for (row = 0; row < f->page.rows; row++)
		print_message("%s\n", row_text(f, row));
	fail_msg("'%s' is not on the page", text);
}

/* --- the list --- */

static void a_line_a_target(void **state)
{
	struct fixture *f = *state;
	uint64_t seq;

	for (seq = 1; seq <= 3; seq++)
		reply_to(f, 0, seq, 2 * NSEC_PER_MSEC, 0);
	lose(f, 0, 4, 1, "");
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "  target         loss    sent     p50     p99  layers");
	assert_on_page(f, "name0         25.0%       4   2.000   2.000");
	assert_on_page(f, "name1                     0");
	assert_on_page(f, "name2                     0");
}

static void history_is_of_the_time_of_sending(void **state)
{
	struct fixture *f = *state;

	f->view.mode = LIVE_HISTORY;
	reply_to(f, 0, 1, NSEC_PER_MSEC, 0);
	reply_to(f, 0, 4, 2 * NSEC_PER_MSEC, 0);
	lose(f, 0, 2, 1, "");
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "▁✗ █");
	/* What comes after all is no loss any more. */
	reply_to(f, 0, 2, 12 * SECOND, 1);
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "0.0%       3");
	assert_on_page(f, "▁█ ▁");
}

static void noise_is_drawn_low(void **state)
{
	struct fixture *f = *state;

	reply_to(f, 0, 1, 1000000, 0);
	reply_to(f, 0, 2, 1010000, 0);
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "▁▁");
}

static void a_column_of_the_history_holds_more_time(void **state)
{
	struct fixture *f = *state;
	uint64_t seq;

	for (seq = 1; seq <= 8; seq++)
		reply_to(f, 0, seq, seq % 4 ? 1000000 : 9000000, 0);
	f->view.zoom = 4;
	draw(f, ROWS, COLUMNS);
	assert_true(strstr(row_text(f, 2), " ▁▁"));
	assert_false(strstr(row_text(f, 2), "█"));
	f->view.zoom = 2;
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "▁█▁█");
}

static void a_bar_has_the_layers_shares(void **state)
{
	struct fixture *f = *state;
	unsigned int i, wire = 0, nr = 0;
	const struct live_cell *c;

	trace(f, 0, 1);
	f->view.mode = LIVE_BARS;
	draw(f, ROWS, COLUMNS);
	for (i = 0; i < COLUMNS; i++) {
		c = page_cell(&f->page, 2, i);
		nr += c->c == L'█';
		wire += c->c == L'█' && c->style == LIVE_LAYER + PT_LAYER_WIRE;
	}
	assert_int_equal(nr, COLUMNS - 48);
	/* 10 of 23 µs or so. */
	assert_in_range(wire, nr * 10 / 24, nr * 10 / 20);
	f->page.color = false;
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "wwwwwwwwww");
}

static void losses_before_a_reset_are_forgotten(void **state)
{
	struct fixture *f = *state;
	const struct stats *s = &f->model.targets[0]->stats;

	lose(f, 0, 1, 1, "before");
	reply_to(f, 0, 2, NSEC_PER_MSEC, 0);
	live_reset(&f->model);
	reply_to(f, 0, 1, SECOND / 2, 1); /* late, and from before */
	assert_int_equal(s->transmitted, 0);
	assert_int_equal(s->received, 0);
	/* The run's second way is the first from here on: a late reply takes back its own. */
	lose(f, 0, 3, 2, "after");
	lose(f, 0, 4, 3, "another");
	assert_int_equal(s->nr_losses, 2);
	reply_to(f, 0, 3, SECOND, 2);
	assert_int_equal(s->losses[0].count, 0);
	assert_int_equal(s->losses[1].count, 1);
	assert_int_equal(s->transmitted, 2);
	assert_int_equal(s->received, 1);
}

static void memory_is_bounded(void **state)
{
	struct fixture *f = *state;
	uint64_t seq;

	for (seq = 1; seq < 100 * LIVE_BUCKETS; seq++)
		reply_to(f, 0, seq, NSEC_PER_MSEC, 0);
	/* Long ago: not in the history, and in the figures. */
	reply_to(f, 0, 1, NSEC_PER_MSEC, 0);
	assert_int_equal(live_history(f->model.targets[0], 2, 1).replies, 0);
	assert_int_equal(f->model.targets[0]->stats.transmitted, 100 * LIVE_BUCKETS);
	draw(f, LIVE_ROWS_MAX + 100, LIVE_COLUMNS_MAX + 100);
	assert_int_equal(f->page.rows, LIVE_ROWS_MAX);
	assert_int_equal(f->page.columns, LIVE_COLUMNS_MAX);
}

static void a_recording_may_hold_any_numbers(void **state)
{
	struct fixture *f = *state;
	struct run_info run = { .interval_ns = INT64_MAX, .started.monotonic_ns = INT64_MAX };
	struct result r;

	live_begin(&f->model, &run);
	live_add_target(&f->model, &f->targets[0]);
	result_init(&r, RESULT_REPLY, INT64_MAX);
	r.sent_ns = INT64_MAX / 2;
	r.received_ns = INT64_MAX;
	r.has_time = r.time_counts = true;
	r.time_ns = UINT32_MAX * NSEC_PER_MSEC;
	live_add_result(&f->model, &f->targets[0], &r);
	r.sent_ns = 1;
	live_add_result(&f->model, &f->targets[0], &r);
	/* A target that was not described. */
	live_add_result(&f->model, &f->targets[2], &r);
	f->model.at_ns = UINT64_MAX;
	f->view.zoom = 64;
	draw(f, ROWS, COLUMNS);
	f->view.open = true;
	draw(f, ROWS, COLUMNS);
}

/* --- characters --- */

static void rename_target(struct fixture *f, const char *name)
{
	snprintf(f->model.targets[0]->info.name, sizeof(f->model.targets[0]->info.name), "%s", name);
}

static void nothing_but_characters_gets_on_the_page(void **state)
{
	struct fixture *f = *state;
	unsigned int row, column;

	rename_target(f, "a\033[31m\a\b\r\n\t\x9b\xc2\x9b\x7f\xff\xe2\x80\xae");
	draw(f, ROWS, COLUMNS);
	f->view.open = true;
	draw(f, ROWS, COLUMNS);
	for (row = 0; row < ROWS; row++)
		for (column = 0; column < COLUMNS; column++)
			assert_true(page_cell(&f->page, row, column)->c >= ' ' &&
				    (page_cell(&f->page, row, column)->c < 0x7f ||
				     page_cell(&f->page, row, column)->c > 0xa0));
	assert_on_page(f, "a?[31m?????");
}

static void wide_characters_take_two_columns(void **state)
{
	struct fixture *f = *state;

	rename_target(f, "日本");
	draw(f, ROWS, COLUMNS);
	assert_int_equal(page_cell(&f->page, 2, 2)->c, L'日');
	assert_int_equal(page_cell(&f->page, 2, 3)->c, 0);
	assert_int_equal(page_cell(&f->page, 2, 4)->c, L'本');
	reply_to(f, 0, 1, NSEC_PER_MSEC, 0);
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "日本           0.0%       1   1.000");
	/* None is cut in two at the edge. */
	assert_true(page_begin(&f->page, 2, 3));
	assert_int_equal(page_put(&f->page, 0, 0, 3, LIVE_PLAIN, "日本"), 2);
	assert_int_equal(page_put(&f->page, 1, 2, 3, LIVE_PLAIN, "日"), 0);
	assert_int_equal(page_cell(&f->page, 0, 2)->c, ' ');
}

static void a_long_name_loses_its_middle(void **state)
{
	struct fixture *f = *state;

	rename_target(f, "0123456789abcdefghijklmnopqrstuvwxyz0123456789");
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "0123456789abc…yz0123456789 ");
	f->page.utf8 = false;
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "0123456789abc~yz0123456789 ");
}

static void without_utf8_all_is_ascii(void **state)
{
	struct fixture *f = *state;
	unsigned int i, k, column;

	assert_non_null(setlocale(LC_CTYPE, "C"));
	trace(f, 0, 1);
	lose(f, 0, 2, 1, "");
	rename_target(f, "日本");
	f->page.utf8 = false;
	for (i = 0; i < 4; i++) {
		f->view.open = i == 1;
		f->view.overlay = i == 2 ? LIVE_HELP : i == 3 ? LIVE_CHOOSE : LIVE_NO_OVERLAY;
		draw(f, 60, COLUMNS);
		for (k = 0; k < 60; k++)
			for (column = 0; column < COLUMNS; column++)
				assert_in_range(page_cell(&f->page, k, column)->c, ' ', '~');
	}
}

/* --- one target --- */

static void an_open_target_has_all_of_it(void **state)
{
	struct fixture *f = *state;

	trace(f, 0, 1);
	view_key(&f->view, &f->model, NULL, LIVE_KEY_ENTER);
	draw(f, 60, COLUMNS);
	assert_on_page(f, "  name0  192.0.2.0");
	assert_on_page(f, "1 sent   1 received   0 lost (0.0%)");
	assert_on_page(f, "  syscall-out        1.00      1.00      1.00      1.00      1.00");
	assert_on_page(f, "  wire              10.00     10.00     10.00     10.00     10.00");
	assert_on_page(f, "probe 1: 0.0");
	assert_on_page(f, "the network and the responder");
	lose(f, 0, 2, 1, "nf_hook_slow");
	draw(f, 60, COLUMNS);
	assert_on_page(f, "probe 2 lost on the way out, in nf_hook_slow");
	view_key(&f->view, &f->model, NULL, LIVE_KEY_ESCAPE);
	draw(f, 60, COLUMNS);
	assert_on_page(f, "name2");
}

static void what_does_not_fit_is_scrolled_to(void **state)
{
	struct fixture *f = *state;
	unsigned int i;

	trace(f, 0, 1);
	view_key(&f->view, &f->model, NULL, LIVE_KEY_ENTER);
	draw(f, ROWS, COLUMNS);
	assert_false(is_on_page(f, "user space"));
	view_key(&f->view, &f->model, NULL, LIVE_KEY_END);
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "recv                   user space");
	assert_false(is_on_page(f, "1 sent"));
	for (i = 0; i < 100; i++)
		view_key(&f->view, &f->model, NULL, LIVE_KEY_UP);
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "1 sent");
	/* d goes from part to part, and round. */
	view_key(&f->view, &f->model, NULL, 'd');
	draw(f, ROWS, COLUMNS);
	assert_true(strstr(row_text(f, 2), "segment, "));
	for (i = 0; i < 10 && f->view.scroll; i++)
		view_key(&f->view, &f->model, NULL, 'd');
	assert_int_equal(f->view.scroll, 0);
}

/* --- keys --- */

static void keys_do_what_the_help_says(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(view_key(&f->view, &f->model, NULL, 'q'), LIVE_QUIT);
	assert_int_equal(view_key(&f->view, &f->model, NULL, LIVE_KEY_LOST), LIVE_QUIT);
	assert_int_equal(view_key(&f->view, &f->model, NULL, 'r'), LIVE_RESET);
	assert_int_equal(view_key(&f->view, &f->model, NULL, 0x0c), LIVE_REDRAW);
	view_key(&f->view, &f->model, NULL, LIVE_KEY_DOWN);
	view_key(&f->view, &f->model, NULL, '\t');
	view_key(&f->view, &f->model, NULL, LIVE_KEY_DOWN); /* there is none below */
	assert_int_equal(f->view.selected, 2);
	view_key(&f->view, &f->model, NULL, LIVE_KEY_HOME);
	assert_int_equal(f->view.selected, 0);
	view_key(&f->view, &f->model, NULL, 'n');
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "▸ 192.0.2.0");
	view_key(&f->view, &f->model, NULL, 'd');
	assert_int_equal(f->view.mode, LIVE_BARS);
	view_key(&f->view, &f->model, NULL, '+');
	assert_int_equal(f->view.zoom, 2);
	view_key(&f->view, &f->model, NULL, '-');
	view_key(&f->view, &f->model, NULL, '-');
	assert_int_equal(f->view.zoom, 1);
	view_key(&f->view, &f->model, NULL, ' ');
	assert_true(f->view.paused);
	view_key(&f->view, &f->model, NULL, 'p');
	assert_false(f->view.paused);
	view_key(&f->view, &f->model, NULL, '?');
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "this; any key ends it");
	view_key(&f->view, &f->model, NULL, 'r'); /* any key */
	draw(f, ROWS, COLUMNS);
	assert_false(is_on_page(f, "this; any key ends it"));
	view_key(&f->view, &f->model, NULL, 'o');
	view_key(&f->view, &f->model, NULL, ' ');
	draw(f, ROWS, COLUMNS);
	assert_on_page(f, "[ ] loss");
	view_key(&f->view, &f->model, NULL, LIVE_KEY_ESCAPE);
	draw(f, ROWS, COLUMNS);
	assert_false(is_on_page(f, "loss  "));
}

static void keys_of_a_recording(void **state)
{
	struct fixture *f = *state;
	struct playback pb = { .length_ns = 100 * SECOND, .at_ns = 50 * SECOND };
	unsigned int i;

	view_key(&f->view, &f->model, &pb, LIVE_KEY_RIGHT);
	assert_true(pb.wants_seek && pb.seek_ns == 55 * SECOND);
	view_key(&f->view, &f->model, &pb, LIVE_KEY_LEFT); /* from where it is to go */
	view_key(&f->view, &f->model, &pb, LIVE_KEY_LEFT);
	assert_true(pb.seek_ns == 45 * SECOND);
	for (i = 0; i < 30; i++)
		view_key(&f->view, &f->model, &pb, LIVE_KEY_LEFT);
	assert_true(pb.seek_ns == 0);
	view_key(&f->view, &f->model, &pb, LIVE_KEY_END);
	view_key(&f->view, &f->model, &pb, LIVE_KEY_RIGHT);
	assert_true(pb.seek_ns == 100 * SECOND);
	for (i = 0; i < 100; i++)
		view_key(&f->view, &f->model, &pb, '>');
	assert_int_equal(pb.speed, PLAYBACK_FASTEST);
	for (i = 0; i < 100; i++)
		view_key(&f->view, &f->model, &pb, '<');
	assert_int_equal(pb.speed, PLAYBACK_SLOWEST);
	view_key(&f->view, &f->model, &pb, ' ');
	assert_true(pb.paused);
	assert_true(page_begin(&f->page, ROWS, COLUMNS));
	view_draw(&f->page, &f->view, &f->model, &pb);
	assert_on_page(f, "stopped 1/16x  0:00:50 ━━━━");
	assert_on_page(f, "0:01:40");
}

/* Whatever is pressed, on a page of whatever size. */
static void no_key_goes_beyond_the_page(void **state)
{
	static const int keys[] = { LIVE_KEY_UP,
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
				    'o',
				    'd',
				    'n',
				    '+',
				    '-',
				    '?',
				    'p',
				    ' ',
				    '\t',
				    '<',
				    '>',
				    -1,
				    'k',
				    'j' };
	struct fixture *f = *state;
	struct playback pb = { .length_ns = 3 * SECOND };
	unsigned int i, seed = 1;

	for (i = 0; i < 3; i++) {
		trace(f, i, 1);
		lose(f, i, 2, 1, "f");
	}
	rename_target(f, "日本日本日本日本日本日本日本日本日本");
	for (i = 0; i < 20000; i++) {
		view_key(&f->view, &f->model, i % 2 ? &pb : NULL, keys[rand_r(&seed) % ARRAY_SIZE(keys)]);
		f->page.utf8 = rand_r(&seed) % 4;
		f->page.color = rand_r(&seed) % 4;
		assert_true(page_begin(&f->page, 1 + rand_r(&seed) % 40, 1 + rand_r(&seed) % 120));
		view_draw(&f->page, &f->view, &f->model, i % 3 ? &pb : NULL);
		assert_true(f->view.selected < 3 && f->view.zoom >= 1 && f->view.zoom <= 64);
	}
}

static void a_run_without_targets_has_a_page(void **state)
{
	struct fixture *f = *state;
	struct run_info run = {};

	live_begin(&f->model, &run);
	f->view.selected = 2;
	view_key(&f->view, &f->model, NULL, LIVE_KEY_ENTER);
	view_key(&f->view, &f->model, NULL, '\t');
	draw(f, ROWS, COLUMNS);
	draw(f, 1, 1);
	assert_on_page(f, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_a_target, setup, teardown),
		cmocka_unit_test_setup_teardown(history_is_of_the_time_of_sending, setup, teardown),
		cmocka_unit_test_setup_teardown(noise_is_drawn_low, setup, teardown),
		cmocka_unit_test_setup_teardown(a_column_of_the_history_holds_more_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bar_has_the_layers_shares, setup, teardown),
		cmocka_unit_test_setup_teardown(losses_before_a_reset_are_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(a_recording_may_hold_any_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_but_characters_gets_on_the_page, setup, teardown),
		cmocka_unit_test_setup_teardown(wide_characters_take_two_columns, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_name_loses_its_middle, setup, teardown),
		cmocka_unit_test_setup_teardown(without_utf8_all_is_ascii, setup, teardown),
		cmocka_unit_test_setup_teardown(an_open_target_has_all_of_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_does_not_fit_is_scrolled_to, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_do_what_the_help_says, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_of_a_recording, setup, teardown),
		cmocka_unit_test_setup_teardown(no_key_goes_beyond_the_page, setup, teardown),
		cmocka_unit_test_setup_teardown(a_run_without_targets_has_a_page, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
