// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ring.h"

#define SIZE 4096

static bool send_text(struct ring *r, const char *text)
{
	char *to = ring_reserve(r, strlen(text) + 1);

	if (to)
		ring_send(r, strlen(strcpy(to, text)) + 1);
	return to;
}

static void messages_come_in_their_order_and_whole(void **state)
{
	struct ring *r = ring_new(SIZE);
	char text[64];
	size_t size;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) { /* many times around the ring */
		snprintf(text, sizeof(text), "%.*s%d", i % 50,
			 "..................................................", i);
		assert_true(send_text(r, text));
		assert_string_equal(ring_next(r, &size), text);
		assert_int_equal(size, strlen(text) + 1);
		assert_int_equal((uintptr_t)ring_next(r, &size) % 8, 0);
		ring_taken(r);
		assert_null(ring_next(r, &size));
	}
	ring_free(r);
}

static void a_full_ring_takes_nothing_until_something_was_taken(void **state)
{
	struct ring *r = ring_new(SIZE);
	unsigned int sent = 0, taken = 0, round;
	size_t size;

	(void)state;
	for (round = 0; round < 100; round++) {
		while (send_text(r, "a message of some length"))
			sent++;
		assert_true(sent - taken >= 100);
		while (taken < sent - round % 7) {
			assert_string_equal(ring_next(r, &size), "a message of some length");
			ring_taken(r);
			taken++;
		}
	}
	ring_free(r);
}

static void what_would_fill_more_than_a_quarter_is_refused(void **state)
{
	struct ring *r = ring_new(SIZE);

	(void)state;
	assert_non_null(ring_reserve(r, SIZE / 4));
	assert_null(ring_reserve(r, SIZE / 4 + 1));
	assert_null(ring_reserve(r, SIZE_MAX - 7));
	ring_free(r);
}

static bool is_woken(struct ring *r)
{
	struct pollfd fd = { .fd = ring_fd(r), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

static void the_reader_is_woken_only_where_it_sleeps(void **state)
{
	struct ring *r = ring_new(SIZE);
	size_t size;

	(void)state;
	assert_true(send_text(r, "a"));
	assert_false(is_woken(r));
	assert_false(ring_sleep(r)); /* there is something to take */
	assert_non_null(ring_next(r, &size));
	ring_taken(r);
	assert_true(ring_sleep(r));
	assert_false(is_woken(r));
	assert_true(send_text(r, "b"));
	assert_true(is_woken(r));
	ring_awake(r);
	assert_false(is_woken(r));
	ring_wake(r);
	assert_true(is_woken(r));
	ring_free(r);
}

/* The reader sleeps whenever it has taken all: were a wake-up lost, it would never end. */
static void between_two_processes_nothing_is_lost(void **state)
{
	struct ring *r = ring_new(SIZE);
	struct pollfd fd = { .fd = ring_fd(r), .events = POLLIN };
	unsigned int i, wanted = 0, got;
	const void *m;
	size_t size;
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (!child) {
		while (wanted < 200000) {
			if (ring_sleep(r) && poll(&fd, 1, 10000) != 1)
				_exit(1);
			ring_awake(r);
			for (; (m = ring_next(r, &size)); ring_taken(r)) {
				memcpy(&got, m, sizeof(got));
				if (got != wanted++ || size != sizeof(got) + got % 100)
					_exit(2);
			}
		}
		_exit(0);
	}
	for (i = 0; i < 200000; i++) {
		void *to;

		while (!(to = ring_reserve(r, sizeof(i) + i % 100)))
			if (waitpid(child, &status, WNOHANG))
				fail();
		memcpy(to, &i, sizeof(i));
		ring_send(r, sizeof(i) + i % 100);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	ring_free(r);
}

int main(void)
{
	const struct CMUnitTest ring[] = {
		cmocka_unit_test(messages_come_in_their_order_and_whole),
		cmocka_unit_test(a_full_ring_takes_nothing_until_something_was_taken),
		cmocka_unit_test(what_would_fill_more_than_a_quarter_is_refused),
		cmocka_unit_test(the_reader_is_woken_only_where_it_sleeps),
		cmocka_unit_test(between_two_processes_nothing_is_lost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(ring, NULL, NULL);
}
