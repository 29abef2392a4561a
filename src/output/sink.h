/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink makes something of the stream of results. It has a state and a stream of its own; any number run side by side,
 * from a run that goes on and from a recording. It sees nothing but what is given to it here. Whatever does not go to stdout
 * as text is, while a run goes on, called in a process of its own (worker.h): it may be slow.
 *
 * A new sink is a file with its struct sink_ops, and a row in the table of sinks.c.
 */
#ifndef PINGTRACE_SINK_H
#define PINGTRACE_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "analysis/stats.h"
#include "model/result.h"

/* What the user wants to see: the same for a run and for its recording. */
struct display {
	bool quiet; /* -q */
	bool verbose; /* -v */
	bool audible; /* -a */
	bool precise; /* -3 */
	bool print_time; /* -D */
	bool segments, path, why; /* --segments, --path, --why */
};

struct sink {
	const struct sink_ops *ops;
	FILE *file; /* what it writes to */
	const struct display *display;
	const struct run_info *run; /* from run_begin on */
	void *state; /* the sink's own */
};

/* What a sink needs to have collected. */
enum { SINK_DEVICES = 1, SINK_ORIGINS = 2, SINK_WALL = 4 };

/* Any may be NULL but for open and close. What is pointed to is valid during the call, but for a target: that stays until the end. */
struct sink_ops {
	/* Make the state. Returns 0 or a negative errno. */
	int (*open)(struct sink *s);
	/* SINK_*: what it will show with s->display. Asked before open. */
	unsigned int (*wants)(const struct sink *s);
	void (*run_begin)(struct sink *s);
	void (*target_begin)(struct sink *s, const struct target_info *target);
	/* A probe is on its way. */
	void (*sent)(struct sink *s, const struct target_info *target, uint64_t seq);
	void (*result)(struct sink *s, const struct target_info *target, const struct result *result);
	void (*error)(struct sink *s, const struct target_info *target, const struct result_error *error);
	/* -O: nothing has come back yet. */
	void (*outstanding)(struct sink *s, const struct target_info *target, uint64_t seq, uint64_t wall_us);
	/* @nr of these calls are missing here: they came faster than they could be taken. */
	void (*missed)(struct sink *s, uint64_t nr);
	/* The clocks, about once a minute and at the end. */
	void (*clocks)(struct sink *s, const struct clocks *clocks);
	void (*target_end)(struct sink *s, const struct target_info *target, const struct stats *stats);
	void (*run_end)(struct sink *s);
	/* Free the state; @s->file is the caller's. Returns false where something was left out, which has been told. */
	bool (*close)(struct sink *s);
};

#endif /* PINGTRACE_SINK_H */
