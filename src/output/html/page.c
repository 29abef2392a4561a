// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/util.h"
#include "output/html/page.h"

extern const char
	html_template[]; /* template.S: report.html, into which the build has put style and script */

/* --- pieces --- */

static bool matters_less(const struct piece *a, const struct piece *b)
{
	if (a->weight[0] != b->weight[0])
		return a->weight[0] < b->weight[0];
	return a->weight[1] < b->weight[1];
}

static void drop(struct pieces *p, unsigned int i)
{
	p->size -= p->pieces[i].size;
	free(p->pieces[i].text);
	memmove(&p->pieces[i], &p->pieces[i + 1], (p->nr - i - 1) * sizeof(p->pieces[0]));
	p->nr--;
	p->left_out++;
}

/* Take over @piece. */
static bool put(struct pieces *p, const struct piece *piece)
{
	struct piece *more = realloc(p->pieces, (p->nr + 1) * sizeof(*more));
	unsigned int i, least;

	if (!more) {
		free(piece->text);
		return false;
	}
	p->pieces = more;
	for (i = p->nr; i && more[i - 1].index > piece->index; i--)
		more[i] = more[i - 1];
	more[i] = *piece;
	p->nr++;
	p->size += piece->size;
	while (p->size > p->limit && p->nr > 1) {
		for (least = 0, i = 1; i < p->nr; i++)
			if (matters_less(&more[i], &more[least]))
				least = i;
		drop(p, least);
	}
	return true;
}

bool pieces_add(struct pieces *p, struct piece piece, bool (*write)(FILE *f, void *of), void *of)
{
	FILE *f = open_memstream(&piece.text, &piece.size);
	bool good = f != NULL;

	if (f) {
		good = write(f, of) && !ferror(f);
		good = !fclose(f) && good;
	}
	if (good)
		return put(p, &piece);
	if (f)
		free(piece.text);
	return false;
}

void pieces_write(FILE *f, const struct pieces *p)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		fwrite(p->pieces[i].text, 1, p->pieces[i].size, f);
}

void pieces_free(struct pieces *p)
{
	while (p->nr)
		drop(p, p->nr - 1);
	free(p->pieces);
	p->pieces = NULL;
}

/* --- the template --- */

/* Marks look like <!--NAME-->; the template has no other comments. */
#define MARK_BEGIN "<!--"
#define MARK_END "-->"

static enum page_mark mark_of(const char *name, size_t len)
{
	static const char *const names[] = { "TITLE", "RUN", "TARGETS", "SECTIONS" };
	enum page_mark mark = 0;

	while (mark < PAGE_MARKS && (strlen(names[mark]) != len || strncmp(names[mark], name, len) != 0))
		mark++;
	return mark;
}

void page_write(FILE *f, void (*fill)(FILE *f, enum page_mark mark, const void *of), const void *of)
{
	const char *from = html_template, *name, *end;
	enum page_mark mark;

	while ((name = strstr(from, MARK_BEGIN)) && (end = strstr(name, MARK_END))) {
		fwrite(from, 1, name - from, f);
		name += strlen(MARK_BEGIN);
		mark = mark_of(name, end - name);
		if (mark < PAGE_MARKS)
			fill(f, mark, of);
		from = end + strlen(MARK_END);
	}
	fputs(from, f);
}
