/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do: no more than its work asks for, and next to nothing while it pings. */
#ifndef PINGTRACE_PRIVILEGES_H
#define PINGTRACE_PRIVILEGES_H

#include "util.h"

/*
 * Give up all capabilities but those for sockets and tracing, before anything else is done. If the program is
 * setuid all the same, its user becomes the one who called it. Returns 0 or a negative errno with @why filled.
 */
int privileges_limit(struct reason *why);

/*
 * Give up the rest, for good: no capabilities, no new privileges by exec, and a seccomp filter that leaves
 * the system calls of the loop and of the way out: no file is opened, no socket made. To be called when sockets
 * and hooks are open; to close them needs no privilege. Returns 0 or a negative errno with @why filled.
 */
int privileges_drop(struct reason *why);

#endif /* PINGTRACE_PRIVILEGES_H */
