/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook table. BPF programs, loader, path, outputs, documents and tests are made from it. A new hook is one row in
 * PT_HOOKS, one in PT_ATTACH_POINTS for each point it can be attached to, and one text in src/explain/hook_texts.c.
 */
#ifndef PINGTRACE_HOOKS_H
#define PINGTRACE_HOOKS_H

/*
 * PT_HOOKS(X): every hook, in the order in which a probe passes them.
 *
 *	X(HOOK, name, side, packet, pass, socket, segment, layer)
 *
 * side		OURS		of the host that sends the probe
 *		RESPONDER	of the responder, if that is this kernel too: not on the path, but inside the segment
 *				`wire`. These rows are consecutive.
 * packet	REQUEST or REPLY: which packet of the probe passes here. On the responder's side: the request on its
 *		way in, or the reply on its way out.
 * pass		which pass counts when a packet passes more than once:
 *		USER	no BPF: user space reads the clock
 *		FIRST	the first
 *		LAST	the last (a request: by its last device; a reply: before its delivery)
 *		SOCKET	the first that concerns the probe's own socket; for handlers that know the socket
 * socket	the kind of socket with which the hook lies on the path: DGRAM (ping socket), RAW or ANY.
 *		With the other kind its stamp is shown beside the path.
 * segment	the segment that begins here and ends at the next hook of the path, or inside `wire`
 * layer	the layer of that segment
 */
/* clang-format off */
#define PT_HOOKS(X) \
	X(SEND, send, OURS, REQUEST, USER, ANY, "syscall-out", SOCKET) \
	X(SENDMSG, sendmsg, OURS, REQUEST, FIRST, ANY, "socket-out", SOCKET) \
	X(IP_LOCAL_OUT, ip_local_out, OURS, REQUEST, FIRST, ANY, "ip-out", IP) \
	X(IP_FINISH_OUTPUT2, ip_finish_output2, OURS, REQUEST, FIRST, ANY, "neigh-out", IP) \
	X(DEV_QUEUE, dev_queue, OURS, REQUEST, LAST, ANY, "qdisc", DRIVER) \
	X(START_XMIT, start_xmit, OURS, REQUEST, LAST, ANY, "driver-out", DRIVER) \
	X(XMIT, xmit, OURS, REQUEST, LAST, ANY, "wire", WIRE) \
	X(PEER_DRIVER_RX, peer_driver_rx, RESPONDER, REQUEST, LAST, ANY, "peer-in", WIRE) \
	X(PEER_ICMP_RCV, peer_icmp_rcv, RESPONDER, REQUEST, FIRST, ANY, "peer-icmp", WIRE) \
	X(PEER_IP_LOCAL_OUT, peer_ip_local_out, RESPONDER, REPLY, FIRST, ANY, "peer-out", WIRE) \
	X(PEER_XMIT, peer_xmit, RESPONDER, REPLY, FIRST, ANY, "wire-in", WIRE) \
	X(DRIVER_RX, driver_rx, OURS, REPLY, FIRST, ANY, "driver-in", DRIVER) \
	X(NETIF_RECEIVE, netif_receive, OURS, REPLY, LAST, ANY, "link-in", DRIVER) \
	X(IP_RCV, ip_rcv, OURS, REPLY, LAST, ANY, "ip-in", IP) \
	X(ICMP_RCV, icmp_rcv, OURS, REPLY, FIRST, DGRAM, "icmp-in", IP) \
	X(PING_RCV, ping_rcv, OURS, REPLY, FIRST, DGRAM, "socket-in", SOCKET) \
	X(RAW_RCV, raw_rcv, OURS, REPLY, SOCKET, RAW, "socket-in", SOCKET) \
	X(DATA_READY, data_ready, OURS, REPLY, SOCKET, ANY, "wakeup", SOCKET) \
	X(COPY, copy, OURS, REPLY, SOCKET, ANY, "syscall-in", SOCKET) \
	X(RECV, recv, OURS, REPLY, USER, ANY, "", SOCKET)

/* The first part of `wire`, if it is divided: from xmit to the responder's driver. */
#define PT_WIRE_OUT "wire-out"

/*
 * PT_ATTACH_POINTS(X): where hooks are attached.
 *
 *	X(program, HOOK, RESPONDER_HOOK, kind, family, socket, place, handler, arg)
 *
 * program	name of the BPF program
 * HOOK		the hook that it stamps; NONE: it stamps none (kfree_skb, where packets end)
 * RESPONDER_HOOK	the hook that it stamps on the responder's side, or NONE
 * kind		FUNCTION	fentry or kprobe. Of the rows of one hook that suit the run, the first that the
 *				kernel has is attached.
 *		TRACEPOINT	different ways of packets: all are attached
 *		FALLBACK	a tracepoint that is attached if the kernel has no function for the hook
 * family	V4, V6 or ANY; socket: DGRAM, RAW or ANY: the kind of run that needs the program
 * place	kernel function or tracepoint
 * handler	how the packet is recognised, and what is done with it, see bpf/programs.h
 * arg		the first of its arguments that is passed to the handler; the next ones follow
 *
 * ip_rcv_core rather than ip_rcv: drivers with NAPI hand packets up in lists, which go through
 * ip_list_rcv; both call ip_rcv_core for each packet (17266ee93984, "net: ipv4: listified version of
 * ip_rcv"). The same holds for ip6_rcv_core (d8269e2cbf90). __ip_local_out rather than ip_local_out: the
 * compiler puts the latter into its callers in the same file, among them ip_send_skb, which we come by.
 */
