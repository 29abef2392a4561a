// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/split.h"
#include "analysis/stats.h"
#include "analysis/stats_copy.h"
#include "base/util.h"

#define SEND_NS 5000000ULL
#define BIT(hook) (1U << PT_HOOK_##hook)
#define ALL_HOOKS ((1U << PT_NR_HOOKS) - 1)

static struct stats stats;

static int set_up(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stats_free(&stats);
	return 0;
}

/* splitmix64: the same values on every machine. */
static uint64_t pseudo_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static void assert_close(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.9g, not %.9g", got, expected);
}

/* The path of a probe whose stamps are @gap_ns apart, without those of the set @missing. */
static void make_path(struct path *path, enum pt_socket socket, unsigned int missing, uint64_t gap_ns)
{
	struct stamp stamps[PT_NR_HOOKS];
	struct pt_record rec;
	enum pt_hook h;

	memset(&rec, 0, sizeof(rec));
	rec.number = 7;
	for (h = 0; h < PT_NR_HOOKS; h++) {
		if (missing & 1U << h)
			continue;
		rec.stamps[h].ns = SEND_NS + h * gap_ns;
		rec.stamps[h].number = rec.number;
	}
	record_stamps(stamps, &rec);
	assert_int_equal(path_of(path, stamps, socket), 0);
}

static void add_path(enum pt_socket socket, unsigned int missing, uint64_t gap_ns)
{
	struct path path;

	make_path(&path, socket, missing, gap_ns);
	stats_add_path(&stats, &path);
}

static const struct split *find_segment(const char *name)
{
	char got[SEGMENT_NAME_MAX];
	unsigned int i;

	for (i = 0; i < stats.nr_segments; i++) {
		segment_name(got, stats.segments[i]->from, stats.segments[i]->to, stats.socket);
		if (!strcmp(got, name))
			return stats.segments[i];
	}
	fail_msg("no segment %s", name);
	return NULL;
}

static const struct split *find_layer(const char *name)
{
	char got[SEGMENT_NAME_MAX];
	unsigned int i;

	for (i = 0; i < stats.nr_layers; i++)
		if (!strcmp(layer_name(got, stats.layers[i]->layers), name))
			return stats.layers[i];
	fail_msg("no layer %s", name);
	return NULL;
}

static void assert_segments(const char *const names[], unsigned int nr)
{
	char name[SEGMENT_NAME_MAX];
	unsigned int i;

	assert_int_equal(stats.nr_segments, nr);
	for (i = 0; i < nr; i++) {
		const struct split *s = stats.segments[i];

		assert_string_equal(segment_name(name, s->from, s->to, stats.socket), names[i]);
	}
}

static void assert_layers(const char *const names[], unsigned int nr)
{
	char name[SEGMENT_NAME_MAX];
	unsigned int i;

	assert_int_equal(stats.nr_layers, nr);
	for (i = 0; i < nr; i++)
		assert_string_equal(layer_name(name, stats.layers[i]->layers), names[i]);
}

static void without_round_trips_every_figure_is_zero(void **state)
{
	(void)state;
	assert_true(stats_rtt_mdev(&stats) == 0);
	assert_true(stats_loss(&stats) == 0);
	assert_int_equal(stats.rtt_count, 0);
}

static void one_round_trip_has_no_deviation(void **state)
{
	(void)state;
	stats_add_rtt(&stats, 20013345);
	assert_int_equal(stats.rtt_count, 1);
	assert_int_equal(stats.rtt_min, 20013345);
	assert_int_equal(stats.rtt_max, 20013345);
	assert_close(stats.rtt_sum, 20013345, 0);
	assert_close(stats.rtt_ewma, 20013345, 0);
	assert_close(stats_rtt_mdev(&stats), 0, 1);
}

static void equal_round_trips_have_no_deviation(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		stats_add_rtt(&stats, 20013345);
	assert_close(stats.rtt_sum / stats.rtt_count, 20013345, 1e-3);
	assert_close(stats.rtt_ewma, 20013345, 1e-3);
	assert_close(stats_rtt_mdev(&stats), 0, 10);
}

