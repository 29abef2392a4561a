// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HdrHistogram's percentile text, as its plotter reads it: a table of the round trips of all targets, in ms. Its steps are those
 * of HdrHistogram: five for each halving of what lies above.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/histogram.h"
#include "base/charset.h"
#include "base/util.h"
#include "output/sink.h"

#define TICKS 5

struct percentiles {
	struct histogram rtt; /* send to recv */
	double mean, squares; /* of the differences to the mean: Welford's method */
	bool missed; /* no memory for a value */
};

static int percentiles_open(struct sink *s)
{
	s->state = calloc(1, sizeof(struct percentiles));
	return s->state ? 0 : -ENOMEM;
}

static void percentiles_run_begin(struct sink *s)
{
	fprintf(s->file, "# pingtrace %s: round trips from send to recv, in ms; %s%s, kernel %s\n",
		s->run->version, s->run->traced ? "traced by " : "not traced",
		s->run->traced ? s->run->backend : "", s->run->kernel);
}

static void percentiles_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct percentiles *p = s->state;
	double ns, before;

	(void)target;
	if (!r->has_path)
		return;
	ns = r->path.total_ns;
	if (!histogram_add(&p->rtt, r->path.total_ns)) {
		p->missed = true;
		return;
	}
	before = ns - p->mean;
	p->mean += before / p->rtt.count;
	p->squares += before * (ns - p->mean);
}

static void percentiles_missed(struct sink *s, uint64_t nr)
{
	fprintf(s->file, "# %llu results are missing: they came faster than they could be written\n",
		(unsigned long long)nr);
}

static void percentiles_target_end(struct sink *s, const struct target_info *target,
				   const struct stats *stats)
{
	char name[RESULT_NAME_SIZE * UTF8_PER_BYTE], address[RESULT_NAME_SIZE * UTF8_PER_BYTE];

	fprintf(s->file, "# %s (%s): %llu transmitted, %llu received\n",
		utf8_from_locale(name, sizeof(name), target->name),
		utf8_from_locale(address, sizeof(address), target->address),
		(unsigned long long)stats->transmitted, (unsigned long long)stats->received);
}

/* Up to where 1 - (2 TICKS - @tick) / (2 TICKS 2^@halvings) of the values lie. Returns false behind the greatest. */
static bool put_row(FILE *file, const struct histogram *h, unsigned int halvings, unsigned int tick)
{
	double above = (2 * TICKS - tick) / (2 * TICKS * exp2(halvings));
	uint64_t rank = h->count - (h->count * (2 * TICKS - tick) / (2 * TICKS) >> halvings), up_to, ns;

	ns = histogram_rank(h, rank, &up_to);
	fprintf(file, " %12.6f %14.12f %10llu %14.2f\n", to_ms(ns), 1 - above, (unsigned long long)up_to,
		1 / above);
	return up_to < h->count;
}

static void put_table(FILE *file, const struct percentiles *p)
{
	const struct histogram *h = &p->rtt;
	double mean = h->count ? (double)h->sum / h->count : 0;
	double deviation = h->count ? sqrt(p->squares / h->count) : 0;
	unsigned int step = 0;

	fprintf(file, "%13s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
	if (h->count) {
		while (put_row(file, h, step / TICKS, step % TICKS))
			step++;
		fprintf(file, " %12.6f %14.12f %10llu\n", to_ms(h->max), 1.0, (unsigned long long)h->count);
	}
	fprintf(file, "#[Mean    = %12.6f, StdDeviation   = %12.6f]\n", mean / NSEC_PER_MSEC,
		deviation / NSEC_PER_MSEC);
	fprintf(file, "#[Max     = %12.6f, Total count    = %12llu]\n", to_ms(h->max),
		(unsigned long long)h->count);
	fprintf(file, "#[Buckets = %12d, SubBuckets     = %12d]\n", HISTOGRAM_BUCKETS >> HISTOGRAM_BITS,
		1 << HISTOGRAM_BITS);
}

static void percentiles_run_end(struct sink *s)
{
	put_table(s->file, s->state);
}

static bool percentiles_close(struct sink *s)
{
	struct percentiles *p = s->state;
	bool complete = !p->missed;

	if (!complete)
		complain("no memory for a round trip of the percentiles: they are incomplete");
	histogram_free(&p->rtt);
	free(p);
	return complete;
}

const struct sink_ops sink_hgrm = {
	.open = percentiles_open,
	.run_begin = percentiles_run_begin,
	.result = percentiles_result,
	.missed = percentiles_missed,
	.target_end = percentiles_target_end,
	.run_end = percentiles_run_end,
	.close = percentiles_close,
};
