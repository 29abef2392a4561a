/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of all probes to a target, the few that are kept whole, so that the slow ones can be compared with the others: the
 * KEPT_MAX slowest, and up to KEPT_MAX others from all over the run; fewer of each where there are many targets. The
 * memory is bounded; a probe that is not kept costs two comparisons.
 */
#ifndef PINGTRACE_KEPT_H
#define PINGTRACE_KEPT_H

#include "model/path.h"
#include "model/why.h"

#define KEPT_MAX 128

struct kept_probe {
	uint64_t total_ns; /* recv - send */
	uint64_t ns[PT_NR_HOOKS]; /* of the segment that begins at this hook */
	uint8_t to[PT_NR_HOOKS]; /* where that ends; 0: there is none */
	bool has_peer; /* this kernel made the reply */
	struct why why;
};

/* Zero is empty. */
struct kept {
	uint64_t count; /* probes that were offered */
	uint64_t stride; /* every so many-th of them is in the sample; a power of two */
	unsigned int limit; /* of each kind; 0: KEPT_MAX */
	unsigned int nr_slowest, nr_sample;
	struct kept_probe *slowest; /* a heap: the least slow comes first. NULL until the first is kept */
	struct kept_probe *sample;
};

/* Keep what is this target's share where there are @nr_targets. Before the first is offered. */
void kept_share(struct kept *kept, unsigned int nr_targets);

/* Up to how many are kept of each kind. */
unsigned int kept_limit(const struct kept *kept);

/* Offer a probe: its split, and what it met. Where there is no memory it is not kept. */
void kept_add(struct kept *kept, const struct path *path, const struct why *why);
void kept_free(struct kept *kept);

/*
 * The slowest hundredth of the probes, one at least and kept_limit at the most, into @slowest, the slowest first.
 * Returns how many; 0: there are none.
 */
unsigned int kept_slowest(const struct kept *kept, const struct kept_probe *slowest[KEPT_MAX]);

#endif /* PINGTRACE_KEPT_H */
