// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text for people: ping's own lines as they are, scripts parse them; ours follow, indented.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include "output.h"
#include "output_path.h"
#include "terminal.h"

#define INDENT "    "
#define BAR_WIDTH 30

#define NOTE_SIZE 1024

/* A sentence of ours, indented; what does not fit into the line is continued on the next, indented a little more. */
static void print_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void print_note(const char *fmt, ...)
{
	struct filler f = {
		.indent = strlen(INDENT) + 2,
		.width = line_width(),
		.column = strlen(INDENT),
	};
	char text[NOTE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf(INDENT);
	fill(&f, text);
	printf("\n");
}

static double to_us(uint64_t ns)
{
	return (double)ns / NSEC_PER_USEC;
}

static bool is_traced(const struct run *run)
{
	return tracer_is_tracing(run->tracer);
}

static void print_time(const struct run *run)
{
	struct timeval tv;

	if (!run->options->print_time)
		return;
	gettimeofday(&tv, NULL);
	printf("[%lu.%06lu] ", (unsigned long)tv.tv_sec, (unsigned long)tv.tv_usec);
}

/* With several targets, as fping: whose line it is. */
static void print_whose(const struct run *run)
{
	if (run->nr_targets > 1)
		printf("%-*s : ", run->name_width, run->target->name);
}

/* "name (address)", or the address alone where there is no name for it. */
static void print_node(const struct run *run, const char *address, bool is_target)
{
	if (is_target && run->target->reverse[0])
		printf("%s (%s)", run->target->reverse, address);
	else
		printf("%s", address);
}

/* ping's precision: four digits, three decimals at the most, in ms; with -3 three in any case. */
static void print_rtt(uint64_t ns, bool precise)
{
	uint64_t us = (ns + NSEC_PER_USEC / 2) / NSEC_PER_USEC;

	if (precise)
		printf(" time=%llu.%03llu ms", (unsigned long long)us / 1000, (unsigned long long)us % 1000);
	else if (us >= 100000 - 50)
		printf(" time=%llu ms", (unsigned long long)(us + 500) / 1000);
	else if (us >= 10000 - 5)
		printf(" time=%llu.%01llu ms", (unsigned long long)(us + 50) / 1000,
		       (unsigned long long)(us + 50) % 1000 / 100);
	else if (us >= 1000)
		printf(" time=%llu.%02llu ms", (unsigned long long)(us + 5) / 1000,
		       (unsigned long long)(us + 5) % 1000 / 10);
	else
		printf(" time=0.%03llu ms", (unsigned long long)us);
}

static void print_pattern(const struct options *o)
{
	size_t i;

	printf("PATTERN: 0x");
	for (i = 0; i < o->pattern_size; i++)
		printf("%02x", o->pattern[i]);
	printf("\n");
}

static void text_begin(const struct run *run)
{
	const struct options *o = run->options;
	const struct target *t = run->target;

	if (o->has_pattern && !o->quiet && run->index == 0)
		print_pattern(o);
	printf("PING %s (%s) ", t->name, t->text);
	if (run->flow)
		printf(", flow 0x%05x, ", run->flow);
	if (run->source)
		printf("from %s: ", run->source);
	if (t->family == PT_FAMILY_V6)
		printf("%u data bytes\n", o->payload_size);
	else
		printf("%u(%u) bytes of data.\n", o->payload_size,
		       o->payload_size + 8 + 20 + run->ip_options_size);
	if (*tracer_why_not_better(run->tracer) && run->index == 0)
		print_note("tracing by %s only, which sees less: %s", tracer_backend_name(run->tracer),
			   tracer_why_not_better(run->tracer));
	if ((o->segments || o->path || o->why) && !is_traced(run) && run->index == 0)
		print_note("not tracing: nothing for --segments, --path and --why to show");
	else if (o->why && !tracer_has_why(run->tracer) && run->index == 0)
		print_note("--why cannot look for causes without BPF programs");
	fflush(stdout);
}

/* A dot that the reply takes back: what stays are those without an answer. */
static void text_sent(const struct run *run)
{
	if (!run->options->flood || run->options->quiet)
		return;
	putchar('.');
	fflush(stdout);
}

#define LAYER_GAP "   "

/* All on one line, unless merged names make it wider than the terminal. */
static void print_layers(const struct path *path)
{
	unsigned int i, wide, column = strlen(INDENT), unit = columns(micro()) + 1;
	char name[SEGMENT_NAME_MAX], value[32];
	layer_set l;

	printf(INDENT);
	for (i = 0; i < path->nr_layers; i++) {
		l = path->layers_seen[i];
		snprintf(value, sizeof(value), "%8.2f", to_us(path->layer_ns[l]));
		wide = strlen(layer_name(name, l)) + 1 + strlen(value);
		if (i && column + strlen(LAYER_GAP) + wide + unit > line_width()) {
			printf("\n" INDENT);
			column = strlen(INDENT);
		} else if (i) {
			printf(LAYER_GAP);
			column += strlen(LAYER_GAP);
		}
		printf("%s%s%s %s", layer_color(l), name, paint(RESET), value);
		column += wide;
	}
	printf(" %s%s\n", micro(), path->clipped ? "   (clipped)" : "");
}

/* A bar of @share of BAR_WIDTH columns, in eighths of a column where the terminal can; nothing for less. */
static void print_bar(double share, const char *color)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int units = lround(share * BAR_WIDTH * 8);
	int i;

	if (!is_utf8())
		units = units / 8 * 8;
	if (!units)
		return;
	printf("  %s", color);
	for (i = 0; i < units / 8; i++)
		fputs(is_utf8() ? "█" : "#", stdout);
	printf("%s%s", eighths[units % 8], paint(RESET));
}

