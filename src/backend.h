/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a backend gives to the tracer. */
#ifndef PINGTRACE_BACKEND_H
#define PINGTRACE_BACKEND_H

#include "tracer.h"

/* The memory that a backend shares with its programs. */
struct backend_memory {
	struct pt_record *records;
	struct pt_sending *sending;
	struct pt_dev *devs; /* PT_NR_DEVS; NULL: none */
	uint32_t hooks;	     /* bit mask: attached */
	uint64_t stamp_ns;   /* what one stamp costs; 0: not measured */
};

struct backend_ops {
	const char *name;
	bool tracing;
	/* Fill @memory and return 0 with *@state set, or a negative errno (see tracer_open). */
	int (*open)(void **state, struct backend_memory *memory, const struct tracer_options *o,
		    struct reason *why);
	void (*close)(void *state);
};

extern const struct backend_ops backend_fentry;
extern const struct backend_ops backend_off;

#endif /* PINGTRACE_BACKEND_H */
