/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the terminal, or the file instead of it, can show: colours, characters, columns. */
#ifndef PINGTRACE_TERMINAL_H
#define PINGTRACE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>
#include "model/path.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RESET "\033[0m"

struct terminal {
	FILE *file;
	bool is_terminal;
	bool color; /* only on a terminal, unless NO_COLOR is set (no-color.org) */
};

/* What gives a terminal back, standard output, that a view has taken. */
struct taken_terminal {
	bool is_taken;
	pid_t group; /* of the job that has taken it */
	struct termios before; /* how it treated keys */
	char text[256]; /* what ends the view on it */
	size_t size;
};

/* Give it back in place of a process that has ended. In the background nothing is done: another job has it then. */
void terminal_give_back(const struct taken_terminal *t);

struct terminal terminal_of(FILE *file);

/* Is the locale's character set UTF-8? */
bool is_utf8(void);

/* "µs", or "us" if the character set has no µ. */
const char *micro(void);

/* @color, or "" if there are no colours. */
const char *paint(const struct terminal *t, const char *color);

/* The colour of a layer; bold for a set of more than one. */
const char *layer_color(const struct terminal *t, layer_set layers);

/* Columns of the terminal; 80 if it is none. */
unsigned int terminal_width(const struct terminal *t);

/* Longest line: the terminal's width; unlimited if it is none, for scripts. */
unsigned int line_width(const struct terminal *t);

/* How many columns, that is characters, @text takes. */
unsigned int columns(const char *text);

/* State of filled text: lines of up to @width columns, all but the first indented by @indent spaces. */
struct filler {
	unsigned int indent, width;
	unsigned int column; /* the next one */
	bool begun; /* the line is not empty: a space precedes the next word */
};

/* Print the words of @text, as many on a line as fit. */
void fill(const struct terminal *t, struct filler *f, const char *text);

#endif /* PINGTRACE_TERMINAL_H */
