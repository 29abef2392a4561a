// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <unistd.h>
#include "base/signals.h"
#include "base/stream.h"
#include "base/util.h"

static int fds[] = { STDOUT_FILENO, STDERR_FILENO };

/* The descriptor is non-blocking: wait as a blocking write would. */
static void wait_for_room(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	ppoll(&p, 1, NULL, signals_during_wait());
}

#define PATIENCE_NS (300 * NSEC_PER_MSEC)

/* May a write be retried that failed with @err and made no progress since @since_ns? */
static bool may_go_on(int err, uint64_t since_ns)
{
	if (err != EINTR && err != EAGAIN)
		return false;
	/* Who asks for the status of a run whose output nobody reads gets none: the run ends. A slow reader delays it. */
	if (signals_status_is_wanted() && mono_ns() - since_ns >= PATIENCE_NS) {
		signals_take_status();
		signals_interrupt();
	}
	return !signals_time_is_over();
}

static ssize_t write_once(int fd, const char *data, size_t size)
{
	ssize_t n;
	int err;

	signals_let_in();
	n = write(fd, data, size);
	err = errno;
	signals_keep_out();
	errno = err;
	if (n < 0 && err == EAGAIN)
		wait_for_room(fd);
	errno = err;
	return n;
}

/* As fopencookie(3) wants it: how much was written, less than @size where an error ended it. */
static ssize_t stream_write(void *cookie, const char *data, size_t size)
{
	const int *fd = cookie;
	uint64_t since_ns = mono_ns();
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = write_once(*fd, data + done, size - done);
		if (n < 0 && !may_go_on(errno, since_ns))
			break;
		if (n > 0) {
			done += n;
			since_ns = mono_ns();
		}
	}
	return done;
}

FILE *stream_guard(int *fd)
{
	return fopencookie(fd, "w", (cookie_io_functions_t){ .write = stream_write });
}

int stream_guard_output(void)
{
	FILE *out = stream_guard(&fds[0]), *err = stream_guard(&fds[1]);

	if (!out || !err)
		return -ENOMEM;
	setvbuf(out, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
	setvbuf(err, NULL, _IONBF, 0);
	fflush(NULL);
	stdout = out;
	stderr = err;
	return 0;
}
