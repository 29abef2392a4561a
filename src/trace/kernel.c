// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "base/privileges.h"
#include "trace/kernel.h"

/* return 0 */
static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* fetch and add on the stack; return 0 */
static const struct bpf_insn atomic[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = 1 },
	{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_1, .off = -8 },
	{ .code = BPF_STX | BPF_ATOMIC | BPF_DW,
	  .dst_reg = BPF_REG_10,
	  .src_reg = BPF_REG_1,
	  .off = -8,
	  .imm = BPF_ADD | BPF_FETCH },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int try_program(enum bpf_prog_type type, enum bpf_attach_type attach, int btf_id,
		       const struct bpf_insn *program, size_t size)
{
	struct bpf_prog_load_opts opts = {
		.sz = sizeof(opts),
		.expected_attach_type = attach,
		.attach_btf_id = btf_id,
	};
	struct raised raised = privileges_raise(PRIVILEGE_TRACE);
	int fd = bpf_prog_load(type, "probe", "GPL", program, size, &opts);

	privileges_lower(raised);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int try_load(enum bpf_prog_type type, enum bpf_attach_type attach, int btf_id)
{
	return try_program(type, attach, btf_id, nothing, ARRAY_SIZE(nothing));
}

static bool lacks_atomics(void)
{
	return try_program(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0, atomic, ARRAY_SIZE(atomic)) == -EINVAL;
}

static int find_type(struct kernel *k, const char *name, int kind)
{
	if (!k->btf)
		k->btf = btf__load_vmlinux_btf();
	return k->btf ? btf__find_by_name_kind(k->btf, name, kind) : -ENODATA;
}

static int find_tracepoint(struct kernel *k, const char *name)
{
	char type[128];

	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return find_type(k, type, BTF_KIND_TYPEDEF);
}

static int try_typed(enum bpf_attach_type attach, int btf_id)
{
	return btf_id < 0 ? btf_id : try_load(BPF_PROG_TYPE_TRACING, attach, btf_id);
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
	k->fentry = try_typed(BPF_TRACE_FENTRY, find_type(k, "icmp_rcv", BTF_KIND_FUNC));
	k->has_btf = k->btf;
	k->typed_tracepoint = try_typed(BPF_TRACE_RAW_TP, find_tracepoint(k, "netif_receive_skb"));
	k->kprobe = try_kprobe();
	if (lacks_atomics()) {
		k->fentry = k->fentry ?: -EOPNOTSUPP;
		k->typed_tracepoint = k->typed_tracepoint ?: -EOPNOTSUPP;
		k->kprobe = k->kprobe ?: -EOPNOTSUPP;
	}
	k->rdonly_cast = find_type(k, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
}

void kernel_forget(struct kernel *k)
{
	btf__free(k->btf);
	k->btf = NULL;
}

void kernel_hope(struct kernel *k)
{
	k->asks_each = false;
	k->nr_refused = 0;
}

bool kernel_refused(struct kernel *k, const char *name, bool is_function)
{
	if (k->nr_refused == KERNEL_REFUSED_MAX)
		return false;
	k->refused[k->nr_refused].name = name;
	k->refused[k->nr_refused++].is_function = is_function;
	return true;
}

bool kernel_ask_each(struct kernel *k)
{
	if (k->asks_each || k->fentry)
		return false;
	k->asks_each = true;
	return true;
}

static bool has_refused(const struct kernel *k, const char *name, bool is_function)
{
	size_t i;

	for (i = 0; i < k->nr_refused; i++)
		if (k->refused[i].is_function == is_function && !strcmp(k->refused[i].name, name))
			return true;
	return false;
}

bool kernel_has_function(struct kernel *k, const char *name)
{
	int id = find_type(k, name, BTF_KIND_FUNC);

	if (id <= 0 || has_refused(k, name, true))
		return false;
	return !k->asks_each || !try_typed(BPF_TRACE_FENTRY, id);
}

bool kernel_has_tracepoint(struct kernel *k, const char *name)
{
	/* Each system call of each process would pass a program there: nothing that one user may do to all others. */
	if (!strcmp(name, "sys_enter") && !privileges_are_roots())
		return false;
	return find_tracepoint(k, name) > 0 && !has_refused(k, name, false);
}

unsigned int kernel_tracepoint_args(struct kernel *k, const char *name)
{
	int id = find_tracepoint(k, name);
	const struct btf_type *t = id > 0 ? btf__type_by_id(k->btf, id) : NULL;

	/* A typedef of a pointer to the function, whose first argument is the tracepoint's own. */
	while (t && (btf_is_typedef(t) || btf_is_ptr(t)))
		t = btf__type_by_id(k->btf, t->type);
	return t && btf_is_func_proto(t) && btf_vlen(t) ? btf_vlen(t) - 1 : 0;
}

#define DROP_REASONS_MAX 512 /* those of subsystems, which other enums name, begin at 65,536 */

void kernel_drop_reasons(struct kernel *k, struct drop_reasons *reasons)
{
	static const char prefix[] = "SKB_DROP_REASON_";
	int id = find_type(k, "skb_drop_reason", BTF_KIND_ENUM), nr, i;
	const struct btf_type *t = id > 0 ? btf__type_by_id(k->btf, id) : NULL;
	const struct btf_enum *e;
	const char *name;

	memset(reasons, 0, sizeof(*reasons));
	reasons->names = t ? calloc(DROP_REASONS_MAX, sizeof(*reasons->names)) : NULL;
	nr = reasons->names ? btf_vlen(t) : 0;
	for (i = 0; i < nr; i++) {
		e = &btf_enum(t)[i];
		name = btf__str_by_offset(k->btf, e->name_off);
		if (e->val < 0 || e->val >= DROP_REASONS_MAX || !name ||
		    strncmp(name, prefix, strlen(prefix)) != 0)
			continue;
		snprintf(reasons->names[e->val], sizeof(reasons->names[0]), "%s", name + strlen(prefix));
		if ((unsigned int)e->val >= reasons->nr)
			reasons->nr = e->val + 1;
	}
}
