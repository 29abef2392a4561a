/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: a table of options, and what it makes of the arguments. */
#ifndef PINGTRACE_COMMAND_LINE_H
#define PINGTRACE_COMMAND_LINE_H

#include "probe/options.h"

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

#endif /* PINGTRACE_COMMAND_LINE_H */
