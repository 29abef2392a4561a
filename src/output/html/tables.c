// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words and tables of a report. Figures are made by the functions that make the summary's; each stands in an attribute
 * as well, as the summary has it, named by its key there.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include "analysis/findings.h"
#include "base/charset.h"
#include "base/util.h"
#include "output/html/report.h"

#define UTF8_MAX 4096 /* of the longest text: what is behind it is left out */
#define TABLE_ROWS 24 /* of the table over time, at the most */
#define LABEL_SHARE 10 /* per cent: room for a name and a figure */
#define TIME_SIZE 64

void html_text(FILE *f, const char *text)
{
	char utf8[UTF8_MAX];
	const char *c;

	for (c = utf8_from_locale(utf8, sizeof(utf8), text); *c; c++) {
		if (*c == '<')
			fputs("&lt;", f);
		else if (*c == '>')
			fputs("&gt;", f);
		else if (*c == '&')
			fputs("&amp;", f);
		else if (*c == '"')
			fputs("&quot;", f);
		else if (*c == '\'')
			fputs("&#39;", f);
		else
			putc((unsigned char)*c < ' ' || *c == '\177' ? ' ' : *c, f);
	}
}

void html_name(FILE *f, const struct target_info *info)
{
	fputs("<bdi>", f);
	html_text(f, info->name);
	fputs("</bdi>", f);
	if (!strcmp(info->name, info->address))
		return;
	fputs(" <small><bdi>", f);
	html_text(f, info->address);
	fputs("</bdi></small>", f);
}

void html_section_begin(FILE *f, const struct target_info *info)
{
	fprintf(f, "<section class=\"target\" id=\"t%u\">\n<h2>", info->index);
	html_name(f, info);
	fputs("</h2>\n", f);
}

static double to_us(uint64_t ns)
{
	return (double)ns / NSEC_PER_USEC;
}

static bool has_rtt(const struct stats *s)
{
	return s->rtt_count;
}

/* --- the verdict --- */

static void findings_list(FILE *f, const struct html_target *t, const struct stats *s)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, nr = findings_of_target(findings, t->run, t->info, s);

	if (!nr && t->run->traced && s->transmitted) {
		fputs("<p class=\"quiet\">Nothing stands out.</p>\n", f);
		return;
	}
	fputs("<ul class=\"findings\">\n", f);
	for (i = 0; i < nr; i++) {
		fprintf(f, "<li data-finding=\"%s\">", findings[i].id);
		html_text(f, findings[i].text);
		fputs("</li>\n", f);
	}
	fputs("</ul>\n", f);
}

static void tile(FILE *f, const char *name, const char *key, uint64_t value, const char *class)
{
	fprintf(f, "<div%s><dt>%s</dt><dd data-%s=\"%" PRIu64 "\">%" PRIu64 "</dd></div>\n", class, name, key,
		value, value);
}

/* What is the exception has a tile only where it was. */
static void tile_if(FILE *f, const char *name, const char *key, uint64_t value)
{
	if (value)
		tile(f, name, key, value, " class=\"odd\"");
}

/* As ping prints them, in ms. */
static void tile_ms(FILE *f, const char *name, const char *key, double ns)
{
	long long us = llround(ns / NSEC_PER_USEC);

	fprintf(f, "<div><dt>%s</dt><dd data-%s=\"%lld.%03lld\">%lld.%03lld<small> ms</small></dd></div>\n",
		name, key, us / 1000, us % 1000, us / 1000, us % 1000);
}

