// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text for people: ping's lines unchanged, for scripts parse them; ours follow, indented.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/findings.h"
#include "base/util.h"
#include "net/ip_options.h"
#include "output/comparison.h"
#include "output/output_path.h"
#include "output/sink.h"
#include "output/terminal.h"

#define INDENT "    "
#define BAR_WIDTH 30

#define NOTE_SIZE 1024

/* State of a target. */
struct text_target {
	struct route route; /* the last one recorded */
};

struct text {
	FILE *file;
	struct terminal terminal;
	const struct display *display;
	const struct run_info *run;
	struct text_target *targets; /* by index */
	unsigned int nr_targets;
	const struct target_info *target; /* that is spoken of */
	struct text_target *about; /* what is remembered of it; NULL: there was no memory */
};

/* The text of @s, about @target from now on. */
static struct text *text_of(struct sink *s, const struct target_info *target)
{
	struct text *t = s->state;

	t->run = s->run;
	t->target = target;
	t->about = target->index < t->nr_targets ? &t->targets[target->index] : NULL;
	return t;
}

/* A sentence of ours, indented; what does not fit into the line is continued on the next, indented a little more. */
static void print_note(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void print_note(struct text *t, const char *fmt, ...)
{
	struct filler f = {
		.indent = strlen(INDENT) + 2,
		.width = line_width(&t->terminal),
		.column = strlen(INDENT),
	};
	char text[NOTE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(t->file, INDENT);
	fill(&t->terminal, &f, text);
	fprintf(t->file, "\n");
}

static double to_us(uint64_t ns)
{
	return (double)ns / NSEC_PER_USEC;
}

static bool is_traced(const struct text *t)
{
	return t->run->traced;
}

static void print_time(struct text *t, uint64_t wall_us)
{
	if (t->display->print_time)
		fprintf(t->file, "[%llu.%06llu] ", (unsigned long long)wall_us / USEC_PER_SEC,
			(unsigned long long)wall_us % USEC_PER_SEC);
}

/* With several targets, begin the line with the target's name, as fping does. */
static void print_whose(struct text *t)
{
	if (t->run->nr_targets > 1)
		fprintf(t->file, "%-*s : ", t->run->name_width, t->target->name);
}

/* "name (address)", or the address alone where there is no name for it. */
static void print_node(struct text *t, const char *address, bool is_target)
{
	if (is_target && t->target->reverse[0])
		fprintf(t->file, "%s (%s)", t->target->reverse, address);
	else
		fprintf(t->file, "%s", address);
}

/* ping's precision: four digits, three decimals at the most, in ms; with -3 three in any case. */
static void print_rtt(struct text *t, uint64_t ns, bool precise)
{
	uint64_t us = (ns + NSEC_PER_USEC / 2) / NSEC_PER_USEC;

	if (precise)
		fprintf(t->file, " time=%llu.%03llu ms", (unsigned long long)us / 1000,
			(unsigned long long)us % 1000);
	else if (us >= 100000 - 50)
		fprintf(t->file, " time=%llu ms", (unsigned long long)(us + 500) / 1000);
	else if (us >= 10000 - 5)
		fprintf(t->file, " time=%llu.%01llu ms", (unsigned long long)(us + 50) / 1000,
			(unsigned long long)(us + 50) % 1000 / 100);
	else if (us >= 1000)
		fprintf(t->file, " time=%llu.%02llu ms", (unsigned long long)(us + 5) / 1000,
			(unsigned long long)(us + 5) % 1000 / 10);
	else
		fprintf(t->file, " time=0.%03llu ms", (unsigned long long)us);
}

static void print_pattern(struct text *t)
{
	size_t i;

	fprintf(t->file, "PATTERN: 0x");
	for (i = 0; i < t->run->pattern_size; i++)
		fprintf(t->file, "%02x", t->run->pattern[i]);
	fprintf(t->file, "\n");
}

static bool remember(struct text *t, unsigned int index)
{
	struct text_target *more = grow_array(t->targets, &t->nr_targets, index, sizeof(*more));

	if (more)
		t->targets = more;
	return more;
}

/* What holds for all targets is printed with the first. */
static void print_about_run(struct text *t)
{
	const struct display *d = t->display;

	if (*t->run->why_not_better)
		print_note(t, "tracing by %s only, which sees less: %s", t->run->backend,
			   t->run->why_not_better);
	if ((d->segments || d->path || d->why) && !t->run->traced)
		print_note(t, "tracing is off: --segments, --path and --why have nothing to show");
	else if (d->why && !t->run->why)
		print_note(t, "recorded without --why: no causes to show");
	else if (d->why && !t->run->has_why)
		print_note(t, "--why cannot look for causes without BPF programs");
}

static void text_target_begin(struct sink *s, const struct target_info *target)
{
	struct text *t = s->state;
	const struct run_info *run = s->run;

	remember(t, target->index);
	text_of(s, target);
	if (run->has_pattern && !t->display->quiet && target->index == 0)
		print_pattern(t);
	fprintf(t->file, "PING %s (%s) ", target->name, target->address);
	if (target->flow)
		fprintf(t->file, ", flow 0x%05x, ", target->flow);
	if (target->source[0])
		fprintf(t->file, "from %s: ", target->source);
	if (target->family == PT_FAMILY_V6)
		fprintf(t->file, "%u data bytes\n", run->payload_size);
	else
		fprintf(t->file, "%u(%u) bytes of data.\n", run->payload_size,
			run->payload_size + 8 + 20 + target->ip_options_size);
	if (target->index == 0)
		print_about_run(t);
	fflush(t->file);
}

/* A dot that the reply erases: the dots that stay have no reply. */
static void text_sent(struct sink *s, const struct target_info *target, uint64_t seq)
{
	struct text *t = text_of(s, target);

	(void)seq;
	if (!t->run->flood || t->display->quiet)
		return;
	putc('.', t->file);
	fflush(t->file);
}

#define LAYER_GAP "   "

/* All on one line, unless merged names make it wider than the terminal. */
static void print_layers(struct text *t, const struct path *path)
{
	unsigned int i, wide, column = strlen(INDENT), unit = columns(micro()) + 1;
	char name[SEGMENT_NAME_MAX], value[32];
	layer_set l;

	fprintf(t->file, INDENT);
	for (i = 0; i < path->nr_layers; i++) {
		l = path->layers_seen[i];
		snprintf(value, sizeof(value), "%8.2f", to_us(path->layer_ns[l]));
		wide = strlen(layer_name(name, l)) + 1 + strlen(value);
		if (i && column + strlen(LAYER_GAP) + wide + unit > line_width(&t->terminal)) {
			fprintf(t->file, "\n" INDENT);
			column = strlen(INDENT);
		} else if (i) {
			fprintf(t->file, LAYER_GAP);
			column += strlen(LAYER_GAP);
		}
		fprintf(t->file, "%s%s%s %s", layer_color(&t->terminal, l), name, paint(&t->terminal, RESET),
			value);
		column += wide;
	}
	fprintf(t->file, " %s%s\n", micro(), path->clipped ? "   (clipped)" : "");
}

/* A bar of @share of BAR_WIDTH columns, in eighths of a column where the terminal can; nothing for less. */
static void print_bar(struct text *t, double share, const char *color)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int units = lround(share * BAR_WIDTH * 8);
	int i;

	if (!is_utf8())
		units = units / 8 * 8;
	if (!units)
		return;
	fprintf(t->file, "  %s", color);
	for (i = 0; i < units / 8; i++)
		fputs(is_utf8() ? "█" : "#", t->file);
	fprintf(t->file, "%s%s", eighths[units % 8], paint(&t->terminal, RESET));
}

#define SEGMENT_WIDTH 13 /* of names that are not merged */

static void print_segment(struct text *t, const char *indent, const char *name, int width,
			  const struct segment *s, const struct path *path)
{
	fprintf(t->file, INDENT "%s%-*s %12.2f %s", indent, width - (int)strlen(indent), name, to_us(s->ns),
		micro());
	print_bar(t, path->total_ns ? (double)s->ns / path->total_ns : 0,
		  layer_color(&t->terminal, s->layers));
	fprintf(t->file, "\n");
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

static void print_segments(struct text *t, const struct path *path)
{
	char name[SEGMENT_NAME_MAX];
	const struct segment *s, *part;
	int width = segments_width(path);

	for (s = path->segments; s < path->segments + path->nr_segments; s++) {
		print_segment(t, "", segment_name(name, s->from, s->to, path->socket), width, s, path);
		if (!path->nr_inside || s->from != path->inside[0].from)
			continue;
		for (part = path->inside; part < path->inside + path->nr_inside; part++)
			print_segment(t, "  ", inside_name(name, part->from, part->to), width, part, path);
	}
}

/* ping's own stamp takes the first 16 bytes of the payload: with less it knows no time, and shows none. */
#define PING_STAMP_SIZE 16

static bool has_time(struct text *t)
{
	return t->run->payload_size >= PING_STAMP_SIZE;
}

static void print_wrong_data(struct text *t, const struct result *r)
{
	size_t i, size = r->payload ? r->bytes - RESULT_ICMP_HEADER : 0;

	fprintf(t->file, "\nwrong data byte #%d should be 0x%x but was 0x%x", r->wrong_at, r->wrong_should,
		r->wrong_is);
	for (i = PING_STAMP_SIZE; i < size; i++) {
		if (i % 32 == PING_STAMP_SIZE)
			fprintf(t->file, "\n#%zu\t", i);
		fprintf(t->file, "%x ", r->payload[i]);
	}
}

static void print_marks(struct text *t, const struct result *r)
{
	if (r->duplicate && (!t->target->multicast || t->display->verbose))
		fprintf(t->file, " (DUP!)");
	if (r->corrupted)
		fprintf(t->file, " (BAD CHECKSUM!)");
	if (!r->from_target && !t->target->any_source)
		fprintf(t->file, " (DIFFERENT ADDRESS!)");
}

/* Returns whether the line is complete: a truncated reply is not looked into. */
static bool print_reply(struct text *t, const struct result *r)
{
	char options[IP_OPTIONS_TEXT_SIZE];

	print_time(t, r->wall_us);
	print_whose(t);
	fprintf(t->file, "%zu bytes from ", r->bytes);
	print_node(t, r->from, r->from_target);
	fprintf(t->file, ": icmp_seq=%u", (uint16_t)r->seq);
	if (t->display->verbose)
		fprintf(t->file, " ident=%u", t->target->id);
	if (r->ttl >= 0)
		fprintf(t->file, " ttl=%d", r->ttl);
	if (result_is_truncated(r, t->run)) {
		fprintf(t->file, " (truncated)\n");
		return false;
	}
	if (r->has_time && has_time(t))
		print_rtt(t, r->time_ns, t->display->precise);
	print_marks(t, r);
	if (r->wrong_at >= 0)
		print_wrong_data(t, r);
	if (t->display->audible)
		putc('\a', t->file);
	fprintf(t->file, "%s\n",
		ip_options_text(options, r->ip_options, r->ip_options_size,
				t->about ? &t->about->route : NULL));
	return true;
}

static void show_reply(struct text *t, const struct result *r)
{
	const struct display *d = t->display;
	char text[CAUSES_TEXT_SIZE];

	if (d->quiet)
		return;
	if (t->run->flood) {
		fprintf(t->file, "%s%s", r->corrupted ? "\bC" : "\b \b", d->audible ? "\a" : "");
	} else if (print_reply(t, r) && r->has_path && is_traced(t)) {
		print_layers(t, &r->path);
		if (d->why && r->has_causes && *causes_text(text, &r->causes))
			print_note(t, "why: %s", text);
		if (d->segments)
			print_segments(t, &r->path);
		if (d->path)
			output_path(&t->terminal, r, t->target->socket);
	}
	fflush(t->file);
}

/* Of probes that were lost in the same way, print the first, and at the end how many more there were. */
static bool tells_each_loss(const struct text *t)
{
	return t->display->verbose || t->display->path;
}

/* Are single lost probes printed at all? */
static bool tells_losses(const struct text *t)
{
	return !t->display->quiet && !t->run->flood && is_traced(t);
}

/*
 * ping prints nothing for a lost probe. Our line, if there is something to say, contains no word by which scripts recognise
 * ping's lines.
 */
static void show_lost(struct text *t, const struct result *r)
{
	uint16_t seq = r->seq;
	char text[LOSS_TEXT_SIZE];

	if (!tells_losses(t) || !r->has_loss || (r->like && !tells_each_loss(t)))
		return;
	loss_text(text, &r->loss);
	if (t->run->nr_targets > 1)
		print_note(t, "%s : probe %u %s", t->target->name, seq, text);
	else
		print_note(t, "probe %u %s", seq, text);
	if (t->display->path && r->has_stamps)
		output_path(&t->terminal, r, t->target->socket);
	fflush(t->file);
}

static void text_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct text *t = text_of(s, target);

	if (r->kind == RESULT_REPLY)
		show_reply(t, r);
	else
		show_lost(t, r);
}

static void text_outstanding(struct sink *s, const struct target_info *target, uint64_t seq, uint64_t wall_us)
{
	struct text *t = text_of(s, target);

	print_time(t, wall_us);
	print_whose(t);
	fprintf(t->file, "no answer yet for icmp_seq=%u\n", (uint16_t)seq);
	fflush(t->file);
}

/*
 * What ping says on stderr; where this text goes elsewhere, it goes there too. With several targets it says whose error it
 * is.
 */
static void print_complaint(struct text *t, const char *what, const char *text)
{
	const char *name = t->run->nr_targets > 1 ? t->target->name : "", *colon = *name ? ": " : "";

	if (t->file == stdout)
		complain("%s%s%s: %s", name, colon, what, text);
	else
		fprintf(t->file, "pingtrace: %s%s%s: %s\n", name, colon, what, text);
}

static void text_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	struct text *t = text_of(s, target);
	char text[ERROR_TEXT_SIZE];

	if (t->display->quiet)
		return;
	if (t->run->flood) {
		fputs(e->local ? "E" : "\bE", t->file);
		fflush(t->file);
		return;
	}
	error_text(text, e, target->family);
	if (e->local) {
		if (!e->before || t->display->verbose)
			print_complaint(t, e->error == EMSGSIZE ? "local error" : "sendmsg", text);
		return;
	}
	print_time(t, e->wall_us);
	print_whose(t);
	fprintf(t->file, "From ");
	print_node(t, e->from, e->from_target);
	fprintf(t->file, " icmp_seq=%u %s\n", e->seq, text);
	fflush(t->file);
}

