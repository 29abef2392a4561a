/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output streams whose writes a signal ends, even if nobody reads. */
#ifndef PINGTRACE_STREAM_H
#define PINGTRACE_STREAM_H

#include <stdio.h>

/*
 * Replace stdout and stderr by streams on the same descriptors, for the rest of the process. A write waits for the reader as
 * usual, but a signal that ends the run (signals.h) ends that wait too, after a moment in which the reader may take the rest.
 * What is not written by then is lost; ferror() tells. While nobody reads, SIGQUIT ends the run as well. Returns 0 or a
 * negative errno.
 */
int stream_guard_output(void);

/* Another such stream, on *@fd, which the caller keeps. NULL: no memory. */
FILE *stream_guard(int *fd);

#endif /* PINGTRACE_STREAM_H */
