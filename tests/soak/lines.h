/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pingtrace's JSON lines, read in place: in an emulated guest a general library takes five times as long as pingtrace
 * itself does to write them.
 */
#ifndef SOAK_LINES_H
#define SOAK_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENTS_MAX 64
#define STAMPS_MAX 64

/* A segment, a layer, a stamp (its hook is the name), a loss, or a row of the summary. Texts are "" where not given. */
struct entry {
	const char *name, *layer, *where, *dev, *reason;
	int64_t ns, count, others, min_ns, mean_ns, p50_ns, p90_ns, p99_ns, max_ns;
};

enum line_kind { REPLY, DUPLICATE, CORRUPTED, LOSS, ERROR, SUMMARY };

struct line {
	enum line_kind kind;
	const char *host, *time;
	const char *rtt_min, *rtt_avg, *rtt_max, *rtt_mdev;
	int64_t seq, rtt_ns, time_ms, transmitted, received, duplicates, corrupted, late, clipped;
	struct entry loss;
	struct entry segments[SEGMENTS_MAX], layers[SEGMENTS_MAX], losses[SEGMENTS_MAX], stamps[STAMPS_MAX];
	size_t nr_segments, nr_layers, nr_losses, nr_stamps;
};

/* Returns false where @text is no line of JSON. What @line has points into @text, which is changed. */
bool line_read(struct line *line, char *text);

#endif
