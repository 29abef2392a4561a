// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs that get typed arguments: fentry, and raw tracepoints with BTF; for kernels with bpf_rdonly_cast.
 * Without, see fentry_old.bpf.c: a weak reference would make the loader look for it in every module.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#ifndef PT_OLD
#define PT_RDONLY_CAST
#endif
#define SECTION_FUNCTION "fentry/"
#define SECTION_TRACEPOINT "tp_btf/"
#define PROGRAM_CONTEXT __u64
#define FUNCTION_ARG(ctx, n) (((__u64 *)(ctx))[n])

#include "programs.h"
