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

#endif /* PINGTRACE_READER_H */
