/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sinks in a process of their own, the worker, so that no slow disk, blocked pipe or drawing delays a probe. The probing process
 * copies each call into a ring and never waits while there are probes. A call that finds no room is left out, and results are counted
 * and reported. After the last probe it waits; where that is in vain, no later call is told, and no file is put into place.
 */
#ifndef PINGTRACE_WORKER_H
#define PINGTRACE_WORKER_H

#include "output/telling.h"

/*
 * Fork the worker, which opens the states of @theirs and drops its privileges; it inherits open descriptors. @here becomes the sink
 * that passes calls on; its close waits until @theirs are closed. The caller must call sinks_forget(@theirs) in any case. Returns 0
 * or a negative errno with @error filled.
 */
int worker_start(struct sink *here, struct sinks *theirs, struct error *error);

#endif /* PINGTRACE_WORKER_H */
