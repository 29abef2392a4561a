// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens an echo socket and sets its options. */
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/in6.h>
#include "base/privileges.h"
#include "net/socket.h"

#ifndef ICMP_FILTER
#define ICMP_FILTER 1 /* include/uapi/linux/icmp.h, which does not go together with libc's headers */
#endif

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/* The option of both families, which have other names and numbers for it. */
static int set_ip(const struct echo_socket *s, int v4, int v6, int value)
{
	return s->family == PT_FAMILY_V6 ? set_option(s->fd, IPPROTO_IPV6, v6, value) :
					   set_option(s->fd, IPPROTO_IP, v4, value);
}

/*
 * A raw socket gets a copy of every ICMP message of the host. Let the kernel keep all but echo replies, before it
 * makes the copy (icmp_filter in net/ipv4/raw.c), and those with another identifier than ours.
 */
static int filter_raw(const struct echo_socket *s)
{
	uint32_t types_v4 = ~(1U << ICMP_ECHOREPLY);
	struct icmp6_filter types_v6;
	struct sock_filter v4[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X = length of the IP header */
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, s->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ~0U),		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter v6[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, s->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ~0U),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = ARRAY_SIZE(v4), .filter = v4 };
	int err;

	if (s->family == PT_FAMILY_V6) {
		prog = (struct sock_fprog){ .len = ARRAY_SIZE(v6), .filter = v6 };
		ICMP6_FILTER_SETBLOCKALL(&types_v6);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &types_v6);
		err = setsockopt(s->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &types_v6, sizeof(types_v6));
	} else {
		err = setsockopt(s->fd, SOL_RAW, ICMP_FILTER, &types_v4, sizeof(types_v4));
	}
	if (err || setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		return -errno;
	return 0;
}

static int bind_port(const struct echo_socket *s, const union address *source, uint16_t port)
{
	union address addr = {};

	if (source)
		addr = *source;
	addr.sa.sa_family = s->family == PT_FAMILY_V6 ? AF_INET6 : AF_INET;
	addr.v4.sin_port = htons(port); /* at the same place in both families */
	return bind(s->fd, &addr.sa, address_size(s->family)) ? -errno : 0;
}

/* A ping socket's identifier is its port: binding to port 0 lets the kernel choose one that is free. */
static int bind_source(struct echo_socket *s, const struct echo_socket_options *o)
{
	socklen_t len = address_size(s->family);
	union address addr = {};
	int err;

	s->id = o->id;
	if (s->kind == PT_SOCKET_RAW) {
		err = o->source ? bind_port(s, o->source, 0) : 0;
		if (!err && o->id < 0)
			err = getrandom(&s->id, sizeof(s->id), 0) == sizeof(s->id) ? 0 : -EIO;
		return err;
	}
	err = bind_port(s, o->source, o->id < 0 ? 0 : o->id);
	if (err || o->id >= 0)
		return err;
	if (getsockname(s->fd, &addr.sa, &len))
		return -errno;
	s->id = ntohs(addr.v4.sin_port);
	return 0;
}

