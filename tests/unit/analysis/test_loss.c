// SPDX-License-Identifier: GPL-2.0-or-later
/* From stamps and drops to where a probe was lost, and never to what was not seen. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "analysis/loss.h"

#define NUMBER 7
#define HERE 4026531840U
#define THERE 4026532132U
#define ALL_HOOKS ((1U << PT_NR_HOOKS) - 1)

enum { NEAR0 = 1, FAR0 = 2 }; /* devices */
enum { NOT_SPECIFIED = 2, NETFILTER_DROP = 3, QDISC_DROP = 4 };

static char names[][DROP_REASON_SIZE] = { "", "", "NOT_SPECIFIED", "NETFILTER_DROP", "QDISC_DROP" };
static const struct drop_reasons reasons = { .nr = 5, .names = names };
static struct pt_dev devs[PT_NR_DEVS];
static struct loss_sight sight;
static struct pt_record rec;
static struct loss loss;

static int set_up(void **state)
{
	(void)state;
	memset(&rec, 0, sizeof(rec));
	rec.number = NUMBER;
	memset(devs, 0, sizeof(devs));
	strcpy(devs[NEAR0 - 1].name, "near0");
	devs[NEAR0 - 1].netns = HERE;
	strcpy(devs[FAR0 - 1].name, "far0");
	devs[FAR0 - 1].netns = THERE;
	sight = (struct loss_sight){
		.socket = PT_SOCKET_DGRAM,
		.family = PT_FAMILY_V4,
		.netns = HERE,
		.hooks = ALL_HOOKS,
		.both_ways = true,
		.reasons = &reasons,
		.devs = devs,
	};
	return 0;
}

/* The stamps of @hooks, a microsecond apart, the first a microsecond after 0. */
static uint64_t pass(enum pt_hook from, enum pt_hook to)
{
	static uint64_t ns;
	enum pt_hook h;

	if (from == PT_HOOK_SEND)
		ns = 0;
	for (h = from; h <= to; h++) {
		ns += 1000;
		rec.stamps[h] = (struct pt_stamp){ .ns = ns, .number = NUMBER };
	}
	return ns;
}

static void at_device(enum pt_hook hook, uint16_t dev)
{
	rec.stamps[hook].dev = dev;
}

static void drop(enum pt_dropped packet, uint64_t ns, uint32_t reason, const char *function, uint32_t netns,
		 uint16_t dev)
{
	rec.drop = (struct pt_drop){
		.ns = ns,
		.number = NUMBER,
		.reason = reason,
		.netns = netns,
		.dev = dev,
		.packet = packet,
	};
	/* As the kernel may leave it: without an end. */
	memcpy(rec.drop.function, function,
	       strlen(function) < sizeof(rec.drop.function) ? strlen(function) : sizeof(rec.drop.function));
}

static void assert_lost(enum loss_where where, enum pt_hook hook, const char *reason, const char *function,
			const char *dev, uint32_t netns)
{
	loss_of(&loss, &rec, &sight);
	assert_int_equal(loss.where, where);
	assert_int_equal(loss.hook, hook);
	assert_string_equal(loss.reason, reason);
	assert_string_equal(loss.function, function);
	assert_string_equal(loss.dev, dev);
	assert_int_equal(loss.netns, netns);
}

static void assert_advice(const char *words)
{
	if (!strstr(loss.advice, words))
		fail_msg("'%s' not in '%s'", words, loss.advice);
}

static void refused_by_the_socket(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	rec.told.error = ENETUNREACH;
	assert_lost(LOSS_SOCKET, PT_HOOK_SENDMSG, "", "", "", 0);
	assert_int_equal(loss.error, ENETUNREACH);
	assert_advice("no route");
}

static void no_room_in_the_socket_or_the_device(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	rec.told.error = ENOBUFS;
	assert_lost(LOSS_SOCKET, PT_HOOK_SENDMSG, "", "", "", 0);
	assert_advice("send buffer");
	pass(PT_HOOK_IP_LOCAL_OUT, PT_HOOK_DEV_QUEUE);
	assert_lost(LOSS_SOCKET, PT_HOOK_DEV_QUEUE, "", "", "", 0);
	assert_advice("queue is full");
}

