// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include "probe/probes.h"

#define REMEMBERED 4096 /* probes at the least, in flight or not */

int probes_init(struct probes *p, uint32_t nr_records, uint32_t nr_targets)
{
	uint32_t size = nr_records > REMEMBERED ? nr_records : REMEMBERED;

	*p = (struct probes){
		.mask = size - 1, .nr_records = nr_records, .next = 1, .nr_targets = nr_targets
	};
	p->table = calloc(size, sizeof(*p->table));
	p->numbers = calloc(size, sizeof(*p->numbers));
	p->busy = calloc((nr_records + 63) / 64, sizeof(*p->busy));
	p->histories = calloc(nr_targets, sizeof(struct history *));
	return p->table && p->numbers && p->busy && p->histories ? 0 : -ENOMEM;
}

void probes_free(struct probes *p)
{
	uint32_t i;

	for (i = 0; p->histories && i < p->nr_targets; i++) {
		if (p->histories[i])
			free(p->histories[i]->losses);
		free(p->histories[i]);
	}
	free(p->histories);
	free(p->table);
	free(p->numbers);
	free(p->busy);
}

static struct probe *entry_of(const struct probes *p, uint32_t number)
{
	return &p->table[number & p->mask];
}

/* The slot of a number, for links. */
static uint32_t slot_of(const struct probes *p, uint32_t number)
{
	return (number & p->mask) + 1;
}

static struct probe *probe_at(const struct probes *p, uint32_t slot)
{
	return &p->table[slot - 1];
}

static uint64_t *busy_word(const struct probes *p, uint32_t number)
{
	return &p->busy[(number & (p->nr_records - 1)) / 64];
}

static bool is_busy(const struct probes *p, uint32_t number)
{
	return *busy_word(p, number) >> number % 64 & 1;
}

/* With a single target, consecutive probes do not collide, up to the size of the table. */
static uint32_t *number_of(const struct probes *p, uint32_t target, uint16_t sequence)
{
	return &p->numbers[(sequence + target * 40503U) & p->mask];
}

static void note_answer(struct history *h, uint64_t seq, bool answered)
{
	uint64_t *word = &h->answered[seq % SEQUENCES / 64], bit = 1ULL << seq % 64;

	*word = answered ? *word | bit : *word & ~bit;
}

/* @probe leaves the table for its target's history. Without memory it is forgotten. */
static void retire(struct probes *p, const struct probe *probe)
{
	struct history **h = &p->histories[probe->target];

	if (!*h)
		*h = calloc(1, sizeof(**h));
	if (!*h)
		return;
	note_answer(*h, probe->seq, probe->state == PROBE_ANSWERED);
	if (probe->state == PROBE_EXPIRED && !(*h)->losses)
		(*h)->losses = calloc(SEQUENCES, sizeof(*(*h)->losses));
	if ((*h)->losses)
		(*h)->losses[probe->seq % SEQUENCES] = probe->loss;
}

bool probes_recall(const struct probes *p, uint32_t number, uint32_t target, uint64_t sent, uint16_t sequence,
		   struct probe *probe)
{
	uint32_t behind_all = p->next - number, behind = (uint16_t)(sent - sequence);
	const struct history *h = p->histories[target];
	uint64_t seq = sent - behind;

	/* A target's probes are not closer together than all are: the one before has been sent SEQUENCES earlier. */
	if (!h || behind >= sent || behind_all <= behind || behind_all >= behind + SEQUENCES ||
	    behind_all <= p->mask)
		return false;
	*probe = (struct probe){
		.seq = seq,
		.number = number,
		.target = target,
		.state = h->answered[seq % SEQUENCES / 64] >> seq % 64 & 1 ? PROBE_ANSWERED : PROBE_EXPIRED,
		.loss = h->losses ? h->losses[seq % SEQUENCES] : 0,
	};
	return true;
}

uint32_t probes_next(struct probes *p)
{
	if (p->nr_busy == p->nr_records)
		return 0;
	while (!p->next || is_busy(p, p->next))
		p->next++;
	return p->next;
}

struct probe *probes_add(struct probes *p, struct flight *f, uint32_t target, uint64_t seq)
{
	struct probe *probe = entry_of(p, p->next);
	uint32_t slot = slot_of(p, p->next);

	if (probe->state != PROBE_NONE)
		retire(p, probe);
	*probe = (struct probe){
		.seq = seq,
		.state = PROBE_IN_FLIGHT,
		.number = p->next,
		.target = target,
		.previous = f->last,
	};
	if (f->last)
		probe_at(p, f->last)->next = slot;
	else
		f->first = slot;
	f->last = slot;
	f->count++;
	*busy_word(p, p->next) |= 1ULL << p->next % 64;
	p->nr_busy++;
	*number_of(p, target, seq) = p->next++;
	return probe;
}

struct probe *probes_find(const struct probes *p, uint32_t number)
{
	struct probe *probe = entry_of(p, number);

	return probe->number == number && probe->state != PROBE_NONE ? probe : NULL;
}

struct probe *probes_find_sequence(const struct probes *p, uint32_t target, uint16_t sequence)
{
	struct probe *probe = probes_find(p, *number_of(p, target, sequence));

	return probe && probe->target == target && (uint16_t)probe->seq == sequence ? probe : NULL;
}

static void land(struct probes *p, struct flight *f, struct probe *probe, enum probe_state state)
{
	if (probe->state == PROBE_IN_FLIGHT) {
		*(probe->previous ? &probe_at(p, probe->previous)->next : &f->first) = probe->next;
		*(probe->next ? &probe_at(p, probe->next)->previous : &f->last) = probe->previous;
		f->count--;
		*busy_word(p, probe->number) &= ~(1ULL << probe->number % 64);
		p->nr_busy--;
	}
	probe->state = state;
}

void probes_answer(struct probes *p, struct flight *f, struct probe *probe)
{
	land(p, f, probe, PROBE_ANSWERED);
	if (probe != entry_of(p, probe->number)) /* it was recalled */
		note_answer(p->histories[probe->target], probe->seq, true);
}

void probes_expire(struct probes *p, struct flight *f, struct probe *probe, uint8_t loss)
{
	land(p, f, probe, PROBE_EXPIRED);
	probe->loss = loss;
}

struct probe *probes_oldest(const struct probes *p, const struct flight *f)
{
	return f->first ? probe_at(p, f->first) : NULL;
}
