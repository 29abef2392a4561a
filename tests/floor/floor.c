// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * floor WORK SOCKET COMMAND...: run COMMAND with a program at each attach point where pingtrace would have one in an IPv4
 * run.
 *
 * WORK		`empty`: they do nothing; `clock`: they read the clock and store it; `tag`: they store it, and more, for
 *		the probe whose tag the packet carries
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
#include <bpf/libbpf.h>
#include "floor.h"
#include "trace/attach_points.h"
#include "floor.skel.h"

#define OURS 125

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "floor: %s\n", what);
	exit(OURS);
}

/* As the backend fentry would. */
static void choose_programs(struct floor_bpf *skel, enum pt_socket socket)
{
	bool use[PT_NR_ATTACH_POINTS];
	struct bpf_program *program;
	struct kernel kernel;
	enum pt_attach_point i;

	kernel_probe(&kernel, false);
	attach_points_choose(use, &kernel, PT_FAMILY_V4, socket, true, 0);
	kernel_forget(&kernel);
	for (i = 0; i < PT_NR_ATTACH_POINTS; i++) {
		program = bpf_object__find_program_by_name(skel->obj, attach_points[i].program);
		if (program) /* those of --why are not here */
			bpf_program__set_autoload(program, use[i]);
	}
}

static enum floor_work parse_work(const char *text)
{
	if (!strcmp(text, "empty"))
		return FLOOR_EMPTY;
	return strcmp(text, "tag") ? FLOOR_CLOCK : FLOOR_TAG;
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
		die("Usage: floor empty|clock|tag dgram|raw COMMAND...");
	skel = floor_bpf__open();
	if (!skel)
		die("cannot open the programs");
	skel->rodata->work = parse_work(argv[1]);
	choose_programs(skel, strcmp(argv[2], "raw") ? PT_SOCKET_DGRAM : PT_SOCKET_RAW);
	if (floor_bpf__load(skel) || floor_bpf__attach(skel))
		die("cannot attach");
	status = run(argv + 3);
	floor_bpf__destroy(skel);
	return status;
}
