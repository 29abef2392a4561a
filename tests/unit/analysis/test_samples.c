// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "analysis/samples.h"
#include "analysis/split.h"
#include "analysis/causes.h"
#include "model/stamps.h"

static struct samples samples;

static int set_up(void **state)
{
	(void)state;
	memset(&samples, 0, sizeof(samples));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	samples_free(&samples);
	return 0;
}

/* A probe of @ns in all, half of it before xmit and half of it after. */
static void add(uint64_t ns)
{
	struct pt_record rec = { .number = 7 };
	struct stamp stamps[PT_NR_HOOKS];
	struct path path;

	rec.stamps[PT_HOOK_SEND] = (struct pt_stamp){ .ns = 1000, .number = 7 };
	rec.stamps[PT_HOOK_XMIT] = (struct pt_stamp){ .ns = 1000 + ns / 2, .number = 7, .cpu = 3 };
	rec.stamps[PT_HOOK_RECV] = (struct pt_stamp){ .ns = 1000 + ns, .number = 7 };
	record_stamps(stamps, &rec);
	assert_int_equal(path_of(&path, stamps, PT_SOCKET_RAW), 0);
	samples_add(&samples, &path, stamps, NULL);
}

static void without_probes_there_are_no_samples(void **state)
{
	const struct sample *slowest[SAMPLES_MAX];

	(void)state;
	assert_int_equal(samples_slowest(&samples, slowest), 0);
	assert_null(samples.slowest);
}

static void a_sample_has_the_segments_of_its_probe(void **state)
{
	const struct sample *slowest[SAMPLES_MAX];

	(void)state;
	add(500);
	assert_int_equal(samples_slowest(&samples, slowest), 1);
	assert_int_equal(slowest[0]->total_ns, 500);
	assert_int_equal(slowest[0]->ns[PT_HOOK_SEND], 250);
	assert_int_equal(slowest[0]->to[PT_HOOK_SEND], PT_HOOK_XMIT);
	assert_int_equal(slowest[0]->ns[PT_HOOK_XMIT], 250);
	assert_int_equal(slowest[0]->to[PT_HOOK_XMIT], PT_HOOK_RECV);
	assert_int_equal(slowest[0]->to[PT_HOOK_SENDMSG], 0);
	assert_int_equal(slowest[0]->causes.nr_cpus, 1);
	assert_int_equal(slowest[0]->causes.cpus[0], 3);
}

/* @n probes of 1 to @n us in an order without order: a multiplier that has no divisor in common with @n. */
static void the_slowest_of(uint64_t n, uint64_t multiplier)
{
	const struct sample *slowest[SAMPLES_MAX];
	unsigned int i, nr, expected = n < 200 ? 1 : n / 100 < SAMPLES_MAX ? n / 100 : SAMPLES_MAX;
	uint64_t k;

	for (k = 0; k < n; k++)
		add((k * multiplier % n + 1) * 1000);
	nr = samples_slowest(&samples, slowest);
	assert_int_equal(nr, expected);
	for (i = 0; i < nr; i++)
		assert_int_equal(slowest[i]->total_ns, (n - i) * 1000);
}

static void the_slowest_hundredth_is_exact(void **state)
{
	(void)state;
	the_slowest_of(100, 37);
	samples_free(&samples);
	the_slowest_of(1000, 7);
	samples_free(&samples);
	the_slowest_of(1000, 1);
	samples_free(&samples);
	the_slowest_of(1000, 999);
}

static void of_many_no_more_than_there_is_room_for(void **state)
{
	(void)state;
	the_slowest_of(70000, 12347);
	assert_int_equal(samples.nr_slowest, SAMPLES_MAX);
}

static void regular_samples_are_from_all_over_the_run(void **state)
{
	uint64_t k, n = 70000;
	unsigned int i;

	(void)state;
	for (k = 0; k < n; k++)
		add(k + 1);
	assert_true(samples.nr_regular > SAMPLES_MAX / 2 && samples.nr_regular <= SAMPLES_MAX);
	assert_true((samples.nr_regular + 1) * samples.stride > n);
	for (i = 0; i < samples.nr_regular; i++)
		assert_int_equal(samples.regular[i].total_ns, i * samples.stride + 1);
}

static void each_probe_of_a_short_run_is_a_sample(void **state)
{
	uint64_t k;

	(void)state;
	for (k = 0; k < SAMPLES_MAX; k++)
		add(k + 1);
	assert_int_equal(samples.nr_regular, SAMPLES_MAX);
	assert_int_equal(samples.nr_slowest, SAMPLES_MAX);
}

static void many_targets_share_the_samples(void **state)
{
	static const struct {
		unsigned int targets, limit;
	} shares[] = { { 0, SAMPLES_MAX }, { 1, SAMPLES_MAX }, { 16, SAMPLES_MAX }, { 17, SAMPLES_MAX / 2 },
		       { 64, 32 },	   { 1000, 8 },	       { UINT32_MAX, 8 } };
	unsigned int i;

	(void)state;
	assert_int_equal(samples_limit(&samples), SAMPLES_MAX);
	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		samples_share(&samples, shares[i].targets);
		assert_int_equal(samples_limit(&samples), shares[i].limit);
	}
}

static void of_many_targets_the_samples_are_exact(void **state)
{
	const struct sample *slowest[SAMPLES_MAX];
	uint64_t k, n = 10000;
	unsigned int i;

	(void)state;
	samples_share(&samples, 1000);
	for (k = 0; k < n; k++)
		add(k + 1);
	assert_int_equal(samples_slowest(&samples, slowest), 8);
	for (i = 0; i < 8; i++)
		assert_int_equal(slowest[i]->total_ns, n - i);
	assert_true(samples.nr_regular > 4 && samples.nr_regular <= 8);
	for (i = 0; i < samples.nr_regular; i++)
		assert_int_equal(samples.regular[i].total_ns, i * samples.stride + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_probes_there_are_no_samples, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_sample_has_the_segments_of_its_probe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_slowest_hundredth_is_exact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_many_no_more_than_there_is_room_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(regular_samples_are_from_all_over_the_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_probe_of_a_short_run_is_a_sample, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_targets_share_the_samples, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_many_targets_the_samples_are_exact, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