#define SEGMENT_WIDTH 13 /* of names that are not merged */

static void print_segment(const char *indent, const char *name, int width, const struct segment *s,
			  const struct path *path)
{
	printf(INDENT "%s%-*s %12.2f %s", indent, width - (int)strlen(indent), name, to_us(s->ns), micro());
	print_bar(path->total_ns ? (double)s->ns / path->total_ns : 0, layer_color(s->layers));
	printf("\n");
}

/* As wide as the longest name of them all. */
static int segments_width(const struct path *path)
{
	int width = SEGMENT_WIDTH, len;
	char name[SEGMENT_NAME_MAX];
	const struct segment *s;

	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		len = strlen(segment_name(name, s->from, s->to, path->socket));
		width = len > width ? len : width;
	}
	for (s = path->inside; s < path->inside + path->nr_inside; s++) {
		len = strlen("  ") + strlen(inside_name(name, s->from, s->to));
		width = len > width ? len : width;
	}
	return width;
}

static void print_segments(const struct path *path)
{
	char name[SEGMENT_NAME_MAX];
	const struct segment *s, *part;
	int width = segments_width(path);

	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		print_segment("", segment_name(name, s->from, s->to, path->socket), width, s, path);
		if (!path->nr_inside || s->from != path->inside[0].from)
			continue;
		for (part = path->inside; part < path->inside + path->nr_inside; part++)
			print_segment("  ", inside_name(name, part->from, part->to), width, part, path);
	}
}

/* ping's own stamp takes the first 16 bytes of the payload: with less it knows no time, and shows none. */
#define PING_STAMP_SIZE 16

static bool has_time(const struct run *run)
{
	return run->options->payload_size >= PING_STAMP_SIZE;
}

static void print_wrong_data(const struct reply *r)
{
	size_t i;

	printf("\nwrong data byte #%d should be 0x%x but was 0x%x", r->wrong_at, r->wrong_should,
	       r->wrong_is);
	for (i = PING_STAMP_SIZE; i < r->payload_size; i++) {
		if (i % 32 == PING_STAMP_SIZE)
			printf("\n#%zu\t", i);
		printf("%x ", r->payload[i]);
	}
}

static void print_marks(const struct run *run, const struct reply *r)
{
	if (r->duplicate && (!run->multicast || run->options->verbose))
		printf(" (DUP!)");
	if (r->bad_checksum)
		printf(" (BAD CHECKSUM!)");
	if (!r->from_target && !run->any_source)
		printf(" (DIFFERENT ADDRESS!)");
}

/* Returns whether the line is complete: a truncated reply is not looked into. */
static bool print_reply(const struct run *run, const struct reply *r)
{
	const struct options *o = run->options;

	print_time(run);
	print_whose(run);
	printf("%zu bytes from ", r->bytes);
	print_node(run, r->from, r->from_target);
	printf(": icmp_seq=%u", r->seq);
	if (o->verbose)
		printf(" ident=%u", r->id);
	if (r->ttl >= 0)
		printf(" ttl=%d", r->ttl);
	if (r->payload_size < o->payload_size) {
		printf(" (truncated)\n");
		return false;
	}
	if (r->has_time && has_time(run))
		print_rtt(r->time_ns, o->precise);
	print_marks(run, r);
	if (r->wrong_at >= 0)
		print_wrong_data(r);
	if (o->audible)
		putchar('\a');
	printf("%s\n", r->ip_options);
	return true;
}

