/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --read: shows a recording, or writes it to files, as the run did; compares two recordings. */
#ifndef PINGTRACE_PLAY_H
#define PINGTRACE_PLAY_H

#include "probe/options.h"

/* Both return the exit status: 0, or EXIT_ERROR after a message on stderr. */
int play_run(const struct options *o);
int play_compare(const struct options *o);

#endif /* PINGTRACE_PLAY_H */
