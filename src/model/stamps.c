// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stddef.h>
#include "model/stamps.h"

/* More than one device had the request: what they have stamped may be another's than the one whose request was answered. */
static bool is_doubtful(const struct pt_record *rec, enum pt_hook hook)
{
	return rec->request_copied &&
	       (hook == PT_HOOK_DEV_QUEUE || hook == PT_HOOK_START_XMIT || hook == PT_HOOK_XMIT);
}

const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook)
{
	const struct pt_stamp *stamp = &rec->stamps[hook];

	if (is_doubtful(rec, hook))
		return NULL;
	return stamp->ns && stamp->number == rec->number ? stamp : NULL;
}

void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec)
{
	const struct pt_stamp *s = rec->stamps;
	uint32_t number = rec->number;
	struct stamp *stamp = stamps;
	enum pt_hook h;

	for (; s < rec->stamps + PT_NR_HOOKS; s++, stamp++) {
		stamp->ns = s->number == number ? s->ns : 0;
		stamp->cpu = stamp->ns ? s->cpu : PT_CPU_UNKNOWN;
	}
	for (h = PT_HOOK_DEV_QUEUE; rec->request_copied && h <= PT_HOOK_XMIT; h++)
		if (is_doubtful(rec, h))
			stamps[h] = (struct stamp){ .cpu = PT_CPU_UNKNOWN };
}
