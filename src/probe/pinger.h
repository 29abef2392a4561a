/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pinger: sends probes on time and receives what comes back. */
#ifndef PINGTRACE_PINGER_H
#define PINGTRACE_PINGER_H

#include "probe/options.h"

/*
 * Ping as @o says until the count, the deadline or SIGINT ends the run; print through the sinks that @o chooses. SIGQUIT prints
 * ping's short status on stderr. Returns ping's exit status; before EXIT_ERROR it prints one line on stderr.
 */
int pinger_run(const struct options *o);

#endif /* PINGTRACE_PINGER_H */
