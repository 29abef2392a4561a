/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording that is played in its own time: what a view shows of that, and what its keys ask for. */
#ifndef PINGTRACE_PLAYBACK_H
#define PINGTRACE_PLAYBACK_H

#include <stdbool.h>
#include <stdint.h>

#define PLAYBACK_SLOWEST (-4) /* a sixteenth */
#define PLAYBACK_FASTEST 12 /* 4096 times */

struct playback {
	uint64_t length_ns; /* from the beginning of the run to its end, as far as that is known */
	uint64_t at_ns; /* since the beginning of the run */
	bool ended; /* there is nothing more */
	bool seeking; /* at_ns is on its way to the place that was asked for */
	/* What keys change: */
	int speed; /* 2^speed times as fast as the run was */
	bool paused;
	bool wants_seek; /* to seek_ns */
	uint64_t seek_ns;
};

#endif /* PINGTRACE_PLAYBACK_H */
