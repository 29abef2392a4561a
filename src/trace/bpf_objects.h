/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compiled BPF programs: an object for each way in which programs are called and each family, with the same maps and
 * globals in all. Here they are one type, whose members are found by name and type through the skeletons.
 */
#ifndef PINGTRACE_BPF_OBJECTS_H
#define PINGTRACE_BPF_OBJECTS_H

#include <pingtrace/record.h>

struct bpf_map;
struct bpf_object;
struct bpf_program;

enum bpf_kind {
	BPF_FENTRY, /* fentry and typed raw tracepoints */
	BPF_FENTRY_OLD, /* the same without bpf_rdonly_cast */
	BPF_KPROBE, /* kprobes and raw tracepoints */
	NR_BPF_KINDS,
};

struct bpf_programs {
	struct bpf_object *object;
	struct bpf_map *records, *sequences, *whys, *softirqs;
	struct bpf_program *measure; /* see overhead.h */
	struct pt_config *config; /* what programs are told; to be filled in before they are loaded */
	/* Shared with the programs, once they are loaded: */
	struct pt_sending *sending;
	struct pt_dev *devs; /* PT_NR_DEVS */

	const struct bpf_object_ops *ops;
	void *skeleton;
};

/* Each returns 0 or a negative errno. Whatever it is, bpf_programs_close() has to follow. */
int bpf_programs_open(struct bpf_programs *p, enum bpf_kind kind, enum pt_family family);
int bpf_programs_load(struct bpf_programs *p);

/* Takes what was shared along. */
void bpf_programs_close(struct bpf_programs *p);

#endif /* PINGTRACE_BPF_OBJECTS_H */
