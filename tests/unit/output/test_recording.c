// SPDX-License-Identifier: GPL-2.0-or-later
/* Results that are made by hand, given to sinks; the recording among them, given to sinks again: both wrote the same. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "analysis/split.h"
#include "analysis/causes.h"
#include "output/reader.h"
#include "output/sinks.h"

#define SEND_NS 5000000000ULL
#define PAYLOAD 56

static char folder[] = "/tmp/pingtrace-test-XXXXXX";
static char text1[64], text2[64], json1[64], json2[64], recording1[64], recording2[64];
static char capture1[64], capture2[64];
static char write_text1[80], write_text2[80], write_json1[80], write_json2[80];

static struct display display;
static struct run_info run;
static struct target_info targets[2];
static struct stats stats[2];
static struct sinks *sinks;

static void name_files(void)
{
	snprintf(text1, sizeof(text1), "%s/1.txt", folder);
	snprintf(text2, sizeof(text2), "%s/2.txt", folder);
	snprintf(json1, sizeof(json1), "%s/1.json", folder);
	snprintf(json2, sizeof(json2), "%s/2.json", folder);
	snprintf(recording1, sizeof(recording1), "%s/1.jsonl", folder);
	snprintf(recording2, sizeof(recording2), "%s/2.jsonl", folder);
	snprintf(capture1, sizeof(capture1), "%s/1.pcapng", folder);
	snprintf(capture2, sizeof(capture2), "%s/2.pcapng", folder);
	snprintf(write_text1, sizeof(write_text1), "text:%s", text1);
	snprintf(write_text2, sizeof(write_text2), "text:%s", text2);
	snprintf(write_json1, sizeof(write_json1), "json:%s", json1);
	snprintf(write_json2, sizeof(write_json2), "json:%s", json2);
}

static void describe(struct target_info *t, unsigned int index, const char *name, enum pt_family family)
{
	memset(t, 0, sizeof(*t));
	t->index = index;
	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(t->address, sizeof(t->address), "%s", family == PT_FAMILY_V6 ? "fd09::2" : "10.9.0.2");
	t->family = family;
	t->socket = family == PT_FAMILY_V6 ? PT_SOCKET_RAW : PT_SOCKET_DGRAM;
	t->id = 4711;
	t->hooks = 0xffff;
	t->missing = 1U << PT_HOOK_RAW_RCV;
}

static int set_up(void **state)
{
	char *const writes[] = { write_text1, write_json1, recording1, capture1 };
	struct error error = {};

	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	name_files();
	memset(&run, 0, sizeof(run));
	memset(stats, 0, sizeof(stats));
	display = (struct display){ .segments = true, .path = true, .why = true, .print_time = true };
	strcpy(run.version, "0");
	strcpy(run.kernel, "6.1");
	strcpy(run.backend, "fentry");
	strcpy(run.why_not_better, "something (else) is missing: see there");
	run.started = (struct clocks){ 1, 2, 3 };
	run.traced = run.has_why = run.why = true;
	run.stamp_ns = 123;
	run.payload_size = PAYLOAD;
	run.interval_ns = 1000000000;
	run.nr_targets = 2;
	run.name_width = 5;
	describe(&targets[0], 0, "one", PT_FAMILY_V4);
	describe(&targets[1], 1, "two", PT_FAMILY_V6);
	if (sinks_open(&sinks, &display, true, writes, 4, false, &error))
		fail_msg("%s", error.text);
	return 0;
}

static void begin(void)
{
	unsigned int i;

	display.quiet = false;
	sinks_run_begin(sinks, &run);
	for (i = 0; i < 2; i++)
		sinks_target_begin(sinks, &targets[i]);
}

static int tear_down(void **state)
{
	const char *const files[] = {
		text1, text2, json1, json2, recording1, recording2, capture1, capture2
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		stats_free(&stats[i]);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		unlink(files[i]);
	return rmdir(folder);
}

static void assert_same(const char *a, const char *b)
{
	FILE *x = fopen(a, "r"), *y = fopen(b, "r");
	int c, d, line = 1;

	assert_non_null(x);
	assert_non_null(y);
	do {
		c = getc(x);
		d = getc(y);
		if (c != d)
			fail_msg("%s and %s differ in line %d", a, b, line);
		line += c == '\n';
	} while (c != EOF);
	assert_true(line > 2 || a == capture1);
	fclose(x);
	fclose(y);
}

/* The end of the run; then its recording is read, and what was written is compared. */
static void assert_plays(void)
{
	char *const writes[] = { write_text2, write_json2, recording2, capture2 };
	struct clocks clocks = { 61, 62, 63 };
	struct error error = {};
	unsigned int i;
	FILE *file;

	sinks_clocks(sinks, &clocks);
	for (i = 0; i < 2; i++)
		sinks_target_end(sinks, &targets[i], &stats[i]);
	sinks_run_end(sinks);
	assert_true(sinks_close(sinks));
	if (sinks_open(&sinks, &display, true, writes, 4, false, &error))
		fail_msg("%s", error.text);
	file = fopen(recording1, "r");
	assert_non_null(file);
	assert_true(recording_read(file, recording1, sinks));
	fclose(file);
	assert_true(sinks_close(sinks));
	assert_same(text1, text2);
	assert_same(json1, json2);
	assert_same(recording1, recording2);
	assert_same(capture1, capture2);
}

