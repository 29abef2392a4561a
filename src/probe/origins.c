// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include "base/util.h"
#include "probe/origins.h"

#define VALID_NS (10 * NSEC_PER_SEC)

static void look_up(struct known_origin *k, enum pt_hook hook, const struct pt_stamp *stamp,
		    const struct netns_names *names, bool whole)
{
	struct stamp_origin *origin = &k->origin;
	struct stamped_at at;

	memset(origin, 0, sizeof(*origin));
	harmless(origin->dev, sizeof(origin->dev), k->device.name);
	if (!whole)
		return;
	origin->netns = k->device.netns;
	netns_tell(names, &origin->netns, origin->netns_name);
	if (tracer_stamped_at(k->tracer, hook, stamp, &at)) {
		snprintf(origin->function, sizeof(origin->function), "%s", at.name);
		origin->is_function = at.is_function;
	}
}

/* memcmp(3) would be a call, for every stamp of every probe. */
static bool is_same_device(const struct pt_dev *a, const struct pt_dev *b)
{
	uint64_t of_a[sizeof(*a) / 8], of_b[sizeof(*a) / 8];

	_Static_assert(sizeof(*a) == 32, "compared in four words");
	memcpy(of_a, a, sizeof(of_a));
	memcpy(of_b, b, sizeof(of_b));
	return !((of_a[0] ^ of_b[0]) | (of_a[1] ^ of_b[1]) | (of_a[2] ^ of_b[2]) | (of_a[3] ^ of_b[3]));
}

static bool is_known(const struct known_origin *k, const struct tracer *tracer, const struct pt_stamp *stamp,
		     const struct pt_dev *device, uint64_t now)
{
	return k->tracer == tracer && k->dev == stamp->dev && k->attach_point == stamp->attach_point &&
	       now < k->until_ns && is_same_device(&k->device, device);
}

void origins_collect(struct origins *o, const struct tracer *tracer, const struct netns_names *names,
		     bool whole, const struct pt_record *rec, uint64_t now, struct result *r)
{
	static const struct pt_dev none;
	const struct pt_stamp *stamp;
	const struct pt_dev *device;
	struct known_origin *k;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		if (!r->stamps[h].ns)
			continue;
		stamp = &rec->stamps[h];
		device = tracer_device(tracer, stamp->dev);
		device = device ? device : &none;
		k = &o->known[h][stamp->dev % ORIGINS_WAYS];
		if (!is_known(k, tracer, stamp, device, now)) {
			*k = (struct known_origin){ .tracer = tracer,
						    .dev = stamp->dev,
						    .attach_point = stamp->attach_point,
						    .device = *device,
						    .until_ns = now + VALID_NS };
			look_up(k, h, stamp, names, whole);
			o->last[h] = NULL;
		}
		if (o->last[h] == k)
			continue;
		o->last[h] = k;
		r->origins[h] = k->origin;
		r->new_origins |= 1U << h;
	}
	r->has_origins = true;
}
