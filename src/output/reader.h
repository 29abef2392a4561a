/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording, given to sinks as the run gave it to them. A recording may come from anywhere: every byte is untrusted, what it
 * leaves in results is bounded and harmless to print.
 */
#ifndef PINGTRACE_READER_H
#define PINGTRACE_READER_H

#include <stdio.h>
#include <stdbool.h>
#include "output/sinks.h"

/*
 * Give what @file, called @name in messages, holds to @sinks. What is wrong is told with the number of its line, and what
 * can be read is given all the same. Returns whether all was well.
 */
bool recording_read(FILE *file, const char *name, struct sinks *sinks);

#endif /* PINGTRACE_READER_H */
