/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the JSON objects of docs/json.md, which defines their keys. Print them with json_line(). */
#ifndef PINGTRACE_OBJECTS_H
#define PINGTRACE_OBJECTS_H

#include "output/json.h"
#include "output/sink.h"

/* What an object is about, and how much it contains. */
struct objects {
	const struct display *display;
	const struct run_info *run;
	const struct target_info *target;
	bool whole; /* everything that is needed to rebuild the result, as in a recording, whatever the display */
};

json_t *object_of_run(const struct run_info *run);
json_t *object_of_target(const struct target_info *target);
json_t *object_of_missed(uint64_t nr);
json_t *object_of_clocks(const struct clocks *clocks);
json_t *object_of_result(const struct objects *about, const struct result *r);
json_t *object_of_error(const struct objects *about, const struct result_error *e);
json_t *object_of_outstanding(const struct objects *about, uint64_t seq, uint64_t wall_us);
json_t *object_of_sent(const struct objects *about, uint64_t seq);
json_t *object_of_summary(const struct objects *about, const struct stats *s);

/* The first object of a recording has this key; its value has this number as `format`. */
#define RECORDING_KEY "pingtrace"
#define RECORDING_FORMAT 1

#endif /* PINGTRACE_OBJECTS_H */
