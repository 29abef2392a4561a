/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics over the probes to one target: ping's figures, and a histogram for each segment and layer. */
#ifndef PINGTRACE_STATS_H
#define PINGTRACE_STATS_H

#include <stdint.h>
#include "analysis/histogram.h"
#include "analysis/samples.h"
#include "model/loss.h"
#include "model/path.h"
#include "model/result.h"

/* A segment as it occurred, merged or not, or a layer (then from and to mean nothing). */
struct split {
	enum pt_hook from, to;
	layer_set layers;
	struct histogram histogram;
};

/* Room for every pair of hooks of a path. */
#define STATS_MAX_SEGMENTS 128

/* How often probes were lost in one and the same way. */
struct loss_count {
	struct loss loss;
	uint64_t count; /* minus late replies */
	uint64_t told; /* without that */
	uint64_t first, last; /* seq of the first and the last probe */
};

#define STATS_MAX_LOSSES 32

/* Limit of lateness: a process that has its CPU sends earlier than this. */
#define SENT_LATE_NS 1000000

struct stats {
	enum pt_socket socket; /* that the segments were measured with */
	uint64_t transmitted;
	uint64_t first_sent_ns,
		last_sent_ns; /* CLOCK_MONOTONIC, of the first and the last probe; 0: none was sent */
	/* Requests sent SENT_LATE_NS or more after they were due, and the longest such delay. */
	uint64_t sent_late, sent_late_max_ns;
	uint64_t retries; /* of requests for which the device or the socket had no room */
	uint64_t no_room; /* errors told about requests for which there was no room in the end */
	uint64_t received; /* without duplicates */
	uint64_t duplicates;
	uint64_t corrupted; /* wrong checksum: not counted as received */
	uint64_t errors; /* ICMP errors about our probes, and EMSGSIZE; no other refusal, as with ping */
	uint64_t late; /* of expired probes; part of received */
	uint64_t stamps; /* of all probes that were split */
	uint64_t clipped; /* probes with a stamp out of order */

	/* ping's "pipe": the most probes that were under way when one was answered or refused. */
	uint16_t pipe;

	/* Round trips as ping's time=, in ns. */
	uint64_t rtt_count;
	uint64_t rtt_min, rtt_max;
	double rtt_sum;
	double rtt_mean, rtt_m2; /* Welford: the squares of large round trips would drown their differences */
	double rtt_ewma; /* weight 1/8, as RFC 6298's SRTT */

	struct histogram total; /* recv - send of the probes that were split */
	struct split *segments[STATS_MAX_SEGMENTS]; /* in the order of the path */
	unsigned int nr_segments;
	uint8_t last_segment
		[PT_NR_HOOKS]; /* where the segment that began at this hook was the last time, or nothing useful */
	struct split *layers[NR_LAYER_SETS]; /* in the order of their first appearance on the path */
	unsigned int nr_layers;
	/* Ways in which probes were lost, in the order of their first appearance. */
	struct loss_count *losses;
	unsigned int nr_losses;
	uint64_t other_losses; /* lost in further ways, or nobody knows how */
	struct samples samples; /* the slowest probes, and some others */
	uint64_t not_split; /* segments and layers that were not counted, for lack of memory */
};

/* Zero @s before its first use. stats_free releases the memory that it holds. */
void stats_free(struct stats *s);

/* Count a round trip of @rtt_ns. */
void stats_add_rtt(struct stats *s, uint64_t rtt_ns);

/* Count the split of one probe. */
void stats_add_path(struct stats *s, const struct path *path);

/*
 * Count probe @seq as lost; @loss is NULL if nothing is known about it. Returns the number of that loss, never 0, for
 * stats_take_back_loss if a reply comes late.
 */
unsigned int stats_add_loss(struct stats *s, const struct loss *loss, uint64_t seq);
void stats_take_back_loss(struct stats *s, unsigned int number);

/*
 * Count whole results, in their order. A probe is counted as sent when it is sent; from a recording, with its first result,
 * whose sent_ns and due_ns are given. stats_add_result sets lost_as and like of a lost probe in @r.
 */
void stats_add_sent(struct stats *s, uint64_t sent_ns, uint64_t due_ns);
void stats_add_result(struct stats *s, struct result *r);
void stats_add_error(struct stats *s, struct result_error *e);

/* Mean cost of one probe's stamps in ns, if one stamp costs @stamp_ns. */
uint64_t stats_overhead_ns(const struct stats *s, uint64_t stamp_ns);

/* Standard deviation of the round trips in ns, as ping's mdev. */
double stats_rtt_mdev(const struct stats *s);

/* Percentage of probes without a reply, 0 to 100. */
double stats_loss(const struct stats *s);

#endif /* PINGTRACE_STATS_H */
