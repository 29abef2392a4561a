/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that is known of a target, for a process that was forked from the one that counts. */
#ifndef PINGTRACE_STATS_COPY_H
#define PINGTRACE_STATS_COPY_H

#include <stdbool.h>
#include <stdio.h>
#include "analysis/stats.h"

/* Write @s to @to, as only stats_read in a process of the same program's memory reads it. Returns false where that failed. */
bool stats_write(const struct stats *s, FILE *to);

/* The copy into @s, which stats_free releases, also where it returns false: there was no memory, or @from is too short. */
bool stats_read(struct stats *s, FILE *from);

#endif /* PINGTRACE_STATS_COPY_H */
