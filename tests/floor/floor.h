/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What floor.c tells its BPF programs. */
#ifndef PINGTRACE_TESTS_FLOOR_H
#define PINGTRACE_TESTS_FLOOR_H

enum floor_work { FLOOR_EMPTY, FLOOR_CLOCK, FLOOR_TAG };

#endif /* PINGTRACE_TESTS_FLOOR_H */
