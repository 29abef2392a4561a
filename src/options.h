/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: what the user asked for. */
#ifndef PINGTRACE_OPTIONS_H
#define PINGTRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/hooks.h>
#include "tracer.h"

#define EXIT_ERROR 2 /* as ping: 0 at least one reply, 1 none, 2 anything else */

struct options {
	const char *host;
	enum pt_family family; /* ANY where neither -4 nor -6 was given */
	enum pt_socket socket; /* ANY for --socket=auto */
	enum backend backend;
	uint64_t count; /* -c; 0: no limit */
	uint64_t interval_ns; /* -i; 0: as fast as replies come in, 100 a second if none do */
	uint64_t timeout_ns; /* -W: when a probe is given up */
	uint64_t deadline_ns; /* -w: when the run ends whatever happens; 0: never */
	const char *source; /* -I: address or device; NULL: none */
	unsigned int payload_size; /* -s */
	int ttl; /* -t; 0: the system's */
	bool json; /* -j */
	bool numeric; /* -n */
	bool print_time; /* -D */
	bool quiet; /* -q */
	bool report_outstanding; /* -O */
	bool segments; /* --segments */
	bool user_latency; /* -U */
	bool verbose; /* -v */
};

/* The options, in the order of their letters: for the help, getopt_long and the manual page. */
struct option_info {
	int key; /* the letter; 0x100 or more: there is none */
	const char *name; /* long; NULL: none */
	const char *arg; /* what its value is called; NULL: takes none */
	const char *help;
};
extern const struct option_info option_infos[];
extern const unsigned int nr_option_infos;

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/*
 * Parse @argv into @o. OPTIONS_DONE: -h or -V was answered. OPTIONS_BAD: one line on stderr has said what
 * is wrong. Strings point into @argv.
 */
enum options_result options_parse(struct options *o, int argc, char **argv);

#endif /* PINGTRACE_OPTIONS_H */
