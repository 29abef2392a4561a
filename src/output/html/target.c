// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "output/html/report.h"

void html_target_free(struct html_target *t)
{
	series_free(&t->series);
	free(t->slowest);
	t->slowest = NULL;
	t->nr_slowest = 0;
}

static void probe_of(struct html_probe *p, const struct result *r)
{
	p->seq = r->seq;
	p->sent_ns = r->sent_ns;
	p->total_ns = r->path.total_ns;
	p->nr_segments = r->path.nr_segments;
	memcpy(p->segments, r->path.segments, sizeof(p->segments));
	p->nr_inside = r->path.nr_inside;
	memcpy(p->inside, r->path.inside, sizeof(p->inside));
	p->why[0] = '\0';
	if (r->has_causes)
		causes_text(p->why, &r->causes);
}

/* Of probes that took the same time the first stays. */
static bool add_to_slowest(struct html_target *t, const struct result *r)
{
	unsigned int i = t->nr_slowest;

	if (i == HTML_SLOWEST && r->path.total_ns <= t->slowest[i - 1].total_ns)
		return true;
	if (!t->slowest)
		t->slowest = calloc(HTML_SLOWEST, sizeof(*t->slowest));
	if (!t->slowest)
		return false;
	if (i == HTML_SLOWEST)
		i--;
	else
		t->nr_slowest++;
	for (; i && t->slowest[i - 1].total_ns < r->path.total_ns; i--)
		t->slowest[i] = t->slowest[i - 1];
	probe_of(&t->slowest[i], r);
	return true;
}

bool html_target_add(struct html_target *t, const struct result *r)
{
	bool added = true;

	series_add(&t->series, t->run, r);
	if (r->kind == RESULT_REPLY && r->has_path)
		added = add_to_slowest(t, r);
	return added && !t->series.incomplete;
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

bool html_median(struct html_probe *p, const struct stats *s)
{
	uint64_t median = histogram_permille(&s->total, 500);
	const struct sample *k, *best = NULL;
	enum pt_hook h;
	unsigned int i;

	for (i = 0; i < s->samples.nr_regular; i++) {
		k = &s->samples.regular[i];
		if (!best || apart(k->total_ns, median) < apart(best->total_ns, median))
			best = k;
	}
	if (!best)
		return false;
	memset(p, 0, sizeof(*p));
	p->total_ns = best->total_ns;
	for (h = 0; h < PT_NR_HOOKS; h++)
		if (best->to[h])
			p->segments[p->nr_segments++] =
				(struct segment){ .from = h, .to = best->to[h], .ns = best->ns[h] };
	return true;
}
