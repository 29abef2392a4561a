/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probes of all targets: those in flight, and the latest of the others, so that what comes late or twice is known for
 * what it is. A probe is known by its number, which its tag carries. Numbers count up from 1 and leave out those whose
 * record (number modulo the number of records) a probe in flight still has: an unanswered probe costs its record, and holds
 * up no other. No I/O, no clock.
 */
#ifndef PINGTRACE_PROBES_H
#define PINGTRACE_PROBES_H

#include <stdbool.h>
#include <stdint.h>

enum probe_state { PROBE_NONE, PROBE_IN_FLIGHT, PROBE_EXPIRED, PROBE_ANSWERED };

struct probe {
	uint64_t seq : 48; /* of its target, from 1; its lower 16 bits are the ICMP sequence number */
	uint64_t loss : 8; /* expired: as what it was counted (stats_add_loss) */
	uint64_t state : 8; /* enum probe_state */
	uint32_t number;
	uint32_t target; /* index */
	uint32_t next, previous; /* in flight: of the same target; slots in the table from 1, 0: none */
};

/* A target's probes in flight, the oldest first. Zero it before its first use. */
struct flight {
	uint32_t first, last; /* slots in the table from 1; 0: none */
	uint32_t count;
};

#define SEQUENCES 65536 /* ICMP sequence numbers */

/* What became of a target's probes that are no longer in the table, by seq modulo SEQUENCES: the latest with each. */
struct history {
	uint64_t answered[SEQUENCES / 64];
	uint8_t *losses; /* of those that are not; NULL: there were none */
};

struct probes {
	struct probe *table; /* by number & mask */
	uint32_t mask;
	uint32_t *numbers; /* by target and ICMP sequence number, hashed: the latest with both */
	uint64_t *busy; /* a bit a record: a probe in flight has it */
	uint32_t nr_records;
	uint32_t nr_busy;
	uint32_t next; /* the least number that the next probe may have */
	struct history **histories; /* by target; NULL: none of its probes has left the table */
	uint32_t nr_targets;
};

/* For @nr_records records, a power of two. Returns 0 or -ENOMEM. probes_free in either case. */
int probes_init(struct probes *p, uint32_t nr_records, uint32_t nr_targets);
void probes_free(struct probes *p);

/* The number that the next probe will have; 0: every record is in use. */
uint32_t probes_next(struct probes *p);

/* Probe @seq of @target is on its way, with the number that probes_next gave. */
struct probe *probes_add(struct probes *p, struct flight *f, uint32_t target, uint64_t seq);

/* The probe with that number; NULL: none, or too long ago. */
struct probe *probes_find(const struct probes *p, uint32_t number);

/*
 * A probe of @target, which has sent @sent, that has left the table: its number and ICMP sequence number are known. Filled
 * into @probe, which serves as one from the table. Returns false where it is not certain which of those with this sequence
 * number it is: among the probes of all targets it has to be less than SEQUENCES behind the next of them.
 */
bool probes_recall(const struct probes *p, uint32_t number, uint32_t target, uint64_t sent, uint16_t sequence,
		   struct probe *probe);

/* The latest probe of @target with that ICMP sequence number, where nothing better tells; NULL: none. */
struct probe *probes_find_sequence(const struct probes *p, uint32_t target, uint16_t sequence);

/* Probe @probe of the target whose flight is @f is answered, or has been waited for long enough. */
void probes_answer(struct probes *p, struct flight *f, struct probe *probe);
void probes_expire(struct probes *p, struct flight *f, struct probe *probe, uint8_t loss);

/* The oldest in flight; NULL: none is. */
struct probe *probes_oldest(const struct probes *p, const struct flight *f);

#endif /* PINGTRACE_PROBES_H */
