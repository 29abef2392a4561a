// SPDX-License-Identifier: GPL-2.0-or-later
/* fentry.bpf.c for kernels before 6.2, where packets are read by a helper. */
#define PT_OLD
#include "fentry.bpf.c"
