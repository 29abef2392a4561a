// SPDX-License-Identifier: GPL-2.0-or-later
/* What the other process is told, of calls for which there was room in time and of others. It writes down each into memory of both. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/signals.h"
#include "output/worker.h"

struct notes {
	pid_t pid;
	uint64_t nr, missed;
	char kinds[1 << 20]; /* a letter a call */
};

static struct notes *notes;
static struct sink here;
static struct run_info run;
static const struct target_info target = { .name = "t" };
static struct stats stats;

/* --- the other process --- */

static void note(char kind)
{
	if (notes->nr < sizeof(notes->kinds))
		notes->kinds[notes->nr] = kind;
	notes->nr++;
}

static int note_open(struct sink *s)
{
	(void)s;
	notes->pid = getpid();
	return 0;
}

static void note_run_begin(struct sink *s)
{
	(void)s;
	note('B');
}

static void note_target_begin(struct sink *s, const struct target_info *t)
{
	(void)s, (void)t;
	note('b');
}

static void note_result(struct sink *s, const struct target_info *t, const struct result *r)
{
	(void)s, (void)t, (void)r;
	note('r');
}

static void note_error(struct sink *s, const struct target_info *t, const struct result_error *e)
{
	(void)s, (void)t, (void)e;
	note('x');
}

static void note_outstanding(struct sink *s, const struct target_info *t, uint64_t seq, uint64_t wall_us)
{
	(void)s, (void)t, (void)seq, (void)wall_us;
	note('o');
}

static void note_missed(struct sink *s, uint64_t nr)
{
	(void)s;
	notes->missed += nr;
	note('m');
}

static void note_clocks(struct sink *s, const struct clocks *clocks)
{
	(void)s, (void)clocks;
	note('c');
}

static void note_target_end(struct sink *s, const struct target_info *t, const struct stats *copy)
{
	(void)s, (void)t, (void)copy;
	note('e');
}

static void note_run_end(struct sink *s)
{
	(void)s;
	note('E');
}

static bool note_close(struct sink *s)
{
	(void)s;
	note('.');
	return true;
}

static const struct sink_ops ops = {
	.open = note_open,
	.run_begin = note_run_begin,
	.target_begin = note_target_begin,
	.result = note_result,
	.error = note_error,
	.outstanding = note_outstanding,
	.missed = note_missed,
	.clocks = note_clocks,
	.target_end = note_target_end,
	.run_end = note_run_end,
	.close = note_close,
};

/* --- this process --- */

static int set_up(void **state)
{
	static const struct display display;
	struct sinks *theirs = sinks_of(&ops, NULL);
	struct error error;
	int err;

	(void)state;
	notes = mmap(NULL, sizeof(*notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	theirs->slots[0].open = false;
	theirs->slots[0].sink.display = &display;
	err = worker_start(&here, theirs, &error);
	sinks_forget(theirs);
	here.run = &run;
	return err;
}

static int tear_down(void **state)
{
	(void)state;
	waitpid(notes->pid, NULL, 0);
	munmap(notes, sizeof(*notes));
	return 0;
}

static void begin(void)
{
	here.ops->run_begin(&here);
	here.ops->target_begin(&here, &target);
}

/* Stop the other process, and give it more than there is room for. Returns how many calls that were. */
static uint64_t fill(void)
{
	uint64_t i, nr = 300000; /* each takes more than 16 bytes of 4 MiB */

	kill(notes->pid, SIGSTOP);
	assert_int_equal(waitpid(notes->pid, NULL, WUNTRACED), notes->pid);
	for (i = 0; i < nr; i++)
		here.ops->outstanding(&here, &target, 1, 0);
	return nr;
}

static void go_on(void)
{
	kill(notes->pid, SIGCONT);
}

/* How many times @kind was noted. */
static uint64_t count(char kind)
{
	uint64_t i, nr = 0;

	for (i = 0; i < notes->nr; i++)
		nr += notes->kinds[i] == kind;
	return nr;
}

static void all_that_has_room_is_told_in_its_order(void **state)
{
	struct result r = { .kind = RESULT_LOST, .seq = 1 };
	struct clocks clocks = {};

	(void)state;
	begin();
	here.ops->result(&here, &target, &r);
	here.ops->clocks(&here, &clocks);
	here.ops->target_end(&here, &target, &stats);
	here.ops->run_end(&here);
	assert_true(here.ops->close(&here));
	assert_string_equal(notes->kinds, "BbrceE.");
}

static void results_that_find_no_room_are_counted_and_nothing_else_is(void **state)
{
	struct result r = { .kind = RESULT_LOST, .seq = 1 };
	struct result_error e = {};

	(void)state;
	begin();
	fill();
	here.ops->sent(&here, &target, 2);
	here.ops->error(&here, &target, &e);
	here.ops->result(&here, &target, &r);
	go_on();
	here.ops->target_end(&here, &target, &stats);
	here.ops->run_end(&here);
	assert_true(here.ops->close(&here)); /* there is no file where it is missing */
	assert_int_equal(count('m'), 1);
	assert_int_equal(notes->missed, 1);
}

static void what_is_missing_is_told_before_the_statistics(void **state)
{
	struct result r = { .kind = RESULT_LOST, .seq = 1 };

	(void)state;
	begin();
	fill();
	here.ops->result(&here, &target, &r);
	go_on();
	here.ops->target_end(&here, &target, &stats);
	here.ops->run_end(&here);
	here.ops->close(&here);
	assert_int_equal(count('m'), 1);
	assert_non_null(strstr(notes->kinds, "meE."));
}

static void after_the_last_probe_the_clocks_wait_for_room(void **state)
{
	struct clocks clocks = {};

	(void)state;
	begin();
	fill();
	here.ops->clocks(&here, &clocks); /* an hour has many */
	here.ops->probes_over(&here);
	go_on();
	here.ops->clocks(&here, &clocks);
	here.ops->target_end(&here, &target, &stats);
	here.ops->run_end(&here);
	assert_true(here.ops->close(&here));
	assert_int_equal(count('c'), 1);
	assert_non_null(strstr(notes->kinds, "oceE."));
}

static void what_follows_a_call_that_was_given_up_is_not_told(void **state)
{
	uint64_t before;

	(void)state;
	begin();
	fill();
	signals_catch();
	signals_interrupt();
	here.ops->target_end(&here, &target, &stats); /* waits, and gives up */
	before = notes->nr;
	go_on();
	while (notes->nr < before + 1000)
		usleep(1000);
	here.ops->target_end(&here, &target, &stats);
	here.ops->run_end(&here);
	assert_false(here.ops->close(&here));
	assert_int_equal(count('e'), 0);
	assert_int_equal(count('E'), 0);
}

int main(void)
{
	const struct CMUnitTest worker[] = {
		cmocka_unit_test_setup_teardown(all_that_has_room_is_told_in_its_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(results_that_find_no_room_are_counted_and_nothing_else_is,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_missing_is_told_before_the_statistics, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(after_the_last_probe_the_clocks_wait_for_room, set_up,
						tear_down),
		/* The last: an interrupt is for ever. */
		cmocka_unit_test_setup_teardown(what_follows_a_call_that_was_given_up_is_not_told, set_up,
						tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(worker, NULL, NULL);
}
