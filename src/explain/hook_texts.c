// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/hook_texts.h"

/* HOOK_TEXTS(X): X(HOOK, about, does, slow, read), see struct hook_text. */
/* clang-format off */
#define HOOK_TEXTS(X) \
	X(SEND, "from the user's clock into the system call", \
	  "The clock is read, then sendmsg(2) is called: the processor changes to kernel mode, the socket " \
	  "of the descriptor is looked up, message header and address are copied in, security modules are " \
	  "asked, and the protocol's own sendmsg is called", \
	  "the process is taken off the CPU or interrupted between clock and call; mitigations of " \
	  "processor bugs; seccomp filters, ptrace or audit, which take the slow way into a system call", \
	  "net/socket.c: __sys_sendmsg, ____sys_sendmsg; net/ipv4/af_inet.c: inet_sendmsg; sendmsg(2)") \
	X(SENDMSG, "allocation, copy, checksum, route look-up", \
	  "The ICMP header is checked (ping socket), the route is looked up: device, next hop, source " \
	  "address. An skb is allocated, the payload copied into it and summed, and the IP header written " \
	  "before it", \
	  "a big payload; many routes or rules (ip rule); no memory at hand; IPsec policies; another " \
	  "thread holds the socket, or its send buffer is full", \
	  "net/ipv4/ping.c: ping_v4_sendmsg; net/ipv4/raw.c: raw_sendmsg; net/ipv6/ping.c, " \
	  "net/ipv6/raw.c; net/ipv4/route.c: ip_route_output_flow; net/ipv4/ip_output.c: ip_append_data; " \
	  "icmp(7), raw(7), ip-route(8); sysctl net.core.wmem_default") \
	X(IP_LOCAL_OUT, "netfilter OUTPUT and POSTROUTING, fragmentation", \
	  "Length and checksum are put into the IP header, netfilter's OUTPUT and POSTROUTING are run, " \
	  "and a packet larger than the MTU becomes fragments", \
	  "many rules; connection tracking makes an entry, NAT looks for a free one; IPsec encrypts; " \
	  "fragments", \
	  "net/ipv4/ip_output.c: __ip_local_out, ip_output, ip_do_fragment; net/ipv6/output_core.c: " \
	  "__ip6_local_out; net/ipv6/ip6_output.c: ip6_output; net/netfilter/core.c: nf_hook_slow; " \
	  "nft(8); Documentation/networking/nf_conntrack-sysctl.rst") \
	X(IP_FINISH_OUTPUT2, "neighbour look-up; an unanswered ARP or ND waits here", \
	  "The next hop's hardware address is looked up; where it is not known, ARP (IPv6: ND) is asked, " \
	  "and the packet waits in the neighbour's queue. Then tc's and netfilter's egress, and one of " \
	  "the device's queues is chosen. Devices on top of devices come by once for each: what is above " \
	  "the last one belongs here", \
	  "the neighbour is not known yet, as with a first ping; it is slow to answer; programs or " \
	  "actions at tc egress; tunnels, bridges, routers and firewalls on this host", \
	  "net/ipv4/ip_output.c: ip_finish_output2; net/ipv6/ip6_output.c: ip6_finish_output2; " \
	  "net/core/neighbour.c: neigh_resolve_output, __neigh_event_send; net/core/dev.c: " \
	  "__dev_queue_xmit; arp(7), ip-neighbour(8); sysctl net.ipv4.neigh.default.mcast_solicit") \
	X(DEV_QUEUE, "the queueing discipline of the device", \
	  "The queueing discipline takes the packet and gives it out when its turn comes, on this CPU or " \
	  "on another one that is at the queue. What the device cannot do is done here: checksum, " \
	  "segmentation, VLAN header. Packet sockets get their copy", \
	  "other traffic stands before it (bufferbloat on this host); a shaper holds it; the device's " \
	  "ring is full and the queue stopped; contention for the queue's lock; sniffers", \
	  "net/core/dev.c: __dev_xmit_skb, validate_xmit_skb; net/sched/sch_generic.c: __qdisc_run, " \
	  "sch_direct_xmit; tc(8): tc -s qdisc; sysctl net.core.default_qdisc") \
	X(START_XMIT, "the driver takes the packet", \
	  "A network card's driver maps the packet for the card, writes a descriptor into the ring and " \
	  "rings the doorbell. A virtual device's driver does the whole transfer: it puts the packet into " \
	  "the other side's queue", \
	  "the doorbell: a write across PCIe, or in a virtual machine an exit to the hypervisor; an " \
	  "IOMMU; a virtual device that does much itself", \
	  "net/core/dev.c: dev_hard_start_xmit; the driver's ndo_start_xmit: drivers/net/loopback.c, " \
	  "drivers/net/veth.c, drivers/net/virtio_net.c; Documentation/networking/driver.rst; ethtool(8): " \
	  "ethtool -i") \
	X(XMIT, "everything outside this host's stack, there and back", \
	  "The card sends the packet, the network carries it, the far host answers, and the card has put " \
	  "the reply into memory; then its interrupt, and the time until the softirq runs", \
	  "the network, or the far host; interrupts held back on purpose (coalescing); sleep states of " \
	  "processor, card and link; softirqs put off to ksoftirqd on a busy CPU; a virtual machine whose " \
	  "processor is not running", \
	  "kernel/softirq.c; net/core/dev.c: net_rx_action; Documentation/networking/napi.rst; " \
	  "ethtool(8): ethtool -c; /proc/interrupts, /proc/softirqs") \
	X(PEER_DRIVER_RX, "the responder's driver, link and IP layer, on this kernel", \
	  "The request comes in on the responder's side of this kernel, as the reply will on ours: " \
	  "backlog, link layer, netfilter, routing", \
	  "as driver-in, link-in and ip-in", \
	  "net/core/dev.c: netif_rx, process_backlog; net/ipv4/ip_input.c: ip_rcv; net/ipv6/ip6_input.c: " \
	  "ipv6_rcv") \
	X(PEER_ICMP_RCV, "the responder's ICMP makes the reply", \
	  "ICMP verifies the request's checksum and makes the reply, a packet of its own: it looks up the " \
	  "route back and copies the payload. No process is involved", \
	  "a big payload; the route back takes long to find. With icmp_echo_ignore_all there is no reply", \
	  "net/ipv4/icmp.c: icmp_rcv, icmp_echo, icmp_reply; net/ipv6/icmp.c: icmpv6_rcv, " \
	  "icmpv6_echo_reply; sysctl net.ipv4.icmp_echo_ignore_all, net.ipv6.icmp.echo_ignore_all") \
	X(PEER_IP_LOCAL_OUT, "the responder's IP layer, qdisc and driver", \
	  "The reply goes down on the responder's side as the request did on ours: netfilter, neighbour, " \
	  "queueing discipline, driver", \
	  "as ip-out, neigh-out, qdisc and driver-out; a shaper on the responder's device", \
	  "net/ipv4/ip_output.c: __ip_local_out; net/ipv6/output_core.c: __ip6_local_out; net/core/dev.c: " \
	  "__dev_queue_xmit") \
	X(PEER_XMIT, "from the responder's driver to ours", \
	  "The reply is on its way from the responder's driver to ours. With virtual devices that is " \
	  "nothing: one driver's transmission is the other's reception", \
	  "a wire between two cards of this host", \
	  "net/core/dev.c: dev_hard_start_xmit") \
	X(DRIVER_RX, "GRO, RPS, backlog", \
	  "The driver has made an skb of what the card wrote, and hands it up. GRO looks whether it can " \
	  "be joined with others (ICMP never is), RPS may send it to another CPU, and what came by " \
	  "netif_rx waits in the CPU's backlog", \
	  "other packets are before it, in the driver's poll or in the backlog; RPS wakes a CPU that " \
	  "sleeps; with PREEMPT_RT or threaded NAPI a thread has to be scheduled first", \
	  "net/core/gro.c: napi_gro_receive (gro_receive_skb in newer kernels); net/core/dev.c: netif_rx, get_rps_cpu, enqueue_to_backlog, " \
	  "process_backlog; Documentation/networking/scaling.rst; sysctl net.core.netdev_max_backlog; " \
	  "/proc/net/softnet_stat") \
	X(NETIF_RECEIVE, "taps, tc, bridge, VLAN", \
	  "Packet sockets, tc's and netfilter's ingress; a VLAN header is taken out; a bridge or a bond " \
	  "passes the packet to another device, and it starts over. Then IP's function is called", \
	  "sniffers; programs at tc ingress", \
	  "net/core/dev.c: __netif_receive_skb_core; packet(7), tc(8), bridge(8)") \
	X(IP_RCV, "netfilter PREROUTING and INPUT, routing, reassembly", \
	  "The IP header is checked, netfilter's PREROUTING run, the route looked up: for this host, or " \
	  "to be forwarded. Fragments wait until all are there; netfilter's INPUT; raw sockets get their " \
	  "clones", \
	  "many rules; connection tracking; a fragment is late; reverse path filtering", \
	  "net/ipv4/ip_input.c: ip_rcv_core, ip_local_deliver; net/ipv4/ip_fragment.c: ip_defrag; " \
	  "net/ipv6/ip6_input.c: ip6_rcv_core, ip6_input; nft(8); sysctl net.ipv4.conf.all.rp_filter") \
	X(ICMP_RCV, "ICMP's checksum and dispatch", \
	  "ICMP verifies the checksum of header and payload and calls the function for the type, which " \
	  "for an echo reply is ping_rcv", \
	  "a big payload whose checksum the card has not computed", \
	  "net/ipv4/icmp.c: icmp_rcv; net/ipv6/icmp.c: icmpv6_rcv") \
	X(PING_RCV, "socket look-up, socket filter, receive queue", \
	  "The ping socket is looked up by the identifier; its filter is run; a clone of the packet is put " \
	  "into its receive queue, if that has room", \
	  "hardly ever; many ping sockets in one hash bucket", \
	  "net/ipv4/ping.c: ping_rcv, ping_lookup; net/core/sock.c: sock_queue_rcv_skb_reason; icmp(7), " \
	  "socket(7); sysctl net.ipv4.ping_group_range, net.core.rmem_default") \
	X(RAW_RCV, "socket filter, receive queue", \
	  "IP has made a clone for the raw socket, before ICMP sees the packet; the socket's filter is " \
	  "run; the clone is put into its receive queue, if that has room", \
	  "hardly ever", \
	  "net/ipv4/raw.c: raw_v4_input, raw_rcv; net/ipv6/raw.c: rawv6_rcv; net/core/sock.c: " \
	  "sock_queue_rcv_skb_reason; raw(7), socket(7); sysctl net.core.rmem_default") \
	X(DATA_READY, "scheduler, context switch, return into recvmsg", \
	  "The process that waits in poll is woken: a CPU is chosen, the process is put into its run " \
	  "queue, the scheduler takes it, poll returns, and recvmsg(2) takes the packet out of the queue. " \
	  "Often the longest segment of this host", \
	  "all CPUs are busy and others go first; a cgroup's CPU time is used up; a deep sleep state; the " \
	  "processor of a virtual machine is not running; the process is still busy with another reply", \
	  "net/core/sock.c: sock_def_readable; kernel/sched/core.c: try_to_wake_up; net/ipv4/ping.c: " \
	  "ping_recvmsg; net/ipv4/raw.c: raw_recvmsg; sched(7), cgroups(7), cpupower-idle-info(1)") \
	X(COPY, "copy to user space, way out of the system call", \
	  "The payload is copied to user space, then address and control messages; the skb is freed, and " \
	  "the system call returns", \
	  "the copy meets a page that is not there; the process is taken off the CPU on the way out", \
	  "net/core/datagram.c: skb_copy_datagram_iter; net/socket.c: __sys_recvmsg; recvmsg(2)") \
	X(RECV, "the user's clock after the system call", \
	  "The clock is read as soon as recvmsg(2) has returned: the round trip is over", \
	  "", \
	  "clock_gettime(2), vdso(7)")
/* clang-format on */

#define COUNT(hook, ...) +1
_Static_assert(0 HOOK_TEXTS(COUNT) == PT_NR_HOOKS, "every hook of PT_HOOKS needs one row in HOOK_TEXTS");

#define TEXT(hook, about_, does_, slow_, read_) \
	[PT_HOOK_##hook] = { .about = about_, .does = does_, .slow = slow_, .read = read_ },
const struct hook_text hook_texts[PT_NR_HOOKS] = { HOOK_TEXTS(TEXT) };