static void text_reply(const struct run *run, const struct reply *r)
{
	const struct options *o = run->options;
	char text[WHY_TEXT_SIZE];

	if (o->quiet)
		return;
	if (o->flood) {
		printf("%s%s", r->bad_checksum ? "\bC" : "\b \b", o->audible ? "\a" : "");
	} else if (print_reply(run, r) && r->path && is_traced(run)) {
		print_layers(r->path);
		if (r->why && *why_text(text, r->why))
			print_note("why: %s", text);
		if (o->segments)
			print_segments(r->path);
		if (o->path)
			output_path(run, r->record, r->path, NULL);
	}
	fflush(stdout);
}

/*
 * ping is silent: the next reply's icmp_seq and the statistics tell. Ours is a line of its own, where there is something
 * to say, with no word in it by which scripts know ping's lines.
 */
static void text_lost(const struct run *run, uint16_t seq, const struct pt_record *record,
		      const struct loss *l)
{
	const struct options *o = run->options;
	char text[LOSS_TEXT_SIZE];

	if (o->quiet || o->flood || !l || !is_traced(run))
		return;
	loss_text(text, l, run->netns);
	if (run->nr_targets > 1)
		print_note("%s : probe %u %s", run->target->name, seq, text);
	else
		print_note("probe %u %s", seq, text);
	if (o->path && record)
		output_path(run, record, NULL, l);
	fflush(stdout);
}

static void text_outstanding(const struct run *run, uint16_t seq)
{
	print_time(run);
	print_whose(run);
	printf("no answer yet for icmp_seq=%u\n", seq);
	fflush(stdout);
}

static void text_error(const struct run *run, const struct echo_error *error, const char *from)
{
	char text[ERROR_TEXT_SIZE];

	if (run->options->quiet)
		return;
	if (run->options->flood) {
		fputs(error->local ? "E" : "\bE", stdout);
		fflush(stdout);
		return;
	}
	error_text(text, error, run->target->family);
	if (error->local) {
		complain("%s: %s", error->error == EMSGSIZE ? "local error" : "sendmsg", text);
		return;
	}
	print_time(run);
	print_whose(run);
	printf("From ");
	print_node(run, from, address_equal(&error->from, &run->target->address));
	printf(" icmp_seq=%u %s\n", error->request.seq, text);
	fflush(stdout);
}

static void print_ms(double ns)
{
	long long us = llround(ns / NSEC_PER_USEC);

	printf("%lld.%03lld", us / 1000, us % 1000);
}

static void print_statistics(const struct run *run)
{
	const struct stats *s = run->stats;
	const char *comma = "";

	printf("\n--- %s ping statistics ---\n", run->target->name);
	printf("%llu packets transmitted, %llu received", (unsigned long long)s->transmitted,
	       (unsigned long long)s->received);
	if (s->duplicates)
		printf(", +%llu duplicates", (unsigned long long)s->duplicates);
	if (s->corrupted)
		printf(", +%llu corrupted", (unsigned long long)s->corrupted);
	if (s->errors)
		printf(", +%llu errors", (unsigned long long)s->errors);
	if (s->transmitted) {
		printf(", %g%% packet loss", stats_loss(s));
		printf(", time %llums",
		       (unsigned long long)((run->end_ns - run->start_ns + NSEC_PER_MSEC / 2) /
					    NSEC_PER_MSEC));
	}
	printf("\n");
	if (s->rtt_count && has_time(run)) {
		printf("rtt min/avg/max/mdev = ");
		print_ms(s->rtt_min);
		printf("/");
		print_ms(s->rtt_sum / s->rtt_count);
		printf("/");
		print_ms(s->rtt_max);
		printf("/");
		print_ms(stats_rtt_mdev(s));
		printf(" ms");
		comma = ", ";
	}
	if (s->pipe > 1) {
		printf("%spipe %u", comma, s->pipe);
		comma = ", ";
	}
	if (s->received && (!run->options->interval_ns || run->options->flood || run->options->adaptive) &&
	    s->transmitted > 1) {
		printf("%sipg/ewma ", comma);
		print_ms((double)(run->end_ns - run->start_ns) / (s->transmitted - 1));
		printf("/");
		print_ms(s->rtt_ewma);
		printf(" ms");
	}
	printf("\n");
}

/* How wide the columns of the tables are. */
struct table {
	int name, figure;
};

#define FIGURE_WIDTH 11
#define SHARE_WIDTH 9
#define NR_FIGURES 4

/*
 * Names take as much as the longest merged one of this run. Figures come closer to each other where they have to, but
 * not closer than the largest of them allows.
 */
