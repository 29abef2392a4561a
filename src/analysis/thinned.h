/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact values in the order of time, in bounded memory. A histogram would not do to compare two runs: its error of 0.4 %
 * hides 5 us in a round trip of 20 ms, and it has no order, so that nothing tells how much a run differs from itself.
 *
 * Of more values than there is room for, one of each stride is kept: 2, 4, 8, ... consecutive ones. A generator with a fixed
 * start draws which one. So the same recording gives the same values, and what comes back every so many probes is neither
 * missed nor always met.
 */
#ifndef PINGTRACE_THINNED_H
#define PINGTRACE_THINNED_H

#include <stdbool.h>
#include <stdint.h>

#define SERIES_MAX 65536

/* Zero is empty. */
struct thinned {
	uint64_t *values;
	uint32_t nr, room;
	uint32_t limit; /* even, at the most SERIES_MAX; 0: SERIES_MAX */
	unsigned int thinned; /* the stride is 1 << thinned */
	uint64_t count; /* all values that were added */
	uint64_t pick; /* which one of the current stride is kept */
	uint64_t random;
};

/* Returns false where there is no memory: then @value is not counted. */
bool thinned_add(struct thinned *s, uint64_t value);

void thinned_free(struct thinned *s);

/* The @index-th of @parts of the values, in the order of time. Returns how many; *@values are the series' own. */
uint32_t thinned_part(const struct thinned *s, unsigned int index, unsigned int parts,
		      const uint64_t **values);

#endif /* PINGTRACE_THINNED_H */