static void tell(unsigned int target, struct result *r)
{
	r->wall_us = 1700000000123456ULL + r->seq;
	if (!r->duplicate && !r->corrupted && !r->late)
		stats_add_sent(&stats[target], r->sent_ns, r->due_ns);
	stats_add_result(&stats[target], r);
	sinks_result(sinks, &targets[target], r);
	result_release(r);
}

/* Of some there are only the first bytes of one packet. */
static void make_heads(struct result *r, uint64_t seq)
{
	struct head *request = &r->heads[PT_PACKET_REQUEST], *reply = &r->heads[PT_PACKET_REPLY];

	*request = (struct head){ .present = seq % 3 && r->stamps[PT_HOOK_START_XMIT].ns,
				  .link = PT_LINK_ETHERNET,
				  .length = 98,
				  .captured = 98 };
	*reply = (struct head){ .present = seq % 4 && r->stamps[PT_HOOK_DRIVER_RX].ns,
				.link = PT_LINK_RAW,
				.length = 1028,
				.captured = PT_HEAD_SIZE };
	memset(request->bytes, seq, PT_HEAD_SIZE);
	memset(reply->bytes, ~seq, PT_HEAD_SIZE);
	r->has_heads = request->present || reply->present;
}

/* A reply whose stamps are @gap_ns apart, all but those of @missing. */
static void make_reply(struct result *r, unsigned int target, uint64_t seq, uint64_t gap_ns, uint32_t missing)
{
	uint64_t ns = SEND_NS + seq * 1000000;
	enum pt_hook h;

	result_init(r, RESULT_REPLY, seq);
	r->sent_ns = ns;
	r->bytes = PAYLOAD + RESULT_ICMP_HEADER;
	r->ttl = 64;
	strcpy(r->from, targets[target].address);
	r->from_target = true;
	r->under_way = seq % 100;
	memset(r->stamps, 0, sizeof(r->stamps));
	memset(r->origins, 0, sizeof(r->origins));
	for (h = 0; h < PT_NR_HOOKS; h++) {
		r->stamps[h].cpu = PT_CPU_UNKNOWN;
		if (!hook_on_path(h, targets[target].socket) || missing & 1U << h)
			continue;
		r->stamps[h] = (struct stamp){ ns, h & 1 };
		ns += gap_ns;
		if (h == PT_HOOK_SEND || h == PT_HOOK_RECV)
			continue;
		snprintf(r->origins[h].function, sizeof(r->origins[h].function), "at_%s", hook_name(h));
		r->origins[h].is_function = h & 1;
		if (h == PT_HOOK_DEV_QUEUE || h == PT_HOOK_DRIVER_RX) {
			strcpy(r->origins[h].dev, "eth0.7");
			r->origins[h].netns = 4026531840U;
			strcpy(r->origins[h].netns_name, h == PT_HOOK_DRIVER_RX ? "far" : "");
		}
	}
	make_heads(r, seq);
	r->received_ns = r->stamps[PT_HOOK_RECV].ns;
	r->has_time = r->time_counts = true;
	r->time_ns = r->received_ns - r->sent_ns - 17;
}

