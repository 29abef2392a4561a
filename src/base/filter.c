// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include "base/filter.h"
#include "base/util.h"

/*
 * System calls of the loop (clocks that the vDSO cannot read alone, sockets, output), of memory, of the exit (closing links
 * and maps), and of the C library.
 */
static const int loop_calls[] = {
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
	/* the process that writes files (output/worker.c): its end, and the other's; there is no way to more descriptors of processes */
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(getppid),
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

/* Allow @call where the bits of @mask in its argument number @at equal @value. */
static int allow_where(scmp_filter_ctx filter, int call, unsigned int at, uint64_t mask, uint64_t value)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
				SCMP_CMP(at, SCMP_CMP_MASKED_EQ, mask, value));
}

static bool may_set_terminal;

void filter_allow_terminal(void)
{
	may_set_terminal = true;
}

/* For isatty, the terminal's width and its foreground process group, libbpf's disabling of a kprobe link, and memory that is not executable. */
static int allow_loop_arguments(scmp_filter_ctx filter)
{
	int err = allow_where(filter, SCMP_SYS(ioctl), 1, UINT64_MAX, TCGETS);

	err = err ?: allow_where(filter, SCMP_SYS(ioctl), 1, UINT64_MAX, TIOCGWINSZ);
	err = err ?: allow_where(filter, SCMP_SYS(ioctl), 1, UINT64_MAX, TIOCGPGRP);
	if (may_set_terminal)
		err = err ?: allow_where(filter, SCMP_SYS(ioctl), 1, UINT64_MAX, TCSETS);
	err = err ?: allow_where(filter, SCMP_SYS(ioctl), 1, UINT64_MAX, PERF_EVENT_IOC_DISABLE);
	err = err ?: allow_where(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	return err ?: allow_where(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
}

static int allow_view_arguments(scmp_filter_ctx filter)
{
	int err = allow_loop_arguments(filter);

	err = err ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(poll), 0);
	return err   ?:
		       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
					SCMP_A1(SCMP_CMP_EQ, TCSETS));
}

static int allow_view_of_parent_arguments(scmp_filter_ctx filter)
{
	int err = allow_view_arguments(filter);

	return err   ?:
		       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 2,
					SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, getppid()),
					SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, SIGINT));
}

/*
 * What getaddrinfo(3) and getnameinfo(3) use, and the modules that they load: those of glibc, systemd, avahi, sssd and
 * nscd ask by Unix sockets, DNS by those of the internet.
 */
static const int resolver_calls[] = {
	/* sockets: which ones, see below */
	SCMP_SYS(connect),
	SCMP_SYS(bind), /* netlink */
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(shutdown),
	/* waiting */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(eventfd2),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	/* files that are open, and what there is to open */
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write), /* to sockets: nothing else is open for writing */
	SCMP_SYS(writev),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(fcntl),
	SCMP_SYS(dup),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(fstatfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64),
	SCMP_SYS(getcwd),
	/* memory; what may be mapped, see below */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* what time it is, who we are, where */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(alarm), /* the end of a look-up that hangs */
	SCMP_SYS(setitimer),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(getgroups),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getrandom),
	SCMP_SYS(getcpu),
	SCMP_SYS(sched_getaffinity),
	/* of the C library */
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static int allow_resolver_sockets(scmp_filter_ctx filter)
{
	int err = allow_where(filter, SCMP_SYS(socket), 0, UINT32_MAX, AF_UNIX);

	err = err ?: allow_where(filter, SCMP_SYS(socket), 0, UINT32_MAX, AF_INET);
	err = err ?: allow_where(filter, SCMP_SYS(socket), 0, UINT32_MAX, AF_INET6);
	if (err)
		return err;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
				SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_NETLINK),
				SCMP_A2(SCMP_CMP_MASKED_EQ, UINT32_MAX, NETLINK_ROUTE));
}

/* Files for reading; no memory is writable and executable. */
static int allow_resolver_files(scmp_filter_ctx filter)
{
	const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC, how = PROT_WRITE | PROT_EXEC;
	int err = allow_where(filter, SCMP_SYS(open), 1, writing, O_RDONLY);

	err = err ?: allow_where(filter, SCMP_SYS(openat), 2, writing, O_RDONLY);
	err = err ?: allow_where(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	err = err ?: allow_where(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	if (err)
		return err;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				SCMP_A2(SCMP_CMP_MASKED_EQ, how, PROT_EXEC),
				SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0));
}

static int allow_resolver_arguments(scmp_filter_ctx filter)
{
	/* Bytes that wait, isatty, non-blocking; the names and numbers of devices, which addresses have. */
	static const uint32_t controls[] = { FIONREAD,	   TCGETS,	FIONBIO,      SIOCGIFNAME,
					     SIOCGIFINDEX, SIOCGIFCONF, SIOCGIFFLAGS, SIOCGIFADDR };
	int err = allow_resolver_sockets(filter);
	size_t i;

	err = err ?: allow_resolver_files(filter);
	for (i = 0; i < ARRAY_SIZE(controls) && !err; i++)
		err = allow_where(filter, SCMP_SYS(ioctl), 1, UINT32_MAX, controls[i]);
	/* Limits are read, not set; abort ends this process and no other. */
	err = err ?: allow_where(filter, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
	return err ?: allow_where(filter, SCMP_SYS(tgkill), 0, UINT32_MAX, getpid());
}

/* What is not allowed fails with @refusal. */
static int load(uint32_t refusal, const int *calls, size_t nr_calls,
		int (*allow_arguments)(scmp_filter_ctx filter))
{
#ifdef __SANITIZE_ADDRESS__
	(void)refusal, (void)calls, (void)nr_calls, (void)allow_arguments;
	return 0;
#else
	scmp_filter_ctx filter = seccomp_init(refusal);
	int err = filter ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < nr_calls && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	err = err ?: allow_arguments(filter);
	err = err ?: seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
	err = err ?: seccomp_load(filter);
	seccomp_release(filter);
	return err;
#endif
}

int filter_load_loop(void)
{
	/* In the middle of a measurement. */
	return load(SCMP_ACT_ERRNO(EPERM), loop_calls, ARRAY_SIZE(loop_calls), allow_loop_arguments);
}

int filter_load_view(void)
{
	return load(SCMP_ACT_ERRNO(EPERM), loop_calls, ARRAY_SIZE(loop_calls), allow_view_arguments);
}

int filter_load_view_of_parent(void)
{
	return load(SCMP_ACT_ERRNO(EPERM), loop_calls, ARRAY_SIZE(loop_calls),
		    allow_view_of_parent_arguments);
}

int filter_load_resolver(void)
{
	/* Libraries that know newer calls go back to older ones where the kernel seems to have none. */
	return load(SCMP_ACT_ERRNO(ENOSYS), resolver_calls, ARRAY_SIZE(resolver_calls),
		    allow_resolver_arguments);
}
