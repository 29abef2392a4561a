/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is due next, of as many timers as there are: a heap, so that one more costs the others nothing. No clock. */
#ifndef PINGTRACE_SCHEDULE_H
#define PINGTRACE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

/* Part of whatever it is that waits. Zero it before its first use. */
struct timer {
	uint64_t at_ns; /* CLOCK_MONOTONIC */
	uint32_t order; /* which of two that are due at one time comes first: the lesser */
	uint32_t position; /* in the heap, from 1; 0: not in it */
};

struct schedule {
	struct timer **heap;
	size_t nr, room;
};

/* Room for @n timers. Returns 0 or -ENOMEM. */
int schedule_reserve(struct schedule *s, size_t n);
void schedule_free(struct schedule *s);

/* @t is due at @at_ns, whenever it was before; UINT64_MAX: never. At most as many as there is room for. */
void schedule_set(struct schedule *s, struct timer *t, uint64_t at_ns);

/* The one that is due first; NULL: none is. */
struct timer *schedule_first(const struct schedule *s);

#endif /* PINGTRACE_SCHEDULE_H */
