// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include "privileges.h"

/*
 * What the programs share with this process is laid out for 64 bit, they read the kernel's structures at such offsets,
 * and the filter below has the system calls of 64-bit architectures only.
 */
_Static_assert(sizeof(void *) == 8, "pingtrace is for 64-bit architectures");

#define BIT(cap) (1ULL << (cap))

/* The perf events of kprobes need CAP_SYS_ADMIN where perf_event_paranoid is as high as on Debian. */
static const uint64_t capabilities[NR_PRIVILEGES] = {
	[PRIVILEGE_RAW_SOCKET] = BIT(CAP_NET_RAW),
	[PRIVILEGE_NET_ADMIN] = BIT(CAP_NET_ADMIN),
	[PRIVILEGE_TRACE] = BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_SYS_ADMIN),
};

struct capability_sets {
	uint64_t effective, permitted, inheritable;
};

/* The system calls themselves: libcap's functions need memory, and to give rights back must not fail for lack of it. */
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

/*
 * The system calls of the loop (times that the vDSO does not know without a call, sockets, output), of memory,
 * of the end (closing links and maps), and of the C library around them.
 */
static const int allowed[] = {
	/* the loop */
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(epoll_pwait2), /* the wait for one of many descriptors */
	SCMP_SYS(epoll_wait), /* with ppoll, before Linux 5.11 */
	SCMP_SYS(ppoll),
	SCMP_SYS(setitimer), /* the tick of a run that a signal ends */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getuid),
	SCMP_SYS(getpid),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(restart_syscall),
	/* output */
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	/* the end */
	SCMP_SYS(close),
	SCMP_SYS(clone), /* the child that detaches, see backend_bpf.c */
	SCMP_SYS(set_robust_list),
	SCMP_SYS(setsid),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(read),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(gettid), /* abort */
	SCMP_SYS(tgkill),
};

int privileges_limit(struct reason *why)
{
	struct capability_sets sets;
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
	return err ? because(why, -err, "cannot give up capabilities: %s", strerror(-err)) : 0;
}

#define INITIAL_USER_NAMESPACE 0xeffffffdU /* PROC_USER_INIT_INO in include/linux/proc_ns.h */

bool privileges_in_user_namespace(void)
{
	struct stat st;

	return !stat("/proc/self/ns/user", &st) && st.st_ino != INITIAL_USER_NAMESPACE;
}

bool privileges_has(enum privilege privilege)
{
	struct capability_sets sets;

	if (get_capabilities(&sets))
		return false;
	if (privilege != PRIVILEGE_TRACE)
		return !(capabilities[privilege] & ~sets.permitted);
	if (privileges_in_user_namespace())
		return false;
	/* Before Linux 5.8 there is nothing less than CAP_SYS_ADMIN, and later it stands for both. */
	return sets.permitted & BIT(CAP_SYS_ADMIN) || !((BIT(CAP_BPF) | BIT(CAP_PERFMON)) & ~sets.permitted);
}

struct raised privileges_raise(enum privilege privilege)
{
	struct capability_sets sets;
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
	struct capability_sets sets;
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

/* isatty, the terminal's width, what libbpf does to a link of a kprobe at its end, and memory that is not code. */
static int allow_with_arguments(scmp_filter_ctx filter)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TCGETS));

	err = err   ?:
		      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				       SCMP_A1(SCMP_CMP_EQ, TIOCGWINSZ));
	err = err   ?:
		      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				       SCMP_A1(SCMP_CMP_EQ, PERF_EVENT_IOC_DISABLE));
	err = err   ?:
		      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	err = err   ?:
		      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return err;
}

static int load_filter(void)
{
	/* What is not allowed fails, and is no reason to die in the middle of a measurement. */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(allowed) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	err = err ?: allow_with_arguments(filter);
	err = err ?: seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
	err = err ?: seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int privileges_drop(struct reason *why)
{
	int err = set_capabilities(&(struct capability_sets){});

	if (err)
		return because(why, -err, "cannot give up capabilities: %s", strerror(-err));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return because(why, errno, "cannot renounce new privileges: %s", strerror(errno));
#ifdef __SANITIZE_ADDRESS__
	return 0; /* its search for leaks at the end traces this process */
#endif
	err = load_filter();
	/* A kernel without seccomp, or an emulator: the capabilities are gone anyway. */
	if (err && err != -EINVAL && err != -ENOSYS)
		return because(why, -err, "cannot load the system call filter: %s", strerror(-err));
	return 0;
}
