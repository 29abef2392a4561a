/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to show, from the options. */
#ifndef PINGTRACE_DISPLAY_H
#define PINGTRACE_DISPLAY_H

#include "output/sink.h"
#include "probe/options.h"

struct display display_of(const struct options *o);

#endif /* PINGTRACE_DISPLAY_H */
