// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "analysis/split.h"
#include "base/util.h"

#define NUMBER 70001
#define ANOTHER_NUMBER (NUMBER - 65536) /* the same ICMP sequence number, one wrap earlier */
#define SEND_NS 1000000ULL

/*
 * The contract, written out: a table made from PT_HOOKS would agree with any change to PT_HOOKS.
 * The segment and its layer are those that begin at the hook.
 */
struct hop {
	enum pt_hook hook;
	const char *name;
	const char *segment;
	const char *layer;
};

/* The record's stamps, split. */
static int try_split(struct path *path, const struct pt_record *rec, enum pt_socket socket)
{
	struct stamp stamps[PT_NR_HOOKS];

	record_stamps(stamps, rec);
	return path_of(path, stamps, socket);
}

static const struct hop ping_hops[] = {
	{ PT_HOOK_SEND, "send", "syscall-out", "socket" },
	{ PT_HOOK_SENDMSG, "sendmsg", "socket-out", "socket" },
	{ PT_HOOK_IP_LOCAL_OUT, "ip_local_out", "ip-out", "ip" },
	{ PT_HOOK_IP_FINISH_OUTPUT2, "ip_finish_output2", "neigh-out", "ip" },
	{ PT_HOOK_DEV_QUEUE, "dev_queue", "qdisc", "driver" },
	{ PT_HOOK_START_XMIT, "start_xmit", "driver-out", "driver" },
	{ PT_HOOK_XMIT, "xmit", "wire", "wire" },
	{ PT_HOOK_DRIVER_RX, "driver_rx", "driver-in", "driver" },
	{ PT_HOOK_NETIF_RECEIVE, "netif_receive", "link-in", "driver" },
	{ PT_HOOK_IP_RCV, "ip_rcv", "ip-in", "ip" },
	{ PT_HOOK_ICMP_RCV, "icmp_rcv", "icmp-in", "ip" },
	{ PT_HOOK_PING_RCV, "ping_rcv", "socket-in", "socket" },
	{ PT_HOOK_DATA_READY, "data_ready", "wakeup", "socket" },
	{ PT_HOOK_COPY, "copy", "syscall-in", "socket" },
	{ PT_HOOK_RECV, "recv", NULL, NULL },
};

static const struct hop raw_hops[] = {
	{ PT_HOOK_SEND, "send", "syscall-out", "socket" },
	{ PT_HOOK_SENDMSG, "sendmsg", "socket-out", "socket" },
	{ PT_HOOK_IP_LOCAL_OUT, "ip_local_out", "ip-out", "ip" },
	{ PT_HOOK_IP_FINISH_OUTPUT2, "ip_finish_output2", "neigh-out", "ip" },
	{ PT_HOOK_DEV_QUEUE, "dev_queue", "qdisc", "driver" },
	{ PT_HOOK_START_XMIT, "start_xmit", "driver-out", "driver" },
	{ PT_HOOK_XMIT, "xmit", "wire", "wire" },
	{ PT_HOOK_DRIVER_RX, "driver_rx", "driver-in", "driver" },
	{ PT_HOOK_NETIF_RECEIVE, "netif_receive", "link-in", "driver" },
	{ PT_HOOK_IP_RCV, "ip_rcv", "ip-in", "ip" },
	{ PT_HOOK_RAW_RCV, "raw_rcv", "socket-in", "socket" },
	{ PT_HOOK_DATA_READY, "data_ready", "wakeup", "socket" },
	{ PT_HOOK_COPY, "copy", "syscall-in", "socket" },
	{ PT_HOOK_RECV, "recv", NULL, NULL },
};

#define MAX_HOPS ARRAY_SIZE(ping_hops)

struct way {
	enum pt_socket socket;
	const struct hop *hops;
	unsigned int nr;
};

static const struct way ways[] = {
	{ PT_SOCKET_DGRAM, ping_hops, ARRAY_SIZE(ping_hops) },
	{ PT_SOCKET_RAW, raw_hops, ARRAY_SIZE(raw_hops) },
};

#define for_each_way(way) for ((way) = ways; (way) < ways + ARRAY_SIZE(ways); (way)++)

/* splitmix64: the same records on every machine. */
static uint64_t pseudo_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static void open_record(struct pt_record *rec)
{
	memset(rec, 0, sizeof(*rec));
	rec->number = NUMBER;
	rec->open = 1;
}

static void put_stamp(struct pt_record *rec, enum pt_hook hook, uint64_t ns)
{
	rec->stamps[hook].ns = ns;
	rec->stamps[hook].number = rec->number;
}

/* A record of all stamps of @way, hop i at @ns[i]; 0: missing. */
static void fill_record(struct pt_record *rec, const struct way *way, const uint64_t ns[])
{
	unsigned int i;

	open_record(rec);
	for (i = 0; i < way->nr; i++)
		if (ns[i])
			put_stamp(rec, way->hops[i].hook, ns[i]);
}

/* Stamps in order, and the i-th segment lasts 2^i ns: a sum says which segments are in it. */
static void times_in_order(const struct way *way, uint64_t ns[])
{
	unsigned int i;

	ns[0] = SEND_NS;
	for (i = 1; i < way->nr; i++)
		ns[i] = ns[i - 1] + (1ULL << (i - 1));
}

