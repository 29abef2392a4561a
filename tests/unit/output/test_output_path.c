// SPDX-License-Identifier: GPL-2.0-or-later
/* The drawing, line by line: made from results that are written by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "analysis/split.h"
#include "analysis/causes.h"
#include "output/output_path.h"

#define SEND_NS 1000000ULL
#define LINES_MAX 32

struct drawing {
	enum pt_socket socket;
	struct result result;
	char text[8192];
	char *lines[LINES_MAX];
	unsigned int nr;
};

static void stamp(struct drawing *d, enum pt_hook hook, uint64_t after_ns)
{
	d->result.stamps[hook] = (struct stamp){ .ns = SEND_NS + after_ns, .cpu = 3 };
}

static void took(struct drawing *d, enum pt_hook hook, const char *function, bool is_function)
{
	strcpy(d->result.origins[hook].function, function);
	d->result.origins[hook].is_function = is_function;
}

/* A round trip to another host, a stamp every microsecond, 10 in the network. */
static void stamp_all(struct drawing *d, enum pt_socket socket)
{
	uint64_t ns = 0;
	enum pt_hook h;

	d->socket = socket;
	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++) {
		if (!hook_on_path(h, socket))
			continue;
		stamp(d, h, ns);
		ns += h == PT_HOOK_XMIT ? 10000 : 1000;
	}
}

/* Draw into d->text, and cut it into lines. */
static void draw(struct drawing *d, bool came_back)
{
	FILE *file = tmpfile();
	struct terminal terminal;
	char *line;

	assert_non_null(file);
	terminal = terminal_of(file);
	d->result.has_path = came_back;
	if (came_back)
		assert_int_equal(path_of(&d->result.path, d->result.stamps, d->socket), 0);
	output_path(&terminal, &d->result, d->socket);
	rewind(file);
	d->text[fread(d->text, 1, sizeof(d->text) - 1, file)] = '\0';
	fclose(file);
	for (line = strtok(d->text, "\n"); line && d->nr < LINES_MAX; line = strtok(NULL, "\n"))
		d->lines[d->nr++] = line;
}