static void round_trip_of_zero_ns_counts(void **state)
{
	(void)state;
	stats_add_rtt(&stats, 0);
	stats_add_rtt(&stats, 8);
	assert_int_equal(stats.rtt_count, 2);
	assert_int_equal(stats.rtt_min, 0);
	assert_int_equal(stats.rtt_max, 8);
	assert_close(stats.rtt_ewma, 1, 0);
	assert_close(stats_rtt_mdev(&stats), 4, 1e-9);
}

static void mdev_is_the_deviation_of_all_round_trips(void **state)
{
	(void)state;
	/* The textbook's example: mean 5, standard deviation of the population 2. */
	stats_add_rtt(&stats, 2000000);
	stats_add_rtt(&stats, 4000000);
	stats_add_rtt(&stats, 4000000);
	stats_add_rtt(&stats, 4000000);
	stats_add_rtt(&stats, 5000000);
	stats_add_rtt(&stats, 5000000);
	stats_add_rtt(&stats, 7000000);
	stats_add_rtt(&stats, 9000000);
	assert_int_equal(stats.rtt_min, 2000000);
	assert_int_equal(stats.rtt_max, 9000000);
	assert_close(stats.rtt_sum / stats.rtt_count, 5000000, 1e-6);
	assert_close(stats_rtt_mdev(&stats), 2000000, 1e-3);
}

static void check_round_trips(uint64_t least_ns, uint64_t spread_ns, uint64_t seed)
{
	static uint64_t ns[5000];
	double sum = 0, squares = 0, ewma = 0, mean, mdev;
	uint64_t min = UINT64_MAX, max = 0;
	unsigned int i;

	memset(&stats, 0, sizeof(stats));
	for (i = 0; i < ARRAY_SIZE(ns); i++) {
		ns[i] = least_ns + pseudo_random(&seed) % spread_ns;
		stats_add_rtt(&stats, ns[i]);
		sum += ns[i];
		min = ns[i] < min ? ns[i] : min;
		max = ns[i] > max ? ns[i] : max;
		ewma = i ? ewma * 7 / 8 + (double)ns[i] / 8 : (double)ns[i];
	}
	mean = sum / ARRAY_SIZE(ns);
	/* From the differences, which lose nothing where all round trips are long and alike. */
	for (i = 0; i < ARRAY_SIZE(ns); i++)
		squares += (ns[i] - mean) * (ns[i] - mean);
	mdev = sqrt(squares / ARRAY_SIZE(ns));
	assert_int_equal(stats.rtt_count, ARRAY_SIZE(ns));
	assert_int_equal(stats.rtt_min, min);
	assert_int_equal(stats.rtt_max, max);
	assert_close(stats.rtt_sum / stats.rtt_count, mean, mean * 1e-9);
	assert_close(stats.rtt_ewma, ewma, ewma * 1e-9);
	/* ping shows microseconds; a tenth of one is more than enough. */
	assert_close(stats_rtt_mdev(&stats), mdev, 100);
}

static void figures_are_those_of_a_direct_computation(void **state)
{
	(void)state;
	check_round_trips(0, 1000, 1);
	check_round_trips(15000, 40000, 2);
	check_round_trips(20 * NSEC_PER_MSEC, 300000, 3);
	check_round_trips(0, 3 * NSEC_PER_SEC, 4);
	check_round_trips(600 * NSEC_PER_MSEC, 5000, 5);
	check_round_trips(5 * NSEC_PER_SEC, 60 * NSEC_PER_SEC, 6);
}

static void ewma_weighs_the_newest_by_an_eighth(void **state)
{
	(void)state;
	stats_add_rtt(&stats, 8000);
	assert_close(stats.rtt_ewma, 8000, 0);
	stats_add_rtt(&stats, 16000);
	assert_close(stats.rtt_ewma, 9000, 0);
	stats_add_rtt(&stats, 1000);
	assert_close(stats.rtt_ewma, 8000, 0);
	stats_add_rtt(&stats, 0);
	assert_close(stats.rtt_ewma, 7000, 0);
}

