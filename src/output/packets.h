/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets in the order of time, out of results that come as probes end: a reply's result brings a request that may have
 * left seconds ago. No packet is let go while a probe may be under way that was sent earlier. What is known of that is known
 * from the results alone, so that it is the same for a run and for its recording: a target's probes are numbered from 1,
 * each of them ends, and a later one was sent later. Memory is bounded: where there are too many packets to wait with, the
 * earliest go, and what should have come before them is refused.
 */
#ifndef PINGTRACE_PACKETS_H
#define PINGTRACE_PACKETS_H

#include "model/result.h"

struct packet {
	uint64_t ns; /* CLOCK_MONOTONIC */
	uint64_t number; /* in the order in which they came: of two at one time the first goes first */
	struct head head;
	bool inbound;
	char dev[IF_NAMESIZE]; /* "": not known */
	char netns_name[NETNS_NAME_SIZE]; /* "": our own */
	size_t comments_size;
	char comments[]; /* each with a NUL behind it; harmless */
};

struct packets;

/* NULL: no memory. */
struct packets *packets_new(unsigned int nr_targets);
void packets_free(struct packets *p);

/*
 * Take over @packet, from malloc. Returns false, and frees it, where it comes too late, or where there is no memory.
 */
bool packets_add(struct packets *p, struct packet *packet);

/* Probe @seq of target @target has ended; it was sent at @sent_ns (0: not known). Its packets have been added. */
void packets_probe_ended(struct packets *p, unsigned int target, uint64_t seq, uint64_t sent_ns);

/* Results are missing: a probe of which nothing is heard is not waited for until the run ends. */
void packets_missing(struct packets *p);

/*
 * The next packet, which becomes the caller's; NULL: there is none that may go yet. @all: there are no more to come.
 * Otherwise the last one is kept back, so that there is one for what is to be said at the end.
 */
struct packet *packets_next(struct packets *p, bool all);

/* Is there none left? */
bool packets_are_gone(const struct packets *p);

#endif /* PINGTRACE_PACKETS_H */