static int open_kind(struct echo_socket *s, enum pt_socket kind)
{
	int type = (kind == PT_SOCKET_RAW ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
	struct raised raised = {};

	if (kind == PT_SOCKET_RAW)
		raised = privileges_raise(PRIVILEGE_RAW_SOCKET);
	if (s->family == PT_FAMILY_V6)
		s->fd = socket(AF_INET6, type, IPPROTO_ICMPV6);
	else
		s->fd = socket(AF_INET, type, IPPROTO_ICMP);
	privileges_lower(raised);
	if (s->fd < 0)
		return -errno;
	s->kind = kind;
	return 0;
}

/* Ask for the control messages of received packets. */
static int set_reception(const struct echo_socket *s)
{
	int err = set_ip(s, IP_RECVERR, IPV6_RECVERR, 1);

	err = err ?: set_ip(s, IP_RECVTTL, IPV6_RECVHOPLIMIT, 1);
	if (!err && s->family == PT_FAMILY_V4 && s->kind == PT_SOCKET_DGRAM)
		err = set_option(s->fd, IPPROTO_IP, IP_RECVOPTS, 1);
	return err;
}

static int set_header(const struct echo_socket *s, const struct echo_socket_options *o, struct error *error)
{
	int err = 0;

	if (o->ttl >= 0) {
		err = set_ip(s, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, o->ttl);
		err = err ?: set_ip(s, IP_TTL, IPV6_UNICAST_HOPS, o->ttl);
		if (err)
			return error_set(error, -err,
					 "cannot set the time to live to %d: %s: use -t 1 to 255", o->ttl,
					 strerror(-err));
	}
	if (o->tos)
		err = set_ip(s, IP_TOS, IPV6_TCLASS, o->tos);
	if (!err && o->mtu_discovery >= 0)
		err = set_ip(s, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, o->mtu_discovery);
	if (!err && o->no_loop)
		err = set_ip(s, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, 0);
	if (!err && o->ip_options &&
	    setsockopt(s->fd, IPPROTO_IP, IP_OPTIONS, o->ip_options, o->ip_options_size))
		err = -errno;
	return err ? error_set(error, -err, "cannot set up the socket: %s", strerror(-err)) : 0;
}

/* A flow label has to be leased from the kernel; to ask for 0 is to let it choose. */
static int lease_flow(struct echo_socket *s, const struct echo_socket_options *o, struct error *error)
{
	struct in6_flowlabel_req req = {
		.flr_label = htonl(o->flow),
		.flr_action = IPV6_FL_A_GET,
		.flr_flags = IPV6_FL_F_CREATE,
		.flr_share = IPV6_FL_S_EXCL,
	};

	memcpy(&req.flr_dst, &o->flow_to->v6.sin6_addr, sizeof(req.flr_dst));
	if (setsockopt(s->fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &req, sizeof(req)) ||
	    set_option(s->fd, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 1))
		return error_set(error, errno,
				 "cannot get flow label 0x%05x: %s: use another one, or 0 for any", o->flow,
				 strerror(errno));
	s->flow = ntohl(req.flr_label);
	return 0;
}

/*
 * Requires CAP_NET_ADMIN. Since 42330a32933f (5.17) the kernel also accepts CAP_NET_RAW, with which everybody who may ping by
 * a raw socket could use a mark that a firewall trusts. Returns 0 or a negative errno.
 */
static int set_mark(int fd, uint32_t mark)
{
	struct raised raised = privileges_raise(PRIVILEGE_NET_ADMIN);
	int err = setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) ? -errno : 0;

	privileges_lower(raised);
	return err;
}

static void set_debug(int fd)
{
	struct raised raised = privileges_raise(PRIVILEGE_NET_ADMIN);

	set_option(fd, SOL_SOCKET, SO_DEBUG, 1);
	privileges_lower(raised);
}

/* Options that ping too can do without. */
static void set_optional(const struct echo_socket *s, const struct echo_socket_options *o)
{
	int err = o->has_mark ? set_mark(s->fd, o->mark) : 0;

	if (err)
		complain("requests are sent without mark %u: %s: run as root, or with CAP_NET_ADMIN",
			 (unsigned int)o->mark, strerror(-err));
	if (o->debug)
		set_debug(s->fd);
	if (o->no_route)
		set_option(s->fd, SOL_SOCKET, SO_DONTROUTE, 1);
	if (o->broadcast)
		set_option(s->fd, SOL_SOCKET, SO_BROADCAST, 1);
}

static int bind_to_device(int fd, const char *device)
{
	struct raised raised = privileges_raise(PRIVILEGE_RAW_SOCKET);
	int err = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1) ? -errno : 0;

	privileges_lower(raised);
	return err;
}

static int set_device(const struct echo_socket *s, const char *device, struct error *error)
{
	int err;

	if (!if_nametoindex(device))
		return error_set(error, ENODEV, "no device '%.64s': ip link lists the devices", device);
	err = bind_to_device(s->fd, device);
	if (err)
		return error_set(error, -err, "cannot send through %.64s: %s", device, strerror(-err));
	return 0;
}

#define PACKET_OVERHEAD 512 /* that the kernel counts with each packet, about */
#define ROOM_MIN (324 * 1024)

void echo_socket_make_room(const struct echo_socket *s, uint64_t packets, size_t payload_size,
			   unsigned int send_buffer)
{
	uint64_t hold = (payload_size + PACKET_OVERHEAD) * packets;

	if (hold < ROOM_MIN)
		hold = ROOM_MIN;
	if (hold > INT32_MAX / 2)
		hold = INT32_MAX / 2;
	set_option(s->fd, SOL_SOCKET, SO_SNDBUF, send_buffer ? (int)send_buffer : (int)hold);
	set_option(s->fd, SOL_SOCKET, SO_RCVBUF, hold);
}