/* Stamps are there: split them. */
static void split(struct result *r, unsigned int target)
{
	assert_int_equal(path_of(&r->path, r->stamps, targets[target].socket), 0);
	r->has_path = r->has_stamps = r->has_origins = r->has_causes = true;
	causes_of_stamps(&r->causes, r->stamps);
}

static void answered_probes(void **state)
{
	struct result r;
	uint64_t seq;

	(void)state;
	begin();
	/* Past the wrap of the sequence number, some slower than others, some with stamps missing. */
	for (seq = 65500; seq < 65600; seq++) {
		make_reply(&r, seq & 1, seq, seq % 50 ? 1000 : 3000000, seq % 7 ? 0 : 1U << PT_HOOK_IP_RCV);
		r.due_ns = r.sent_ns - seq;
		split(&r, seq & 1);
		tell(seq & 1, &r);
	}
	assert_plays();
}

static void clipped_probes_and_the_responders_side(void **state)
{
	struct result r;

	(void)state;
	begin();
	make_reply(&r, 0, 1, 1000, 0);
	r.stamps[PT_HOOK_XMIT].ns += 50000;
	split(&r, 0);
	assert_true(r.path.clipped);
	tell(0, &r);
	make_reply(&r, 0, 2, 1000, 0);
	r.stamps[PT_HOOK_SENDMSG].ns = r.sent_ns - 500;
	r.stamps[PT_HOOK_PEER_DRIVER_RX] = (struct stamp){ r.stamps[PT_HOOK_XMIT].ns - 10, 1 };
	r.stamps[PT_HOOK_PEER_ICMP_RCV] = (struct stamp){ r.stamps[PT_HOOK_XMIT].ns + 300, 1 };
	split(&r, 0);
	assert_true(r.path.nr_inside);
	tell(0, &r);
	make_reply(&r, 1, 1, 1000, 0);
	r.stamps[PT_HOOK_ICMP_RCV] = (struct stamp){ r.received_ns + 1000, 1 };
	split(&r, 1);
	tell(1, &r);
	assert_plays();
}

static void duplicates_corrupted_and_truncated_replies(void **state)
{
	struct result r;
	size_t i;

	(void)state;
	begin();
	make_reply(&r, 0, 1, 1000, 0);
	split(&r, 0);
	tell(0, &r);
	make_reply(&r, 0, 1, 2000, 0);
	r.duplicate = true;
	r.time_counts = false;
	tell(0, &r);
	make_reply(&r, 0, 1, 3000, 0);
	r.duplicate = true;
	r.from_target = false;
	strcpy(r.from, "10.9.0.9");
	tell(0, &r);
	make_reply(&r, 0, 2, 1000, 0);
	r.corrupted = true;
	r.has_time = r.time_counts = false;
	r.ttl = -1;
	tell(0, &r);
	make_reply(&r, 0, 2, 1000, 0);
	r.wrong_at = 20;
	r.wrong_should = 20;
	r.wrong_is = 0xff;
	r.payload = malloc(PAYLOAD);
	for (i = 0; i < PAYLOAD; i++)
		r.payload[i] = 7 * i;
	split(&r, 0);
	tell(0, &r);
	make_reply(&r, 1, 1, 1000, 0);
	r.bytes = 20;
	r.ip_options_size = 7;
	memcpy(r.ip_options, "\x07\x07\x08\x0a\x09\x00\x02", 7);
	split(&r, 1);
	tell(1, &r);
	make_reply(&r, 1, 2, 1000, 0);
	r.has_time = r.time_counts = false; /* its record was no longer there */
	r.sent_ns = 0;
	tell(1, &r);
	assert_plays();
}

