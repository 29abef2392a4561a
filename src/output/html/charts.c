// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the charts are drawn from. Columns rather than rows, and integers: a report is to be small.
 */
#include <math.h>
#include "base/util.h"
#include "output/html/report.h"

#define GROUP_REPLIES 8 /* spread is shown of so many at least, */
#define GROUPS_MIN 24 /* if there are more groups than this */
#define HEAT_ROWS_MAX 48
#define HEAT_STEP 1.016 /* between two rows, at the least: twice a bucket of a histogram */
#define CURVE_POINTS_MAX (9 * HTML_CURVE_STEPS)

/* A segment's name, layer, and the class of its colour, which is that of its first part. */
static json_t *segment_object(const struct segment *seg, enum pt_socket socket)
{
	char name[SEGMENT_NAME_MAX], layer[SEGMENT_NAME_MAX];

	return json_pack("{s:s, s:s, s:s}", "name", segment_name(name, seg->from, seg->to, socket), "layer",
			 layer_name(layer, seg->layers), "color", hook_segment(seg->from));
}

/* --- over time --- */

static bool is_empty(const struct series_bucket *b)
{
	return !b->total.count && !b->lost;
}

/* What is in none of the segments that are told apart. */
static uint64_t others_mean(const struct series *s, const struct series_bucket *b)
{
	uint64_t rest = b->total.sum;
	unsigned int i;

	for (i = 0; i < s->nr_segments; i++)
		rest -= b->segment_ns[i];
	return b->total.count ? rest / b->total.count : 0;
}

static void add_others(json_t *segments, const struct series *s)
{
	json_t *means = json_array();
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		if (!is_empty(&s->buckets[i]))
			json_add(means, json_integer(others_mean(s, &s->buckets[i])));
	json_add(segments, json_pack("{s:s, s:s, s:s, s:o}", "name", "other", "layer", "", "color", "other",
				     "mean_ns", means));
}

static json_t *bucket_segments(const struct series *s, enum pt_socket socket)
{
	json_t *segments = json_array(), *o, *means;
	const struct series_bucket *b;
	struct segment seg;
	unsigned int i, j;

	for (i = 0; i < s->nr_segments; i++) {
		seg = (struct segment){ s->segments[i].from, s->segments[i].to, s->segments[i].layers, 0 };
		o = segment_object(&seg, socket);
		means = json_array();
		for (j = 0; j < s->nr; j++) {
			b = &s->buckets[j];
			if (!is_empty(b))
				json_add(means,
					 b->total.count ? json_integer(series_mean(s, b, i)) : json_null());
		}
		json_put(o, "mean_ns", means);
		json_add(segments, o);
	}
	if (s->nr_segments == SERIES_SEGMENTS)
		add_others(segments, s);
	return segments;
}

/* Number, replies, losses and mean of each bucket that has something. */
static json_t *buckets_of(const struct series *s, enum pt_socket socket)
{
	json_t *at = json_array(), *replies = json_array(), *lost = json_array(), *mean = json_array();
	json_t *o = json_pack("{s:o, s:o, s:o, s:o}", "at", at, "replies", replies, "lost", lost, "mean_ns",
			      mean);
	const struct series_bucket *b;
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		b = &s->buckets[i];
		if (is_empty(b))
			continue;
		json_add(at, json_integer(i));
		json_add(replies, json_integer(b->total.count));
		json_add(lost, json_integer(b->lost));
		json_add(mean, b->total.count ? json_integer(histogram_mean(&b->total)) : json_null());
	}
	json_put(o, "segments", bucket_segments(s, socket));
	return o;
}

/* How many neighbouring buckets are taken together, so that each has a spread. */
static unsigned int group_size(const struct series *s)
{
	uint64_t replies = 0;
	unsigned int size, i, groups = 0;

	for (i = 0; i < s->nr; i++) {
		replies += s->buckets[i].total.count;
		groups += !is_empty(&s->buckets[i]);
	}
	for (size = 1; groups > GROUPS_MIN && replies / groups < GROUP_REPLIES; size *= 2)
		groups = (groups + 1) / 2;
	return size;
}

