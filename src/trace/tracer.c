// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/privileges.h"
#include "model/path.h"
#include "net/socket.h"
#include "trace/attach_points.h"
#include "trace/backend.h"
#include "trace/instances.h"

struct tracer {
	const struct backend_ops *ops;
	void *state;
	struct backend_memory memory;
	struct tracer_options options;
	struct error why_not_better;
	int instance; /* see instances_join */
};

static const struct backend_ops *const backends[NR_BACKENDS] = {
	[BACKEND_FENTRY] = &backend_fentry,
	[BACKEND_KPROBE] = &backend_kprobe,
	[BACKEND_TRACEPOINT] = &backend_tracepoint,
	[BACKEND_TIMESTAMPING] = &backend_timestamping,
	[BACKEND_OFF] = &backend_off,
};

const char *backend_name(enum backend backend)
{
	if (backend == BACKEND_AUTO)
		return "auto";
	return backend < NR_BACKENDS ? backends[backend]->name : NULL;
}

enum backend backend_auto(const struct kernel *kernel)
{
	enum backend b = BACKEND_AUTO + 1;

	while (backends[b]->refused && backends[b]->refused(kernel))
		b++;
	return b;
}

#define HOOK_USER_PASS(hook, name, side, packet, pass, ...) \
	(PT_PASS_##pass == PT_PASS_USER ? 1U << PT_HOOK_##hook : 0) |
static const uint32_t user_hooks = PT_HOOKS(HOOK_USER_PASS) 0;

static int try_open(struct tracer *t, enum backend backend, struct kernel *kernel, struct error *error)
{
	t->ops = backends[backend];
	memset(&t->memory, 0, sizeof(t->memory));
	return t->ops->open(&t->state, &t->memory, &t->options, kernel, error);
}

static void leave_instances(struct tracer *t)
{
	if (t->instance >= 0)
		close(t->instance);
	t->instance = -1;
}

/* Open the first backend that works. Remember why the best did not; if none does, @error tells why. */
static int open_first(struct tracer *t, struct kernel *kernel, struct error *error)
{
	enum backend b = BACKEND_AUTO + 1;
	int err;

	if (t->why_not_better.text[0])
		return try_open(t, BACKEND_TIMESTAMPING, kernel, error);
	err = try_open(t, b, kernel, &t->why_not_better);
	while (err == -ENOTSUP && ++b < BACKEND_OFF)
		err = try_open(t, b, kernel, error);
	return err;
}

/* Backends with programs count against the user's limit; beyond it, `auto` uses timestamping. */
static int prepare(struct tracer *t, struct kernel *kernel, struct error *error)
{
	bool any = t->options.backend == BACKEND_AUTO;

	kernel_probe(kernel, t->options.verbose);
	/* Without the privilege, opening says so. */
	if (!privileges_has(PRIVILEGE_TRACE))
		return 0;
	return instances_join(&t->instance, any ? &t->why_not_better : error);
}

int tracer_open(struct tracer **tracer, const struct tracer_options *o, struct error *error)
{
	struct tracer *t = calloc(1, sizeof(*t));
	struct kernel kernel = {};
	int err = 0;

	if (!t)
		return error_set(error, ENOMEM, "no memory");
	t->options = *o;
	t->instance = -1;
	if (o->backend < BACKEND_TIMESTAMPING)
		err = prepare(t, &kernel, error);
	if (o->backend == BACKEND_AUTO)
		err = open_first(t, &kernel, error);
	else
		err = err ?: try_open(t, o->backend, &kernel, error);
	kernel_forget(&kernel);
	if (err || t->ops == &backend_timestamping)
		leave_instances(t);
	if (err) {
		free(t);
		return err;
	}
	*tracer = t;
	return 0;
}

void tracer_close(struct tracer *t)
{
	if (!t)
		return;
	/* Before the child is forked that detaches: it is no instance any more. */
	leave_instances(t);
	t->ops->close(t->state);
	free(t);
}

const char *tracer_backend_name(const struct tracer *t)
{
	return t->ops->name;
}

const char *tracer_why_not_better(const struct tracer *t)
{
	return t->why_not_better.text;
}

bool tracer_is_tracing(const struct tracer *t)
{
	return t->memory.hooks;
}

bool tracer_has_hook(const struct tracer *t, enum pt_hook hook)
{
	return (t->memory.hooks | user_hooks) & 1U << hook;
}

bool tracer_wants_hook(const struct tracer *t, enum pt_hook hook)
{
	return t->ops->wants && t->ops->wants(&t->options, hook);
}

uint32_t tracer_missing_hooks(const struct tracer *t)
{
	uint32_t missing = 0;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (tracer_wants_hook(t, h) && !tracer_has_hook(t, h))
			missing |= 1U << h;
	return missing;
}

bool tracer_stamped_at(const struct tracer *t, enum pt_hook hook, const struct pt_stamp *stamp,
		       struct stamped_at *at)
{
	unsigned int point = stamp->attach_point; /* the programs' memory: any value */

	if (point && point <= PT_NR_ATTACH_POINTS)
		*at = (struct stamped_at){
			.name = attach_points[point - 1].name,
			.is_function = attach_points[point - 1].kind == PT_KIND_FUNCTION,
		};
	else
		*at = t->memory.stamped_at[hook];
	return at->name;
}

static uint32_t slot_of(const struct tracer *t, uint32_t number)
{
	return number & (t->options.nr_records - 1);
}

static void note_sequence(struct tracer *t, const struct tracer_probe *p, uint32_t to)
{
	if (t->memory.sequences)
		t->memory.sequences[slot_of(t, pt_sequence_hash(p->seq, htons(p->id), to))] = p->number;
}

/*
 * A program on another CPU may still stamp the record's previous probe: the record is closed first, and stamps carry their
 * probe's number.
 */
struct pt_record *tracer_begin(struct tracer *t, const struct tracer_probe *p)
{
	struct pt_record *rec = &t->memory.records[slot_of(t, p->number)];

	__atomic_store_n(&rec->open, 0, __ATOMIC_SEQ_CST);
	memset(rec, 0, sizeof(*rec));
	if (t->memory.whys)
		memset(&t->memory.whys[slot_of(t, p->number)], 0, sizeof(*t->memory.whys));
	rec->number = p->number;
	rec->cookie = p->cookie;
	rec->id = htons(p->id);
	rec->to = p->to;
	rec->any_source = p->any_source;
	note_sequence(t, p, p->to);
	note_sequence(t, p, 0);
	__atomic_store_n(&rec->open, pt_open(htons(p->seq)), __ATOMIC_RELEASE);
	if (t->ops->begin)
		t->ops->begin(t->state, rec);
	t->memory.sending->number = p->number;
	__atomic_store_n(&t->memory.sending->active, 1, __ATOMIC_RELEASE);
	return rec;
}

void tracer_sent(struct tracer *t)
{
	__atomic_store_n(&t->memory.sending->active, 0, __ATOMIC_RELEASE);
}

struct pt_record *tracer_record(struct tracer *t, uint32_t number)
{
	struct pt_record *rec = &t->memory.records[slot_of(t, number)];

	return rec->number == number && rec->cookie ? rec : NULL;
}

const struct pt_why *tracer_why(const struct tracer *t, const struct pt_record *rec)
{
	return t->memory.whys ? &t->memory.whys[slot_of(t, rec->number)] : NULL;
}

const struct pt_heads *tracer_heads(const struct tracer *t, const struct pt_record *rec)
{
	return t->memory.heads ? &t->memory.heads[slot_of(t, rec->number)] : NULL;
}

bool tracer_has_why(const struct tracer *t)
{
	return t->memory.whys;
}

bool tracer_takes_timestamps(const struct tracer *t)
{
	return t->ops->timestamp;
}

void tracer_timestamp(struct tracer *t, struct pt_record *rec, const struct kernel_timestamp *ts)
{
	if (t->ops->timestamp)
		t->ops->timestamp(t->state, rec, ts);
}

void tracer_forget_reply(struct pt_record *rec)
{
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++)
		if (hook_is_reply(h))
			rec->stamps[h].ns = 0;
	rec->reply_head = 0;
	rec->received_skb = 0;
	rec->delivered = 0;
	__atomic_store_n(&rec->reply_skb, 0, __ATOMIC_RELEASE);
}

void tracer_end(struct pt_record *rec)
{
	__atomic_store_n(&rec->open, 0, __ATOMIC_RELEASE);
}

void tracer_stamp(struct pt_record *rec, enum pt_hook hook, uint64_t ns)
{
	rec->stamps[hook].number = rec->number;
	rec->stamps[hook].ns = ns;
}

const struct pt_dev *tracer_device(const struct tracer *t, uint16_t dev)
{
	return pt_dev_at(t->memory.devs, dev);
}

struct loss_sight tracer_sight(const struct tracer *t)
{
	uint32_t len = ip_header_size(t->options.family) + t->options.packet_size;

	return (struct loss_sight){
		.socket = t->options.socket,
		.family = t->options.family,
		.netns = t->options.netns,
		.hooks = t->memory.hooks,
		.both_ways = t->memory.both_ways,
		.reasons = &t->memory.reasons,
		.devs = t->memory.devs,
		.in_fragments = t->options.mtu && len > t->options.mtu,
	};
}

uint64_t tracer_stamp_cost_ns(const struct tracer *t)
{
	return t->memory.stamp_ns;
}
