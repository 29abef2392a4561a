/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copy the statistics of a target from one process to one that it forked. */
#ifndef PINGTRACE_STATS_COPY_H
#define PINGTRACE_STATS_COPY_H

#include <stdbool.h>
#include <stdio.h>
#include "analysis/stats.h"

/* Write @s to @to, for stats_read in a forked process only: pointers to static data are kept. Returns false on failure. */
bool stats_write(const struct stats *s, FILE *to);

/* Read the copy into @s; call stats_free for it in any case. Returns false without memory, or if @from is no copy or too short. */
bool stats_read(struct stats *s, FILE *from);

#endif /* PINGTRACE_STATS_COPY_H */
