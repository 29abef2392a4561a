// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/filter.h"
#include "net/resolver.h"

/* --- what the answer is taken for --- */

/* A resolver whose process is this one: @theirs is its end. */
static void make_pair(struct resolver *r, int *theirs)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	*r = (struct resolver){ .fd = fds[0], .pid = -1 };
	*theirs = fds[1];
}

static void close_pair(struct resolver *r, int theirs)
{
	close(r->fd);
	close(theirs);
}

static struct answer answer_to(const struct question *q)
{
	struct answer a = { .number = q->number };

	a.address.v4.sin_family = AF_INET;
	a.address.v4.sin_addr.s_addr = htonl(0x0a090002);
	strcpy(a.name, "far");
	return a;
}

/* Ask for an address of @family; @size bytes of @a come back. Returns what resolver_take does. */
static int take(int family, struct answer *a, size_t size, struct answer *answer)
{
	struct question q = { .kind = QUESTION_ADDRESS, .family = family, .name = "far" };
	struct error error = {};
	struct resolver r;
	int theirs, err;

	make_pair(&r, &theirs);
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	a->number += q.number;
	assert_int_equal(send(theirs, a, size, 0), size);
	err = resolver_take(&r, &q, answer, MSG_DONTWAIT, &error);
	if (err)
		assert_true(*error.text);
	close_pair(&r, theirs);
	return err;
}

static void an_address_is_taken_without_what_does_not_belong_to_it(void **state)
{
	struct question q = {};
	struct answer a = answer_to(&q), got;

	(void)state;
	a.address.v4.sin_port = 7;
	assert_int_equal(take(AF_UNSPEC, &a, sizeof(a), &got), 0);
	assert_int_equal(got.address.v4.sin_addr.s_addr, htonl(0x0a090002));
	assert_int_equal(got.address.v4.sin_port, 0);
	assert_string_equal(got.name, "far");

	a = answer_to(&q);
	a.address.v6 =
		(struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_flowinfo = 5, .sin6_scope_id = 2 };
	assert_int_equal(take(AF_INET6, &a, sizeof(a), &got), 0);
	assert_int_equal(got.address.v6.sin6_scope_id, 2);
	assert_int_equal(got.address.v6.sin6_flowinfo, 0);
}

static void a_name_ends_where_its_room_ends(void **state)
{
	struct question q = {};
	struct answer a = answer_to(&q), got;

	(void)state;
	memset(a.name, 'x', sizeof(a.name));
	assert_int_equal(take(AF_INET, &a, sizeof(a), &got), 0);
	assert_int_equal(strlen(got.name), sizeof(got.name) - 1);
}

static void what_cannot_be_the_answer_is_refused(void **state)
{
	struct question q = {};
	struct answer a, got;
	char more[sizeof(a) + 64] = {};

	(void)state;
	a = answer_to(&q);
	assert_int_equal(take(AF_INET, &a, sizeof(a) - 1, &got), -EPROTO);
	a = answer_to(&q);
	assert_int_equal(take(AF_INET, &a, 1, &got), -EPROTO);
	a = answer_to(&q);
	assert_int_equal(take(AF_INET6, &a, sizeof(a), &got), -EPROTO);
	a.number = 7; /* of another question */
	assert_int_equal(take(AF_INET, &a, sizeof(a), &got), -EPROTO);
	a = answer_to(&q);
	a.address.sa.sa_family = AF_UNIX;
	assert_int_equal(take(AF_UNSPEC, &a, sizeof(a), &got), -EPROTO);
	a = answer_to(&q);
	memcpy(more, &a, sizeof(a));
	assert_int_equal(take(AF_INET, (struct answer *)more, sizeof(more), &got), -EPROTO);
}

static void without_an_answer_nobody_waits_who_does_not_want_to(void **state)
{
	struct question q = { .kind = QUESTION_ADDRESS, .name = "far" };
	struct error error = {};
	struct answer got;
	struct resolver r;
	int theirs;

	(void)state;
	make_pair(&r, &theirs);
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	assert_int_equal(resolver_take(&r, &q, &got, MSG_DONTWAIT, &error), -EAGAIN);
	close_pair(&r, theirs);
}

static int answering_fd;
static struct answer late_answer;

/* The first tick interrupts the wait, the second answers. */
static void on_tick(int sig)
{
	static int ticks;

	(void)sig;
	if (++ticks == 2)
		(void)!send(answering_fd, &late_answer, sizeof(late_answer), 0);
}

/* As a wait with a limit is where the process is stopped and continued (signal(7)). */
static void a_wait_that_is_interrupted_goes_on(void **state)
{
	static const struct itimerval ticks = { { .tv_usec = 10000 }, { .tv_usec = 10000 } }, none;
	struct sigaction sa = { .sa_handler = on_tick }, before;
	struct question q = { .kind = QUESTION_ADDRESS, .family = AF_INET, .name = "far" };
	struct error error = {};
	struct answer got;
	struct resolver r;
	int err;

	(void)state;
	make_pair(&r, &answering_fd);
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	late_answer = answer_to(&q);
	assert_int_equal(sigaction(SIGALRM, &sa, &before), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &ticks, NULL), 0);
	err = resolver_take(&r, &q, &got, 0, &error);
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(err, 0);
	assert_int_equal(got.address.v4.sin_addr.s_addr, htonl(0x0a090002));
	close_pair(&r, answering_fd);
}

/* --- the process --- */