static layer_set bit_of_layer(const char *name)
{
	if (!strcmp(name, "socket"))
		return LAYER_BIT(PT_LAYER_SOCKET);
	if (!strcmp(name, "ip"))
		return LAYER_BIT(PT_LAYER_IP);
	if (!strcmp(name, "driver"))
		return LAYER_BIT(PT_LAYER_DRIVER);
	assert_string_equal(name, "wire");
	return LAYER_BIT(PT_LAYER_WIRE);
}

static void join_name(char *name, const char *part)
{
	if (name[0])
		strcat(name, "+");
	strcat(name, part);
}

/* What the contract calls the segment from hop @i to hop @j, its layer, and the set of its layers. */
static layer_set expected_names(const struct way *way, unsigned int i, unsigned int j, char *segment,
				char *layer)
{
	static const char *const sorted[] = { "driver", "ip", "socket", "wire" };
	layer_set layers = 0;
	unsigned int k;

	segment[0] = '\0';
	layer[0] = '\0';
	for (; i < j; i++) {
		join_name(segment, way->hops[i].segment);
		layers |= bit_of_layer(way->hops[i].layer);
	}
	for (k = 0; k < ARRAY_SIZE(sorted); k++)
		if (layers & bit_of_layer(sorted[k]))
			join_name(layer, sorted[k]);
	return layers;
}

/* Rule 1, and that the layers tell the same story as the segments. */
static void assert_closed(const struct path *path, uint64_t send_ns, uint64_t recv_ns)
{
	uint64_t left = recv_ns - send_ns, in_layer[NR_LAYER_SETS] = { 0 };
	layer_set order[NR_LAYER_SETS];
	bool seen[NR_LAYER_SETS] = { false };
	unsigned int i, nr_order = 0;

	assert_int_equal(path->total_ns, recv_ns - send_ns);
	assert_in_range(path->nr_segments, 1, PT_NR_HOOKS - 1);
	assert_int_equal(path->segments[0].from, PT_HOOK_SEND);
	assert_int_equal(path->segments[path->nr_segments - 1].to, PT_HOOK_RECV);
	for (i = 0; i < path->nr_segments; i++) {
		const struct segment *s = &path->segments[i];

		assert_true(s->from < s->to);
		if (i)
			assert_int_equal(s->from, path->segments[i - 1].to);
		/* A negative segment is a huge one here; more than what is left is how both show. */
		assert_true(s->ns <= left);
		left -= s->ns;
		assert_in_range(s->layers, 1, NR_LAYER_SETS - 1);
		in_layer[s->layers] += s->ns;
		if (!seen[s->layers])
			order[nr_order++] = s->layers;
		seen[s->layers] = true;
	}
	assert_int_equal(left, 0);
	for (i = 0; i < NR_LAYER_SETS; i++)
		assert_int_equal(path->layer_ns[i], in_layer[i]);
	assert_int_equal(path->nr_layers, nr_order);
	assert_memory_equal(path->layers_seen, order, nr_order * sizeof(order[0]));
}

static void split(struct path *path, const struct pt_record *rec, enum pt_socket socket)
{
	/* The caller's memory may hold anything. */
	memset(path, 0xa5, sizeof(*path));
	assert_int_equal(try_split(path, rec, socket), 0);
	assert_int_equal(path->socket, socket);
	assert_closed(path, rec->stamps[PT_HOOK_SEND].ns, rec->stamps[PT_HOOK_RECV].ns);
}

static void assert_same_path(const struct path *a, const struct path *b)
{
	unsigned int i;

	assert_int_equal(a->socket, b->socket);
	assert_int_equal(a->total_ns, b->total_ns);
	assert_int_equal(a->clipped, b->clipped);
	assert_int_equal(a->nr_segments, b->nr_segments);
	for (i = 0; i < a->nr_segments; i++) {
		assert_int_equal(a->segments[i].from, b->segments[i].from);
		assert_int_equal(a->segments[i].to, b->segments[i].to);
		assert_int_equal(a->segments[i].layers, b->segments[i].layers);
		assert_int_equal(a->segments[i].ns, b->segments[i].ns);
	}
	assert_int_equal(a->nr_layers, b->nr_layers);
	assert_memory_equal(a->layers_seen, b->layers_seen, a->nr_layers * sizeof(a->layers_seen[0]));
	assert_memory_equal(a->layer_ns, b->layer_ns, sizeof(a->layer_ns));
}

/* The split of all of @way's stamps at @ns: hop i ends up at @moved[i]. */
static void assert_moved(const struct way *way, const uint64_t ns[], const uint64_t moved[])
{
	struct pt_record rec;
	struct path path;
	unsigned int i;

	fill_record(&rec, way, ns);
	split(&path, &rec, way->socket);
	assert_int_equal(path.nr_segments, way->nr - 1);
	for (i = 0; i + 1 < way->nr; i++)
		assert_int_equal(path.segments[i].ns, moved[i + 1] - moved[i]);
	assert_int_equal(path.clipped, memcmp(ns, moved, way->nr * sizeof(ns[0])) != 0);
}

static void hooks_bear_the_names_of_the_contract(void **state)
{
	const struct way *way;
	unsigned int i;

	(void)state;
	for_each_way(way) for (i = 0; i < way->nr; i++)
		assert_string_equal(hook_name(way->hops[i].hook), way->hops[i].name);
}

static void each_socket_has_the_hooks_of_the_contract(void **state)
{
	const struct way *way;
	enum pt_hook h;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		for (h = 0, i = 0; h < PT_NR_HOOKS; h++) {
			if (i < way->nr && way->hops[i].hook == h) {
				assert_true(hook_on_path(h, way->socket));
				i++;
			} else {
				assert_false(hook_on_path(h, way->socket));
			}
		}
		assert_int_equal(i, way->nr);
	}
}

