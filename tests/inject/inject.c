// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inject [-a MS] [-p FILE] PLACES COMMAND...: run COMMAND while kernel functions are slower than they are.
 *
 * PLACES is a file with a line for each place: FUNCTION ARG WHAT DELAYS
 *
 * FUNCTION	where to wait, at its entry
 * ARG		which of its arguments, from 0, leads to the packet
 * WHAT		what that is: `request` or `reply` (an skb: wait for echoes of this type only), `sock` or `socket`
 *		(wait for sockets of protocol ICMP only), or `any`: wait whatever it is
 * DELAYS	in ns, one or more with commas: the first pass takes the first one, and so on in turn
 *
 * -a MS	the CPU is kept awake from so many ms after a pass of the first place until its next one: what the kernel puts
 *		off from when the CPU falls asleep to the first clock tick after that is done then, and not in a delay
 * -p FILE	the number of passes of each place goes there, a line each
 *
 * The exit status is COMMAND's; 125: ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/types.h>
#include <bpf/libbpf.h>
#include "inject.h"
#include "inject.skel.h"

#define OURS 125
#define PLACES_MAX 16
#define NSEC_PER_SEC 1000000000
#define NSEC_PER_MSEC 1000000ULL

struct places {
	struct inject_bpf *skels[PLACES_MAX];
	size_t nr;
};

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
	die("DELAYS are up to 64 numbers with commas between them");
}

/* place: a program of its own at its function. */
static struct inject_bpf *place(const char *function, const struct inject_config *config)
{
	struct inject_bpf *skel = inject_bpf__open();

	if (!skel)
		die("cannot open the program");
	memcpy((void *)&skel->rodata->config, config, sizeof(*config));
	if (bpf_program__set_attach_target(skel->progs.delay, 0, function) || inject_bpf__load(skel) ||
	    inject_bpf__attach(skel))
		die("cannot attach");
	return skel;
}

static void place_all(struct places *places, const char *name)
{
	char function[64], what[16], delays[1024];
	FILE *f = fopen(name, "r");
	int n;

	if (!f)
		die("cannot open PLACES");
	for (;;) {
		struct inject_config config = {};

		n = fscanf(f, "%63s %u %15s %1023s", function, &config.arg, what, delays);
		if (n == EOF && places->nr)
			break;
		if (n != 4 || places->nr == PLACES_MAX)
			die("PLACES has 1 to 16 lines of FUNCTION ARG WHAT DELAYS");
		parse_what(&config, what);
		parse_delays(&config, delays);
		places->skels[places->nr++] = place(function, &config);
	}
	fclose(f);
}

static void write_passes(const struct places *places, const char *name)
{
	FILE *f = fopen(name, "w");
	size_t i;

	if (!f)
		die("cannot write the passes");
	for (i = 0; i < places->nr; i++)
		fprintf(f, "%llu\n", places->skels[i]->bss->passes);
	fclose(f);
}

static void sleep_until(__u64 ns)
{
	struct timespec t = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* run: the exit status of COMMAND; the CPU is awake from awake_ns after a pass on, unless that is 0. */
static int run(char **argv, const volatile __u64 *passed_ns, __u64 awake_ns)
{
	__u64 seen_ns = 0;
	int status;
	pid_t pid = fork(), ended;

	if (pid < 0)
		die("fork failed");
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	while (!(ended = waitpid(pid, &status, awake_ns ? WNOHANG : 0))) {
		if (seen_ns == *passed_ns)
			continue;
		seen_ns = *passed_ns;
		sleep_until(seen_ns + awake_ns);
	}
	if (ended != pid)
		die("waitpid failed");
	return WIFEXITED(status) ? WEXITSTATUS(status) : OURS;
}

int main(int argc, char **argv)
{
	struct places places = {};
	const char *passes = NULL;
	__u64 awake_ns = 0;
	int opt, status;

	while ((opt = getopt(argc, argv, "+a:p:")) != -1) {
		if (opt == 'a')
			awake_ns = atoi(optarg) * NSEC_PER_MSEC;
		else if (opt == 'p')
			passes = optarg;
		else
			exit(OURS);
	}
	if (argc - optind < 2)
		die("Usage: inject [-a MS] [-p FILE] PLACES COMMAND...");
	place_all(&places, argv[optind]);
	status = run(argv + optind + 1, &places.skels[0]->bss->passed_ns, awake_ns);
	if (passes)
		write_passes(&places, passes);
	while (places.nr)
		inject_bpf__destroy(places.skels[--places.nr]);
	return status;
}
