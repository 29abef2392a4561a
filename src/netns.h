/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of network namespaces, as ip-netns(8) gives them. */
#ifndef PINGTRACE_NETNS_H
#define PINGTRACE_NETNS_H

#include <stdint.h>

#define NETNS_NAME_SIZE 32
/* As many as can be kept open beside the rest of a run; what is beyond has no name. */
#define NETNS_NAMES_MAX 128

struct netns_names {
	uint32_t own; /* inode number of this process's namespace; 0: not known */
	unsigned int nr;
	struct {
		uint32_t inode;
		int fd; /* keeps the namespace, and so nobody else gets its inode number */
		char name[NETNS_NAME_SIZE]; /* harmless to print */
	} names[NETNS_NAMES_MAX];
};

/*
 * Read what names there are now; opens files, so it is to be done before privileges_drop. What cannot be read
 * has no name. Namespaces with a name are kept until the process ends: the inode number of one that is deleted
 * would be given to the next, which would then be taken for it.
 */
void netns_read(struct netns_names *names);

/*
 * What to call the namespace with this inode number: its name, or the number where it has none; NULL for this
 * process's own, and for one that is not known (0).
 */
const char *netns_text(const struct netns_names *names, uint32_t inode, char text[NETNS_NAME_SIZE]);

#endif /* PINGTRACE_NETNS_H */
