// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain for people: filled to the width of the terminal. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include "base/util.h"
#include "explain/explain.h"
#include "explain/hook_texts.h"
#include "model/path.h"
#include "output/terminal.h"

#define INDENT 4
#define LABEL 7 /* columns of "where  " */

static struct terminal terminal;

/* One paragraph: @label in front of it, @end behind it. */
static void put_paragraph(const char *label, const char *text, const char *end)
{
	struct filler f = {
		.indent = INDENT + LABEL,
		.width = terminal_width(&terminal),
		.column = INDENT + LABEL,
	};
	char whole[1024];

	printf("%*s%s%-*s%s", INDENT, "", paint(&terminal, DIM), LABEL, label, paint(&terminal, RESET));
	snprintf(whole, sizeof(whole), "%s%s", text, end);
	fill(&terminal, &f, whole);
	printf("\n");
}

static const char *family_text(enum pt_family family)
{
	return family == PT_FAMILY_V4 ? "IPv4" : family == PT_FAMILY_V6 ? "IPv6" : "IPv4 and IPv6";
}

static const char *socket_text(enum pt_socket socket)
{
	return socket == PT_SOCKET_DGRAM ? "ping socket" :
	       socket == PT_SOCKET_RAW	 ? "raw socket" :
					   "ping and raw socket";
}

/* --- the kernel --- */

static void put_kernel(const struct explained *e)
{
	const struct options *o = e->options;
	struct filler f = { .width = terminal_width(&terminal) };
	struct utsname name;
	char release[sizeof(name.release)], text[512] = "";

	if (!uname(&name))
		append(text, sizeof(text), "Linux %s, ", harmless(release, sizeof(release), name.release));
	append(text, sizeof(text), "%s, %s: ", family_text(o->family), socket_text(o->socket));
	if (!e->backend_known)
		append(text, sizeof(text),
		       "which backend it allows is not known without CAP_BPF and CAP_PERFMON; told as for %s.",
		       backend_name(e->backend));
	else
		append(text, sizeof(text), "%s %s.", o->backend == BACKEND_AUTO ? "traced by" : "told as for",
		       backend_name(e->backend));
	if (!e->has_btf)
		append(text, sizeof(text),
		       " Which functions it has is not known: it has no type information (/sys/kernel/btf/vmlinux).");
	fill(&terminal, &f, text);
	printf("\n");
}

/* --- a hook --- */

/* "ping_v4_sendmsg() (IPv4, ping socket)", without what the options already say. */
static void add_attach_point(const struct explained *e, const struct attach_point *p, char *text, size_t size)
{
	const struct options *o = e->options;
	bool family = p->family != PT_FAMILY_ANY && o->family == PT_FAMILY_ANY;
	bool socket = p->socket != PT_SOCKET_ANY && o->socket == PT_SOCKET_ANY;

	append(text, size, "%s%s%s", p->kind == PT_KIND_FUNCTION ? "" : "tracepoint ", p->name,
	       p->kind == PT_KIND_FUNCTION ? "()" : "");
	if (family || socket)
		append(text, size, " (%s%s%s)", family ? family_text(p->family) : "",
		       family && socket ? ", " : "", socket ? socket_text(p->socket) : "");
}

/* Append the attach points in @of that stamp @hook. Returns whether there are any. */
static bool add_attach_points(const struct explained *e, const bool of[PT_NR_ATTACH_POINTS],
			      enum pt_hook hook, char *text, size_t size)
{
	bool any = false;
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++) {
		if (!of[i] || !attach_point_stamps(&attach_points[i], hook))
			continue;
		append(text, size, "%s", any ? ", " : "");
		add_attach_point(e, &attach_points[i], text, size);
		any = true;
	}
	return any;
}

static bool same_attach_points(const struct explained *e, enum pt_hook hook)
{
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (attach_point_stamps(&attach_points[i], hook) && e->has[i] != e->uses[i])
			return false;
	return true;
}