/* For losses printed once: how many more there were. */
static void print_repeated(struct text *t, const struct stats *s)
{
	const struct loss_count *l;
	unsigned int i;

	if (tells_each_loss(t) || !tells_losses(t))
		return;
	for (i = 0; i < s->nr_losses; i++) {
		l = &s->losses[i];
		if (l->told < 2)
			continue;
		if (t->run->nr_targets > 1)
			print_note(t, "%s : like probe %u: %llu more, up to probe %u", t->target->name,
				   (uint16_t)l->first, (unsigned long long)l->told - 1, (uint16_t)l->last);
		else
			print_note(t, "like probe %u: %llu more, up to probe %u", (uint16_t)l->first,
				   (unsigned long long)l->told - 1, (uint16_t)l->last);
	}
}

static void print_no_room(struct text *t, const struct stats *s)
{
	char text[64];

	if (s->no_room > 1 && !t->display->quiet && !t->display->verbose && !t->run->flood) {
		snprintf(text, sizeof(text), "%s: %llu more times", strerror(ENOBUFS),
			 (unsigned long long)s->no_room - 1);
		print_complaint(t, "sendmsg", text);
	}
	if (s->retries)
		print_note(t, "%llu times there was no room for a request (ENOBUFS): it was sent later",
			   (unsigned long long)s->retries);
}

