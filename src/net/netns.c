// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/util.h"
#include "base/visible.h"
#include "net/netns.h"

#define NAMES_DIRECTORY "/run/netns" /* of ip-netns(8) */

void netns_read(struct netns_names *names)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	memset(names, 0, sizeof(*names));
	if (!stat("/proc/self/ns/net", &st))
		names->own = st.st_ino;
	names->own_only = !visible_other_net_namespaces();
	dir = opendir(NAMES_DIRECTORY);
	if (!dir)
		return;
	while (names->nr < NETNS_NAMES_MAX && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= NETNS_NAME_SIZE ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0))
			continue;
		names->names[names->nr].inode = st.st_ino;
		strcpy(names->names[names->nr].name, entry->d_name);
		names->nr++;
	}
	closedir(dir);
}

/* Is the number still that namespace's? Namespaces may be deleted, and their numbers reused. */
static bool is_still(const char *name, uint32_t inode)
{
	char path[sizeof(NAMES_DIRECTORY) + 1 + NETNS_NAME_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), NAMES_DIRECTORY "/%s", name);
	return !stat(path, &st) && st.st_ino == inode;
}

bool netns_is_told(const struct netns_names *names, uint32_t inode)
{
	return inode && (!names->own_only || inode == names->own);
}

void netns_tell(const struct netns_names *names, uint32_t *inode, char name[NETNS_NAME_SIZE])
{
	unsigned int i;

	name[0] = '\0';
	if (!netns_is_told(names, *inode))
		*inode = 0;
	if (!*inode || *inode == names->own)
		return;
	for (i = 0; i < names->nr; i++) {
		if (names->names[i].inode == *inode && is_still(names->names[i].name, *inode)) {
			harmless(name, NETNS_NAME_SIZE, names->names[i].name);
			return;
		}
	}
	snprintf(name, NETNS_NAME_SIZE, "%u", *inode);
}