static void tiles(FILE *f, const struct stats *s)
{
	fputs("<dl class=\"tiles\">\n", f);
	tile(f, "sent", "transmitted", s->transmitted, "");
	tile(f, "received", "received", s->received, "");
	fprintf(f, "<div%s><dt>lost</dt><dd data-loss=\"%.17g\">%g<small> %%</small></dd></div>\n",
		stats_loss(s) > 0 ? " class=\"bad\"" : "", stats_loss(s), stats_loss(s));
	tile_if(f, "duplicates", "duplicates", s->duplicates);
	tile_if(f, "corrupted", "corrupted", s->corrupted);
	tile_if(f, "errors", "errors", s->errors);
	tile_if(f, "late replies", "late", s->late);
	tile_if(f, "sent late", "sent_late", s->sent_late);
	tile_if(f, "clipped", "clipped", s->clipped);
	if (has_rtt(s)) {
		tile_ms(f, "rtt min", "min", s->rtt_min);
		tile_ms(f, "rtt avg", "avg", s->rtt_sum / s->rtt_count);
		tile_ms(f, "rtt max", "max", s->rtt_max);
		tile_ms(f, "rtt mdev", "mdev", stats_rtt_mdev(s));
	}
	fputs("</dl>\n", f);
}

static double share_of(const struct histogram *h, const struct stats *s)
{
	return s->total.sum ? (double)h->sum * 100 / s->total.sum : 0;
}

/* The layers' shares of all time as one bar. */
static void share_bar(FILE *f, const struct stats *s)
{
	char layer[SEGMENT_NAME_MAX];
	unsigned int i;
	double share;

	fputs("<div class=\"shares\">", f);
	for (i = 0; i < s->nr_layers; i++) {
		layer_name(layer, s->layers[i]->layers);
		share = share_of(&s->layers[i]->histogram, s);
		fprintf(f, "<span class=\"c-%s\" style=\"flex-grow:%.3f\" title=\"%s %.1f %%\">", layer,
			share, layer, share);
		if (share >= LABEL_SHARE)
			fprintf(f, "<b>%s %.1f %%</b>", layer, share);
		fputs("</span>", f);
	}
	fputs("</div>\n", f);
}

void html_verdict(FILE *f, const struct html_target *t, const struct stats *s)
{
	findings_list(f, t, s);
	tiles(f, s);
	if (t->run->traced && s->total.count)
		share_bar(f, s);
}

/* --- segments and layers --- */

static void us_cell(FILE *f, const char *class, const char *key, uint64_t ns)
{
	fprintf(f, "<td class=\"n%s\" data-%s=\"%" PRIu64 "\">%.2f</td>", class, key, ns, to_us(ns));
}

static void split_row(FILE *f, const char *name, const char *color, const struct histogram *h,
		      const struct stats *s)
{
	double share = share_of(h, s);

	fprintf(f, "<tr data-name=\"%s\"><th scope=\"row\"><i class=\"c-%s\"></i>%s</th>", name, color, name);
	us_cell(f, "", "p50_ns", histogram_permille(h, 500));
	us_cell(f, "", "p90_ns", histogram_permille(h, 900));
	us_cell(f, "", "p99_ns", histogram_permille(h, 990));
	us_cell(f, "", "max_ns", h->max);
	us_cell(f, " wide", "min_ns", h->min);
	us_cell(f, " wide", "mean_ns", histogram_mean(h));
	fprintf(f, "<td class=\"n wide\" data-count=\"%" PRIu64 "\">%" PRIu64 "</td>", h->count, h->count);
	fprintf(f,
		"<td class=\"share\"><span><i class=\"c-%s\" style=\"width:%.1f%%\"></i></span><b>%.1f&nbsp;%%</b></td></tr>\n",
		color, share, share);
}

static void split_head(FILE *f, const char *what, const char *class)
{
	fprintf(f,
		"<div class=\"scroll\"><table class=\"figures %s\">\n<thead><tr><th scope=\"col\">%s, µs</th>"
		"<th scope=\"col\">p50</th><th scope=\"col\">p90</th><th scope=\"col\">p99</th><th scope=\"col\">max</th>"
		"<th scope=\"col\" class=\"wide\">min</th><th scope=\"col\" class=\"wide\">mean</th>"
		"<th scope=\"col\" class=\"wide\">probes</th><th scope=\"col\">share</th></tr></thead>\n<tbody>\n",
		class, what);
}

