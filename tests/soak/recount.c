// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * recount WIRE_MIN_NS [SECONDS]: read pingtrace's JSON lines on stdin, do its sums anew, and say what does not agree.
 *
 * - Each probe is answered or lost, once, and the summary has counted so. One that was lost may be answered late.
 * - Segments add up to the round trip, each is the time between its two stamps, no stamp is outside the probe's own time.
 * - count, min, mean and max of each segment and layer are exact, percentiles within half a percent, and so are the
 *   round trips of the summary.
 * - Losses are counted by what was said of each probe.
 *
 * With SECONDS it rests so long after each look at stdin. In an emulated guest a switch between processes costs more than
 * the sums: so it takes many lines at a time. They wait in the pipe, which has room for 500.
 *
 * Prints one JSON object for each target: counts, and how many lines or figures are wrong. `losses` has how often each
 * "where dev reason" was.
 */
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lines.h"

#define VALUES_MAX 64 /* segments and layers of a target, merged ones too */
#define TARGETS_MAX 4
#define KINDS_MAX 256
#define SEQ_SPACE 65536
#define PIPE_SIZE (1 << 20)

/* All that was measured of a segment or layer. */
struct values {
	char name[256];
	bool is_layer;
	int64_t *ns;
	size_t count, room;
};

/* A way in which probes were lost. */
struct kind {
	char name[256];
	int64_t count;
	int64_t late; /* of these, answered after all */
	int64_t summary;
};

enum fate { UNKNOWN, ANSWERED, LOST, LATE };

/* The latest probe with this ICMP sequence number of which something was said. */
struct probe {
	uint64_t seq;
	enum fate fate;
	struct kind *kind; /* of its loss */
};

struct target {
	char host[64];
	struct values values[VALUES_MAX];
	size_t nr_values;
	struct kind kinds[KINDS_MAX];
	size_t nr_kinds;
	struct probe probes[SEQ_SPACE];
	uint64_t highest, highest_answered; /* of the run, not wrapped */
	int64_t answered, lost, late, duplicates, corrupted, errors, clipped, merged, stray;
	int64_t bad_sum, bad_wire, bad_order, bad_stamp, bad_figure, bad_seq, bad_loss, disordered;
	int64_t time_ms; /* from the first request to the end */
	int64_t bad_count; /* by how much the summary's counts differ; 1 without a summary */
	/* of `time`, in us */
	int64_t times, time_min, time_max;
	double time_sum, time_sum2;
};

static struct target targets[TARGETS_MAX];
static size_t nr_targets;
static int64_t bad_line;

/* A segment of the path is the time between these two stamps. */
static const struct {
	const char *name, *from, *to;
} ends[] = {
	{ "syscall-out", "send", "sendmsg" },
	{ "socket-out", "sendmsg", "ip_local_out" },
	{ "ip-out", "ip_local_out", "ip_finish_output2" },
	{ "neigh-out", "ip_finish_output2", "dev_queue" },
	{ "qdisc", "dev_queue", "start_xmit" },
	{ "driver-out", "start_xmit", "xmit" },
	{ "wire", "xmit", "driver_rx" },
	{ "driver-in", "driver_rx", "netif_receive" },
	{ "link-in", "netif_receive", "ip_rcv" },
	{ "ip-in", "ip_rcv", NULL }, /* icmp_rcv, or raw_rcv */
	{ "icmp-in", "icmp_rcv", "ping_rcv" },
	{ "socket-in", NULL, "data_ready" }, /* ping_rcv, or raw_rcv */
	{ "wakeup", "data_ready", "copy" },
	{ "syscall-in", "copy", "recv" },
};

static struct target *target_of(const char *host)
{
	struct target *t;

	for (t = targets; t < targets + nr_targets; t++)
		if (!strcmp(t->host, host))
			return t;
	if (nr_targets == TARGETS_MAX || strlen(host) >= sizeof(t->host))
		return NULL;
	nr_targets++;
	strcpy(t->host, host);
	t->bad_count = 1;
	return t;
}

/* @hint: where it was in the line before. */
static struct values *values_of(struct target *t, const char *name, bool is_layer, size_t hint)
{
	struct values *v = t->values + hint;

	if (hint < t->nr_values && v->is_layer == is_layer && !strcmp(v->name, name))
		return v;
	for (v = t->values; v < t->values + t->nr_values; v++)
		if (v->is_layer == is_layer && !strcmp(v->name, name))
			return v;
	if (t->nr_values == VALUES_MAX)
		abort();
	t->nr_values++;
	snprintf(v->name, sizeof(v->name), "%s", name);
	v->is_layer = is_layer;
	return v;
}

