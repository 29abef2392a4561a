/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is known about a run, a target and a probe, by value or owned. Sinks, statistics and findings work on these alone,
 * without the tracer, a record or the session, in a live run and from a recording. Text is in the locale's character set and
 * harmless to print.
 */
#ifndef PINGTRACE_RESULT_H
#define PINGTRACE_RESULT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/values.h"
#include "model/head.h"
#include "model/loss.h"
#include "model/path.h"
#include "model/stamps.h"
#include "model/causes.h"

#define RESULT_NAME_SIZE 256 /* of a host */
#define RESULT_ADDRESS_SIZE 64 /* of an address as text, with its device */
#define RESULT_OPTIONS_MAX 40 /* bytes of options of an IPv4 header */
#define RESULT_ICMP_HEADER 8

/* The three clocks, read together. */
struct clocks {
	uint64_t monotonic_ns, boottime_ns, realtime_ns;
};

/* What holds for the whole run. */
struct run_info {
	char version[32]; /* of the pingtrace that ran */
	char kernel[RESULT_ADDRESS_SIZE]; /* release */
	struct clocks started;

	/* how probes are traced */
	char backend[16]; /* "fentry", ... */
	char why_not_better[256]; /* why `auto` could not use the best backend; "": it could */
	bool traced; /* there are hooks */
	bool has_why; /* the backend can look for causes */
	uint64_t stamp_ns; /* what one stamp costs; 0: not known */

	/* options of the run that change what is shown */
	bool why; /* --why was asked for */
	bool flood, adaptive;
	uint64_t interval_ns;
	unsigned int payload_size;
	bool has_pattern;
	uint8_t pattern[PATTERN_MAX];
	size_t pattern_size;

	unsigned int nr_targets;
	int name_width; /* of the longest name of a target */
};

/* A target, given to sinks before its first probe. */
struct target_info {
	unsigned int index; /* from 0 */
	char name[RESULT_NAME_SIZE]; /* as the user wrote it, or as DNS has it */
	char address[RESULT_NAME_SIZE];
	char reverse[RESULT_NAME_SIZE]; /* name of the address; "": none */
	char source[RESULT_NAME_SIZE +
		    IF_NAMESIZE]; /* with -I: address and device that probes leave from; "": no -I */
	enum pt_family family;
	enum pt_socket socket;
	uint16_t id; /* ICMP identifier */
	uint32_t flow; /* IPv6 flow label; 0: none */
	unsigned int ip_options_size; /* of the requests, as ping counts it: 0 or 40 */
	bool multicast; /* or broadcast: several nodes may answer one probe */
	bool any_source; /* replies come from other addresses than the target's */
	uint32_t hooks, missing; /* bit masks: hooks that the run asks for: attached, and not attached */
};

/* Where a stamp was taken, and by what. */
struct stamp_origin {
	char dev[IF_NAMESIZE]; /* "": none, or not known */
	uint32_t netns; /* inode number of the device's network namespace; 0: not known */
	char netns_name[NETNS_NAME_SIZE]; /* what to call it, where it is not our own; "": it is */
	char function[64]; /* kernel function, tracepoint or timestamp; "": user space, or not collected */
	bool is_function;
};

enum result_kind { RESULT_REPLY, RESULT_LOST };

/* A reply to a probe, or a probe that expired. */
struct result {
	enum result_kind kind;
	uint64_t seq; /* counts the target's probes from 1; its lower 16 bits are the ICMP sequence number */
	uint64_t sent_ns; /* CLOCK_MONOTONIC: when this process sent it; 0: no longer known */
	uint64_t due_ns; /* when it was due, if it was sent late; 0: in time, or not known */
	uint64_t wall_us; /* CLOCK_REALTIME of this result; 0: not asked for */

	/* Of a reply: */
	uint64_t received_ns; /* CLOCK_MONOTONIC: recvmsg(2) has returned */
	size_t bytes; /* ICMP header and payload */
	int ttl; /* -1: not known */
	char from[RESULT_ADDRESS_SIZE]; /* source address */
	bool from_target;
	bool duplicate; /* the probe had a reply before */
	bool late; /* the probe had expired */
	bool corrupted; /* wrong checksum */
	bool has_time;
	bool time_counts; /* the statistics include it; not for a duplicate whose arrival time is unknown */
	uint64_t time_ns; /* what ping calls time= */
	unsigned int under_way; /* probes that were under way when it came; 0: not known */
	int wrong_at; /* offset of the first wrong byte of the payload; -1: none */
	uint8_t wrong_is, wrong_should;
	uint8_t *
		payload; /* owned; only of a reply with a wrong byte: bytes - RESULT_ICMP_HEADER bytes; else NULL */
	uint8_t ip_options[RESULT_OPTIONS_MAX]; /* as they came: untrusted */
	size_t ip_options_size;

	/* Of a lost probe: */
	bool has_loss;
	/* The number of its loss, see stats_add_loss; of a late reply, that of its probe's loss. 0: neither. */
	unsigned int lost_as;
	uint64_t like; /* seq of the first probe lost in the same way; 0: this is the first */

	/* Of both: how far it came. */
	bool has_stamps; /* otherwise its record was reused, or it is a duplicate */
	bool has_origins; /* of the stamps, collected */
	uint32_t
		new_origins; /* bit mask of hooks whose origin differs from the one before in this run; 0 in a recording */
	bool has_path; /* it came back and was split */
	bool has_causes; /* --why has looked at it */
	bool has_heads; /* the first bytes of its packets were copied, of one at the least */
	/* From here on what a flag guards: nothing clears it. */
	struct loss loss; /* where and why; with has_loss */
	struct path path;
	struct causes causes; /* with has_causes */
	struct stamp stamps[PT_NR_HOOKS];
	struct stamp_origin origins[PT_NR_HOOKS];
	struct head heads[2]; /* by enum pt_packet: the request at start_xmit, the reply at driver_rx */
};

/* An error that the network, or this kernel, reports about a probe. */
struct result_error {
	bool local; /* reported by this kernel */
	int error; /* errno, if local */
	uint8_t type, code; /* ICMP, if not */
	uint32_t info; /* MTU or pointer */
	char from[RESULT_ADDRESS_SIZE]; /* the node that reports it; "": this one */
	bool from_target;
	bool has_seq;
	uint16_t seq;
	bool refused; /* the socket refused the request: not counted as an error, as in ping */
	bool is_redirect; /* advice: not counted either */
	unsigned int under_way; /* as of a result */
	uint64_t before; /* how many errors like it came before, of a kind that is shown once */
	uint64_t wall_us;
};

/* Make an empty result. Leaves stamps and origins uninitialised: has_stamps and has_origins tell whether they are set. */
void result_init(struct result *r, enum result_kind kind, uint64_t seq);
/* Free what it owns. */
void result_release(struct result *r);

/* Is the payload shorter than the one that was sent? */
static inline bool result_is_truncated(const struct result *r, const struct run_info *run)
{
	return r->bytes < run->payload_size + RESULT_ICMP_HEADER;
}

/* "Destination Host Unreachable": what ping says for an error. Returns @text. */
#define ERROR_TEXT_SIZE 96
char *error_text(char text[ERROR_TEXT_SIZE], const struct result_error *error, enum pt_family family);

/* The ICMP error of a lost probe. */
struct result_error loss_error(const struct loss *loss);

#endif /* PINGTRACE_RESULT_H */