static void split_tables(FILE *f, const struct stats *s)
{
	char name[SEGMENT_NAME_MAX];
	const struct split *split;
	unsigned int i;

	fputs("<h3>Segments and layers</h3>\n<p class=\"about\">Each probe’s segments add up to its round trip, from the"
	      " system call that sends to the one that receives. The share is that of all time of all probes.</p>\n",
	      f);
	split_head(f, "segment", "segments");
	for (i = 0; i < s->nr_segments; i++) {
		split = s->segments[i];
		split_row(f, segment_name(name, split->from, split->to, s->socket), hook_segment(split->from),
			  &split->histogram, s);
	}
	fputs("</tbody></table></div>\n", f);
	split_head(f, "layer", "layers");
	for (i = 0; i < s->nr_layers; i++) {
		layer_name(name, s->layers[i]->layers);
		split_row(f, name, name, &s->layers[i]->histogram, s);
	}
	fputs("</tbody></table></div>\n", f);
}

/* --- over time --- */

/* "+12.345 s": since the run began. */
static void since_begin(FILE *f, uint64_t ns, const struct run_info *run)
{
	uint64_t began = run->started.monotonic_ns;

	fprintf(f, "%+.3f s", ns > began ? (double)(ns - began) / NSEC_PER_SEC : 0.0);
}

static void time_row(FILE *f, const struct series *s, const struct run_info *run, unsigned int first,
		     unsigned int size)
{
	struct series_bucket g;

	series_group(s, first, size, &g);
	if (g.total.count || g.lost) {
		fputs("<tr><th scope=\"row\">", f);
		since_begin(f, s->begin_ns + first * s->width_ns, run);
		fprintf(f, "</th><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%" PRIu64 "</td>",
			g.total.count, g.lost);
		if (g.total.count)
			fprintf(f,
				"<td class=\"n\">%.2f</td><td class=\"n\">%.2f</td><td class=\"n\">%.2f</td>",
				to_us(histogram_permille(&g.total, 500)),
				to_us(histogram_permille(&g.total, 900)), to_us(g.total.max));
		else
			fputs("<td></td><td></td><td></td>", f);
		fputs("</tr>\n", f);
	}
	histogram_free(&g.total);
}

void html_time_table(FILE *f, const struct series *s, const struct run_info *run, const char *of)
{
	unsigned int i, size = 1;

	if (!s->nr)
		return;
	while (s->nr / size > TABLE_ROWS)
		size++;
	fprintf(f,
		"<details class=\"over-time\"><summary>Round trips over time%s, as a table</summary>\n<div class=\"scroll\"><table>\n",
		of);
	fputs("<thead><tr><th scope=\"col\">from</th><th scope=\"col\">replies</th><th scope=\"col\">lost</th>"
	      "<th scope=\"col\">p50, µs</th><th scope=\"col\">p90, µs</th><th scope=\"col\">max, µs</th></tr></thead>\n<tbody>\n",
	      f);
	for (i = 0; i < s->nr; i += size)
		time_row(f, s, run, i, size);
	fputs("</tbody></table></div></details>\n", f);
	if (s->untimed)
		fprintf(f,
			"<p class=\"about\">%" PRIu64
			" more probes%s were lost of which it is not known when they were sent.</p>\n",
			s->untimed, of);
}

/* --- single probes --- */

static const struct segment *longest(const struct html_probe *p)
{
	const struct segment *seg, *best = NULL;

	for (seg = p->segments; seg < p->segments + p->nr_segments; seg++)
		if (!best || seg->ns > best->ns)
			best = seg;
	return best;
}

