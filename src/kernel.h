/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this kernel lets this process do, found out by doing it with programs of two instructions, never by
 * comparing versions.
 */
#ifndef PINGTRACE_KERNEL_H
#define PINGTRACE_KERNEL_H

#include <stdbool.h>
#include "loss.h"
#include "util.h"

struct btf;

struct kernel {
	bool has_btf; /* the kernel's own types (CONFIG_DEBUG_INFO_BTF) */
	struct btf *btf; /* while they are in memory */
	/* 0, or the negative errno with which the kernel refused */
	int fentry; /* programs at function entries: fec56f5890d9 "bpf: Introduce BPF trampoline" */
	int kprobe; /* kprobe programs: 2541517c32be, attached by perf_event_open: e12f03d7031a */
	int typed_tracepoint; /* raw tracepoints with types: f1b9509c2fb0 */
	bool rdonly_cast; /* the kfunc bpf_rdonly_cast: a35b9af4ec2c */
};

/* Find out. libbpf speaks on stderr only if @verbose. */
void kernel_probe(struct kernel *k, bool verbose);
/*
 * The types are some megabytes, and libbpf reads its own copy when it loads programs: this releases them.
 * Who asks for them later brings them back.
 */
void kernel_forget(struct kernel *k);

/* Does the kernel have this function, this tracepoint? (By its BTF, which has to be there.) */
bool kernel_has_function(struct kernel *k, const char *name);
bool kernel_has_tracepoint(struct kernel *k, const char *name);

/* How many arguments the tracepoint has; 0: there is none. */
unsigned int kernel_tracepoint_args(struct kernel *k, const char *name);

/*
 * The names of drop reasons, from the kernel's own enum skb_drop_reason (c504e5c2f964, 5.17), or none. The caller
 * frees @reasons->names.
 */
void kernel_drop_reasons(struct kernel *k, struct drop_reasons *reasons);

#endif /* PINGTRACE_KERNEL_H */
