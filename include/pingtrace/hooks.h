/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of hooks. BPF programs, the loader, the path, the outputs, the documents and the tests are
 * all made from it: a new hook is one new row in PT_HOOKS and one row for each place it can be attached
 * to in PT_ATTACH.
 */
#ifndef PINGTRACE_HOOKS_H
#define PINGTRACE_HOOKS_H

/*
 * PT_HOOKS(X): every hook, in the order in which a probe passes them.
 *
 *	X(HOOK, name, packet, pass, socket, segment, layer, about)
 *
 * packet	REQUEST or REPLY: which packet of the probe passes here
 * pass		which pass counts when a packet comes by more than once:
 *		USER	no BPF: user space reads the clock
 *		FIRST	the first
 *		LAST	the last (a request: by its last device; a reply: before its delivery)
 *		OURS	the one that concerns our own socket
 * socket	the kind of socket with which the hook lies on the path: DGRAM (ping socket), RAW or ANY.
 *		With the other kind its stamp is kept and shown beside the path. PEER: never on the path, but
 *		inside the segment `wire`, where this kernel is the responder as well; then `packet` is the
 *		request on its way in, or the reply on its way out.
 * segment	the segment that begins here and ends at the next hook of the path
 * layer	the layer of that segment
 * about	what happens between this hook and the next
 */
/* clang-format off */
#define PT_HOOKS(X) \
	X(SEND, send, REQUEST, USER, ANY, "syscall-out", SOCKET, \
	  "from the user's clock into the system call") \
	X(SENDMSG, sendmsg, REQUEST, FIRST, ANY, "socket-out", SOCKET, \
	  "allocation, copy, checksum, route look-up") \
	X(IP_LOCAL_OUT, ip_local_out, REQUEST, FIRST, ANY, "ip-out", IP, \
	  "netfilter OUTPUT and POSTROUTING, fragmentation") \
	X(IP_FINISH_OUTPUT2, ip_finish_output2, REQUEST, FIRST, ANY, "neigh-out", IP, \
	  "neighbour look-up; an unanswered ARP or ND waits here") \
	X(DEV_QUEUE, dev_queue, REQUEST, LAST, ANY, "qdisc", DRIVER, \
	  "the queueing discipline of the device") \
	X(START_XMIT, start_xmit, REQUEST, LAST, ANY, "driver-out", DRIVER, \
	  "the driver takes the packet") \
	X(XMIT, xmit, REQUEST, LAST, ANY, "wire", WIRE, \
	  "everything outside this host's stack, there and back") \
	X(PEER_DRIVER_RX, peer_driver_rx, REQUEST, LAST, PEER, "peer-in", WIRE, \
	  "the responder's driver, link and IP layer, on this kernel") \
	X(PEER_ICMP_RCV, peer_icmp_rcv, REQUEST, FIRST, PEER, "peer-icmp", WIRE, \
	  "the responder's ICMP makes the reply") \
	X(PEER_IP_LOCAL_OUT, peer_ip_local_out, REPLY, FIRST, PEER, "peer-out", WIRE, \
	  "the responder's IP layer, qdisc and driver") \
	X(PEER_XMIT, peer_xmit, REPLY, FIRST, PEER, "wire-in", WIRE, \
	  "from the responder's driver to ours") \
	X(DRIVER_RX, driver_rx, REPLY, FIRST, ANY, "driver-in", DRIVER, \
	  "GRO, RPS, backlog") \
	X(NETIF_RECEIVE, netif_receive, REPLY, LAST, ANY, "link-in", DRIVER, \
	  "taps, tc, bridge, VLAN") \
	X(IP_RCV, ip_rcv, REPLY, LAST, ANY, "ip-in", IP, \
	  "netfilter PREROUTING and INPUT, routing, reassembly") \
	X(ICMP_RCV, icmp_rcv, REPLY, FIRST, DGRAM, "icmp-in", IP, \
	  "ICMP's checksum and dispatch") \
	X(PING_RCV, ping_rcv, REPLY, FIRST, DGRAM, "socket-in", SOCKET, \
	  "socket look-up, socket filter, receive queue") \
	X(RAW_RCV, raw_rcv, REPLY, OURS, RAW, "socket-in", SOCKET, \
	  "socket filter, receive queue") \
	X(DATA_READY, data_ready, REPLY, OURS, ANY, "wakeup", SOCKET, \
	  "scheduler, context switch, return into recvmsg") \
	X(COPY, copy, REPLY, OURS, ANY, "syscall-in", SOCKET, \
	  "copy to user space, way out of the system call") \
	X(RECV, recv, REPLY, USER, ANY, "", SOCKET, \
	  "the user's clock after the system call")

