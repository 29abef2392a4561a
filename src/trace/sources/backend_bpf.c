// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backends that are BPF programs. They differ in how the programs are called, not in what these do:
 *
 * fentry	called directly at the entry of kernel functions, and from tracepoints: the cheapest
 * kprobe	called by a breakpoint, or ftrace, at the entry of the same functions
 * tracepoint	called from tracepoints alone, for kernels that allow no programs at functions
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "base/privileges.h"
#include "base/visible.h"
#include "net/socket.h"
#include "trace/attach_points.h"
#include "trace/backend.h"
#include "trace/bpf_objects.h"
#include "trace/overhead.h"

struct bpf_backend {
	struct bpf_programs programs;
	struct bpf_link *links[PT_NR_ATTACH_POINTS];
	struct pt_record *records;
	struct pt_why *whys; /* NULL without --why */
	struct pt_heads *heads; /* NULL where nobody asks for them */
	uint64_t *sequences;
	size_t records_size, whys_size, heads_size, sequences_size;
	struct drop_reasons reasons;
};

static bool bpf_wants(const struct tracer_options *o, enum pt_hook hook)
{
	enum pt_attach_point i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (attach_point_suits(&attach_points[i], o->family, o->socket) &&
		    attach_point_stamps(&attach_points[i], hook))
			return true;
	return false;
}

static bool uses_hook(const bool use[PT_NR_ATTACH_POINTS], enum pt_hook hook)
{
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (use[i] && attach_points[i].hook == hook)
			return true;
	return false;
}

/* Is there anything to attach to: a function, or with tracepoints alone any attach point? */
static bool uses_enough(const bool use[PT_NR_ATTACH_POINTS], bool functions)
{
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (use[i] && attach_points[i].purpose == PURPOSE_STAMPS &&
		    (attach_points[i].kind == PT_KIND_FUNCTION || !functions))
			return true;
	return false;
}

static bool uses_kind(const bool use[PT_NR_ATTACH_POINTS], enum pt_hook hook, enum pt_kind kind)
{
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (use[i] && attach_points[i].hook == hook && attach_points[i].kind == kind)
			return true;
	return false;
}

/*
 * Replies up to this size, and up to the path's MTU, are assumed to arrive unfragmented: links with a smaller MTU are rare
 * (IPv4, RFC 1122, 3.3.3) or not allowed (IPv6, RFC 8200, 5).
 */
#define LEN_UNFRAGMENTED_V4 576
#define LEN_UNFRAGMENTED_V6 1280

#define PAYLOAD_KEPT 64 /* responders that cut replies short leave as much */
#define LEN_MORE 128 /* by which a reply may be longer: IP options, padding of a frame, VXLAN, VLAN */

/* Tell the programs how long requests and replies are, and where their tags end. */
static void configure_sizes(struct pt_config *config, const struct tracer_options *o)
{
	uint32_t header = ip_header_size(o->family);
	uint32_t least = header + ICMP_HEADER_SIZE + PAYLOAD_KEPT, len = header + o->packet_size;
	uint32_t most = o->family == PT_FAMILY_V6 ? LEN_UNFRAGMENTED_V6 : LEN_UNFRAGMENTED_V4;
	bool in_fragments = len > most || (o->mtu && len > o->mtu);

	config->len_min = in_fragments ? 0 : len < least ? len : least;
	config->len_more = in_fragments ? UINT32_MAX : len + LEN_MORE - config->len_min;
	config->usual_size = header + ICMP_HEADER_SIZE + sizeof(struct pt_tag);
	/* Without a tag, and where a first fragment looks like a whole packet, each has to be looked at closely. */
	if (!o->tagged || (in_fragments && o->family == PT_FAMILY_V4))
		config->usual_size = INT32_MAX;
}

