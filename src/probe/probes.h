/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probes of all targets: those in flight, and the latest of the others, to recognise late replies and duplicates. A probe
 * is identified by its number, which its tag carries. Numbers count up from 1 and skip those whose record (number modulo the
 * number of records) belongs to a probe in flight: an unanswered probe occupies its record and delays no other. No I/O, no
 * clock.
 */
#ifndef PINGTRACE_PROBES_H
#define PINGTRACE_PROBES_H

#include <stdbool.h>
#include <stdint.h>

enum probe_state { PROBE_NONE, PROBE_IN_FLIGHT, PROBE_EXPIRED, PROBE_ANSWERED };

struct probe {
	uint64_t seq : 48; /* of its target, from 1; its lower 16 bits are the ICMP sequence number */
	uint64_t loss : 8; /* expired: number of its loss (stats_add_loss) */
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

/* What became of a target's probes that left the table: the latest for each seq modulo SEQUENCES. */
struct history {
	uint64_t answered[SEQUENCES / 64];
	uint8_t *losses; /* of those that are not; NULL: there were none */
};

struct probes {
	struct probe *table; /* by number & mask */
	uint32_t mask;
	uint32_t *numbers; /* numbers of probes by hash of target and ICMP sequence number: the latest */
	uint64_t *busy; /* a bit for each record: a probe in flight has it */
	uint32_t nr_records;
	uint32_t nr_busy;
	uint32_t next; /* the lowest number that the next probe may have */
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
 * Restore a probe that left the table, from its number and ICMP sequence number, into @probe; use it as one from the table.
 * @target has sent @sent probes. Returns false if the probe is ambiguous: it must be less than SEQUENCES behind the next
 * probe of all targets.
 */
bool probes_recall(const struct probes *p, uint32_t number, uint32_t target, uint64_t sent, uint16_t sequence,
		   struct probe *probe);

/* The latest probe of @target with that ICMP sequence number; NULL: none. For packets without a tag. */
struct probe *probes_find_sequence(const struct probes *p, uint32_t target, uint16_t sequence);

/* @probe, of the target with flight @f, was answered, or has expired. */
void probes_answer(struct probes *p, struct flight *f, struct probe *probe);
void probes_expire(struct probes *p, struct flight *f, struct probe *probe, uint8_t loss);

/* The oldest probe in flight; NULL: none. */
struct probe *probes_oldest(const struct probes *p, const struct flight *f);

#endif /* PINGTRACE_PROBES_H */
