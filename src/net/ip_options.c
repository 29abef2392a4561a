// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "net/ip_options.h"

#define ROUTE_MIN 3 /* type, length, pointer */
#define TIMESTAMP_MIN 4 /* and overflow with flags */

size_t ip_options_make(uint8_t options[IP_OPTIONS_MAX], bool record_route, enum time_option timestamp,
		       const uint32_t hops[HOPS_MAX], unsigned int nr_hops)
{
	unsigned int i;

	memset(options, 0, IP_OPTIONS_MAX);
	if (record_route) {
		options[0] = IPOPT_NOP;
		options[1] = IPOPT_RR;
		options[2] = IP_OPTIONS_MAX - 1;
		options[3] = IPOPT_MINOFF;
		return IP_OPTIONS_MAX;
	}
	if (timestamp == TIMESTAMP_NONE)
		return 0;
	options[0] = IPOPT_TIMESTAMP;
	options[1] = timestamp == TIMESTAMP_ONLY ? 40 : 36;
	options[2] = TIMESTAMP_MIN + 1;
	options[3] = timestamp;
	if (timestamp == TIMESTAMP_PRESPEC) {
		options[1] = TIMESTAMP_MIN + 8 * nr_hops;
		for (i = 0; i < nr_hops; i++)
			memcpy(options + TIMESTAMP_MIN + 8 * i, &hops[i], sizeof(hops[i]));
	}
	return options[1];
}

struct text {
	char *at;
	size_t left;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at, t->left, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= t->left)
		return; /* full: what there is stays a string */
	t->at += n;
	t->left -= n;
}

static void put_address(struct text *t, const uint8_t *data)
{
	char text[INET_ADDRSTRLEN];

	put(t, "\t%s", inet_ntop(AF_INET, data, text, sizeof(text)));
}

/* How many bytes of an option of @size bytes are filled: up to its pointer, which counts from 1. */
static size_t filled(const uint8_t *option, size_t size, size_t header)
{
	size_t end = option[2] ? option[2] - 1 : 0;

	if (end > size)
		end = size;
	return end > header ? end - header : 0;
}

static void put_source_route(struct text *t, const uint8_t *option, size_t size)
{
	size_t i;

	put(t, "\n%cSRR: ", option[0] == IPOPT_SSRR ? 'S' : 'L');
	for (i = ROUTE_MIN; i + 4 <= size; i += 4) {
		put_address(t, option + i);
		put(t, "\n");
	}
}

static void put_route(struct text *t, const uint8_t *option, size_t size, struct route *last)
{
	size_t n = filled(option, size, ROUTE_MIN), i;
	const uint8_t *data = option + ROUTE_MIN;

	if (!n)
		return;
	if (last && n == last->size && !memcmp(data, last->data, n)) {
		put(t, "\t(same route)");
		return;
	}
	if (last) {
		memcpy(last->data, data, n);
		last->size = n;
	}
	put(t, "\nRR: ");
	for (i = 0; i + 4 <= n; i += 4) {
		put_address(t, data + i);
		put(t, "\n");
	}
}

/* The first time as it is, those after it as the difference; each kind of time for itself. */
static void put_time(struct text *t, const uint8_t *data, long before[2])
{
	uint32_t raw = (uint32_t)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
	bool nonstandard = raw >> 31;
	long time = raw & 0x7fffffff;

	if (before[nonstandard])
		put(t, "\t%ld", time - before[nonstandard]);
	else
		put(t, "\t%ld absolute", time);
	if (nonstandard)
		put(t, " not-standard");
	before[nonstandard] = time;
}

static void put_timestamps(struct text *t, const uint8_t *option, size_t size)
{
	long before[2] = { 0, 0 };
	size_t n, i, entry;

	if (size < TIMESTAMP_MIN)
		return;
	n = filled(option, size, TIMESTAMP_MIN);
	if (!n)
		return;
	entry = (option[3] & 0xf) == TIMESTAMP_ONLY ? 4 : 8;
	put(t, "\nTS: ");
	for (i = 0; i + entry <= n; i += entry) {
		if (entry == 8)
			put_address(t, option + TIMESTAMP_MIN + i);
		put_time(t, option + TIMESTAMP_MIN + i + entry - 4, before);
		put(t, "\n");
	}
	if (option[3] >> 4)
		put(t, "Unrecorded hops: %d\n", option[3] >> 4);
}

static void put_option(struct text *t, const uint8_t *option, size_t size, struct route *last)
{
	switch (option[0]) {
	case IPOPT_SSRR:
	case IPOPT_LSRR:
		put_source_route(t, option, size);
		break;
	case IPOPT_RR:
		if (size >= ROUTE_MIN)
			put_route(t, option, size, last);
		break;
	case IPOPT_TIMESTAMP:
		put_timestamps(t, option, size);
		break;
	default:
		put(t, "\nunknown option %x", option[0]);
	}
}

char *ip_options_text(char text[IP_OPTIONS_TEXT_SIZE], const uint8_t *options, size_t size,
		      struct route *last)
{
	struct text t = { .at = text, .left = IP_OPTIONS_TEXT_SIZE };
	size_t i = 0, len;

	text[0] = '\0';
	while (i < size && options[i] != IPOPT_EOL) {
		if (options[i] == IPOPT_NOP) {
			put(&t, "\nNOP");
			i++;
			continue;
		}
		if (i + 2 > size)
			break;
		len = options[i + 1];
		if (len < 2 || len > size - i)
			break;
		put_option(&t, options + i, len, last);
		i += len;
	}
	return text;
}
