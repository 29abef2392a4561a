/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of the probes to one target: ping's figures, and a histogram for each segment and layer. */
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
	uint64_t count; /* late replies are taken back */
	uint64_t told; /* they are not */
	uint64_t first, last; /* seq of the first and the last probe */
};

#define STATS_MAX_LOSSES 32

/* A process that has its CPU sends within less. */
#define SENT_LATE_NS 1000000

struct stats {
	enum pt_socket socket; /* that the segments were measured with */
	uint64_t transmitted;
	uint64_t first_sent_ns,
		last_sent_ns; /* CLOCK_MONOTONIC: when the first probe was sent, and the last; 0: none was */
	/* Requests that were sent SENT_LATE_NS or more after they were due, and the most that any was. */
	uint64_t sent_late, sent_late_max_ns;
	uint64_t retries; /* of a request for which the device, or the socket, had no room */
	uint64_t no_room; /* errors told about requests for which there was no room in the end */
	uint64_t received; /* without duplicates */
	uint64_t duplicates;
	uint64_t corrupted; /* wrong checksum: not counted as received */
	uint64_t errors; /* ICMP errors about our probes, and EMSGSIZE; no other refusal, as with ping */
	uint64_t late; /* of expired probes; part of received */
	uint64_t stamps; /* that hooks took of the probes that were split */
	uint64_t clipped; /* probes with a stamp out of order */

	/* ping's "pipe": how many probes were under way at the most when one was answered or refused. */
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
	struct split *layers[NR_LAYER_SETS]; /* in the order of their first appearance on the path */
	unsigned int nr_layers;
	/* Ways in which probes were lost, in the order of their first appearance. */
	struct loss_count *losses;
	unsigned int nr_losses;
	uint64_t other_losses; /* lost in yet other ways, or it is not known how */
	struct samples samples; /* the slowest probes, and some others */
	uint64_t not_split; /* segments and layers of probes that are not counted: there was no memory */
};

/* Zero @s, which is the caller's, before its first use; stats_free releases what has been added. */
void stats_free(struct stats *s);

/* Count a round trip of @rtt_ns. */
void stats_add_rtt(struct stats *s, uint64_t rtt_ns);

/* Count the split of one probe. */
void stats_add_path(struct stats *s, const struct path *path);

/*
 * Count probe @seq as lost; @loss NULL: nothing is known of it. Returns a number for stats_take_back_loss, never 0, should the
 * reply come after all.
 */
unsigned int stats_add_loss(struct stats *s, const struct loss *loss, uint64_t seq);
void stats_take_back_loss(struct stats *s, unsigned int number);

/*
 * The same for whole results, in the order in which they came. A probe is counted as sent when it is sent, or, from a
 * recording, with the first result that is about it; @sent_ns and @due_ns are those of a result. @r->lost_as and @r->like of a lost probe are filled in.
 */
void stats_add_sent(struct stats *s, uint64_t sent_ns, uint64_t due_ns);
void stats_add_result(struct stats *s, struct result *r);
void stats_add_error(struct stats *s, struct result_error *e);

/* What the stamps of one probe cost on the average, where one costs @stamp_ns. */
uint64_t stats_overhead_ns(const struct stats *s, uint64_t stamp_ns);

/* Standard deviation of the round trips in ns, as ping's mdev. */
double stats_rtt_mdev(const struct stats *s);

/* Percentage of probes without a reply, 0 to 100. */
double stats_loss(const struct stats *s);

#endif /* PINGTRACE_STATS_H */
