// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal. ncurses decides what is to be written, and reads keys. What it writes goes to memory, and from there to the
 * terminal as far as that takes it, by an open file description of our own that never blocks: neither a terminal that is
 * stopped nor a slow one makes this process wait. While the terminal has not taken a page, no other one is made, so that memory is bounded.
 */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include "base/util.h"
#include "output/output_live.h"
#include "output/terminal.h"

#define PAGE_WAIT_MS 20 /* for the terminal to take a page, unless it has stopped */
#define LEAVE_WAIT_MS 300 /* for it to take what gives it back */
#define ESCAPE_WAIT_MS 25 /* between the bytes of one key */
#define MESSAGES_SIZE 4096

struct live_screen {
	int fd; /* the terminal */
	FILE *in; /* the same, for ncurses */
	FILE *out; /* memory */
	SCREEN *curses;
	bool entered, gone, stalled;
	bool away; /* it was another's meanwhile */
	bool utf8, color;
	struct taken_terminal taken; /* how it is given back; our group; how it was before */
	char *pending; /* what the terminal has not taken yet */
	size_t size, done, room;
	attr_t attributes[LIVE_NR_STYLES];
	short pairs[LIVE_NR_STYLES];
	/* What is complained of meanwhile is told when the terminal is given back. */
	FILE *stderr_before;
	char messages[MESSAGES_SIZE];
	size_t messages_size;
};

/* --- to the terminal --- */

/* Take what ncurses has written. Where there is no memory for it, all is to be drawn anew. */
static void collect(struct live_screen *s)
{
	int fd = fileno(s->out);
	off_t n = lseek(fd, 0, SEEK_CUR);
	char *more;

	if (n <= 0 || lseek(fd, 0, SEEK_SET))
		return;
	if (s->size + n > s->room) {
		more = realloc(s->pending, s->size + n);
		if (!more) {
			clearok(curscr, TRUE);
			return;
		}
		s->pending = more;
		s->room = s->size + n;
	}
	if (read(fd, s->pending + s->size, n) == n)
		s->size += n;
	lseek(fd, 0, SEEK_SET);
}

/* Write what is pending; wait for the terminal for @ms at the most. */
static void write_pending(struct live_screen *s, int ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };
	uint64_t end_ns = mono_ns() + ms * NSEC_PER_MSEC;
	ssize_t n;

	while (s->done < s->size && !s->gone) {
		n = write(s->fd, s->pending + s->done, s->size - s->done);
		if (n > 0) {
			s->done += n;
			s->stalled = false;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			s->gone = true;
		if (s->stalled || mono_ns() >= end_ns || poll(&p, 1, ms) <= 0)
			break;
	}
	s->stalled = s->done < s->size;
	if (s->stalled && !s->gone)
		return;
	s->size = s->done = 0;
}

/* --- to know it --- */

static int open_terminal(struct live_screen *s, struct error *error)
{
	if (!isatty(STDOUT_FILENO))
		return error_set(error, ENOTTY, "--live needs a terminal: standard output is none");
	s->fd = open("/proc/self/fd/1", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (s->fd < 0)
		s->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	s->taken.group = getpgrp();
	if (s->fd < 0 || tcgetattr(s->fd, &s->taken.before))
		return error_set(error, errno ? errno : ENOTTY, "--live cannot open the terminal: %s",
				 strerror(errno));
	return 0;
}

static int open_streams(struct live_screen *s, struct error *error)
{
	int memory = memfd_create("screen", MFD_CLOEXEC), in = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);

	s->out = memory >= 0 ? fdopen(memory, "w+") : NULL;
	s->in = in >= 0 ? fdopen(in, "r") : NULL;
	if (s->out && s->in)
		return 0;
	if (!s->out && memory >= 0)
		close(memory);
	if (!s->in && in >= 0)
		close(in);
	return error_set(error, ENOMEM, "no memory for the screen");
}

/* ncurses ends the process on some signals. Here they are the caller's. */
static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

static void save_signals(struct sigaction before[ARRAY_SIZE(signals)])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], NULL, &before[i]);
}

static void restore_signals(const struct sigaction before[ARRAY_SIZE(signals)])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &before[i], NULL);
}

/* What the program's file was given is not for a description of terminals that its caller has written. */
static void distrust_environment(void)
{
	static const char *const names[] = { "TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH", "HOME" };
	size_t i;

	for (i = 0; getauxval(AT_SECURE) && i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
}

static int open_curses(struct live_screen *s, struct error *error)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"), *move;
	struct sigaction before[ARRAY_SIZE(signals)];

	distrust_environment();
	save_signals(before);
	s->curses = newterm(NULL, s->out, s->in);
	restore_signals(before);
	move = s->curses ? tigetstr("cup") : NULL;
	if (!move || move == (char *)-1)
		return error_set(error, ENOTTY,
				 "--live cannot use a terminal of type '%.64s': set TERM to what it is",
				 term ? term : "");
	s->utf8 = is_utf8();
	s->color = has_colors() && !(no_color && *no_color);
	return 0;
}

