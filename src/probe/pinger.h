/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pinger: sends probes on time, takes what comes back, and says to whom it belongs. */
#ifndef PINGTRACE_PINGER_H
#define PINGTRACE_PINGER_H

#include "probe/options.h"

/*
 * Ping as @o asks for until the count, the deadline or SIGINT ends it, printing through the output that @o
 * chooses. SIGQUIT prints ping's short status on stderr. Returns ping's exit status; for EXIT_ERROR one
 * line on stderr has said why.
 */
int pinger_run(const struct options *o);

#endif /* PINGTRACE_PINGER_H */
