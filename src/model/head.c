// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "model/head.h"

#define ADDRESSES_SIZE 12 /* of an Ethernet header: the tag follows them */
#define TAG_SIZE 4

static const char *const names[PT_NR_LINKS] = { [PT_LINK_ETHERNET] = "ethernet", [PT_LINK_RAW] = "raw" };

static void insert_tag(struct head *h, const struct pt_head *raw)
{
	const uint8_t tag[TAG_SIZE - 2] = { raw->vlan_tci >> 8, raw->vlan_tci & 0xff };

	if (h->captured < ADDRESSES_SIZE)
		return;
	if (h->captured > PT_HEAD_SIZE - TAG_SIZE)
		h->captured = PT_HEAD_SIZE - TAG_SIZE;
	memmove(h->bytes + ADDRESSES_SIZE + TAG_SIZE, h->bytes + ADDRESSES_SIZE,
		h->captured - ADDRESSES_SIZE);
	memcpy(h->bytes + ADDRESSES_SIZE, &raw->vlan_proto, sizeof(raw->vlan_proto));
	memcpy(h->bytes + ADDRESSES_SIZE + sizeof(raw->vlan_proto), tag, sizeof(tag));
	h->captured += TAG_SIZE;
	h->length += TAG_SIZE;
}

/* The programs' memory may hold anything. */
void head_of(struct head *h, const struct pt_head *raw, uint64_t stamp_ns)
{
	h->present = stamp_ns && raw->ns == stamp_ns && raw->captured && raw->link < PT_NR_LINKS;
	if (!h->present)
		return;
	h->link = raw->link;
	h->length = raw->len;
	h->captured = raw->captured < PT_HEAD_SIZE ? raw->captured : PT_HEAD_SIZE;
	memcpy(h->bytes, raw->bytes, sizeof(h->bytes));
	if (raw->has_vlan && h->link == PT_LINK_ETHERNET)
		insert_tag(h, raw);
	if (h->length < h->captured)
		h->captured = h->length;
}

const char *link_name(enum pt_link link)
{
	return names[link];
}

enum pt_link link_of_name(const char *name)
{
	enum pt_link link = 0;

	while (link < PT_NR_LINKS && strcmp(names[link], name) != 0)
		link++;
	return link;
}
