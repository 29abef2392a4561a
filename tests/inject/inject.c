// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inject FUNCTION ARG WHAT DELAYS COMMAND...: run COMMAND while a kernel function is slower than it is.
 *
 * FUNCTION	where to wait, at its entry
 * ARG		which of its arguments, from 0, leads to the packet
 * WHAT		what that is: `request` or `reply` (an skb: wait for echoes of this type only), `sock` or `socket`
 *		(wait for sockets of protocol ICMP only), or `any`: wait whatever it is
 * DELAYS	in ns, one or more with commas: the first pass takes the first one, and so on in turn
 *
 * The number of passes goes to the file that $INJECT_PASSES names. The exit status is COMMAND's; 125: ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/types.h>
#include <bpf/libbpf.h>
#include "inject.h"
#include "inject.skel.h"

#define OURS 125

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "inject: %s\n", what);
	exit(OURS);
}

static void parse_what(struct inject_config *config, const char *what)
{
	static const struct {
		const char *name;
		enum inject_kind kind;
		__u8 type;
	} whats[] = { { "request", INJECT_SKB, 8 },
		      { "reply", INJECT_SKB, 0 },
		      { "sock", INJECT_SOCK, 0 },
		      { "socket", INJECT_SOCKET, 0 },
		      { "any", INJECT_ANY, 0 } };
	size_t i;

	for (i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		if (!strcmp(what, whats[i].name)) {
			config->kind = whats[i].kind;
			config->type = whats[i].type;
			return;
		}
	}
	die("WHAT is request, reply, sock, socket or any");
}

static void parse_delays(struct inject_config *config, const char *text)
{
	char *end;

	for (; config->nr_delays < INJECT_DELAYS_MAX; text = end + 1) {
		config->delays_ns[config->nr_delays++] = strtoull(text, &end, 10);
		if (end == text || (*end && *end != ','))
			break;
		if (!*end)
			return;
	}
	die("DELAYS are up to 8 numbers with commas between them");
}

static void write_passes(unsigned long long passes)
{
	const char *name = getenv("INJECT_PASSES");
	FILE *f = name ? fopen(name, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%llu\n", passes);
	fclose(f);
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
	struct inject_config config = {};
	struct inject_bpf *skel;
	int status;

	if (argc < 6)
		die("Usage: inject FUNCTION ARG WHAT DELAYS COMMAND...");
	config.arg = atoi(argv[2]);
	parse_what(&config, argv[3]);
	parse_delays(&config, argv[4]);
	skel = inject_bpf__open();
	if (!skel)
		die("cannot open the program");
	memcpy((void *)&skel->rodata->config, &config, sizeof(config));
	if (bpf_program__set_attach_target(skel->progs.delay, 0, argv[1]) || inject_bpf__load(skel) ||
	    inject_bpf__attach(skel))
		die("cannot attach");
	status = run(argv + 5);
	write_passes(skel->bss->passes);
	inject_bpf__destroy(skel);
	return status;
}
