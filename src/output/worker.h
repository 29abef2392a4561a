/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sinks in a process of their own, so that nothing that they do delays a probe: neither a slow disk, nor a reader that does
 * not read, nor the work of drawing. The probing process copies what it tells them into a ring, and never waits while there
 * are probes. What finds no room there is left out, counted, and told.
 */
#ifndef PINGTRACE_WORKER_H
#define PINGTRACE_WORKER_H

#include "output/telling.h"

/*
 * Fork the process, which makes the states of @theirs. What @here is told from now on, it tells them; closing it waits until
 * they are closed. The process gives up its privileges, and inherits what is open. Of @theirs, the caller only lets go
 * (sinks_forget), whatever is returned: 0 or a negative errno with @error filled.
 */
int worker_start(struct sink *here, struct sinks *theirs, struct error *error);

#endif /* PINGTRACE_WORKER_H */
