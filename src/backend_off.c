// SPDX-License-Identifier: GPL-2.0-or-later
/* No tracing: records in plain memory, with the user's own stamps in them. Needs no BPF at all. */
#include <errno.h>
#include <stdlib.h>
#include "backend.h"

struct off {
	struct pt_sending sending;
	struct pt_record records[];
};

static int off_open(void **state, struct backend_memory *memory, const struct tracer_options *o,
		    struct reason *why)
{
	struct off *off = calloc(1, sizeof(*off) + o->nr_records * sizeof(off->records[0]));

	if (!off)
		return because(why, ENOMEM, "no memory for %u records", o->nr_records);
	memory->records = off->records;
	memory->sending = &off->sending;
	*state = off;
	return 0;
}

static void off_close(void *state)
{
	free(state);
}

const struct backend_ops backend_off = {
	.name = "off",
	.open = off_open,
	.close = off_close,
};
