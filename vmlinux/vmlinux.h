/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel types and fields that the BPF programs read, and no others. With preserve_access_index the
 * compiler records each access, and libbpf puts in the offsets of the kernel that the program is loaded
 * into (CO-RE): the build needs no BTF of its own machine.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef _Bool bool;

enum { false, true };

enum bpf_map_type {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
};

enum { BPF_F_MMAPABLE = 1 << 10 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__s64 counter;
} atomic64_t;

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	unsigned short type; /* ARPHRD_* */
	possible_net_t nd_net;
};

struct dst_entry {
	struct net_device *dev;
};

struct sock_common {
	possible_net_t skc_net;
	atomic64_t skc_cookie;
};

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *prev;
};

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	__u16 sk_protocol;
};

struct in6_addr { /* read as four words of anything */
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct timespec64 { /* read as two words of 64 bits of anything */
	__s64 tv_sec;
	long tv_nsec;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned long _skb_refdst;
	unsigned int len;
	unsigned int data_len;
	__u8 cloned : 1;
	__u8 pkt_type : 3;
	__u8 vlan_present : 1; /* until 6.2 */
	__be16 vlan_proto;
	__u16 vlan_tci;
	__be16 protocol;
	__u16 network_header;
	__u16 mac_header;
	unsigned int tail;
	unsigned char *head;
	unsigned char *data;
};

/* --why */

struct thread_info {
	__u32 cpu; /* from 5.16 on; before, and on some architectures, elsewhere */
};

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t uid;
	kuid_t euid;
};

struct pid_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct pid_namespace *pid_ns_for_children;
};

struct task_struct {
	const struct cred *cred;
	struct nsproxy *nsproxy;
	struct thread_info thread_info;
	unsigned int __state; /* 5.14: 2f064a59a11f */
	unsigned int flags;
	int pid;
	char comm[16];
};

struct neighbour {
	__u8 nud_state;
};

struct qdisc_skb_head {
	__u32 qlen;
};

struct Qdisc_ops {
	char id[16];
};

struct Qdisc {
	unsigned int flags;
	const struct Qdisc_ops *ops;
	struct qdisc_skb_head q;
};

#pragma clang attribute pop

struct bpf_pidns_info { /* of the helpers' interface, include/uapi/linux/bpf.h */
	__u32 pid;
	__u32 tgid;
};

/* The registers of a kprobe, by the names that bpf_tracing.h uses. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs,
		flags, sp, ss;
} __attribute__((preserve_access_index));
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp, pc, pstate;
};
struct pt_regs {
	struct user_pt_regs user_regs;
};
#endif

#endif /* __VMLINUX_H__ */
