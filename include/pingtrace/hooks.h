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
 *		With the other kind its stamp is kept and shown beside the path.
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
 * PT_ATTACH(X): where hooks are attached.
 *
 *	X(program, HOOK, kind, family, socket, target, method, arg)
 *
 * program	name of the BPF program
 * kind		FUNCTION (fentry, kprobe) or TRACEPOINT
 * family	V4, V6 or ANY; socket: DGRAM, RAW or ANY: the kind of run that needs the program
 * target	kernel function or tracepoint. Of the rows of one hook that suit the family and the socket, and
 *		whose `kind` is FUNCTION, the first that the kernel has is taken; tracepoints are different ways
 *		that packets may take, all of them are attached.
 * method	how the packet is recognised, see bpf/methods.h
 * arg		which argument of the target the method starts from
 *
 * ip_rcv_core rather than ip_rcv: drivers with NAPI hand packets up in lists, which go through
 * ip_list_rcv; both call ip_rcv_core for each packet (17266ee93984, "net: ipv4: listified version of
 * ip_rcv"). The same holds for ip6_rcv_core (d8269e2cbf90). __ip_local_out rather than ip_local_out: the
 * compiler puts the latter into its callers in the same file, among them ip_send_skb, which we come by.
 */
#define PT_ATTACH(X) \
	X(ping_v4_sendmsg, SENDMSG, FUNCTION, V4, DGRAM, ping_v4_sendmsg, SENDING, 0) \
	X(ping_v6_sendmsg, SENDMSG, FUNCTION, V6, DGRAM, ping_v6_sendmsg, SENDING, 0) \
	X(raw_sendmsg, SENDMSG, FUNCTION, V4, RAW, raw_sendmsg, SENDING, 0) \
	X(rawv6_sendmsg, SENDMSG, FUNCTION, V6, RAW, rawv6_sendmsg, SENDING, 0) \
	X(__ip_local_out, IP_LOCAL_OUT, FUNCTION, V4, ANY, __ip_local_out, TRANSMIT, 2) \
	X(ip_local_out, IP_LOCAL_OUT, FUNCTION, V4, ANY, ip_local_out, TRANSMIT, 2) \
	X(ip6_local_out, IP_LOCAL_OUT, FUNCTION, V6, ANY, ip6_local_out, TRANSMIT, 2) \
	X(__ip6_local_out, IP_LOCAL_OUT, FUNCTION, V6, ANY, __ip6_local_out, TRANSMIT, 2) \
	X(ip_finish_output2, IP_FINISH_OUTPUT2, FUNCTION, V4, ANY, ip_finish_output2, TRANSMIT, 2) \
	X(ip6_finish_output2, IP_FINISH_OUTPUT2, FUNCTION, V6, ANY, ip6_finish_output2, TRANSMIT, 2) \
	X(net_dev_queue, DEV_QUEUE, TRACEPOINT, ANY, ANY, net_dev_queue, TRANSMIT, 0) \
	X(net_dev_start_xmit, START_XMIT, TRACEPOINT, ANY, ANY, net_dev_start_xmit, TRANSMIT, 0) \
	X(net_dev_xmit, XMIT, TRACEPOINT, ANY, ANY, net_dev_xmit, TRANSMITTED, 0) \
	X(napi_gro_receive_entry, DRIVER_RX, TRACEPOINT, ANY, ANY, napi_gro_receive_entry, RECEIVE, 0) \
	X(netif_rx, DRIVER_RX, TRACEPOINT, ANY, ANY, netif_rx, RECEIVE, 0) \
	X(netif_receive_skb_entry, DRIVER_RX, TRACEPOINT, ANY, ANY, netif_receive_skb_entry, RECEIVE, 0) \
	X(netif_receive_skb, NETIF_RECEIVE, TRACEPOINT, ANY, ANY, netif_receive_skb, RECEIVE, 0) \
	X(ip_rcv_core, IP_RCV, FUNCTION, V4, ANY, ip_rcv_core, RECEIVE, 0) \
	X(ip_rcv, IP_RCV, FUNCTION, V4, ANY, ip_rcv, RECEIVE, 0) \
	X(ip6_rcv_core, IP_RCV, FUNCTION, V6, ANY, ip6_rcv_core, RECEIVE, 0) \
	X(ipv6_rcv, IP_RCV, FUNCTION, V6, ANY, ipv6_rcv, RECEIVE, 0) \
	X(icmp_rcv, ICMP_RCV, FUNCTION, V4, ANY, icmp_rcv, DELIVER, 0) \
	X(icmpv6_rcv, ICMP_RCV, FUNCTION, V6, ANY, icmpv6_rcv, DELIVER, 0) \
	X(ping_rcv, PING_RCV, FUNCTION, ANY, ANY, ping_rcv, DELIVER, 0) \
	X(raw_rcv, RAW_RCV, FUNCTION, V4, RAW, raw_rcv, DELIVER_RAW, 0) \
	X(rawv6_rcv, RAW_RCV, FUNCTION, V6, RAW, rawv6_rcv, DELIVER_RAW, 0) \
	X(sock_def_readable, DATA_READY, FUNCTION, ANY, ANY, sock_def_readable, READY, 0) \
	X(skb_copy_datagram_iovec, COPY, TRACEPOINT, ANY, ANY, skb_copy_datagram_iovec, COPIED, 0)

/* PT_LAYERS(X): X(LAYER, name), in the order in which layers are shown. */
#define PT_LAYERS(X) \
	X(SOCKET, "socket") \
	X(IP, "ip") \
	X(DRIVER, "driver") \
	X(WIRE, "wire")
/* clang-format on */

#define PT_ENUM_HOOK(hook, ...) PT_HOOK_##hook,
enum pt_hook { PT_HOOKS(PT_ENUM_HOOK) PT_NR_HOOKS };
#undef PT_ENUM_HOOK

#define PT_ENUM_LAYER(layer, ...) PT_LAYER_##layer,
enum pt_layer { PT_LAYERS(PT_ENUM_LAYER) PT_NR_LAYERS };
#undef PT_ENUM_LAYER

/* Kinds of socket and address families, as masks: ANY is all of them. */
enum pt_socket { PT_SOCKET_DGRAM = 1, PT_SOCKET_RAW = 2, PT_SOCKET_ANY = 3 };
enum pt_family { PT_FAMILY_V4 = 1, PT_FAMILY_V6 = 2, PT_FAMILY_ANY = 3 };

enum pt_packet { PT_PACKET_REQUEST, PT_PACKET_REPLY };
enum pt_pass { PT_PASS_USER, PT_PASS_FIRST, PT_PASS_LAST, PT_PASS_OURS };
enum pt_kind { PT_KIND_FUNCTION, PT_KIND_TRACEPOINT };

#endif /* PINGTRACE_HOOKS_H */