/*
 * PT_TEXTS(X): what is told about each hook and the segment that begins there, by --explain and in the manual.
 *
 *	X(HOOK, does, slow, read)
 *
 * does		what the kernel does there, in sentences; without the last full stop
 * slow		what usually makes it slow; "": nothing is known to
 * read		where to read on: files of the kernel's source with their functions, sysctls, manual pages
 */
#define PT_TEXTS(X) \
	X(SEND, \
	  "The clock is read, then sendmsg(2) is called: the processor changes to kernel mode, the socket " \
	  "of the descriptor is looked up, message header and address are copied in, security modules are " \
	  "asked, and the protocol's own sendmsg is called", \
	  "the process is taken off the CPU or interrupted between clock and call; mitigations of " \
	  "processor bugs; seccomp filters, ptrace or audit, which take the slow way into a system call", \
	  "net/socket.c: __sys_sendmsg, ____sys_sendmsg; net/ipv4/af_inet.c: inet_sendmsg; sendmsg(2)") \
	X(SENDMSG, \
	  "The ICMP header is checked (ping socket), the route is looked up: device, next hop, source " \
	  "address. An skb is allocated, the payload copied into it and summed, and the IP header written " \
	  "before it", \
	  "a big payload; many routes or rules (ip rule); no memory at hand; IPsec policies; another " \
	  "thread holds the socket, or its send buffer is full", \
	  "net/ipv4/ping.c: ping_v4_sendmsg; net/ipv4/raw.c: raw_sendmsg; net/ipv6/ping.c, " \
	  "net/ipv6/raw.c; net/ipv4/route.c: ip_route_output_flow; net/ipv4/ip_output.c: ip_append_data; " \
	  "icmp(7), raw(7), ip-route(8); sysctl net.core.wmem_default") \
	X(IP_LOCAL_OUT, \
	  "Length and checksum are put into the IP header, netfilter's OUTPUT and POSTROUTING are run, " \
	  "and a packet larger than the MTU becomes fragments", \
	  "many rules; connection tracking makes an entry, NAT looks for a free one; IPsec encrypts; " \
	  "fragments", \
	  "net/ipv4/ip_output.c: __ip_local_out, ip_output, ip_do_fragment; net/ipv6/output_core.c: " \
	  "__ip6_local_out; net/ipv6/ip6_output.c: ip6_output; net/netfilter/core.c: nf_hook_slow; " \
	  "nft(8); Documentation/networking/nf_conntrack-sysctl.rst") \
	X(IP_FINISH_OUTPUT2, \
	  "The next hop's hardware address is looked up; where it is not known, ARP (IPv6: ND) is asked, " \
	  "and the packet waits in the neighbour's queue. Then tc's and netfilter's egress, and one of " \
	  "the device's queues is chosen. Devices on top of devices come by once for each: what is above " \
	  "the last one belongs here", \
	  "the neighbour is not known yet, as with a first ping; it is slow to answer; programs or " \
	  "actions at tc egress; tunnels, bridges, routers and firewalls on this host", \
	  "net/ipv4/ip_output.c: ip_finish_output2; net/ipv6/ip6_output.c: ip6_finish_output2; " \
	  "net/core/neighbour.c: neigh_resolve_output, __neigh_event_send; net/core/dev.c: " \
	  "__dev_queue_xmit; arp(7), ip-neighbour(8); sysctl net.ipv4.neigh.default.mcast_solicit") \
	X(DEV_QUEUE, \
	  "The queueing discipline takes the packet and gives it out when its turn comes, on this CPU or " \
	  "on another one that is at the queue. What the device cannot do is done here: checksum, " \
	  "segmentation, VLAN header. Packet sockets get their copy", \
	  "other traffic stands before it (bufferbloat on this host); a shaper holds it; the device's " \
	  "ring is full and the queue stopped; contention for the queue's lock; sniffers", \
	  "net/core/dev.c: __dev_xmit_skb, validate_xmit_skb; net/sched/sch_generic.c: __qdisc_run, " \
	  "sch_direct_xmit; tc(8): tc -s qdisc; sysctl net.core.default_qdisc") \
	X(START_XMIT, \
	  "A network card's driver maps the packet for the card, writes a descriptor into the ring and " \
	  "rings the doorbell. A virtual device's driver does the whole transfer: it puts the packet into " \
	  "the other side's queue", \
	  "the doorbell: a write across PCIe, or in a virtual machine an exit to the hypervisor; an " \
	  "IOMMU; a virtual device that does much itself", \
	  "net/core/dev.c: dev_hard_start_xmit; the driver's ndo_start_xmit: drivers/net/loopback.c, " \
	  "drivers/net/veth.c, drivers/net/virtio_net.c; Documentation/networking/driver.rst; ethtool(8): " \
	  "ethtool -i") \
	X(XMIT, \
	  "The card sends the packet, the network carries it, the far host answers, and the card has put " \
	  "the reply into memory; then its interrupt, and the time until the softirq runs", \
	  "the network, or the far host; interrupts held back on purpose (coalescing); sleep states of " \
	  "processor, card and link; softirqs put off to ksoftirqd on a busy CPU; a virtual machine whose " \
	  "processor is not running", \
	  "kernel/softirq.c; net/core/dev.c: net_rx_action; Documentation/networking/napi.rst; " \
	  "ethtool(8): ethtool -c; /proc/interrupts, /proc/softirqs") \
	X(PEER_DRIVER_RX, \
	  "The request comes in on the responder's side of this kernel, as the reply will on ours: " \
	  "backlog, link layer, netfilter, routing", \
	  "as driver-in, link-in and ip-in", \
	  "net/core/dev.c: netif_rx, process_backlog; net/ipv4/ip_input.c: ip_rcv; net/ipv6/ip6_input.c: " \
	  "ipv6_rcv") \
	X(PEER_ICMP_RCV, \
	  "ICMP verifies the request's checksum and makes the reply, a packet of its own: it looks up the " \
	  "route back and copies the payload. No process is involved", \
	  "a big payload; the route back takes long to find. With icmp_echo_ignore_all there is no reply", \
	  "net/ipv4/icmp.c: icmp_rcv, icmp_echo, icmp_reply; net/ipv6/icmp.c: icmpv6_rcv, " \
	  "icmpv6_echo_reply; sysctl net.ipv4.icmp_echo_ignore_all, net.ipv6.icmp.echo_ignore_all") \
	X(PEER_IP_LOCAL_OUT, \
	  "The reply goes down on the responder's side as the request did on ours: netfilter, neighbour, " \
	  "queueing discipline, driver", \
	  "as ip-out, neigh-out, qdisc and driver-out; a shaper on the responder's device", \
	  "net/ipv4/ip_output.c: __ip_local_out; net/ipv6/output_core.c: __ip6_local_out; net/core/dev.c: " \
	  "__dev_queue_xmit") \
	X(PEER_XMIT, \
	  "The reply is on its way from the responder's driver to ours. With virtual devices that is " \
	  "nothing: one driver's transmission is the other's reception", \
	  "a wire between two cards of this host", \
	  "net/core/dev.c: dev_hard_start_xmit") \
	X(DRIVER_RX, \
	  "The driver has made an skb of what the card wrote, and hands it up. GRO looks whether it can " \
	  "be joined with others (ICMP never is), RPS may send it to another CPU, and what came by " \
	  "netif_rx waits in the CPU's backlog", \
	  "other packets are before it, in the driver's poll or in the backlog; RPS wakes a CPU that " \
	  "sleeps; with PREEMPT_RT or threaded NAPI a thread has to be scheduled first", \
	  "net/core/gro.c: napi_gro_receive (gro_receive_skb in newer kernels); net/core/dev.c: netif_rx, get_rps_cpu, enqueue_to_backlog, " \
	  "process_backlog; Documentation/networking/scaling.rst; sysctl net.core.netdev_max_backlog; " \
	  "/proc/net/softnet_stat") \
	X(NETIF_RECEIVE, \
	  "Packet sockets, tc's and netfilter's ingress; a VLAN header is taken out; a bridge or a bond " \
	  "passes the packet to another device, and it starts over. Then IP's function is called", \
	  "sniffers; programs at tc ingress", \
	  "net/core/dev.c: __netif_receive_skb_core; packet(7), tc(8), bridge(8)") \
	X(IP_RCV, \
	  "The IP header is checked, netfilter's PREROUTING run, the route looked up: for this host, or " \
	  "to be forwarded. Fragments wait until all are there; netfilter's INPUT; raw sockets get their " \
	  "clones", \
	  "many rules; connection tracking; a fragment is late; reverse path filtering", \
	  "net/ipv4/ip_input.c: ip_rcv_core, ip_local_deliver; net/ipv4/ip_fragment.c: ip_defrag; " \
	  "net/ipv6/ip6_input.c: ip6_rcv_core, ip6_input; nft(8); sysctl net.ipv4.conf.all.rp_filter") \
	X(ICMP_RCV, \
	  "ICMP verifies the checksum of header and payload and calls the function for the type, which " \
	  "for an echo reply is ping_rcv", \
	  "a big payload whose checksum the card has not computed", \
	  "net/ipv4/icmp.c: icmp_rcv; net/ipv6/icmp.c: icmpv6_rcv") \
	X(PING_RCV, \
	  "The ping socket is looked up by the identifier; its filter is run; a clone of the packet is put " \
	  "into its receive queue, if that has room", \
	  "hardly ever; many ping sockets in one hash bucket", \
	  "net/ipv4/ping.c: ping_rcv, ping_lookup; net/core/sock.c: sock_queue_rcv_skb_reason; icmp(7), " \
	  "socket(7); sysctl net.ipv4.ping_group_range, net.core.rmem_default") \
	X(RAW_RCV, \
	  "IP has made a clone for the raw socket, before ICMP sees the packet; the socket's filter is " \
	  "run; the clone is put into its receive queue, if that has room", \
	  "hardly ever", \
	  "net/ipv4/raw.c: raw_v4_input, raw_rcv; net/ipv6/raw.c: rawv6_rcv; net/core/sock.c: " \
	  "sock_queue_rcv_skb_reason; raw(7), socket(7); sysctl net.core.rmem_default") \
	X(DATA_READY, \
	  "The process that waits in poll is woken: a CPU is chosen, the process is put into its run " \
	  "queue, the scheduler takes it, poll returns, and recvmsg(2) takes the packet out of the queue. " \
	  "Often the longest segment of this host", \
	  "all CPUs are busy and others go first; a cgroup's CPU time is used up; a deep sleep state; the " \
	  "processor of a virtual machine is not running; the process is still busy with another reply", \
	  "net/core/sock.c: sock_def_readable; kernel/sched/core.c: try_to_wake_up; net/ipv4/ping.c: " \
	  "ping_recvmsg; net/ipv4/raw.c: raw_recvmsg; sched(7), cgroups(7), cpupower-idle-info(1)") \
	X(COPY, \
	  "The payload is copied to user space, then address and control messages; the skb is freed, and " \
	  "the system call returns", \
	  "the copy meets a page that is not there; the process is taken off the CPU on the way out", \
	  "net/core/datagram.c: skb_copy_datagram_iter; net/socket.c: __sys_recvmsg; recvmsg(2)") \
	X(RECV, \
	  "The clock is read as soon as recvmsg(2) has returned: the round trip is over", \
	  "", \
	  "clock_gettime(2), vdso(7)")