static void full_path_has_the_segments_of_the_contract(void **state)
{
	char name[SEGMENT_NAME_MAX];
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	struct pt_record rec;
	struct path path;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		fill_record(&rec, way, ns);
		split(&path, &rec, way->socket);
		assert_false(path.clipped);
		assert_int_equal(path.nr_segments, way->nr - 1);
		for (i = 0; i < path.nr_segments; i++) {
			const struct segment *s = &path.segments[i];

			assert_int_equal(s->from, way->hops[i].hook);
			assert_int_equal(s->to, way->hops[i + 1].hook);
			assert_int_equal(s->ns, 1ULL << i);
			assert_ptr_equal(segment_name(name, s->from, s->to, way->socket), name);
			assert_string_equal(name, way->hops[i].segment);
			assert_ptr_equal(layer_name(name, s->layers), name);
			assert_string_equal(name, way->hops[i].layer);
		}
	}
}

static void full_path_has_the_four_layers_in_the_order_of_the_path(void **state)
{
	static const char *const layers[] = { "socket", "ip", "driver", "wire" };
	char name[SEGMENT_NAME_MAX];
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	struct pt_record rec;
	struct path path;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		fill_record(&rec, way, ns);
		split(&path, &rec, way->socket);
		assert_int_equal(path.nr_layers, ARRAY_SIZE(layers));
		for (i = 0; i < path.nr_layers; i++)
			assert_string_equal(layer_name(name, path.layers_seen[i]), layers[i]);
		assert_int_equal(path.layer_ns[LAYER_BIT(PT_LAYER_WIRE)], 1 << 6);
		assert_int_equal(path.layer_ns[LAYER_BIT(PT_LAYER_DRIVER)],
				 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8);
	}
}

/* One record of @way with only those inner stamps whose bit in @kept is set. */
static void check_subset(const struct way *way, uint32_t kept)
{
	char segment[SEGMENT_NAME_MAX], layer[SEGMENT_NAME_MAX], name[SEGMENT_NAME_MAX];
	unsigned int i, j, nr = 0;
	uint64_t ns[MAX_HOPS], passed[MAX_HOPS];
	struct pt_record rec;
	struct path path;
	layer_set layers;

	times_in_order(way, ns);
	memcpy(passed, ns, sizeof(ns));
	for (i = 1; i + 1 < way->nr; i++)
		if (!(kept & 1U << (i - 1)))
			passed[i] = 0;
	fill_record(&rec, way, passed);
	split(&path, &rec, way->socket);
	assert_false(path.clipped);

	for (i = 0; i + 1 < way->nr; i = j) {
		const struct segment *s = &path.segments[nr++];

		for (j = i + 1; !passed[j]; j++)
			;
		assert_in_range(nr, 1, path.nr_segments);
		assert_int_equal(s->from, way->hops[i].hook);
		assert_int_equal(s->to, way->hops[j].hook);
		assert_int_equal(s->ns, ns[j] - ns[i]);
		layers = expected_names(way, i, j, segment, layer);
		assert_int_equal(s->layers, layers);
		assert_string_equal(segment_name(name, s->from, s->to, way->socket), segment);
		assert_string_equal(layer_name(name, s->layers), layer);
	}
	assert_int_equal(nr, path.nr_segments);
}

static void segments_add_up_to_the_round_trip_whatever_is_missing(void **state)
{
	const struct way *way;
	uint32_t kept;

	(void)state;
	for_each_way(way) for (kept = 0; kept < 1U << (way->nr - 2); kept++) check_subset(way, kept);
}

static void assert_merged(const struct way *way, const enum pt_hook missing[], unsigned int nr_missing,
			  const char *segment, const char *layer)
{
	char name[SEGMENT_NAME_MAX];
	unsigned int i, found = 0;
	uint64_t ns[MAX_HOPS];
	struct pt_record rec;
	struct path path;

	times_in_order(way, ns);
	fill_record(&rec, way, ns);
	for (i = 0; i < nr_missing; i++)
		rec.stamps[missing[i]].ns = 0;
	split(&path, &rec, way->socket);
	assert_int_equal(path.nr_segments, way->nr - 1 - nr_missing);
	for (i = 0; i < path.nr_segments; i++) {
		const struct segment *s = &path.segments[i];

		if (strcmp(segment_name(name, s->from, s->to, way->socket), segment))
			continue;
		assert_string_equal(layer_name(name, s->layers), layer);
		found++;
	}
	assert_int_equal(found, 1);
}

