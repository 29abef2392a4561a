/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which probes of one target are under way. A probe is known by its seq, which counts from 1 and does not
 * wrap; its lower 16 bits are the ICMP sequence number. No I/O, no clock.
 */
#ifndef PINGTRACE_PROBES_H
#define PINGTRACE_PROBES_H

#include <stdbool.h>
#include <stdint.h>

#define SEQ_SPACE 65536

/* Zero it before its first use. */
struct probes {
	uint64_t sent; /* seq of the last probe; 0: none yet */
	uint64_t settled; /* all up to this one are answered or given up */
	uint64_t acknowledged; /* the last one that was answered, or told an error about */
	uint64_t answered[SEQ_SPACE / 64]; /* bit by seq % SEQ_SPACE */
	uint8_t losses[SEQ_SPACE]; /* by seq % SEQ_SPACE: as what it was given up */
};

/* Count another probe as sent. Returns its seq. */
uint64_t probes_add(struct probes *p);

/* The probe that an ICMP sequence number means: the latest with it. 0: none was sent. */
uint64_t probes_find(const struct probes *p, uint16_t sequence);

bool probes_is_answered(const struct probes *p, uint64_t seq);
void probes_set_answered(struct probes *p, uint64_t seq);

/*
 * Something has come back about probe @seq. Returns how many probes were under way, it included, the
 * figure that ping calls pipe.
 */
unsigned int probes_acknowledge(struct probes *p, uint64_t seq);

/* How many probes were sent after the last that was acknowledged: what ping takes for those in flight. */
uint64_t probes_in_flight(const struct probes *p);

/* The oldest probe that is neither answered nor given up; 0: none. Those before it are settled. */
uint64_t probes_oldest(struct probes *p);

/* Give probe @seq, which probes_oldest has returned, up; @loss: as what it is counted (stats_add_loss). */
void probes_give_up(struct probes *p, uint64_t seq, uint8_t loss);
/* As what it was. It outlives the probe's record. */
uint8_t probes_loss(const struct probes *p, uint64_t seq);

#endif /* PINGTRACE_PROBES_H */
