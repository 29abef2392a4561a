/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the stamps of a probe were taken, as text. Most probes pass where the one before did, so origins are cached: a lookup costs
 * more than the rest of a result.
 */
#ifndef PINGTRACE_ORIGINS_H
#define PINGTRACE_ORIGINS_H

#include "model/result.h"
#include "net/netns.h"
#include "trace/tracer.h"

#define ORIGINS_WAYS 4 /* devices that a hook may change between at no cost */

struct known_origin {
	const struct tracer *tracer; /* NULL: nothing is known here */
	uint16_t dev;
	uint16_t attach_point;
	struct pt_dev device; /* as it was: another one may have its place now */
	uint64_t until_ns; /* CLOCK_MONOTONIC: a network namespace may have another name then */
	struct stamp_origin origin;
};

/* Zero knows none. */
struct origins {
	struct known_origin known[PT_NR_HOOKS][ORIGINS_WAYS];
	const struct known_origin *last[PT_NR_HOOKS]; /* what the result has at this hook; NULL: not known */
};

/*
 * Fill in the origins of all stamps in @r, which are those of @rec: the device's name, and with @whole also the network namespace and
 * the function. @now is CLOCK_MONOTONIC. Pass the same @r each time: origins that have not changed are left as they are.
 */
void origins_collect(struct origins *o, const struct tracer *tracer, const struct netns_names *names,
		     bool whole, const struct pt_record *rec, uint64_t now, struct result *r);

#endif /* PINGTRACE_ORIGINS_H */
