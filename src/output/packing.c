// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>
#include "output/packing.h"

#define PAYLOAD_MAX 65536 /* no IP packet is longer */

static uint8_t *put(uint8_t *to, const void *data, size_t size)
{
	memcpy(to, data, size);
	return to + size;
}

static const uint8_t *get(const uint8_t *from, void *data, size_t size)
{
	memcpy(data, from, size);
	return from + size;
}

#define SPAN(r, from, to) &(r)->from, offsetof(struct result, to) - offsetof(struct result, from)

static size_t payload_size(const struct result *r)
{
	size_t size = r->bytes - RESULT_ICMP_HEADER;

	return size < PAYLOAD_MAX ? size : PAYLOAD_MAX;
}

size_t packed_room(const struct result *r)
{
	return sizeof(*r) + sizeof(uint32_t) + (r->payload ? payload_size(r) : 0);
}

void pack_note(struct packer *p, const struct result *r)
{
	p->due |= r->new_origins;
}

static uint8_t *put_origins(struct packer *p, uint8_t *to, const struct result *r)
{
	uint32_t left = p->due;
	enum pt_hook h;

	to = put(to, &left, sizeof(left));
	for (; left; left &= left - 1) {
		h = __builtin_ctz(left);
		to = put(to, &r->origins[h], sizeof(r->origins[h]));
	}
	p->due = 0;
	return to;
}

static const uint8_t *get_origins(struct unpacker *u, const uint8_t *from, struct result *r)
{
	uint32_t left;
	enum pt_hook h;

	for (from = get(from, &left, sizeof(left)); left; left &= left - 1)
		from = get(from, &u->origins[__builtin_ctz(left)], sizeof(u->origins[0]));
	for (h = 0; h < PT_NR_HOOKS && r->has_stamps && r->has_origins; h++)
		if (r->stamps[h].ns)
			r->origins[h] = u->origins[h];
	return from;
}

uint8_t *pack_result(struct packer *p, uint8_t *to, const struct result *r)
{
	to = put(to, SPAN(r, kind, loss));
	if (r->has_loss)
		to = put(to, SPAN(r, loss, path));
	if (r->has_path)
		to = put(to, SPAN(r, path, causes));
	if (r->has_causes)
		to = put(to, SPAN(r, causes, stamps));
	if (r->has_stamps)
		to = put(to, SPAN(r, stamps, origins));
	to = put_origins(p, to, r);
	if (r->has_heads)
		to = put(to, r->heads, sizeof(r->heads));
	return r->payload ? put(to, r->payload, payload_size(r)) : to;
}

void unpack_result(struct unpacker *u, const uint8_t *from, struct result *r)
{
	memset(r, 0, sizeof(*r));
	from = get(from, SPAN(r, kind, loss));
	if (r->has_loss)
		from = get(from, SPAN(r, loss, path));
	if (r->has_path)
		from = get(from, SPAN(r, path, causes));
	if (r->has_causes)
		from = get(from, SPAN(r, causes, stamps));
	if (r->has_stamps)
		from = get(from, SPAN(r, stamps, origins));
	from = get_origins(u, from, r);
	if (r->has_heads)
		from = get(from, r->heads, sizeof(r->heads));
	if (r->payload)
		r->payload = (uint8_t *)from;
}
