/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do: no more than its work asks for, and next to nothing while it pings. */
#ifndef PINGTRACE_PRIVILEGES_H
#define PINGTRACE_PRIVILEGES_H

#include <stdbool.h>
#include "base/util.h"

/*
 * Keep the capabilities for sockets and tracing, none of them effective, and give up all others, before anything else
 * is done. If the program is setuid all the same, its user becomes the one who called it. No other process of that user
 * may trace this one. Returns 0 or a negative errno with @error filled.
 */
int privileges_limit(struct error *error);

enum privilege {
	PRIVILEGE_RAW_SOCKET, /* CAP_NET_RAW: to open a raw socket, or to bind one to a device (before Linux 5.7) */
	PRIVILEGE_NET_ADMIN, /* CAP_NET_ADMIN: to mark packets, SO_DEBUG */
	PRIVILEGE_TRACE, /* CAP_BPF, CAP_PERFMON; of root CAP_SYS_ADMIN too: to load and attach BPF programs */
	PRIVILEGE_IDENTITY, /* CAP_SETUID, CAP_SETGID: to let a process that was forked be nobody */
	NR_PRIVILEGES,
};

/*
 * Was @privilege given to this process? For PRIVILEGE_TRACE capabilities of a user namespace do not count, whatever its
 * root may do otherwise.
 */
bool privileges_has(enum privilege privilege);
bool privileges_in_user_namespace(void);
/* Does this process have what only root has (CAP_SYS_ADMIN)? Then it may see, and slow down, what is others'. */
bool privileges_are_roots(void);

/* What privileges_raise has made effective. */
struct raised {
	uint64_t capabilities;
};

/*
 * Between these two, @privilege is effective, as far as this process was given it. Put them around the one call that
 * needs it, and nothing else. errno stays as that call left it. Calls may nest.
 */
struct raised privileges_raise(enum privilege privilege);
void privileges_lower(struct raised raised);

/*
 * Give up the rest, for good: no capabilities, no new privileges by exec, and a seccomp filter that leaves
 * the system calls of the loop and of the way out: no file is opened, no socket made. To be called when sockets
 * and hooks are open; to close them needs no privilege. Returns 0 or a negative errno with @error filled.
 */
int privileges_drop(struct error *error);

/*
 * The same for a process that was forked to look names up (resolver.h), whose filter leaves what name resolution and its
 * modules need: sockets, and files for reading. Of root it makes nobody.
 */
int privileges_drop_to_resolve(struct error *error);

#endif /* PINGTRACE_PRIVILEGES_H */
