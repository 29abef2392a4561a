// SPDX-License-Identifier: GPL-2.0-or-later
#include <langinfo.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "output/terminal.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 40

static const char *const layer_colors[PT_NR_LAYERS] = {
	[PT_LAYER_SOCKET] = "\033[36m",
	[PT_LAYER_IP] = "\033[32m",
	[PT_LAYER_DRIVER] = "\033[33m",
	[PT_LAYER_WIRE] = "\033[35m",
};

/* stdout has no descriptor of its own: see stream.h. */
static int descriptor_of(FILE *file)
{
	return file == stdout ? STDOUT_FILENO : fileno(file);
}

struct terminal terminal_of(FILE *file)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	struct terminal t = { .file = file, .is_terminal = isatty(descriptor_of(file)) };

	t.color = t.is_terminal && !(no && *no) && term && strcmp(term, "dumb") != 0;
	return t;
}

bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

const char *micro(void)
{
	return is_utf8() ? "µs" : "us";
}

const char *paint(const struct terminal *t, const char *color)
{
	return t->color ? color : "";
}

const char *layer_color(const struct terminal *t, layer_set layers)
{
	if (layers & (layers - 1))
		return paint(t, BOLD);
	return paint(t, layer_colors[__builtin_ctz(layers)]);
}

unsigned int terminal_width(const struct terminal *t)
{
	struct winsize size;

	if (!t->is_terminal || ioctl(descriptor_of(t->file), TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_DEFAULT;
	return size.ws_col > WIDTH_MIN ? size.ws_col : WIDTH_MIN;
}

unsigned int line_width(const struct terminal *t)
{
	return t->is_terminal ? terminal_width(t) : UINT_MAX;
}

static unsigned int columns_of(const char *text, size_t len)
{
	unsigned int nr = 0;

	/* In UTF-8 the bytes of a character after its first are 10xxxxxx. */
	for (; len; len--, text++)
		nr += (*text & 0xc0) != 0x80;
	return nr;
}

unsigned int columns(const char *text)
{
	return columns_of(text, strlen(text));
}

void fill(const struct terminal *t, struct filler *f, const char *text)
{
	unsigned int wide;
	size_t len;

	for (; *(text += strspn(text, " ")); text += len) {
		len = strcspn(text, " ");
		wide = columns_of(text, len);
		if (f->begun && f->column + 1 + wide > f->width) {
			fprintf(t->file, "\n%*s", f->indent, "");
			f->column = f->indent;
		} else if (f->begun) {
			putc(' ', t->file);
			f->column++;
		}
		fprintf(t->file, "%.*s", (int)len, text);
		f->column += wide;
		f->begun = true;
	}
}

void terminal_give_back(const struct taken_terminal *t)
{
	pid_t in_front = tcgetpgrp(STDOUT_FILENO);

	if (in_front >= 0 && in_front != t->group)
		return;
	fwrite(t->text, 1, t->size, stdout);
	fflush(stdout);
	tcsetattr(STDOUT_FILENO, TCSANOW, &t->before);
}
