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

#ifdef PT_RDONLY_CAST
/*
 * Read-only memory that a program may load from directly, for a quarter of what bpf_probe_read_kernel costs
 * (a35b9af4ec2c "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx" and its neighbour, 6.2).
 */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

/*
 * A member that points to another structure. Loaded by a pointer that the verifier trusts, it has the verifier look
 * through the names of all the kernel's types, a millisecond each time, whether it may trust what is loaded
 * (btf_nested_type_is_trusted, 6.3): programs would take twice as long to load.
 */
#define GET_POINTER(src, field) \
	(((typeof(src))bpf_rdonly_cast(src, bpf_core_type_id_kernel(typeof(*(src)))))->field)
#else
#define GET_POINTER(src, field) GET(src, field)
#endif

#endif /* PINGTRACE_BPF_ACCESS_H */
