// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole command line, one argument a line. */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "cli/command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARGS_MAX 16

/* What it has to say is not what is asked here. */
void complain(const char *fmt, ...)
{
	(void)fmt;
}

/* The backends themselves are not linked. */
const char *backend_name(enum backend backend)
{
	static const char *const names[NR_BACKENDS] = { "auto",	      "fentry",	      "kprobe",
							"tracepoint", "timestamping", "off" };

	return backend < NR_BACKENDS ? names[backend] : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256], *argv[ARGS_MAX + 2] = { "pingtrace" }, *rest = text, *arg;
	struct options o;
	int argc = 1;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	while (argc <= ARGS_MAX && (arg = strsep(&rest, "\n")))
		argv[argc++] = arg;
	optind = 0; /* glibc: begin anew */
	if (options_parse(&o, argc, argv) != OPTIONS_RUN)
		return 0;
	assert(o.explain_name);
	assert(o.nr_writes <= WRITES_MAX);
	if (o.explain || o.nr_reads)
		return 0;
	assert(o.nr_targets >= 1 && o.nr_hops <= HOPS_MAX);
	assert(o.payload_size <= 65527 && o.ttl <= 255 && o.preload >= 1);
	return 0;
}
