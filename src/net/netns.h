/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of network namespaces, as ip-netns(8) gives them. */
#ifndef PINGTRACE_NETNS_H
#define PINGTRACE_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#define NETNS_NAME_SIZE 64
#define NETNS_NAMES_MAX 128 /* what is beyond has no name */

struct netns_names {
	bool own_only; /* of others nothing is to be told */
	uint32_t own; /* inode number of this process's namespace; 0: not known */
	unsigned int nr;
	struct {
		uint32_t inode;
		char name[NETNS_NAME_SIZE]; /* as it is: untrusted */
	} names[NETNS_NAMES_MAX];
};

/*
 * Read what names there are now; opens files, so it is to be done before privileges_drop. What cannot be read
 * has no name.
 */
void netns_read(struct netns_names *names);

/* May the number of this namespace be told? Not that of another one, to who has no root; nor if it is not known (0). */
bool netns_is_told(const struct netns_names *names, uint32_t inode);

/*
 * Put into @name, harmless to print, what to call the namespace with inode number *@inode: the name that it had at the start, if it
 * still has that, or the number; "" for this process's own. Where it is not to be told, *@inode becomes 0 and @name "".
 */
void netns_tell(const struct netns_names *names, uint32_t *inode, char name[NETNS_NAME_SIZE]);

#endif /* PINGTRACE_NETNS_H */
