/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stamps of a probe, copied out of the record that BPF programs write to. */
#ifndef PINGTRACE_STAMPS_H
#define PINGTRACE_STAMPS_H

#include <stdint.h>
#include <pingtrace/record.h>

/* One pass of a hook. */
struct stamp {
	uint64_t ns; /* CLOCK_MONOTONIC; 0: not passed */
	uint16_t cpu; /* PT_CPU_UNKNOWN: not known */
};

/* Copy the stamps of @rec that record_stamp accepts. */
void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec);

/*
 * The stamp of @hook in @rec, or NULL: not passed, or left by another probe; or a device's stamp of a request that several
 * devices were given, so that another device may have sent the copy that was answered.
 */
const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook);

#endif /* PINGTRACE_STAMPS_H */