static int configure(struct bpf_programs *programs, struct kernel *kernel, const struct tracer_options *o,
		     const bool use[PT_NR_ATTACH_POINTS])
{
	struct pt_config config = {
		.nonce = o->nonce,
		.slot_mask = o->nr_records - 1,
		.socket = o->socket,
		.tagged = o->tagged,
		.one_target = o->one_target,
		.knows_socket = o->nr_fds == 1 && uses_kind(use, PT_HOOK_SENDMSG, PT_KIND_FUNCTION),
		.has_data_ready = uses_hook(use, PT_HOOK_DATA_READY),
		.has_delivery =
			uses_hook(use, o->socket == PT_SOCKET_RAW ? PT_HOOK_RAW_RCV : PT_HOOK_PING_RCV),
		.nr_drop_args = kernel_tracepoint_args(kernel, "kfree_skb"),
		.nr_sendmsg = SYS_sendmsg,
		.pid = getpid(),
		.netns = o->netns,
		.uid = getuid(),
		.own_tasks_only = !visible_tasks_of_others(),
		.own_pidns_only = !visible_other_pid_namespaces(),
		.own_devices_only = !visible_other_net_namespaces(),
	};
	struct stat pidns;
	int err;

	configure_sizes(&config, o);
	if (!stat("/proc/self/ns/pid", &pidns)) {
		config.pidns_dev = pidns.st_dev;
		config.pidns_ino = pidns.st_ino;
	}
	*programs->config = config;
	err = bpf_map__set_max_entries(programs->records, o->nr_records);
	err = err ?: bpf_map__set_max_entries(programs->sequences, o->nr_records);
	/* What is not asked for has no maps either. */
	err = err ?: bpf_map__set_autocreate(programs->whys, o->why);
	err = err ?: bpf_map__set_autocreate(programs->softirqs, o->why);
	err = err ?: bpf_map__set_autocreate(programs->heads, o->heads);
	if (!err && o->why)
		err = bpf_map__set_max_entries(programs->whys, o->nr_records);
	if (!err && o->heads)
		err = bpf_map__set_max_entries(programs->heads, o->nr_records);
	return err;
}

/* The values of @map, which programs write to. */
static void *map_memory(const struct bpf_map *map, size_t *size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *p;

	*size = bpf_map__value_size(map) * (size_t)bpf_map__max_entries(map);
	*size = (*size + page - 1) / page * page;
	p = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	return p == MAP_FAILED ? NULL : p;
}

static void detach(struct bpf_backend *b)
{
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		bpf_link__destroy(b->links[i]);
	bpf_programs_close(&b->programs);
}

/*
 * Detaching takes the kernel a grace period for every function, more than a second in all. To spare the user that wait, a
 * child holds the last references to the programs, and drops them after this process has exited. However the two end, nothing
 * stays attached.
 */