/* The rows of the heat map are equal steps of the logarithm, from @low on. */
struct heat {
	double low, step;
	unsigned int nr;
};

static struct heat heat_of(const struct histogram *total)
{
	double low = total->min ? total->min : 1;
	double range = fmax(log(((double)total->max + 1) / low), log(HEAT_STEP));
	double rows = ceil(range / log(HEAT_STEP));
	struct heat heat = { .low = low };

	heat.nr = rows > HEAT_ROWS_MAX ? HEAT_ROWS_MAX : (unsigned int)rows;
	heat.step = range / heat.nr;
	return heat;
}

static unsigned int heat_row(const struct heat *heat, uint64_t ns)
{
	double row = ns > heat->low ? log(ns / heat->low) / heat->step : 0;

	return row < heat->nr ? (unsigned int)row : heat->nr - 1;
}

/* Row and count in turn. */
static json_t *heat_column(const struct heat *heat, const struct histogram *h)
{
	uint32_t counts[HEAT_ROWS_MAX] = {}, n, i;
	json_t *column = json_array();
	uint64_t ns;

	for (i = 0; i < h->room; i++) {
		n = histogram_bucket(h, i, &ns);
		counts[heat_row(heat, ns)] += n;
	}
	for (i = 0; i < heat->nr; i++) {
		if (!counts[i])
			continue;
		json_add(column, json_integer(i));
		json_add(column, json_integer(counts[i]));
	}
	return column;
}

static json_t *spread_of(const struct histogram *h)
{
	static const unsigned int permilles[] = { 0, 100, 250, 500, 750, 900, 1000 };
	json_t *spread = json_array();
	size_t i;

	for (i = 0; h->count && i < ARRAY_SIZE(permilles); i++)
		json_add(spread, json_integer(histogram_permille(h, permilles[i])));
	return spread;
}

static json_t *heat_object(const struct heat *heat, json_t *columns)
{
	return json_pack("{s:f, s:f, s:i, s:o}", "low_ns", heat->low, "step", heat->step, "rows", heat->nr,
			 "columns", columns);
}

static json_t *groups_of(const struct series *s, const struct histogram *total)
{
	json_t *at = json_array(), *replies = json_array(), *lost = json_array(), *spread = json_array(),
	       *columns = total ? json_array() : NULL, *o;
	struct heat heat = total ? heat_of(total) : (struct heat){};
	unsigned int i, size = group_size(s);
	struct series_bucket g;

	for (i = 0; i < s->nr; i += size) {
		series_group(s, i, size, &g);
		if (!is_empty(&g)) {
			json_add(at, json_integer(i / size));
			json_add(replies, json_integer(g.total.count));
			json_add(lost, json_integer(g.lost));
			json_add(spread, spread_of(&g.total));
			if (total)
				json_add(columns, heat_column(&heat, &g.total));
		}
		histogram_free(&g.total);
	}
	o = json_pack("{s:i, s:o, s:o, s:o, s:o}", "size", size, "at", at, "replies", replies, "lost", lost,
		      "spread_ns", spread);
	if (total)
		json_put(o, "heat", heat_object(&heat, columns));
	return o;
}

json_t *html_groups(const struct series *s, const struct run_info *run, const struct histogram *total)
{
	json_t *o = json_object();

	/* The difference of two monotonic times: a double holds it. */
	json_put(o, "begin_ns", json_integer((json_int_t)(s->begin_ns - run->started.monotonic_ns)));
	json_put(o, "width_ns", json_integer((json_int_t)s->width_ns));
	json_put(o, "groups", groups_of(s, total));
	return o;
}

/* --- percentiles --- */

json_t *html_curve(uint64_t count, uint64_t (*at)(const void *of, uint64_t rank), const void *of)
{
	json_t *ns = json_array();
	double beyond;
	unsigned int i;

	for (i = 0; i < CURVE_POINTS_MAX && count; i++) {
		beyond = pow(10, -(double)i / HTML_CURVE_STEPS) * count;
		json_add(ns, json_integer((json_int_t)at(of, (uint64_t)ceil(count - beyond - 1e-9))));
		if (beyond < 1)
			break;
	}
	return ns;
}