static void loss_is_the_share_without_a_reply(void **state)
{
	static const struct {
		uint64_t transmitted, received;
		double loss;
	} cases[] = {
		{ 0, 0, 0 },
		{ 1, 0, 100 },
		{ 1, 1, 0 },
		{ 3, 2, 100.0 / 3 },
		{ 1000, 999, 0.1 },
		{ 8, 3, 62.5 },
		{ 5000000000, 2500000000, 50 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		stats.transmitted = cases[i].transmitted;
		stats.received = cases[i].received;
		assert_close(stats_loss(&stats), cases[i].loss, 1e-9);
	}
}

static void loss_is_never_negative(void **state)
{
	(void)state;
	stats.transmitted = 5;
	stats.received = 6;
	assert_true(stats_loss(&stats) == 0);
	stats.transmitted = 0;
	assert_true(stats_loss(&stats) == 0);
}

static void duplicates_corrupted_and_errors_do_not_change_the_loss(void **state)
{
	(void)state;
	stats.transmitted = 4;
	stats.received = 2;
	stats.duplicates = 9;
	stats.corrupted = 1;
	stats.errors = 1;
	stats.late = 1;
	assert_close(stats_loss(&stats), 50, 1e-9);
}

static const char *const ping_segments[] = {
	"syscall-out", "socket-out", "ip-out", "neigh-out", "qdisc",	 "driver-out", "wire",
	"driver-in",   "link-in",    "ip-in",  "icmp-in",   "socket-in", "wakeup",     "syscall-in",
};

static const char *const raw_segments[] = {
	"syscall-out", "socket-out", "ip-out", "neigh-out", "qdisc",  "driver-out", "wire",
	"driver-in",   "link-in",    "ip-in",  "socket-in", "wakeup", "syscall-in",
};

static const char *const four_layers[] = { "socket", "ip", "driver", "wire" };

static void full_paths_give_one_split_a_segment_and_one_a_layer(void **state)
{
	unsigned int i;

	for (i = 1; i <= 100; i++)
		add_path(PT_SOCKET_DGRAM, 0, i);
	assert_int_equal(stats.socket, PT_SOCKET_DGRAM);
	assert_segments(ping_segments, ARRAY_SIZE(ping_segments));
	assert_layers(four_layers, ARRAY_SIZE(four_layers));

	tear_down(state);
	set_up(state);
	for (i = 1; i <= 100; i++)
		add_path(PT_SOCKET_RAW, 0, i);
	assert_int_equal(stats.socket, PT_SOCKET_RAW);
	assert_segments(raw_segments, ARRAY_SIZE(raw_segments));
	assert_layers(four_layers, ARRAY_SIZE(four_layers));
}

static void each_split_has_the_values_of_its_segment(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= 100; i++)
		add_path(PT_SOCKET_DGRAM, 0, i);
	for (i = 0; i < stats.nr_segments; i++) {
		const struct split *s = stats.segments[i];
		/* Hooks may lie between these two without being on the path. */
		unsigned int gaps = s->to - s->from;

		assert_int_equal(s->histogram.count, 100);
		assert_int_equal(s->histogram.min, gaps);
		assert_int_equal(s->histogram.max, 100 * gaps);
		assert_int_equal(s->histogram.sum, 5050 * gaps);
		assert_int_equal(histogram_permille(&s->histogram, 500), 50 * gaps);
	}
	assert_int_equal(stats.total.count, 100);
	assert_int_equal(stats.total.min, PT_NR_HOOKS - 1);
	assert_int_equal(stats.total.sum, 5050 * (PT_NR_HOOKS - 1));
}

