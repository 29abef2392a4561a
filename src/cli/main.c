// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/charset.h"
#include "base/privileges.h"
#include "base/signals.h"
#include "base/stream.h"
#include "base/util.h"
#include "cli/command_line.h"
#include "cli/play.h"
#include "explain/explain.h"
#include "probe/pinger.h"

/*
 * Open closed standard descriptors: a socket would otherwise get such a number, and printed text would be sent as packets.
 * They are read-only, so that writing fails as before. Returns 0 or a negative errno.
 */
static int occupy_standard_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd) /* the lowest that is free */
			return -errno;
	return 0;
}

#ifdef PINGTRACE_GROUP_COPY
/*
 * File capabilities are for everybody who may run the file. So a package may install two copies: this one, for all, without
 * capabilities, and one with them, for the members of a group. Whoever may run that one does.
 */
static void become_group_copy(char **argv)
{
	struct stat copy, self;

	if (privileges_has(PRIVILEGE_TRACE) || stat(PINGTRACE_GROUP_COPY, &copy) ||
	    stat("/proc/self/exe", &self) || (copy.st_ino == self.st_ino && copy.st_dev == self.st_dev))
		return;
	execv(PINGTRACE_GROUP_COPY, argv);
}
#endif

/* Results that could not be written are lost: a full disk is an error. */
static int finish_output(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	complain("cannot write the output: %s", signals_time_is_over() ? "nobody reads it" : strerror(errno));
	return EXIT_ERROR;
}

static int run(const struct options *o)
{
	if (o->explain)
		return explain_run(o);
	if (o->nr_reads)
		return o->nr_reads > 1 ? play_compare(o) : play_run(o);
	return pinger_run(o);
}

int main(int argc, char **argv)
{
	struct options options;
	struct error error;

	/* Before anything is opened. There may be no stderr to say so: the exit status has to do. */
	if (occupy_standard_descriptors())
		return EXIT_ERROR;
	if (stream_guard_output())
		return EXIT_ERROR;
#ifdef PINGTRACE_GROUP_COPY
	become_group_copy(argv);
#endif
	/* What a program's file is given is none of its caller's rights. Root's are, until files are open. */
	if (getuid() && privileges_limit(&error)) {
		complain("%s", error.text);
		return EXIT_ERROR;
	}
	setlocale(LC_CTYPE, "");
	charset_prepare();
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return finish_output(0);
	case OPTIONS_BAD:
		return finish_output(EXIT_ERROR);
	default:
		if (options.explain && privileges_limit(&error)) {
			complain("%s", error.text);
			return EXIT_ERROR;
		}
		return finish_output(run(&options));
	}
}
