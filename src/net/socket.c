// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <linux/errqueue.h>
#include "net/socket.h"

uint16_t internet_checksum(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;
	uint64_t sum = 0, words, rest = 0;

	/* The sum of 16 bit words does not care in how wide ones it is begun (RFC 1071, 2): 2^16 is 1 in it, and so is 2^64. */
	for (; data + 8 <= end; data += 8) {
		memcpy(&words, data, 8);
		sum += words;
		sum += sum < words;
	}
	if (data < end) {
		memcpy(&rest, data, end - data);
		sum += rest;
		sum += sum < rest;
	}
	sum = (sum & 0xffffffff) + (sum >> 32);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

socklen_t address_size(enum pt_family family)
{
	return family == PT_FAMILY_V6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
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
		reply->ip_options_size = header - sizeof(struct iphdr);
		memcpy(reply->ip_options, data + sizeof(struct iphdr), reply->ip_options_size);
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
 * Convert a receive timestamp from CLOCK_REALTIME. Both clocks are read now, just after it was taken, so that a clock step
 * during the round trip does not matter.
 */
static uint64_t monotonic_of(const struct timespec *real)
{
	uint64_t stamp = timespec_ns(real);
	uint64_t mono = mono_ns(), now = clock_ns(CLOCK_REALTIME);

	return stamp && stamp <= now && now - stamp < mono ? mono - (now - stamp) : 0;
}

/* Does the control message @c lie in @msg? CMSG_NXTHDR asks that of all but the first. */
static bool is_whole(const struct msghdr *msg, const struct cmsghdr *c)
{
	size_t at = (const uint8_t *)c - (const uint8_t *)msg->msg_control;

	return c->cmsg_len >= CMSG_LEN(0) && c->cmsg_len <= msg->msg_controllen - at;
}

static void read_ip_options(const struct cmsghdr *c, struct echo_reply *reply)
{
	size_t size = c->cmsg_len - CMSG_LEN(0);

	if (size > sizeof(reply->ip_options))
		size = sizeof(reply->ip_options);
	memcpy(reply->ip_options, CMSG_DATA(c), size);
	reply->ip_options_size = size;
}

void echo_reply_read_control(struct echo_reply *reply, struct msghdr *msg)
{
	struct scm_timestamping tss;
	struct timespec ts;
	struct cmsghdr *c;
	size_t size;

	reply->kernel_ns = 0;
	reply->real_ns = 0;
	reply->hardware_ns = 0;
	reply->ttl = -1;
	reply->ip_options_size = 0;

	for (c = CMSG_FIRSTHDR(msg); c && is_whole(msg, c); c = CMSG_NXTHDR(msg, c)) {
		size = c->cmsg_len - CMSG_LEN(0);
		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
		    (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			if (size >= sizeof(reply->ttl))
				memcpy(&reply->ttl, CMSG_DATA(c), sizeof(reply->ttl));
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			if (size < sizeof(ts))
				continue;
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			reply->kernel_ns = monotonic_of(&ts);
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			if (size < sizeof(tss))
				continue;
			memcpy(&tss, CMSG_DATA(c), sizeof(tss));
			reply->kernel_ns = monotonic_of(&tss.ts[0]);
			reply->real_ns = timespec_ns(&tss.ts[0]);
			reply->hardware_ns = timespec_ns(&tss.ts[2]);
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVOPTS) {
			read_ip_options(c, reply);
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
	echo_reply_read_control(reply, &msg);
	if (msg.msg_flags & MSG_TRUNC)
		return 0; /* longer than any packet can be */
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
	error->is_redirect = ee.ee_origin == SO_EE_ORIGIN_ICMP && ee.ee_type == ICMP_REDIRECT;
	error->is_timestamp = ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
	if (error->is_timestamp)
		error->timestamp.kind =
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

bool echo_error_read_control(struct echo_error *error, struct msghdr *msg, enum pt_family family)
{
	struct scm_timestamping tss;
	struct cmsghdr *c;
	bool found = false;

	for (c = CMSG_FIRSTHDR(msg); c && is_whole(msg, c); c = CMSG_NXTHDR(msg, c)) {
		if (is_extended_error(c)) {
			read_extended_error(error, c, family);
			found = true;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING &&
			   c->cmsg_len >= CMSG_LEN(sizeof(tss))) {
			memcpy(&tss, CMSG_DATA(c), sizeof(tss));
			error->timestamp.software_ns = timespec_ns(&tss.ts[0]);
			error->timestamp.hardware_ns = timespec_ns(&tss.ts[2]);
		}
	}
	return found;
}

int echo_socket_receive_error(const struct echo_socket *s, struct echo_error *error)
{
	char control[512] __attribute__((aligned(8)));
	uint8_t buf[256];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = {
		.msg_name = &error->to,
		.msg_namelen = sizeof(error->to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len;

	memset(error, 0, sizeof(*error));
	len = recvmsg(s->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
	if (len < 0)
		return -errno;
	if (!echo_error_read_control(error, &msg, s->family))
		return 0;
	if (error->is_timestamp)
		error->has_request = echo_request_find(&error->request, s->family, buf, len);
	else
		error->has_request = echo_request_parse(&error->request, s->family, buf, len);
	return 1;
}
