/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hook is, from the hook table. */
#ifndef PINGTRACE_HOOK_H
#define PINGTRACE_HOOK_H

#include <stdbool.h>
#include <pingtrace/hooks.h>

/* Is @hook on the path with this kind of socket? */
bool hook_on_path(enum pt_hook hook, enum pt_socket socket);

/* Is it on the responder's side? Which of the probe's packets passes? Which layer begins there? */
bool hook_is_peer(enum pt_hook hook);
bool hook_is_reply(enum pt_hook hook);
/* Is its stamp taken by user space? */
bool hook_is_user(enum pt_hook hook);
enum pt_layer hook_layer(enum pt_hook hook);

/* "qdisc": the segment that begins at @hook; "" after the last. */
const char *hook_segment(enum pt_hook hook);

/* "dev_queue" */
const char *hook_name(enum pt_hook hook);
/* The hook of that name; PT_HOOK_NONE: there is none. */
enum pt_hook hook_of_name(const char *name);

#endif /* PINGTRACE_HOOK_H */