static uint64_t histogram_at(const void *of, uint64_t rank)
{
	uint64_t up_to;

	return histogram_rank(of, rank, &up_to);
}

static json_t *curve_of(const struct histogram *h)
{
	return html_curve(h->count, histogram_at, h);
}

static json_t *curves_of(const struct stats *s)
{
	json_t *curves = json_array(), *o;
	char name[SEGMENT_NAME_MAX];
	struct segment seg;
	unsigned int i;

	json_add(curves, json_pack("{s:s, s:s, s:o}", "name", "round trip", "kind", "total", "ns",
				   curve_of(&s->total)));
	for (i = 0; i < s->nr_layers; i++) {
		layer_name(name, s->layers[i]->layers);
		json_add(curves, json_pack("{s:s, s:s, s:s, s:o}", "name", name, "kind", "layer", "color",
					   name, "ns", curve_of(&s->layers[i]->histogram)));
	}
	for (i = 0; i < s->nr_segments; i++) {
		seg = (struct segment){ s->segments[i]->from, s->segments[i]->to, s->segments[i]->layers, 0 };
		o = segment_object(&seg, s->socket);
		json_put(o, "kind", json_string("segment"));
		json_put(o, "ns", curve_of(&s->segments[i]->histogram));
		json_add(curves, o);
	}
	return curves;
}

/* --- single probes --- */

static json_t *parts_of(const struct html_probe *p)
{
	char name[SEGMENT_NAME_MAX];
	json_t *parts = json_array();
	unsigned int i;

	for (i = 0; i < p->nr_inside; i++)
		json_add(parts, json_pack("{s:s, s:I}", "name",
					  inside_name(name, p->inside[i].from, p->inside[i].to), "ns",
					  (json_int_t)p->inside[i].ns));
	return parts;
}

static json_t *probe_object(const struct html_target *t, const struct html_probe *p, enum pt_socket socket)
{
	json_t *o = json_pack("{s:I}", "total_ns", (json_int_t)p->total_ns), *segments = json_array(), *seg;
	unsigned int i;

	if (p->seq)
		json_put(o, "probe", json_integer(p->seq));
	if (p->sent_ns)
		json_put(o, "sent_ns", json_integer((json_int_t)(p->sent_ns - t->run->started.monotonic_ns)));
	if (p->why[0])
		json_put(o, "why", json_text(p->why));
	for (i = 0; i < p->nr_segments; i++) {
		seg = segment_object(&p->segments[i], socket);
		json_put(seg, "ns", json_integer(p->segments[i].ns));
		if (p->nr_inside && p->segments[i].from == INSIDE_FROM)
			json_put(seg, "inside", parts_of(p));
		json_add(segments, seg);
	}
	json_put(o, "segments", segments);
	return o;
}

static json_t *slowest_of(const struct html_target *t, const struct stats *s)
{
	json_t *slowest = json_array();
	unsigned int i;

	for (i = 0; i < t->nr_slowest; i++)
		json_add(slowest, probe_object(t, &t->slowest[i], s->socket));
	return slowest;
}

json_t *html_charts(const struct html_target *t, const struct stats *s)
{
	const struct clocks *started = &t->run->started;
	const struct series *series = &t->series;
	json_t *o = html_groups(series, t->run, &s->total);
	struct html_probe median;

	/* Microseconds since 1970 fit into a double. */
	json_put(o, "started_us", json_integer((json_int_t)(started->realtime_ns / NSEC_PER_USEC)));
	json_put(o, "traced", json_boolean(t->run->traced));
	json_put(o, "buckets", buckets_of(series, s->socket));
	json_put(o, "curves", curves_of(s));
	json_put(o, "curve_steps", json_integer(HTML_CURVE_STEPS));
	if (t->run->traced && html_median(&median, s))
		json_put(o, "median", probe_object(t, &median, s->socket));
	json_put(o, "slowest", slowest_of(t, s));
	return o;
}
