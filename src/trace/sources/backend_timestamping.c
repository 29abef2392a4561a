// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No BPF and no privilege beyond the socket: the kernel's own timestamps of our packets (SO_TIMESTAMPING,
 * Documentation/networking/timestamping.rst), on the socket's error queue for requests, with the message
 * for replies.
 *
 * They are CLOCK_REALTIME, which may be set while a probe is under way. The offset between the two clocks is noted when a
 * probe is sent. If it differs when the timestamp is read, it is unknown whether the timestamp was taken before or after the
 * step, and it is left out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/net_tstamp.h>
#include "net/socket.h"
#include "trace/attach_points.h"
#include "trace/backend.h"

/* How much slewing (500 ppm, adjtimex(2)) and the time between two clock readings may change the offset. */
#define SLEW_PPM 500
#define READING_NS 20000

#define STAMPED_FLAG(hook, flag) SOF_TIMESTAMPING_##flag |
static const int stamped_flags = PT_TIMESTAMPING(STAMPED_FLAG) SOF_TIMESTAMPING_SOFTWARE |
				 SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |
				 SOF_TIMESTAMPING_RAW_HARDWARE;

#define STAMPED_AT(hook, flag) [PT_HOOK_##hook] = { .name = "SOF_TIMESTAMPING_" #flag },
static const struct stamped_at stamped_at[PT_NR_HOOKS] = { PT_TIMESTAMPING(STAMPED_AT) };

struct timestamping {
	void *plain;
	uint32_t nr_records;
	struct sent {
		int64_t distance_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
		uint64_t at_ns;
	} sent[];
};

static int64_t clock_distance_ns(void)
{
	uint64_t before = mono_ns(), real = clock_ns(CLOCK_REALTIME), after = mono_ns();

	return (int64_t)(real - (before + (after - before) / 2));
}

static int timestamping_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
			     struct kernel *kernel, struct error *error)
{
	struct timestamping *t = calloc(1, sizeof(*t) + o->nr_records * sizeof(t->sent[0]));
	unsigned int i;
	int err;

	(void)kernel;
	if (!t)
		return error_set(error, ENOMEM, "no memory for %u records", o->nr_records);
	for (i = 0; i < o->nr_fds; i++) {
		if (!setsockopt(o->fds[i], SOL_SOCKET, SO_TIMESTAMPING, &stamped_flags,
				sizeof(stamped_flags)))
			continue;
		err = errno;
		free(t);
		return error_set(error, ENOTSUP,
				 "the kernel's packet timestamps are not available: %s: use --trace=off",
				 strerror(err));
	}
	err = backend_plain_open(&t->plain, memory, o, error);
	if (err) {
		free(t);
		return err;
	}
	t->nr_records = o->nr_records;
	memory->hooks = timestamping_hooks;
	memcpy(memory->stamped_at, stamped_at, sizeof(stamped_at));
	*state = t;
	return 0;
}

static void timestamping_close(void *state)
{
	struct timestamping *t = state;

	backend_plain_close(t->plain);
	free(t);
}

static bool timestamping_wants(const struct tracer_options *o, enum pt_hook hook)
{
	(void)o;
	return timestamping_hooks & 1U << hook;
}

static struct sent *sent_of(struct timestamping *t, const struct pt_record *rec)
{
	return &t->sent[rec->number & (t->nr_records - 1)];
}

static void timestamping_begin(void *state, struct pt_record *rec)
{
	struct sent *sent = sent_of(state, rec);

	sent->distance_ns = clock_distance_ns();
	sent->at_ns = mono_ns();
}

/* Has CLOCK_REALTIME been set since the probe was sent? */
static bool was_stepped(const struct sent *sent, int64_t distance_ns, uint64_t now_ns)
{
	int64_t moved = distance_ns - sent->distance_ns;
	int64_t may = (now_ns - sent->at_ns) * SLEW_PPM / 1000000 + READING_NS;

	return moved > may || moved < -may;
}

static void timestamping_timestamp(void *state, struct pt_record *rec, const struct kernel_timestamp *ts)
{
#define PLACE_HOOK(hook, flag) [TIMESTAMP_##flag] = PT_HOOK_##hook,
	static const enum pt_hook hooks[] = { PT_TIMESTAMPING(PLACE_HOOK) };
	struct sent *sent = sent_of(state, rec);
	struct pt_stamp *stamp = &rec->stamps[hooks[ts->kind]];
	int64_t distance = clock_distance_ns();
	uint64_t now = mono_ns(), at = ts->software_ns - distance;

	if (!ts->software_ns || stamp->ns)
		return;
	if (ts->kind != TIMESTAMP_RX_SOFTWARE && was_stepped(sent, distance, now))
		return;
	if (at < sent->at_ns || at > now)
		return;
	stamp->number = rec->number;
	stamp->cpu = PT_CPU_UNKNOWN;
	stamp->ns = at;
}

const struct backend_ops backend_timestamping = {
	.name = "timestamping",
	.open = timestamping_open,
	.close = timestamping_close,
	.wants = timestamping_wants,
	.begin = timestamping_begin,
	.timestamp = timestamping_timestamp,
};
