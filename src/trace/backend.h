/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between the tracer and a backend. */
#ifndef PINGTRACE_BACKEND_H
#define PINGTRACE_BACKEND_H

#include <pingtrace/heads.h>
#include <pingtrace/why.h>
#include "trace/kernel.h"
#include "trace/tracer.h"

/* The memory that a backend shares with its programs. */
struct backend_memory {
	struct pt_record *records;
	struct pt_sending *sending;
	uint64_t *sequences; /* as many as records, by pt_sequence_hash(); NULL: none */
	struct pt_why *whys; /* as many as records; NULL: without --why, or the backend has none */
	struct pt_heads *heads; /* as many as records; NULL: nobody asks for them, or the backend has none */
	struct pt_dev *devs; /* PT_NR_DEVS; NULL: none */
	uint32_t hooks; /* bit mask: attached */
	struct stamped_at stamped_at[PT_NR_HOOKS]; /* of those attached */
	struct drop_reasons reasons; /* the kernel's names */
	bool both_ways; /* hooks see both the request and the reply */
	uint64_t stamp_ns; /* what one stamp costs; 0: not measured */
};

struct backend_ops {
	const char *name;
	/*
	 * Fill @memory and return 0 with *@state set, or a negative errno (see tracer_open).
	 */
	int (*open)(void **state, struct backend_memory *memory, const struct tracer_options *o,
		    struct kernel *kernel, struct error *error);
	void (*close)(void *state);
	/* These may be NULL: */
	/* 0, or the negative errno with which @kernel refused this backend. */
	int (*refused)(const struct kernel *kernel);
	/* Would this kind of run use @hook? Without it: none. */
	bool (*wants)(const struct tracer_options *o, enum pt_hook hook);
	/* A probe is about to be sent; a timestamp of its request or reply has come from the kernel. */
	void (*begin)(void *state, struct pt_record *rec);
	void (*timestamp)(void *state, struct pt_record *rec, const struct kernel_timestamp *ts);
};

extern const struct backend_ops backend_fentry;
extern const struct backend_ops backend_kprobe;
extern const struct backend_ops backend_tracepoint;
extern const struct backend_ops backend_timestamping;
extern const struct backend_ops backend_off;

/* Records in plain memory, for backends without BPF. */
int backend_plain_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct error *error);
void backend_plain_close(void *state);

#endif /* PINGTRACE_BACKEND_H */
