// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of the manual page that are made from the program's own tables: copies stdin to stdout, and puts
 * mdoc(7) in place of the lines @OPTIONS@, @SEGMENTS@, @INSIDE@ and @HOOKS@.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "cli/command_line.h"
#include "explain/hook_texts.h"
#include "model/path.h"
#include "trace/attach_points.h"

#define FILL_COLUMN 78

struct hook_row {
	const char *segment;
	enum pt_hook hook;
	enum pt_side side;
	enum pt_packet packet;
	enum pt_pass pass;
	enum pt_socket socket;
	enum pt_layer layer;
};

#define HOOK_ROW(hook_, name_, side_, packet_, pass_, socket_, segment_, layer_) \
	{ \
		.hook = PT_HOOK_##hook_, \
		.side = PT_SIDE_##side_, \
		.packet = PT_PACKET_##packet_, \
		.pass = PT_PASS_##pass_, \
		.socket = PT_SOCKET_##socket_, \
		.segment = segment_, \
		.layer = PT_LAYER_##layer_, \
	},
static const struct hook_row hook_rows[PT_NR_HOOKS] = { PT_HOOKS(HOOK_ROW) };

#define LAYER_NAME(layer, name) [PT_LAYER_##layer] = name,
static const char *const layer_names[PT_NR_LAYERS] = { PT_LAYERS(LAYER_NAME) };

/* --- mdoc --- */

/* A backslash begins an escape, a hyphen that a user is to type must stay one. */
static void put_char(char c)
{
	if (c == '\\')
		fputs("\\e", stdout);
	else if (c == '-')
		fputs("\\-", stdout);
	else
		putchar(c);
}

/*
 * One argument of a macro. What looks like a macro (upper case, then lower case) or like a delimiter would
 * be taken for one: a zero-width \& before it says that it is text.
 */
static void put_arg(const char *arg)
{
	const unsigned char *c = (const unsigned char *)arg;

	if ((isupper(c[0]) && islower(c[1])) || (ispunct(c[0]) && c[0] != '_'))
		fputs("\\&", stdout);
	for (; *arg; arg++)
		put_char(*arg);
}

/* Text lines, filled; a sentence begins a line of its own. A line that begins with a dot or an apostrophe would be a macro. */
static void put_text(const char *text, const char *end)
{
	size_t column = 0, len;

	for (;;) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (!len)
			break;
		if (column && column + 1 + len > FILL_COLUMN) {
			putchar('\n');
			column = 0;
		} else if (column) {
			putchar(' ');
			column++;
		}
		if (!column && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		column = text[len - 1] == '.' ? FILL_COLUMN : column + len;
		while (len--)
			put_char(*text++);
	}
	printf("%s\n", end);
}

/* ".Cm name", with what follows it. */
static void put_macro(const char *macro, const char *arg, const char *rest)
{
	printf(".%s ", macro);
	put_arg(arg);
	printf("%s\n", rest);
}

/* --- options --- */

static void option_head(const struct option_info *i)
{
	printf(".It");
	if (i->key < 0x100)
		printf(" Fl %c", i->key);
	if (i->name)
		printf("%s Fl Fl %s", i->key < 0x100 ? " ," : "", i->name);
	if (i->arg) {
		if (i->arg_optional)
			printf(" Ns Oo = Ns");
		else if (i->name)
			printf(" Ns = Ns");
		printf(" Ar ");
		put_arg(i->arg);
		if (i->arg_optional)
			printf(" Oc");
	}
	printf("\n");
}

static void options(void)
{
	unsigned int i;

	printf(".Bl -tag -width Ds\n");
	for (i = 0; i < nr_option_infos; i++) {
		option_head(&option_infos[i]);
		put_text(option_infos[i].help, ".");
	}
	printf(".El\n");
}

/* --- segments --- */

/* The hook that follows @hook on the path with this kind of socket. */
static enum pt_hook next_hook(enum pt_hook hook, enum pt_socket socket)
{
	do
		hook++;
	while (!hook_on_path(hook, socket));
	return hook;
}

static void segment_ends(const struct hook_row *row)
{
	enum pt_hook dgram, raw;

	put_macro("Cm", hook_name(row->hook), "");
	printf("to\n");
	if (row->socket != PT_SOCKET_ANY) {
		put_macro("Cm", hook_name(next_hook(row->hook, row->socket)), "");
		printf("(%s socket only):\n", row->socket == PT_SOCKET_RAW ? "raw" : "ping");
		return;
	}
	dgram = next_hook(row->hook, PT_SOCKET_DGRAM);
	raw = next_hook(row->hook, PT_SOCKET_RAW);
	if (dgram == raw) {
		put_macro("Cm", hook_name(dgram), " :");
		return;
	}
	put_macro("Cm", hook_name(dgram), "");
	printf("(ping socket) or\n");
	put_macro("Cm", hook_name(raw), "");
	printf("(raw socket):\n");
}