/* Where the hook is attached; and where it would be with the best backend, if that differs. */
static void put_attach_points(const struct explained *e, enum pt_hook hook)
{
	char text[512] = "";

	if (hook_is_user(hook)) {
		put_paragraph("at", "user space", "");
		return;
	}
	if (!add_attach_points(e, e->uses, hook, text, sizeof(text)))
		append(text, sizeof(text),
		       e->hooks & 1U << hook ? "the kernel's own timestamp" : "not seen by %s",
		       backend_name(e->backend));
	if (!e->has_btf)
		append(text, sizeof(text), "; with fentry: not known");
	else if (!same_attach_points(e, hook)) {
		append(text, sizeof(text), "; with fentry: ");
		if (!add_attach_points(e, e->has, hook, text, sizeof(text)))
			append(text, sizeof(text), "none that this kernel has");
	}
	put_paragraph("at", text, "");
}

/* The hook at which the segment of @hook ends, with this kind of socket. */
static enum pt_hook end_of(enum pt_hook hook, enum pt_socket socket)
{
	enum pt_hook h = hook + 1;

	while (!(hook_is_peer(hook) && hook_is_peer(h)) && !hook_on_path(h, socket))
		h++;
	return h;
}

static void put_head(const struct explained *e, enum pt_hook hook)
{
	const char *segment = explain_on_path(e, hook) ? hook_segment(hook) : "";
	const char *color = layer_color(&terminal, LAYER_BIT(hook_layer(hook)));
	struct filler f = { .indent = INDENT, .width = terminal_width(&terminal) };

	printf("\n%s%s%s%s:", paint(&terminal, BOLD), color, *segment ? segment : hook_name(hook),
	       paint(&terminal, RESET));
	f.column = strlen(*segment ? segment : hook_name(hook)) + 1;
	f.begun = true;
	fill(&terminal, &f, hook_texts[hook].about);
	printf("\n");
}

/* "from ip_rcv to icmp_rcv (ping socket) or raw_rcv (raw socket)" */
static void put_ends(const struct explained *e, enum pt_hook hook)
{
	enum pt_socket socket = e->options->socket;
	char text[256] = "", layer[SEGMENT_NAME_MAX];
	enum pt_hook dgram, raw;

	if (!explain_on_path(e, hook)) {
		append(text, sizeof(text), "beside the path with a %s; ", socket_text(socket));
	} else if (*hook_segment(hook)) {
		if (hook_on_path(hook, PT_SOCKET_DGRAM) != hook_on_path(hook, PT_SOCKET_RAW))
			socket = hook_on_path(hook, PT_SOCKET_RAW) ? PT_SOCKET_RAW : PT_SOCKET_DGRAM;
		dgram = end_of(hook, socket & PT_SOCKET_DGRAM ? PT_SOCKET_DGRAM : PT_SOCKET_RAW);
		raw = end_of(hook, socket & PT_SOCKET_RAW ? PT_SOCKET_RAW : PT_SOCKET_DGRAM);
		append(text, sizeof(text), "from %s to %s", hook_name(hook), hook_name(dgram));
		if (dgram != raw)
			append(text, sizeof(text), " (ping socket) or %s (raw socket)", hook_name(raw));
		append(text, sizeof(text), "; ");
	}
	append(text, sizeof(text), "%s, %s layer", hook_is_reply(hook) ? "reply" : "request",
	       layer_name(layer, LAYER_BIT(hook_layer(hook))));
	put_paragraph("where", text, "");
}

static void put_hook(const struct explained *e, enum pt_hook hook)
{
	const struct hook_text *text = &hook_texts[hook];

	put_head(e, hook);
	put_ends(e, hook);
	put_attach_points(e, hook);
	put_paragraph("what", text->does, ".");
	if (*text->slow)
		put_paragraph("slow", text->slow, "");
	put_paragraph("read", text->read, "");
}

void explain_text(const struct explained *e)
{
	enum pt_hook h;

	terminal = terminal_of(stdout);
	put_kernel(e);
	for (h = 0; h < PT_NR_HOOKS; h++)
		if (explain_wants(e, h))
			put_hook(e, h);
}
