/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the IPv4 header (RFC 791): writes those of requests, reads those of replies. */
#ifndef PINGTRACE_IP_OPTIONS_H
#define PINGTRACE_IP_OPTIONS_H

#include <stdbool.h>
#include "net/socket.h"

#define HOPS_MAX 4 /* that fit into a timestamp option with addresses */

/* -T: which timestamp option, with the numbers of RFC 791. */
enum time_option { TIMESTAMP_NONE = -1, TIMESTAMP_ONLY = 0, TIMESTAMP_ADDRESS = 1, TIMESTAMP_PRESPEC = 3 };

/* More than the text of any 40 bytes of options takes. */
#define IP_OPTIONS_TEXT_SIZE 2048

/*
 * What -R (@record_route) or -T (@timestamp) put into the requests; @hops are @nr_hops addresses for TIMESTAMP_PRESPEC, in
 * network order. Returns the size, 0 for none.
 */
size_t ip_options_make(uint8_t options[IP_OPTIONS_MAX], bool record_route, enum time_option timestamp,
		       const uint32_t hops[HOPS_MAX], unsigned int nr_hops);

/* The last recorded route. Zero it before its first use. */
struct route {
	uint8_t data[IP_OPTIONS_MAX];
	size_t size;
};

/*
 * The text that ping prints for the @size bytes of @options, which are untrusted: every length is checked. A route equal to
 * @last is printed as "same route", another one replaces @last; NULL: print every route. Returns @text.
 */
char *ip_options_text(char text[IP_OPTIONS_TEXT_SIZE], const uint8_t *options, size_t size,
		      struct route *last);

#endif /* PINGTRACE_IP_OPTIONS_H */
