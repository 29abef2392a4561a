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

/*
 * Read @file, called @name in messages, and give its results to @sinks. An invalid line is reported with its number and
 * skipped. Returns true if the whole recording was valid.
 */
bool recording_read(FILE *file, const char *name, struct sinks *sinks);

struct reader;

/*
 * The same, object by object. Make a reader of @file, called @name in messages; all three stay the caller's. Returns NULL
 * where there is no memory.
 */
struct reader *reader_new(FILE *file, const char *name, struct sinks *sinks);
/* Read the next object. Returns false at the end, which is told where it came too early. */
bool reader_next(struct reader *r);
/* CLOCK_MONOTONIC: when the run knew what was read; where the object has no time, that of the object before it. */
uint64_t reader_time_ns(const struct reader *r);
/* CLOCK_MONOTONIC: when the run began; 0: it is not known yet. */
uint64_t reader_begin_ns(const struct reader *r);
/* Is what was read a summary, or is there nothing more? */
bool reader_is_over(const struct reader *r);
/*
 * CLOCK_MONOTONIC: when the run ended, from the last lines of @file; 0: not known, or @file cannot seek. Call it before the
 * head of the recording is given to the sinks.
 */
uint64_t reader_find_end_ns(struct reader *r);
/* Give what was read to the sinks. Call it once for each object. */
void reader_give(struct reader *r);
/*
 * Begin again at the beginning of @file, which has to be able to seek: with its head, the sinks are told that a run begins.
 * An invalid line that was reported is not reported again. Returns 0 or a negative errno.
 */
int reader_rewind(struct reader *r);
/* Let the run end where it is, and free the reader. Returns true if all that was read was valid. */
bool reader_close(struct reader *r);

#endif /* PINGTRACE_READER_H */
