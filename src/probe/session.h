/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's resources: names, sockets, hooks and memory, all acquired before the first probe. */
#ifndef PINGTRACE_SESSION_H
#define PINGTRACE_SESSION_H

#include "probe/target.h"

#define for_each_target(target, s) \
	for ((target) = (s)->targets; (target) < (s)->targets + (s)->nr_targets; (target)++)

/*
 * Open all that @o asks for into @s, which is zero. Returns 0 or a negative errno with @error filled. Call session_close in
 * either case.
 */
int session_open(struct session *s, const struct options *o, struct error *error);
void session_close(struct session *s);

#endif /* PINGTRACE_SESSION_H */
