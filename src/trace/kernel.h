/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this kernel allows this process to do, found out by loading programs of two instructions, never by comparing versions.
 */
#ifndef PINGTRACE_KERNEL_H
#define PINGTRACE_KERNEL_H

#include <stdbool.h>
#include "analysis/loss.h"
#include "base/util.h"

struct btf;

#define KERNEL_REFUSED_MAX 32

struct kernel {
	bool has_btf; /* the kernel's own types (CONFIG_DEBUG_INFO_BTF) */
	struct btf *btf; /* while they are in memory */
	/*
	 * 0, or the negative errno with which the kernel refused; -EOPNOTSUPP: programs have no atomic operations that
	 * return a value (5ca419f2864a, Linux 5.12), which ours need
	 */
	int fentry; /* programs at function entries: fec56f5890d9 "bpf: Introduce BPF trampoline" */
	int kprobe; /* kprobe programs: 2541517c32be, attached by perf_event_open: e12f03d7031a */
	int typed_tracepoint; /* raw tracepoints with types: f1b9509c2fb0 */
	bool rdonly_cast; /* the kfunc bpf_rdonly_cast: a35b9af4ec2c */
	bool asks_each; /* see kernel_ask_each */
	struct {
		const char *name;
		bool is_function; /* or a tracepoint */
	} refused[KERNEL_REFUSED_MAX]; /* see kernel_refused */
	size_t nr_refused;
};

/* Probe the kernel. libbpf prints to stderr only if @verbose. */
void kernel_probe(struct kernel *k, bool verbose);
/*
 * Release the BTF types: they take some megabytes, and libbpf reads its own copy when it loads programs. They are read again
 * when they are needed.
 */
void kernel_forget(struct kernel *k);

/*
 * Can a program be attached to this function, or tracepoint? Answered from BTF, which the kernel has to have, and from the
 * refusals since the last kernel_hope. sys_enter is for root only.
 */
bool kernel_has_function(struct kernel *k, const char *name);
bool kernel_has_tracepoint(struct kernel *k, const char *name);

/* Forget recorded refusals; trust BTF again. */
void kernel_hope(struct kernel *k);
/*
 * Record that the kernel refused a program at this function or tracepoint. @name is not copied. Returns false if the list is
 * full.
 */
bool kernel_refused(struct kernel *k, const char *name, bool is_function);
/*
 * The kernel refused to load fentry programs, perhaps because of one function: BTF lists functions that programs cannot be
 * attached to, because the compiler renamed their symbols. From now on, try each function by loading a program for it.
 * Returns false if that was set before.
 */
bool kernel_ask_each(struct kernel *k);

/* How many arguments the tracepoint has; 0: no such tracepoint. */
unsigned int kernel_tracepoint_args(struct kernel *k, const char *name);

/*
 * The names of drop reasons, from the kernel's enum skb_drop_reason (c504e5c2f964, 5.17); none on older kernels. The caller
 * frees @reasons->names.
 */
void kernel_drop_reasons(struct kernel *k, struct drop_reasons *reasons);

#endif /* PINGTRACE_KERNEL_H */
