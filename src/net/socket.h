/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ICMP echo sockets: the ping socket (SOCK_DGRAM) and the raw one, IPv4 and IPv6, behind one interface.
 * Everything received is untrusted; what this interface returns has been bounds-checked.
 */
#ifndef PINGTRACE_SOCKET_H
#define PINGTRACE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <pingtrace/record.h>
#include "base/util.h"

#define ICMP_HEADER_SIZE 8
#define PAYLOAD_MAX_V4 65507 /* 65535 - 20 (IPv4) - 8 (ICMP) */
#define PAYLOAD_MAX_V6 65527 /* 65535 - 8 (ICMPv6) */
#define PAYLOAD_MAX PAYLOAD_MAX_V6
#define IP_OPTIONS_MAX 40

/* The kernel's own timestamp (SO_TIMESTAMPING) of one of our packets. */
#define TIMESTAMP_KIND(hook, flag) TIMESTAMP_##flag,
enum timestamp_kind { PT_TIMESTAMPING(TIMESTAMP_KIND) };

struct kernel_timestamp {
	enum timestamp_kind kind;
	uint64_t software_ns; /* CLOCK_REALTIME; 0: none */
	uint64_t hardware_ns; /* the network card's clock; 0: none */
};

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Bytes of an IP header of this family, without options. */
static inline uint32_t ip_header_size(enum pt_family family)
{
	return family == PT_FAMILY_V6 ? 40 : 20;
}

struct echo_socket {
	int fd;
	enum pt_family family;
	enum pt_socket kind;
	uint16_t id; /* ICMP identifier, host order */
	uint32_t flow; /* IPv6 flow label of the requests, 0: none */
	uint64_t cookie; /* SO_COOKIE */
};

struct echo_socket_options {
	enum pt_family family; /* V4 or V6 */
	enum pt_socket kind; /* DGRAM, RAW, or ANY: the first that this process may have */
	int id; /* identifier to take; -1: any that is free */
	const char *device; /* NULL: none */
	const union address *source; /* to bind to; NULL: none */
	const union address *remote; /* to connect to; NULL: none */
	int ttl; /* -1: the system's */
	int tos; /* 0: the system's */
	int mtu_discovery; /* IP_PMTUDISC_*; -1: the system's */
	int flow; /* IPv6 flow label for @flow_to, 0 for any; -1: none */
	const union address *flow_to;
	bool broadcast, debug, no_loop, no_route, has_mark;
	unsigned int mark;
	const uint8_t *ip_options; /* of the requests; NULL: none */
	size_t ip_options_size;
};

/* A received reply. Numbers are in host order. Pointers point into the caller's buffer. */
struct echo_reply {
	union address from;
	uint16_t id;
	uint16_t seq;
	size_t size; /* of ICMP header and payload */
	const uint8_t *payload;
	size_t payload_size;
	int ttl; /* -1: not known */
	bool bad_checksum;
	uint8_t ip_options[IP_OPTIONS_MAX];
	size_t ip_options_size;
	uint64_t kernel_ns; /* the kernel's receive timestamp as CLOCK_MONOTONIC; 0: none */
	uint64_t real_ns; /* the same as CLOCK_REALTIME */
	uint64_t hardware_ns; /* the network card's; 0: none */
	uint64_t recv_ns; /* CLOCK_MONOTONIC just after recvmsg(2) */
};

/* Identifies one of our requests, as far as the packet or the kernel told. */
struct echo_request {
	uint16_t id;
	uint16_t seq;
	bool has_tag;
	struct pt_tag tag;
};

/* An error that the network, or this kernel, reports about one of our requests. */
struct echo_error {
	bool is_timestamp; /* not an error: only timestamp and request are set */
	struct kernel_timestamp timestamp;
	union address from; /* the node that reports it; not set if local */
	union address to; /* that the request was sent to; family AF_UNSPEC: not told */
	bool local; /* reported by this kernel */
	bool is_redirect; /* advice about a route: the request itself goes on */
	int error; /* errno */
	uint8_t type, code; /* ICMP */
	uint32_t info; /* MTU, for EMSGSIZE */
	bool has_request; /* it is known which */
	struct echo_request request;
};

/*
 * Open a socket; close it with echo_socket_close. Returns 0 or a negative errno with @error filled: -EADDRINUSE if another
 * socket uses @o->id.
 */
int echo_socket_open(struct echo_socket *s, const struct echo_socket_options *o, struct error *error);
void echo_socket_close(struct echo_socket *s);

/*
 * Set the socket's buffers to hold @packets with a payload of @payload_size each, as far as the system allows it.
 * @send_buffer, if not 0, is the size of the send buffer instead.
 */
void echo_socket_make_room(const struct echo_socket *s, uint64_t packets, size_t payload_size,
			   unsigned int send_buffer);

/* Ask for the kernel's receive timestamps. Returns 0 or a negative errno with @error filled. */
int echo_socket_want_time(const struct echo_socket *s, struct error *error);

/*
 * Find the address from which this kernel would send to @to with these options, by connecting a UDP socket; nothing is sent.
 * *@mtu, if not NULL, becomes the MTU of the path, 0 if unknown. Returns 0 or a negative errno.
 */
int echo_socket_source(const struct echo_socket_options *o, const union address *to, union address *source,
		       int *mtu);

/* Write the ICMP header with its checksum before the payload at @packet + ICMP_HEADER_SIZE. */
void echo_request_write(const struct echo_socket *s, uint8_t *packet, size_t size, uint16_t seq);

/* sendmsg(2) of a request. Returns 0 or a negative errno. */
int echo_socket_send(const struct echo_socket *s, const union address *to, const uint8_t *packet,
		     size_t size);

/*
 * Receive one message without waiting. Returns 1 with @reply filled, 0 for a message that is no echo reply, -EAGAIN if there
 * is none, or another negative errno.
 */
int echo_socket_receive(const struct echo_socket *s, uint8_t *buf, size_t size, struct echo_reply *reply);

/* The same for the error queue. */
int echo_socket_receive_error(const struct echo_socket *s, struct echo_error *error);

/*
 * The parsers behind these, for tests: @data comes from the kernel. Both return false if it is something else or too short.
 */
bool echo_reply_parse(struct echo_reply *reply, enum pt_family family, enum pt_socket kind,
		      const uint8_t *data, size_t size);
bool echo_request_parse(struct echo_request *request, enum pt_family family, const uint8_t *data,
			size_t size);

/*
 * Find our request in a packet that the kernel returns with a timestamp. The packet begins with a link header of unknown
 * size.
 */
bool echo_request_find(struct echo_request *request, enum pt_family family, const uint8_t *data, size_t size);

/* The same for control messages: what @msg lacks is set to "not known". */
void echo_reply_read_control(struct echo_reply *reply, struct msghdr *msg);
/* Returns false if @msg has no error. */
bool echo_error_read_control(struct echo_error *error, struct msghdr *msg, enum pt_family family);

/* Size of a socket address. */
socklen_t address_size(enum pt_family family);

/* RFC 1071 over @size bytes, in network order. */
uint16_t internet_checksum(const uint8_t *data, size_t size);

#endif /* PINGTRACE_SOCKET_H */