static void add(struct values *v, int64_t ns)
{
	if (v->count == v->room) {
		v->room = v->room ? v->room + v->room / 2 : 1024;
		v->ns = realloc(v->ns, v->room * sizeof(*v->ns));
		if (!v->ns)
			abort();
	}
	v->ns[v->count++] = ns;
}

static struct kind *kind_of(struct target *t, const struct entry *loss)
{
	char name[sizeof(t->kinds[0].name)];
	struct kind *k;

	snprintf(name, sizeof(name), "%s %s %s", loss->where, loss->dev, loss->reason);
	for (k = t->kinds; k < t->kinds + t->nr_kinds; k++)
		if (!strcmp(k->name, name))
			return k;
	if (t->nr_kinds == KINDS_MAX)
		abort();
	t->nr_kinds++;
	strcpy(k->name, name);
	return k;
}

/* --- which probe --- */

/* The first that is said of a probe: it is answered, or lost. */
static void take_fate(struct target *t, uint16_t sequence, enum fate fate, struct kind *kind)
{
	uint64_t seq = t->highest + (int16_t)(sequence - (uint16_t)t->highest);
	struct probe *p = &t->probes[sequence];

	if (!seq || seq > t->highest + SEQ_SPACE / 2 || (p->fate != UNKNOWN && p->seq >= seq))
		t->bad_seq++;
	*p = (struct probe){ .seq = seq, .fate = fate, .kind = kind };
	if (seq > t->highest)
		t->highest = seq;
	if (fate != ANSWERED)
		return;
	t->disordered += seq < t->highest_answered;
	if (seq > t->highest_answered)
		t->highest_answered = seq;
}

/* It was lost, and is answered after all. */
static void take_late(struct target *t, uint16_t sequence)
{
	struct probe *p = &t->probes[sequence];

	if (p->fate != LOST) {
		t->bad_seq++;
		return;
	}
	p->fate = LATE;
	p->kind->late++;
}

static void take_duplicate(struct target *t, uint16_t sequence)
{
	enum fate fate = t->probes[sequence].fate;

	t->duplicates++;
	t->bad_seq += fate != ANSWERED && fate != LATE;
}

/* --- one line --- */

/* Time since `send`; -1: no such stamp. */
static int64_t stamp_of(const struct line *l, const char *hook)
{
	size_t i;

	if (!strcmp(hook, "send"))
		return 0;
	if (!strcmp(hook, "recv"))
		return l->rtt_ns;
	for (i = 0; i < l->nr_stamps; i++)
		if (!strcmp(l->stamps[i].name, hook))
			return l->stamps[i].ns;
	return -1;
}

static bool is_between_its_stamps(const struct line *l, const struct entry *segment)
{
	bool raw = stamp_of(l, "raw_rcv") >= 0;
	const char *from, *to;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (strcmp(segment->name, ends[i].name))
			continue;
		from = ends[i].from ? ends[i].from : raw ? "raw_rcv" : "ping_rcv";
		to = ends[i].to ? ends[i].to : raw ? "raw_rcv" : "icmp_rcv";
		return stamp_of(l, from) >= 0 && stamp_of(l, to) - stamp_of(l, from) == segment->ns;
	}
	return false;
}

static bool are_within(const struct line *l, int64_t end_ns)
{
	size_t i;

	for (i = 0; i < l->nr_stamps; i++)
		if (l->stamps[i].ns < 0 || l->stamps[i].ns > end_ns)
			return false;
	return true;
}

static void take_time(struct target *t, const char *ms)
{
	const char *point = strchr(ms, '.');
	int64_t us;

	if (!point)
		return;
	us = atoll(ms) * 1000 + atoll(point + 1);
	if (!t->times || us < t->time_min)
		t->time_min = us;
	if (us > t->time_max)
		t->time_max = us;
	t->times++;
	t->time_sum += us;
	t->time_sum2 += (double)us * us;
}

