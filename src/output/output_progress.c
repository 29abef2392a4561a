// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress line. It is rewritten in place at most once a second, and taken away before anything else is printed. It
 * has a descriptor of its own for the terminal, which does not block: where the terminal takes nothing, because it is stopped or
 * nobody reads it, the line is not written, and nobody waits. O_NONBLOCK on stderr itself would hold for the shell, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "analysis/histogram.h"
#include "base/util.h"
#include "output/output_progress.h"

#define EVERY_NS NSEC_PER_SEC
#define LINE_SIZE 256
#define WIDTH_DEFAULT 80
#define ERASE "\r\033[K"

struct state {
	int fd; /* the terminal */
	pid_t group; /* ours */
	uint64_t due_ns; /* when the line is written anew */
	bool shown;
	bool ended;
	struct progress progress;
	struct histogram times;
};

/* --- when --- */

static bool can_rewrite(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

/* What reads a pipe may print to the same terminal. */
static bool prints_elsewhere(bool is_taken)
{
	struct stat st;

	if (isatty(STDOUT_FILENO) || fstat(STDOUT_FILENO, &st))
		return false;
	return is_taken || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

bool progress_is_wanted(const struct display *d, bool stdout_is_taken)
{
	return !d->live && (d->count || d->deadline_ns) && can_rewrite() &&
	       (d->quiet || prints_elsewhere(stdout_is_taken));
}

/* Another shell's terminal, or a job in the background: the line would be in somebody's way. */
static bool is_in_foreground(const struct state *t)
{
	return tcgetpgrp(t->fd) == t->group;
}

/* --- the line --- */

/* By the pace so far; UINT64_MAX: not known. */
static uint64_t left_by_count(const struct progress *p)
{
	uint64_t done = p->of_answered ? p->answered : p->sent;

	if (!p->of || !done)
		return UINT64_MAX;
	return done < p->of ? (uint64_t)((double)p->elapsed_ns / (double)done * (double)(p->of - done)) : 0;
}

static uint64_t left_by_deadline(const struct progress *p)
{
	if (!p->deadline_ns)
		return UINT64_MAX;
	return p->elapsed_ns < p->deadline_ns ? p->deadline_ns - p->elapsed_ns : 0;
}

/* In the order in which they are shown. */
enum part { PART_SENT, PART_ANSWERED, PART_LOST, PART_LAST, PART_MEDIAN, PART_LEFT, NR_PARTS };

struct parts {
	char text[NR_PARTS][64]; /* "": there is none */
};

static void set_left(struct parts *parts, const struct progress *p)
{
	uint64_t by_count = left_by_count(p), left = left_by_deadline(p), s;
	char *text = parts->text[PART_LEFT];

	left = by_count < left ? by_count : left;
	if (left == UINT64_MAX)
		return;
	s = (left + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
	if (s < 3600)
		snprintf(text, sizeof(parts->text[0]), "%u:%02u left", (unsigned int)(s / 60),
			 (unsigned int)(s % 60));
	else
		snprintf(text, sizeof(parts->text[0]), "%llu:%02u:%02u left", (unsigned long long)s / 3600,
			 (unsigned int)(s / 60 % 60), (unsigned int)(s % 60));
}

/* "9 of 10 sent", or "9 sent" where @of is 0. */
static void set_count(struct parts *parts, enum part part, uint64_t count, uint64_t of, const char *what)
{
	char *text = parts->text[part];

	if (of)
		snprintf(text, sizeof(parts->text[0]), "%llu of %llu %s", (unsigned long long)count,
			 (unsigned long long)of, what);
	else
		snprintf(text, sizeof(parts->text[0]), "%llu %s", (unsigned long long)count, what);
}

static size_t length_of(const struct parts *parts)
{
	size_t length = 0, i;

	for (i = 0; i < NR_PARTS; i++)
		if (*parts->text[i])
			length += strlen(parts->text[i]) + (length ? strlen(", ") : 0);
	return length;
}

static void fit(struct parts *parts, size_t width)
{
	static const enum part least[] = { PART_LAST, PART_MEDIAN,   PART_LEFT,
					   PART_LOST, PART_ANSWERED, PART_SENT };
	size_t i;

	for (i = 0; i < NR_PARTS && length_of(parts) > width; i++)
		*parts->text[least[i]] = '\0';
}

char *progress_text(char *text, size_t size, unsigned int width, const struct progress *p)
{
	struct parts parts = {};
	enum part i;

	set_count(&parts, PART_SENT, p->sent, p->of_answered ? 0 : p->of, "sent");
	set_count(&parts, PART_ANSWERED, p->answered, p->of_answered ? p->of : 0, "answered");
	set_count(&parts, PART_LOST, p->lost, 0, "lost");
	if (p->has_last) {
		snprintf(parts.text[PART_LAST], sizeof(parts.text[0]), "last %.3f ms", to_ms(p->last_ns));
		snprintf(parts.text[PART_MEDIAN], sizeof(parts.text[0]), "median %.3f ms",
			 to_ms(p->median_ns));
	}
	set_left(&parts, p);
	fit(&parts, size - 1 < width ? size - 1 : width);
	*text = '\0';
	for (i = 0; i < NR_PARTS; i++)
		if (*parts.text[i])
			append(text, size, "%s%s", *text ? ", " : "", parts.text[i]);
	return text;
}

/* What the terminal does not take now is not written: the next line makes up for it. */
static void put(const struct state *t, const char *text)
{
	if (write(t->fd, text, strlen(text)) < 0)
		return;
}

/* The last column stays free: some terminals go to the next line when it is written. */
static unsigned int width_of(int fd)
{
	struct winsize size;

	return (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col ? WIDTH_DEFAULT : size.ws_col) - 1;
}

static void erase(struct state *t)
{
	if (t->shown && is_in_foreground(t))
		put(t, ERASE);
	t->shown = false;
}

/* The cursor goes back to the beginning: what is said on stderr meanwhile is written over the line. */
static void draw(struct state *t)
{
	char line[LINE_SIZE] = ERASE, text[LINE_SIZE - 16];

	if (!is_in_foreground(t))
		return;
	t->progress.median_ns = histogram_permille(&t->times, 500);
	append(line, sizeof(line), "%s\r", progress_text(text, sizeof(text), width_of(t->fd), &t->progress));
	put(t, line);
	t->shown = true;
}

static void draw_if_due(struct sink *s)
{
	struct state *t = s->state;
	uint64_t now = mono_ns();

	if (t->ended || now < t->due_ns)
		return;
	t->due_ns = now + EVERY_NS;
	if (now > s->run->started.monotonic_ns)
		t->progress.elapsed_ns = now - s->run->started.monotonic_ns;
	draw(t);
}

/* --- the sink --- */

static void progress_run_begin(struct sink *s)
{
	struct state *t = s->state;
	const struct display *d = s->display;

	t->progress.of =
		d->count < UINT64_MAX / (s->run->nr_targets + 1ULL) ? d->count * s->run->nr_targets : 0;
	t->progress.of_answered = d->deadline_ns;
	t->progress.deadline_ns = d->deadline_ns;
	t->due_ns = mono_ns() + EVERY_NS;
}

static void progress_sent(struct sink *s, const struct target_info *target, uint64_t seq)
{
	struct state *t = s->state;

	(void)target;
	(void)seq;
	t->progress.sent++;
	draw_if_due(s);
}

static void progress_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct state *t = s->state;
	struct progress *p = &t->progress;

	(void)target;
	if (r->kind == RESULT_LOST) {
		p->lost++;
	} else if (!r->duplicate && !r->corrupted) {
		p->answered++;
		p->lost -= r->late && p->lost;
		if (r->has_time && histogram_add(&t->times, r->time_ns)) {
			p->has_last = true;
			p->last_ns = r->time_ns;
		}
	}
	draw_if_due(s);
}

/* What is said of an error goes to the same terminal. */
static void progress_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	(void)target;
	(void)e;
	erase(s->state);
}

static void progress_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct state *t = s->state;

	(void)target;
	(void)stats;
	t->ended = true;
	erase(t);
}

/* /dev/tty rather than /proc/self/fd/2, which a process with capabilities may not open. Returns -1 where it is not stderr's. */
static int open_terminal(void)
{
	int fd = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	unsigned int dev;
	struct stat st;

	if (fd < 0)
		return -1;
	if (!ioctl(fd, TIOCGDEV, &dev) && !fstat(STDERR_FILENO, &st) &&
	    st.st_rdev == makedev(dev >> 8 & 0xfff, (dev & 0xff) | (dev >> 12 & 0xfff00)))
		return fd;
	close(fd);
	return -1;
}

static int progress_open(struct sink *s)
{
	struct state *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->fd = open_terminal();
	t->group = getpgrp();
	t->ended = t->fd < 0;
	s->state = t;
	return 0;
}

static bool progress_close(struct sink *s)
{
	struct state *t = s->state;

	erase(t);
	if (t->fd >= 0)
		close(t->fd);
	histogram_free(&t->times);
	free(t);
	return true;
}

const struct sink_ops sink_progress = {
	.open = progress_open,
	.run_begin = progress_run_begin,
	.sent = progress_sent,
	.result = progress_result,
	.error = progress_error,
	.target_end = progress_target_end,
	.close = progress_close,
};
