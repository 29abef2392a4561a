/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: every hook and segment, told for this host's kernel. Sends nothing. */
#ifndef PINGTRACE_EXPLAIN_H
#define PINGTRACE_EXPLAIN_H

#include "probe/options.h"
#include "trace/attach_points.h"
#include "trace/kernel.h"

/* This host's kernel, as far as this process can know. */
struct explained {
	const struct options *options;
	enum backend backend; /* by which hooks would be stamped; the best, where that is not known */
	bool backend_known;
	bool has_btf; /* otherwise it is not known which functions there are */
	bool has[PT_NR_ATTACH_POINTS]; /* those that fentry and kprobe use on this kernel */
	bool uses[PT_NR_ATTACH_POINTS]; /* that @backend uses */
	uint32_t hooks; /* bit mask: those that @backend stamps */
};

/* Is @hook one that is asked for, by socket and name? */
bool explain_wants(const struct explained *e, enum pt_hook hook);

/* Does a segment begin at @hook with the kinds of socket that are asked for, or does it lie beside the path? */
bool explain_on_path(const struct explained *e, enum pt_hook hook);

/*
 * Explain on stdout what @o asks for. Returns the exit status: 0, or EXIT_ERROR after saying what is wrong on
 * stderr.
 */
int explain_run(const struct options *o);

/* The two ways to print it. */
void explain_text(const struct explained *e);
/* Returns false where memory ran out: then the output is incomplete. */
bool explain_json(const struct explained *e);

#endif /* PINGTRACE_EXPLAIN_H */