/* Nobody told of a loss: it is not called one. */
static void what_nobody_told_of_was_not_answered(void **state)
{
	char text[LOSS_TEXT_SIZE];

	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_XMIT);
	at_device(PT_HOOK_XMIT, NEAR0);
	loss_of(&loss, &rec, &sight);
	assert_string_equal(loss_text(text, &loss), "not answered, after xmit, near0");
	rec.told.corrupted = true;
	loss_of(&loss, &rec, &sight);
	assert_non_null(strstr(loss_text(text, &loss), "lost on the way in"));
}

static void of_fragments_only_the_first_is_seen(void **state)
{
	(void)state;
	sight.in_fragments = true;
	pass(PT_HOOK_SEND, PT_HOOK_PEER_DRIVER_RX);
	loss_of(&loss, &rec, &sight);
	assert_int_equal(loss.where, LOSS_UNKNOWN);
	assert_advice("fragments");
	pass(PT_HOOK_PEER_ICMP_RCV, PT_HOOK_PEER_ICMP_RCV); /* it was put together */
	loss_of(&loss, &rec, &sight);
	assert_int_equal(loss.where, LOSS_FAR);
}

static void a_reply_that_is_here_says_more_than_an_icmp_error(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_DATA_READY);
	rec.told.has_icmp = true;
	loss_of(&loss, &rec, &sight);
	assert_int_equal(loss.where, LOSS_IN);
}

static void commands_are_for_the_namespace_of_the_drop(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_PEER_DRIVER_RX) + 1, QDISC_DROP, "x", THERE,
	     NEAR0);
	loss_of(&loss, &rec, &sight);
	assert_non_null(strstr(loss.advice, "tc -s qdisc, ip link, there"));
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_DEV_QUEUE) + 1, QDISC_DROP, "x", HERE, NEAR0);
	loss_of(&loss, &rec, &sight);
	assert_null(strstr(loss.advice, "there"));
}

static void a_drop_explains_the_error(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_IP_LOCAL_OUT) + 1, NETFILTER_DROP, "nf_hook_slow",
	     HERE, NEAR0);
	rec.told.error = EPERM;
	assert_lost(LOSS_OUT, PT_HOOK_IP_LOCAL_OUT, "NETFILTER_DROP", "nf_hook_slow", "near0", 0);
	assert_int_equal(loss.error, EPERM);
	assert_advice("OUTPUT");
}

static void another_probes_drop_is_none(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_IP_LOCAL_OUT) + 1, NETFILTER_DROP, "nf_hook_slow",
	     HERE, NEAR0);
	rec.drop.number = NUMBER + 1;
	assert_lost(LOSS_OUT, PT_HOOK_IP_LOCAL_OUT, "", "", "", 0);
}

static void stamps_tell_how_far_it_came(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_IP_FINISH_OUTPUT2);
	assert_lost(LOSS_OUT, PT_HOOK_IP_FINISH_OUTPUT2, "", "", "", 0);
	assert_advice("ARP");
	pass(PT_HOOK_DEV_QUEUE, PT_HOOK_DEV_QUEUE);
	at_device(PT_HOOK_DEV_QUEUE, NEAR0);
	assert_lost(LOSS_OUT, PT_HOOK_DEV_QUEUE, "", "", "near0", 0);
	pass(PT_HOOK_START_XMIT, PT_HOOK_XMIT);
	at_device(PT_HOOK_XMIT, NEAR0);
	assert_lost(LOSS_FAR, PT_HOOK_XMIT, "", "", "near0", 0);
	assert_string_equal(loss.advice, "");
	pass(PT_HOOK_DRIVER_RX, PT_HOOK_IP_RCV);
	at_device(PT_HOOK_DRIVER_RX, NEAR0);
	assert_lost(LOSS_IN, PT_HOOK_IP_RCV, "", "", "near0", 0);
}

static void of_a_request_that_many_devices_had_no_device_tells(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_XMIT);
	rec.request_copied = 1;
	assert_lost(LOSS_UNKNOWN, PT_HOOK_IP_FINISH_OUTPUT2, "", "", "", 0);
	assert_string_equal(loss.advice, "");
	pass(PT_HOOK_PEER_DRIVER_RX, PT_HOOK_PEER_DRIVER_RX);
	at_device(PT_HOOK_PEER_DRIVER_RX, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_DRIVER_RX, "", "", "far0", THERE);
}

