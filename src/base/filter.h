/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System call filters (seccomp): what a process does that reads what others have sent. */
#ifndef PINGTRACE_FILTER_H
#define PINGTRACE_FILTER_H

/*
 * Load a filter into this process, for good. A call that is not in it fails, and is no reason to die. Both return 0 or a
 * negative errno: -EINVAL or -ENOSYS where the kernel has no filters. With AddressSanitizer they load nothing: its
 * search for leaks traces the process.
 */

/* For the loop and the way out: no file is opened, no socket made. */
int filter_load_loop(void);

/*
 * For name resolution, and the modules that /etc/nsswitch.conf may name: sockets of the internet, Unix sockets and
 * netlink (routes), files for reading, code that is mapped from files. No exec, no file to write, no other process.
 */
int filter_load_resolver(void);

#endif /* PINGTRACE_FILTER_H */
