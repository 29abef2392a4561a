// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/privileges.h"
#include "base/visible.h"

#define INITIAL_PID_NAMESPACE 0xeffffffcU /* PROC_PID_INIT_INO in include/linux/proc_ns.h */

/* What follows @name in the options @text, up to a comma; NULL: it is not among them. */
static const char *option(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = text; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, name, len))
			return at + len;
	}
	return NULL;
}

int visible_by_mount(const char *line, long *gid)
{
	char point[64], type[32], options[512];
	const char *rest = strstr(line, " - "), *hidepid, *group;

	*gid = -1;
	/* ID, parent, device, root, mount point, ...; after the dash: type, source, options of the file system */
	if (!rest || sscanf(line, "%*s %*s %*s %*s %63s", point) != 1 ||
	    sscanf(rest, " - %31s %*s %511s", type, options) != 2 || strcmp(point, "/proc") != 0)
		return -1;
	if (strcmp(type, "proc") != 0)
		return 0; /* no task at all */
	hidepid = option(options, "hidepid=");
	group = option(options, "gid=");
	if (group)
		*gid = strtol(group, NULL, 10);
	return !hidepid || !strncmp(hidepid, "0", 1) || !strncmp(hidepid, "off", 3);
}

static bool is_in_group(long gid)
{
	gid_t groups[1024];
	int n = getgroups(1024, groups), i;

	for (i = 0; i < n; i++)
		if (groups[i] == (gid_t)gid)
			return true;
	return getegid() == (gid_t)gid;
}

bool visible_tasks_of_others(void)
{
	FILE *file = privileges_are_roots() ? NULL : fopen("/proc/self/mountinfo", "re");
	bool all = privileges_are_roots();
	char *line = NULL;
	size_t size = 0;
	long gid = -1;
	int shown;

	if (!file)
		return all;
	/* Of several mounts the last is on top. */
	while (getline(&line, &size, file) > 0) {
		shown = visible_by_mount(line, &gid);
		if (shown >= 0)
			all = shown || (gid > 0 && is_in_group(gid));
	}
	free(line);
	fclose(file);
	return all;
}

bool visible_other_pid_namespaces(void)
{
	struct stat st;

	return privileges_are_roots() ||
	       (!stat("/proc/self/ns/pid", &st) && st.st_ino == INITIAL_PID_NAMESPACE);
}

bool visible_other_net_namespaces(void)
{
	return privileges_are_roots();
}