static void a_reply_in_another_namespace_is_far(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_NETIF_RECEIVE);
	at_device(PT_HOOK_DRIVER_RX, FAR0);
	at_device(PT_HOOK_NETIF_RECEIVE, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_NETIF_RECEIVE, "", "", "far0", THERE);
}

static void below_a_device_that_has_sent_it(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_XMIT);
	pass(PT_HOOK_DEV_QUEUE, PT_HOOK_DEV_QUEUE); /* again, of the device below */
	at_device(PT_HOOK_DEV_QUEUE, NEAR0);
	assert_lost(LOSS_OUT, PT_HOOK_DEV_QUEUE, "", "", "near0", 0);
	at_device(PT_HOOK_DEV_QUEUE, FAR0); /* of a router */
	assert_lost(LOSS_FAR, PT_HOOK_DEV_QUEUE, "", "", "far0", THERE);
}

static void what_the_receiver_has_is_further_than_the_drivers_return(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_START_XMIT);
	pass(PT_HOOK_PEER_DRIVER_RX, PT_HOOK_PEER_DRIVER_RX);
	at_device(PT_HOOK_PEER_DRIVER_RX, FAR0);
	pass(PT_HOOK_XMIT, PT_HOOK_XMIT);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_DRIVER_RX, "", "", "far0", THERE);
}

static void a_silent_responder(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_PEER_ICMP_RCV);
	at_device(PT_HOOK_PEER_DRIVER_RX, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_ICMP_RCV, "", "icmp_rcv", "far0", THERE);
	assert_advice("icmp_echo_ignore_all");
	sight.family = PT_FAMILY_V6;
	assert_lost(LOSS_FAR, PT_HOOK_PEER_ICMP_RCV, "", "icmpv6_rcv", "far0", THERE);
}

static void dropped_elsewhere_in_this_kernel_is_far(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_PEER_DRIVER_RX) + 1, NETFILTER_DROP,
	     "nf_hook_slow", THERE, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_DRIVER_RX, "NETFILTER_DROP", "nf_hook_slow", "far0", THERE);
	assert_advice("FORWARD drops the request");
	drop(PT_DROPPED_REPLY_OUT, pass(PT_HOOK_PEER_ICMP_RCV, PT_HOOK_PEER_IP_LOCAL_OUT) + 1, NETFILTER_DROP,
	     "nf_hook_slow", THERE, 0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_IP_LOCAL_OUT, "NETFILTER_DROP", "nf_hook_slow", "", THERE);
	assert_advice("responder's OUTPUT");
	drop(PT_DROPPED_REPLY_IN, pass(PT_HOOK_DRIVER_RX, PT_HOOK_IP_RCV) + 1, NETFILTER_DROP, "nf_hook_slow",
	     THERE, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_IP_RCV, "NETFILTER_DROP", "nf_hook_slow", "far0", THERE);
	assert_advice("of a router drops the reply");
}

static void the_responder_on_this_host_is_far(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_PEER_DRIVER_RX) + 1, NETFILTER_DROP,
	     "nf_hook_slow", HERE, NEAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_DRIVER_RX, "NETFILTER_DROP", "nf_hook_slow", "near0", 0);
}

static void dropped_on_the_way_in(void **state)
{
	(void)state;
	drop(PT_DROPPED_REPLY_IN, pass(PT_HOOK_SEND, PT_HOOK_IP_RCV) + 1, NETFILTER_DROP, "nf_hook_slow",
	     HERE, NEAR0);
	assert_lost(LOSS_IN, PT_HOOK_IP_RCV, "NETFILTER_DROP", "nf_hook_slow", "near0", 0);
	assert_advice("INPUT");
}

