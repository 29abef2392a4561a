// SPDX-License-Identifier: GPL-2.0-or-later
/* The same programs where arguments have no types: kprobes, and raw tracepoints. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define PT_PROBE_READ
#define SECTION_FUNCTION "kprobe/"
#define SECTION_TRACEPOINT "raw_tp/"
#define PROGRAM_CONTEXT void
#define FUNCTION_ARG(ctx, n) function_arg(ctx, n)

static __always_inline __u64 function_arg(struct pt_regs *regs, __u32 n)
{
	return n == 0 ? PT_REGS_PARM1(regs) :
	       n == 1 ? PT_REGS_PARM2(regs) :
	       n == 2 ? PT_REGS_PARM3(regs) :
			PT_REGS_PARM4(regs);
}

#include "programs.h"
