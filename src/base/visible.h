/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process may know about other processes. BPF programs see the whole host; without root the user must not learn a
 * name from them that /proc or the namespaces of the process would not show. Call these before privileges are dropped.
 */
#ifndef PINGTRACE_VISIBLE_H
#define PINGTRACE_VISIBLE_H

#include <stdbool.h>

/* Does /proc show the tasks of other users (it is not mounted with hidepid, or for a group that this process is in)? */
bool visible_tasks_of_others(void);
/* May it know the tasks of other PID namespaces? Root and the initial namespace see them all. */
bool visible_other_pid_namespaces(void);
/* May it know the devices of other network namespaces? Only root may. */
bool visible_other_net_namespaces(void);

/*
 * What @line of /proc/self/mountinfo says about that: 1: it mounts /proc and shows all tasks; 0: it mounts /proc and hides the
 * tasks of others, except from group *@gid if that is not -1; -1: it does not mount /proc.
 */
int visible_by_mount(const char *line, long *gid);

#endif /* PINGTRACE_VISIBLE_H */