static void a_request_that_was_answered_was_not_dropped(void **state)
{
	uint64_t ns = pass(PT_HOOK_SEND, PT_HOOK_DEV_QUEUE);

	(void)state;
	drop(PT_DROPPED_REQUEST, ns + 1, QDISC_DROP, "__dev_queue_xmit", HERE, NEAR0);
	pass(PT_HOOK_START_XMIT, PT_HOOK_XMIT);
	pass(PT_HOOK_DRIVER_RX, PT_HOOK_DRIVER_RX);
	at_device(PT_HOOK_DRIVER_RX, NEAR0);
	assert_lost(LOSS_IN, PT_HOOK_DRIVER_RX, "", "", "near0", 0);
}

static void a_sent_packet_that_a_driver_frees_was_not_dropped(void **state)
{
	uint64_t ns = pass(PT_HOOK_SEND, PT_HOOK_START_XMIT);
	uint64_t xmit = pass(PT_HOOK_XMIT, PT_HOOK_XMIT);

	(void)state;
	drop(PT_DROPPED_REQUEST, xmit + 1, NOT_SPECIFIED, "e1000_clean_tx", HERE, NEAR0);
	assert_lost(LOSS_FAR, PT_HOOK_XMIT, "", "", "", 0);
	/* On another CPU it may be before the driver returns. */
	drop(PT_DROPPED_REQUEST, ns + 1, NOT_SPECIFIED, "e1000_clean_tx", HERE, NEAR0);
	rec.drop.cpu = 1;
	assert_lost(LOSS_FAR, PT_HOOK_XMIT, "", "", "", 0);
	/* A kernel that tells no reasons. */
	drop(PT_DROPPED_REQUEST, xmit + 1, 0, "e1000_clean_tx", HERE, NEAR0);
	assert_lost(LOSS_FAR, PT_HOOK_XMIT, "", "", "", 0);
}

static void a_packet_that_a_virtual_driver_drops_was(void **state)
{
	uint64_t ns = pass(PT_HOOK_SEND, PT_HOOK_START_XMIT);

	(void)state;
	pass(PT_HOOK_XMIT, PT_HOOK_XMIT);
	drop(PT_DROPPED_REQUEST, ns + 1, NOT_SPECIFIED, "veth_xmit", HERE, NEAR0);
	assert_lost(LOSS_OUT, PT_HOOK_START_XMIT, "NOT_SPECIFIED", "veth_xmit", "near0", 0);
	assert_int_equal(loss.dropped_ns, ns + 1);
}

static void without_a_reason_a_receiver_drops_it_all_the_same(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_PEER_DRIVER_RX) + 1, NOT_SPECIFIED, "ip_error",
	     THERE, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_DRIVER_RX, "NOT_SPECIFIED", "ip_error", "far0", THERE);
}

static void a_reply_that_the_responder_has_sent_was_not_dropped(void **state)
{
	(void)state;
	drop(PT_DROPPED_REPLY_OUT, pass(PT_HOOK_SEND, PT_HOOK_PEER_XMIT) + 1, NOT_SPECIFIED, "e1000_clean_tx",
	     THERE, FAR0);
	assert_lost(LOSS_FAR, PT_HOOK_PEER_XMIT, "", "", "", 0);
}

static void what_icmp_leaves_over_is_not_the_raw_sockets(void **state)
{
	(void)state;
	sight.socket = PT_SOCKET_RAW;
	drop(PT_DROPPED_REPLY_IN, pass(PT_HOOK_SEND, PT_HOOK_ICMP_RCV) + 1, QDISC_DROP, "icmp_rcv", HERE,
	     NEAR0);
	at_device(PT_HOOK_IP_RCV, NEAR0);
	assert_lost(LOSS_IN, PT_HOOK_IP_RCV, "", "", "near0", 0);
	assert_advice("raw socket did not take");
}

static void symbols_are_names(void **state)
{
	static const struct {
		const char *symbol, *function;
	} cases[] = {
		{ "ip_rcv_finish_core.isra.0", "ip_rcv_finish_core" },
		{ "veth_xmit [veth]", "veth_xmit" },
		{ "0xffffffff81234567", "" },
		{ "a\033[31m", "a" },
		{ "a_name_of_39_characters_and_no_end_to_it_", "a_name_of_39_characters_and_no_end_to_i" },
	};
	uint64_t ns = pass(PT_HOOK_SEND, PT_HOOK_DEV_QUEUE);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		drop(PT_DROPPED_REQUEST, ns + 1, QDISC_DROP, cases[i].symbol, HERE, NEAR0);
		loss_of(&loss, &rec, &sight);
		assert_string_equal(loss.function, cases[i].function);
	}
}

