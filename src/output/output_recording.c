// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recording: the stream of results as JSON lines, with all that any sink needs to be given the same again. reader.c reads
 * it. Format: docs/json.md.
 */
#include <errno.h>
#include <stdlib.h>
#include "base/util.h"
#include "output/objects.h"

struct recording {
	bool missed; /* an object could not be written */
};

static void put(struct sink *s, json_t *object)
{
	struct recording *r = s->state;

	if (json_line(object, s->file))
		return;
	if (!r->missed)
		complain("no memory for an object of the recording: it is incomplete");
	r->missed = true;
}

static struct objects about(const struct sink *s, const struct target_info *target)
{
	return (struct objects){ .display = s->display, .run = s->run, .target = target, .whole = true };
}

static void recording_run_begin(struct sink *s)
{
	put(s, object_of_run(s->run));
}

static void recording_target_begin(struct sink *s, const struct target_info *target)
{
	put(s, object_of_target(target));
}

/* So that the dots of a flood appear in their order. */
static void recording_sent(struct sink *s, const struct target_info *target, uint64_t seq)
{
	struct objects o = about(s, target);

	if (s->run->flood)
		put(s, object_of_sent(&o, seq));
}

static void recording_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct objects o = about(s, target);

	put(s, object_of_result(&o, r));
}

static void recording_outstanding(struct sink *s, const struct target_info *target, uint64_t seq,
				  uint64_t wall_us)
{
	struct objects o = about(s, target);

	put(s, object_of_outstanding(&o, seq, wall_us));
}

static void recording_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	struct objects o = about(s, target);

	put(s, object_of_error(&o, e));
}

static void recording_missed(struct sink *s, uint64_t nr)
{
	put(s, object_of_missed(nr));
}

static void recording_clocks(struct sink *s, const struct clocks *clocks)
{
	put(s, object_of_clocks(clocks));
}

static void recording_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct objects o = about(s, target);

	put(s, object_of_summary(&o, stats));
}

/* Without this object the recording is truncated. */
static void recording_run_end(struct sink *s)
{
	put(s, json_pack("{s:b}", "end", 1));
}

static int recording_open(struct sink *s)
{
	s->state = calloc(1, sizeof(struct recording));
	return s->state ? 0 : -ENOMEM;
}

static unsigned int recording_wants(const struct sink *s)
{
	(void)s;
	return SINK_DEVICES | SINK_ORIGINS | SINK_WALL;
}

static bool recording_close(struct sink *s)
{
	struct recording *r = s->state;
	bool complete = !r->missed;

	free(r);
	return complete;
}

const struct sink_ops sink_recording = {
	.open = recording_open,
	.wants = recording_wants,
	.run_begin = recording_run_begin,
	.target_begin = recording_target_begin,
	.sent = recording_sent,
	.result = recording_result,
	.error = recording_error,
	.outstanding = recording_outstanding,
	.missed = recording_missed,
	.clocks = recording_clocks,
	.target_end = recording_target_end,
	.run_end = recording_run_end,
	.close = recording_close,
};
