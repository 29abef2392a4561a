/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: what the user asked for. */
#ifndef PINGTRACE_OPTIONS_H
#define PINGTRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pingtrace/hooks.h>
#include "tracer.h"
#include "values.h"

#define EXIT_ERROR 2 /* as ping: 0 at least one reply, 1 none, 2 anything else */
#define USER_INTERVAL_MIN_NS (2 * NSEC_PER_MSEC) /* towards one address, as ping: MIN_USER_INTERVAL_MS */
#define USER_PRELOAD_MAX 3
#define WRITES_MAX 8 /* files of --write */
#define HOPS_MAX 4 /* that fit into a timestamp option with addresses */

/* -T: which timestamp option, with the numbers of RFC 791. */
enum time_option { TIMESTAMP_NONE = -1, TIMESTAMP_ONLY = 0, TIMESTAMP_ADDRESS = 1, TIMESTAMP_PRESPEC = 3 };

struct options {
	char **hosts; /* in @argv */
	unsigned int nr_hosts;
	char **hops; /* -T tsprespec: who is asked for a timestamp */
	unsigned int nr_hops;
	enum pt_family family; /* ANY where neither -4 nor -6 was given */
	enum pt_socket socket; /* ANY for --socket=auto */
	enum backend backend;

	/* when */
	uint64_t count; /* -c; 0: no limit */
	uint64_t interval_ns; /* -i; 0: as fast as replies come in, 100 a second if none do */
	bool has_interval; /* -i was given */
	uint64_t timeout_ns; /* -W: when a probe is given up; 0: never */
	uint64_t deadline_ns; /* -w: when the run ends whatever happens; 0: never */
	unsigned int preload; /* -l: probes sent without waiting for anything */
	bool adaptive; /* -A: the interval follows the round trip */
	bool flood; /* -f */

	/* from where, and how */
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

	/* what */
	unsigned int payload_size; /* -s */
	bool has_pattern; /* -p was given */
	uint8_t pattern[PATTERN_MAX]; /* -p */
	size_t pattern_size;

	/* what is shown */
	bool audible; /* -a */
	bool json; /* -j */
	char *writes[WRITES_MAX]; /* --write: FILE or FORMAT:FILE */
	unsigned int nr_writes;
	const char *read; /* --read: a recording; NULL: none */
	bool explain; /* --explain: @hosts are names of what to explain, and may be none */
	const char *explain_name; /* --explain=NAME; "": without */
	bool numeric; /* -n */
	bool look_up; /* -H: the target's name is looked up whatever else is said */
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

/* The options, in the order of their letters: for the help, getopt_long, the manual and completions. */
struct option_info {
	int key; /* the letter; 0x100 or more: there is none */
	const char *name; /* long; NULL: none */
	const char *arg; /* what its value is called; NULL: takes none */
	bool arg_optional; /* --name or --name=ARG */
	const char *help;
	/* Put the value into its place in @o. Returns 0, or -EINVAL after saying what is wrong. */
	int (*parse)(struct options *o, const struct option_info *info, const char *value);
	size_t field; /* offset in struct options, for flags and numbers */
	uint64_t min, max;
	const char *choices; /* words that the value may be, a space between them; NULL: it is no such word */
};
extern const struct option_info option_infos[];
extern const unsigned int nr_option_infos;

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/*
 * Parse @argv into @o. OPTIONS_DONE: --help or -V was answered. OPTIONS_BAD: one line on stderr has said
 * what is wrong, or -h was answered, after which ping fails too. Strings point into @argv.
 */
enum options_result options_parse(struct options *o, int argc, char **argv);

#endif /* PINGTRACE_OPTIONS_H */