static void numbers_without_a_name(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_DEV_QUEUE) + 1, 99, "f", HERE, PT_NR_DEVS + 1);
	assert_lost(LOSS_OUT, PT_HOOK_DEV_QUEUE, "", "f", "", 0);
	strcpy(devs[NEAR0 - 1].name, "a\033b");
	rec.drop.dev = NEAR0;
	sight.reasons = NULL;
	assert_lost(LOSS_OUT, PT_HOOK_DEV_QUEUE, "", "f", "a?b", 0);
}

static void an_icmp_error_was_sent_by_somebody(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	sight.both_ways = false;
	rec.told.has_icmp = true;
	rec.told.type = 3;
	rec.told.code = 13;
	assert_lost(LOSS_FAR, PT_HOOK_SENDMSG, "", "", "", 0);
	assert_true(loss.has_icmp);
	assert_int_equal(loss.icmp_type, 3);
	assert_int_equal(loss.icmp_code, 13);
	sight.icmp_from_here = true;
	assert_lost(LOSS_OUT, PT_HOOK_SENDMSG, "", "", "", 0);
}

static void told_by_this_host(enum pt_family family, uint8_t type, uint8_t code)
{
	sight.both_ways = false;
	sight.icmp_from_here = true;
	sight.family = family;
	rec.told.has_icmp = true;
	rec.told.type = type;
	rec.told.code = code;
	loss_of(&loss, &rec, &sight);
}

static void an_icmp_error_of_this_host_has_advice(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	told_by_this_host(PT_FAMILY_V4, 3, 1);
	assert_int_equal(loss.where, LOSS_OUT);
	assert_advice("the neighbour does not answer ARP or ND");
	told_by_this_host(PT_FAMILY_V6, 1, 3);
	assert_advice("the neighbour does not answer ARP or ND");
	told_by_this_host(PT_FAMILY_V6, 3, 1); /* another type there */
	assert_string_equal(loss.advice, "");
	told_by_this_host(PT_FAMILY_V4, 3, 4);
	assert_advice("MTU");
	told_by_this_host(PT_FAMILY_V6, 2, 0);
	assert_advice("MTU");
	told_by_this_host(PT_FAMILY_V4, 3, 3);
	assert_advice("a netfilter rule of this host");
	told_by_this_host(PT_FAMILY_V6, 1, 1);
	assert_advice("a netfilter rule of this host");
	told_by_this_host(PT_FAMILY_V4, 11, 0);
	assert_string_equal(loss.advice, "");
}

static void an_icmp_error_of_another_host_has_none(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	told_by_this_host(PT_FAMILY_V4, 3, 1);
	sight.icmp_from_here = false;
	loss_of(&loss, &rec, &sight);
	assert_int_equal(loss.where, LOSS_FAR);
	assert_string_equal(loss.advice, "");
}

/* 127.0.0.1, with a rule in INPUT: it was sent, so no neighbour is to blame. */
static void this_hosts_error_about_a_probe_that_was_sent_is_the_responders(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_XMIT);
	told_by_this_host(PT_FAMILY_V4, 3, 1);
	assert_int_equal(loss.where, LOSS_FAR);
	assert_string_equal(loss.advice, "");
}

static void the_error_of_sendmsg_says_more_than_icmp(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_SENDMSG);
	rec.told.error = EPERM;
	told_by_this_host(PT_FAMILY_V4, 3, 1);
	assert_int_equal(loss.where, LOSS_SOCKET);
	assert_advice("netfilter (OUTPUT)");
}

static void a_drop_says_more_than_an_icmp_error(void **state)
{
	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_IP_FINISH_OUTPUT2) + 1, NETFILTER_DROP,
	     "nf_hook_slow", HERE, NEAR0);
	rec.told.has_icmp = true;
	assert_lost(LOSS_OUT, PT_HOOK_IP_FINISH_OUTPUT2, "NETFILTER_DROP", "nf_hook_slow", "near0", 0);
}

