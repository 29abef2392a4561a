// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "output/packets.h"

#define BYTES_MAX (32U << 20) /* of packets that wait */
/* Between the oldest probe that may be under way and one that has ended; and where results are missing. */
#define APART_MAX 65536
#define APART_MISSING 256
#define ROOM_MAX (1U << 20) /* for those of all targets */

/* A target's probes. */
struct flight {
	uint64_t ended; /* the probes up to this number have */
	uint64_t ended_ns; /* those after it were sent later */
	uint64_t *
		apart; /* when those that have ended out of order were sent, by number modulo room; 0: not yet */
	uint64_t room; /* a power of two, or 0 */
};

struct packets {
	struct packet **heap; /* the earliest first */
	size_t nr, room;
	size_t bytes;
	uint64_t number; /* of the next packet */
	uint64_t gone_ns; /* of the latest that has gone */
	struct flight *flights; /* by target */
	unsigned int nr_flights;
	uint64_t flights_room; /* of all */
	uint64_t earliest_ns; /* no packet that is to come is earlier, but for late replies */
	unsigned int ended; /* probes since that was looked at */
	bool missing; /* of some probes it is not known that they have ended */
};

struct packets *packets_new(unsigned int nr_targets)
{
	struct packets *p = calloc(1, sizeof(*p));

	if (p)
		p->flights = calloc(nr_targets ? nr_targets : 1, sizeof(*p->flights));
	if (!p || !p->flights) {
		free(p);
		return NULL;
	}
	p->nr_flights = nr_targets;
	return p;
}

void packets_free(struct packets *p)
{
	unsigned int t;

	if (!p)
		return;
	while (p->nr)
		free(p->heap[--p->nr]);
	for (t = 0; t < p->nr_flights; t++)
		free(p->flights[t].apart);
	free(p->flights);
	free(p->heap);
	free(p);
}

/* --- the heap --- */

static bool is_before(const struct packet *a, const struct packet *b)
{
	return a->ns < b->ns || (a->ns == b->ns && a->number < b->number);
}

static size_t size_of(const struct packet *packet)
{
	return sizeof(*packet) + packet->comments_size;
}

static bool make_room(struct packets *p)
{
	size_t room = p->room ? 2 * p->room : 64;
	struct packet **more;

	if (p->nr < p->room)
		return true;
	more = realloc(p->heap, room * sizeof(struct packet *));
	if (!more)
		return false;
	p->heap = more;
	p->room = room;
	return true;
}

static void push(struct packets *p, struct packet *packet)
{
	size_t i = p->nr++, above;

	for (; i && is_before(packet, p->heap[above = (i - 1) / 2]); i = above)
		p->heap[i] = p->heap[above];
	p->heap[i] = packet;
}

static struct packet *pop(struct packets *p)
{
	struct packet *first = p->heap[0], *last = p->heap[--p->nr];
	size_t i = 0, below;

	while ((below = 2 * i + 1) < p->nr) {
		if (below + 1 < p->nr && is_before(p->heap[below + 1], p->heap[below]))
			below++;
		if (!is_before(p->heap[below], last))
			break;
		p->heap[i] = p->heap[below];
		i = below;
	}
	p->heap[i] = last;
	return first;
}

bool packets_add(struct packets *p, struct packet *packet)
{
	if (packet->ns < p->gone_ns || !make_room(p)) {
		free(packet);
		return false;
	}
	packet->number = p->number++;
	p->bytes += size_of(packet);
	push(p, packet);
	return true;
}

/* --- what may go --- */

/* Room for those that have ended up to number @seq. */
static bool make_room_for(struct packets *p, struct flight *f, uint64_t seq)
{
	uint64_t room = f->room ? f->room : 8, *more, i;

	while (room <= seq - f->ended)
		room *= 2;
	if (room == f->room)
		return true;
	if (room - f->room > ROOM_MAX - p->flights_room)
		return false;
	more = calloc(room, sizeof(*more));
	if (!more)
		return false;
	for (i = f->ended + 1; f->apart && i <= f->ended + f->room; i++)
		more[i & (room - 1)] = f->apart[i & (f->room - 1)];
	free(f->apart);
	f->apart = more;
	p->flights_room += room - f->room;
	f->room = room;
	return true;
}

/* Probes are missing, or there is no memory: nothing before this one is waited for. */
static void skip_to(struct packets *p, struct flight *f, uint64_t seq)
{
	free(f->apart);
	f->apart = NULL;
	p->flights_room -= f->room;
	f->room = 0;
	f->ended = seq;
}

static void end(struct packets *p, struct flight *f, uint64_t seq, uint64_t sent_ns)
{
	uint64_t apart = p->missing ? APART_MISSING : APART_MAX, *sent;

	if (seq <= f->ended)
		return;
	if (seq - f->ended >= 2 * apart)
		skip_to(p, f, seq - 1);
	if (!make_room_for(p, f, seq)) {
		skip_to(p, f, seq);
		return;
	}
	f->apart[seq % f->room] = sent_ns ? sent_ns : 1;
	for (;;) {
		sent = &f->apart[(f->ended + 1) % f->room];
		if (!*sent && (f->ended >= seq || seq - f->ended < apart))
			break;
		if (*sent > f->ended_ns)
			f->ended_ns = *sent;
		*sent = 0;
		f->ended++;
	}
}

/* All targets are looked at once in as many probes as there are targets: often enough, and it costs each probe the same. */
void packets_probe_ended(struct packets *p, unsigned int target, uint64_t seq, uint64_t sent_ns)
{
	unsigned int t;

	if (target < p->nr_flights)
		end(p, &p->flights[target], seq, sent_ns);
	if (++p->ended < p->nr_flights)
		return;
	p->ended = 0;
	p->earliest_ns = UINT64_MAX;
	for (t = 0; t < p->nr_flights; t++)
		if (p->flights[t].ended_ns < p->earliest_ns)
			p->earliest_ns = p->flights[t].ended_ns;
}

void packets_missing(struct packets *p)
{
	p->missing = true;
}

struct packet *packets_next(struct packets *p, bool all)
{
	struct packet *packet;

	if (!p->nr || (!all && p->nr == 1))
		return NULL;
	if (!all && p->heap[0]->ns >= p->earliest_ns && p->bytes <= BYTES_MAX)
		return NULL;
	packet = pop(p);
	p->bytes -= size_of(packet);
	p->gone_ns = packet->ns;
	return packet;
}

bool packets_are_gone(const struct packets *p)
{
	return !p->nr;
}
