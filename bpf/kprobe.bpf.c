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
#define ARG_FUNCTION(ctx, n) ARG_FUNCTION_##n(ctx)
#define ARG_FUNCTION_0(ctx) PT_REGS_PARM1((struct pt_regs *)(ctx))
#define ARG_FUNCTION_1(ctx) PT_REGS_PARM2((struct pt_regs *)(ctx))
#define ARG_FUNCTION_2(ctx) PT_REGS_PARM3((struct pt_regs *)(ctx))
#define ARG_TRACEPOINT(ctx, n) (((__u64 *)(ctx))[n])

#include "programs.h"