static void take_segments(struct target *t, const struct line *l, int64_t wire_min)
{
	struct {
		const char *name;
		int64_t ns;
	} layers[SEGMENTS_MAX];
	size_t nr_layers = 0, i, j;
	int64_t sum = 0, layer_sum = 0;

	for (i = 0; i < l->nr_segments; i++) {
		const struct entry *s = &l->segments[i];
		bool is_merged = !!strchr(s->name, '+');

		sum += s->ns;
		add(values_of(t, s->name, false, i), s->ns);
		t->merged += is_merged;
		if (!l->clipped && !is_merged) {
			t->bad_wire += !strcmp(s->name, "wire") && s->ns < wire_min;
			t->bad_stamp += !is_between_its_stamps(l, s);
		}
		for (j = 0; j < nr_layers && strcmp(layers[j].name, s->layer); j++)
			;
		if (j == nr_layers) {
			layers[j].name = s->layer;
			layers[j].ns = 0;
			nr_layers++;
		}
		layers[j].ns += s->ns;
	}
	for (j = 0; j < nr_layers; j++) {
		add(values_of(t, layers[j].name, true, l->nr_segments + j), layers[j].ns);
		for (i = 0; i < l->nr_layers && strcmp(layers[j].name, l->layers[i].name); i++)
			;
		layer_sum += i < l->nr_layers && l->layers[i].ns == layers[j].ns ? layers[j].ns : -1;
	}
	t->bad_sum += sum != l->rtt_ns || layer_sum != l->rtt_ns;
	if (!l->clipped)
		t->bad_order += !are_within(l, l->rtt_ns);
}

static void take_reply(struct target *t, const struct line *l, int64_t wire_min)
{
	if (l->late)
		take_late(t, l->seq);
	else
		take_fate(t, l->seq, ANSWERED, NULL);
	t->answered++;
	t->late += l->late;
	t->clipped += l->clipped;
	take_time(t, l->time);
	if (l->nr_segments)
		take_segments(t, l, wire_min);
	else
		t->stray++; /* its record is another probe's by now */
}

static void take_loss(struct target *t, const struct line *l)
{
	struct kind *kind = kind_of(t, &l->loss);

	t->lost++;
	kind->count++;
	take_fate(t, l->seq, LOST, kind);
	t->bad_order += !are_within(l, INT64_MAX);
}

/* --- the summary --- */

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_near(const struct values *v, double p, int64_t got)
{
	size_t rank = ceil(p * v->count);
	int64_t want = v->ns[rank ? rank - 1 : 0];

	return llabs(got - want) <= want / 200 + 1;
}

static void check_figures(struct target *t, const struct entry *row, bool is_layer)
{
	struct values *v = values_of(t, row->name, is_layer, 0);
	double sum = 0;
	size_t i;

	qsort(v->ns, v->count, sizeof(*v->ns), compare);
	for (i = 0; i < v->count; i++)
		sum += v->ns[i];
	if (!v->count || row->count != (int64_t)v->count || row->min_ns != v->ns[0] ||
	    row->max_ns != v->ns[v->count - 1] || fabs(row->mean_ns - sum / v->count) > 1 ||
	    !is_near(v, 0.5, row->p50_ns) || !is_near(v, 0.9, row->p90_ns) ||
	    !is_near(v, 0.99, row->p99_ns)) {
		t->bad_figure++;
		fprintf(stderr, "recount: %s differs\n", v->name);
	}
	free(v->ns);
	v->ns = NULL;
	v->count = 0; /* seen */
	v->room = 0;
}

/* `time` is rounded to us, and so are the figures of the summary. */
static bool is_time(const char *ms, double us)
{
	return fabs(atof(ms) * 1000 - us) <= 1 + us * 1e-9;
}

static void check_times(struct target *t, const struct line *l)
{
	double mean = t->times ? t->time_sum / t->times : 0;
	double mdev = t->times ? sqrt(fmax(t->time_sum2 / t->times - mean * mean, 0)) : 0;

	if (t->times && is_time(l->rtt_min, t->time_min) && is_time(l->rtt_max, t->time_max) &&
	    is_time(l->rtt_avg, mean) && is_time(l->rtt_mdev, mdev))
		return;
	if (!t->times && !*l->rtt_avg)
		return;
	t->bad_figure++;
	fprintf(stderr, "recount: rtt differs: min/avg/max/mdev %lld/%.3f/%lld/%.3f us\n",
		(long long)t->time_min, mean, (long long)t->time_max, mdev);
}

/* Ways that are one to us may be several there. Where there are too many, those that came last are one row: `others`. */
static void check_losses(struct target *t, const struct line *l)
{
	int64_t others = 0;
	struct kind *k;
	size_t i;

	for (i = 0; i < l->nr_losses; i++) {
		if (l->losses[i].others)
			others += l->losses[i].count;
		else
			kind_of(t, &l->losses[i])->summary += l->losses[i].count;
	}
	for (k = t->kinds; k < t->kinds + t->nr_kinds; k++) {
		others -= k->count - k->late - k->summary;
		t->bad_loss += k->summary > k->count - k->late;
	}
	t->bad_loss += others != 0;
}

