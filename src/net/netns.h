/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of network namespaces, as ip-netns(8) gives them. */
#ifndef PINGTRACE_NETNS_H
#define PINGTRACE_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#define NETNS_NAME_SIZE 64
#define NETNS_NAMES_MAX 128 /* what is beyond has no name */

struct netns_names {
	bool own_only; /* do not tell about others */
	uint32_t own; /* inode number of this process's namespace; 0: not known */
	unsigned int nr;
	struct {
		uint32_t inode;
		char name[NETNS_NAME_SIZE]; /* as it is: untrusted */
	} names[NETNS_NAMES_MAX];
};

/*
 * Read the names that exist now. Call it before privileges_drop, for it opens files. What cannot be read has no name.
 */
void netns_read(struct netns_names *names);

/* May the number of this namespace be shown? Not without root, if it is another one; nor if it is unknown (0). */
bool netns_is_told(const struct netns_names *names, uint32_t inode);

/*
 * Put into @name, harmless to print, what to call namespace *@inode: the name from netns_read if it is still valid, or the
 * number; "" for this process's own. If it may not be shown, *@inode becomes 0 and @name "".
 */
void netns_tell(const struct netns_names *names, uint32_t *inode, char name[NETNS_NAME_SIZE]);

#endif /* PINGTRACE_NETNS_H */