/* The first part of `wire` where it is opened: from xmit to the responder's driver. */
#define PT_WIRE_OUT "wire-out"

/*
 * PT_ATTACH(X): where hooks are attached.
 *
 *	X(program, HOOK, PEER, kind, family, socket, target, method, arg)
 *
 * program	name of the BPF program
 * HOOK		the hook that it stamps, or NONE: what it sees is no passage, but the end
 * PEER		the hook that it stamps for the responder's side, or NONE
 * kind		FUNCTION	fentry or kprobe. Of the rows of one hook that suit the run, the first that the
 *				kernel has is taken.
 *		TRACEPOINT	different ways that packets may take: all are attached
 *		FALLBACK	a tracepoint that is attached where there is no function for the hook
 * family	V4, V6 or ANY; socket: DGRAM, RAW or ANY: the kind of run that needs the program
 * target	kernel function or tracepoint
 * method	how the packet is recognised, see bpf/methods.h
 * arg		which argument of the target the method starts from
 *
 * ip_rcv_core rather than ip_rcv: drivers with NAPI hand packets up in lists, which go through
 * ip_list_rcv; both call ip_rcv_core for each packet (17266ee93984, "net: ipv4: listified version of
 * ip_rcv"). The same holds for ip6_rcv_core (d8269e2cbf90). __ip_local_out rather than ip_local_out: the
 * compiler puts the latter into its callers in the same file, among them ip_send_skb, which we come by.
 */
