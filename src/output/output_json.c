// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON for programs: one object a line. */
#include <errno.h>
#include <stdlib.h>
#include "base/util.h"
#include "output/comparison.h"
#include "output/objects.h"

struct json {
	bool missed; /* an object could not be printed */
};

/* Flush each line for a program that reads along. */
static void print(struct sink *s, json_t *object)
{
	struct json *j = s->state;

	if (!json_line(object, s->file)) {
		if (!j->missed)
			complain("no memory for a JSON object: output is incomplete");
		j->missed = true;
	}
	fflush(s->file);
}

static struct objects about(const struct sink *s, const struct target_info *target)
{
	return (struct objects){ .display = s->display, .run = s->run, .target = target };
}

static void json_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct objects o = about(s, target);

	if (!s->display->quiet)
		print(s, object_of_result(&o, r));
}

static void json_outstanding(struct sink *s, const struct target_info *target, uint64_t seq, uint64_t wall_us)
{
	struct objects o = about(s, target);

	if (!s->display->quiet)
		print(s, object_of_outstanding(&o, seq, wall_us));
}

static void json_network_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	struct objects o = about(s, target);

	if (!s->display->quiet)
		print(s, object_of_error(&o, e));
}

static void json_missed(struct sink *s, uint64_t nr)
{
	print(s, object_of_missed(nr));
}

static void json_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct objects o = about(s, target);

	print(s, object_of_summary(&o, stats));
}

static void json_compared(struct sink *s, const struct compared *c)
{
	print(s, object_of_comparison(c));
}

static int json_open(struct sink *s)
{
	s->state = calloc(1, sizeof(struct json));
	return s->state ? 0 : -ENOMEM;
}

static unsigned int json_wants(const struct sink *s)
{
	if (s->display->quiet)
		return 0;
	return SINK_DEVICES | (s->display->path ? SINK_ORIGINS : 0) |
	       (s->display->print_time ? SINK_WALL : 0);
}

static bool json_close(struct sink *s)
{
	struct json *j = s->state;
	bool complete = !j->missed;

	free(j);
	return complete;
}

const struct sink_ops sink_json = {
	.open = json_open,
	.wants = json_wants,
	.result = json_result,
	.error = json_network_error,
	.outstanding = json_outstanding,
	.missed = json_missed,
	.target_end = json_target_end,
	.compared = json_compared,
	.close = json_close,
};