static struct table table_of(const struct stats *s)
{
	int fixed = strlen(INDENT) + SHARE_WIDTH, least, len;
	struct table t = { .name = 12, .figure = FIGURE_WIDTH };
	char name[SEGMENT_NAME_MAX];
	unsigned int i, width = terminal_width();

	for (i = 0; i < s->nr_segments; i++) {
		len = strlen(segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket));
		t.name = len > t.name ? len : t.name;
	}
	least = snprintf(NULL, 0, "%.2f", to_us(s->total.max));
	while (t.figure > least && fixed + t.name + NR_FIGURES * (t.figure + 1) > (int)width)
		t.figure--;
	return t;
}

static void print_row(const char *name, struct table t, const struct split *split, const struct stats *s)
{
	const struct histogram *h = &split->histogram;
	double share = s->total.sum ? (double)h->sum * 100 / s->total.sum : 0;

	printf(INDENT "%s%-*s%s %*.2f %*.2f %*.2f %*.2f %6.1f %%\n", layer_color(split->layers), t.name, name,
	       paint(RESET), t.figure, to_us(histogram_permille(h, 500)), t.figure,
	       to_us(histogram_permille(h, 900)), t.figure, to_us(histogram_permille(h, 990)), t.figure,
	       to_us(h->max), share);
}

static void print_head(const char *title, struct table t)
{
	/* The micro sign takes two bytes and one column. */
	int name = t.name + (int)(strlen(title) - columns(title));

	printf(INDENT "%s%-*s %*s %*s %*s %*s %8s%s\n", paint(DIM), name, title, t.figure, "p50", t.figure,
	       "p90", t.figure, "p99", t.figure, "max", "share", paint(RESET));
}

static void print_tables(const struct run *run)
{
	const struct stats *s = run->stats;
	struct table t = table_of(s);
	char name[SEGMENT_NAME_MAX], title[32];
	unsigned int i;

	if (!s->total.count)
		return;
	printf("\n");
	snprintf(title, sizeof(title), "segment, %s", micro());
	print_head(title, t);
	for (i = 0; i < s->nr_segments; i++)
		print_row(segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket), t,
			  s->segments[i], s);
	printf("\n");
	print_head("layer", t);
	for (i = 0; i < s->nr_layers; i++)
		print_row(layer_name(name, s->layers[i]->layers), t, s->layers[i], s);
}

/* The names of the hooks that this run wants and has not got. */
static void print_missing(const struct run *run)
{
	uint32_t missing = tracer_missing_hooks(run->tracer);
	char names[NOTE_SIZE] = "";
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (missing & 1U << h)
			append(names, sizeof(names), "%s%s", *names ? ", " : "", hook_name(h));
	if (*names)
		print_note("without: %s", names);
}

static void print_tracing(const struct run *run)
{
	uint64_t overhead_ns = run_overhead_ns(run);
	char text[NOTE_SIZE] = "";
	unsigned int attached = 0;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		attached += tracer_has_hook(run->tracer, h) && tracer_wants_hook(run->tracer, h);
	append(text, sizeof(text), "traced by %s: %u hooks, %s socket", tracer_backend_name(run->tracer),
	       attached, run->socket == PT_SOCKET_RAW ? "raw" : "ping");
	if (overhead_ns)
		append(text, sizeof(text), "; the stamps themselves take about %.2f %s of each round trip",
		       to_us(overhead_ns), micro());
	printf("\n");
	print_note("%s", text);
	print_missing(run);
	if (run->stats->late)
		print_note("%llu replies came after their probes had been given up (-W)",
			   (unsigned long long)run->stats->late);
	if (run->stats->clipped)
		print_note("%llu probes had a stamp out of order, set to its neighbour (clipped)",
			   (unsigned long long)run->stats->clipped);
}

/* The verdict, a sentence a line. What was not measured has been said below the tables. */
static void print_findings(const struct run *run)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, nr = run_findings(findings, run);
	const char *before = "\n";

	for (i = 0; i < nr; i++) {
		if (!strcmp(findings[i].id, "not-measured"))
			continue;
		printf("%s", before);
		print_note("%s", findings[i].text);
		before = "";
	}
}

static void text_end(const struct run *run)
{
	print_statistics(run);
	if (is_traced(run)) {
		print_tables(run);
		print_tracing(run);
		print_findings(run);
	}
	fflush(stdout);
}

const struct output output_text = {
	.begin = text_begin,
	.sent = text_sent,
	.reply = text_reply,
	.lost = text_lost,
	.outstanding = text_outstanding,
	.error = text_error,
	.end = text_end,
};
