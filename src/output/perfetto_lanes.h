/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slices of one track of Perfetto may lie within each other, and not overlap otherwise. So what may overlap has several tracks
 * of one name, the lanes: each is reused once its last slice has ended.
 */
#ifndef PINGTRACE_PERFETTO_LANES_H
#define PINGTRACE_PERFETTO_LANES_H

#include <stdint.h>
#include "output/perfetto_packets.h"

#define LANES_MAX 1024 /* so many are remembered; beyond, each slice has a track that is not used again */

struct perfetto_lane {
	uint64_t track;
	uint64_t free_ns; /* from then on */
};

/* Zero has none. */
struct perfetto_lanes {
	struct perfetto_lane *lanes;
	unsigned int nr;
};

/*
 * The track for a slice between these times: one of @lanes, or a new one described by @track. Slices may be asked for in any
 * order; those of one lane never overlap, and later ones lie later.
 */
uint64_t perfetto_lane_for(struct perfetto_lanes *lanes, struct perfetto *p,
			   const struct perfetto_track *track, uint64_t from_ns, uint64_t to_ns);

void perfetto_lanes_free(struct perfetto_lanes *lanes);

#endif /* PINGTRACE_PERFETTO_LANES_H */
