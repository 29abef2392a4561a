// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <string.h>
#include "base/util.h"
#include "model/head.h"

#define STAMP_NS 1000

/* What programs leave of an Ethernet frame of @len bytes: byte n is n. */
static struct pt_head frame(uint32_t len)
{
	struct pt_head raw = {
		.ns = STAMP_NS,
		.len = len,
		.captured = len < PT_HEAD_SIZE ? len : PT_HEAD_SIZE,
		.link = PT_LINK_ETHERNET,
	};
	unsigned int i;

	for (i = 0; i < PT_HEAD_SIZE; i++)
		raw.bytes[i] = i;
	return raw;
}

static void a_head_is_that_of_its_stamp(void **state)
{
	struct pt_head raw = frame(98);
	struct head h;

	(void)state;
	head_of(&h, &raw, STAMP_NS);
	assert_true(h.present);
	assert_int_equal(h.length, 98);
	assert_int_equal(h.captured, 98);
	assert_memory_equal(h.bytes, raw.bytes, 98);
	head_of(&h, &raw, STAMP_NS + 1);
	assert_false(h.present);
	raw.ns = 0;
	head_of(&h, &raw, 0);
	assert_false(h.present);
}

static void a_vlan_tag_is_put_behind_the_addresses(void **state)
{
	static const uint8_t tag[] = { 0x81, 0x00, 0x20, 0x0a };
	struct pt_head raw = frame(98);
	struct head h;

	(void)state;
	raw.has_vlan = 1;
	raw.vlan_proto = htons(0x8100);
	raw.vlan_tci = 0x200a;
	head_of(&h, &raw, STAMP_NS);
	assert_int_equal(h.length, 102);
	assert_int_equal(h.captured, 102);
	assert_memory_equal(h.bytes, raw.bytes, 12);
	assert_memory_equal(h.bytes + 12, tag, 4);
	assert_memory_equal(h.bytes + 16, raw.bytes + 12, 86);
}

static void a_long_packet_keeps_its_length(void **state)
{
	struct pt_head raw = frame(1500);
	struct head h;

	(void)state;
	head_of(&h, &raw, STAMP_NS);
	assert_int_equal(h.length, 1500);
	assert_int_equal(h.captured, PT_HEAD_SIZE);
	raw.has_vlan = 1;
	head_of(&h, &raw, STAMP_NS);
	assert_int_equal(h.length, 1504);
	assert_int_equal(h.captured, PT_HEAD_SIZE);
	assert_memory_equal(h.bytes + 16, raw.bytes + 12, PT_HEAD_SIZE - 16);
}

/* Shared memory: whatever stands there, no byte is read or written that is not the head's. */
static void numbers_out_of_range_do_no_harm(void **state)
{
	static const uint16_t captured[] = { 0, 1, 11, 12, 124, 125, 128, 129, 65535 };
	static const uint32_t lengths[] = { 0, 1, 13, 128, UINT32_MAX };
	struct pt_head raw = frame(98);
	unsigned int i, j, vlan;
	struct head h;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(captured); i++)
		for (j = 0; j < ARRAY_SIZE(lengths); j++)
			for (vlan = 0; vlan < 2; vlan++) {
				raw.captured = captured[i];
				raw.len = lengths[j];
				raw.has_vlan = vlan;
				head_of(&h, &raw, STAMP_NS);
				assert_true(!h.present ||
					    (h.captured <= PT_HEAD_SIZE && h.captured <= h.length));
			}
	raw.link = PT_NR_LINKS;
	raw.captured = 20;
	head_of(&h, &raw, STAMP_NS);
	assert_false(h.present);
}

static void links_have_names(void **state)
{
	(void)state;
	assert_int_equal(link_of_name(link_name(PT_LINK_ETHERNET)), PT_LINK_ETHERNET);
	assert_int_equal(link_of_name(link_name(PT_LINK_RAW)), PT_LINK_RAW);
	assert_int_equal(link_of_name("token ring"), PT_NR_LINKS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_that_of_its_stamp),
		cmocka_unit_test(a_vlan_tag_is_put_behind_the_addresses),
		cmocka_unit_test(a_long_packet_keeps_its_length),
		cmocka_unit_test(numbers_out_of_range_do_no_harm),
		cmocka_unit_test(links_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
