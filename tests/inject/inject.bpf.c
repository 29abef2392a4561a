// SPDX-License-Identifier: GPL-2.0-or-later
/* Delays a kernel function, for ICMP echoes only. Which function, how its packet is found and for how long: inject.c. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "inject.h"

char LICENSE[] SEC("license") = "GPL";

#define IPPROTO_ICMP 1
#define ETH_P_IP 0x0800
#define LOOPS_MAX (1 << 23) /* BPF_MAX_LOOPS */

const volatile struct inject_config config = {};
__u64 passes = 0;
__u64 passed_ns = 0; /* when the last one began */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct socket {
	struct sock *sk;
};

struct sk_buff___protocol {
	__be16 protocol;
};
#pragma clang attribute pop

struct spin {
	__u64 until;
};

static long spin_once(__u32 loop __attribute__((unused)), struct spin *spin)
{
	return bpf_ktime_get_ns() >= spin->until;
}

/* Network headers are in place at every function that inject.c is meant for, on devices like veth at least. */
static bool is_echo(struct sk_buff *skb)
{
	unsigned char *l3 = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	__u8 ip[INJECT_IP_HEADER + 1];

	/* pingtrace measures its own cost with echoes in local sockets, which have no protocol. */
	if (BPF_CORE_READ((struct sk_buff___protocol *)skb, protocol) != bpf_htons(ETH_P_IP))
		return false;
	return !bpf_probe_read_kernel(ip, sizeof(ip), l3) && ip[0] == 0x45 && ip[9] == IPPROTO_ICMP &&
	       ip[INJECT_IP_HEADER] == config.type;
}

static bool is_meant(__u64 arg)
{
	struct sock *sk = (void *)arg;

	if (config.kind == INJECT_ANY)
		return true;
	if (config.kind == INJECT_SKB)
		return is_echo((void *)arg);
	if (config.kind == INJECT_SOCKET)
		sk = BPF_CORE_READ((struct socket *)arg, sk);
	return sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_ICMP;
}

SEC("fentry")
int delay(__u64 *ctx)
{
	struct spin spin;
	__u64 arg = 0, n;

	if (bpf_get_func_arg(ctx, config.arg, &arg) || !is_meant(arg))
		return 0;
	n = __sync_fetch_and_add(&passes, 1);
	passed_ns = bpf_ktime_get_ns();
	spin.until = passed_ns + config.delays_ns[n % config.nr_delays % INJECT_DELAYS_MAX];
	bpf_loop(LOOPS_MAX, spin_once, &spin, 0);
	return 0;
}