static void print_ms(struct text *t, double ns)
{
	long long us = llround(ns / NSEC_PER_USEC);

	fprintf(t->file, "%lld.%03lld", us / 1000, us % 1000);
}

static void print_statistics(struct text *t, const struct stats *s)
{
	const char *comma = "";

	fprintf(t->file, "\n--- %s ping statistics ---\n", t->target->name);
	fprintf(t->file, "%llu packets transmitted, %llu received", (unsigned long long)s->transmitted,
		(unsigned long long)s->received);
	if (s->duplicates)
		fprintf(t->file, ", +%llu duplicates", (unsigned long long)s->duplicates);
	if (s->corrupted)
		fprintf(t->file, ", +%llu corrupted", (unsigned long long)s->corrupted);
	if (s->errors)
		fprintf(t->file, ", +%llu errors", (unsigned long long)s->errors);
	if (s->transmitted) {
		fprintf(t->file, ", %g%% packet loss", stats_loss(s));
		fprintf(t->file, ", time %llums",
			(unsigned long long)((s->last_sent_ns - s->first_sent_ns + NSEC_PER_MSEC / 2) /
					     NSEC_PER_MSEC));
	}
	fprintf(t->file, "\n");
	if (s->rtt_count && has_time(t)) {
		fprintf(t->file, "rtt min/avg/max/mdev = ");
		print_ms(t, s->rtt_min);
		fprintf(t->file, "/");
		print_ms(t, s->rtt_sum / s->rtt_count);
		fprintf(t->file, "/");
		print_ms(t, s->rtt_max);
		fprintf(t->file, "/");
		print_ms(t, stats_rtt_mdev(s));
		fprintf(t->file, " ms");
		comma = ", ";
	}
	if (s->pipe > 1) {
		fprintf(t->file, "%spipe %u", comma, s->pipe);
		comma = ", ";
	}
	if (s->received && (!t->run->interval_ns || t->run->flood || t->run->adaptive) &&
	    s->transmitted > 1) {
		fprintf(t->file, "%sipg/ewma ", comma);
		print_ms(t, (double)(s->last_sent_ns - s->first_sent_ns) / (s->transmitted - 1));
		fprintf(t->file, "/");
		print_ms(t, s->rtt_ewma);
		fprintf(t->file, " ms");
	}
	fprintf(t->file, "\n");
}