#define PT_ATTACH(X) \
	X(ping_v4_sendmsg, SENDMSG, NONE, FUNCTION, V4, DGRAM, ping_v4_sendmsg, SENDING, 0) \
	X(ping_v6_sendmsg, SENDMSG, NONE, FUNCTION, V6, DGRAM, ping_v6_sendmsg, SENDING, 0) \
	X(raw_sendmsg, SENDMSG, NONE, FUNCTION, V4, RAW, raw_sendmsg, SENDING, 0) \
	X(rawv6_sendmsg, SENDMSG, NONE, FUNCTION, V6, RAW, rawv6_sendmsg, SENDING, 0) \
	X(sys_enter, SENDMSG, NONE, FALLBACK, ANY, ANY, sys_enter, SYSCALL, 1) \
	X(__ip_local_out, IP_LOCAL_OUT, PEER_IP_LOCAL_OUT, FUNCTION, V4, ANY, __ip_local_out, TRANSMIT, 2) \
	X(ip_local_out, IP_LOCAL_OUT, PEER_IP_LOCAL_OUT, FUNCTION, V4, ANY, ip_local_out, TRANSMIT, 2) \
	X(ip6_local_out, IP_LOCAL_OUT, PEER_IP_LOCAL_OUT, FUNCTION, V6, ANY, ip6_local_out, TRANSMIT, 2) \
	X(__ip6_local_out, IP_LOCAL_OUT, PEER_IP_LOCAL_OUT, FUNCTION, V6, ANY, __ip6_local_out, TRANSMIT, 2) \
	X(ip_finish_output2, IP_FINISH_OUTPUT2, NONE, FUNCTION, V4, ANY, ip_finish_output2, TRANSMIT, 2) \
	X(ip6_finish_output2, IP_FINISH_OUTPUT2, NONE, FUNCTION, V6, ANY, ip6_finish_output2, TRANSMIT, 2) \
	X(net_dev_queue, DEV_QUEUE, NONE, TRACEPOINT, ANY, ANY, net_dev_queue, TRANSMIT, 0) \
	X(net_dev_start_xmit, START_XMIT, PEER_XMIT, TRACEPOINT, ANY, ANY, net_dev_start_xmit, DRIVER, 0) \
	X(net_dev_xmit, XMIT, PEER_XMIT, TRACEPOINT, ANY, ANY, net_dev_xmit, TRANSMITTED, 0) \
	X(napi_gro_receive_entry, DRIVER_RX, PEER_DRIVER_RX, TRACEPOINT, ANY, ANY, napi_gro_receive_entry, RECEIVE, 0) \
	X(netif_rx, DRIVER_RX, PEER_DRIVER_RX, TRACEPOINT, ANY, ANY, netif_rx, RECEIVE, 0) \
	X(netif_receive_skb_entry, DRIVER_RX, PEER_DRIVER_RX, TRACEPOINT, ANY, ANY, netif_receive_skb_entry, RECEIVE, 0) \
	X(netif_receive_skb, NETIF_RECEIVE, NONE, TRACEPOINT, ANY, ANY, netif_receive_skb, RECEIVE, 0) \
	X(ip_rcv_core, IP_RCV, NONE, FUNCTION, V4, ANY, ip_rcv_core, RECEIVE, 0) \
	X(ip_rcv, IP_RCV, NONE, FUNCTION, V4, ANY, ip_rcv, RECEIVE, 0) \
	X(ip6_rcv_core, IP_RCV, NONE, FUNCTION, V6, ANY, ip6_rcv_core, RECEIVE, 0) \
	X(ipv6_rcv, IP_RCV, NONE, FUNCTION, V6, ANY, ipv6_rcv, RECEIVE, 0) \
	X(icmp_rcv, ICMP_RCV, PEER_ICMP_RCV, FUNCTION, V4, ANY, icmp_rcv, DELIVER, 0) \
	X(icmpv6_rcv, ICMP_RCV, PEER_ICMP_RCV, FUNCTION, V6, ANY, icmpv6_rcv, DELIVER, 0) \
	X(ping_rcv, PING_RCV, NONE, FUNCTION, ANY, ANY, ping_rcv, DELIVER, 0) \
	X(raw_rcv, RAW_RCV, NONE, FUNCTION, V4, RAW, raw_rcv, DELIVER_RAW, 0) \
	X(rawv6_rcv, RAW_RCV, NONE, FUNCTION, V6, RAW, rawv6_rcv, DELIVER_RAW, 0) \
	X(sock_def_readable, DATA_READY, NONE, FUNCTION, ANY, ANY, sock_def_readable, READY, 0) \
	X(sk_data_ready, DATA_READY, NONE, FALLBACK, ANY, ANY, sk_data_ready, QUEUED, 0) \
	X(skb_copy_datagram_iovec, COPY, NONE, TRACEPOINT, ANY, ANY, skb_copy_datagram_iovec, COPIED, 0) \
	X(kfree_skb, NONE, NONE, TRACEPOINT, ANY, ANY, kfree_skb, DROPPED, 0)

