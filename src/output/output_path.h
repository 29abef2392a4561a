/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --path: draws a probe's path. Part of the text output. */
#ifndef PINGTRACE_OUTPUT_PATH_H
#define PINGTRACE_OUTPUT_PATH_H

#include "model/result.h"
#include "output/terminal.h"

/*
 * Draw the path of the probe of @r, which has stamps and origins, made with a socket of kind @socket. Without a
 * path, the probe did not come back.
 */
void output_path(const struct terminal *t, const struct result *r, enum pt_socket socket);

#endif /* PINGTRACE_OUTPUT_PATH_H */
