/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output files: written after privileges are dropped, and in place only when complete. A regular file is written under a
 * temporary name in the same folder. A process of its own, the keeper, is forked while the caller's rights are still there;
 * it renames the file when it is complete and removes it otherwise, also if this process is killed.
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
 * Open @path for writing. Root calls it before privileges_limit, to write wherever root may; everybody else after it, so that
 * no file capability of the program opens anything. Returns 0 or a negative errno with @error filled.
 */
int file_open(struct written_file *f, const char *path, struct error *error);

/* Will both files be put into one place? Always false for pipes and devices. */
bool file_is_same(const struct written_file *a, const struct written_file *b);

/* Start the keeper of these files. Returns its descriptor, -1 if no file needs it, or another negative errno. */
int files_keep(struct written_file *files, unsigned int nr, struct error *error);

/*
 * Close file number @index and, if @complete, rename it to its path; otherwise leave what was there before.
 * Returns 0 or a negative errno.
 */
int file_finish(struct written_file *f, unsigned int index, int keeper, bool complete);

/* Close what this process has of a file that now belongs to a process forked from it. */
void file_forget(struct written_file *f);

/* Open @path for reading, with the same rights; "-" is stdin. Returns NULL with @error filled on failure. */
FILE *file_read(const char *path, struct error *error);

#endif /* PINGTRACE_FILES_H */
