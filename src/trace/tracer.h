/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracer: hooks on the kernel path, whose stamps appear in the probes' records by themselves. Nothing
 * above it knows which backend attached them.
 */
#ifndef PINGTRACE_TRACER_H
#define PINGTRACE_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/record.h>
#include <pingtrace/why.h>
#include "analysis/loss.h"
#include "base/util.h"

enum backend {
	BACKEND_AUTO, /* the first of those below that the kernel and the privileges allow */
	BACKEND_FENTRY,
	BACKEND_KPROBE,
	BACKEND_TRACEPOINT,
	BACKEND_TIMESTAMPING,
	BACKEND_OFF,
	NR_BACKENDS,
};

struct kernel;

/* What `auto` would take on @kernel, as far as is known without trying. */
enum backend backend_auto(const struct kernel *kernel);

/* "fentry", ...; NULL for a number that is none. */
const char *backend_name(enum backend backend);

struct tracer_options {
	enum backend backend;
	enum pt_family family; /* V4 or V6 */
	enum pt_socket socket; /* DGRAM or RAW */
	const int *fds; /* the sockets that probes are sent from */
	unsigned int nr_fds;
	uint16_t id; /* ICMP identifier of one of them */
	bool one_target; /* each socket has but one */
	uint32_t nonce;
	uint32_t packet_size; /* of a request: ICMP header and payload */
	uint32_t netns; /* inode number of this process's network namespace; 0: not known */
	uint32_t mtu; /* of the way to the targets, the least; 0: not known */
	bool tagged; /* the payload begins with a struct pt_tag */
	uint32_t nr_records; /* a power of two: probes that can be in flight at one time */
	bool why; /* collect what may explain a probe's time, see tracer_why */
	bool verbose; /* libbpf's own messages on stderr */
};

struct tracer;
struct kernel_timestamp;

/*
 * Attach. Returns 0 with *@tracer set, or a negative errno with the line to show in @error: -ENOTSUP where
 * the kernel or the privileges do not allow the backend, so that another may be tried.
 */
int tracer_open(struct tracer **tracer, const struct tracer_options *o, struct error *error);
void tracer_close(struct tracer *tracer);

/* "fentry", ... */
const char *tracer_backend_name(const struct tracer *tracer);

/* Where `auto` took less than the best: why not that, in one line; otherwise "". */
const char *tracer_why_not_better(const struct tracer *tracer);

/* Is there any hook? Otherwise records hold nothing but what the pinger writes. */
bool tracer_is_tracing(const struct tracer *tracer);

/* Is @hook attached? Those that only user space stamps are. */
bool tracer_has_hook(const struct tracer *tracer, enum pt_hook hook);

/*
 * Does this kind of run ask for @hook? If so, and it is not attached, it is missing.
 */
bool tracer_wants_hook(const struct tracer *tracer, enum pt_hook hook);

/* Bit mask of the hooks that are missing. */
uint32_t tracer_missing_hooks(const struct tracer *tracer);

/* What a hook is attached to. */
struct stamped_at {
	const char *name; /* of the kernel function, of the tracepoint, or of the kernel's timestamp */
	bool is_function;
};

/*
 * What it was that took @stamp of @hook on this run. Returns false where the hook is not attached: it is the
 * user's.
 */
bool tracer_stamped_at(const struct tracer *tracer, enum pt_hook hook, const struct pt_stamp *stamp,
		       struct stamped_at *at);

/* A probe that is about to be sent. */
struct tracer_probe {
	uint32_t number;
	uint16_t seq; /* host order */
	uint16_t id; /* ICMP identifier, host order */
	uint64_t cookie; /* of the socket */
	uint32_t to; /* the last four bytes of the target's address, network order */
	bool any_source; /* a reply may come from another address */
};

/*
 * Open the record of a probe, whatever was in its place before, and tell the programs that its
 * request comes next. The record stays the tracer's; the pinger writes the user's stamps into it.
 */
struct pt_record *tracer_begin(struct tracer *tracer, const struct tracer_probe *probe);

/* sendmsg(2) has returned. */
void tracer_sent(struct tracer *tracer);

/* The record of probe @number, or NULL where another probe has taken its place. */
struct pt_record *tracer_record(struct tracer *tracer, uint32_t number);

/*
 * What was collected beside the record @rec, which is the probe's still; NULL: nothing is. Parts whose number is not
 * the record's are not known.
 */
const struct pt_why *tracer_why(const struct tracer *tracer, const struct pt_record *rec);

/* Do the kernel's timestamps mean anything to the backend? */
bool tracer_takes_timestamps(const struct tracer *tracer);

/* The kernel's timestamp @ts of the probe in @rec. */
void tracer_timestamp(struct tracer *tracer, struct pt_record *rec, const struct kernel_timestamp *ts);

/* What has been stamped of the reply was not the reply after all (corrupted): wait for another. */
void tracer_forget_reply(struct pt_record *rec);

/* No more stamps into this record. */
void tracer_end(struct pt_record *rec);

/* Stamp a hook of user space. */
void tracer_stamp(struct pt_record *rec, enum pt_hook hook, uint64_t ns);

/* Does --why have something to look with? */
bool tracer_has_why(const struct tracer *tracer);

/* The device that @dev of a stamp means: the programs' memory, its name untrusted. NULL: none. */
const struct pt_dev *tracer_device(const struct tracer *tracer, uint16_t dev);
/* What can be seen of a lost probe. What it points to is the tracer's. */
struct loss_sight tracer_sight(const struct tracer *tracer);

/* What one stamp costs, in ns, as measured on this machine; 0: not measured, or nothing. */
uint64_t tracer_stamp_cost_ns(const struct tracer *tracer);

#endif /* PINGTRACE_TRACER_H */