static void missing_hook_merges_its_two_segments(void **state)
{
	static const struct {
		enum pt_hook missing;
		const char *segment, *layer;
	} both[] = {
		{ PT_HOOK_SENDMSG, "syscall-out+socket-out", "socket" },
		{ PT_HOOK_IP_LOCAL_OUT, "socket-out+ip-out", "ip+socket" },
		{ PT_HOOK_IP_FINISH_OUTPUT2, "ip-out+neigh-out", "ip" },
		{ PT_HOOK_DEV_QUEUE, "neigh-out+qdisc", "driver+ip" },
		{ PT_HOOK_START_XMIT, "qdisc+driver-out", "driver" },
		{ PT_HOOK_XMIT, "driver-out+wire", "driver+wire" },
		{ PT_HOOK_DRIVER_RX, "wire+driver-in", "driver+wire" },
		{ PT_HOOK_NETIF_RECEIVE, "driver-in+link-in", "driver" },
		{ PT_HOOK_IP_RCV, "link-in+ip-in", "driver+ip" },
		{ PT_HOOK_DATA_READY, "socket-in+wakeup", "socket" },
		{ PT_HOOK_COPY, "wakeup+syscall-in", "socket" },
	};
	static const enum pt_hook icmp_rcv = PT_HOOK_ICMP_RCV, ping_rcv = PT_HOOK_PING_RCV;
	static const enum pt_hook raw_rcv = PT_HOOK_RAW_RCV;
	const struct way *way;
	unsigned int i;

	(void)state;
	for_each_way(way) for (i = 0; i < ARRAY_SIZE(both); i++)
		assert_merged(way, &both[i].missing, 1, both[i].segment, both[i].layer);
	assert_merged(&ways[0], &icmp_rcv, 1, "ip-in+icmp-in", "ip");
	assert_merged(&ways[0], &ping_rcv, 1, "icmp-in+socket-in", "ip+socket");
	assert_merged(&ways[1], &raw_rcv, 1, "ip-in+socket-in", "ip+socket");
}

static void missing_hooks_in_a_row_merge_all_their_segments(void **state)
{
	static const enum pt_hook no_functions[] = { PT_HOOK_SENDMSG, PT_HOOK_IP_LOCAL_OUT,
						     PT_HOOK_IP_FINISH_OUTPUT2 };
	static const enum pt_hook no_devices[] = { PT_HOOK_DEV_QUEUE, PT_HOOK_START_XMIT,    PT_HOOK_XMIT,
						   PT_HOOK_DRIVER_RX, PT_HOOK_NETIF_RECEIVE, PT_HOOK_IP_RCV };
	const struct way *way;

	(void)state;
	for_each_way(way)
	{
		assert_merged(way, no_functions, ARRAY_SIZE(no_functions),
			      "syscall-out+socket-out+ip-out+neigh-out", "ip+socket");
		assert_merged(way, no_devices, ARRAY_SIZE(no_devices),
			      "neigh-out+qdisc+driver-out+wire+driver-in+link-in+ip-in", "driver+ip+wire");
	}
}

static void user_stamps_alone_make_one_segment_of_all_names(void **state)
{
	static const char *const names[] = {
		"syscall-out+socket-out+ip-out+neigh-out+qdisc+driver-out+wire+driver-in+link-in+ip-in+icmp-"
		"in"
		"+socket-in+wakeup+syscall-in",
		"syscall-out+socket-out+ip-out+neigh-out+qdisc+driver-out+wire+driver-in+link-in+ip-in"
		"+socket-in+wakeup+syscall-in",
	};
	char name[SEGMENT_NAME_MAX];
	struct pt_record rec;
	struct path path;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		open_record(&rec);
		put_stamp(&rec, PT_HOOK_SEND, SEND_NS);
		put_stamp(&rec, PT_HOOK_RECV, SEND_NS + 12345);
		split(&path, &rec, ways[i].socket);
		assert_int_equal(path.nr_segments, 1);
		assert_int_equal(path.segments[0].ns, 12345);
		assert_string_equal(segment_name(name, PT_HOOK_SEND, PT_HOOK_RECV, ways[i].socket), names[i]);
		assert_string_equal(layer_name(name, path.segments[0].layers), "driver+ip+socket+wire");
		assert_int_equal(path.layer_ns[path.layers_seen[0]], 12345);
	}
}

static void layer_names_are_sorted_and_joined_with_a_plus(void **state)
{
	static const layer_set s = LAYER_BIT(PT_LAYER_SOCKET), i = LAYER_BIT(PT_LAYER_IP),
			       d = LAYER_BIT(PT_LAYER_DRIVER), w = LAYER_BIT(PT_LAYER_WIRE);
	char name[SEGMENT_NAME_MAX];

	(void)state;
	assert_string_equal(layer_name(name, 0), "");
	assert_string_equal(layer_name(name, s), "socket");
	assert_string_equal(layer_name(name, i), "ip");
	assert_string_equal(layer_name(name, d), "driver");
	assert_string_equal(layer_name(name, w), "wire");
	assert_string_equal(layer_name(name, s | i), "ip+socket");
	assert_string_equal(layer_name(name, s | d), "driver+socket");
	assert_string_equal(layer_name(name, s | w), "socket+wire");
	assert_string_equal(layer_name(name, i | d), "driver+ip");
	assert_string_equal(layer_name(name, i | w), "ip+wire");
	assert_string_equal(layer_name(name, d | w), "driver+wire");
	assert_string_equal(layer_name(name, s | i | d), "driver+ip+socket");
	assert_string_equal(layer_name(name, s | i | w), "ip+socket+wire");
	assert_string_equal(layer_name(name, s | d | w), "driver+socket+wire");
	assert_string_equal(layer_name(name, i | d | w), "driver+ip+wire");
	assert_string_equal(layer_name(name, s | i | d | w), "driver+ip+socket+wire");
}

static void late_stamp_moves_to_the_next_and_no_other_moves(void **state)
{
	uint64_t ns[MAX_HOPS], late[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, j;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (i = 1; i + 1 < way->nr; i++) {
			for (j = i + 1; j < way->nr; j++) {
				memcpy(late, ns, sizeof(ns));
				memcpy(moved, ns, sizeof(ns));
				late[i] = ns[j] + 1;
				moved[i] = ns[i + 1];
				assert_moved(way, late, moved);
			}
		}
	}
}