/*
 * PT_WHY(X): where --why looks for causes, in addition. All that the kernel has are attached.
 *
 *	X(program, kind, target, what, AT)
 *
 * kind		FUNCTION or TRACEPOINT
 * what		what the program takes down, see bpf/why.h
 * AT		of a reply that is received: enum pt_receiver; otherwise NONE
 *
 * __neigh_event_send is called only where a neighbour is not known to be valid.
 */
#define PT_WHY(X) \
	X(sched_waking, TRACEPOINT, sched_waking, WAKING, NONE) \
	X(sched_wakeup, TRACEPOINT, sched_wakeup, WAKEUP, NONE) \
	X(sched_switch, TRACEPOINT, sched_switch, SWITCH, NONE) \
	X(softirq_raise, TRACEPOINT, softirq_raise, RAISED, NONE) \
	X(softirq_entry, TRACEPOINT, softirq_entry, ENTERED, NONE) \
	X(softirq_exit, TRACEPOINT, softirq_exit, LEFT, NONE) \
	X(cpu_idle, TRACEPOINT, cpu_idle, IDLE, NONE) \
	X(qdisc_enqueue, TRACEPOINT, qdisc_enqueue, ENQUEUED, NONE) \
	X(neigh_event_send, FUNCTION, __neigh_event_send, NEIGHBOUR, NONE) \
	X(napi_gro_receive_entry, TRACEPOINT, napi_gro_receive_entry, RECEIVED, DRIVER_RX) \
	X(netif_rx, TRACEPOINT, netif_rx, RECEIVED, DRIVER_RX) \
	X(netif_receive_skb_entry, TRACEPOINT, netif_receive_skb_entry, RECEIVED, DRIVER_RX) \
	X(netif_receive_skb, TRACEPOINT, netif_receive_skb, RECEIVED, NETIF_RECEIVE) \
	X(skb_copy_datagram_iovec, TRACEPOINT, skb_copy_datagram_iovec, TAKEN, NONE)

