/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how many processes of one user trace at one time: programs at hooks cost every packet of the host a little.
 */
#ifndef PINGTRACE_INSTANCES_H
#define PINGTRACE_INSTANCES_H

#include "base/util.h"

#define INSTANCES_MAX 4 /* of one user */

/*
 * Count this process. It counts while the descriptor *@fd is open; -1 for root, who is not counted. Returns 0, or -ENOTSUP
 * with @error filled if there are too many.
 */
int instances_join(int *fd, struct error *error);

#endif /* PINGTRACE_INSTANCES_H */
