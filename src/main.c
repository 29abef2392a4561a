// SPDX-License-Identifier: GPL-2.0-or-later
#include <locale.h>
#include "explain.h"
#include "options.h"
#include "pinger.h"

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
		return options.explain ? explain_run(&options) : pinger_run(&options);
	}
}
