// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A probe's path through the kernel, a line for each stamp, in the order of time. The layers are lanes from left to right; the
 * responder's lane is to the right of the wire.
 *
 *	      +us  s i d w r  hook              CPU  stamped at
 *	           v          send                   user space
 *	    1.297  v          sendmsg             0  ping_v4_sendmsg()
 *	    3.607  `-v        ip_local_out        0  __ip_local_out()
 */
#include <stdio.h>
#include <string.h>
#include "base/util.h"
#include "output/output_path.h"

#define INDENT "    "
#define USER "user space"
#define WIDE 100 /* columns from which there is room for the time since `send` too */
#define FUNCTION_NARROW 19 /* columns for a function below that; longer ones take what follows along */

/* A lane for each layer, and one for the responder's side. */
#define LANE_WIRE PT_LAYER_WIRE
#define LANE_PEER PT_NR_LAYERS
#define NR_LANES (PT_NR_LAYERS + 1)
#define NR_CELLS (2 * NR_LANES - 1) /* between two lanes there is room for a line */

struct passage {
	enum pt_hook hook;
	const struct stamp *stamp;
	const struct stamp_origin *origin;
	uint64_t ns;
	bool beside; /* the path, which has no such hook with this kind of socket */
	bool out_of_order; /* one that comes after it was here before */
	bool clipped; /* and moved for the segments */
};

struct journey {
	const struct terminal *terminal;
	FILE *file;
	const struct result *result;
	enum pt_socket socket;
	struct passage passages[PT_NR_HOOKS];
	unsigned int nr;
	unsigned int function_width, time_width;
	uint64_t longest_ns; /* between two stamps */
	bool wide;
	unsigned int lane; /* where the probe is while lines are printed */
};

struct glyphs {
	const char *request, *reply, *beside, *end, *line, *gap, *across, *outwards, *inwards;
};

static const struct glyphs *glyphs(void)
{
	static const struct glyphs utf8 = { "▼", "▲", "·", "✗", "│", "┊", "─", "╰", "╯" };
	static const struct glyphs ascii = { "v", "^", ".", "x", "|", ":", "-", "`", "'" };

	return is_utf8() ? &utf8 : &ascii;
}

/* --- what there is to draw --- */

static void add_passage(struct journey *j, enum pt_hook hook, uint64_t begin_ns)
{
	const struct stamp *stamp = &j->result->stamps[hook];
	uint64_t ns = stamp->ns > begin_ns ? stamp->ns : begin_ns;
	unsigned int i = j->nr++;

	for (; i && j->passages[i - 1].ns > ns; i--)
		j->passages[i] = j->passages[i - 1];
	j->passages[i] = (struct passage){
		.hook = hook,
		.stamp = stamp,
		.origin = &j->result->origins[hook],
		.ns = ns,
		.beside = !hook_is_peer(hook) && !hook_on_path(hook, j->socket),
	};
}

static void mark_order(struct journey *j)
{
	enum pt_hook furthest = PT_HOOK_SEND;
	struct passage *p;

	for (p = j->passages; p < j->passages + j->nr; p++) {
		if (p->beside)
			continue;
		p->out_of_order = p->hook < furthest;
		if (!p->out_of_order)
			furthest = p->hook;
	}
}

/* Segments contain the stamps of the path after clipping. */
static void mark_clipped(struct journey *j)
{
	uint64_t at[PT_NR_HOOKS] = {}, ns;
	const struct segment *s;
	struct passage *p;

	ns = j->passages[0].ns;
	for (s = j->result->path.segments; s < j->result->path.segments + j->result->path.nr_segments; s++) {
		ns += s->ns;
		at[s->to] = ns;
	}
	for (p = j->passages; p < j->passages + j->nr; p++)
		p->clipped = at[p->hook] && at[p->hook] != p->stamp->ns;
}

static const char *function_text(const struct passage *p, char text[80])
{
	if (!p->origin->function[0])
		return USER;
	snprintf(text, 80, "%s%s", p->origin->function, p->origin->is_function ? "()" : "");
	return text;
}

static int time_text(char text[32], uint64_t ns)
{
	return snprintf(text, 32, "%llu.%03llu", (unsigned long long)(ns / NSEC_PER_USEC),
			(unsigned long long)(ns % NSEC_PER_USEC));
}

static void measure_columns(struct journey *j)
{
	const struct passage *p;
	char text[80];
	unsigned int n;

	j->wide = terminal_width(j->terminal) >= WIDE;
	j->time_width = time_text(text, j->passages[j->nr - 1].ns - j->passages[0].ns);
	if (j->time_width < 9)
		j->time_width = 9;
	for (p = j->passages; p < j->passages + j->nr; p++) {
		n = strlen(function_text(p, text));
		if (n > j->function_width)
			j->function_width = n;
		if (p > j->passages && p->ns - p[-1].ns > j->longest_ns)
			j->longest_ns = p->ns - p[-1].ns;
	}
	if (!j->wide && j->function_width > FUNCTION_NARROW)
		j->function_width = FUNCTION_NARROW;
}

/* --- drawing --- */

static unsigned int lane_of(enum pt_hook hook)
{
	return hook_is_peer(hook) ? LANE_PEER : hook_layer(hook);
}

static const char *lane_color(const struct journey *j, unsigned int lane)
{
	return layer_color(j->terminal, LAYER_BIT(lane < PT_NR_LAYERS ? lane : PT_LAYER_WIRE));
}

