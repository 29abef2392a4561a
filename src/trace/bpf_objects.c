// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include "trace/bpf_objects.h"
#include "fentry4.skel.h"
#include "fentry6.skel.h"
#include "fentry_old4.skel.h"
#include "fentry_old6.skel.h"
#include "kprobe4.skel.h"
#include "kprobe6.skel.h"

struct bpf_object_ops {
	int (*open)(struct bpf_programs *p);
	int (*load)(struct bpf_programs *p);
	void (*close)(struct bpf_programs *p);
};

/* Each skeleton is a type of its own. The same names are in all of them, and the compiler sees to their types. */
#define OBJECT(name) \
	static int name##_open(struct bpf_programs *p) \
	{ \
		struct name##_bpf *skel = name##_bpf__open(); \
\
		if (!skel) \
			return -errno; \
		p->skeleton = skel; \
		p->object = skel->obj; \
		p->records = skel->maps.records; \
		p->sequences = skel->maps.sequences; \
		p->whys = skel->maps.whys; \
		p->softirqs = skel->maps.softirqs; \
		p->heads = skel->maps.heads; \
		p->measure = skel->progs.on_measure; \
		p->config = &skel->rodata->config; \
		return 0; \
	} \
\
	static int name##_load(struct bpf_programs *p) \
	{ \
		struct name##_bpf *skel = p->skeleton; \
		int err = name##_bpf__load(skel); \
\
		if (err) \
			return err; \
		p->sending = &skel->bss->sending; \
		p->devs = skel->data_devs->devs; \
		return 0; \
	} \
\
	static void name##_close(struct bpf_programs *p) \
	{ \
		name##_bpf__destroy(p->skeleton); \
	}

#define OBJECT_OPS(name) \
	{ \
		.open = name##_open, .load = name##_load, .close = name##_close \
	}

OBJECT(fentry4)
OBJECT(fentry6)
OBJECT(fentry_old4)
OBJECT(fentry_old6)
OBJECT(kprobe4)
OBJECT(kprobe6)

static const struct bpf_object_ops v4_objects[NR_BPF_KINDS] = {
	[BPF_FENTRY] = OBJECT_OPS(fentry4),
	[BPF_FENTRY_OLD] = OBJECT_OPS(fentry_old4),
	[BPF_KPROBE] = OBJECT_OPS(kprobe4),
};

static const struct bpf_object_ops v6_objects[NR_BPF_KINDS] = {
	[BPF_FENTRY] = OBJECT_OPS(fentry6),
	[BPF_FENTRY_OLD] = OBJECT_OPS(fentry_old6),
	[BPF_KPROBE] = OBJECT_OPS(kprobe6),
};

int bpf_programs_open(struct bpf_programs *p, enum bpf_kind kind, enum pt_family family)
{
	p->ops = family == PT_FAMILY_V6 ? &v6_objects[kind] : &v4_objects[kind];
	return p->ops->open(p);
}

int bpf_programs_load(struct bpf_programs *p)
{
	return p->ops->load(p);
}

void bpf_programs_close(struct bpf_programs *p)
{
	if (p->skeleton)
		p->ops->close(p);
}