static void a_corrupted_reply_came_in(void **state)
{
	(void)state;
	pass(PT_HOOK_SEND, PT_HOOK_PEER_ICMP_RCV);
	rec.told.corrupted = true;
	assert_lost(LOSS_IN, PT_HOOK_RECV, "", "", "", 0);
	assert_advice("checksum");
}

static void who_sees_little_says_little(void **state)
{
	(void)state;
	sight.both_ways = false;
	sight.hooks = 1U << PT_HOOK_DEV_QUEUE | 1U << PT_HOOK_XMIT | 1U << PT_HOOK_NETIF_RECEIVE;
	pass(PT_HOOK_SEND, PT_HOOK_SEND);
	pass(PT_HOOK_DEV_QUEUE, PT_HOOK_DEV_QUEUE);
	pass(PT_HOOK_XMIT, PT_HOOK_XMIT);
	assert_lost(LOSS_UNKNOWN, PT_HOOK_XMIT, "", "", "", 0);
	assert_null(loss_where_name(loss.where));
	assert_string_equal(loss.advice, "");
	sight.both_ways = true; /* programs, but none at xmit */
	sight.hooks &= ~(1U << PT_HOOK_XMIT);
	rec.stamps[PT_HOOK_XMIT].ns = 0;
	assert_lost(LOSS_UNKNOWN, PT_HOOK_DEV_QUEUE, "", "", "", 0);
}

static void equal_losses(void **state)
{
	struct loss other;

	(void)state;
	drop(PT_DROPPED_REQUEST, pass(PT_HOOK_SEND, PT_HOOK_DEV_QUEUE) + 1, QDISC_DROP, "f", HERE, NEAR0);
	loss_of(&loss, &rec, &sight);
	other = loss;
	assert_true(loss_equal(&loss, &other));
	other.error = EPERM;
	assert_false(loss_equal(&loss, &other));
	other = loss;
	strcpy(other.function, "g");
	assert_false(loss_equal(&loss, &other));
	other = loss;
	other.icmp_from[0] = 1;
	assert_false(loss_equal(&loss, &other));
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(refused_by_the_socket),
		TEST(no_room_in_the_socket_or_the_device),
		TEST(what_nobody_told_of_was_not_answered),
		TEST(of_fragments_only_the_first_is_seen),
		TEST(a_reply_that_is_here_says_more_than_an_icmp_error),
		TEST(commands_are_for_the_namespace_of_the_drop),
		TEST(a_drop_explains_the_error),
		TEST(another_probes_drop_is_none),
		TEST(stamps_tell_how_far_it_came),
		TEST(of_a_request_that_many_devices_had_no_device_tells),
		TEST(a_reply_in_another_namespace_is_far),
		TEST(below_a_device_that_has_sent_it),
		TEST(what_the_receiver_has_is_further_than_the_drivers_return),
		TEST(a_silent_responder),
		TEST(dropped_elsewhere_in_this_kernel_is_far),
		TEST(the_responder_on_this_host_is_far),
		TEST(dropped_on_the_way_in),
		TEST(a_request_that_was_answered_was_not_dropped),
		TEST(a_sent_packet_that_a_driver_frees_was_not_dropped),
		TEST(a_packet_that_a_virtual_driver_drops_was),
		TEST(without_a_reason_a_receiver_drops_it_all_the_same),
		TEST(a_reply_that_the_responder_has_sent_was_not_dropped),
		TEST(what_icmp_leaves_over_is_not_the_raw_sockets),
		TEST(symbols_are_names),
		TEST(numbers_without_a_name),
		TEST(an_icmp_error_was_sent_by_somebody),
		TEST(an_icmp_error_of_this_host_has_advice),
		TEST(an_icmp_error_of_another_host_has_none),
		TEST(this_hosts_error_about_a_probe_that_was_sent_is_the_responders),
		TEST(the_error_of_sendmsg_says_more_than_icmp),
		TEST(a_drop_says_more_than_an_icmp_error),
		TEST(a_corrupted_reply_came_in),
		TEST(who_sees_little_says_little),
		TEST(equal_losses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
