/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what a run knows of a probe (record, tracer, reply) to results, which statistics and sinks are given. The one place
 * that sees both: names of devices, namespaces and functions are resolved here.
 */
#ifndef PINGTRACE_REPORT_H
#define PINGTRACE_REPORT_H

#include "net/socket.h"
#include "output/sinks.h"
#include "probe/display.h"
#include "probe/origins.h"

struct target;
struct session;

struct report {
	struct sinks *sinks;
	struct display display;
	struct run_info run;
	unsigned int wants; /* SINK_* */
	struct origins origins;
	struct result result; /* the one that is being made */
	uint64_t clocks_ns; /* CLOCK_MONOTONIC: when the clocks are to be told again */
};

/* Open the sinks that @o asks for, see sinks_open. Returns 0 or a negative errno with @error filled. */
int report_open(struct report *r, const struct options *o, struct error *error);
/* Returns false where something could not be written, which has been told. */
bool report_close(struct report *r);

/* The run begins, with all its targets; it is over. */
void report_begin(struct session *s);
void report_end(struct session *s);

/* Request @seq was taken by the kernel. */
void report_sent(struct target *t, uint64_t seq);
/* -O: request @seq has no reply yet. */
void report_outstanding(struct target *t, uint64_t seq);

/* What probes know of a reply. */
struct replied {
	uint64_t seq;
	bool duplicate, late;
	unsigned int lost_as; /* if late: see probes_loss */
	unsigned int under_way; /* see probes_acknowledge */
};

/* A reply to a probe has come; @rec: its record, NULL if that is no longer there. */
void report_reply(struct target *t, const struct echo_reply *reply, const struct replied *about,
		  struct pt_record *rec);

/* Probe @seq has expired. @rec as above. Returns what kind of loss it counts as, see probes_expire. */
unsigned int report_lost(struct target *t, uint64_t seq, const struct pt_record *rec);

/* @refused: the socket did not take the request. @under_way as above, or 0. */
void report_error(struct target *t, const struct echo_error *error, bool refused, unsigned int under_way);

#endif /* PINGTRACE_REPORT_H */