static void each_layer_has_the_sum_of_its_segments_once_a_probe(void **state)
{
	static const struct {
		const char *name;
		unsigned int gaps;
	} layers[] = { { "socket", 6 }, { "ip", 4 }, { "driver", 4 }, { "wire", 5 } };
	unsigned int i;

	(void)state;
	for (i = 1; i <= 100; i++)
		add_path(PT_SOCKET_DGRAM, 0, i);
	for (i = 0; i < ARRAY_SIZE(layers); i++) {
		const struct split *l = find_layer(layers[i].name);

		assert_int_equal(l->histogram.count, 100);
		assert_int_equal(l->histogram.min, layers[i].gaps);
		assert_int_equal(l->histogram.max, 100 * layers[i].gaps);
		assert_int_equal(l->histogram.sum, 5050 * layers[i].gaps);
	}
}

static void merged_segments_stand_where_they_begin(void **state)
{
	static const unsigned int missing[] = {
		0,
		BIT(IP_LOCAL_OUT),
		BIT(IP_LOCAL_OUT) | BIT(IP_FINISH_OUTPUT2),
		BIT(XMIT) | BIT(COPY),
	};
	static const char *const names[] = {
		"syscall-out",
		"socket-out+ip-out+neigh-out",
		"socket-out+ip-out",
		"socket-out",
		"ip-out",
		"neigh-out",
		"qdisc",
		"driver-out+wire",
		"driver-out",
		"wire",
		"driver-in",
		"link-in",
		"ip-in",
		"icmp-in",
		"socket-in",
		"wakeup+syscall-in",
		"wakeup",
		"syscall-in",
	};
	const unsigned int n = ARRAY_SIZE(missing);
	unsigned int a, b, c, d;

	/* Whatever the order in which they come. */
	for (a = 0; a < n; a++) {
		for (b = 0; b < n; b++) {
			for (c = 0; c < n; c++) {
				d = 0 + 1 + 2 + 3 - a - b - c;
				if (a == b || a == c || b == c)
					continue;
				tear_down(state);
				set_up(state);
				add_path(PT_SOCKET_DGRAM, missing[a], 10);
				add_path(PT_SOCKET_DGRAM, missing[b], 10);
				add_path(PT_SOCKET_DGRAM, missing[c], 10);
				add_path(PT_SOCKET_DGRAM, missing[d], 10);
				assert_segments(names, ARRAY_SIZE(names));
				assert_int_equal(find_segment("socket-out")->histogram.count, 2);
				assert_int_equal(find_segment("socket-out+ip-out")->histogram.count, 1);
				assert_int_equal(find_segment("socket-out+ip-out")->histogram.min, 20);
				assert_int_equal(find_segment("socket-out+ip-out+neigh-out")->histogram.min,
						 30);
				assert_int_equal(find_segment("ip-out")->histogram.count, 2);
				assert_int_equal(find_segment("neigh-out")->histogram.count, 3);
				assert_int_equal(find_segment("driver-out+wire")->histogram.count, 1);
				assert_int_equal(find_segment("driver-out")->histogram.count, 3);
				assert_int_equal(find_segment("qdisc")->histogram.count, 4);
				assert_int_equal(find_segment("wakeup")->histogram.count, 3);
			}
		}
	}
}

static void merged_segment_is_credited_to_the_merged_layer_only(void **state)
{
	static const char *const first[] = { "socket", "ip+socket", "ip", "driver", "wire" };
	static const char *const then[] = { "socket", "ip+socket", "ip", "driver", "wire", "driver+ip" };

	(void)state;
	add_path(PT_SOCKET_RAW, BIT(IP_LOCAL_OUT), 10);
	assert_layers(first, ARRAY_SIZE(first));
	assert_int_equal(find_layer("ip+socket")->histogram.count, 1);
	assert_int_equal(find_layer("ip+socket")->histogram.sum, 20);
	assert_int_equal(find_layer("ip+socket")->layers, find_segment("socket-out+ip-out")->layers);

	add_path(PT_SOCKET_RAW, BIT(DEV_QUEUE), 10);
	assert_layers(then, ARRAY_SIZE(then));
	assert_int_equal(find_layer("driver+ip")->histogram.count, 1);
	assert_int_equal(find_layer("ip+socket")->histogram.count, 1);
	assert_int_equal(find_layer("wire")->histogram.count, 2);
}

