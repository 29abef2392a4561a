// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "kernel.h"

/* return 0 */
static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int try_load(enum bpf_prog_type type, enum bpf_attach_type attach, int btf_id)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach, .attach_btf_id = btf_id);
	int fd = bpf_prog_load(type, "probe", "GPL", nothing, ARRAY_SIZE(nothing), &opts);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int find_tracepoint(const struct btf *btf, const char *name)
{
	char type[128];

	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF);
}

static int try_typed(const struct kernel *k, enum bpf_attach_type attach, int btf_id)
{
	if (!k->btf)
		return -ENODATA;
	return btf_id < 0 ? -ENOENT : try_load(BPF_PROG_TYPE_TRACING, attach, btf_id);
}

static int try_kprobe(void)
{
	if (access("/sys/bus/event_source/devices/kprobe/type", R_OK))
		return -ENOENT;
	return try_load(BPF_PROG_TYPE_KPROBE, 0, 0);
}

static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, fmt, args);
}

static int print_nothing(enum libbpf_print_level level, const char *fmt, va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

void kernel_probe(struct kernel *k, bool verbose)
{
	libbpf_set_print(verbose ? print_libbpf : print_nothing);
	memset(k, 0, sizeof(*k));
	k->btf = btf__load_vmlinux_btf();
	k->fentry = try_typed(k, BPF_TRACE_FENTRY,
			      k->btf ? btf__find_by_name_kind(k->btf, "icmp_rcv", BTF_KIND_FUNC) : -ENOENT);
	k->typed_tracepoint = try_typed(k, BPF_TRACE_RAW_TP,
					k->btf ? find_tracepoint(k->btf, "netif_receive_skb") : -ENOENT);
	k->kprobe = try_kprobe();
}

void kernel_forget(struct kernel *k)
{
	btf__free(k->btf);
	k->btf = NULL;
}

bool kernel_has_function(const struct kernel *k, const char *name)
{
	return btf__find_by_name_kind(k->btf, name, BTF_KIND_FUNC) > 0;
}

bool kernel_has_tracepoint(const struct kernel *k, const char *name)
{
	return find_tracepoint(k->btf, name) > 0;
}
