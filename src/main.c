// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include "explain.h"
#include "options.h"
#include "pinger.h"
#include "util.h"

/* What was measured is lost where it could not be written: a full disk is no success. */
static int finish_output(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	complain("cannot write the output: %s", strerror(errno));
	return EXIT_ERROR;
}

int main(int argc, char **argv)
{
	struct options options;

	setlocale(LC_CTYPE, "");
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_BAD:
		return EXIT_ERROR;
	default:
		return finish_output(options.explain ? explain_run(&options) : pinger_run(&options));
	}
}
