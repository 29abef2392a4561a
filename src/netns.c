// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "netns.h"
#include "util.h"

#define NAMES_DIRECTORY "/run/netns" /* of ip-netns(8) */

/* A quarter of all descriptors that this process may have: sockets and hooks are more important than names. */
static unsigned int names_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur / 4 > NETNS_NAMES_MAX)
		return NETNS_NAMES_MAX;
	return limit.rlim_cur / 4;
}

/* O_PATH: enough to keep a namespace, and nothing happens to a file that is none. Returns -1 for such a file. */
static int open_namespace(int dir, const char *name, struct stat *st)
{
	int fd = openat(dir, name, O_PATH | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0)
		return -1;
	if (!fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC && !fstat(fd, st))
		return fd;
	close(fd);
	return -1;
}

void netns_read(struct netns_names *names)
{
	unsigned int max = names_max();
	struct dirent *entry;
	struct stat st;
	DIR *dir;
	int fd;

	memset(names, 0, sizeof(*names));
	if (!stat("/proc/self/ns/net", &st))
		names->own = st.st_ino;
	dir = opendir(NAMES_DIRECTORY);
	if (!dir)
		return;
	while (names->nr < max && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		fd = open_namespace(dirfd(dir), entry->d_name, &st);
		if (fd < 0)
			continue;
		names->names[names->nr].inode = st.st_ino;
		names->names[names->nr].fd = fd;
		harmless(names->names[names->nr].name, NETNS_NAME_SIZE, entry->d_name);
		names->nr++;
	}
	closedir(dir);
}

const char *netns_text(const struct netns_names *names, uint32_t inode, char text[NETNS_NAME_SIZE])
{
	unsigned int i;

	if (!inode || inode == names->own)
		return NULL;
	for (i = 0; i < names->nr; i++)
		if (names->names[i].inode == inode)
			return names->names[i].name;
	snprintf(text, NETNS_NAME_SIZE, "%u", inode);
	return text;
}
