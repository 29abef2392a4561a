/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are written while privileges are gone, and replaced only when they are complete. A regular file is written
 * under another name in the same folder. A process of its own, the keeper, is forked while there are still the caller's
 * rights; it renames the file when it is complete, and removes it otherwise, also where this process is killed.
 */
#ifndef PINGTRACE_FILES_H
#define PINGTRACE_FILES_H

#include <stdbool.h>
#include <stdio.h>
#include "base/util.h"

#define FILES_NAME_MAX 256

struct written_file {
	FILE *stream;
	int fd; /* below it */
	const char *path; /* as it was given */
	int folder; /* descriptor of the folder; -1: it is written directly, being a pipe or a device */
	char name[FILES_NAME_MAX], temporary[32]; /* in the folder */
};

/*
 * Open @path for writing. Root does this before privileges_limit, so that root may write where root may; everybody else after
 * it, so that no capability that the program's file has been given opens anything. Returns 0 or a negative errno with @error filled.
 */
int file_open(struct written_file *f, const char *path, struct error *error);

/* Will both be put into one place? Of pipes and devices it does not say so. */
bool file_is_same(const struct written_file *a, const struct written_file *b);

/* Start the keeper of these files. Returns its descriptor, -1 where none of them needs it, or another negative errno. */
int files_keep(struct written_file *files, unsigned int nr, struct error *error);

/*
 * Close the @index-th of the files, and put it in its place if it is @complete; otherwise whatever was there stays.
 * Returns 0 or a negative errno.
 */
int file_finish(struct written_file *f, unsigned int index, int keeper, bool complete);

/* It is the file of another process, which was forked: close what this one has of it. */
void file_forget(struct written_file *f);

/* Open @path for reading, likewise; "-" for stdin. Returns NULL with @error filled where that cannot be. */
FILE *file_read(const char *path, struct error *error);

#endif /* PINGTRACE_FILES_H */