static void probe_row(FILE *f, const struct html_target *t, const struct html_probe *p, enum pt_socket socket)
{
	const struct segment *most = longest(p);
	char name[SEGMENT_NAME_MAX];

	fprintf(f, "<tr><th scope=\"row\">%" PRIu64 "</th><td class=\"n\">", p->seq);
	if (p->sent_ns)
		since_begin(f, p->sent_ns, t->run);
	fprintf(f, "</td><td class=\"n\">%.2f</td><td>", to_us(p->total_ns));
	if (most)
		fprintf(f, "%s, %.2f µs", segment_name(name, most->from, most->to, socket), to_us(most->ns));
	fputs("</td><td>", f);
	html_text(f, p->why);
	fputs("</td></tr>\n", f);
}

static void slowest_table(FILE *f, const struct html_target *t, const struct stats *s)
{
	unsigned int i;

	if (!t->nr_slowest)
		return;
	fputs("<h3>The slowest probes</h3>\n<div class=\"waterfall\"></div>\n"
	      "<details><summary>The slowest probes, as a table</summary>\n<div class=\"scroll\"><table class=\"slowest\">\n"
	      "<thead><tr><th scope=\"col\">probe</th><th scope=\"col\">sent</th><th scope=\"col\">round trip, µs</th>"
	      "<th scope=\"col\">longest segment</th><th scope=\"col\">what it met</th></tr></thead>\n<tbody>\n",
	      f);
	for (i = 0; i < t->nr_slowest; i++)
		probe_row(f, t, &t->slowest[i], s->socket);
	fputs("</tbody></table></div></details>\n", f);
}

/* --- losses --- */

static void loss_row(FILE *f, const struct loss_count *l)
{
	char text[LOSS_TEXT_SIZE];

	fprintf(f, "<tr><td class=\"n\" data-lost=\"%" PRIu64 "\">%" PRIu64 "</td><td class=\"n\">", l->count,
		l->count);
	if (l->first == l->last)
		fprintf(f, "%" PRIu64, l->first);
	else
		fprintf(f, "%" PRIu64 " – %" PRIu64, l->first, l->last);
	fputs("</td><td>", f);
	html_text(f, loss_text(text, &l->loss));
	fputs("</td></tr>\n", f);
}

static void losses_table(FILE *f, const struct stats *s)
{
	unsigned int i;
	bool any = s->other_losses;

	for (i = 0; i < s->nr_losses; i++)
		any |= s->losses[i].count > 0;
	if (!any)
		return;
	fputs("<h3>Losses</h3>\n<div class=\"scroll\"><table class=\"losses\">\n<thead><tr><th scope=\"col\">count</th>"
	      "<th scope=\"col\">probes</th><th scope=\"col\">where and why</th></tr></thead>\n<tbody>\n",
	      f);
	for (i = 0; i < s->nr_losses; i++)
		if (s->losses[i].count)
			loss_row(f, &s->losses[i]);
	if (s->other_losses)
		fprintf(f,
			"<tr><td class=\"n\" data-lost=\"%" PRIu64 "\">%" PRIu64
			"</td><td></td><td>in other ways, or it is not known how</td></tr>\n",
			s->other_losses, s->other_losses);
	fputs("</tbody></table></div>\n", f);
}

/* --- how it was traced --- */

static void item(FILE *f, const char *name, const char *text)
{
	fprintf(f, "<div><dt>%s</dt><dd>", name);
	html_text(f, text);
	fputs("</dd></div>\n", f);
}

static void hooks_item(FILE *f, const char *name, uint32_t hooks)
{
	const char *before = "";
	enum pt_hook h;

	if (!hooks)
		return;
	fprintf(f, "<div><dt>%s</dt><dd>", name);
	for (h = 0; h < PT_NR_HOOKS; h++) {
		if (!(hooks & 1U << h))
			continue;
		fprintf(f, "%s%s", before, hook_name(h));
		before = ", ";
	}
	fputs("</dd></div>\n", f);
}

