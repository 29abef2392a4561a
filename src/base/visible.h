/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process may know of others. BPF programs see all of the host; who has no root is to learn from them no name
 * that /proc or the namespaces of the process would not show. To be asked while privileges are there.
 */
#ifndef PINGTRACE_VISIBLE_H
#define PINGTRACE_VISIBLE_H

#include <stdbool.h>

/* Does /proc show the tasks of other users (it is not mounted with hidepid, or for a group that this process is in)? */
bool visible_tasks_of_others(void);
/* Is this PID namespace the one that has all tasks? */
bool visible_other_pid_namespaces(void);
bool visible_other_net_namespaces(void);

/*
 * What @line of /proc/self/mountinfo says of that: 1: it mounts /proc and shows all tasks; 0: it does so and hides those
 * of others, but for @gid, if that is not -1; -1: it is about something else.
 */
int visible_by_mount(const char *line, long *gid);

#endif /* PINGTRACE_VISIBLE_H */