static void early_stamp_stays_and_those_it_overtook_move_to_it(void **state)
{
	uint64_t ns[MAX_HOPS], early[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, j, k;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (i = 1; i + 1 < way->nr; i++) {
			for (j = i + 1; j + 1 < way->nr; j++) {
				memcpy(early, ns, sizeof(ns));
				memcpy(moved, ns, sizeof(ns));
				early[j] = ns[i] - 1;
				for (k = i; k <= j; k++)
					moved[k] = ns[i] - 1;
				assert_moved(way, early, moved);
			}
		}
	}
}

static void swapped_stamps_leave_nothing_between_them(void **state)
{
	uint64_t ns[MAX_HOPS], swapped[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, j, k;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (i = 1; i + 1 < way->nr; i++) {
			for (j = i + 1; j + 1 < way->nr; j++) {
				memcpy(swapped, ns, sizeof(ns));
				memcpy(moved, ns, sizeof(ns));
				swapped[i] = ns[j];
				swapped[j] = ns[i];
				for (k = i; k <= j; k++)
					moved[k] = ns[i];
				assert_moved(way, swapped, moved);
			}
		}
	}
}

static void stamp_before_send_is_clipped_to_send(void **state)
{
	static const uint64_t before[] = { 1, SEND_NS / 2, SEND_NS - 1 };
	uint64_t ns[MAX_HOPS], early[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, k, b;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (b = 0; b < ARRAY_SIZE(before); b++) {
			for (i = 1; i + 1 < way->nr; i++) {
				memcpy(early, ns, sizeof(ns));
				memcpy(moved, ns, sizeof(ns));
				early[i] = before[b];
				for (k = 1; k <= i; k++)
					moved[k] = SEND_NS;
				assert_moved(way, early, moved);
			}
		}
	}
}

static void stamp_after_recv_is_clipped(void **state)
{
	static const uint64_t after[] = { 1, 1000000, UINT64_MAX / 2 };
	uint64_t ns[MAX_HOPS], late[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, a;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (a = 0; a < ARRAY_SIZE(after); a++) {
			for (i = 1; i + 1 < way->nr; i++) {
				memcpy(late, ns, sizeof(ns));
				memcpy(moved, ns, sizeof(ns));
				late[i] = ns[way->nr - 1] + after[a];
				moved[i] = ns[i + 1];
				assert_moved(way, late, moved);
			}
		}
	}
}

static void all_stamps_outside_the_round_trip_still_close(void **state)
{
	uint64_t ns[MAX_HOPS], outside[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		memcpy(outside, ns, sizeof(ns));
		memcpy(moved, ns, sizeof(ns));
		for (i = 1; i + 1 < way->nr; i++) {
			outside[i] = SEND_NS - i;
			moved[i] = SEND_NS;
		}
		assert_moved(way, outside, moved);
		for (i = 1; i + 1 < way->nr; i++) {
			outside[i] = ns[way->nr - 1] + i;
			moved[i] = ns[way->nr - 1];
		}
		assert_moved(way, outside, moved);
	}
}

/* The reply is in before the driver has returned: the one disorder that healthy hosts show. */
static void xmit_after_driver_rx_moves_xmit_and_leaves_driver_rx(void **state)
{
	char name[SEGMENT_NAME_MAX];
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	struct pt_record rec;
	struct path path, in_order;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		fill_record(&rec, way, ns);
		split(&in_order, &rec, way->socket);
		put_stamp(&rec, PT_HOOK_XMIT, rec.stamps[PT_HOOK_DRIVER_RX].ns + 3);
		split(&path, &rec, way->socket);
		assert_true(path.clipped);
		assert_int_equal(path.nr_segments, in_order.nr_segments);
		for (i = 0; i < path.nr_segments; i++) {
			const struct segment *s = &path.segments[i];

			segment_name(name, s->from, s->to, way->socket);
			if (!strcmp(name, "wire"))
				assert_int_equal(s->ns, 0);
			else if (!strcmp(name, "driver-out"))
				assert_int_equal(s->ns, rec.stamps[PT_HOOK_DRIVER_RX].ns -
								rec.stamps[PT_HOOK_START_XMIT].ns);
			else
				assert_int_equal(s->ns, in_order.segments[i].ns);
		}
	}
}

static void equal_stamps_are_in_order(void **state)
{
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	unsigned int i;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (i = 1; i < way->nr; i++) {
			times_in_order(way, ns);
			ns[i] = ns[i - 1];
			assert_moved(way, ns, ns);
		}
		for (i = 0; i < way->nr; i++)
			ns[i] = SEND_NS;
		assert_moved(way, ns, ns);
	}
}

static void round_trip_of_no_time_at_all_clips_what_lies_outside(void **state)
{
	uint64_t ns[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, k;

	(void)state;
	for_each_way(way)
	{
		for (i = 1; i + 1 < way->nr; i++) {
			for (k = 0; k < way->nr; k++)
				ns[k] = moved[k] = SEND_NS;
			ns[i] = SEND_NS + 1;
			assert_moved(way, ns, moved);
			ns[i] = SEND_NS - 1;
			assert_moved(way, ns, moved);
		}
	}
}

/* Where a stamp of @ns[i..nr) ends up: not after any that follows, not before the first. */
static uint64_t clipped_time(const uint64_t ns[], unsigned int i, unsigned int nr)
{
	uint64_t least = ns[i];
	unsigned int j;

	for (j = i + 1; j < nr; j++)
		if (ns[j] < least)
			least = ns[j];
	return least < ns[0] ? ns[0] : least;
}

static bool any_out_of_order(const uint64_t ns[], unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++)
		for (j = i + 1; j < nr; j++)
			if (ns[i] > ns[j])
				return true;
	return false;
}