/*
 * PT_TIMESTAMPING(X): what the backend without BPF sees, through SO_TIMESTAMPING.
 *
 *	X(HOOK, flag): flag without its SOF_TIMESTAMPING_ prefix
 */
#define PT_TIMESTAMPING(X) \
	X(DEV_QUEUE, TX_SCHED) \
	X(XMIT, TX_SOFTWARE) \
	X(NETIF_RECEIVE, RX_SOFTWARE)

/* PT_LAYERS(X): X(LAYER, name), in the order in which layers are shown. */
#define PT_LAYERS(X) \
	X(SOCKET, "socket") \
	X(IP, "ip") \
	X(DRIVER, "driver") \
	X(WIRE, "wire")
/* clang-format on */

#define PT_ENUM_HOOK(hook, ...) PT_HOOK_##hook,
enum pt_hook { PT_HOOKS(PT_ENUM_HOOK) PT_NR_HOOKS, PT_HOOK_NONE = PT_NR_HOOKS };
#undef PT_ENUM_HOOK

#define PT_ENUM_PLACE(program, ...) PT_PLACE_##program,
enum pt_place { PT_ATTACH(PT_ENUM_PLACE) PT_NR_PLACES };
#undef PT_ENUM_PLACE

#define PT_ENUM_LAYER(layer, ...) PT_LAYER_##layer,
enum pt_layer { PT_LAYERS(PT_ENUM_LAYER) PT_NR_LAYERS };
#undef PT_ENUM_LAYER

/* Kinds of socket and address families, as masks: ANY is all of them. */
enum pt_socket { PT_SOCKET_DGRAM = 1, PT_SOCKET_RAW = 2, PT_SOCKET_ANY = 3, PT_SOCKET_PEER = 4 };
enum pt_family { PT_FAMILY_V4 = 1, PT_FAMILY_V6 = 2, PT_FAMILY_ANY = 3 };

enum pt_packet { PT_PACKET_REQUEST, PT_PACKET_REPLY };
enum pt_pass { PT_PASS_USER, PT_PASS_FIRST, PT_PASS_LAST, PT_PASS_OURS };
enum pt_kind { PT_KIND_FUNCTION, PT_KIND_TRACEPOINT, PT_KIND_FALLBACK };

#endif /* PINGTRACE_HOOKS_H */
