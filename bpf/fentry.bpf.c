// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that get typed arguments: fentry, and raw tracepoints with BTF. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define SECTION_FUNCTION "fentry/"
#define SECTION_TRACEPOINT "tp_btf/"
#define PROGRAM_CONTEXT __u64
#define ARG_FUNCTION(ctx, n) ((ctx)[n])
#define ARG_TRACEPOINT(ctx, n) ((ctx)[n])

#include "programs.h"