static int bind_socket(struct echo_socket *s, const struct echo_socket_options *o, struct error *error)
{
	int err = bind_source(s, o);

	if (err == -EADDRINUSE)
		return error_set(error, EADDRINUSE,
				 "identifier %d is in use: use another one for -e, or leave out -e", o->id);
	if (err)
		return error_set(
			error, -err,
			"cannot bind the socket to the source address: %s: use an address of this host",
			strerror(-err));
	return 0;
}

static int set_up(struct echo_socket *s, const struct echo_socket_options *o, struct error *error)
{
	socklen_t len = sizeof(s->cookie);
	int err = 0;

	if (o->device)
		err = set_device(s, o->device, error);
	err = err ?: bind_socket(s, o, error);
	err = err ?: set_header(s, o, error);
	if (!err && o->flow >= 0 && s->family == PT_FAMILY_V6)
		err = lease_flow(s, o, error);
	if (err)
		return err;
	set_optional(s, o);
	err = set_reception(s);
	if (!err && s->kind == PT_SOCKET_RAW)
		err = filter_raw(s);
	if (!err && getsockopt(s->fd, SOL_SOCKET, SO_COOKIE, &s->cookie, &len))
		err = -errno;
	if (!err && o->remote && connect(s->fd, &o->remote->sa, address_size(s->family)))
		err = -errno;
	return err ? error_set(error, -err, "cannot set up the socket: %s", strerror(-err)) : 0;
}

static int open_any(struct echo_socket *s, enum pt_socket kind, struct error *error)
{
	int dgram_err = 0, raw_err = 0, err;

	if (kind & PT_SOCKET_DGRAM)
		dgram_err = open_kind(s, PT_SOCKET_DGRAM);
	if (s->fd < 0 && kind & PT_SOCKET_RAW)
		raw_err = open_kind(s, PT_SOCKET_RAW);
	if (s->fd >= 0)
		return 0;
	err = raw_err ? raw_err : dgram_err;
	if (err == -EAFNOSUPPORT)
		return error_set(error, EAFNOSUPPORT, "this kernel has no IPv6: use -4");
	if (!raw_err)
		return error_set(error, -err,
				 "no ping socket: %s: widen net.ipv4.ping_group_range, or use --socket=raw",
				 strerror(-err));
	if (!(kind & PT_SOCKET_DGRAM))
		return error_set(error, -err,
				 "no raw socket: %s: run as root, with CAP_NET_RAW, or use --socket=dgram",
				 strerror(-err));
	return error_set(error, -err,
			 "no socket: %s: run as root, or widen net.ipv4.ping_group_range for a ping socket",
			 strerror(-err));
}

int echo_socket_open(struct echo_socket *s, const struct echo_socket_options *o, struct error *error)
{
	enum pt_socket kind = o->kind;
	int err;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->family = o->family;
	if (o->id == 0 && kind == PT_SOCKET_ANY)
		kind = PT_SOCKET_RAW; /* 0 lets a ping socket choose */
	err = open_any(s, kind, error);
	if (err)
		return err;
	err = set_up(s, o, error);
	if (err)
		echo_socket_close(s);
	return err;
}

void echo_socket_close(struct echo_socket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int echo_socket_want_time(const struct echo_socket *s, struct error *error)
{
	int err = set_option(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);

	return err ? error_set(error, -err, "no receive timestamps: %s: use -U, which needs none",
			       strerror(-err)) :
		     0;
}

int echo_socket_source(const struct echo_socket_options *o, const union address *to, union address *source,
		       int *mtu)
{
	struct echo_socket s = { .family = o->family };
	socklen_t len = address_size(o->family);
	union address port = *to;
	int err = 0;

	s.fd = socket(to->sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0)
		return -errno;
	if (o->tos)
		set_ip(&s, IP_TOS, IPV6_TCLASS, o->tos);
	if (o->has_mark)
		set_mark(s.fd, o->mark);
	if (o->broadcast)
		set_option(s.fd, SOL_SOCKET, SO_BROADCAST, 1);
	port.v4.sin_port = htons(1025); /* any */
	if ((o->device && bind_to_device(s.fd, o->device)) ||
	    (o->source && bind(s.fd, &o->source->sa, len)) || connect(s.fd, &port.sa, len) ||
	    getsockname(s.fd, &source->sa, &len))
		err = -errno;
	len = sizeof(*mtu);
	if (mtu && (o->family == PT_FAMILY_V6 ? getsockopt(s.fd, IPPROTO_IPV6, IPV6_MTU, mtu, &len) :
						getsockopt(s.fd, IPPROTO_IP, IP_MTU, mtu, &len)))
		*mtu = 0;
	source->v4.sin_port = 0;
	close(s.fd);
	return err;
}
