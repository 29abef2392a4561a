// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include "probe/probes.h"

#define REMEMBERED 4096 /* probes at the least, in flight or not */

int probes_init(struct probes *p, uint32_t nr_records)
{
	uint32_t size = nr_records > REMEMBERED ? nr_records : REMEMBERED;

	*p = (struct probes){ .mask = size - 1, .nr_records = nr_records, .next = 1 };
	p->table = calloc(size, sizeof(*p->table));
	p->numbers = calloc(size, sizeof(*p->numbers));
	p->busy = calloc((nr_records + 63) / 64, sizeof(*p->busy));
	return p->table && p->numbers && p->busy ? 0 : -ENOMEM;
}

void probes_free(struct probes *p)
{
	free(p->table);
	free(p->numbers);
	free(p->busy);
}

static struct probe *entry_of(const struct probes *p, uint32_t number)
{
	return &p->table[number & p->mask];
}

/* As lists have it. */
static uint32_t place_of(const struct probes *p, uint32_t number)
{
	return (number & p->mask) + 1;
}

static struct probe *at_place(const struct probes *p, uint32_t place)
{
	return &p->table[place - 1];
}

static uint64_t *busy_word(const struct probes *p, uint32_t number)
{
	return &p->busy[(number & (p->nr_records - 1)) / 64];
}

static bool is_busy(const struct probes *p, uint32_t number)
{
	return *busy_word(p, number) >> number % 64 & 1;
}

/* Of one target alone, as many probes that follow each other as the table holds have places of their own. */
static uint32_t *number_of(const struct probes *p, uint32_t target, uint16_t sequence)
{
	return &p->numbers[(sequence + target * 40503U) & p->mask];
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
	uint32_t place = place_of(p, p->next);

	*probe = (struct probe){
		.seq = seq,
		.state = PROBE_IN_FLIGHT,
		.number = p->next,
		.target = target,
		.previous = f->last,
	};
	if (f->last)
		at_place(p, f->last)->next = place;
	else
		f->first = place;
	f->last = place;
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
		*(probe->previous ? &at_place(p, probe->previous)->next : &f->first) = probe->next;
		*(probe->next ? &at_place(p, probe->next)->previous : &f->last) = probe->previous;
		f->count--;
		*busy_word(p, probe->number) &= ~(1ULL << probe->number % 64);
		p->nr_busy--;
	}
	probe->state = state;
}

void probes_answer(struct probes *p, struct flight *f, struct probe *probe)
{
	land(p, f, probe, PROBE_ANSWERED);
}

void probes_expire(struct probes *p, struct flight *f, struct probe *probe, uint8_t loss)
{
	land(p, f, probe, PROBE_EXPIRED);
	probe->loss = loss;
}

struct probe *probes_oldest(const struct probes *p, const struct flight *f)
{
	return f->first ? at_place(p, f->first) : NULL;
}
