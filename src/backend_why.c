// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <bpf/libbpf.h>
#include "backend_why.h"

struct why_attach_point {
	const char *program;
	const char *target;
	enum pt_kind kind;
};

#define WHY_ATTACH_POINT(program_, hook_, kind_, target_, ...) \
	{ \
		.program = "why_" #program_, \
		.target = #target_, \
		.kind = PT_KIND_##kind_, \
	},
static const struct why_attach_point attach_points[NR_WHY_PROGRAMS] = { PT_WHY(WHY_ATTACH_POINT) };

static const char *const maps[] = { "whys", "softirqs", ".data.why" };

static bool kernel_has(struct kernel *kernel, const struct why_attach_point *p, bool functions)
{
	if (p->kind == PT_KIND_FUNCTION)
		return functions && kernel_has_function(kernel, p->target);
	return kernel_has_tracepoint(kernel, p->target);
}

int why_programs_choose(struct why_programs *why, struct bpf_object *object, struct kernel *kernel,
			const struct tracer_options *o, bool functions)
{
	size_t i;
	int err = 0;

	for (i = 0; i < NR_WHY_PROGRAMS; i++) {
		why->loaded[i] = o->why && kernel_has(kernel, &attach_points[i], functions);
		err = err   ?:
			      bpf_program__set_autoload(
				      bpf_object__find_program_by_name(object, attach_points[i].program),
				      why->loaded[i]);
	}
	for (i = 0; i < ARRAY_SIZE(maps); i++)
		err = err ?: bpf_map__set_autocreate(bpf_object__find_map_by_name(object, maps[i]), o->why);
	if (o->why)
		err = err   ?:
			      bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "whys"),
						       o->nr_records);
	return err;
}

void why_programs_attach(struct why_programs *why, struct bpf_object *object)
{
	size_t i;

	for (i = 0; i < NR_WHY_PROGRAMS; i++)
		if (why->loaded[i])
			why->links[i] = bpf_program__attach(
				bpf_object__find_program_by_name(object, attach_points[i].program));
}

void why_programs_detach(struct why_programs *why)
{
	size_t i;

	for (i = 0; i < NR_WHY_PROGRAMS; i++)
		bpf_link__destroy(why->links[i]);
}
