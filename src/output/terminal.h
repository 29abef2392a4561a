/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the terminal, or the file in its place, can show: colours, characters, columns. */
#ifndef PINGTRACE_TERMINAL_H
#define PINGTRACE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>
#include "model/path.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RESET "\033[0m"

struct terminal {
	FILE *file;
	bool is_terminal;
	bool color; /* only on a terminal, and not where the user wants none (no-color.org) */
};

struct terminal terminal_of(FILE *file);

/* Is the locale's character set UTF-8? */
bool is_utf8(void);

/* "µs", or "us" where the character set has no other. */
const char *micro(void);

/* @color, or "" where there is none. */
const char *paint(const struct terminal *t, const char *color);

/* The colour of a layer; bold for a set of more than one. */
const char *layer_color(const struct terminal *t, layer_set layers);

/* Columns of the terminal; 80 where it is none. */
unsigned int terminal_width(const struct terminal *t);

/* How long a line may get: as wide as the terminal; without end where there is none, for scripts. */
unsigned int line_width(const struct terminal *t);

/* How many columns @text takes: characters. */
unsigned int columns(const char *text);

/* Text that is being filled: lines of up to @width columns, of which all but the first begin with @indent spaces. */
struct filler {
	unsigned int indent, width;
	unsigned int column; /* the next one */
	bool begun; /* there is something in the line: a space comes before the next word */
};

/* Print the words of @text, as many on a line as it has room for. */
void fill(const struct terminal *t, struct filler *f, const char *text);

#endif /* PINGTRACE_TERMINAL_H */
