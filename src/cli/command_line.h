/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: the table of options, and the parser. */
#ifndef PINGTRACE_COMMAND_LINE_H
#define PINGTRACE_COMMAND_LINE_H

#include "probe/options.h"

/* The options, sorted by letter. The help, getopt_long, the manual and completions are made from it. */
struct option_info {
	int key; /* the letter; 0x100 or more: none */
	const char *name; /* long; NULL: none */
	const char *arg; /* what its value is called; NULL: takes none */
	bool arg_optional; /* --name or --name=ARG */
	const char *help;
	/* Store the value in @o. Returns 0, or -EINVAL after a message. */
	int (*parse)(struct options *o, const struct option_info *info, const char *value);
	size_t field; /* offset in struct options, for flags and numbers */
	uint64_t min, max;
	const char *choices; /* the words that are allowed, separated by spaces; NULL: other values */
};
extern const struct option_info option_infos[];
extern const unsigned int nr_option_infos;

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/*
 * Parse @argv into @o. OPTIONS_DONE: printed --help or -V. OPTIONS_BAD: printed one line on stderr that says what is
 * wrong, or -h, which is a failure in ping too. Strings point into @argv.
 */
enum options_result options_parse(struct options *o, int argc, char **argv);

#endif /* PINGTRACE_COMMAND_LINE_H */
