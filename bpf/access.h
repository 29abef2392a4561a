/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a program reads kernel memory. Programs of the fentry backend get typed pointers and read fields
 * directly, which the verifier allows and a fault turns into 0; others have to ask a helper for each.
 */
#ifndef PINGTRACE_BPF_ACCESS_H
#define PINGTRACE_BPF_ACCESS_H

#ifdef PT_PROBE_READ
#define GET(src, ...) BPF_CORE_READ(src, __VA_ARGS__)
#else
#define GET(src, field) ((src)->field)
#endif

#endif /* PINGTRACE_BPF_ACCESS_H */
