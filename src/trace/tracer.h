/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracer attaches hooks on the kernel path, whose stamps then appear in the probes' records. Nothing above it knows the
 * backend.
 */
#ifndef PINGTRACE_TRACER_H
#define PINGTRACE_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/heads.h>
#include <pingtrace/record.h>
#include <pingtrace/why.h>
#include "analysis/loss.h"
#include "base/util.h"

enum backend {
	BACKEND_AUTO, /* the first below that the kernel and the privileges allow */
	BACKEND_FENTRY,
	BACKEND_KPROBE,
	BACKEND_TRACEPOINT,
	BACKEND_TIMESTAMPING,
	BACKEND_OFF,
	NR_BACKENDS,
};

struct kernel;

/* What `auto` would choose on @kernel, as far as is known without trying. */
enum backend backend_auto(const struct kernel *kernel);

/* "fentry", ...; NULL for an invalid number. */
const char *backend_name(enum backend backend);

struct tracer_options {
	enum backend backend;
	enum pt_family family; /* V4 or V6 */
	enum pt_socket socket; /* DGRAM or RAW */
	const int *fds; /* the sockets that probes are sent from */
	unsigned int nr_fds;
	uint16_t id; /* ICMP identifier of one of them */
	bool one_target; /* each socket has only one */
	uint32_t nonce;
	uint32_t packet_size; /* of a request: ICMP header and payload */
	uint32_t netns; /* inode number of this process's network namespace; 0: not known */
	uint32_t mtu; /* the smallest on the paths to the targets; 0: not known */
	bool tagged; /* the payload begins with a struct pt_tag */
	uint32_t nr_records; /* a power of two: probes that can be in flight at one time */
	bool why; /* collect causes, see tracer_why */
	bool heads; /* copy the first bytes of packets, see tracer_heads */
	bool verbose; /* libbpf's own messages on stderr */
};

struct tracer;
struct kernel_timestamp;

/*
 * Attach the hooks. Returns 0 with *@tracer set, or a negative errno with @error filled: -ENOTSUP if the kernel or the
 * privileges do not allow the backend, so that the caller may try another.
 */
int tracer_open(struct tracer **tracer, const struct tracer_options *o, struct error *error);
void tracer_close(struct tracer *tracer);

/* "fentry", ... */
const char *tracer_backend_name(const struct tracer *tracer);

/* Why `auto` could not use the best backend, in one line; "" if it could. */
const char *tracer_why_not_better(const struct tracer *tracer);

/* Is any hook attached? Otherwise records contain only what the pinger writes. */
bool tracer_is_tracing(const struct tracer *tracer);

/* Is @hook attached? Hooks that user space stamps always are. */
bool tracer_has_hook(const struct tracer *tracer, enum pt_hook hook);

/*
 * Does this kind of run ask for @hook? If it does and the hook is not attached, it is missing.
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
 * Find what took @stamp of @hook in this run. Returns false if the hook is not attached: user space stamped it.
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
 * Open the record of a probe, replacing an older probe's, and tell the programs that its request comes next. The tracer owns
 * the record; the pinger writes the stamps of user space into it.
 */
struct pt_record *tracer_begin(struct tracer *tracer, const struct tracer_probe *probe);

/* sendmsg(2) has returned. */
void tracer_sent(struct tracer *tracer);

/* The record of probe @number, or NULL if another probe has it now. */
struct pt_record *tracer_record(struct tracer *tracer, uint32_t number);

/*
 * What --why collected about the probe in @rec; NULL: nothing. Parts whose number differs from the record's are not known.
 */
const struct pt_why *tracer_why(const struct tracer *tracer, const struct pt_record *rec);

/*
 * The first bytes of its packets, for head_of(); NULL: they are not copied.
 */
const struct pt_heads *tracer_heads(const struct tracer *tracer, const struct pt_record *rec);

/* Does the backend use the kernel's timestamps? */
bool tracer_takes_timestamps(const struct tracer *tracer);

/* Store the kernel's timestamp @ts of the probe in @rec. */
void tracer_timestamp(struct tracer *tracer, struct pt_record *rec, const struct kernel_timestamp *ts);

/* Drop the stamps of the reply, which was corrupted, and wait for another one. */
void tracer_forget_reply(struct pt_record *rec);

/* Close the record: programs write no more stamps into it. */
void tracer_end(struct pt_record *rec);

/* Stamp a hook of user space. */
void tracer_stamp(struct pt_record *rec, enum pt_hook hook, uint64_t ns);

/* Can the backend collect causes for --why? */
bool tracer_has_why(const struct tracer *tracer);

/* The device with index pt_stamp.dev: memory of the programs, its name untrusted. NULL: none. */
const struct pt_dev *tracer_device(const struct tracer *tracer, uint16_t dev);

/* What hooks can see of a lost probe. The tracer owns what it points to. */
struct loss_sight tracer_sight(const struct tracer *tracer);

/* What one stamp costs, in ns, as measured on this machine; 0: not measured. */
uint64_t tracer_stamp_cost_ns(const struct tracer *tracer);

#endif /* PINGTRACE_TRACER_H */
