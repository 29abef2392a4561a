// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd FUNCTION[,FUNCTION...] COMMAND...: run COMMAND while each kernel function has as many fentry programs as the kernel
 * lets there be (BPF_MAX_TRAMP_LINKS, 38 on x86).
 *
 * The exit status is COMMAND's; 125: ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>

#define OURS 125
#define TOO_MANY 256

/* return 0 */
static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void __attribute__((noreturn)) die(const char *what, const char *name)
{
	fprintf(stderr, "crowd: %s: %s: %s\n", what, name, strerror(errno));
	exit(OURS);
}

/* One more program at the function: the kernel's refusal, or 0. Programs and links stay until we exit. */
static int attach(const char *function, int id)
{
	struct bpf_prog_load_opts opts = {
		.sz = sizeof(opts),
		.expected_attach_type = BPF_TRACE_FENTRY,
		.attach_btf_id = id,
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "crowd", "GPL", nothing,
			       sizeof(nothing) / sizeof(nothing[0]), &opts);

	if (fd < 0)
		die("cannot load a program for", function);
	return bpf_link_create(fd, 0, BPF_TRACE_FENTRY, NULL) < 0 ? -errno : 0;
}

static void crowd(const struct btf *btf, const char *function)
{
	int id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC), i, err = 0;

	for (i = 0; i < TOO_MANY && !err; i++)
		err = attach(function, id);
	if (err == -E2BIG)
		return;
	errno = -err;
	die("is never full", function);
}

int main(int argc, char **argv)
{
	struct btf *btf = btf__load_vmlinux_btf();
	char *function;
	int status;
	pid_t pid;

	if (argc < 3 || !btf)
		die("needs FUNCTION[,FUNCTION...] COMMAND... and", "/sys/kernel/btf/vmlinux");
	for (function = strtok(argv[1], ","); function; function = strtok(NULL, ","))
		crowd(btf, function);
	pid = fork();
	if (pid < 0)
		die("cannot fork for", argv[2]);
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("cannot wait for", argv[2]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : OURS;
}
