/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many processes of one user trace at one time. Programs at hooks cost every packet of the host a little, so users
 * other than root get a few and no more.
 */
#ifndef PINGTRACE_INSTANCES_H
#define PINGTRACE_INSTANCES_H

#include "base/util.h"

#define INSTANCES_MAX 4 /* of one user */

/*
 * Become one of them: *@fd is a descriptor that makes this process one as long as it is open, or -1 for root, who is not
 * counted. Returns 0, or -ENOTSUP with @error filled.
 */
int instances_join(int *fd, struct error *error);

#endif /* PINGTRACE_INSTANCES_H */