static void take_summary(struct target *t, const struct line *l)
{
	size_t i;

	for (i = 0; i < l->nr_segments; i++)
		check_figures(t, &l->segments[i], false);
	for (i = 0; i < l->nr_layers; i++)
		check_figures(t, &l->layers[i], true);
	for (i = 0; i < t->nr_values; i++)
		t->bad_figure += t->values[i].count != 0;
	check_times(t, l);
	check_losses(t, l);
	t->time_ms = l->time_ms;
	t->bad_count = llabs(l->received - t->answered) + llabs(l->late - t->late) +
		       llabs(l->duplicates - t->duplicates) + llabs(l->corrupted - t->corrupted) +
		       llabs(l->clipped - t->clipped) +
		       llabs(l->transmitted - (t->answered - t->late + t->lost)) +
		       llabs(l->transmitted - (int64_t)t->highest);
}

static void take(struct line *l, int64_t wire_min)
{
	struct target *t = target_of(l->host);

	if (!t)
		bad_line++;
	else if (l->kind == SUMMARY)
		take_summary(t, l);
	else if (l->kind == LOSS)
		take_loss(t, l);
	else if (l->kind == ERROR)
		t->errors++;
	else if (l->kind == DUPLICATE)
		take_duplicate(t, l->seq);
	else if (l->kind == CORRUPTED)
		t->corrupted++;
	else
		take_reply(t, l, wire_min);
}

static void print(const struct target *t)
{
	const struct kind *k;

	printf("{\"host\":\"%s\",\"probes\":%llu,\"replies\":%lld,\"lost\":%lld,\"late\":%lld,\"duplicates\":%lld,"
	       "\"corrupted\":%lld,\"errors\":%lld,\"clipped\":%lld,\"merged\":%lld,\"stray\":%lld,\"disordered\":%lld,\"time_ms\":%lld,"
	       "\"bad_line\":%lld,\"bad_count\":%lld,\"bad_seq\":%lld,\"bad_sum\":%lld,\"bad_wire\":%lld,"
	       "\"bad_order\":%lld,\"bad_stamp\":%lld,\"bad_figure\":%lld,\"bad_loss\":%lld,\"losses\":{",
	       t->host, (unsigned long long)t->highest, (long long)t->answered, (long long)t->lost,
	       (long long)t->late, (long long)t->duplicates, (long long)t->corrupted, (long long)t->errors,
	       (long long)t->clipped, (long long)t->merged, (long long)t->stray, (long long)t->disordered,
	       (long long)t->time_ms, (long long)bad_line, (long long)t->bad_count, (long long)t->bad_seq,
	       (long long)t->bad_sum, (long long)t->bad_wire, (long long)t->bad_order,
	       (long long)t->bad_stamp, (long long)t->bad_figure, (long long)t->bad_loss);
	for (k = t->kinds; k < t->kinds + t->nr_kinds; k++)
		printf("%s\"%s\":%lld", k == t->kinds ? "" : ",", k->name, (long long)k->count);
	printf("}}\n");
}

/* Returns how many bytes at the end of @text are of a line that is not complete. */
static size_t take_lines(char *text, size_t size, int64_t wire_min)
{
	static struct line line;
	char *end;

	while ((end = memchr(text, '\n', size))) {
		*end = '\0';
		if (line_read(&line, text))
			take(&line, wire_min);
		else
			bad_line++;
		size -= end + 1 - text;
		text = end + 1;
	}
	return size;
}

int main(int argc, char **argv)
{
	int64_t wire_min = argc > 1 ? atoll(argv[1]) : 0;
	unsigned int rest_s = argc > 2 ? atoi(argv[2]) : 0;
	static char text[PIPE_SIZE];
	size_t begun = 0, i;
	ssize_t n;

	fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
	while ((n = read(STDIN_FILENO, text + begun, sizeof(text) - begun)) > 0) {
		i = take_lines(text, begun + n, wire_min);
		memmove(text, text + begun + n - i, i);
		begun = i;
		if (rest_s)
			sleep(rest_s);
	}
	bad_line += begun != 0;
	for (i = 0; i < nr_targets; i++)
		print(&targets[i]);
	return 0;
}