#define PT_ATTACH_POINTS(X) \
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
	X(net_dev_start_xmit, START_XMIT, NONE, TRACEPOINT, ANY, ANY, net_dev_start_xmit, DRIVER, 0) \
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
 * PT_WHY(X): attach points that --why adds. All that the kernel has are attached.
 *
 *	X(program, HOOK, kind, place, handler, arg)
 *
 * HOOK		the hook whose pass it observes, or NONE. It stamps no hook.
 * The other columns are as in PT_ATTACH_POINTS.
 *
 * __neigh_event_send is called only if the neighbour is not known to be valid.
 */
#define PT_WHY(X) \
	X(sched_waking, NONE, TRACEPOINT, sched_waking, WAKING, 0) \
	X(sched_wakeup, NONE, TRACEPOINT, sched_wakeup, WAKEUP, 0) \
	X(sched_switch, NONE, TRACEPOINT, sched_switch, SWITCH, 1) \
	X(softirq_raise, NONE, TRACEPOINT, softirq_raise, RAISED, 0) \
	X(softirq_entry, NONE, TRACEPOINT, softirq_entry, ENTERED, 0) \
	X(softirq_exit, NONE, TRACEPOINT, softirq_exit, LEFT, 0) \
	X(cpu_idle, NONE, TRACEPOINT, cpu_idle, IDLE, 0) \
	X(qdisc_enqueue, NONE, TRACEPOINT, qdisc_enqueue, ENQUEUED, 0) \
	X(neigh_event_send, NONE, FUNCTION, __neigh_event_send, NEIGHBOUR, 0) \
	X(napi_gro_receive_entry, DRIVER_RX, TRACEPOINT, napi_gro_receive_entry, RECEIVED, 0) \
	X(netif_rx, DRIVER_RX, TRACEPOINT, netif_rx, RECEIVED, 0) \
	X(netif_receive_skb_entry, DRIVER_RX, TRACEPOINT, netif_receive_skb_entry, RECEIVED, 0) \
	X(netif_receive_skb, NETIF_RECEIVE, TRACEPOINT, netif_receive_skb, RECEIVED, 0) \
	X(skb_copy_datagram_iovec, NONE, TRACEPOINT, skb_copy_datagram_iovec, TAKEN, 0)

/*
 * PT_HEADS(X): where the first bytes of packets are copied, if a sink asks for them. Columns are as in PT_WHY: HOOK is the
 * one whose stamp the packet has.
 */
#define PT_HEADS(X) \
	X(net_dev_start_xmit, START_XMIT, TRACEPOINT, net_dev_start_xmit, SENT_HEAD, 0) \
	X(napi_gro_receive_entry, DRIVER_RX, TRACEPOINT, napi_gro_receive_entry, RECEIVED_HEAD, 0) \
	X(netif_rx, DRIVER_RX, TRACEPOINT, netif_rx, RECEIVED_HEAD, 0) \
	X(netif_receive_skb_entry, DRIVER_RX, TRACEPOINT, netif_receive_skb_entry, RECEIVED_HEAD, 0)

/*
 * PT_TIMESTAMPING(X): the hooks that SO_TIMESTAMPING stands for, in the backend without BPF.
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
_Static_assert(PT_NR_HOOKS < 32, "sets of hooks are masks of 32 bits");

#define PT_ENUM_ATTACH_POINT(program, ...) PT_ATTACH_POINT_##program,
#define PT_ENUM_WHY(program, ...) PT_ATTACH_POINT_why_##program,
#define PT_ENUM_HEADS(program, ...) PT_ATTACH_POINT_heads_##program,
/* They are attached in this order, and at one point run in it. */
/* clang-format off */
enum pt_attach_point {
	PT_ATTACH_POINTS(PT_ENUM_ATTACH_POINT) PT_WHY(PT_ENUM_WHY) PT_HEADS(PT_ENUM_HEADS) PT_NR_ATTACH_POINTS
};
/* clang-format on */
#undef PT_ENUM_HEADS
#undef PT_ENUM_WHY
#undef PT_ENUM_ATTACH_POINT

#define PT_ENUM_LAYER(layer, ...) PT_LAYER_##layer,
enum pt_layer { PT_LAYERS(PT_ENUM_LAYER) PT_NR_LAYERS };
#undef PT_ENUM_LAYER

/* Kinds of socket and address families, as masks: ANY is all of them. */
enum pt_socket { PT_SOCKET_DGRAM = 1, PT_SOCKET_RAW = 2, PT_SOCKET_ANY = 3 };
enum pt_family { PT_FAMILY_V4 = 1, PT_FAMILY_V6 = 2, PT_FAMILY_ANY = 3 };

enum pt_side { PT_SIDE_OURS, PT_SIDE_RESPONDER };
enum pt_packet { PT_PACKET_REQUEST, PT_PACKET_REPLY };
enum pt_pass { PT_PASS_USER, PT_PASS_FIRST, PT_PASS_LAST, PT_PASS_SOCKET };
enum pt_kind { PT_KIND_FUNCTION, PT_KIND_TRACEPOINT, PT_KIND_FALLBACK };

#endif /* PINGTRACE_HOOKS_H */
