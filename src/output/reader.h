/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a recording and gives it to sinks, as the run did. A recording may come from anywhere: every byte is untrusted, and
 * what results contain is bounded and harmless to print.
 */
#ifndef PINGTRACE_READER_H
#define PINGTRACE_READER_H

#include <stdio.h>
#include <stdbool.h>
#include "output/sinks.h"

struct reader;

/*
 * The same, object by object. Make a reader of @file, called @name in messages; both stay the caller's. Returns NULL where there is
 * no memory.
 */
struct reader *reader_new(FILE *file, const char *name, struct sinks *sinks);
/* Read the next object. Returns false at the end, which is told where it came too early. */
bool reader_next(struct reader *r);
/* When what was read was known, CLOCK_MONOTONIC; as that before it where it does not say. */
uint64_t reader_time_ns(const struct reader *r);
/* When the run began; 0: it is not known yet. */
uint64_t reader_begin_ns(const struct reader *r);
/* Is what was read a summary, or is there nothing more? */
bool reader_is_over(const struct reader *r);
/* When the recording ends, CLOCK_MONOTONIC, from its last lines; 0: not known. To be asked before the head is given; of a file that can be read so. */
uint64_t reader_find_end_ns(struct reader *r);
/* Give what was read to the sinks; once. */
void reader_give(struct reader *r);
/*
 * Begin at the beginning again, of a file that can be read so: sinks are told of a run that begins. What is wrong and was told is
 * not told again. Returns 0 or a negative errno.
 */
int reader_rewind(struct reader *r);
/* Let the run end where it is, and free the reader. Returns whether all was well. */
bool reader_close(struct reader *r);

/*
 * Read @file, called @name in messages, and give its results to @sinks. An invalid line is reported with its number and
 * skipped. Returns true if the whole recording was valid.
 */
bool recording_read(FILE *file, const char *name, struct sinks *sinks);

#endif /* PINGTRACE_READER_H */
