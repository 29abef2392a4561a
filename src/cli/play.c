// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <string.h>
#include "base/files.h"
#include "base/privileges.h"
#include "base/signals.h"
#include "cli/play.h"
#include "output/playback.h"
#include "output/reader.h"
#include "probe/display.h"

#define TICK_NS (100 * NSEC_PER_MSEC)
#define SLICE_NS (20 * NSEC_PER_MSEC) /* between two looks at the keys */

/* A recording that is played in its own time, or faster, from where its user wants. */
struct player {
	struct reader *reader;
	struct sinks *sinks;
	struct playback *playback;
	uint64_t clock_ns; /* CLOCK_MONOTONIC: now; and of the last tick: */
	uint64_t tick_ns;
};

/* --- in the recording --- */

/* When what comes next was known, since the beginning of the run. */
static uint64_t next_ns(const struct player *p)
{
	uint64_t ns = reader_time_ns(p->reader), begin = reader_begin_ns(p->reader);

	return ns > begin ? ns - begin : 0;
}

/* Before the summaries the recording is over: these are given when the user has seen enough. */
static void read_on(struct player *p)
{
	struct playback *pb = p->playback;

	pb->ended = !reader_next(p->reader) || reader_is_over(p->reader);
	if (next_ns(p) > pb->length_ns)
		pb->length_ns = next_ns(p);
}

static bool begin(struct player *p)
{
	uint64_t end_ns;

	if (!reader_next(p->reader))
		return false;
	end_ns = p->playback->length_ns ? 0 : reader_find_end_ns(p->reader);
	if (end_ns > reader_begin_ns(p->reader))
		p->playback->length_ns = end_ns - reader_begin_ns(p->reader);
	reader_give(p->reader);
	read_on(p);
	return true;
}

/* Give what was known at @until_ns. Returns false where the time of a slice is over before. */
static bool give_until(struct player *p, uint64_t until_ns)
{
	uint64_t end_ns = mono_ns() + SLICE_NS;

	while (!p->playback->ended && next_ns(p) <= until_ns) {
		if (mono_ns() >= end_ns)
			return false;
		reader_give(p->reader);
		read_on(p);
	}
	return true;
}

/* --- in time --- */

static void begin_seek(struct player *p)
{
	struct playback *pb = p->playback;

	pb->wants_seek = false;
	pb->seeking = true;
	if (pb->seek_ns >= pb->at_ns)
		return;
	/* What is shown is the sum of all before: it is made anew from the beginning. */
	pb->seeking = !reader_rewind(p->reader) && begin(p);
	if (pb->seeking)
		pb->at_ns = 0;
}

static void seek_on(struct player *p)
{
	struct playback *pb = p->playback;

	pb->seeking = !give_until(p, pb->seek_ns);
	pb->at_ns = pb->seeking ? next_ns(p) : pb->seek_ns;
}

static void play_on(struct player *p, uint64_t passed_ns)
{
	struct playback *pb = p->playback;
	uint64_t to_ns = pb->at_ns + (pb->speed < 0 ? passed_ns >> -pb->speed : passed_ns << pb->speed);

	if (!give_until(p, to_ns))
		pb->at_ns = next_ns(p); /* as fast as it can be read */
	else
		pb->at_ns = pb->ended && to_ns > pb->length_ns ? pb->length_ns : to_ns;
}

static void step(struct player *p)
{
	struct playback *pb = p->playback;
	uint64_t now = mono_ns(), passed_ns = now - p->clock_ns;

	p->clock_ns = now;
	if (pb->wants_seek)
		begin_seek(p);
	if (pb->seeking)
		seek_on(p);
	else if (!pb->paused && !(pb->ended && pb->at_ns >= pb->length_ns))
		play_on(p, passed_ns < NSEC_PER_SEC ? passed_ns : TICK_NS); /* this process was stopped */
	if (now - p->tick_ns < TICK_NS)
		return;
	p->tick_ns = now;
	sinks_tick(p->sinks);
}

/* How long there is nothing to do but to wait for keys. */
static uint64_t idle_ns(const struct player *p)
{
	const struct playback *pb = p->playback;
	uint64_t next = next_ns(p), wait;

	if (pb->seeking || pb->wants_seek)
		return 0;
	if (pb->paused || pb->ended)
		return TICK_NS;
	wait = next > pb->at_ns ? next - pb->at_ns : 0;
	if (pb->speed < 0)
		wait = wait < TICK_NS ? wait << -pb->speed : TICK_NS;
	else
		wait >>= pb->speed;
	return wait < TICK_NS ? wait : TICK_NS;
}

static void play(struct player *p)
{
	struct pollfd keys = { .events = POLLIN };
	struct timespec wait = {};
	bool goes_on = true;

	p->clock_ns = mono_ns();
	while (goes_on && !signals_interrupted()) {
		step(p);
		wait.tv_nsec = idle_ns(p);
		keys.fd = sinks_input_fd(p->sinks);
		if (ppoll(&keys, 1, &wait, signals_during_wait()) > 0)
			goes_on = sinks_input(p->sinks);
	}
}

/* The summaries, if all before them was seen. */
static void give_rest(struct player *p)
{
	if (!p->playback->ended)
		return;
	do
		reader_give(p->reader);
	while (reader_next(p->reader));
}

/* Up to where it was played, as if the run had ended there. */
static bool play_recording(FILE *file, const char *name, struct sinks *sinks, struct playback *pb)
{
	struct player p = { .sinks = sinks, .playback = pb };

	p.reader = reader_new(file, name, sinks);
	if (!p.reader) {
		complain("no memory");
		return false;
	}
	signals_catch();
	if (begin(&p)) {
		play(&p);
		give_rest(&p);
	}
	return reader_close(p.reader);
}

/* --- all of it --- */

static bool read_recording(FILE *file, const struct options *o, struct sinks *sinks, struct playback *pb)
{
	return o->live ? play_recording(file, o->reads[0], sinks, pb) :
			 recording_read(file, o->reads[0], sinks);
}

/* A recording is untrusted: it is read without privileges, after all files are open. */
int play_run(const struct options *o)
{
	struct playback playback = {};
	struct display display = display_of(o);
	struct sinks *sinks = NULL;
	struct error error = {};
	bool good = false;
	FILE *file = file_read(o->reads[0], &error);

	if (o->live)
		display.playback = &playback;
	if (file && o->live && fseeko(file, 0, SEEK_CUR))
		complain("--live goes back and forth in a recording: %.200s is no file", o->reads[0]);
	else if (!file || sinks_open(&sinks, &display, o->json, o->writes, o->nr_writes, false, &error) ||
		 (o->live ? privileges_drop_to_view(false, &error) : privileges_drop(&error)))
		complain("%s", error.text);
	else
		good = read_recording(file, o, sinks, &playback);
	/* What could be read is written, if anything could. */
	good = sinks_close(sinks) && good;
	if (file && file != stdin)
		fclose(file);
	return good ? 0 : EXIT_ERROR;
}
