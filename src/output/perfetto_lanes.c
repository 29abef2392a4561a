// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include "output/perfetto_lanes.h"

/* Returns NULL where there are enough, and where there is no memory. */
static struct perfetto_lane *add_lane(struct perfetto_lanes *lanes)
{
	struct perfetto_lane *more;

	if (lanes->nr == LANES_MAX)
		return NULL;
	more = realloc(lanes->lanes, (lanes->nr + 1) * sizeof(*more));
	if (!more)
		return NULL;
	lanes->lanes = more;
	return &more[lanes->nr++];
}

uint64_t perfetto_lane_for(struct perfetto_lanes *lanes, struct perfetto *p,
			   const struct perfetto_track *track, uint64_t from_ns, uint64_t to_ns)
{
	struct perfetto_lane *lane;
	uint64_t new_track;
	unsigned int i;

	for (i = 0; i < lanes->nr; i++) {
		lane = &lanes->lanes[i];
		if (lane->free_ns > from_ns)
			continue;
		lane->free_ns = to_ns;
		return lane->track;
	}
	new_track = perfetto_add_track(p, track);
	lane = add_lane(lanes);
	if (lane)
		*lane = (struct perfetto_lane){ .track = new_track, .free_ns = to_ns };
	return new_track;
}

void perfetto_lanes_free(struct perfetto_lanes *lanes)
{
	free(lanes->lanes);
	*lanes = (struct perfetto_lanes){};
}