static int setup(void **state)
{
	struct drawing *d = calloc(1, sizeof(*d));

	result_init(&d->result, RESULT_REPLY, 1);
	d->result.has_stamps = true;
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

/* The line of @hook, without the function; NULL: there is none. */
static const char *line_of(const struct drawing *d, enum pt_hook hook)
{
	char word[32];
	unsigned int i;

	snprintf(word, sizeof(word), " %s ", hook_name(hook));
	for (i = 0; i < d->nr; i++)
		if (strstr(d->lines[i], word))
			return d->lines[i];
	return NULL;
}

static void assert_begins(const char *line, const char *want)
{
	assert_non_null(line);
	if (strncmp(line, want, strlen(want)) != 0)
		fail_msg("'%s' does not begin with '%s'", line, want);
}

static void goes_out_and_comes_back(void **state)
{
	static const char *const want[] = {
		"          +us  s i d w r  hook              CPU  stamped at",
		"               v          send ",
		"        1.000  v          sendmsg             3 ",
		"        1.000  `-v        ip_local_out        3 ",
		"        1.000    v        ip_finish_output2   3 ",
		"        1.000    `-v      dev_queue           3 ",
		"        1.000      v      start_xmit          3 ",
		"        1.000      `-v    xmit                3 ",
		"                     :    the network and the responder",
		"       10.000      ^-'    driver_rx           3 ",
		"        1.000      ^      netif_receive       3 ",
		"        1.000    ^-'      ip_rcv              3 ",
		"        1.000    ^        icmp_rcv            3 ",
		"        1.000  ^-'        ping_rcv            3 ",
		"        1.000  ^          data_ready          3 ",
		"        1.000  ^          copy                3 ",
		"        1.000  ^          recv ",
	};
	struct drawing *d = *state;
	unsigned int i;

	stamp_all(d, PT_SOCKET_DGRAM);
	draw(d, true);
	assert_int_equal(d->nr, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < d->nr; i++)
		assert_begins(d->lines[i], want[i]);
}

static void what_is_missing_is_not_drawn(void **state)
{
	struct drawing *d = *state;
	unsigned int i;

	stamp_all(d, PT_SOCKET_DGRAM);
	d->result.stamps[PT_HOOK_IP_LOCAL_OUT].ns = 0;
	d->result.stamps[PT_HOOK_XMIT].ns = 0;
	draw(d, true);
	assert_null(line_of(d, PT_HOOK_IP_LOCAL_OUT));
	assert_null(line_of(d, PT_HOOK_XMIT));
	assert_begins(line_of(d, PT_HOOK_IP_FINISH_OUTPUT2), "        2.000  `-v ");
	assert_begins(line_of(d, PT_HOOK_DRIVER_RX), "       11.000      ^-' ");
	for (i = 0; i < d->nr; i++)
		assert_null(strstr(d->lines[i], "clipped"));
}

/* With a virtual device: there before the driver returns, and back before the responder's driver returns. */
static void the_responder_has_a_lane_of_its_own(void **state)
{
	struct drawing *d = *state;

	stamp_all(d, PT_SOCKET_DGRAM);
	stamp(d, PT_HOOK_PEER_DRIVER_RX, 5400);
	took(d, PT_HOOK_PEER_DRIVER_RX, "netif_rx", false);
	stamp(d, PT_HOOK_PEER_ICMP_RCV, 8000);
	took(d, PT_HOOK_PEER_ICMP_RCV, "icmp_rcv", true);
	stamp(d, PT_HOOK_PEER_XMIT, 16500);
	draw(d, true);
	assert_begins(line_of(d, PT_HOOK_PEER_DRIVER_RX),
		      "        0.400      `---v  peer_driver_rx      3  netif_rx");
	assert_begins(line_of(d, PT_HOOK_XMIT), "        0.600        v |  xmit ");
	assert_begins(line_of(d, PT_HOOK_PEER_ICMP_RCV),
		      "        2.000          v  peer_icmp_rcv       3  icmp_rcv()");
	assert_begins(line_of(d, PT_HOOK_DRIVER_RX), "        8.000      ^---'  driver_rx ");
	assert_begins(line_of(d, PT_HOOK_PEER_XMIT), "        0.500      |   ^  peer_xmit ");
	assert_int_equal(d->nr, 2 + 14 + 3); /* no line for a far host */
}

static void a_clipped_stamp_is_marked(void **state)
{
	struct drawing *d = *state;

	stamp_all(d, PT_SOCKET_DGRAM);
	stamp(d, PT_HOOK_XMIT, 17500); /* the driver returns when the reply is in: at 16 us */
	draw(d, true);
	assert_begins(line_of(d, PT_HOOK_XMIT), "        0.500      | v    xmit ");
	assert_non_null(strstr(line_of(d, PT_HOOK_XMIT), "(clipped)"));
	assert_null(strstr(line_of(d, PT_HOOK_DRIVER_RX), "(clipped)"));
	assert_begins(line_of(d, PT_HOOK_IP_RCV), "        0.500    ^-' ");
}

static void with_a_raw_socket_icmp_is_beside_the_path(void **state)
{
	struct drawing *d = *state;

	stamp_all(d, PT_SOCKET_RAW);
	stamp(d, PT_HOOK_ICMP_RCV, 20200);
	stamp(d, PT_HOOK_PING_RCV, 20300);
	draw(d, true);
	assert_begins(line_of(d, PT_HOOK_RAW_RCV), "        1.000  ^-'        raw_rcv ");
	assert_begins(line_of(d, PT_HOOK_ICMP_RCV), "        0.200  | .        icmp_rcv ");
	assert_begins(line_of(d, PT_HOOK_PING_RCV), "        0.100  .          ping_rcv ");
	assert_non_null(strstr(line_of(d, PT_HOOK_ICMP_RCV), "(beside the path)"));
	assert_non_null(strstr(line_of(d, PT_HOOK_PING_RCV), "(beside the path)"));
	assert_begins(line_of(d, PT_HOOK_COPY), "        0.700  ^ ");
}

static void a_lost_probe_ends_where_it_was_seen_last(void **state)
{
	struct drawing *d = *state;
	enum pt_hook h;

	stamp_all(d, PT_SOCKET_DGRAM);
	for (h = PT_HOOK_DEV_QUEUE; h < PT_NR_HOOKS; h++)
		d->result.stamps[h].ns = 0;
	draw(d, false);
	assert_int_equal(d->nr, 6);
	assert_begins(d->lines[5], "                 x        not seen any further");
}

static void a_lost_probe_ends_where_it_was_dropped(void **state)
{
	struct drawing *d = *state;
	enum pt_hook h;

	stamp_all(d, PT_SOCKET_DGRAM);
	for (h = PT_HOOK_DEV_QUEUE; h < PT_NR_HOOKS; h++)
		d->result.stamps[h].ns = 0;
	d->result.has_loss = true;
	strcpy(d->result.loss.function, "nf_hook_slow");
	draw(d, false);
	assert_begins(d->lines[5], "                 x        dropped in nf_hook_slow()");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_out_and_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_missing_is_not_drawn, setup, teardown),
		cmocka_unit_test_setup_teardown(the_responder_has_a_lane_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clipped_stamp_is_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(with_a_raw_socket_icmp_is_beside_the_path, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_probe_ends_where_it_was_seen_last, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_probe_ends_where_it_was_dropped, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