/* One record of @way with stamps around [@send_ns, @recv_ns], some missing; true: it was out of order. */
static bool check_random_record(const struct way *way, uint64_t send_ns, uint64_t recv_ns, uint64_t margin,
				uint64_t *seed)
{
	uint64_t from = send_ns - margin, width = recv_ns - send_ns + 2 * margin + 1;
	unsigned int missing = pseudo_random(seed) % 8, disorder = pseudo_random(seed) % 4;
	uint64_t step = (recv_ns - send_ns) / way->nr, ns[MAX_HOPS];
	unsigned int i, nr = 0;
	struct pt_record rec;
	struct path path;

	open_record(&rec);
	for (i = 0; i < way->nr; i++) {
		if (!i)
			ns[nr] = send_ns;
		else if (i + 1 == way->nr)
			ns[nr] = recv_ns;
		else if (pseudo_random(seed) % 10 < missing)
			continue;
		else if (pseudo_random(seed) % 8 < disorder)
			ns[nr] = from + pseudo_random(seed) % width;
		else
			ns[nr] = send_ns + i * step;
		put_stamp(&rec, way->hops[i].hook, ns[nr++]);
	}
	split(&path, &rec, way->socket);
	assert_int_equal(path.clipped, any_out_of_order(ns, nr));
	assert_int_equal(path.nr_segments, nr - 1);
	for (i = 0; i + 1 < nr; i++)
		assert_int_equal(path.segments[i].ns, clipped_time(ns, i + 1, nr) - clipped_time(ns, i, nr));
	return path.clipped;
}

static void records_in_any_disorder_close(void **state)
{
	/* A span of few ns makes for many equal stamps. */
	static const uint64_t spans[] = { 0, 1, 16, 40, 20000, 20000000, 600 * NSEC_PER_SEC };
	unsigned int i, round, nr_clipped, rounds = 5000;
	uint64_t seed = 1, send_ns;
	const struct way *way;

	(void)state;
	for_each_way(way)
	{
		for (i = 0; i < ARRAY_SIZE(spans); i++) {
			for (round = nr_clipped = 0; round < rounds; round++) {
				send_ns = NSEC_PER_SEC + pseudo_random(&seed) % NSEC_PER_SEC;
				nr_clipped += check_random_record(way, send_ns, send_ns + spans[i],
								  1 + spans[i] / 4, &seed);
			}
			/* Records of both kinds have been tried. */
			assert_in_range(nr_clipped, rounds / 10, rounds - rounds / 10);
		}
	}
}

static void records_close_at_the_end_of_the_clock(void **state)
{
	const struct way *way;
	unsigned int round;
	uint64_t seed = 2;

	(void)state;
	for_each_way(way)
	{
		for (round = 0; round < 5000; round++) {
			check_random_record(way, UINT64_MAX - 2000, UINT64_MAX - 500, 500, &seed);
			check_random_record(way, UINT64_MAX - 1000, UINT64_MAX, 0, &seed);
			check_random_record(way, UINT64_MAX, UINT64_MAX, 0, &seed);
			check_random_record(way, 1, UINT64_MAX - 1, 0, &seed);
		}
	}
}

static void stamps_at_the_end_of_the_clock_are_clipped(void **state)
{
	uint64_t ns[MAX_HOPS], late[MAX_HOPS], moved[MAX_HOPS];
	const struct way *way;
	unsigned int i, k;

	(void)state;
	for_each_way(way)
	{
		for (i = 1; i + 1 < way->nr; i++) {
			times_in_order(way, ns);
			memcpy(moved, ns, sizeof(ns));
			memcpy(late, ns, sizeof(ns));
			late[i] = UINT64_MAX;
			moved[i] = ns[i + 1];
			assert_moved(way, late, moved);

			for (k = 0; k < way->nr; k++)
				late[k] = moved[k] = UINT64_MAX;
			late[0] = moved[0] = 1;
			late[i] = 2;
			for (k = 1; k <= i; k++)
				moved[k] = 2;
			assert_moved(way, late, moved);
		}
	}
}

/* Stamps for which there is a hook of the path, but which another probe left there. */
static void stamp_of_another_probe_is_as_good_as_missing(void **state)
{
	static const uint64_t values[] = { 1, SEND_NS, SEND_NS + 5, SEND_NS + NSEC_PER_SEC, UINT64_MAX };
	struct pt_record rec, without;
	struct path path, expected;
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	unsigned int i, v;
	enum pt_hook h;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);
		for (i = 1; i + 1 < way->nr; i++) {
			h = way->hops[i].hook;
			fill_record(&without, way, ns);
			memset(&without.stamps[h], 0, sizeof(without.stamps[h]));
			split(&expected, &without, way->socket);
			assert_int_equal(expected.nr_segments, way->nr - 2);
			for (v = 0; v < ARRAY_SIZE(values); v++) {
				fill_record(&rec, way, ns);
				rec.stamps[h].ns = values[v];
				rec.stamps[h].number = ANOTHER_NUMBER;
				assert_null(record_stamp(&rec, h));
				split(&path, &rec, way->socket);
				assert_same_path(&path, &expected);
			}
		}
	}
}