static void layers_and_segments_add_up_to_the_round_trips(void **state)
{
	uint64_t seed = 9, segments = 0, layers = 0;
	unsigned int i, missing[4];

	(void)state;
	for (i = 0; i < ARRAY_SIZE(missing); i++)
		missing[i] = pseudo_random(&seed) & ALL_HOOKS & ~(BIT(SEND) | BIT(RECV));
	for (i = 0; i < 2000; i++)
		add_path(PT_SOCKET_DGRAM, missing[i % ARRAY_SIZE(missing)], pseudo_random(&seed) % 1000000);
	assert_int_equal(stats.not_split, 0);
	for (i = 0; i < stats.nr_segments; i++)
		segments += stats.segments[i]->histogram.sum;
	for (i = 0; i < stats.nr_layers; i++)
		layers += stats.layers[i]->histogram.sum;
	assert_int_equal(stats.total.count, 2000);
	assert_int_equal(segments, stats.total.sum);
	assert_int_equal(layers, stats.total.sum);
}

static void clipped_probes_are_counted(void **state)
{
	struct path path;
	unsigned int i;

	(void)state;
	make_path(&path, PT_SOCKET_DGRAM, 0, 10);
	assert_false(path.clipped);
	for (i = 0; i < 10; i++) {
		path.clipped = i % 3 == 0;
		stats_add_path(&stats, &path);
	}
	assert_int_equal(stats.clipped, 4);
	assert_int_equal(stats.total.count, 10);
}

/* A path of ours can be cut in more ways than there is room for. */
static void every_variant_of_a_segment_has_a_row(void **state)
{
	unsigned int i, missing, nr[ARRAY_SIZE(ping_segments)] = { 0 }, probes = 0;
	struct path path;

	(void)state;
	add_path(PT_SOCKET_DGRAM, 0, 10);
	for (missing = 0; missing <= ALL_HOOKS; missing += 2) {
		if (missing & (BIT(SEND) | BIT(RECV) | BIT(RAW_RCV)))
			continue;
		make_path(&path, PT_SOCKET_DGRAM, missing, 10);
		stats_add_path(&stats, &path);
		probes++;
		for (i = 0; i < path.nr_segments; i++) {
			char name[SEGMENT_NAME_MAX];
			unsigned int k;

			segment_name(name, path.segments[i].from, path.segments[i].to, path.socket);
			for (k = 0; k < ARRAY_SIZE(ping_segments); k++)
				nr[k] += !strcmp(name, ping_segments[k]);
		}
	}
	assert_int_equal(stats.not_split, 0);
	assert_int_equal(stats.total.count, probes + 1);
	for (i = 0; i < ARRAY_SIZE(ping_segments); i++)
		assert_int_equal(find_segment(ping_segments[i])->histogram.count, nr[i] + 1);
	for (i = 1; i < stats.nr_segments; i++) {
		const struct split *a = stats.segments[i - 1], *b = stats.segments[i];

		assert_true(a->from < b->from || (a->from == b->from && a->to > b->to));
	}
}

static void mdev_of_long_steady_round_trips_is_nothing(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 1000000; i++)
		stats_add_rtt(&stats, 600012345);
	assert_true(stats_rtt_mdev(&stats) < 1);
}

static void freed_stats_hold_no_splits(void **state)
{
	(void)state;
	add_path(PT_SOCKET_DGRAM, 0, 10);
	stats_free(&stats);
	assert_int_equal(stats.nr_segments, 0);
	assert_int_equal(stats.nr_layers, 0);
	/* Twice does no harm. */
	stats_free(&stats);
}

static struct loss loss_in(const char *function)
{
	struct loss loss = { .where = LOSS_OUT, .hook = PT_HOOK_DEV_QUEUE };

	snprintf(loss.function, sizeof(loss.function), "%s", function);
	return loss;
}

static void equal_losses_are_counted_together(void **state)
{
	struct loss a = loss_in("a"), b = loss_in("b");
	unsigned int first;

	(void)state;
	first = stats_add_loss(&stats, &a, 1);
	stats_add_loss(&stats, &b, 1);
	assert_int_equal(stats_add_loss(&stats, &a, 1), first);
	assert_int_equal(stats.nr_losses, 2);
	assert_int_equal(stats.losses[0].count, 2);
	assert_int_equal(stats.losses[1].count, 1);
	assert_int_equal(stats.other_losses, 0);
}