static void set_styles(struct live_screen *s)
{
	static const short colors[LIVE_NR_STYLES] = {
		[LIVE_BAD] = COLOR_RED,
		[LIVE_LAYER + PT_LAYER_SOCKET] = COLOR_CYAN,
		[LIVE_LAYER + PT_LAYER_IP] = COLOR_GREEN,
		[LIVE_LAYER + PT_LAYER_DRIVER] = COLOR_YELLOW,
		[LIVE_LAYER + PT_LAYER_WIRE] = COLOR_MAGENTA,
	};
	int i;

	s->attributes[LIVE_DIM] = A_DIM;
	s->attributes[LIVE_BOLD] = A_BOLD;
	s->attributes[LIVE_TITLE] = A_REVERSE;
	s->attributes[LIVE_BAD] = A_BOLD;
	if (!s->color)
		return;
	start_color();
	use_default_colors();
	for (i = 0; i < LIVE_NR_STYLES; i++) {
		if (!colors[i])
			continue;
		s->pairs[i] = (short)i;
		init_pair(s->pairs[i], colors[i], -1);
	}
}

/* What ncurses has just written gives the terminal back; characters may look anyhow then. */
static void note_end(struct live_screen *s)
{
	const char *plain = tigetstr("sgr0");
	struct taken_terminal *t = &s->taken;

	t->is_taken = true;
	/* With a '$' it is for a terminal that has to be waited for. */
	if (plain && plain != (char *)-1 && !strchr(plain, '$') && strlen(plain) < sizeof(t->text)) {
		memcpy(t->text, plain, strlen(plain));
		t->size = strlen(plain);
	}
	if (s->size > sizeof(t->text) - t->size)
		return;
	memcpy(t->text + t->size, s->pending, s->size);
	t->size += s->size;
}

void screen_taken(const struct live_screen *s, struct taken_terminal *t)
{
	*t = s->taken;
}

int screen_open(struct live_screen **screen, struct error *error)
{
	struct live_screen *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return error_set(error, ENOMEM, "no memory");
	s->fd = -1;
	err = open_terminal(s, error);
	err = err ? err : open_streams(s, error);
	err = err ? err : open_curses(s, error);
	if (err) {
		screen_close(s);
		return err;
	}
	set_styles(s);
	set_escdelay(ESCAPE_WAIT_MS);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	noecho();
	cbreak();
	typeahead(-1); /* a page is drawn whole */
	/* Nothing of this is to be seen before the first page. */
	collect(s);
	s->size = 0;
	endwin();
	collect(s);
	note_end(s);
	s->size = 0;
	*screen = s;
	return 0;
}

void screen_close(struct live_screen *s)
{
	if (!s)
		return;
	screen_leave(s);
	if (s->curses)
		delscreen(s->curses);
	if (s->in)
		fclose(s->in);
	if (s->out)
		fclose(s->out);
	if (s->fd >= 0)
		close(s->fd);
	free(s->pending);
	free(s);
}

/* --- taking it, and giving it back --- */

static ssize_t keep_message(void *cookie, const char *data, size_t size)
{
	struct live_screen *s = cookie;
	size_t room = sizeof(s->messages) - s->messages_size, n = size < room ? size : room;

	memcpy(s->messages + s->messages_size, data, n);
	s->messages_size += n;
	return size;
}

static void keep_messages(struct live_screen *s)
{
	FILE *kept = fopencookie(s, "w", (cookie_io_functions_t){ .write = keep_message });

	if (!kept)
		return;
	setvbuf(kept, NULL, _IONBF, 0);
	s->stderr_before = stderr;
	stderr = kept;
}

static void tell_messages(struct live_screen *s)
{
	if (!s->stderr_before)
		return;
	fclose(stderr);
	stderr = s->stderr_before;
	s->stderr_before = NULL;
	fwrite(s->messages, 1, s->messages_size, stderr);
	s->messages_size = 0;
}

/*
 * Keys come one by one and are not shown; signals' keys stay, but for that which stops: a stopped run sends no probes, and
 * would leave the terminal as it is. ncurses, which cannot ask its memory, takes it that output is not processed.
 */
static void set_modes(const struct live_screen *s)
{
	struct termios t = s->taken.before;

	t.c_lflag &= ~(ICANON | ECHO | ECHONL | IEXTEN);
	t.c_oflag &= ~OPOST;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	t.c_cc[VSUSP] = _POSIX_VDISABLE;
	t.c_cc[VQUIT] = _POSIX_VDISABLE; /* its line on stderr would be written into the page */
	tcsetattr(s->fd, TCSANOW, &t);
}

