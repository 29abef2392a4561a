// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>
#include "output/output_live.h"

#define TEXT_MAX 1024

bool page_begin(struct live_page *p, unsigned int rows, unsigned int columns)
{
	size_t i, nr;

	rows = rows < LIVE_ROWS_MAX ? rows : LIVE_ROWS_MAX;
	columns = columns < LIVE_COLUMNS_MAX ? columns : LIVE_COLUMNS_MAX;
	if (rows != p->rows || columns != p->columns) {
		free(p->cells);
		p->cells = calloc((size_t)rows * columns + 1, sizeof(*p->cells));
		p->rows = p->cells ? rows : 0;
		p->columns = p->cells ? columns : 0;
	}
	nr = (size_t)p->rows * p->columns;
	for (i = 0; i < nr; i++)
		p->cells[i] = (struct live_cell){ .c = L' ' };
	return p->rows;
}

void page_free(struct live_page *p)
{
	free(p->cells);
	p->cells = NULL;
	p->rows = p->columns = 0;
}

/* The next character of @text: never one that a terminal takes for more than a character. NULL: there is none. */
static const char *next_character(const char *text, wchar_t *c, int *width)
{
	mbstate_t state = {};
	size_t n = mbrtowc(c, text, MB_CUR_MAX, &state);

	if (!n)
		return NULL;
	*width = 1;
	if (n == (size_t)-1 || n == (size_t)-2) {
		*c = L'?';
		return text + 1;
	}
	*width = wcwidth(*c);
	if (*width < 0 || !iswprint(*c)) {
		*c = L'?';
		*width = 1;
	}
	return text + n;
}

/* Returns false where it is not on the page. */
static bool put_cell(struct live_page *p, int row, int column, int width, enum live_style style, wchar_t c)
{
	struct live_cell *cell;

	if (row < 0 || (unsigned int)row >= p->rows || column < 0 ||
	    (unsigned int)(column + width) > p->columns)
		return false;
	cell = &p->cells[row * p->columns + column];
	*cell = (struct live_cell){ .c = c, .style = style };
	if (width == 2)
		cell[1] = (struct live_cell){ .c = 0, .style = style };
	return true;
}

unsigned int page_put(struct live_page *p, int row, int column, unsigned int width, enum live_style style,
		      const char *text)
{
	unsigned int taken = 0;
	wchar_t c;
	int w;

	while ((text = next_character(text, &c, &w))) {
		if (taken + w > width)
			break;
		if (w && !put_cell(p, row, column + taken, w, style, c))
			break;
		taken += w;
	}
	return taken;
}

/* @text from the character on at which no more than @width columns are left. */
static const char *tail_of(const char *text, unsigned int width)
{
	unsigned int left = page_columns(text);
	const char *next;
	wchar_t c;
	int w;

	while (left > width && (next = next_character(text, &c, &w))) {
		left -= w;
		text = next;
	}
	return text;
}

void page_shorten(struct live_page *p, int row, int column, unsigned int width, enum live_style style,
		  const char *text)
{
	unsigned int head = width / 2;

	if (page_columns(text) <= width || width < 3) {
		page_put(p, row, column, width, style, text);
		return;
	}
	column += (int)page_put(p, row, column, head, style, text);
	page_repeat(p, row, column, 1, style, p->utf8 ? L'…' : '~');
	page_put(p, row, column + 1, width - head - 1, style, tail_of(text, width - head - 1));
}

unsigned int page_printf(struct live_page *p, int row, int column, enum live_style style, const char *fmt,
			 ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return page_put(p, row, column, LIVE_COLUMNS_MAX, style, text);
}

unsigned int page_columns(const char *text)
{
	unsigned int nr = 0;
	wchar_t c;
	int w;

	while ((text = next_character(text, &c, &w)))
		nr += w;
	return nr;
}

void page_right(struct live_page *p, int row, int end, enum live_style style, const char *text)
{
	page_put(p, row, end - (int)page_columns(text), LIVE_COLUMNS_MAX, style, text);
}

void page_repeat(struct live_page *p, int row, int column, unsigned int times, enum live_style style,
		 wchar_t c)
{
	while (times-- && put_cell(p, row, column++, 1, style, c))
		;
}