static void losses_have_a_bound(void **state)
{
	struct loss loss;
	char name[8];
	int i;

	(void)state;
	for (i = 0; i < STATS_MAX_LOSSES + 3; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		loss = loss_in(name);
		stats_add_loss(&stats, &loss, 1);
	}
	stats_add_loss(&stats, NULL, 1);
	assert_int_equal(stats.nr_losses, STATS_MAX_LOSSES);
	assert_int_equal(stats.other_losses, 4);
}

static void a_late_reply_takes_its_loss_back(void **state)
{
	struct loss a = loss_in("a"), b = loss_in("b");
	unsigned int number = stats_add_loss(&stats, &a, 1), other;

	(void)state;
	stats_add_loss(&stats, &b, 1);
	other = stats_add_loss(&stats, NULL, 1);
	assert_int_not_equal(number, 0);
	assert_int_not_equal(other, 0);
	stats_take_back_loss(&stats, number);
	assert_int_equal(stats.losses[0].count, 0);
	assert_int_equal(stats.losses[1].count, 1);
	stats_take_back_loss(&stats, other);
	assert_int_equal(stats.other_losses, 0);
	stats_take_back_loss(&stats, 0);
	assert_int_equal(stats.other_losses, 0);
}

static void fill(void)
{
	struct loss a = loss_in("a"), b = loss_in("b");
	struct path path;
	unsigned int i;

	for (i = 0; i < 300; i++) {
		make_path(&path, PT_SOCKET_RAW, i % 3 ? 0 : 1U << PT_HOOK_DEV_QUEUE, 1000 + i * 7);
		stats_add_path(&stats, &path);
		samples_add(&stats.samples, &path, NULL, &(struct causes){ .neighbour = "stale" });
		stats_add_rtt(&stats, i);
	}
	stats_add_loss(&stats, &a, 1);
	stats_add_loss(&stats, &b, 2);
}

static void assert_same_histogram(const struct histogram *a, const struct histogram *b)
{
	unsigned int permille;

	assert_int_equal(a->count, b->count);
	assert_ptr_not_equal(a->counts, b->counts);
	for (permille = 0; permille <= 1000; permille++)
		assert_int_equal(histogram_permille(a, permille), histogram_permille(b, permille));
}

static void a_copy_has_all_that_was_counted_and_no_memory_in_common(void **state)
{
	struct stats copy;
	char *data;
	size_t size;
	FILE *f = open_memstream(&data, &size);
	unsigned int i;

	(void)state;
	fill();
	assert_true(stats_write(&stats, f));
	assert_int_equal(fclose(f), 0);
	f = fmemopen(data, size, "r");
	assert_true(stats_read(&copy, f));
	fclose(f);
	assert_int_equal(copy.rtt_count, stats.rtt_count);
	assert_same_histogram(&copy.total, &stats.total);
	assert_int_equal(copy.nr_segments, stats.nr_segments);
	for (i = 0; i < copy.nr_segments; i++)
		assert_same_histogram(&copy.segments[i]->histogram, &stats.segments[i]->histogram);
	assert_int_equal(copy.nr_layers, stats.nr_layers);
	for (i = 0; i < copy.nr_layers; i++)
		assert_same_histogram(&copy.layers[i]->histogram, &stats.layers[i]->histogram);
	assert_int_equal(copy.nr_losses, 2);
	assert_memory_equal(copy.losses, stats.losses, 2 * sizeof(*copy.losses));
	assert_int_equal(copy.samples.nr_slowest, stats.samples.nr_slowest);
	assert_memory_equal(copy.samples.slowest, stats.samples.slowest,
			    copy.samples.nr_slowest * sizeof(*copy.samples.slowest));
	assert_memory_equal(copy.samples.regular, stats.samples.regular,
			    copy.samples.nr_regular * sizeof(*copy.samples.regular));
	stats_free(&copy);
	free(data);
}

