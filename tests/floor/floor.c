// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * floor WORK SOCKET COMMAND...: run COMMAND with a program at each place where pingtrace would have one in an IPv4
 * run.
 *
 * WORK		`empty`: they do nothing; `clock`: they read the clock and store it
 * SOCKET	`dgram` or `raw`: for which kind of socket
 *
 * The exit status is COMMAND's; 125: ours.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>
#include <pingtrace/hooks.h>
#include "floor.h"
#include "floor.skel.h"

#define OURS 125

struct attach_place {
	const char *program;
	const char *target;
	enum pt_hook hook;
	enum pt_kind kind;
	enum pt_family family;
	enum pt_socket socket;
};

#define ATTACH_PLACE(program_, hook_, peer_, kind_, family_, socket_, target_, ...) \
	{ \
		.program = "on_" #program_, \
		.target = #target_, \
		.hook = PT_HOOK_##hook_, \
		.kind = PT_KIND_##kind_, \
		.family = PT_FAMILY_##family_, \
		.socket = PT_SOCKET_##socket_, \
	},
static const struct attach_place places[] = { PT_ATTACH(ATTACH_PLACE) };

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "floor: %s\n", what);
	exit(OURS);
}

static bool kernel_has(const struct btf *btf, const struct attach_place *place)
{
	char name[128];

	if (place->kind == PT_KIND_FUNCTION)
		return btf__find_by_name_kind(btf, place->target, BTF_KIND_FUNC) > 0;
	snprintf(name, sizeof(name), "btf_trace_%s", place->target);
	return btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) > 0;
}

/* As the hook table says: of functions the first that the kernel has, of tracepoints all. */
static void choose_programs(struct floor_bpf *skel, enum pt_socket socket)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const struct attach_place *p;
	unsigned int functions = 0;
	bool use;

	if (!btf)
		die("no type information");
	for (p = places; p < places + sizeof(places) / sizeof(places[0]); p++) {
		use = p->family & PT_FAMILY_V4 && p->socket & socket && p->kind != PT_KIND_FALLBACK &&
		      kernel_has(btf, p);
		if (p->kind == PT_KIND_FUNCTION) {
			use = use && !(functions & 1U << p->hook);
			functions |= (unsigned int)use << p->hook;
		}
		bpf_program__set_autoload(bpf_object__find_program_by_name(skel->obj, p->program), use);
	}
	btf__free(btf);
}

static int run(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork failed");
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid failed");
	return WIFEXITED(status) ? WEXITSTATUS(status) : OURS;
}

int main(int argc, char **argv)
{
	struct floor_bpf *skel;
	int status;

	if (argc < 4)
		die("Usage: floor empty|clock dgram|raw COMMAND...");
	skel = floor_bpf__open();
	if (!skel)
		die("cannot open the programs");
	skel->rodata->work = strcmp(argv[1], "clock") ? FLOOR_EMPTY : FLOOR_CLOCK;
	choose_programs(skel, strcmp(argv[2], "raw") ? PT_SOCKET_DGRAM : PT_SOCKET_RAW);
	if (floor_bpf__load(skel) || floor_bpf__attach(skel))
		die("cannot attach");
	status = run(argv + 3);
	floor_bpf__destroy(skel);
	return status;
}
