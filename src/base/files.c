// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "base/stream.h"

#define BUFFER_SIZE 65536

/* --- opening --- */

static int split(struct written_file *f, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *folder;

	if (!*name || strlen(name) >= sizeof(f->name))
		return *name ? -ENAMETOOLONG : -EISDIR;
	snprintf(f->name, sizeof(f->name), "%s", name);
	folder = slash ? strndup(path, slash == path ? 1 : slash - path) : strdup(".");
	if (!folder)
		return -ENOMEM;
	f->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return f->folder < 0 ? -errno : 0;
}

/* Create a file beside the one to replace, with the same owner and mode. */
static int open_temporary(struct written_file *f, const struct stat *old)
{
	uint32_t number;
	int fd, tries = 0;

	do {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -EIO;
		snprintf(f->temporary, sizeof(f->temporary), ".pingtrace-%08x", number);
		fd = openat(f->folder, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0666);
	} while (fd < 0 && errno == EEXIST && ++tries < 8);
	if (fd < 0)
		return -errno;
	if (old && ((!getuid() && fchown(fd, old->st_uid, old->st_gid)) || fchmod(fd, old->st_mode & 0777))) {
		/* It may belong to whoever writes it. */
	}
	return fd;
}

/* Pipes, terminals and devices are written directly. Neither a symbolic link nor its target is replaced. */
static int open_special(const char *path)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && !S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -ELOOP;
}

static int open_any(struct written_file *f, const char *path)
{
	struct stat st;
	int err = split(f, path);

	if (err)
		return err;
	if (fstatat(f->folder, f->name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? open_temporary(f, NULL) : -errno;
	if (S_ISREG(st.st_mode))
		return open_temporary(f, &st);
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	close(f->folder);
	f->folder = -1;
	return open_special(path);
}

int file_open(struct written_file *f, const char *path, struct error *error)
{
	int fd;

	memset(f, 0, sizeof(*f));
	f->path = path;
	f->folder = -1;
	fd = open_any(f, path);
	if (fd == -ELOOP)
		return error_set(error, ELOOP,
				 "cannot write %.128s: it is a symbolic link: name the file itself", path);
	f->fd = fd;
	/* A pipe may be full, and a signal has to end that wait. */
	if (fd >= 0)
		f->stream = f->folder < 0 ? stream_guard(&f->fd) : fdopen(fd, "w");
	if (!f->stream)
		return error_set(error, fd < 0 ? -fd : ENOMEM, "cannot write %.128s: %s", path,
				 strerror(fd < 0 ? -fd : ENOMEM));
	setvbuf(f->stream, NULL, f->folder < 0 ? _IOLBF : _IOFBF, BUFFER_SIZE);
	return 0;
}

bool file_is_same(const struct written_file *a, const struct written_file *b)
{
	struct stat of_a, of_b;

	return a->stream && b->stream && a->folder >= 0 && b->folder >= 0 && !strcmp(a->name, b->name) &&
	       !fstat(a->folder, &of_a) && !fstat(b->folder, &of_b) && of_a.st_ino == of_b.st_ino &&
	       of_a.st_dev == of_b.st_dev;
}

FILE *file_read(const char *path, struct error *error)
{
	struct stat st;
	FILE *file;
	int err;

	file = strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
	err = errno;
	if (file && !fstat(fileno(file), &st) && S_ISDIR(st.st_mode)) {
		fclose(file);
		file = NULL;
		err = EISDIR;
	}
	if (!file)
		error_set(error, err, "cannot read %.128s: %s", path, strerror(err));
	return file;
}

/* --- the keeper --- */

struct order {
	uint32_t index;
	uint32_t complete;
};

static int carry_out(struct written_file *f, bool complete)
{
	int err = 0;

	if (complete && renameat(f->folder, f->temporary, f->folder, f->name))
		err = -errno;
	if (!complete || err)
		unlinkat(f->folder, f->temporary, 0);
	f->temporary[0] = '\0';
	return err;
}

/* Runs until the other end is closed: the files that are left then are incomplete. */
static void keep(int socket, struct written_file *files, unsigned int nr)
{
	struct order order;
	unsigned int i;
	int32_t err;

	while (read(socket, &order, sizeof(order)) == sizeof(order)) {
		err = order.index < nr && files[order.index].temporary[0] ?
			      carry_out(&files[order.index], order.complete) :
			      -EINVAL;
		if (send(socket, &err, sizeof(err), MSG_NOSIGNAL) != sizeof(err))
			break;
	}
	for (i = 0; i < nr; i++)
		if (files[i].temporary[0])
			carry_out(&files[i], false);
}

/* Ignore the terminal's signals: this process ends after the other. */
static void be_keeper(int socket, struct written_file *files, unsigned int nr)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGTSTP };
	cap_t none = cap_init();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	if (getuid() && (!none || cap_set_proc(none)))
		_exit(1);
	for (i = 0; i < nr; i++)
		close(files[i].fd);
	for (i = 0; i < 3; i++)
		close(i);
	keep(socket, files, nr);
	_exit(0);
}

int files_keep(struct written_file *files, unsigned int nr, struct error *error)
{
	unsigned int i, regular = 0;
	int ends[2];
	pid_t child;

	for (i = 0; i < nr; i++)
		regular += files[i].folder >= 0;
	if (!regular)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_set(error, errno,
				 "cannot start the process that puts files into place: no socket: %s",
				 strerror(errno));
	fflush(NULL);
	child = fork();
	if (!child) {
		close(ends[0]);
		be_keeper(ends[1], files, nr);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return error_set(error, EAGAIN, "cannot start the process that puts files into place: %s",
				 strerror(errno));
	}
	return ends[0];
}

/* sendmsg and recvmsg: the system call filter knows no others. */
static int order(int keeper, unsigned int index, bool complete)
{
	struct order what = { .index = index, .complete = complete };
	struct iovec iov = { &what, sizeof(what) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int32_t err;
	ssize_t n;

	if (sendmsg(keeper, &msg, MSG_NOSIGNAL) != sizeof(what))
		return -EPIPE;
	iov = (struct iovec){ &err, sizeof(err) };
	msg = (struct msghdr){ .msg_iov = &iov, .msg_iovlen = 1 };
	do {
		n = recvmsg(keeper, &msg, 0);
	} while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? err : -EPIPE;
}

int file_finish(struct written_file *f, unsigned int index, int keeper, bool complete)
{
	bool failed = ferror(f->stream);
	int err = fclose(f->stream) ? -errno : failed ? -EIO : 0, kept;

	f->stream = NULL;
	if (f->folder < 0) {
		close(f->fd);
		return err;
	}
	if (keeper < 0) /* there was no run */
		kept = unlinkat(f->folder, f->temporary, 0) ? -errno : 0;
	else
		kept = order(keeper, index, complete && !err);
	close(f->folder);
	return err ? err : kept;
}

void file_forget(struct written_file *f)
{
	fclose(f->stream);
	f->stream = NULL;
	close(f->folder < 0 ? f->fd : f->folder);
}
