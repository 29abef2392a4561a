// SPDX-License-Identifier: GPL-2.0-or-later
/* No tracing: records in plain memory, with the stamps of user space only. Needs no BPF. */
#include <errno.h>
#include <stdlib.h>
#include "trace/backend.h"

struct plain {
	struct pt_sending sending;
	struct pt_record records[];
};

int backend_plain_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		       struct error *error)
{
	struct plain *plain = calloc(1, sizeof(*plain) + o->nr_records * sizeof(plain->records[0]));

	if (!plain)
		return error_set(error, ENOMEM, "no memory for %u records", o->nr_records);
	memory->records = plain->records;
	memory->sending = &plain->sending;
	*state = plain;
	return 0;
}

void backend_plain_close(void *state)
{
	free(state);
}

static int off_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		    struct kernel *kernel, struct error *error)
{
	(void)kernel;
	return backend_plain_open(state, memory, o, error);
}

const struct backend_ops backend_off = {
	.name = "off",
	.open = off_open,
	.close = backend_plain_close,
};
