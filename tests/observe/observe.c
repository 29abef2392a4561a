// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * To be preloaded into pingtrace: asks the kernel for its own timestamps (SO_TIMESTAMPING) of the same packets, and
 * takes them out of the error queue before pingtrace sees them. Writes one JSON object a line to $OBSERVE:
 *
 *	what	send (pingtrace's own stamp), sched, software, rx
 *	seq	of the probe
 *	ns	CLOCK_MONOTONIC
 *
 * and first, as {"what":"zero","sec":SEC,"ns":NS}, what the wall clock was at zero of CLOCK_MONOTONIC.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>

static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static int (*real_setsockopt)(int, int, int, const void *, socklen_t);
static ssize_t (*real_recvmsg)(int, struct msghdr *, int);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static long long last_mono_ns, mono_minus_real;
static FILE *out;

int clock_gettime(clockid_t clock, struct timespec *ts);

static int64_t ns_of(const struct timespec *ts)
{
	return ts->tv_sec * 1000000000LL + ts->tv_nsec;
}

static __attribute__((constructor)) void begin(void)
{
	struct timespec mono, real;

	real_sendmsg = dlsym(RTLD_NEXT, "sendmsg");
	real_setsockopt = dlsym(RTLD_NEXT, "setsockopt");
	real_recvmsg = dlsym(RTLD_NEXT, "recvmsg");
	real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	real_clock_gettime(CLOCK_REALTIME, &real);
	real_clock_gettime(CLOCK_MONOTONIC, &mono);
	mono_minus_real = ns_of(&mono) - ns_of(&real);
	out = fopen(getenv("OBSERVE"), "w");
	if (!out)
		abort();
	fprintf(out, "{\"what\":\"zero\",\"sec\":%lld,\"ns\":%lld}\n", -mono_minus_real / 1000000000LL,
		-mono_minus_real % 1000000000LL);
}

static void note(const char *what, unsigned int seq, int64_t ns)
{
	fprintf(out, "{\"what\":\"%s\",\"seq\":%u,\"ns\":%lld}\n", what, seq, (long long)ns);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int err = real_clock_gettime(clock, ts);

	if (clock == CLOCK_MONOTONIC)
		last_mono_ns = ns_of(ts);
	return err;
}

static void want_stamps(int fd)
{
	int flags = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
		    SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;

	if (real_setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		abort();
}

/* While the socket is set up: later pingtrace may not set options any more. */
int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	if (level == SOL_SOCKET && name == SO_RCVBUF)
		want_stamps(fd);
	return real_setsockopt(fd, level, name, value, size);
}

static unsigned int seq_at(const uint8_t *icmp)
{
	return icmp[6] << 8 | icmp[7];
}

/* The last clock that was read before is what pingtrace took for `send`. */
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	int64_t send_ns = last_mono_ns;

	note("send", seq_at(msg->msg_iov[0].iov_base), send_ns);
	return real_sendmsg(fd, msg, flags);
}

static const struct scm_timestamping *stamps_in(struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING)
			return (const void *)CMSG_DATA(c);
	return NULL;
}

/* What the error queue says about a timestamp: which probe, and which one. */
static const struct sock_extended_err *error_in(struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR)
			return (const void *)CMSG_DATA(c);
	return NULL;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	const struct scm_timestamping *t;
	const struct sock_extended_err *e;
	struct msghdr asked = *msg;
	const uint8_t *packet;
	ssize_t n;

	for (;;) {
		*msg = asked;
		n = real_recvmsg(fd, msg, flags);
		t = n < 0 ? NULL : stamps_in(msg);
		if (!t)
			return n;
		if (!(flags & MSG_ERRQUEUE)) {
			packet = msg->msg_iov[0].iov_base;
			note("rx", seq_at(packet[0] >> 4 == 4 ? packet + 20 : packet),
			     ns_of(&t->ts[0]) + mono_minus_real);
			return n;
		}
		e = error_in(msg);
		if (e && e->ee_origin == SO_EE_ORIGIN_TIMESTAMPING)
			note(e->ee_info == SCM_TSTAMP_SCHED ? "sched" : "software", e->ee_data + 1,
			     ns_of(&t->ts[0]) + mono_minus_real);
	}
}