static void causes(void **state)
{
	struct result r;
	uint64_t seq;

	(void)state;
	begin();
	for (seq = 1; seq <= 30; seq++) {
		make_reply(&r, 0, seq, seq == 30 ? 2500000 : 1000, 0);
		split(&r, 0);
		causes_set_neighbour(&r.causes, seq & 1 ? "incomplete" : "stale");
		r.causes.has_queue = true;
		r.causes.queue_before = seq;
		r.causes.queue_ns = in_queue_ns(r.stamps);
		strcpy(r.causes.qdisc, seq & 1 ? "netem" : "tbf");
		r.causes.has_wait = true;
		r.causes.wait_cpu = 1;
		r.causes.wait_ns = 2300000;
		r.causes.running_ns = seq % 5 ? r.sent_ns + 2400000 : 0;
		r.causes.held_idle = seq % 3 == 0;
		if (seq % 3 == 1) {
			strcpy(r.causes.holder, "hog");
			r.causes.holder_pid = 4711;
			r.causes.held_ns = 2200000;
		}
		r.causes.receive[PT_RECEIVER_DRIVER_RX] = (struct causes_receive){
			.known = true, .cpu = 1, .from_idle = true, .idle_state = 2
		};
		r.causes.receive[PT_RECEIVER_NETIF_RECEIVE] = (struct causes_receive){ .known = true,
										       .cpu = 1,
										       .in_softirq = true,
										       .late_ns = 1500000,
										       .busy_ns = 500000,
										       .ksoftirqd = seq & 1 };
		strcpy(r.causes.receive[PT_RECEIVER_NETIF_RECEIVE].task, "ksoftirqd/1");
		tell(0, &r);
	}
	assert_plays();
}

static void requests_that_were_sent_late(void **state)
{
	struct result r;
	uint64_t seq;

	(void)state;
	begin();
	for (seq = 1; seq <= 10; seq++) {
		make_reply(&r, 0, seq, 1000, 0);
		r.due_ns = seq == 3 ? r.sent_ns - 2500000 : seq == 7 ? r.sent_ns - 400 : 0;
		split(&r, 0);
		tell(0, &r);
	}
	assert_int_equal(stats[0].sent_late, 1);
	assert_plays();
}

static void make_lost(struct result *r, uint64_t seq)
{
	struct result reply;

	make_reply(&reply, 0, seq, 1000, 0);
	*r = reply;
	r->kind = RESULT_LOST;
	r->bytes = 0;
	memset(&r->stamps[PT_HOOK_DRIVER_RX], 0, (PT_NR_HOOKS - PT_HOOK_DRIVER_RX) * sizeof(r->stamps[0]));
	make_heads(r, seq);
	r->has_stamps = r->has_origins = r->has_loss = true;
	r->loss = (struct loss){
		.where = LOSS_OUT, .hook = PT_HOOK_XMIT, .dev = "eth0", .netns = 12, .netns_name = "far"
	};
}

