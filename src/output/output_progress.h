/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a run has come, on the terminal of stderr, where nothing else is printed meanwhile. */
#ifndef PINGTRACE_OUTPUT_PROGRESS_H
#define PINGTRACE_OUTPUT_PROGRESS_H

#include "output/sink.h"

/*
 * Is it to be shown: does the run have an end (-c, -w), is stderr a terminal that can rewrite a line, and does nothing come to a
 * terminal otherwise? @stdout_is_taken: standard output has one of the files of --write.
 */
bool progress_is_wanted(const struct display *display, bool stdout_is_taken);

/* Not in the table of formats: it writes to the terminal, whatever it is given. */
extern const struct sink_ops sink_progress;

/* "9 of 10 sent, 8 answered, ...": what has come to pass. */
struct progress {
	uint64_t sent, answered, lost;
	uint64_t of; /* how many are to be sent, or with -w, answered; 0: not known */
	bool of_answered;
	bool has_last;
	uint64_t last_ns; /* round trip */
	uint64_t median_ns;
	uint64_t elapsed_ns; /* since the start */
	uint64_t deadline_ns; /* since the start; 0: none */
};

/* One line of at most @width columns: parts that do not fit are left out. For tests. Returns @text. */
char *progress_text(char *text, size_t size, unsigned int width, const struct progress *p);

#endif /* PINGTRACE_OUTPUT_PROGRESS_H */
