// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of IP options alone, two replies in a row, so that a route is compared with the last. */
#include <assert.h>
#include <string.h>
#include "net/ip_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct route route;
	char text[IP_OPTIONS_TEXT_SIZE];
	size_t half = size / 2;

	if (half > IP_OPTIONS_MAX)
		return 0;
	memset(&route, 0, sizeof(route));
	assert(strlen(ip_options_text(text, data, half, &route)) + 1 < sizeof(text));
	assert(strlen(ip_options_text(text, data + half, half, &route)) + 1 < sizeof(text));
	assert(strlen(ip_options_text(text, data, half, NULL)) + 1 < sizeof(text));
	assert(route.size <= sizeof(route.data));
	assert(!strpbrk(text, "\033\r"));
	return 0;
}
