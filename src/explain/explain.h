/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: describes every hook and segment for this host's kernel. Sends nothing. */
#ifndef PINGTRACE_EXPLAIN_H
#define PINGTRACE_EXPLAIN_H

#include "probe/options.h"
#include "trace/attach_points.h"
#include "trace/kernel.h"

/* What this process can find out about this host's kernel. */
struct explained {
	const struct options *options;
	enum backend backend; /* that would stamp the hooks; the best one, if that is not known */
	bool backend_known;
	bool has_btf; /* otherwise its functions are not known */
	bool has[PT_NR_ATTACH_POINTS]; /* those that fentry and kprobe use on this kernel */
	bool uses[PT_NR_ATTACH_POINTS]; /* that @backend uses */
	uint32_t hooks; /* bit mask: those that @backend stamps */
};

/* Did the user ask for @hook, by socket and name? */
bool explain_wants(const struct explained *e, enum pt_hook hook);

/* Is @hook on the path with a kind of socket that the user asked for? Otherwise it lies beside it. */
bool explain_on_path(const struct explained *e, enum pt_hook hook);

/*
 * Explain on stdout what @o asks for. Returns the exit status: 0, or EXIT_ERROR after a message on stderr.
 */
int explain_run(const struct options *o);

/* Print it as text, or as JSON. */
void explain_text(const struct explained *e);
/* Returns false if memory runs out: the output is incomplete. */
bool explain_json(const struct explained *e);

#endif /* PINGTRACE_EXPLAIN_H */
