/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --read: what a recording holds is shown, or written, as it was by the run. */
#ifndef PINGTRACE_PLAY_H
#define PINGTRACE_PLAY_H

#include "probe/options.h"

/* Returns the exit status: 0, or EXIT_ERROR after a line on stderr has said why. */
int play_run(const struct options *o);

#endif /* PINGTRACE_PLAY_H */