static void trace_list(FILE *f, const struct html_target *t, const struct stats *s)
{
	uint64_t overhead_ns = stats_overhead_ns(s, t->run->stamp_ns);

	fputs("<h3>How it was traced</h3>\n<dl class=\"facts\">\n", f);
	item(f, "backend", t->run->backend);
	item(f, "socket", t->info->socket == PT_SOCKET_RAW ? "raw" : "ping");
	if (t->info->source[0])
		item(f, "from", t->info->source);
	hooks_item(f, "hooks", t->info->hooks);
	hooks_item(f, "without", t->info->missing);
	if (overhead_ns)
		fprintf(f,
			"<div><dt>cost</dt><dd data-overhead_ns=\"%" PRIu64
			"\">the stamps themselves take about %.2f µs of each round trip</dd></div>\n",
			overhead_ns, to_us(overhead_ns));
	if (s->clipped)
		fprintf(f,
			"<div><dt>clipped</dt><dd>%" PRIu64
			" probes had a stamp out of order, set to its neighbour</dd></div>\n",
			s->clipped);
	fputs("</dl>\n", f);
}

void html_tables(FILE *f, const struct html_target *t, const struct stats *s)
{
	bool split = t->run->traced && s->total.count;

	html_time_table(f, &t->series, t->run, "");
	if (split)
		slowest_table(f, t, s);
	if (split)
		split_tables(f, s);
	losses_table(f, s);
	trace_list(f, t, s);
}

/* --- all targets --- */

void html_row_head(FILE *f)
{
	fputs("<thead><tr><th scope=\"col\">target</th><th scope=\"col\">sent</th><th scope=\"col\">lost</th>"
	      "<th scope=\"col\">p50, ms</th><th scope=\"col\">p99, ms</th><th scope=\"col\">max, ms</th>"
	      "<th scope=\"col\">where the time went</th></tr></thead>\n",
	      f);
}

void html_row(FILE *f, const struct html_target *t, const struct stats *s)
{
	fprintf(f, "<tr data-index=\"%u\"><th scope=\"row\">", t->info->index);
	html_name(f, t->info);
	fprintf(f, "</th><td class=\"n\">%" PRIu64 "</td><td class=\"n%s\">%g&nbsp;%%</td>", s->transmitted,
		stats_loss(s) > 0 ? " bad" : "", stats_loss(s));
	if (s->total.count)
		fprintf(f, "<td class=\"n\">%.3f</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f</td><td>",
			to_ms(histogram_permille(&s->total, 500)), to_ms(histogram_permille(&s->total, 990)),
			to_ms(s->total.max));
	else
		fputs("<td></td><td></td><td></td><td>", f);
	if (t->run->traced && s->total.count)
		share_bar(f, s);
	fputs("</td></tr>\n", f);
}

/* --- the run --- */

static char *utc(char text[TIME_SIZE], uint64_t realtime_ns)
{
	time_t seconds = realtime_ns / NSEC_PER_SEC;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M:%S UTC", &tm))
		text[0] = '\0';
	return text;
}

void html_run(FILE *f, const struct run_info *run, uint64_t missed)
{
	char text[TIME_SIZE];

	fputs("<dl class=\"facts run\">\n", f);
	item(f, "started", utc(text, run->started.realtime_ns));
	item(f, "kernel", run->kernel);
	item(f, "pingtrace", run->version);
	item(f, "traced by", run->backend);
	if (run->why_not_better[0])
		item(f, "not better", run->why_not_better);
	if (run->interval_ns && !run->flood && !run->adaptive) {
		snprintf(text, sizeof(text), "%g s", (double)run->interval_ns / NSEC_PER_SEC);
		item(f, "interval", text);
	} else {
		item(f, "interval", run->flood ? "flood" : "as fast as it is answered");
	}
	snprintf(text, sizeof(text), "%u bytes", run->payload_size);
	item(f, "payload", text);
	fputs("</dl>\n", f);
	if (missed)
		fprintf(f,
			"<p class=\"bad\">The charts lack %" PRIu64
			" results, which came faster than they could be written; the figures have them.</p>\n",
			missed);
}
