/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do: only what its work needs, and almost nothing while it pings. */
#ifndef PINGTRACE_PRIVILEGES_H
#define PINGTRACE_PRIVILEGES_H

#include <stdbool.h>
#include "base/util.h"

/*
 * Call first. Keep the capabilities for sockets and tracing, none of them effective, and drop all others. If the program is
 * setuid, the user becomes the caller. No other process of that user can ptrace this one. Returns 0 or a negative errno with
 * @error filled.
 */
int privileges_limit(struct error *error);

enum privilege {
	PRIVILEGE_RAW_SOCKET, /* CAP_NET_RAW: to open a raw socket, or to bind one to a device (before Linux 5.7) */
	PRIVILEGE_NET_ADMIN, /* CAP_NET_ADMIN: to mark packets, SO_DEBUG */
	PRIVILEGE_TRACE, /* CAP_BPF, CAP_PERFMON; of root CAP_SYS_ADMIN too: to load and attach BPF programs */
	PRIVILEGE_IDENTITY, /* CAP_SETUID, CAP_SETGID: to make a forked process nobody */
	NR_PRIVILEGES,
};

/*
 * Does this process have @privilege? For PRIVILEGE_TRACE, capabilities in a user namespace do not count.
 */
bool privileges_has(enum privilege privilege);
bool privileges_in_user_namespace(void);
/* Does this process have CAP_SYS_ADMIN, as root has? Then it may see, and slow down, other users' processes. */
bool privileges_are_roots(void);

/* What privileges_raise has made effective. */
struct raised {
	uint64_t capabilities;
};

/*
 * Between these two calls @privilege is effective, if this process has it. Put them around the one call that needs it, and
 * nothing else. They preserve errno. Pairs may nest.
 */
struct raised privileges_raise(enum privilege privilege);
void privileges_lower(struct raised raised);

/*
 * Drop the rest, for good: no capabilities, no new privileges by exec, and a seccomp filter that allows the system calls of
 * the loop and the exit. Call it when sockets and hooks are open; closing them needs no privilege. Returns 0 or a negative
 * errno with @error filled.
 */
int privileges_drop(struct error *error);

/* The same for a process that shows a view of the whole screen, and reads keys. @ends_parent: it may send SIGINT to its parent. */
int privileges_drop_to_view(bool ends_parent, struct error *error);

/*
 * The same for the process that looks up names (resolver.h). Its filter allows what name resolution and its modules need:
 * sockets, and files for reading. Root becomes nobody.
 */
int privileges_drop_to_resolve(struct error *error);

#endif /* PINGTRACE_PRIVILEGES_H */
