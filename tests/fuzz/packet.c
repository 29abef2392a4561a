// SPDX-License-Identifier: GPL-2.0-or-later
/* echo_reply_parse, echo_request_parse, echo_request_find and the text of IP options, on whatever a network may send. */
#include <assert.h>
#include <string.h>
#include "net/ip_options.h"
#include "net/socket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the parsers return lies in what they were given. */
static void check_reply(enum pt_family family, enum pt_socket kind, const uint8_t *data, size_t size)
{
	char text[IP_OPTIONS_TEXT_SIZE];
	struct echo_reply reply = {};
	struct route route = {};

	if (!echo_reply_parse(&reply, family, kind, data, size))
		return;
	assert(reply.payload >= data + ICMP_HEADER_SIZE);
	assert(reply.payload + reply.payload_size == data + size);
	assert(reply.size == reply.payload_size + ICMP_HEADER_SIZE);
	assert(reply.ip_options_size <= sizeof(reply.ip_options));
	assert(strlen(ip_options_text(text, reply.ip_options, reply.ip_options_size, &route)) < sizeof(text));
	assert(route.size <= sizeof(route.data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum pt_family families[] = { PT_FAMILY_V4, PT_FAMILY_V6 };
	static const enum pt_socket kinds[] = { PT_SOCKET_DGRAM, PT_SOCKET_RAW };
	struct echo_error error = {};
	unsigned int choice;

	if (!size)
		return 0;
	choice = data[0];
	check_reply(families[choice & 1], kinds[choice >> 1 & 1], data + 1, size - 1);
	echo_request_parse(&error.request, families[choice & 1], data + 1, size - 1);
	echo_request_find(&error.request, families[choice & 1], data + 1, size - 1);
	return 0;
}
