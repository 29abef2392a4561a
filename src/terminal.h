/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the terminal, or the file in its place, can show: colours, characters, columns. */
#ifndef PINGTRACE_TERMINAL_H
#define PINGTRACE_TERMINAL_H

#include <stdbool.h>
#include "path.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RESET "\033[0m"

/* Is the locale's character set UTF-8? */
bool is_utf8(void);

/* "µs", or "us" where the character set has no other. */
const char *micro(void);

/* @color, or "" where there is none: only for a terminal, and not where the user wants none (no-color.org). */
const char *paint(const char *color);

/* The colour of a layer; bold for a set of more than one. */
const char *layer_color(layer_set layers);

/* Columns of the terminal; 80 where standard output is none. */
unsigned int terminal_width(void);

#endif /* PINGTRACE_TERMINAL_H */
