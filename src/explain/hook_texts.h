/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts about each hook and the segment that begins there, for --explain and the manual. */
#ifndef PINGTRACE_HOOK_TEXTS_H
#define PINGTRACE_HOOK_TEXTS_H

#include <pingtrace/hooks.h>

struct hook_text {
	const char *about; /* what happens between this hook and the next, in a few words */
	const char *does; /* what the kernel does there, in sentences; without the last full stop */
	const char *slow; /* what usually makes it slow; "": nothing known */
	const char *read; /* further reading: source files and functions, sysctls, manual pages */
};

/* By enum pt_hook. */
extern const struct hook_text hook_texts[PT_NR_HOOKS];

#endif /* PINGTRACE_HOOK_TEXTS_H */