static void put_cells(const struct journey *j, const char *const cells[NR_CELLS], const char *color)
{
	unsigned int i;

	fprintf(j->file, "%s", color);
	for (i = 0; i < NR_CELLS; i++)
		fputs(cells[i] ? cells[i] : " ", j->file);
	fprintf(j->file, "%s", paint(j->terminal, RESET));
}

/* Draw the way from the current lane to @lane, with @node at its end. */
static void draw_step(struct journey *j, unsigned int lane, const char *node)
{
	const char *cells[NR_CELLS] = {};
	unsigned int i, from = 2 * j->lane, to = 2 * lane;

	for (i = from < to ? from : to; i < (from < to ? to : from); i++)
		cells[i] = glyphs()->across;
	cells[from] = from < to ? glyphs()->outwards : glyphs()->inwards;
	cells[to] = node;
	put_cells(j, cells, lane_color(j, lane));
	j->lane = lane;
}

/* Draw @node in @lane; the probe stays in its lane. */
static void draw_beside(const struct journey *j, unsigned int lane, const char *node)
{
	const char *cells[NR_CELLS] = {};

	cells[2 * j->lane] = glyphs()->line;
	cells[2 * lane] = node;
	put_cells(j, cells, lane_color(j, lane));
}

static void put_times(const struct journey *j, const struct passage *p)
{
	char text[32] = "";

	fprintf(j->file, INDENT);
	if (j->wide) {
		if (p)
			time_text(text, p->ns - j->passages[0].ns);
		fprintf(j->file, "%*s ", j->time_width, text);
	}
	text[0] = '\0';
	if (p && p > j->passages)
		time_text(text, p->ns - p[-1].ns);
	fprintf(j->file, "%s%*s%s  ",
		*text && p->ns - p[-1].ns == j->longest_ns ? paint(j->terminal, BOLD) : "", j->time_width,
		text, paint(j->terminal, RESET));
}

static void print_head(const struct journey *j)
{
	int beyond = is_utf8() ? 1 : 0; /* the micro sign takes two bytes and one column */

	fprintf(j->file, INDENT "%s", paint(j->terminal, DIM));
	if (j->wide)
		fprintf(j->file, "%*s ", j->time_width + beyond, micro());
	fprintf(j->file, "%*s%s  s i d w r  %-17s CPU  %-*s device%s\n", j->time_width - 2, "+", micro(),
		"hook", j->function_width, "stamped at", paint(j->terminal, RESET));
}

/* A line without a stamp: @node in @lane, and what it means. */
static void print_remark(struct journey *j, unsigned int lane, const char *node, const char *text)
{
	put_times(j, NULL);
	draw_step(j, lane, node);
	fprintf(j->file, "  %s%s%s\n", paint(j->terminal, DIM), text, paint(j->terminal, RESET));
}

static void print_passage(struct journey *j, const struct passage *p)
{
	const char *node = hook_is_reply(p->hook) ? glyphs()->reply : glyphs()->request;
	const char *name = *p->origin->dev ? p->origin->dev : NULL;
	char function[80], cpu[8] = "";

	if (!hook_is_user(p->hook) && p->stamp->cpu != PT_CPU_UNKNOWN)
		snprintf(cpu, sizeof(cpu), "%u", p->stamp->cpu);
	put_times(j, p);
	if (p->beside || p->out_of_order)
		draw_beside(j, lane_of(p->hook), p->beside ? glyphs()->beside : node);
	else
		draw_step(j, lane_of(p->hook), node);
	fprintf(j->file, "  %-17s %3s  %s%-*s%s", hook_name(p->hook), cpu, paint(j->terminal, DIM),
		name ? (int)j->function_width : 0, function_text(p, function), paint(j->terminal, RESET));
	if (name)
		fprintf(j->file, " %s", name);
	if (*p->origin->netns_name)
		fprintf(j->file, " in %s", p->origin->netns_name);
	if (p->beside)
		fprintf(j->file, "  (beside the path)");
	if (p->clipped)
		fprintf(j->file, "  (clipped)");
	fprintf(j->file, "\n");
}

/* Between the last stamp of the request and the first of the reply. */
static void print_gap(struct journey *j, const struct passage *before, const struct passage *p)
{
	if (hook_is_reply(p->hook) && !hook_is_reply(before->hook) && !hook_is_peer(before->hook))
		print_remark(j, LANE_WIRE, glyphs()->gap, "the network and the responder");
}

/* Where the path of a lost probe ends. */
static void print_end(struct journey *j)
{
	const struct loss *loss = j->result->has_loss ? &j->result->loss : NULL;
	char text[128] = "not seen any further";

	if (loss && loss->function[0])
		snprintf(text, sizeof(text), "dropped in %s()", loss->function);
	else if (loss && loss->reason[0])
		snprintf(text, sizeof(text), "dropped (%s)", loss->reason);
	print_remark(j, j->lane, glyphs()->end, text);
}

void output_path(const struct terminal *t, const struct result *r, enum pt_socket socket)
{
	struct journey j = { .terminal = t, .file = t->file, .result = r, .socket = socket };
	uint64_t send_ns = r->stamps[PT_HOOK_SEND].ns;
	const struct passage *p, *before;
	enum pt_hook h;

	if (!send_ns)
		return;
	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++)
		if (r->stamps[h].ns)
			add_passage(&j, h, send_ns);
	mark_order(&j);
	if (r->has_path)
		mark_clipped(&j);
	measure_columns(&j);
	print_head(&j);
	before = j.passages;
	for (p = j.passages; p < j.passages + j.nr; p++) {
		if (!p->beside && !p->out_of_order) {
			print_gap(&j, before, p);
			before = p;
		}
		print_passage(&j, p);
	}
	if (!r->has_path)
		print_end(&j);
}
