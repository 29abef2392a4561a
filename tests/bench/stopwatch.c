// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stopwatch COMMAND...: when the first and the last answer came out of a ping, when it ended, how much CPU time and memory it
 * took.
 * An answer is a line of output with "64 bytes" in it. Prints one JSON object; times are in ns from the start.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static unsigned long long us_of(const struct timeval *t)
{
	return t->tv_sec * 1000000ULL + t->tv_usec;
}

int main(int argc, char **argv)
{
	uint64_t start, first = 0, last = 0, end;
	struct rusage usage;
	char line[512];
	int fds[2], status;
	FILE *out;
	pid_t pid;

	if (argc < 2 || pipe(fds))
		return 2;
	start = mono_ns();
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	close(fds[1]);
	out = fdopen(fds[0], "r");
	while (out && fgets(line, sizeof(line), out)) {
		if (!strstr(line, "64 bytes"))
			continue;
		last = mono_ns();
		if (!first)
			first = last;
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		return 2;
	end = mono_ns();
	printf("{\"first_ns\":%llu,\"last_ns\":%llu,\"end_ns\":%llu,\"cpu_us\":%llu,\"peak_kb\":%ld,\"status\":%d}\n",
	       (unsigned long long)(first - start), (unsigned long long)(last - start),
	       (unsigned long long)(end - start), us_of(&usage.ru_utime) + us_of(&usage.ru_stime),
	       usage.ru_maxrss, status);
	return 0;
}
