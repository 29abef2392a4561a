// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fentry: programs called straight from the entry of kernel functions and from typed tracepoints
 * (BPF trampolines, fec56f5890d9 "bpf: Introduce BPF trampoline", 5.5). The cheapest there is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include "backend.h"
#include "overhead.h"
#include "pingtrace.skel.h"

struct attach_place {
	const char *program;
	const char *target;
	enum pt_hook hook;
	enum pt_kind kind;
	enum pt_family family;
	enum pt_socket socket;
};

#define ATTACH_PLACE(program_, hook_, kind_, family_, socket_, target_, ...) \
	{ \
		.program = "on_" #program_, \
		.target = #target_, \
		.hook = PT_HOOK_##hook_, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_##family_, \
		.socket = PT_SOCKET_##socket_, \
	},
static const struct attach_place places[] = { PT_ATTACH(ATTACH_PLACE) };

struct fentry {
	struct pingtrace_bpf *skel;
	void *records, *devs;
	size_t records_size, devs_size;
};

static bool verbose;

static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	if (!verbose || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(stderr, fmt, args);
}

/* Does the kernel have what @place attaches to? Its BTF tells. */
static bool kernel_has(const struct btf *btf, const struct attach_place *place)
{
	char name[128];

	if (place->kind == PT_KIND_FUNCTION)
		return btf__find_by_name_kind(btf, place->target, BTF_KIND_FUNC) > 0;
	snprintf(name, sizeof(name), "btf_trace_%s", place->target);
	return btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) > 0;
}

/* Choose the programs that this run needs. Returns the mask of the hooks they serve. */
static uint32_t choose_programs(struct pingtrace_bpf *skel, const struct btf *btf,
				const struct tracer_options *o)
{
	uint32_t functions = 0, hooks = 0;
	const struct attach_place *p;
	size_t i;
	bool use;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		p = &places[i];
		use = p->family & o->family && p->socket & o->socket && kernel_has(btf, p);
		/* Functions are alternatives: the first will do. */
		if (p->kind == PT_KIND_FUNCTION && functions & 1U << p->hook)
			use = false;
		bpf_program__set_autoload(bpf_object__find_program_by_name(skel->obj, p->program), use);
		if (!use)
			continue;
		hooks |= 1U << p->hook;
		if (p->kind == PT_KIND_FUNCTION)
			functions |= 1U << p->hook;
	}
	return hooks;
}

static void configure(struct pingtrace_bpf *skel, const struct btf *btf, const struct tracer_options *o,
		      uint32_t hooks)
{
	struct pt_config config = {
		.nonce = o->nonce,
		.slot_mask = o->nr_records - 1,
		.first_id = o->first_id,
		.nr_targets = o->nr_targets,
		.family = o->family,
		.socket = o->socket,
		.tagged = o->tagged,
		.type_request = o->family == PT_FAMILY_V6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
		.type_reply = o->family == PT_FAMILY_V6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY,
		.has_data_ready = !!(hooks & 1U << PT_HOOK_DATA_READY),
		.has_cast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0,
	};

	memcpy((void *)&skel->rodata->config, &config, sizeof(config));
}

static void *map_memory(const struct bpf_map *map, size_t *size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *p;

	*size = bpf_map__value_size(map) * (size_t)bpf_map__max_entries(map);
	*size = (*size + page - 1) / page * page;
	p = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	return p == MAP_FAILED ? NULL : p;
}

static void fentry_close(void *state)
{
	struct fentry *f = state;

	if (f->records)
		munmap(f->records, f->records_size);
	if (f->devs)
		munmap(f->devs, f->devs_size);
	pingtrace_bpf__destroy(f->skel);
	free(f);
}

static int refused(struct reason *why, int err, const char *what)
{
	if (err == -EPERM || err == -EACCES) {
		if (geteuid())
			return because(why, ENOTSUP, "not permitted to %s: run as root, or take --trace=off",
				       what);
		return because(why, ENOTSUP,
			       "this kernel refuses to %s: take --trace=off, or the lab (make lab)", what);
	}
	return because(why, ENOTSUP, "cannot %s: %s: -v tells more; --trace=off pings without", what,
		       strerror(-err));
}

/*
 * Open the programs, choose and configure them. The kernel's type information is 6 MB, and libbpf reads its own copy
 * when it loads: ours is gone by then.
 */
static int open_programs(struct fentry *f, const struct tracer_options *o, uint32_t *hooks,
			 struct reason *why)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return because(
			why, ENOTSUP,
			"this kernel has no type information (/sys/kernel/btf/vmlinux): it needs CONFIG_DEBUG_INFO_BTF; --trace=off pings without");
	f->skel = pingtrace_bpf__open();
	if (f->skel) {
		*hooks = choose_programs(f->skel, btf, o);
		configure(f->skel, btf, o, *hooks);
		bpf_map__set_max_entries(f->skel->maps.records, o->nr_records);
	}
	btf__free(btf);
	return f->skel ? 0 : refused(why, -errno, "open the BPF programs");
}

static int load(struct fentry *f, const struct tracer_options *o, uint32_t *hooks, struct reason *why)
{
	int err = open_programs(f, o, hooks, why);

	if (err)
		return err;
	err = pingtrace_bpf__load(f->skel);
	if (err)
		return refused(why, err, "load tracing programs (fentry)");
	f->records = map_memory(f->skel->maps.records, &f->records_size);
	f->devs = map_memory(f->skel->maps.devs, &f->devs_size);
	if (!f->records || !f->devs)
		return because(why, ENOMEM, "no memory for %u records", o->nr_records);
	bpf_program__set_autoattach(f->skel->progs.measure, false);
	err = pingtrace_bpf__attach(f->skel);
	if (err)
		return refused(why, err, "attach tracing programs (fentry)");
	return 0;
}

static int fentry_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct reason *why)
{
	struct fentry *f;
	int err;

	verbose = o->verbose;
	libbpf_set_print(print_libbpf);
	f = calloc(1, sizeof(*f));
	if (!f)
		return because(why, ENOMEM, "no memory");
	err = load(f, o, &memory->hooks, why);
	if (err) {
		fentry_close(f);
		return err;
	}
	memory->records = f->records;
	memory->devs = f->devs;
	memory->sending = &f->skel->bss->sending;
	memory->stamp_ns = overhead_measure(f->skel->progs.measure, f->records, o);
	*state = f;
	return 0;
}

const struct backend_ops backend_fentry = {
	.name = "fentry",
	.tracing = true,
	.open = fentry_open,
	.close = fentry_close,
};
