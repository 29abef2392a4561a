// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/filter.h"
#include "base/privileges.h"

/*
 * The memory shared with the programs is laid out for 64 bit, and so are the kernel types that they read; the filter
 * (filter.c) has only the system calls of 64-bit architectures.
 */
_Static_assert(sizeof(void *) == 8, "pingtrace is for 64-bit architectures");

#define BIT(cap) (1ULL << (cap))

/* The perf events of kprobes need CAP_SYS_ADMIN where perf_event_paranoid is as high as on Debian. */
static const uint64_t capabilities[NR_PRIVILEGES] = {
	[PRIVILEGE_RAW_SOCKET] = BIT(CAP_NET_RAW),
	[PRIVILEGE_NET_ADMIN] = BIT(CAP_NET_ADMIN),
	[PRIVILEGE_TRACE] = BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_SYS_ADMIN),
	[PRIVILEGE_IDENTITY] = BIT(CAP_SETUID) | BIT(CAP_SETGID),
};

struct capability_sets {
	uint64_t effective, permitted, inheritable;
};

/* Uses the system calls directly: libcap needs memory, and lowering a capability must not fail for lack of it. */
static int get_capabilities(struct capability_sets *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (capget(&header, data))
		return -errno;
	sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
	sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return 0;
}

static int set_capabilities(const struct capability_sets *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = sets->effective,
		  .permitted = sets->permitted,
		  .inheritable = sets->inheritable },
		{ .effective = sets->effective >> 32,
		  .permitted = sets->permitted >> 32,
		  .inheritable = sets->inheritable >> 32 },
	};

	return capset(&header, data) ? -errno : 0;
}

int privileges_limit(struct error *error)
{
	struct capability_sets sets = {};
	uint64_t needed = 0;
	int err = 0;
	size_t i;

	/* Never setuid: whoever installed it so gets what the calling user may do. */
	if (geteuid() != getuid() && setuid(getuid()))
		err = -errno;
#ifndef __SANITIZE_ADDRESS__ /* its search for leaks at the end traces this process */
	/*
	 * Nor may that user reach into this process, by ptrace(2) or /proc/PID/mem, for the sockets and programs that it
	 * holds. After exec by file capabilities that is so, but not where root has become the user, as setpriv(1) does.
	 * After setuid(2), which may set it again.
	 */
	if (!err && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		err = -errno;
#endif
	err = err ?: get_capabilities(&sets);
	for (i = 0; i < NR_PRIVILEGES; i++)
		needed |= capabilities[i];
	if (!err)
		err = set_capabilities(&(struct capability_sets){ .permitted = sets.permitted & needed });
	return err ? error_set(error, -err, "cannot drop capabilities: %s", strerror(-err)) : 0;
}

#define INITIAL_USER_NAMESPACE 0xeffffffdU /* PROC_USER_INIT_INO in include/linux/proc_ns.h */

bool privileges_in_user_namespace(void)
{
	struct stat st;

	return !stat("/proc/self/ns/user", &st) && st.st_ino != INITIAL_USER_NAMESPACE;
}

bool privileges_has(enum privilege privilege)
{
	struct capability_sets sets = {};

	if (get_capabilities(&sets))
		return false;
	if (privilege != PRIVILEGE_TRACE)
		return !(capabilities[privilege] & ~sets.permitted);
	if (privileges_in_user_namespace())
		return false;
	/* Before Linux 5.8 there is nothing less than CAP_SYS_ADMIN, and later it stands for both. */
	return sets.permitted & BIT(CAP_SYS_ADMIN) || !((BIT(CAP_BPF) | BIT(CAP_PERFMON)) & ~sets.permitted);
}

bool privileges_are_roots(void)
{
	struct capability_sets sets = {};

	return !get_capabilities(&sets) && sets.permitted & BIT(CAP_SYS_ADMIN) &&
	       !privileges_in_user_namespace();
}

struct raised privileges_raise(enum privilege privilege)
{
	struct capability_sets sets = {};
	struct raised raised = {};

	if (get_capabilities(&sets))
		return raised;
	raised.capabilities = capabilities[privilege] & sets.permitted & ~sets.effective;
	sets.effective |= raised.capabilities;
	/* What is not to be had, the call that needs it will say. */
	if (raised.capabilities && set_capabilities(&sets))
		raised.capabilities = 0;
	return raised;
}

void privileges_lower(struct raised raised)
{
	struct capability_sets sets = {};
	int err = errno; /* of the call that is over */

	if (raised.capabilities) {
		if (get_capabilities(&sets))
			abort();
		sets.effective &= ~raised.capabilities;
		if (set_capabilities(&sets))
			abort();
	}
	errno = err;
}

/* No capability, none by exec, and the filter that @load loads. */
static int give_up_all(int (*load)(void), struct error *error)
{
	int err = set_capabilities(&(struct capability_sets){});

	if (err)
		return error_set(error, -err, "cannot drop capabilities: %s", strerror(-err));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_set(error, errno, "cannot set no_new_privs: %s", strerror(errno));
	err = load();
	/* A kernel without seccomp, or an emulator: the capabilities are gone anyway. */
	if (err && err != -EINVAL && err != -ENOSYS)
		return error_set(error, -err, "cannot load the system call filter: %s", strerror(-err));
	return 0;
}

int privileges_drop(struct error *error)
{
	return give_up_all(filter_load_loop, error);
}

int privileges_drop_to_view(bool ends_parent, struct error *error)
{
	return give_up_all(ends_parent ? filter_load_view_of_parent : filter_load_view, error);
}

#define NOBODY 65534 /* by convention; the kernel's overflow user */

/* Can everybody read the configuration of name resolution? A missing file is no obstacle. */
static bool reads_configuration(void)
{
	static const char *const files[] = { "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/hosts",
					     "/etc/host.conf", "/etc/gai.conf" };
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		fd = open(files[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == EACCES)
			return false;
		if (fd >= 0)
			close(fd);
	}
	return true;
}

/*
 * Root without capabilities still owns root's files, and services still obey it; so become nobody. Stay root only if root
 * alone may read the configuration of name resolution.
 */
static void become_nobody(void)
{
	struct raised raised;
	bool reads;

	if (geteuid())
		return;
	raised = privileges_raise(PRIVILEGE_IDENTITY);
	if (!setgroups(0, NULL) && !setegid(NOBODY) && !seteuid(NOBODY)) {
		reads = reads_configuration();
		/* The saved user is root: back, and with what was permitted. */
		if (seteuid(0))
			_exit(1);
		if (reads && !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY))
			return;
	}
	privileges_lower(raised);
}

int privileges_drop_to_resolve(struct error *error)
{
	static const struct rlimit none = { 0, 0 };

	become_nobody();
#ifndef __SANITIZE_ADDRESS__
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) /* another user may have set it again */
		return error_set(error, errno, "cannot keep others from tracing: %s", strerror(errno));
#endif
	if (setrlimit(RLIMIT_NPROC, &none) || setrlimit(RLIMIT_FSIZE, &none) || setrlimit(RLIMIT_CORE, &none))
		return error_set(error, errno, "cannot set limits: %s", strerror(errno));
	return give_up_all(filter_load_resolver, error);
}