/* How wide the columns of the tables are. */
struct table {
	int name, figure;
};

#define NAME_WIDTH 12 /* at least: the longest segment and a + */
#define FIGURE_WIDTH 11
#define SHARE_WIDTH 9
#define NR_FIGURES 4

/*
 * The column of names fits the longest name of this run. The columns of figures shrink if they have to, but not below the
 * largest figure. In a terminal where that is not enough, the column of names is what is left, and long names are folded.
 */
static struct table table_of(const struct text *t, const struct stats *s)
{
	int fixed = strlen(INDENT) + SHARE_WIDTH, least, len, left;
	struct table w = { .name = NAME_WIDTH, .figure = FIGURE_WIDTH };
	char name[SEGMENT_NAME_MAX];
	unsigned int i, width = terminal_width(&t->terminal);

	for (i = 0; i < s->nr_segments; i++) {
		len = strlen(segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket));
		w.name = len > w.name ? len : w.name;
	}
	least = snprintf(NULL, 0, "%.2f", to_us(s->total.max));
	while (w.figure > least && fixed + w.name + NR_FIGURES * (w.figure + 1) > (int)width)
		w.figure--;
	left = (int)width - fixed - NR_FIGURES * (w.figure + 1);
	if (t->terminal.is_terminal && left < w.name)
		w.name = left > NAME_WIDTH ? left : NAME_WIDTH;
	return w;
}

