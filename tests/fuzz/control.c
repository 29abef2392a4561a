// SPDX-License-Identifier: GPL-2.0-or-later
/* The control messages that come with a reply, and those of the error queue. */
#include <assert.h>
#include <string.h>
#include "net/socket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t control[512] __attribute__((aligned(8)));
	struct msghdr msg = { .msg_control = control };
	struct echo_reply reply;
	struct echo_error error = {};

	if (size > sizeof(control))
		return 0;
	memcpy(control, data, size);
	memset(control + size, 0xee, sizeof(control) - size);
	msg.msg_controllen = size;
	echo_reply_read_control(&reply, &msg);
	assert(reply.ip_options_size <= sizeof(reply.ip_options));
	echo_error_read_control(&error, &msg, PT_FAMILY_V4);
	echo_error_read_control(&error, &msg, PT_FAMILY_V6);
	return 0;
}
