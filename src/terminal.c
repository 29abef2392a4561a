// SPDX-License-Identifier: GPL-2.0-or-later
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "terminal.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 40

static const char *const layer_colors[PT_NR_LAYERS] = {
	[PT_LAYER_SOCKET] = "\033[36m",
	[PT_LAYER_IP] = "\033[32m",
	[PT_LAYER_DRIVER] = "\033[33m",
	[PT_LAYER_WIRE] = "\033[35m",
};

static bool use_color(void)
{
	static int color = -1;
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (color < 0)
		color = isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
	return color;
}

bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

const char *micro(void)
{
	return is_utf8() ? "µs" : "us";
}

const char *paint(const char *color)
{
	return use_color() ? color : "";
}

const char *layer_color(layer_set layers)
{
	if (layers & (layers - 1))
		return paint(BOLD);
	return paint(layer_colors[__builtin_ctz(layers)]);
}

unsigned int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_DEFAULT;
	return size.ws_col > WIDTH_MIN ? size.ws_col : WIDTH_MIN;
}