/* What is told about a segment: the same as by --explain. */
static void segment_text(enum pt_hook hook)
{
	const struct hook_text *text = &hook_texts[hook];

	printf(".Pp\n");
	put_text(text->does, ".");
	printf(".Pp\n.Em Slow :\n");
	put_text(text->slow, ".");
	printf(".Pp\n.Em Read :\n");
	put_text(text->read, ".");
}

static void segments(void)
{
	const struct hook_row *row;

	printf(".Bl -tag -width socket-out\n");
	for (row = hook_rows; row->hook < PT_HOOK_RECV; row++) {
		if (row->side == PT_SIDE_RESPONDER)
			continue;
		put_macro("It Cm", row->segment, "");
		printf("%s layer,\n", layer_names[row->layer]);
		segment_ends(row);
		put_text(hook_texts[row->hook].about, ".");
		segment_text(row->hook);
	}
	printf(".El\n");
}

/* What `wire` is made of where the responder is this kernel. */
static void inside(void)
{
	const struct hook_row *row;

	printf(".Bl -tag -width socket-out\n");
	put_macro("It Cm", PT_WIRE_OUT, "");
	put_text("from our driver to the responder's", ".");
	for (row = hook_rows; row->hook < PT_HOOK_RECV; row++) {
		if (row->side != PT_SIDE_RESPONDER)
			continue;
		put_macro("It Cm", row->segment, "");
		put_text(hook_texts[row->hook].about, ".");
		segment_text(row->hook);
	}
	printf(".El\n");
}

/* --- hooks --- */

static const char *pass_text(const struct hook_row *row)
{
	switch (row->pass) {
	case PT_PASS_USER:
		return "the user's clock";
	case PT_PASS_FIRST:
		return "the first pass";
	case PT_PASS_LAST:
		return row->packet == PT_PACKET_REQUEST ? "the pass at the last device" :
							  "the last pass before delivery";
	case PT_PASS_SOCKET:
		return "the pass that concerns our own socket";
	}
	return "";
}

/* Is @hook attached to different functions for IPv4 and IPv6? */
static bool families_differ(enum pt_hook hook)
{
	const struct attach_point *a;

	for (a = attach_points; a < attach_points + PT_NR_ATTACH_POINTS; a++)
		if (attach_point_stamps(a, hook) && a->family != PT_FAMILY_ANY)
			return true;
	return false;
}

static void put_attach_point(const struct attach_point *a, const struct attach_point *before, const char *end)
{
	char rest[4];

	if (before && a->kind != PT_KIND_TRACEPOINT &&
	    (before->socket == a->socket || a->kind == PT_KIND_FALLBACK))
		printf("else\n");
	if (a->kind == PT_KIND_FALLBACK)
		printf("tracepoint\n");
	if (a->kind == PT_KIND_TRACEPOINT && !before)
		printf("Tracepoint%s\n", *end == '.' ? "" : "s");
	snprintf(rest, sizeof(rest), " %s", end);
	if (a->socket == PT_SOCKET_ANY) {
		put_macro(a->kind == PT_KIND_FUNCTION ? "Fn" : "Cm", a->name, rest);
		return;
	}
	put_macro(a->kind == PT_KIND_FUNCTION ? "Fn" : "Cm", a->name, "");
	printf("(%s socket)%s\n", a->socket == PT_SOCKET_RAW ? "raw" : "ping", end);
}

static void hook_attach_points(enum pt_hook hook, enum pt_family family)
{
	const struct attach_point *last = NULL, *before = NULL, *a;

	for (a = attach_points; a < attach_points + PT_NR_ATTACH_POINTS; a++)
		if (attach_point_stamps(a, hook) && a->family & family)
			last = a;
	for (a = attach_points; a < attach_points + PT_NR_ATTACH_POINTS; a++) {
		if (!attach_point_stamps(a, hook) || !(a->family & family))
			continue;
		put_attach_point(a, before, a == last ? "." : ",");
		before = a;
	}
}

static void hooks(void)
{
	const struct hook_row *row;

	printf(".Bl -tag -width ip_finish_output2\n");
	for (row = hook_rows; row < hook_rows + PT_NR_HOOKS; row++) {
		put_macro("It Cm", hook_name(row->hook), "");
		printf("%s, ", row->packet == PT_PACKET_REQUEST ? "Request" : "Reply");
		put_text(pass_text(row), ".");
		if (families_differ(row->hook)) {
			printf("IPv4:\n");
			hook_attach_points(row->hook, PT_FAMILY_V4);
			printf("IPv6:\n");
			hook_attach_points(row->hook, PT_FAMILY_V6);
		} else {
			hook_attach_points(row->hook, PT_FAMILY_ANY);
		}
	}
	printf(".El\n");
}

int main(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "@OPTIONS@\n"))
			options();
		else if (!strcmp(line, "@SEGMENTS@\n"))
			segments();
		else if (!strcmp(line, "@INSIDE@\n"))
			inside();
		else if (!strcmp(line, "@HOOKS@\n"))
			hooks();
		else
			fputs(line, stdout);
	}
	return ferror(stdin) || fflush(stdout) || ferror(stdout);
}
