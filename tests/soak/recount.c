// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * recount WIRE_MIN_NS: read pingtrace's JSON lines on stdin, do its sums anew, and say what does not agree.
 *
 * - Each probe is answered or lost, once, and the summary has counted so. One that was lost may be answered late.
 * - Segments add up to the round trip, and lie where `wire` is, at least WIRE_MIN_NS long.
 * - count, min, mean and max of each segment are exact, percentiles within half a percent.
 *
 * Prints one JSON object: counts, and how many lines or figures are wrong.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#define SEGMENTS_MAX 64

struct segment {
	char name[256];
	int64_t *ns;
	size_t count, room;
};

static struct segment segments[SEGMENTS_MAX];
static size_t nr_segments;
static unsigned long long replies, lost, late, duplicates, corrupted, errors, clipped, merged;
static unsigned long long bad_sum, bad_wire, bad_order, bad_figure;

static int64_t integer(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static struct segment *segment_of(const char *name)
{
	struct segment *s;

	for (s = segments; s < segments + nr_segments; s++)
		if (!strcmp(s->name, name))
			return s;
	if (nr_segments == SEGMENTS_MAX)
		abort();
	nr_segments++;
	snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

static void add(const char *name, int64_t ns)
{
	struct segment *s = segment_of(name);

	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		s->ns = realloc(s->ns, s->room * sizeof(*s->ns));
		if (!s->ns)
			abort();
	}
	s->ns[s->count++] = ns;
}

static void check_stamps(const json_t *reply, int64_t rtt)
{
	int64_t ns;
	const json_t *stamp;
	size_t i;

	json_array_foreach(json_object_get(reply, "stamps"), i, stamp)
	{
		ns = integer(stamp, "ns");
		if (ns < 0 || ns > rtt) {
			bad_order++;
			return;
		}
	}
}

static void take_reply(const json_t *reply, int64_t wire_min)
{
	int64_t sum = 0, ns, rtt = integer(reply, "user_rtt_ns");
	const json_t *segment;
	const char *name;
	bool clip = json_is_true(json_object_get(reply, "clipped"));
	size_t i;

	replies++;
	late += json_is_true(json_object_get(reply, "late"));
	clipped += clip;
	json_array_foreach(json_object_get(reply, "segments"), i, segment)
	{
		name = json_string_value(json_object_get(segment, "name"));
		ns = integer(segment, "ns");
		sum += ns;
		add(name, ns);
		merged += !!strchr(name, '+');
		bad_wire += !clip && !strcmp(name, "wire") && ns < wire_min;
	}
	bad_sum += sum != rtt;
	if (!clip)
		check_stamps(reply, rtt);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_near(const struct segment *s, double p, int64_t got)
{
	size_t rank = ceil(p * s->count);
	int64_t want = s->ns[rank ? rank - 1 : 0];

	return llabs(got - want) <= want / 200 + 1;
}

static void check_figures(const json_t *row)
{
	struct segment *s = segment_of(json_string_value(json_object_get(row, "name")));
	double sum = 0;
	size_t i;

	qsort(s->ns, s->count, sizeof(*s->ns), compare);
	for (i = 0; i < s->count; i++)
		sum += s->ns[i];
	if (!s->count || integer(row, "count") != (int64_t)s->count || integer(row, "min_ns") != s->ns[0] ||
	    integer(row, "max_ns") != s->ns[s->count - 1] ||
	    fabs(integer(row, "mean_ns") - sum / s->count) > 1 || !is_near(s, 0.5, integer(row, "p50_ns")) ||
	    !is_near(s, 0.9, integer(row, "p90_ns")) || !is_near(s, 0.99, integer(row, "p99_ns"))) {
		bad_figure++;
		fprintf(stderr, "recount: %s differs\n", s->name);
	}
	s->count = 0; /* seen */
}

/* Returns what the summary lacks or has too many of. */
static unsigned long long check_summary(const json_t *summary)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(summary, "segments"), i, row) check_figures(row);
	for (i = 0; i < nr_segments; i++)
		bad_figure += segments[i].count != 0;
	return llabs(integer(summary, "received") - (int64_t)replies) +
	       llabs(integer(summary, "late") - (int64_t)late) +
	       llabs(integer(summary, "duplicates") - (int64_t)duplicates) +
	       llabs(integer(summary, "corrupted") - (int64_t)corrupted) +
	       llabs(integer(summary, "clipped") - (int64_t)clipped) +
	       llabs(integer(summary, "transmitted") - (int64_t)(replies - late + lost));
}

int main(int argc, char **argv)
{
	int64_t wire_min = argc > 1 ? atoll(argv[1]) : 0;
	unsigned long long bad_line = 0, bad_count = 1;
	static char line[1 << 16];
	json_t *o;

	while (fgets(line, sizeof(line), stdin)) {
		o = json_loads(line, 0, NULL);
		if (!o)
			bad_line++;
		else if (json_object_get(o, "transmitted"))
			bad_count = check_summary(o);
		else if (json_object_get(o, "lost"))
			lost++;
		else if (json_object_get(o, "error"))
			errors++;
		else if (json_object_get(o, "duplicate"))
			duplicates++;
		else if (json_object_get(o, "corrupted"))
			corrupted++;
		else
			take_reply(o, wire_min);
		json_decref(o);
	}
	printf("{\"replies\":%llu,\"lost\":%llu,\"late\":%llu,\"duplicates\":%llu,\"corrupted\":%llu,\"errors\":%llu,"
	       "\"clipped\":%llu,\"merged\":%llu,\"bad_line\":%llu,\"bad_count\":%llu,\"bad_sum\":%llu,"
	       "\"bad_wire\":%llu,\"bad_order\":%llu,\"bad_figure\":%llu}\n",
	       replies, lost, late, duplicates, corrupted, errors, clipped, merged, bad_line, bad_count,
	       bad_sum, bad_wire, bad_order, bad_figure);
	return 0;
}
