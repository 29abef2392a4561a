// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The least that tracing can cost: a program for each row of PT_ATTACH that does nothing, or only reads the
 * clock and stores it.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <pingtrace/hooks.h>
#include "floor.h"

char LICENSE[] SEC("license") = "GPL";

#define SECTION_FUNCTION "fentry/"
#define SECTION_TRACEPOINT "tp_btf/"
#define SECTION_FALLBACK SECTION_TRACEPOINT

const volatile __u32 work = FLOOR_EMPTY;
__u64 stamps[PT_NR_HOOKS + 1] = {}; /* and one for NONE */

#define PROGRAM(program, hook, peer, kind, family, socket, target, ...) \
	SEC(SECTION_##kind #target) \
	int on_##program(__u64 *ctx __attribute__((unused))) \
	{ \
		if (work == FLOOR_CLOCK) \
			stamps[PT_HOOK_##hook] = bpf_ktime_get_ns(); \
		return 0; \
	}

PT_ATTACH(PROGRAM)
