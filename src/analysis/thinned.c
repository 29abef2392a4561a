// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include "analysis/thinned.h"

#define ROOM_MIN 64

/* splitmix64 */
static uint64_t draw(struct thinned *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static uint32_t limit_of(const struct thinned *s)
{
	return s->limit ? s->limit : SERIES_MAX;
}

static bool make_room(struct thinned *s)
{
	uint32_t room = s->room ? 2 * s->room : ROOM_MIN;
	uint64_t *more;

	if (s->nr < s->room)
		return true;
	more = realloc(s->values, (room < limit_of(s) ? room : limit_of(s)) * sizeof(*more));
	if (!more)
		return false;
	s->values = more;
	s->room = room < limit_of(s) ? room : limit_of(s);
	return true;
}

/* Of each two neighbours one stays. */
static void halve(struct thinned *s)
{
	uint32_t i;

	for (i = 0; i < s->nr / 2; i++)
		s->values[i] = s->values[2 * i + (draw(s) & 1)];
	s->nr /= 2;
	s->thinned++;
}

bool thinned_add(struct thinned *s, uint64_t value)
{
	uint64_t last = (1ULL << s->thinned) - 1, place = s->count & last;

	if (!make_room(s))
		return false;
	if (!place)
		s->pick = draw(s) & last;
	s->count++;
	if (place == s->pick)
		s->values[s->nr++] = value;
	/* At the end of a stride, so that the next begins with a new one. */
	if (place == last && s->nr == limit_of(s))
		halve(s);
	return true;
}

void thinned_free(struct thinned *s)
{
	free(s->values);
	*s = (struct thinned){ .limit = s->limit };
}

uint32_t thinned_part(const struct thinned *s, unsigned int index, unsigned int parts,
		      const uint64_t **values)
{
	uint32_t from = (uint64_t)s->nr * index / parts, to = (uint64_t)s->nr * (index + 1) / parts;

	*values = s->values + from;
	return to - from;
}
