/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file in Perfetto's trace format: packets are put one after the other and forgotten, so memory does not grow. Times are ns of
 * CLOCK_MONOTONIC. Text is of the locale's character set; in the file it is UTF-8.
 *
 * Names and texts are written once (interned) and named by a number from then on, unless there are very many.
 */
#ifndef PINGTRACE_PERFETTO_PACKETS_H
#define PINGTRACE_PERFETTO_PACKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "model/result.h"

struct perfetto;

enum perfetto_type { PERFETTO_BEGIN = 1, PERFETTO_END, PERFETTO_INSTANT, PERFETTO_COUNTER };

/* What a track is. */
struct perfetto_track {
	const char *name;
	uint64_t parent; /* 0: none */
	int rank; /* among those of the same parent */
	bool is_time; /* a counter, of ns */
};

/* What is told beside an event: @text, or where that is NULL, @number. */
struct perfetto_note {
	const char *name;
	const char *text;
	uint64_t number;
	bool is_flag; /* the number is true or false */
	bool is_sentence; /* the text will not come again */
};

#define PERFETTO_NOTES_MAX 20

struct perfetto_event {
	enum perfetto_type type;
	uint64_t ns;
	uint64_t track;
	const char *name; /* NULL: none, of an end and a counter */
	uint64_t value; /* of a counter */
	uint64_t flow; /* that passes here; 0: none */
	bool ends_flow;
	struct perfetto_note notes[PERFETTO_NOTES_MAX];
	unsigned int nr_notes;
};

/* @file stays the caller's. NULL: no memory. */
struct perfetto *perfetto_open(FILE *file);
/* Returns false where a packet was left out, for want of memory. */
bool perfetto_close(struct perfetto *p);

/* Begin, with the clocks at that time. */
void perfetto_begin(struct perfetto *p, const struct clocks *clocks);

/* What the clocks showed at one time; what does not lie behind the time before is left out. */
void perfetto_clocks(struct perfetto *p, const struct clocks *clocks);

/* Describe a track. Returns what events name it by. */
uint64_t perfetto_add_track(struct perfetto *p, const struct perfetto_track *track);

/* A number for a flow that nothing else has. */
uint64_t perfetto_new_flow(struct perfetto *p);

/* Those on one track, but for instants and counters, are put in the order of time. */
void perfetto_put(struct perfetto *p, const struct perfetto_event *event);

/* Add a note. A text that is empty or NULL, and a flag that is false, are none. Texts stay the caller's until the event is put. */
void perfetto_note_text(struct perfetto_event *event, const char *name, const char *text);
void perfetto_note_sentence(struct perfetto_event *event, const char *name, const char *sentence);
void perfetto_note_number(struct perfetto_event *event, const char *name, uint64_t number);
void perfetto_note_flag(struct perfetto_event *event, const char *name, bool flag);

#endif /* PINGTRACE_PERFETTO_PACKETS_H */
