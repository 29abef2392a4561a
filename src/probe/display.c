// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/display.h"

struct display display_of(const struct options *o)
{
	return (struct display){
		.quiet = o->quiet,
		.verbose = o->verbose,
		.audible = o->audible,
		.precise = o->precise,
		.print_time = o->print_time,
		.segments = o->segments,
		.path = o->path,
		.why = o->why,
		.count = o->nr_reads ? 0 : o->count,
		.deadline_ns = o->nr_reads ? 0 : o->deadline_ns,
		.live = o->live,
		.compares = o->nr_reads > 1,
	};
}
