/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes results from a probe's record and reply, and gives them to statistics and sinks. Only this module sees both sides:
 * names of devices, namespaces and functions are resolved here.
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
	uint64_t clocks_ns; /* CLOCK_MONOTONIC: when sinks get the clocks next */
};

/* Open the sinks that @o asks for, see sinks_open. Returns 0 or a negative errno with @error filled. */
int report_open(struct report *r, const struct options *o, struct error *error);
/* Returns false, after a message, if something could not be written. */
bool report_close(struct report *r);

/* Tell the sinks that the run begins, with all its targets; that it is over. */
void report_begin(struct session *s);
void report_end(struct session *s);

/* Probe @seq was sent. */
void report_sent(struct target *t, uint64_t seq);
/* -O: probe @seq has no reply yet. */
void report_outstanding(struct target *t, uint64_t seq);

/* What the table of probes knows about a reply. */
struct replied {
	uint64_t seq;
	bool duplicate, late;
	unsigned int lost_as; /* if late: see probes_expire */
	unsigned int under_way; /* probes that were under way, this one included: ping's "pipe" */
};

/* A reply to a probe came. @rec is the probe's record, NULL if another probe has it now. */
void report_reply(struct target *t, const struct echo_reply *reply, const struct replied *about,
		  struct pt_record *rec);

/* Probe @seq has expired. @rec as above. Returns the number of its loss, for probes_expire. */
unsigned int report_lost(struct target *t, uint64_t seq, const struct pt_record *rec);

/* An error about a probe. @refused: the socket refused the request. @under_way as above, or 0. */
void report_error(struct target *t, const struct echo_error *error, bool refused, unsigned int under_way);

#endif /* PINGTRACE_REPORT_H */
