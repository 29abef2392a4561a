// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "base/charset.h"
#include "output/pcapng.h"

#define OPTION_MAX 65532 /* its length has 16 bits; with this one, padding adds nothing */
#define ROOM_MIN 4096

static uint8_t *grow(struct pcapng_block *b, size_t size)
{
	size_t room = b->room ? b->room : ROOM_MIN;
	uint8_t *more;

	while (room < b->size + size)
		room *= 2;
	if (room > b->room) {
		more = realloc(b->data, room);
		if (!more) {
			b->incomplete = true;
			return NULL;
		}
		b->data = more;
		b->room = room;
	}
	b->size += size;
	return b->data + b->size - size;
}

static void put(struct pcapng_block *b, const void *data, size_t size)
{
	uint8_t *to = size ? grow(b, size) : NULL;

	if (to)
		memcpy(to, data, size);
}

void pcapng_u16(struct pcapng_block *b, uint16_t value)
{
	put(b, &value, sizeof(value));
}

void pcapng_u32(struct pcapng_block *b, uint32_t value)
{
	put(b, &value, sizeof(value));
}

void pcapng_u64(struct pcapng_block *b, uint64_t value)
{
	put(b, &value, sizeof(value));
}

void pcapng_bytes(struct pcapng_block *b, const void *data, size_t size)
{
	static const uint8_t padding[4];

	put(b, data, size);
	put(b, padding, -size % 4);
}

/* The length is known at the end. */
void pcapng_begin(struct pcapng_block *b, enum pcapng_block_type type)
{
	b->size = 0;
	b->incomplete = false;
	pcapng_u32(b, type);
	pcapng_u32(b, 0);
}

void pcapng_option(struct pcapng_block *b, enum pcapng_option code, const void *data, size_t size)
{
	if (size > OPTION_MAX)
		size = OPTION_MAX;
	pcapng_u16(b, code);
	pcapng_u16(b, size);
	pcapng_bytes(b, data, size);
}

void pcapng_text(struct pcapng_block *b, enum pcapng_option code, const char *text)
{
	size_t size = strlen(text) * UTF8_PER_BYTE + 1;
	char *utf8;

	if (!*text)
		return;
	if (size > OPTION_MAX)
		size = OPTION_MAX;
	utf8 = malloc(size);
	if (!utf8) {
		b->incomplete = true;
		return;
	}
	utf8_from_locale(utf8, size, text);
	pcapng_option(b, code, utf8, strlen(utf8));
	free(utf8);
}

bool pcapng_end(struct pcapng_block *b, FILE *file)
{
	uint32_t length;

	pcapng_u16(b, PCAPNG_END);
	pcapng_u16(b, 0);
	length = b->size + sizeof(length);
	pcapng_u32(b, length);
	if (b->incomplete)
		return false;
	memcpy(b->data + sizeof(uint32_t), &length, sizeof(length));
	fwrite(b->data, 1, b->size, file);
	return true;
}

void pcapng_free(struct pcapng_block *b)
{
	free(b->data);
}