static void a_copy_that_is_cut_is_refused_and_can_be_freed(void **state)
{
	struct stats copy;
	char *data;
	size_t size, cut;
	FILE *f = open_memstream(&data, &size);

	(void)state;
	fill();
	assert_true(stats_write(&stats, f));
	assert_int_equal(fclose(f), 0);
	for (cut = 1; cut < size; cut += 1 + size / 500) {
		f = fmemopen(data, cut, "r");
		assert_false(stats_read(&copy, f));
		fclose(f);
		stats_free(&copy);
	}
	free(data);
}

static void a_copy_with_more_segments_than_there_can_be_is_refused(void **state)
{
	struct {
		struct stats stats;
		struct split splits[STATS_MAX_SEGMENTS + NR_LAYER_SETS];
	} wrong = {};
	struct stats copy;
	FILE *f;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		wrong.stats.nr_segments = i ? 0 : STATS_MAX_SEGMENTS + 1;
		wrong.stats.nr_layers = i ? NR_LAYER_SETS + 1 : 0;
		f = fmemopen(&wrong, sizeof(wrong), "r");
		assert_false(stats_read(&copy, f));
		fclose(f);
		stats_free(&copy);
	}
}

static void requests_sent_a_millisecond_late_are_counted(void **state)
{
	(void)state;
	stats_add_sent(&stats, SEND_NS, 0);
	stats_add_sent(&stats, SEND_NS, SEND_NS);
	stats_add_sent(&stats, SEND_NS, SEND_NS + 1);
	assert_int_equal(stats.sent_late_max_ns, 0);
	stats_add_sent(&stats, SEND_NS, SEND_NS - 999999);
	assert_int_equal(stats.sent_late, 0);
	assert_int_equal(stats.sent_late_max_ns, 999999);
	stats_add_sent(&stats, SEND_NS, SEND_NS - 1000000);
	stats_add_sent(&stats, SEND_NS, 1);
	stats_add_sent(&stats, SEND_NS, SEND_NS - 2000000);
	assert_int_equal(stats.sent_late, 3);
	assert_int_equal(stats.sent_late_max_ns, SEND_NS - 1);
	assert_int_equal(stats.transmitted, 7);
}

#define stats_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		stats_test(without_round_trips_every_figure_is_zero),
		stats_test(one_round_trip_has_no_deviation),
		stats_test(equal_round_trips_have_no_deviation),
		stats_test(round_trip_of_zero_ns_counts),
		stats_test(mdev_is_the_deviation_of_all_round_trips),
		stats_test(figures_are_those_of_a_direct_computation),
		stats_test(ewma_weighs_the_newest_by_an_eighth),
		stats_test(loss_is_the_share_without_a_reply),
		stats_test(loss_is_never_negative),
		stats_test(duplicates_corrupted_and_errors_do_not_change_the_loss),
		stats_test(full_paths_give_one_split_a_segment_and_one_a_layer),
		stats_test(each_split_has_the_values_of_its_segment),
		stats_test(each_layer_has_the_sum_of_its_segments_once_a_probe),
		stats_test(merged_segments_stand_where_they_begin),
		stats_test(merged_segment_is_credited_to_the_merged_layer_only),
		stats_test(layers_and_segments_add_up_to_the_round_trips),
		stats_test(clipped_probes_are_counted),
		stats_test(every_variant_of_a_segment_has_a_row),
		stats_test(mdev_of_long_steady_round_trips_is_nothing),
		stats_test(freed_stats_hold_no_splits),
		stats_test(equal_losses_are_counted_together),
		stats_test(losses_have_a_bound),
		stats_test(a_late_reply_takes_its_loss_back),
		stats_test(a_copy_has_all_that_was_counted_and_no_memory_in_common),
		stats_test(a_copy_that_is_cut_is_refused_and_can_be_freed),
		stats_test(a_copy_with_more_segments_than_there_can_be_is_refused),
		stats_test(requests_sent_a_millisecond_late_are_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
