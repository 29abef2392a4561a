/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --path: a probe's way, drawn. Part of the text output. */
#ifndef PINGTRACE_OUTPUT_PATH_H
#define PINGTRACE_OUTPUT_PATH_H

#include "model/result.h"
#include "output/terminal.h"

/*
 * Draw the path of the probe of @r, which has stamps and origins, made with a socket of kind @socket. If it has a path,
 * that says what was clipped; otherwise it has not come back.
 */
void output_path(const struct terminal *t, const struct result *r, enum pt_socket socket);

#endif /* PINGTRACE_OUTPUT_PATH_H */
