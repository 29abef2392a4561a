// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include "output/collect.h"

/* The state is the caller's. */
static int collect_open(struct sink *s)
{
	(void)s;
	return 0;
}

static void collect_run_begin(struct sink *s)
{
	struct collected *c = s->state;

	c->run = *s->run;
	c->begun = true;
}

static void collect_target_begin(struct sink *s, const struct target_info *target)
{
	struct collected *c = s->state;
	struct collected_target **more, *t = calloc(1, sizeof(*t));

	more = t ? realloc(c->targets, (c->nr_targets + 1) * sizeof(*more)) : NULL;
	if (!more) {
		free(t);
		c->incomplete = true;
		return;
	}
	t->info = *target;
	t->series.socket = target->socket;
	t->series.limit = thinned_share(c->run.nr_targets);
	if (c->keeps_time && target->index < SERIES_TARGETS_MAX)
		series_init(&t->over_time, &c->run, series_share(2 * c->run.nr_targets));
	c->targets = more;
	c->targets[c->nr_targets++] = t;
}

/* Targets come in the order of their numbers; one that there was no memory for leaves a gap. */
static struct collected_target *collected_of(struct sink *s, const struct target_info *target)
{
	struct collected *c = s->state;
	unsigned int i = target->index < c->nr_targets ? target->index + 1 : c->nr_targets;

	while (i-- > 0)
		if (c->targets[i]->info.index == target->index)
			return c->targets[i];
	return NULL;
}

static void collect_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct collected_target *t = collected_of(s, target);

	if (!t)
		return;
	measured_add(&t->series, r);
	if (t->over_time.limit)
		series_add(&t->over_time, s->run, r);
}

static void collect_missed(struct sink *s, uint64_t nr)
{
	struct collected *c = s->state;

	c->missed += nr;
}

static void collect_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct collected_target *t = collected_of(s, target);
	struct collected *c = s->state;

	if (!t)
		return;
	t->series.transmitted = stats->transmitted;
	t->series.received = stats->received;
	c->incomplete |= t->series.left_out != 0 || t->over_time.incomplete;
}

static bool collect_close(struct sink *s)
{
	const struct collected *c = s->state;

	return !c->incomplete;
}

const struct sink_ops sink_collect = {
	.open = collect_open,
	.run_begin = collect_run_begin,
	.target_begin = collect_target_begin,
	.result = collect_result,
	.missed = collect_missed,
	.target_end = collect_target_end,
	.close = collect_close,
};

void collected_free(struct collected *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_targets; i++) {
		measured_free(&c->targets[i]->series);
		series_free(&c->targets[i]->over_time);
		free(c->targets[i]);
	}
	free(c->targets);
	*c = (struct collected){};
}
