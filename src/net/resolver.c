// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/privileges.h"
#include "net/resolver.h"

/*
 * Longer than libc waits for all its name servers. A look-up that takes so long ends the resolver process; if it does not end,
 * the waiting process gives up a little later.
 */
#define LOOK_UP_MAX_S 120
#define WAIT_MAX_S (LOOK_UP_MAX_S + 10)

#define OUR_FD 3

/* --- the process that looks up --- */

/* Names that are not ASCII go out encoded (IDNA), and come back as letters where the terminal can show them. */
static bool shows_letters(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static int find_address(struct answer *answer, const struct question *q)
{
	struct addrinfo hints = {
		.ai_family = q->family,
		.ai_socktype = SOCK_RAW,
		.ai_flags = AI_CANONNAME | AI_IDN | (shows_letters() ? AI_CANONIDN : 0),
	};
	struct addrinfo *list, *ai;
	int err = getaddrinfo(q->name, NULL, &hints, &list);

	if (err)
		return err;
	err = EAI_ADDRFAMILY;
	for (ai = list; ai && err; ai = ai->ai_next) {
		if (ai->ai_addrlen > sizeof(answer->address) ||
		    (ai->ai_family != AF_INET && ai->ai_family != AF_INET6))
			continue;
		memcpy(&answer->address, ai->ai_addr, ai->ai_addrlen);
		snprintf(answer->name, sizeof(answer->name), "%s",
			 list->ai_canonname ? list->ai_canonname : q->name);
		err = 0;
	}
	freeaddrinfo(list);
	return err;
}

static int find_name(struct answer *answer, const struct question *q)
{
	socklen_t size = address_size(q->family == AF_INET6 ? PT_FAMILY_V6 : PT_FAMILY_V4);

	return getnameinfo(&q->address.sa, size, answer->name, sizeof(answer->name), NULL, 0,
			   NI_NAMEREQD | (shows_letters() ? NI_IDN : 0));
}

static void look_up(struct answer *answer, struct question *q)
{
	memset(answer, 0, sizeof(*answer));
	answer->number = q->number;
	q->name[sizeof(q->name) - 1] = '\0';
	alarm(LOOK_UP_MAX_S);
	answer->error = q->kind == QUESTION_NAME ? find_name(answer, q) : find_address(answer, q);
	answer->system_error = errno;
	alarm(0);
}

/* Close all descriptors but ours. */
static bool keep_only(int fd)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), i;

	if (null < 0 || (fd != OUR_FD && dup2(fd, OUR_FD) < 0))
		return false;
	for (i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (dup2(null, i) < 0)
			return false;
	closefrom(OUR_FD + 1);
	return true;
}

static void __attribute__((noreturn)) serve(int fd)
{
	struct question q;
	struct answer answer;

	signal(SIGALRM, SIG_DFL); /* whatever was inherited */
	if (!keep_only(fd) || privileges_drop_to_resolve(NULL))
		_exit(1);
	while (recv(OUR_FD, &q, sizeof(q), 0) == sizeof(q)) {
		look_up(&answer, &q);
		if (send(OUR_FD, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			break;
	}
	_exit(0);
}

/* --- the process that asks --- */

int resolver_start(struct resolver *r, struct error *error)
{
	static const struct timeval most = { .tv_sec = WAIT_MAX_S };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return error_set(error, errno, "cannot look up names: %s", strerror(errno));
	setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	r->asked = 0;
	r->answered = 0;
	r->pid = fork();
	if (r->pid == 0) {
		close(fds[0]);
		serve(fds[1]);
	}
	close(fds[1]);
	if (r->pid < 0) {
		close(fds[0]);
		return error_set(error, errno, "cannot look up names: no process: %s", strerror(errno));
	}
	r->fd = fds[0];
	return 0;
}

void resolver_stop(struct resolver *r)
{
	if (r->fd < 0)
		return;
	close(r->fd);
	/* It ends when there is nothing more to ask. Where it has not answered, it is left to end by itself. */
	waitpid(r->pid, NULL, r->answered == r->asked ? 0 : WNOHANG);
	*r = RESOLVER_NONE;
}

int resolver_ask(struct resolver *r, struct question *question, struct error *error)
{
	question->number = ++r->asked;
	if (send(r->fd, question, sizeof(*question), MSG_NOSIGNAL) == sizeof(*question))
		return 0;
	return error_set(error, EPIPE, "the process that looks up names has ended");
}

/* Copy only the address itself. Returns whether it answers a question about @family. */
static bool take_address(union address *a, int family)
{
	union address clean = {};

	if (family != AF_UNSPEC && a->sa.sa_family != family)
		return false;
	if (a->sa.sa_family == AF_INET) {
		clean.v4.sin_family = AF_INET;
		clean.v4.sin_addr = a->v4.sin_addr;
	} else if (a->sa.sa_family == AF_INET6) {
		clean.v6.sin6_family = AF_INET6;
		clean.v6.sin6_addr = a->v6.sin6_addr;
		clean.v6.sin6_scope_id = a->v6.sin6_scope_id;
	} else {
		return false;
	}
	*a = clean;
	return true;
}

int resolver_take(struct resolver *r, const struct question *question, struct answer *answer, int flags,
		  struct error *error)
{
	ssize_t n;

	/* MSG_TRUNC: how long it is, not what of it there was room for. A stop interrupts a wait that has a limit. */
	do {
		n = recv(r->fd, answer, sizeof(*answer), flags | MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN && flags & MSG_DONTWAIT)
		return -EAGAIN;
	if (n < 0 && errno == EAGAIN)
		return error_set(error, ETIMEDOUT, "no answer from name resolution within %d seconds",
				 WAIT_MAX_S);
	if (n <= 0)
		return error_set(error, EPIPE, "the process that looks up names has ended without an answer");
	answer->name[sizeof(answer->name) - 1] = '\0';
	if (n != sizeof(*answer) || answer->number != question->number ||
	    (!answer->error && question->kind == QUESTION_ADDRESS &&
	     !take_address(&answer->address, question->family)))
		return error_set(error, EPROTO, "invalid answer from name resolution");
	r->answered = answer->number;
	return 0;
}
