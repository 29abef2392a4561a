/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user asked for. See cli/command_line.h. */
#ifndef PINGTRACE_OPTIONS_H
#define PINGTRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pingtrace/hooks.h>
#include "base/values.h"
#include "net/ip_options.h"
#include "trace/tracer.h"

#define EXIT_ERROR 2 /* as ping: 0 at least one reply, 1 none, 2 anything else */
#define USER_INTERVAL_MIN_NS (2 * NSEC_PER_MSEC) /* towards one address, as ping: MIN_USER_INTERVAL_MS */
#define USER_PRELOAD_MAX 3
#define TARGETS_MAX 65536 /* what a recording holds, and less than there are records */
#define WRITES_MAX 8 /* files of --write */
#define READS_MAX 2 /* files of --read */

struct options {
	char **targets; /* names in @argv; with --explain: what to explain */
	unsigned int nr_targets;
	char **hops; /* -T tsprespec: nodes asked for a timestamp */
	unsigned int nr_hops;
	enum pt_family family; /* ANY without -4 and -6 */
	enum pt_socket socket; /* ANY for --socket=auto */
	enum backend backend;

	/* timing */
	uint64_t count; /* -c; 0: no limit */
	uint64_t interval_ns; /* -i; 0: as fast as replies come in, 100 a second if none do */
	bool has_interval; /* -i was given */
	uint64_t timeout_ns; /* -W: when a probe expires; 0: never */
	uint64_t deadline_ns; /* -w: when the run ends whatever happens; 0: never */
	unsigned int preload; /* -l: probes sent without waiting for anything */
	bool adaptive; /* -A: the interval follows the round trip */
	bool flood; /* -f */

	/* socket */
	const char *device; /* -I, or what follows the % of its address; NULL: none */
	const char *source; /* -I: address; NULL: none */
	bool strict_source; /* -B, or -I with an address: bind to the address */
	bool broadcast; /* -b */
	bool connect; /* -C */
	bool debug; /* -d */
	bool no_loop; /* -L */
	bool no_route; /* -r */
	bool record_route; /* -R */
	bool has_id; /* -e was given */
	bool has_mark; /* -m was given */
	bool has_ttl; /* -t was given */
	bool has_flow; /* -F was given */
	enum time_option timestamp; /* -T */
	unsigned int id; /* -e */
	unsigned int flow; /* -F; 0: the kernel chooses */
	unsigned int mark; /* -m */
	int mtu_discovery; /* -M: IP_PMTUDISC_*; -1: the system's */
	unsigned int tos; /* -Q */
	unsigned int send_buffer; /* -S; 0: as much as the packets need */
	unsigned int ttl; /* -t */

	/* payload */
	unsigned int payload_size; /* -s */
	bool has_pattern; /* -p was given */
	uint8_t pattern[PATTERN_MAX]; /* -p */
	size_t pattern_size;

	/* output */
	bool audible; /* -a */
	bool json; /* -j */
	char *writes[WRITES_MAX]; /* --write: FILE or FORMAT:FILE */
	unsigned int nr_writes;
	const char *reads[READS_MAX]; /* --read: a recording, or two to compare */
	unsigned int nr_reads;
	bool explain; /* --explain: @targets name what to explain; none: everything */
	const char *explain_name; /* --explain=NAME; "": without */
	bool numeric; /* -n */
	bool live; /* --live */
	bool look_up; /* -H: always look up the target's name */
	bool path; /* --path */
	bool precise; /* -3: all three decimals of time= */
	bool print_time; /* -D */
	bool quiet; /* -q */
	bool report_outstanding; /* -O */
	bool segments; /* --segments */
	bool user_latency; /* -U */
	bool verbose; /* -v */
	bool why; /* --why */
};

#endif /* PINGTRACE_OPTIONS_H */
