/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outputs: each is a table of the same few functions, called by the pinger as things happen. They only
 * read; they print to stdout.
 */
#ifndef PINGTRACE_OUTPUT_H
#define PINGTRACE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include "findings.h"
#include "netns.h"
#include "options.h"
#include "path.h"
#include "resolve.h"
#include "socket.h"
#include "stats.h"
#include "tracer.h"

/* What holds for the whole run. */
struct run {
	const struct options *options;
	const struct target *target;
	const struct tracer *tracer;
	const struct stats *stats;
	const struct netns_names *netns;
	enum pt_socket socket;
	const char *source; /* with -I, the address and device that probes leave from; NULL: without */
	uint32_t flow; /* IPv6 flow label; 0: none */
	unsigned int index; /* of the target, and how many there are: each has its own struct run */
	unsigned int nr_targets;
	int name_width; /* of the longest name of a target */
	bool multicast; /* or broadcast: more than one node may answer a probe */
	bool any_source; /* whoever answers does so from an address of its own */
	unsigned int ip_options_size; /* of the requests, as ping counts it: 0 or 40 */
	uint64_t start_ns; /* CLOCK_MONOTONIC: when the first probe was sent */
	uint64_t end_ns; /* when the last one was */
};

/* A reply to one of our probes. */
struct reply {
	uint16_t id;
	uint16_t seq;
	size_t bytes; /* ICMP header and payload */
	const uint8_t *payload;
	size_t payload_size;
	const char *ip_options; /* as ping prints them; "" where there are none */
	int ttl; /* -1: not known */
	const char *from; /* text of the address it came from */
	bool from_target; /* which is the one that we ping */
	bool has_time;
	uint64_t time_ns; /* what ping calls time= */
	bool duplicate;
	bool late; /* had been given up */
	bool bad_checksum;
	int wrong_at; /* offset of the first wrong byte of the payload; -1: none */
	uint8_t wrong_is, wrong_should;
	const struct pt_record *record; /* NULL: no stamps (duplicate, corrupted, or too late) */
	const struct path *path; /* NULL likewise */
	const struct why *why; /* NULL likewise, and without --why */
};

struct output {
	void (*begin)(const struct run *run);
	/* A probe is on its way. NULL where nothing is said about that. */
	void (*sent)(const struct run *run);
	void (*reply)(const struct run *run, const struct reply *reply);
	/* Probe @seq was given up. @record: how far it came, and @loss, why; NULL where it is no longer known. */
	void (*lost)(const struct run *run, uint16_t seq, const struct pt_record *record,
		     const struct loss *loss);
	/* -O: nothing has come back yet. */
	void (*outstanding)(const struct run *run, uint16_t seq);
	/* @from is text; NULL for an error of this kernel. @seq is meaningful if @error->has_request. */
	void (*error)(const struct run *run, const struct echo_error *error, const char *from);
	void (*end)(const struct run *run);
	/* Is something missing in what was printed? It has been told. NULL: nothing ever is. */
	bool (*failed)(void);
};

extern const struct output output_text;
extern const struct output output_json;

/* What the stamps of one probe cost on the average, in ns; 0: not known. */
uint64_t run_overhead_ns(const struct run *run);

/* The verdict on a run, as findings_of. */
unsigned int run_findings(struct finding findings[FINDINGS_MAX], const struct run *run);

/* "Destination Host Unreachable": what ping says for an ICMP error. Returns @text. */
#define ERROR_TEXT_SIZE 96
char *error_text(char text[ERROR_TEXT_SIZE], const struct echo_error *error, enum pt_family family);

/* The ICMP error of a lost probe. */
struct echo_error loss_error(const struct loss *loss, enum pt_family family);

#endif /* PINGTRACE_OUTPUT_H */
