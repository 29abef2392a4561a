/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System call filters (seccomp) for processes that read untrusted data. */
#ifndef PINGTRACE_FILTER_H
#define PINGTRACE_FILTER_H

/*
 * Load a filter into this process, for good. A call that it does not allow fails; the process is not killed. Both return 0 or
 * a negative errno: -EINVAL or -ENOSYS if the kernel has no filters. With AddressSanitizer they load nothing: its leak check
 * needs ptrace.
 */

/* For the loop and the exit: no file is opened, no socket created. */
int filter_load_loop(void);

/* Let filter_load_loop allow to set how a terminal treats keys: for who gives it back in place of another process. */
void filter_allow_terminal(void);

/* The same, and what the terminal of a view takes: waiting for it, and how it treats keys. Nothing can be typed into it. */
int filter_load_view(void);

/* The same for a process whose view shows what its parent does: it may send that SIGINT. */
int filter_load_view_of_parent(void);

/*
 * For name resolution and the modules that /etc/nsswitch.conf may name: allows IP, Unix and netlink (route) sockets, files for
 * reading, and code mapped from files. No exec, no file for writing, no other process.
 */
int filter_load_resolver(void);

#endif /* PINGTRACE_FILTER_H */