static void it_resolves(void **state)
{
	struct question q = { .kind = QUESTION_ADDRESS, .family = AF_INET, .name = "localhost" };
	struct resolver r = RESOLVER_NONE;
	struct error error = {};
	struct answer got;

	(void)state;
	assert_int_equal(resolver_start(&r, &error), 0);
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	assert_int_equal(resolver_take(&r, &q, &got, 0, &error), 0);
	assert_int_equal(got.error, 0);
	assert_int_equal(got.address.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	strcpy(q.name, "a name that nobody has");
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	assert_int_equal(resolver_take(&r, &q, &got, 0, &error), 0);
	assert_int_not_equal(got.error, 0);
	resolver_stop(&r);
	assert_int_equal(r.fd, -1);
}

static void one_that_has_ended_is_an_error(void **state)
{
	struct question q = { .kind = QUESTION_ADDRESS, .name = "localhost" };
	struct resolver r = RESOLVER_NONE;
	struct error error = {};
	struct answer got;
	int status;

	(void)state;
	assert_int_equal(resolver_start(&r, &error), 0);
	if (kill(r.pid, SIGKILL))
		skip(); /* it is nobody, and we are root without its rights */
	assert_int_equal(waitpid(r.pid, &status, 0), r.pid);
	assert_int_equal(resolver_ask(&r, &q, &error), -EPIPE);
	assert_int_equal(resolver_take(&r, &q, &got, 0, &error), -EPIPE);
	assert_true(*error.text);
	resolver_stop(&r);
}

#ifndef __SANITIZE_ADDRESS__ /* which loads no filter */

/* The value of @key in the status of @pid. */
static void status_of(pid_t pid, const char *key, char value[64])
{
	char path[64], line[256];
	size_t len = strlen(key);
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	value[0] = '\0';
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, len))
			snprintf(value, 64, "%s", line + len);
	fclose(file);
}

static void it_has_no_rights(void **state)
{
	struct question q = { .kind = QUESTION_ADDRESS, .family = AF_INET, .name = "localhost" };
	struct resolver r = RESOLVER_NONE;
	struct error error = {};
	struct answer got;
	char value[64];

	(void)state;
	assert_int_equal(resolver_start(&r, &error), 0);
	assert_int_equal(resolver_ask(&r, &q, &error), 0);
	assert_int_equal(resolver_take(&r, &q, &got, 0, &error), 0); /* all is given up now */
	status_of(r.pid, "CapPrm:\t", value);
	assert_string_equal(value, "0000000000000000\n");
	status_of(r.pid, "CapEff:\t", value);
	assert_string_equal(value, "0000000000000000\n");
	status_of(r.pid, "NoNewPrivs:\t", value);
	assert_string_equal(value, "1\n");
	status_of(r.pid, "Seccomp:\t", value);
	assert_string_equal(value, "2\n");
	status_of(r.pid, "Uid:\t", value);
	assert_null(strstr(value, "\t0"));
	assert_int_not_equal(value[0], '0');
	resolver_stop(&r);
}

/* Numbers of what was not refused, from 1; 0: all was. */
static int try_all(void)
{
	char *const arguments[] = { "/bin/true", NULL };
	int n = 0;

	if (open("/tmp/pingtrace-filter-test", O_WRONLY | O_CREAT, 0600) >= 0)
		return 1;
	if (open("/dev/null", O_RDWR) >= 0)
		return 2;
	if (execv(arguments[0], arguments) != -1 || errno != ENOSYS)
		return 3;
	if (fork() >= 0)
		return 4;
	if (!syscall(SYS_ptrace, 0, 0, NULL, NULL)) /* PTRACE_TRACEME */
		return 5;
	if (!kill(getpid(), 0))
		return 6;
	if (syscall(SYS_bpf, 0, NULL, 0) != -1 || errno != ENOSYS)
		return 7;
	if (syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0) != -1 || errno != ENOSYS)
		return 8;
	if (!mount("none", "/tmp", "tmpfs", 0, NULL) || errno != ENOSYS)
		return 9;
	if (!setns(0, 0) || errno != ENOSYS)
		return 10;
	if (!unshare(CLONE_NEWUSER) || errno != ENOSYS)
		return 11;
	if (socket(AF_PACKET, SOCK_RAW, 0) >= 0 || errno != ENOSYS)
		return 12;
	if (!unlink("/tmp/pingtrace-filter-test") || errno != ENOSYS)
		return 13;
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	    MAP_FAILED)
		return 14;
	if (!setuid(getuid()) || errno != ENOSYS)
		return 15;
	if (syscall(SYS_process_vm_writev, getppid(), NULL, 0, NULL, 0, 0) != -1 || errno != ENOSYS)
		return 16;
	if (open("/etc/passwd", O_RDONLY) < 0 || socket(AF_INET, SOCK_DGRAM, 0) < 0)
		return 17; /* and what is needed is not */
	return n;
}

static void its_filter_refuses_what_name_resolution_does_not_need(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (!pid) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || filter_load_resolver())
			_exit(100);
		_exit(try_all());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_taken_without_what_does_not_belong_to_it),
		cmocka_unit_test(a_name_ends_where_its_room_ends),
		cmocka_unit_test(what_cannot_be_the_answer_is_refused),
		cmocka_unit_test(without_an_answer_nobody_waits_who_does_not_want_to),
		cmocka_unit_test(a_wait_that_is_interrupted_goes_on),
		cmocka_unit_test(it_resolves),
		cmocka_unit_test(one_that_has_ended_is_an_error),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(it_has_no_rights),
		cmocka_unit_test(its_filter_refuses_what_name_resolution_does_not_need),
#endif
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("resolver", tests, NULL, NULL);
}