static void detach_behind(struct bpf_backend *b)
{
	int fds[2];
	char end;
	pid_t pid;

	if (pipe(fds)) {
		detach(b);
		return;
	}
	pid = fork();
	if (pid == 0) {
		setsid();
		close(fds[1]);
		/* Whoever reads our output waits for its end. */
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		while (read(fds[0], &end, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	close(fds[0]);
	detach(b);
	close(fds[1]);
}

static void unmap(struct bpf_backend *b)
{
	if (b->records)
		munmap(b->records, b->records_size);
	if (b->sequences)
		munmap(b->sequences, b->sequences_size);
	if (b->whys)
		munmap(b->whys, b->whys_size);
	if (b->heads)
		munmap(b->heads, b->heads_size);
	free(b->reasons.names);
}

static void bpf_close(void *state)
{
	struct bpf_backend *b = state;

	unmap(b);
	detach_behind(b);
	free(b);
}

/* Say why a backend is not available. */
static int refused(struct error *error, const struct tracer_options *o, int err, const char *what)
{
	if (err == -EPERM || err == -EACCES) {
		if (!privileges_has(PRIVILEGE_TRACE))
			return error_set(
				error, ENOTSUP,
				"not permitted to load %s: run as root, or with CAP_BPF and CAP_PERFMON%s",
				what, privileges_in_user_namespace() ? ", outside this user namespace" : "");
		return error_set(error, ENOTSUP, "this kernel does not allow %s%s", what,
				 o->backend == BACKEND_AUTO ? "" : ": use --trace=auto");
	}
	if (err == -EOPNOTSUPP)
		return error_set(
			error, ENOTSUP,
			"this kernel is too old for %s: they need BPF's atomic operations (Linux 5.12)",
			what);
	if (err == -ENODATA)
		return error_set(
			error, ENOTSUP,
			"this kernel has no type information (/sys/kernel/btf/vmlinux): it needs CONFIG_DEBUG_INFO_BTF");
	if (err == -ENOENT)
		return error_set(error, ENOTSUP, "this kernel has nothing to attach %s to", what);
	return error_set(error, ENOTSUP, "cannot load %s: %s: -v shows details", what, strerror(-err));
}

/* Note that @point is attached. If a hook has several, each stamp tells which one took it. */
static void note_attached(struct backend_memory *memory, const struct attach_point *point)
{
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		if (!attach_point_stamps(point, h))
			continue;
		memory->hooks |= 1U << h;
		memory->stamped_at[h] = (struct stamped_at){
			.name = point->name,
			.is_function = point->kind == PT_KIND_FUNCTION,
		};
	}
}

static struct bpf_program *program_at(const struct bpf_backend *b, size_t i)
{
	return bpf_object__find_program_by_name(b->programs.object, attach_points[i].program);
}

/*
 * Attach the chosen points. Returns 0 or a negative errno, the last one with which the kernel refused; *@noted: @kernel knows
 * which were refused.
 */
static int attach(struct bpf_backend *b, const bool use[PT_NR_ATTACH_POINTS], struct kernel *kernel,
		  struct backend_memory *memory, bool *noted)
{
	const struct attach_point *p;
	struct raised raised;
	int err = 0;
	size_t i;

	for (i = 0; i < PT_NR_ATTACH_POINTS; i++) {
		p = &attach_points[i];
		if (!use[i])
			continue;
		raised = privileges_raise(PRIVILEGE_TRACE);
		b->links[i] = bpf_program__attach(program_at(b, i));
		privileges_lower(raised);
		if (b->links[i])
			note_attached(memory, p);
		if (b->links[i] || p->purpose != PURPOSE_STAMPS)
			continue;
		err = -errno;
		*noted = kernel_refused(kernel, p->name, p->kind == PT_KIND_FUNCTION);
	}
	return err;
}

static int load_programs(struct bpf_programs *programs)
{
	struct raised raised = privileges_raise(PRIVILEGE_TRACE);
	int err = bpf_programs_load(programs);

	privileges_lower(raised);
	/* A small program was loaded before: it is not rights that the verifier misses in this one. */
	return err == -EACCES ? -EINVAL : err;
}

static int load(struct bpf_backend *b, struct kernel *kernel, const bool use[PT_NR_ATTACH_POINTS],
		const struct tracer_options *o)
{
	size_t i;
	int err;

	/* The others are not in the object. */
	for (i = 0; i < PT_NR_ATTACH_POINTS; i++)
		if (attach_points[i].family & o->family)
			bpf_program__set_autoload(program_at(b, i), use[i]);
	err = configure(&b->programs, kernel, o, use);
	kernel_drop_reasons(kernel, &b->reasons);
	kernel_forget(kernel);
	err = err ?: load_programs(&b->programs);
	if (err)
		return err;
	b->records = map_memory(b->programs.records, &b->records_size);
	b->sequences = map_memory(b->programs.sequences, &b->sequences_size);
	if (o->why)
		b->whys = map_memory(b->programs.whys, &b->whys_size);
	if (o->heads)
		b->heads = map_memory(b->programs.heads, &b->heads_size);
	return b->records && b->sequences && (b->whys || !o->why) && (b->heads || !o->heads) ? 0 : -ENOMEM;
}

static void give_up(struct bpf_backend *b)
{
	unmap(b);
	detach(b);
	free(b);
}

/*
 * Load and attach the chosen points. Programs are told which hooks are attached, so a point that cannot be attached,
 * or that prevents loading, has to be left out from the start: *@again says that @kernel now knows it, so choose again.
 */
static int try_open(struct bpf_backend **backend, struct backend_memory *memory,
		    const struct tracer_options *o, struct kernel *kernel, enum bpf_kind kind,
		    const bool use[PT_NR_ATTACH_POINTS], bool functions, bool *again)
{
	struct bpf_backend *b = calloc(1, sizeof(*b));
	int err;

	*again = false;
	if (!b)
		return -ENOMEM;
	memset(memory, 0, sizeof(*memory));
	err = bpf_programs_open(&b->programs, kind, o->family);
	err = err ?: load(b, kernel, use, o);
	if (err)
		*again = functions && kernel_ask_each(kernel);
	else
		err = attach(b, use, kernel, memory, again);
	if (err)
		give_up(b);
	else
		*backend = b;
	return err;
}

static int open_object(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct kernel *kernel, enum bpf_kind kind, bool functions, const char *what,
		       struct error *error)
{
	unsigned int wanted = (o->why ? 1U << PURPOSE_WHY : 0) | (o->heads ? 1U << PURPOSE_HEADS : 0);
	bool use[PT_NR_ATTACH_POINTS], again = true;
	struct bpf_backend *b = NULL;
	int err = -ENOENT;

	kernel_hope(kernel);
	while (again) {
		attach_points_choose(use, kernel, o->family, o->socket, functions, wanted);
		if (!uses_enough(use, functions))
			break;
		err = try_open(&b, memory, o, kernel, kind, use, functions, &again);
	}
	if (err)
		return refused(error, o, err, what);
	memory->records = b->records;
	memory->whys = b->whys;
	memory->heads = b->heads;
	memory->devs = b->programs.devs;
	memory->sending = b->programs.sending;
	memory->sequences = b->sequences;
	memory->reasons = b->reasons;
	memory->both_ways = true;
	memory->stamp_ns = overhead_measure(b->programs.measure, b->records, o);
	*state = b;
	return 0;
}

/* --- what the kernel is known to refuse --- */

static int fentry_refused(const struct kernel *kernel)
{
	return kernel->fentry;
}

static int kprobe_refused(const struct kernel *kernel)
{
	return kernel->has_btf ? kernel->kprobe : -ENODATA;
}

static int tracepoint_refused(const struct kernel *kernel)
{
	return kernel->typed_tracepoint;
}

/* The kind of fentry programs that this kernel can load. */
static enum bpf_kind typed_programs(const struct kernel *kernel)
{
	return kernel->rdonly_cast ? BPF_FENTRY : BPF_FENTRY_OLD;
}

static int fentry_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct kernel *kernel, struct error *error)
{
	const char *what = "tracing programs (fentry)";

	if (fentry_refused(kernel))
		return refused(error, o, fentry_refused(kernel), what);
	return open_object(state, memory, o, kernel, typed_programs(kernel), true, what, error);
}

static int kprobe_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct kernel *kernel, struct error *error)
{
	const char *what = "kprobe programs";

	if (kernel->kprobe == -ENOENT)
		return error_set(error, ENOTSUP, "this kernel has no kprobes: it needs CONFIG_KPROBE_EVENTS");
	if (kprobe_refused(kernel))
		return refused(error, o, kprobe_refused(kernel), what);
	return open_object(state, memory, o, kernel, BPF_KPROBE, true, what, error);
}

static int tracepoint_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
			   struct kernel *kernel, struct error *error)
{
	const char *what = "tracepoint programs";

	if (tracepoint_refused(kernel))
		return refused(error, o, tracepoint_refused(kernel), what);
	return open_object(state, memory, o, kernel, typed_programs(kernel), false, what, error);
}

const struct backend_ops backend_fentry = {
	.name = "fentry",
	.open = fentry_open,
	.close = bpf_close,
	.refused = fentry_refused,
	.wants = bpf_wants,
};

const struct backend_ops backend_kprobe = {
	.name = "kprobe",
	.open = kprobe_open,
	.close = bpf_close,
	.refused = kprobe_refused,
	.wants = bpf_wants,
};

const struct backend_ops backend_tracepoint = {
	.name = "tracepoint",
	.open = tracepoint_open,
	.close = bpf_close,
	.refused = tracepoint_refused,
	.wants = bpf_wants,
};
