// SPDX-License-Identifier: GPL-2.0-or-later
#include "probes.h"

static uint64_t *word_of(struct probes *p, uint64_t seq)
{
	return &p->answered[seq % SEQ_SPACE / 64];
}

uint64_t probes_add(struct probes *p)
{
	p->sent++;
	*word_of(p, p->sent) &= ~(1ULL << p->sent % 64);
	return p->sent;
}

uint64_t probes_find(const struct probes *p, uint16_t sequence)
{
	uint16_t behind = p->sent - sequence;

	return behind < p->sent ? p->sent - behind : 0;
}

bool probes_is_answered(const struct probes *p, uint64_t seq)
{
	return p->answered[seq % SEQ_SPACE / 64] >> seq % 64 & 1;
}

void probes_set_answered(struct probes *p, uint64_t seq)
{
	*word_of(p, seq) |= 1ULL << seq % 64;
}

unsigned int probes_acknowledge(struct probes *p, uint64_t seq)
{
	uint64_t behind = p->sent - seq;

	if (seq > p->acknowledged)
		p->acknowledged = seq;
	return behind < SEQ_SPACE / 2 ? behind + 1 : 0;
}

uint64_t probes_in_flight(const struct probes *p)
{
	return p->sent - p->acknowledged;
}

uint64_t probes_oldest(struct probes *p)
{
	while (p->settled < p->sent && probes_is_answered(p, p->settled + 1))
		p->settled++;
	return p->settled < p->sent ? p->settled + 1 : 0;
}

void probes_give_up(struct probes *p, uint64_t seq, uint8_t loss)
{
	p->settled = seq;
	p->losses[seq % SEQ_SPACE] = loss;
}

uint8_t probes_loss(const struct probes *p, uint64_t seq)
{
	return p->losses[seq % SEQ_SPACE];
}
