/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compiled BPF programs: an object for each kind of program and each family, all with the same maps and globals. Here they
 * are one type; the skeletons find the members by name and type.
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
	struct bpf_map *records, *sequences, *whys, *softirqs, *heads;
	struct bpf_program *measure; /* see overhead.h */
	struct pt_config *config; /* constants of the programs; fill them in before loading */
	/* Shared with the programs, once they are loaded: */
	struct pt_sending *sending;
	struct pt_dev *devs; /* PT_NR_DEVS */

	const struct bpf_object_ops *ops;
	void *skeleton;
};

/* Each returns 0 or a negative errno. Call bpf_programs_close() in either case. */
int bpf_programs_open(struct bpf_programs *p, enum bpf_kind kind, enum pt_family family);
int bpf_programs_load(struct bpf_programs *p);

/* Also unmaps the shared memory. */
void bpf_programs_close(struct bpf_programs *p);

#endif /* PINGTRACE_BPF_OBJECTS_H */