/* Print lines of @name, each up to its last + that fits, as long as it is too long for the column. Returns what is left. */
static const char *fold_name(struct text *t, const char *name, struct table w, const char *color)
{
	int len;

	while ((int)strlen(name) > w.name) {
		for (len = w.name; len && name[len - 1] != '+'; len--)
			;
		if (!len)
			break;
		fprintf(t->file, INDENT "%s%.*s%s\n", color, len, name, paint(&t->terminal, RESET));
		name += len;
	}
	return name;
}

static void print_row(struct text *t, const char *name, struct table w, const struct split *split,
		      const struct stats *s)
{
	const struct histogram *h = &split->histogram;
	const char *color = layer_color(&t->terminal, split->layers);
	double share = s->total.sum ? (double)h->sum * 100 / s->total.sum : 0;

	name = fold_name(t, name, w, color);
	fprintf(t->file, INDENT "%s%-*s%s %*.2f %*.2f %*.2f %*.2f %6.1f %%\n", color, w.name, name,
		paint(&t->terminal, RESET), w.figure, to_us(histogram_permille(h, 500)), w.figure,
		to_us(histogram_permille(h, 900)), w.figure, to_us(histogram_permille(h, 990)), w.figure,
		to_us(h->max), share);
}

static void print_head(struct text *t, const char *title, struct table w)
{
	/* The micro sign takes two bytes and one column. */
	int name = w.name + (int)(strlen(title) - columns(title));

	fprintf(t->file, INDENT "%s%-*s %*s %*s %*s %*s %8s%s\n", paint(&t->terminal, DIM), name, title,
		w.figure, "p50", w.figure, "p90", w.figure, "p99", w.figure, "max", "share",
		paint(&t->terminal, RESET));
}

