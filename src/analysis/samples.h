/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples: the few probes to a target whose segments and causes are remembered, to compare the slow ones with the others.
 * They are the SAMPLES_MAX slowest, and up to SAMPLES_MAX taken at regular distances over the run; fewer of each with many
 * targets. Memory is bounded; a probe that becomes no sample costs two comparisons.
 */
#ifndef PINGTRACE_SAMPLES_H
#define PINGTRACE_SAMPLES_H

#include "model/causes.h"
#include "model/path.h"
#include "model/stamps.h"

#define SAMPLES_MAX 128

struct sample {
	uint64_t total_ns; /* recv - send */
	uint64_t ns[PT_NR_HOOKS]; /* of the segment that begins at this hook */
	uint8_t to[PT_NR_HOOKS]; /* where that ends; 0: there is none */
	bool has_peer; /* this kernel made the reply */
	struct causes causes;
};

/* Zero is empty. */
struct samples {
	uint64_t count; /* probes that were offered */
	uint64_t stride; /* distance of the regular samples, in probes; a power of two */
	unsigned int limit; /* of each kind; 0: SAMPLES_MAX */
	unsigned int nr_slowest, nr_regular;
	struct sample *slowest; /* a heap, the least slow first; NULL: none yet */
	struct sample *regular; /* in the order of the run; NULL: none yet */
};

/* Limit the samples to the share of one target among @nr_targets. Call it before samples_add. */
void samples_share(struct samples *samples, unsigned int nr_targets);

/* How many samples of each kind there may be. */
unsigned int samples_limit(const struct samples *samples);

/*
 * Offer a probe with its @stamps, and what --why knows of it (NULL: nothing; then the stamps tell the causes of a sample).
 * Without memory it becomes no sample.
 */
void samples_add(struct samples *samples, const struct path *path, const struct stamp stamps[PT_NR_HOOKS],
		 const struct causes *causes);
void samples_free(struct samples *samples);

/*
 * Put the slowest hundredth of the probes into @slowest, the slowest first: at least one, at most samples_limit().
 * Returns how many; 0: there was no probe.
 */
unsigned int samples_slowest(const struct samples *samples, const struct sample *slowest[SAMPLES_MAX]);

#endif /* PINGTRACE_SAMPLES_H */
