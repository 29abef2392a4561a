/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink turns the stream of results into one kind of output. It has a state and a FILE of its own; several run side by side,
 * in a live run or from a recording. It sees only what these functions are given: never the tracer, a record or the session.
 * In a run, those of files and the view of the whole screen are called in the worker (worker.h), where they may be slow.
 *
 * A new sink is a file with its struct sink_ops, and a row in the table of sinks.c.
 */
#ifndef PINGTRACE_SINK_H
#define PINGTRACE_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "analysis/stats.h"
#include "base/util.h"
#include "model/result.h"

struct compared;
struct playback;
struct taken_terminal;

/* What the user wants to see: the same for a run and for its recording. */
struct display {
	bool quiet; /* -q */
	bool verbose; /* -v */
	bool audible; /* -a */
	bool precise; /* -3 */
	bool print_time; /* -D */
	bool segments, path, why; /* --segments, --path, --why */
	/* How far a run goes: -c and -w; 0: without end, or it is a recording. */
	uint64_t count, deadline_ns;
	bool live; /* --live: a view of the whole screen instead of text */
	bool compares; /* two recordings are compared: sinks are told of that alone */
	struct playback *playback; /* the recording that it plays, see playback.h; NULL: a run goes on */
};

struct sink {
	const struct sink_ops *ops;
	FILE *file; /* what it writes to */
	const struct display *display;
	const struct run_info *run; /* from run_begin on */
	struct error *error; /* during open: what is said if that fails for another reason than memory */
	void *state; /* the sink's own */
};

/*
 * What a sink needs: names of devices; whole origins of stamps; the wall clock of results; heads of packets; of what is
 * compared, its probes over time.
 */
enum { SINK_DEVICES = 1, SINK_ORIGINS = 2, SINK_WALL = 4, SINK_HEADS = 8, SINK_OVER_TIME = 16 };

/* All but open and close may be NULL. Pointers are valid during the call only, except targets, which stay until run_end. */
struct sink_ops {
	/* Allocate the state. Returns 0 or a negative errno. */
	int (*open)(struct sink *s);
	/* Mask of SINK_*: what it needs for s->display. Called before open. */
	unsigned int (*wants)(const struct sink *s);
	void (*run_begin)(struct sink *s);
	void (*target_begin)(struct sink *s, const struct target_info *target);
	/* A probe was sent. */
	void (*sent)(struct sink *s, const struct target_info *target, uint64_t seq);
	void (*result)(struct sink *s, const struct target_info *target, const struct result *result);
	void (*error)(struct sink *s, const struct target_info *target, const struct result_error *error);
	/* -O: the probe has no reply yet. */
	void (*outstanding)(struct sink *s, const struct target_info *target, uint64_t seq, uint64_t wall_us);
	/* @nr results are missing here: they came faster than the worker could take them. */
	void (*missed)(struct sink *s, uint64_t nr);
	/* The clocks, about once a minute and at the end. */
	void (*clocks)(struct sink *s, const struct clocks *clocks);
	/* No probe is sent any more: the calls that follow may take their time. */
	void (*probes_over)(struct sink *s);
	void (*target_end)(struct sink *s, const struct target_info *target, const struct stats *stats);
	void (*run_end)(struct sink *s);
	/* Two recordings, compared: of a sink that was opened with display->compares, instead of all above but open. */
	void (*compared)(struct sink *s, const struct compared *compared);
	/* A terminal that it reads keys from: the descriptor to wait for; -1: there are none to be read now. */
	int (*input_fd)(struct sink *s);
	/* Of that terminal, before run_begin: how another process gives it back. */
	void (*taken)(const struct sink *s, struct taken_terminal *t);
	/*
	 * There is something to read, or the terminal has hung up. Returns false if the user ends the run. The sink is told
	 * what happens until then.
	 */
	bool (*input)(struct sink *s);
	/* About every 100 ms: the time to draw. */
	void (*tick)(struct sink *s);
	/* Free the state, not @s->file. Returns false, after a message, if output is incomplete. */
	bool (*close)(struct sink *s);
};

#endif /* PINGTRACE_SINK_H */