static void print_tables(struct text *t, const struct stats *s)
{
	struct table w = table_of(t, s);
	char name[SEGMENT_NAME_MAX], title[32];
	unsigned int i;

	if (!s->total.count)
		return;
	fprintf(t->file, "\n");
	snprintf(title, sizeof(title), "segment, %s", micro());
	print_head(t, title, w);
	for (i = 0; i < s->nr_segments; i++)
		print_row(t, segment_name(name, s->segments[i]->from, s->segments[i]->to, s->socket), w,
			  s->segments[i], s);
	fprintf(t->file, "\n");
	print_head(t, "layer", w);
	for (i = 0; i < s->nr_layers; i++)
		print_row(t, layer_name(name, s->layers[i]->layers), w, s->layers[i], s);
}

/* The names of the missing hooks. */
static void print_missing(struct text *t)
{
	char names[NOTE_SIZE] = "";
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (t->target->missing & 1U << h)
			append(names, sizeof(names), "%s%s", *names ? ", " : "", hook_name(h));
	if (*names)
		print_note(t, "without: %s", names);
}

static void print_tracing(struct text *t, const struct stats *s)
{
	uint64_t overhead_ns = stats_overhead_ns(s, t->run->stamp_ns);
	char text[NOTE_SIZE] = "";
	unsigned int attached = __builtin_popcount(t->target->hooks);

	append(text, sizeof(text), "traced by %s: %u hooks, %s socket", t->run->backend, attached,
	       t->target->socket == PT_SOCKET_RAW ? "raw" : "ping");
	if (overhead_ns)
		append(text, sizeof(text), "; the stamps themselves take about %.2f %s of each round trip",
		       to_us(overhead_ns), micro());
	fprintf(t->file, "\n");
	print_note(t, "%s", text);
	print_missing(t);
	if (s->late)
		print_note(t, "%llu replies came after their probes had expired (-W)",
			   (unsigned long long)s->late);
	if (s->clipped)
		print_note(t, "%llu probes had a stamp out of order, which was set to the next one (clipped)",
			   (unsigned long long)s->clipped);
}

/* The verdict, one sentence per line. `not-measured` is printed below the tables instead. */
static void print_findings(struct text *t, const struct stats *s)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, nr = findings_of_target(findings, t->run, t->target, s);
	const char *before = "\n";

	for (i = 0; i < nr; i++) {
		if (!strcmp(findings[i].id, "not-measured"))
			continue;
		fprintf(t->file, "%s", before);
		print_note(t, "%s", findings[i].text);
		before = "";
	}
}

static void text_missed(struct sink *sink, uint64_t nr)
{
	print_note(sink->state, "%llu results are missing here: they came faster than they could be written",
		   (unsigned long long)nr);
}

static void text_target_end(struct sink *sink, const struct target_info *target, const struct stats *s)
{
	struct text *t = text_of(sink, target);

	print_repeated(t, s);
	print_no_room(t, s);
	print_statistics(t, s);
	if (is_traced(t)) {
		print_tables(t, s);
		print_tracing(t, s);
	}
	print_findings(t, s);
	fflush(t->file);
}

static void text_compared(struct sink *s, const struct compared *c)
{
	comparison_text(c, s->file, s->display->quiet);
}

static int text_open(struct sink *s)
{
	struct text *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->file = s->file;
	t->terminal = terminal_of(s->file);
	t->display = s->display;
	s->state = t;
	return 0;
}

static unsigned int text_wants(const struct sink *s)
{
	const struct display *d = s->display;

	return (d->path && !d->quiet ? SINK_DEVICES | SINK_ORIGINS : 0) | (d->print_time ? SINK_WALL : 0);
}

static bool text_close(struct sink *s)
{
	struct text *t = s->state;

	free(t->targets);
	free(t);
	return true;
}

const struct sink_ops sink_text = {
	.open = text_open,
	.wants = text_wants,
	.target_begin = text_target_begin,
	.sent = text_sent,
	.result = text_result,
	.error = text_error,
	.outstanding = text_outstanding,
	.missed = text_missed,
	.target_end = text_target_end,
	.compared = text_compared,
	.close = text_close,
};
