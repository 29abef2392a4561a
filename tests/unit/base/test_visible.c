// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "base/visible.h"

/* What is made of /proc mounted with @options. */
static int mounted(const char *options, long *gid)
{
	char line[256];

	snprintf(line, sizeof(line), "23 28 0:21 / /proc rw,nosuid,nodev,noexec shared:13 - proc proc %s\n",
		 options);
	return visible_by_mount(line, gid);
}

static void all_tasks_are_shown_without_hidepid(void **state)
{
	long gid;

	(void)state;
	assert_int_equal(mounted("rw", &gid), 1);
	assert_int_equal(mounted("rw,gid=27", &gid), 1);
	assert_int_equal(mounted("rw,hidepid=0", &gid), 1);
	assert_int_equal(mounted("rw,hidepid=off", &gid), 1);
}

static void every_form_of_hidepid_hides_tasks(void **state)
{
	static const char *const forms[] = {
		"rw,hidepid=1",
		"rw,hidepid=2",
		"rw,hidepid=4",
		"rw,hidepid=noaccess",
		"hidepid=2,rw",
		"rw,hidepid=ptraceable",
		"rw,hidepid=invisible,subset=pid",
	};
	size_t i;
	long gid;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(mounted(forms[i], &gid), 0);
		assert_int_equal(gid, -1);
	}
	assert_int_equal(mounted("rw,gid=27,hidepid=2", &gid), 0);
	assert_int_equal(gid, 27);
}

static void other_mounts_say_nothing(void **state)
{
	long gid;

	(void)state;
	assert_int_equal(visible_by_mount("25 1 0:2 / / rw - ext4 /dev/sda1 rw\n", &gid), -1);
	assert_int_equal(visible_by_mount("25 1 0:2 / /srv/proc rw - proc proc rw,hidepid=2\n", &gid), -1);
	assert_int_equal(visible_by_mount("", &gid), -1);
	assert_int_equal(visible_by_mount(" - ", &gid), -1);
	assert_int_equal(visible_by_mount("25 1 0:2 / /proc rw", &gid), -1);
	assert_int_equal(visible_by_mount("25 1 0:2 / /proc rw - proc", &gid), -1);
}

static void something_else_at_its_place_shows_no_task(void **state)
{
	long gid;

	(void)state;
	assert_int_equal(visible_by_mount("25 1 0:2 / /proc rw - tmpfs none rw\n", &gid), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_tasks_are_shown_without_hidepid),
		cmocka_unit_test(every_form_of_hidepid_hides_tasks),
		cmocka_unit_test(other_mounts_say_nothing),
		cmocka_unit_test(something_else_at_its_place_shows_no_task),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("visible", tests, NULL, NULL);
}
