/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers, and which of them is due next: a heap. No clock. */
#ifndef PINGTRACE_SCHEDULE_H
#define PINGTRACE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

/* Embed it in the object that waits. Zero it before its first use. */
struct timer {
	uint64_t at_ns; /* CLOCK_MONOTONIC */
	uint32_t order; /* of two that are due at the same time, the lower one comes first */
	uint32_t position; /* in the heap, from 1; 0: not in it */
};

struct schedule {
	struct timer **heap;
	size_t nr, room;
};

/* Make room for @n timers. Returns 0 or -ENOMEM. */
int schedule_reserve(struct schedule *s, size_t n);
void schedule_free(struct schedule *s);

/* Make @t due at @at_ns instead of its earlier time; UINT64_MAX: never. Never set more timers than there is room for. */
void schedule_set(struct schedule *s, struct timer *t, uint64_t at_ns);

/* The timer that is due first; NULL: none. */
struct timer *schedule_first(const struct schedule *s);

#endif /* PINGTRACE_SCHEDULE_H */