static void lost_and_late_probes(void **state)
{
	unsigned int lost_as;
	struct result r;

	(void)state;
	begin();
	make_lost(&r, 1);
	strcpy(r.loss.reason, "NETFILTER_DROP");
	strcpy(r.loss.function, "nft_do_chain");
	r.loss.dropped_ns = r.sent_ns + 700;
	r.loss.dropped_cpu = 3;
	strcpy(r.loss.advice, "a rule drops it: nft list ruleset, there");
	tell(0, &r);
	lost_as = r.lost_as;
	make_lost(&r, 2);
	r.loss.silent = true;
	r.loss.where = LOSS_FAR;
	tell(0, &r);
	make_lost(&r, 3);
	r.loss.where = LOSS_SOCKET;
	r.loss.error = ENETUNREACH;
	tell(0, &r);
	make_lost(&r, 4);
	r.loss.has_icmp = true;
	r.loss.icmp_type = ICMP_DEST_UNREACH;
	r.loss.icmp_code = ICMP_FRAG_NEEDED;
	r.loss.icmp_info = 1400;
	strcpy(r.loss.icmp_from, "10.9.0.1");
	tell(0, &r);
	make_lost(&r, 5);
	r.has_loss = r.has_stamps = r.has_origins = false; /* its record was no longer there */
	r.sent_ns = 0;
	tell(0, &r);
	make_reply(&r, 0, 1, 1000, 0);
	r.late = true;
	r.lost_as = lost_as;
	split(&r, 0);
	tell(0, &r);
	assert_int_equal(stats[0].losses[0].count, 0);
	assert_plays();
}

static void equal_losses_are_told_once_and_counted(void **state)
{
	char line[512];
	struct result r;
	int told = 0, counted = 0;
	uint64_t seq;
	FILE *file;

	(void)state;
	display.path = false;
	begin();
	for (seq = 1; seq <= 1000; seq++) {
		make_lost(&r, seq);
		tell(0, &r);
	}
	stats[0].retries = 3;
	assert_plays();
	file = fopen(text1, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		told += !!strstr(line, "probe 1 lost on the way out");
		counted += !strcmp(line, "    one : like probe 1: 999 more, up to probe 1000\n");
		assert_null(strstr(line, "probe 2 "));
	}
	fclose(file);
	assert_int_equal(told, 1);
	assert_int_equal(counted, 1);
}

static void errors_and_outstanding_probes(void **state)
{
	static const struct result_error errors[] = {
		{ .type = ICMP_DEST_UNREACH,
		  .code = ICMP_HOST_UNREACH,
		  .from = "10.9.0.1",
		  .has_seq = true,
		  .seq = 7,
		  .under_way = 3 },
		{ .type = ICMP_REDIRECT,
		  .from = "10.9.0.2",
		  .from_target = true,
		  .has_seq = true,
		  .is_redirect = true },
		{ .type = ICMP_PARAMETERPROB, .info = 3, .from = "10.9.0.1", .wall_us = 1700000000000001ULL },
	};
	struct result_error e;
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		e = errors[i];
		stats_add_error(&stats[0], &e);
		sinks_error(sinks, &targets[0], &e);
	}
	for (i = 0; i < 3; i++) {
		e = (struct result_error){
			.local = true, .error = ENOBUFS, .refused = true, .has_seq = true, .seq = i
		};
		stats_add_error(&stats[1], &e);
		sinks_error(sinks, &targets[1], &e);
	}
	e = (struct result_error){
		.local = true, .error = EMSGSIZE, .info = 1280, .has_seq = true, .seq = i
	};
	stats_add_error(&stats[1], &e);
	sinks_error(sinks, &targets[1], &e);
	sinks_outstanding(sinks, &targets[1], 65537, 1700000000000002ULL);
	assert_int_equal(stats[0].errors, 2);
	assert_int_equal(stats[1].errors, 1);
	assert_plays();
}

static void a_flood_has_its_dots_where_they_were(void **state)
{
	struct result r;
	uint64_t seq;

	(void)state;
	run.flood = true;
	begin();
	for (seq = 1; seq < 50; seq++) {
		sinks_sent(sinks, &targets[0], seq);
		if (seq % 5 < 2)
			continue;
		make_reply(&r, 0, seq, 1000, 0);
		split(&r, 0);
		tell(0, &r);
	}
	assert_plays();
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(answered_probes),
		TEST(clipped_probes_and_the_responders_side),
		TEST(duplicates_corrupted_and_truncated_replies),
		TEST(causes),
		TEST(requests_that_were_sent_late),
		TEST(lost_and_late_probes),
		TEST(equal_losses_are_told_once_and_counted),
		TEST(errors_and_outstanding_probes),
		TEST(a_flood_has_its_dots_where_they_were),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
