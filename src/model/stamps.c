// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include "model/stamps.h"

const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook)
{
	const struct pt_stamp *stamp = &rec->stamps[hook];

	if (rec->request_copied &&
	    (hook == PT_HOOK_DEV_QUEUE || hook == PT_HOOK_START_XMIT || hook == PT_HOOK_XMIT))
		return NULL;
	return stamp->ns && stamp->number == rec->number ? stamp : NULL;
}

void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec)
{
	const struct pt_stamp *s;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		s = record_stamp(rec, h);
		stamps[h].ns = s ? s->ns : 0;
		stamps[h].cpu = s ? s->cpu : PT_CPU_UNKNOWN;
	}
}
