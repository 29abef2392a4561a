// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stddef.h>
#include "model/stamps.h"

/* Inline: every hook of every probe is asked. */
static inline const struct pt_stamp *stamp_of(const struct pt_record *rec, enum pt_hook hook, bool copied)
{
	const struct pt_stamp *stamp = &rec->stamps[hook];

	if (copied && (hook == PT_HOOK_DEV_QUEUE || hook == PT_HOOK_START_XMIT || hook == PT_HOOK_XMIT))
		return NULL;
	return stamp->ns && stamp->number == rec->number ? stamp : NULL;
}

const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook)
{
	return stamp_of(rec, hook, rec->request_copied);
}

void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec)
{
	bool copied = rec->request_copied;
	const struct pt_stamp *s;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		s = stamp_of(rec, h, copied);
		stamps[h].ns = s ? s->ns : 0;
		stamps[h].cpu = s ? s->cpu : PT_CPU_UNKNOWN;
	}
}