static void record_of_probe_zero_is_like_any_other(void **state)
{
	struct pt_record rec;
	struct path path;

	(void)state;
	memset(&rec, 0, sizeof(rec));
	assert_int_equal(try_split(&path, &rec, PT_SOCKET_RAW), -EINVAL);
	put_stamp(&rec, PT_HOOK_SEND, 10);
	put_stamp(&rec, PT_HOOK_RECV, 30);
	rec.stamps[PT_HOOK_XMIT].ns = 20;
	rec.stamps[PT_HOOK_XMIT].number = UINT32_MAX;
	split(&path, &rec, PT_SOCKET_RAW);
	assert_int_equal(path.nr_segments, 1);
	assert_false(path.clipped);
}

static void record_stamp_gives_the_stamp_of_this_probe_only(void **state)
{
	struct pt_record rec;
	enum pt_hook h;

	(void)state;
	for (h = 0; h < PT_NR_HOOKS; h++) {
		open_record(&rec);
		assert_null(record_stamp(&rec, h));
		rec.stamps[h].number = rec.number;
		assert_null(record_stamp(&rec, h));
		rec.stamps[h].ns = 1;
		assert_ptr_equal(record_stamp(&rec, h), &rec.stamps[h]);
		rec.stamps[h].number = ANOTHER_NUMBER;
		assert_null(record_stamp(&rec, h));
		rec.stamps[h].number = rec.number;
		rec.stamps[h].ns = UINT64_MAX;
		assert_ptr_equal(record_stamp(&rec, h), &rec.stamps[h]);
	}
}

static void without_a_round_trip_there_is_no_path(void **state)
{
	uint64_t ns[MAX_HOPS];
	const struct way *way;
	struct pt_record rec;
	struct path path;

	(void)state;
	for_each_way(way)
	{
		times_in_order(way, ns);

		open_record(&rec);
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		rec.stamps[PT_HOOK_SEND].ns = 0;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		rec.stamps[PT_HOOK_RECV].ns = 0;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		rec.stamps[PT_HOOK_SEND].number = ANOTHER_NUMBER;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		rec.stamps[PT_HOOK_RECV].number = ANOTHER_NUMBER;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		rec.stamps[PT_HOOK_RECV].ns = SEND_NS - 1;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);
		rec.stamps[PT_HOOK_RECV].ns = 1;
		rec.stamps[PT_HOOK_SEND].ns = UINT64_MAX;
		assert_int_equal(try_split(&path, &rec, way->socket), -EINVAL);

		fill_record(&rec, way, ns);
		assert_int_equal(try_split(&path, &rec, way->socket), 0);
	}
}

/* Whatever the stamps of @beside say, the path with this socket stays as it is without them. */
static void check_beside(const struct way *way, const enum pt_hook beside[], unsigned int nr)
{
	uint64_t values[] = { 0, 1, SEND_NS - 1, SEND_NS, SEND_NS + 7, SEND_NS + NSEC_PER_SEC, UINT64_MAX };
	unsigned int i, v;
	uint64_t ns[MAX_HOPS];
	struct pt_record rec;
	struct path path, expected;
	uint32_t kept;

	times_in_order(way, ns);
	for (kept = 0; kept < 1U << (way->nr - 2); kept += 37) {
		fill_record(&rec, way, ns);
		for (i = 1; i + 1 < way->nr; i++)
			if (!(kept & 1U << (i - 1)))
				rec.stamps[way->hops[i].hook].ns = 0;
		split(&expected, &rec, way->socket);
		for (v = 0; v < ARRAY_SIZE(values); v++) {
			for (i = 0; i < nr; i++)
				put_stamp(&rec, beside[i], values[(v + i) % ARRAY_SIZE(values)]);
			split(&path, &rec, way->socket);
			assert_same_path(&path, &expected);
		}
	}
	/* They are beside the path, not gone: the outputs show them. */
	for (i = 0; i < nr; i++) {
		put_stamp(&rec, beside[i], SEND_NS + i);
		assert_non_null(record_stamp(&rec, beside[i]));
	}
}

static void raw_socket_keeps_icmp_rcv_and_ping_rcv_beside_the_path(void **state)
{
	static const enum pt_hook beside[] = { PT_HOOK_ICMP_RCV, PT_HOOK_PING_RCV };

	(void)state;
	check_beside(&ways[1], beside, ARRAY_SIZE(beside));
}

static void ping_socket_keeps_raw_rcv_beside_the_path(void **state)
{
	static const enum pt_hook beside[] = { PT_HOOK_RAW_RCV };

	(void)state;
	check_beside(&ways[0], beside, ARRAY_SIZE(beside));
}

/* --- wire, opened where the responder is this kernel --- */

#define XMIT_NS (SEND_NS + 1000)
#define DRIVER_RX_NS (SEND_NS + 9000)

/* send, xmit, driver_rx and recv, and the responder's stamps at @peer, in their order; 0: missing. */
static void split_peer(struct path *path, const uint64_t peer[4])
{
	struct pt_record rec;
	unsigned int i;

	open_record(&rec);
	put_stamp(&rec, PT_HOOK_SEND, SEND_NS);
	put_stamp(&rec, PT_HOOK_XMIT, XMIT_NS);
	for (i = 0; i < 4; i++)
		if (peer[i])
			put_stamp(&rec, PT_HOOK_PEER_DRIVER_RX + i, SEND_NS + peer[i]);
	put_stamp(&rec, PT_HOOK_DRIVER_RX, DRIVER_RX_NS);
	put_stamp(&rec, PT_HOOK_RECV, SEND_NS + 10000);
	assert_int_equal(try_split(path, &rec, PT_SOCKET_DGRAM), 0);
	assert_int_equal(path->nr_segments, 3);
	assert_int_equal(path->segments[1].ns, DRIVER_RX_NS - XMIT_NS);
}

