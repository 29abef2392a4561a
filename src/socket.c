// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include "socket.h"

uint16_t internet_checksum(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;
	uint16_t word;
	size_t i;

	for (i = 0; i + 1 < size; i += 2) {
		memcpy(&word, data + i, 2);
		sum += word;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (size & 1) {
		word = 0;
		memcpy(&word, data + size - 1, 1);
		sum += word;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static socklen_t address_size(enum pt_family family)
{
	return family == PT_FAMILY_V6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/*
 * A raw socket gets a copy of every ICMP message of the host. Let the kernel keep all but echo replies with
 * our identifier.
 */
static int filter_raw(const struct echo_socket *s)
{
	struct sock_filter v4[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X = length of the IP header */
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_ECHOREPLY, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, s->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ~0U),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter v6[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_ECHO_REPLY, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, s->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ~0U),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = ARRAY_SIZE(v4), .filter = v4 };

	if (s->family == PT_FAMILY_V6)
		prog = (struct sock_fprog){ .len = ARRAY_SIZE(v6), .filter = v6 };
	if (setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		return -errno;
	return 0;
}

/* A ping socket's identifier is its port: binding to port 0 lets the kernel choose one that is free. */
static int bind_source(struct echo_socket *s, const union address *source)
{
	socklen_t len = address_size(s->family);
	union address addr = {};

	if (source)
		addr = *source;
	addr.sa.sa_family = s->family == PT_FAMILY_V6 ? AF_INET6 : AF_INET;
	if ((source || s->kind == PT_SOCKET_DGRAM) && bind(s->fd, &addr.sa, len))
		return -errno;
	if (s->kind == PT_SOCKET_RAW)
		return getrandom(&s->id, sizeof(s->id), 0) == sizeof(s->id) ? 0 : -EIO;
	if (getsockname(s->fd, &addr.sa, &len))
		return -errno;
	s->id = ntohs(s->family == PT_FAMILY_V6 ? addr.v6.sin6_port : addr.v4.sin_port);
	return 0;
}

static int open_kind(struct echo_socket *s, enum pt_socket kind)
{
	int type = (kind == PT_SOCKET_RAW ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;

	if (s->family == PT_FAMILY_V6)
		s->fd = socket(AF_INET6, type, IPPROTO_ICMPV6);
	else
		s->fd = socket(AF_INET, type, IPPROTO_ICMP);
	if (s->fd < 0)
		return -errno;
	s->kind = kind;
	return 0;
}

static int set_family_options(const struct echo_socket *s, const struct echo_socket_options *o)
{
	int err;

	if (s->family == PT_FAMILY_V6) {
		err = set_option(s->fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
		err = err ?: set_option(s->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
		if (!err && o->ttl) {
			err = set_option(s->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, o->ttl);
			err = err ?: set_option(s->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, o->ttl);
		}
		return err;
	}
	err = set_option(s->fd, IPPROTO_IP, IP_RECVERR, 1);
	err = err ?: set_option(s->fd, IPPROTO_IP, IP_RECVTTL, 1);
	if (!err && o->ttl) {
		err = set_option(s->fd, IPPROTO_IP, IP_TTL, o->ttl);
		err = err ?: set_option(s->fd, IPPROTO_IP, IP_MULTICAST_TTL, o->ttl);
	}
	return err;
}

static int set_device(const struct echo_socket *s, const char *device, struct reason *why)
{
	if (!if_nametoindex(device))
		return because(why, ENODEV, "no device '%s': ip link lists them", device);
	if (setsockopt(s->fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1))
		return because(why, errno, "cannot send through %s: %s", device, strerror(errno));
	return 0;
}

/*
 * Room for as many packets as the default keeps of usual size; asking for less than the default does
 * nothing, for more than the system allows gives what it allows.
 */
static void set_buffers(const struct echo_socket *s, size_t payload_size)
{
	int hold = (int)(payload_size + 512) * 8;

	if (hold < 324 * 1024)
		hold = 324 * 1024;
	set_option(s->fd, SOL_SOCKET, SO_SNDBUF, hold);
	set_option(s->fd, SOL_SOCKET, SO_RCVBUF, hold);
}

static int set_up(struct echo_socket *s, const struct echo_socket_options *o, struct reason *why)
{
	socklen_t len = sizeof(s->cookie);
	int err;

	if (o->device) {
		err = set_device(s, o->device, why);
		if (err)
			return err;
	}
	err = bind_source(s, o->source);
	if (err)
		return because(
			why, -err,
			"cannot bind the socket to the source address: %s: take an address of this host",
			strerror(-err));
	err = set_family_options(s, o);
	if (!err && s->kind == PT_SOCKET_RAW)
		err = filter_raw(s);
	if (!err && getsockopt(s->fd, SOL_SOCKET, SO_COOKIE, &s->cookie, &len))
		err = -errno;
	if (err)
		return because(why, -err, "cannot set up the socket: %s", strerror(-err));
	set_buffers(s, o->payload_size);
	return 0;
}

int echo_socket_open(struct echo_socket *s, const struct echo_socket_options *o, struct reason *why)
{
	int dgram_err = 0, raw_err = 0, err;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->family = o->family;
	if (o->kind & PT_SOCKET_DGRAM)
		dgram_err = open_kind(s, PT_SOCKET_DGRAM);
	if (s->fd < 0 && o->kind & PT_SOCKET_RAW)
		raw_err = open_kind(s, PT_SOCKET_RAW);
	if (s->fd < 0) {
		err = raw_err ? raw_err : dgram_err;
		if (err == -EAFNOSUPPORT)
			return because(why, EAFNOSUPPORT, "this kernel has no IPv6: take -4");
		if (!raw_err)
			return because(
				why, -err,
				"no ping socket: %s: widen net.ipv4.ping_group_range, or take --socket=raw",
				strerror(-err));
		return because(
			why, -err,
			"no socket: %s: run as root, or widen net.ipv4.ping_group_range for a ping socket",
			strerror(-err));
	}
	err = set_up(s, o, why);
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

int echo_socket_want_time(const struct echo_socket *s, struct reason *why)
{
	int err = set_option(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);

	return err ? because(why, -err, "no receive timestamps: %s: -U does without", strerror(-err)) : 0;
}

int echo_socket_source(const struct echo_socket_options *o, const union address *to, union address *source)
{
	socklen_t len = address_size(o->family);
	union address port = *to;
	int fd, err = 0;

	fd = socket(to->sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	port.v4.sin_port = htons(1025); /* any: the port stands at the same place in both families */
	if ((o->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, strlen(o->device) + 1)) ||
	    (o->source && bind(fd, &o->source->sa, len)) || connect(fd, &port.sa, len) ||
	    getsockname(fd, &source->sa, &len))
		err = -errno;
	close(fd);
	return err;
}

void echo_request_write(const struct echo_socket *s, uint8_t *packet, size_t size, uint16_t seq)
{
	struct icmphdr icmp = {
		.type = s->family == PT_FAMILY_V6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
		.un.echo.id = htons(s->id),
		.un.echo.sequence = htons(seq),
	};

	memcpy(packet, &icmp, sizeof(icmp));
	if (s->family == PT_FAMILY_V6 || s->kind == PT_SOCKET_DGRAM)
		return; /* the kernel puts it in */
	icmp.checksum = internet_checksum(packet, size);
	memcpy(packet, &icmp, sizeof(icmp));
}

int echo_socket_send(const struct echo_socket *s, const union address *to, const uint8_t *packet, size_t size)
{
	struct iovec iov = { .iov_base = (void *)packet, .iov_len = size };
	struct msghdr msg = {
		.msg_name = (void *)to,
		.msg_namelen = address_size(s->family),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t sent = sendmsg(s->fd, &msg, 0);

	if (sent < 0)
		return -errno;
	return (size_t)sent == size ? 0 : -EMSGSIZE;
}

bool echo_reply_parse(struct echo_reply *reply, enum pt_family family, enum pt_socket kind,
		      const uint8_t *data, size_t size)
{
	uint8_t type = family == PT_FAMILY_V6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
	struct icmphdr icmp;
	size_t header;

	if (family == PT_FAMILY_V4 && kind == PT_SOCKET_RAW) {
		if (size < sizeof(struct iphdr))
			return false;
		header = (data[0] & 0xf) * 4;
		if (header < sizeof(struct iphdr) || size < header)
			return false;
		reply->ttl = data[8];
		data += header;
		size -= header;
	}
	if (size < sizeof(icmp))
		return false;
	memcpy(&icmp, data, sizeof(icmp));
	if (icmp.type != type || icmp.code != 0)
		return false;
	reply->id = ntohs(icmp.un.echo.id);
	reply->seq = ntohs(icmp.un.echo.sequence);
	reply->size = size;
	reply->payload = data + sizeof(icmp);
	reply->payload_size = size - sizeof(icmp);
	/* All others have been checked by the kernel. */
	reply->bad_checksum =
		family == PT_FAMILY_V4 && kind == PT_SOCKET_RAW && internet_checksum(data, size);
	return true;
}

bool echo_request_parse(struct echo_request *request, enum pt_family family, const uint8_t *data, size_t size)
{
	uint8_t type = family == PT_FAMILY_V6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	struct icmphdr icmp;

	if (size < sizeof(icmp))
		return false;
	memcpy(&icmp, data, sizeof(icmp));
	if (icmp.type != type)
		return false;
	request->id = ntohs(icmp.un.echo.id);
	request->seq = ntohs(icmp.un.echo.sequence);
	request->has_tag = size >= sizeof(icmp) + sizeof(request->tag);
	if (request->has_tag)
		memcpy(&request->tag, data + sizeof(icmp), sizeof(request->tag));
	return true;
}

#define LINK_HEADER_MAX 64

bool echo_request_find(struct echo_request *request, enum pt_family family, const uint8_t *data, size_t size)
{
	size_t at, header;

	for (at = 0; at <= LINK_HEADER_MAX && at + sizeof(struct iphdr) < size; at += 2) {
		const uint8_t *ip = data + at;

		if (family == PT_FAMILY_V4 && ip[0] >> 4 == 4 && ip[9] == IPPROTO_ICMP)
			header = (ip[0] & 0xf) * 4;
		else if (family == PT_FAMILY_V6 && ip[0] >> 4 == 6 && ip[6] == IPPROTO_ICMPV6)
			header = 40;
		else if (family == PT_FAMILY_V6 && ip[0] >> 4 == 6 && ip[6] == IPPROTO_FRAGMENT)
			header = 48;
		else
			continue;
		if (at + header < size &&
		    echo_request_parse(request, family, ip + header, size - at - header))
			return true;
	}
	return false;
}

static uint64_t timespec_ns(const struct timespec *ts)
{
	return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

/*
 * A receive timestamp is CLOCK_REALTIME. Both clocks are read now, a moment after it was taken, so that a
 * step of the clock during the round trip does not show.
 */
static uint64_t monotonic_of(const struct timespec *real)
{
	uint64_t stamp = timespec_ns(real);
	uint64_t mono = mono_ns(), now = clock_ns(CLOCK_REALTIME);

	return stamp && stamp <= now && now - stamp < mono ? mono - (now - stamp) : 0;
}

static void read_control(struct msghdr *msg, struct echo_reply *reply)
{
	struct scm_timestamping tss;
	struct timespec ts;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
		    (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			memcpy(&reply->ttl, CMSG_DATA(c), sizeof(reply->ttl));
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			reply->kernel_ns = monotonic_of(&ts);
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			memcpy(&tss, CMSG_DATA(c), sizeof(tss));
			reply->kernel_ns = monotonic_of(&tss.ts[0]);
			reply->real_ns = timespec_ns(&tss.ts[0]);
			reply->hardware_ns = timespec_ns(&tss.ts[2]);
		}
	}
}

int echo_socket_receive(const struct echo_socket *s, uint8_t *buf, size_t size, struct echo_reply *reply)
{
	char control[256] __attribute__((aligned(8)));
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &reply->from,
		.msg_namelen = sizeof(reply->from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len;

	len = recvmsg(s->fd, &msg, MSG_DONTWAIT);
	if (len < 0)
		return -errno;
	reply->recv_ns = mono_ns();
	reply->kernel_ns = 0;
	reply->real_ns = 0;
	reply->hardware_ns = 0;
	reply->ttl = -1;
	read_control(&msg, reply);
	return echo_reply_parse(reply, s->family, s->kind, buf, len);
}

/* The address that follows a sock_extended_err in its control message. */
static void read_offender(struct echo_error *error, const struct cmsghdr *c, enum pt_family family)
{
	size_t at = CMSG_LEN(sizeof(struct sock_extended_err));
	socklen_t len = address_size(family);

	if (c->cmsg_len >= at + len)
		memcpy(&error->from, CMSG_DATA(c) + sizeof(struct sock_extended_err), len);
}

static void read_extended_error(struct echo_error *error, const struct cmsghdr *c, enum pt_family family)
{
	struct sock_extended_err ee;

	memcpy(&ee, CMSG_DATA(c), sizeof(ee));
	error->error = ee.ee_errno;
	error->type = ee.ee_type;
	error->code = ee.ee_code;
	error->info = ee.ee_info;
	error->local = ee.ee_origin == SO_EE_ORIGIN_LOCAL;
	error->is_timestamp = ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
	if (error->is_timestamp)
		error->timestamp.place =
			ee.ee_info == SCM_TSTAMP_SCHED ? TIMESTAMP_TX_SCHED : TIMESTAMP_TX_SOFTWARE;
	if (ee.ee_origin == SO_EE_ORIGIN_ICMP || ee.ee_origin == SO_EE_ORIGIN_ICMP6)
		read_offender(error, c, family);
}

static bool is_extended_error(const struct cmsghdr *c)
{
	return ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
		(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) &&
	       c->cmsg_len >= CMSG_LEN(sizeof(struct sock_extended_err));
}

int echo_socket_receive_error(const struct echo_socket *s, struct echo_error *error)
{
	char control[512] __attribute__((aligned(8)));
	struct scm_timestamping tss;
	uint8_t buf[256];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	bool found = false;
	ssize_t len;

	memset(error, 0, sizeof(*error));
	len = recvmsg(s->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
	if (len < 0)
		return -errno;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (is_extended_error(c)) {
			read_extended_error(error, c, s->family);
			found = true;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			memcpy(&tss, CMSG_DATA(c), sizeof(tss));
			error->timestamp.software_ns = timespec_ns(&tss.ts[0]);
			error->timestamp.hardware_ns = timespec_ns(&tss.ts[2]);
		}
	}
	if (!found)
		return 0;
	if (error->is_timestamp)
		error->has_request = echo_request_find(&error->request, s->family, buf, len);
	else
		error->has_request = echo_request_parse(&error->request, s->family, buf, len);
	return 1;
}
