/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What inject.c tells its BPF program. */
#ifndef PINGTRACE_TESTS_INJECT_H
#define PINGTRACE_TESTS_INJECT_H

#define INJECT_DELAYS_MAX 64
#define INJECT_IP_HEADER 20

/* What the argument that leads to the packet points to. */
enum inject_kind { INJECT_SKB, INJECT_SOCK, INJECT_SOCKET, INJECT_ANY };

struct inject_config {
	__u64 delays_ns[INJECT_DELAYS_MAX]; /* of one pass after the other, and again from the first */
	__u32 nr_delays;
	__u32 arg; /* which argument of the function */
	__u8 kind; /* enum inject_kind */
	__u8 type; /* ICMP type, with INJECT_SKB */
};

#endif /* PINGTRACE_TESTS_INJECT_H */
