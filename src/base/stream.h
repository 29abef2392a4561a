/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams for output that a signal ends, whoever reads them or does not. */
#ifndef PINGTRACE_STREAM_H
#define PINGTRACE_STREAM_H

#include <stdio.h>

/*
 * Replace stdout and stderr by streams onto the same descriptors, for the rest of the process. Writing to them waits for
 * the reader as it always did, but a signal that ends the run (signals.h) ends that wait as well, after a moment in which
 * the reader may take what is left. What is not written then is lost; ferror() says so. While nobody reads, SIGQUIT ends
 * the run too. Returns 0 or a negative errno.
 */
int stream_guard_output(void);

/* Another such stream, onto *@fd, which stays the caller's. NULL: no memory. */
FILE *stream_guard(int *fd);

#endif /* PINGTRACE_STREAM_H */