static void assert_inside(const struct path *path, unsigned int nr, const char *const names[],
			  const uint64_t ns[])
{
	char name[SEGMENT_NAME_MAX];
	uint64_t sum = 0;
	unsigned int i;

	assert_int_equal(path->nr_inside, nr);
	for (i = 0; i < nr; i++) {
		assert_string_equal(inside_name(name, path->inside[i].from, path->inside[i].to), names[i]);
		assert_int_equal(path->inside[i].ns, ns[i]);
		sum += path->inside[i].ns;
	}
	if (nr)
		assert_int_equal(sum, path->segments[1].ns);
}

static void wire_opens_into_the_parts_of_the_contract(void **state)
{
	static const char *const names[] = { "wire-out", "peer-in", "peer-icmp", "peer-out", "wire-in" };
	static const uint64_t ns[] = { 100, 200, 400, 800, 6500 };
	struct path path;

	(void)state;
	split_peer(&path, (const uint64_t[]){ 1100, 1300, 1700, 2500 });
	assert_inside(&path, 5, names, ns);
}

static void parts_of_wire_merge_where_a_stamp_is_missing(void **state)
{
	static const char *const names[] = { "wire-out", "peer-in+peer-icmp+peer-out", "wire-in" };
	static const uint64_t ns[] = { 100, 1400, 6500 };
	struct path path;

	(void)state;
	split_peer(&path, (const uint64_t[]){ 1100, 0, 0, 2500 });
	assert_inside(&path, 3, names, ns);
}

static void parts_of_wire_are_clipped_into_it(void **state)
{
	static const char *const names[] = { "wire-out", "peer-in", "peer-icmp", "peer-out", "wire-in" };
	static const uint64_t ns[] = { 0, 300, 400, 7300, 0 };
	struct path path;

	(void)state;
	/* In at the responder before our driver returned, and its driver returned after the reply was in. */
	split_peer(&path, (const uint64_t[]){ 900, 1300, 1700, 9500 });
	assert_inside(&path, 5, names, ns);
	assert_false(path.clipped);
}

static void wire_stays_closed_where_the_responder_is_elsewhere(void **state)
{
	struct path path;

	(void)state;
	split_peer(&path, (const uint64_t[]){ 0, 0, 0, 0 });
	assert_int_equal(path.nr_inside, 0);
	/* The request came in somewhere on this kernel: a router's namespace. */
	split_peer(&path, (const uint64_t[]){ 1100, 0, 0, 0 });
	assert_int_equal(path.nr_inside, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_opens_into_the_parts_of_the_contract),
		cmocka_unit_test(parts_of_wire_merge_where_a_stamp_is_missing),
		cmocka_unit_test(parts_of_wire_are_clipped_into_it),
		cmocka_unit_test(wire_stays_closed_where_the_responder_is_elsewhere),
		cmocka_unit_test(hooks_bear_the_names_of_the_contract),
		cmocka_unit_test(each_socket_has_the_hooks_of_the_contract),
		cmocka_unit_test(full_path_has_the_segments_of_the_contract),
		cmocka_unit_test(full_path_has_the_four_layers_in_the_order_of_the_path),
		cmocka_unit_test(segments_add_up_to_the_round_trip_whatever_is_missing),
		cmocka_unit_test(missing_hook_merges_its_two_segments),
		cmocka_unit_test(missing_hooks_in_a_row_merge_all_their_segments),
		cmocka_unit_test(user_stamps_alone_make_one_segment_of_all_names),
		cmocka_unit_test(layer_names_are_sorted_and_joined_with_a_plus),
		cmocka_unit_test(late_stamp_moves_to_the_next_and_no_other_moves),
		cmocka_unit_test(early_stamp_stays_and_those_it_overtook_move_to_it),
		cmocka_unit_test(swapped_stamps_leave_nothing_between_them),
		cmocka_unit_test(stamp_before_send_is_clipped_to_send),
		cmocka_unit_test(stamp_after_recv_is_clipped),
		cmocka_unit_test(all_stamps_outside_the_round_trip_still_close),
		cmocka_unit_test(xmit_after_driver_rx_moves_xmit_and_leaves_driver_rx),
		cmocka_unit_test(equal_stamps_are_in_order),
		cmocka_unit_test(round_trip_of_no_time_at_all_clips_what_lies_outside),
		cmocka_unit_test(records_in_any_disorder_close),
		cmocka_unit_test(records_close_at_the_end_of_the_clock),
		cmocka_unit_test(stamps_at_the_end_of_the_clock_are_clipped),
		cmocka_unit_test(stamp_of_another_probe_is_as_good_as_missing),
		cmocka_unit_test(record_of_probe_zero_is_like_any_other),
		cmocka_unit_test(record_stamp_gives_the_stamp_of_this_probe_only),
		cmocka_unit_test(without_a_round_trip_there_is_no_path),
		cmocka_unit_test(raw_socket_keeps_icmp_rcv_and_ping_rcv_beside_the_path),
		cmocka_unit_test(ping_socket_keeps_raw_rcv_beside_the_path),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