/*
 * As a job in the background we leave the terminal to whom it belongs: its modes, its keys, what is on it. The first would stop
 * the whole job (SIGTTOU), the probing process too.
 */
static bool is_ours(const struct live_screen *s)
{
	pid_t group = tcgetpgrp(s->fd);

	return group < 0 || group == s->taken.group;
}

void screen_enter(struct live_screen *s)
{
	if (!s->entered)
		keep_messages(s);
	s->entered = true;
	s->away = !is_ours(s);
	if (s->away)
		return;
	set_modes(s);
	clearok(curscr, TRUE);
}

/* Is there a page to be seen? Takes the terminal back where it was another's. */
static bool is_seen(struct live_screen *s)
{
	if (!s->entered || s->gone)
		return false;
	if (!is_ours(s))
		s->away = true;
	else if (s->away)
		screen_enter(s);
	return !s->away;
}

void screen_leave(struct live_screen *s)
{
	if (!s->entered)
		return;
	s->entered = false;
	if (!s->away) {
		endwin();
		collect(s);
		s->stalled = false;
		write_pending(s, LEAVE_WAIT_MS);
		/* A shell whose job was killed has set modes of its own. */
		if (is_ours(s))
			tcsetattr(s->fd, TCSANOW, &s->taken.before);
	}
	tell_messages(s);
}

/* --- pages --- */

static bool size_of(const struct live_screen *s, struct winsize *size)
{
	return !ioctl(s->fd, TIOCGWINSZ, size) && size->ws_row && size->ws_col;
}

bool screen_is_resized(const struct live_screen *s)
{
	struct winsize size;

	return size_of(s, &size) && (size.ws_row != LINES || size.ws_col != COLS);
}

void screen_flush(struct live_screen *s)
{
	if (is_seen(s))
		write_pending(s, PAGE_WAIT_MS);
}

bool screen_begin(struct live_screen *s, struct live_page *p)
{
	struct winsize size;

	if (!is_seen(s))
		return false;
	write_pending(s, PAGE_WAIT_MS);
	if (s->size)
		return false;
	if (size_of(s, &size) && (size.ws_row != LINES || size.ws_col != COLS)) {
		resizeterm(size.ws_row, size.ws_col);
		clearok(curscr, TRUE);
	}
	p->utf8 = s->utf8;
	p->color = s->color;
	return page_begin(p, LINES, COLS);
}

static void draw_cell(const struct live_screen *s, int row, int column, const struct live_cell *cell)
{
	wchar_t text[2] = { cell->c, 0 };
	cchar_t c;

	if (!cell->c || setcchar(&c, text, s->attributes[cell->style], s->pairs[cell->style], NULL) == ERR)
		return;
	mvadd_wch(row, column, &c);
}

void screen_show(struct live_screen *s, const struct live_page *p)
{
	unsigned int row, column;

	erase();
	for (row = 0; row < p->rows; row++)
		for (column = 0; column < p->columns; column++)
			draw_cell(s, row, column, page_cell(p, row, column));
	refresh();
	collect(s);
	write_pending(s, PAGE_WAIT_MS);
}

void screen_beep(struct live_screen *s)
{
	if (s->entered && !s->gone)
		beep();
}

/* --- keys --- */

int screen_fd(const struct live_screen *s)
{
	return s->entered && is_ours(s) ? s->fd : -1;
}

/* Nothing to read, and nothing to come. */
static bool is_gone(const struct live_screen *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	return s->gone || (poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

int screen_key(struct live_screen *s)
{
	static const struct {
		int curses, key;
	} known[] = {
		{ KEY_UP, LIVE_KEY_UP },	  { KEY_DOWN, LIVE_KEY_DOWN },
		{ KEY_LEFT, LIVE_KEY_LEFT },	  { KEY_RIGHT, LIVE_KEY_RIGHT },
		{ KEY_PPAGE, LIVE_KEY_PAGE_UP },  { KEY_NPAGE, LIVE_KEY_PAGE_DOWN },
		{ KEY_HOME, LIVE_KEY_HOME },	  { KEY_END, LIVE_KEY_END },
		{ KEY_ENTER, LIVE_KEY_ENTER },	  { '\n', LIVE_KEY_ENTER },
		{ '\r', LIVE_KEY_ENTER },	  { 0x1b, LIVE_KEY_ESCAPE },
		{ KEY_BACKSPACE, LIVE_KEY_BACK }, { 0x7f, LIVE_KEY_BACK },
		{ 0x08, LIVE_KEY_BACK },
	};
	int key;
	size_t i;

	if (!s->entered)
		return 0;
	key = getch();
	if (key == ERR)
		return is_gone(s) ? LIVE_KEY_LOST : 0;
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].curses == key)
			return known[i].key;
	/* What has no meaning is a key all the same: others may follow it. */
	return key < 0x7f && key > 0 ? key : -1;
}
