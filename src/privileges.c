// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include "privileges.h"

/*
 * Raw sockets; marks and SO_DEBUG; hooks; and for the perf events of kprobes, where perf_event_paranoid is as
 * high as on Debian, CAP_SYS_ADMIN. Until all is open.
 */
static const cap_value_t needed[] = { CAP_NET_RAW, CAP_NET_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN };

/*
 * The system calls of the loop (times that the vDSO does not know without a call, sockets, output), of memory,
 * of the end (closing links and maps), and of the C library around them.
 */
static const int allowed[] = {
	/* the loop */
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_wait), /* with ppoll, where the former is not there */
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(ppoll),
	SCMP_SYS(setitimer), /* the tick of an interrupted run */
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

static int set_capabilities(const cap_value_t *values, size_t n)
{
	cap_t now = cap_get_proc(), want = cap_init();
	cap_flag_value_t has;
	int err = 0;
	size_t i;

	if (!now || !want)
		err = -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		has = CAP_CLEAR;
		cap_get_flag(now, values[i], CAP_PERMITTED, &has);
		if (has == CAP_SET && (cap_set_flag(want, CAP_PERMITTED, 1, &values[i], CAP_SET) ||
				       cap_set_flag(want, CAP_EFFECTIVE, 1, &values[i], CAP_SET)))
			err = -errno;
	}
	if (!err && cap_set_proc(want))
		err = -errno;
	cap_free(now);
	cap_free(want);
	return err;
}

int privileges_limit(struct reason *why)
{
	int err = 0;

	/* Never setuid: whoever installed it so gets what the calling user may do. */
	if (geteuid() != getuid() && setuid(getuid()))
		err = -errno;
	err = err ?: set_capabilities(needed, ARRAY_SIZE(needed));
	return err ? because(why, -err, "cannot give up capabilities: %s", strerror(-err)) : 0;
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
	int err = set_capabilities(NULL, 0);

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
