/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page of bounded size: pieces of text, of which those that matter least are left out, and the template that they go into. */
#ifndef PINGTRACE_HTML_PAGE_H
#define PINGTRACE_HTML_PAGE_H

#include <stdbool.h>
#include <stdio.h>

/* The template has 180 kB, and all is to be below 700 kB. */
#define PAGE_SECTIONS_SIZE (440 << 10) /* bytes of all sections, */
#define PAGE_ROWS_SIZE (50 << 10) /* and of the table of targets */

/* Text that is ready to be written, and how much it matters: by the first weight, and where these are equal by the second. */
struct piece {
	char *text;
	size_t size;
	unsigned int index; /* its place among the others */
	double weight[2];
};

/* Pieces in the order of their indices, of @limit bytes together. */
struct pieces {
	size_t size, limit;
	unsigned int nr, left_out;
	struct piece *pieces;
};

/*
 * What @write writes becomes the text of @piece. If there is too much then, what matters least is left out; one stays. Returns
 * false where there is no memory, or @write says so.
 */
bool pieces_add(struct pieces *p, struct piece piece, bool (*write)(FILE *f, void *of), void *of);
void pieces_write(FILE *f, const struct pieces *p);
void pieces_free(struct pieces *p);

/* Where something goes into the page. */
enum page_mark { PAGE_TITLE, PAGE_RUN, PAGE_TARGETS, PAGE_SECTIONS, PAGE_MARKS };

/* Write the page; @fill writes what belongs to each mark. */
void page_write(FILE *f, void (*fill)(FILE *f, enum page_mark mark, const void *of), const void *of);

#endif /* PINGTRACE_HTML_PAGE_H */
