/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --path: a probe's way, drawn. Part of the text output. */
#ifndef PINGTRACE_OUTPUT_PATH_H
#define PINGTRACE_OUTPUT_PATH_H

#include "output.h"

/*
 * Draw the way of the probe in @record. @path: its split, which says what was clipped; NULL: it has not come
 * back, and @loss, which may be NULL too, says more.
 */
void output_path(const struct run *run, const struct pt_record *record, const struct path *path,
		 const struct loss *loss);

#endif /* PINGTRACE_OUTPUT_PATH_H */
