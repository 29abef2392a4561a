// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: when is the next probe due, and to whom; when is the run over. Each target has a schedule of its own, and is
 * touched only when something is due or has come in.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/privileges.h"
#include "base/signals.h"
#include "probe/pinger.h"
#include "probe/session.h"

#define FLOOD_SLOWEST_NS (10 * NSEC_PER_MSEC) /* -i 0: at least 100 a second, as ping -f */
#define RETRY_NS (10 * NSEC_PER_MSEC) /* after ENOBUFS: the device's queue has to drain */
#define SPREAD_NS (10 * NSEC_PER_MSEC) /* between the first probes of two targets at the most, as fping */
#define BURST 64 /* messages taken, or probes sent, between two looks at signals */
#define EVENTS 64

struct pinger {
	struct session session;
	struct schedule schedule;
	int epoll;
	struct channel *mail; /* channels that may hold messages */
	unsigned int nr_incomplete; /* targets */
	uint64_t end_ns; /* -w; 0: none */
};

static struct peer *peer_of_timer(struct timer *t)
{
	return (struct peer *)((char *)t - offsetof(struct peer, timer));
}

/* --- when to send --- */

/* As ping: as many replies and errors as were asked for; with a deadline, the first error is the last. */
static bool is_done(const struct peer *peer)
{
	const struct options *o = peer->session->options;
	const struct stats *s = &peer->stats;

	return (o->count && s->received + s->errors >= o->count) || (o->deadline_ns && s->errors);
}

/* Have all probes been sent that the user wants? With a deadline the count is one of replies. */
static bool all_sent(const struct peer *peer)
{
	const struct options *o = peer->session->options;

	if (!o->count)
		return is_done(peer);
	return (!o->deadline_ns && peer->sent >= o->count) || is_done(peer);
}

/* -A: about one probe on the way. As ping, in whole milliseconds. */
static void adapt(struct peer *peer)
{
	uint64_t ns = peer->stats.rtt_ewma;

	if (!peer->session->options->adaptive)
		return;
	ns = ns ? ns : peer->interval_ns;
	ns = (ns + peer->slow_down_ns + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC * NSEC_PER_MSEC;
	if (ns < peer->interval_min_ns)
		ns = peer->interval_min_ns;
	if (ns < peer->interval_ns && peer->due_ns > peer->interval_ns)
		peer->due_ns -= peer->interval_ns - ns;
	peer->interval_ns = ns;
}

/* With an interval of 0 a reply makes room for the next probe. */
static bool has_room(const struct peer *peer)
{
	return peer_in_flight(peer) < peer->session->options->preload;
}

/*
 * How long to wait for a reply before the next probe of a flood: for as long as replies take, and twice as long with each
 * probe that has no answer. (ping always waits for 10 ms, so that one lost packet in a hundred makes it slow.)
 */
static uint64_t flood_wait_ns(const struct peer *peer)
{
	uint64_t wait = peer->smooth.rtt_ns * 2 + peer->smooth.deviation_ns * 4;
	uint64_t silent = peer_in_flight(peer) - peer->session->options->preload;

	if (!wait || silent > 20 || wait << silent > FLOOD_SLOWEST_NS)
		return FLOOD_SLOWEST_NS;
	return wait << silent;
}

static uint64_t due_ns(struct peer *peer)
{
	uint64_t due = peer->due_ns;

	if (all_sent(peer))
		return UINT64_MAX;
	if (!peer->interval_ns && !has_room(peer))
		due = peer->last_send_ns + flood_wait_ns(peer);
	/* All of its records are in use: a probe in flight does not expire early. One more look when one does. */
	if (peer_is_full(peer) && peer->session->options->timeout_ns) {
		peer->was_full = true;
		return UINT64_MAX;
	}
	return due > peer->retry_ns ? due : peer->retry_ns;
}

/*
 * From deadline to deadline: a late wake-up does not shift the rest; time slept through is not caught up. The
 * first, as many as are preloaded, are due at once.
 */
static void set_due(struct peer *peer, uint64_t now)
{
	peer->retry_ns = 0;
	peer->was_full = false;
	if (!peer->interval_ns || peer->sent < peer->session->options->preload)
		return;
	peer->due_ns += peer->interval_ns;
	if (peer->due_ns <= now)
		peer->due_ns = now + peer->interval_ns;
}

static void refused(struct peer *peer, uint64_t now)
{
	double ewma = peer->stats.rtt_ewma;

	peer->retry_ns = now + RETRY_NS;
	peer->slow_down_ns += ewma < 50 * NSEC_PER_MSEC ? ewma : 50 * NSEC_PER_MSEC;
	adapt(peer);
}

static void note_mail(struct pinger *p, struct channel *c)
{
	if (c->has_mail)
		return;
	c->has_mail = true;
	c->next_with_mail = p->mail;
	p->mail = c;
}

/*
 * When the last probe is out, ping waits for twice the longest round trip seen, or an interval if that is
 * more; for the timeout where there has been no reply at all.
 */
static uint64_t last_wait_ns(const struct peer *peer)
{
	const struct options *o = peer->session->options;
	uint64_t wait = 2 * peer->stats.rtt_max;

	if (!peer->stats.received)
		return o->timeout_ns ? o->timeout_ns : UINT64_MAX / 2;
	return wait > peer->interval_ns ? wait : peer->interval_ns;
}

/* When @peer has to be looked at next, if nothing comes in. */
static void reschedule(struct pinger *p, struct peer *peer, uint64_t now)
{
	uint64_t at = due_ns(peer), timeout = peer_next_timeout_ns(peer);

	if (all_sent(peer) && !peer->end_ns)
		peer->end_ns = peer->last_send_ns + last_wait_ns(peer);
	if (!peer->complete && (is_done(peer) || (peer->end_ns && now >= peer->end_ns))) {
		peer->complete = true;
		p->nr_incomplete--;
	}
	if (!peer->complete && peer->end_ns && peer->end_ns < at)
		at = peer->end_ns;
	schedule_set(&p->schedule, &peer->timer, timeout < at ? timeout : at);
}

/*
 * When the next probe is sent by a process that has its CPU; 0: at no certain time. So it is with the first, with those of
 * a flood, and with -A, where a reply makes the next one due earlier than it was, and where there was no record for it.
 */
static uint64_t on_time_ns(struct peer *peer)
{
	const struct options *o = peer->session->options;

	if (!peer->interval_ns || o->adaptive || peer->was_full || peer->sent < o->preload)
		return 0;
	return due_ns(peer);
}

static void send_one(struct pinger *p, struct peer *peer, uint64_t now)
{
	const struct session *s = &p->session;

	if (s->options->report_outstanding && peer->sent && !peer_is_answered(peer))
		report_outstanding(peer, peer->sent);
	peer_make_room(peer);
	if (!peer_send(peer, on_time_ns(peer))) {
		refused(peer, now);
		return;
	}
	set_due(peer, now);
	/* In a flood the reply is often there already: that saves a wait. */
	if (!peer->interval_ns)
		note_mail(p, peer->channel);
}

/* Preloaded probes leave before the first reply is looked at. */
static void send_due(struct pinger *p, struct peer *peer, uint64_t now)
{
	unsigned int n = peer->session->options->preload;

	do
		send_one(p, peer, now);
	while (--n && now >= due_ns(peer));
}

/*
 * Send all that is due. What is to expire does so once no reply is left that may be its own: with @drained. Returns
 * whether there was anything to do.
 */
static bool run_timers(struct pinger *p, bool drained)
{
	uint64_t now = mono_ns();
	unsigned int n = BURST;
	struct timer *t;
	struct peer *peer;
	bool any = false;

	while (n-- && (t = schedule_first(&p->schedule)) && t->at_ns <= now) {
		peer = peer_of_timer(t);
		if (drained)
			peer_expire(peer, now, false);
		if (now >= due_ns(peer))
			send_due(p, peer, now);
		else if (!drained)
			break;
		any = true;
		reschedule(p, peer, now);
	}
	return any;
}

/* --- what comes back --- */

/* In a flood it makes room for the next probe: when exactly that is due is asked when its turn comes. */
static void handle_answer(struct pinger *p, struct peer *peer)
{
	adapt(peer);
	if (!peer->interval_ns && !is_done(peer))
		schedule_set(&p->schedule, &peer->timer, peer->due_ns);
	else
		reschedule(p, peer, 0);
}

/*
 * One message of each channel that may hold any. Returns whether there was one. Where no reply is missing any more, to ask
 * for another would be in vain: what comes without having been asked for, the wait tells.
 */
static bool take_replies(struct pinger *p)
{
	const struct probes *probes = &p->session.probes;
	struct channel **c = &p->mail, *next;
	struct peer *peer;
	bool any = false, more;

	while (*c) {
		more = channel_take_reply(*c, &peer);
		any |= more;
		if (peer)
			handle_answer(p, peer);
		if (more && probes->nr_busy) {
			c = &(*c)->next_with_mail;
			continue;
		}
		next = (*c)->next_with_mail;
		(*c)->has_mail = false;
		*c = next;
	}
	return any;
}

static bool all_done(const struct pinger *p)
{
	const struct peer *peer;

	for_each_peer (peer, &p->session)
		if (!is_done(peer))
			return false;
	return true;
}

/* What stands in the sockets has come in time, though the run is over. */
static void take_what_came(struct pinger *p)
{
	const struct probes *probes = &p->session.probes;
	struct peer *peer;
	unsigned int i;
	uint64_t n;

	for (i = 0; i < p->session.nr_channels; i++)
		for (n = probes->nr_busy + BURST; n && probes->nr_busy && !all_done(p); n--)
			if (!channel_take_reply(p->session.channels[i], &peer))
				break;
}

/* --- the loop --- */

/* ping's answer to SIGQUIT. */
static void print_status(const struct peer *p)
{
	const struct stats *s = &p->stats;

	fprintf(stderr, "\r");
	if (p->session->nr_peers > 1)
		fprintf(stderr, "%s : ", p->target.name);
	fprintf(stderr, "%llu/%llu packets, %d%% loss", (unsigned long long)s->received,
		(unsigned long long)s->transmitted, (int)stats_loss(s));
	if (s->rtt_count)
		fprintf(stderr, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms",
			(double)s->rtt_min / NSEC_PER_MSEC, s->rtt_sum / s->rtt_count / NSEC_PER_MSEC,
			s->rtt_ewma / NSEC_PER_MSEC, (double)s->rtt_max / NSEC_PER_MSEC);
	fprintf(stderr, "\n");
}

static void print_statuses(const struct pinger *p)
{
	const struct peer *peer;

	for_each_peer (peer, &p->session)
		print_status(peer);
}

static bool has_failed(const struct pinger *p)
{
	unsigned int i;

	for (i = 0; i < p->session.nr_channels; i++)
		if (p->session.channels[i]->failed)
			return true;
	return false;
}

static bool is_over(const struct pinger *p, uint64_t now)
{
	return signals_interrupted() || !p->nr_incomplete || has_failed(p) || (p->end_ns && now >= p->end_ns);
}

/* epoll_pwait2(2) is there since Linux 5.11 (58169a52ebc9). */
static int wait_ns(int epoll, struct epoll_event *events, const struct timespec *timeout)
{
	int n = epoll_pwait2(epoll, events, EVENTS, timeout, signals_during_wait());
	struct pollfd fd = { .fd = epoll, .events = POLLIN };

	if (n >= 0 || errno != ENOSYS)
		return n;
	if (ppoll(&fd, 1, timeout, signals_during_wait()) <= 0)
		return 0;
	return epoll_wait(epoll, events, EVENTS, 0);
}

static void wait_for_event(struct pinger *p)
{
	const struct timer *first = schedule_first(&p->schedule);
	uint64_t at = first ? first->at_ns : UINT64_MAX / 2, now = mono_ns(), ns;
	struct epoll_event events[EVENTS];
	struct timespec timeout;
	struct channel *c;
	int i, n;

	if (p->end_ns && p->end_ns < at)
		at = p->end_ns;
	ns = p->mail || at <= now ? 0 : at - now;
	timeout = (struct timespec){ .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };
	n = wait_ns(p->epoll, events, &timeout);
	for (i = 0; i < n; i++) {
		c = events[i].data.ptr;
		if (events[i].events & EPOLLERR)
			channel_take_errors(c);
		note_mail(p, c); /* an error of the socket is told by the next call */
	}
	if (signals_take_status())
		print_statuses(p);
}

static void loop(struct pinger *p)
{
	unsigned int calls;
	uint64_t now;

	while (!is_over(p, mono_ns())) {
		/* Replies that are there already, and in a flood the probes that follow them, need no wait. */
		for (calls = 0; calls < BURST; calls++) {
			run_timers(p, false);
			if (!take_replies(p) || is_over(p, 0))
				break;
		}
		now = mono_ns();
		/* What expires has no reply in a socket, unless these do not run dry: then that is late. */
		if (!is_over(p, now))
			run_timers(p, true);
		if (!is_over(p, now))
			wait_for_event(p);
	}
	take_what_came(p);
}

/* --- a run --- */

static int watch_channels(struct pinger *p, struct error *error)
{
	struct epoll_event event = { .events = EPOLLIN };
	unsigned int i;

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return error_set(error, errno, "no epoll: %s", strerror(errno));
	for (i = 0; i < p->session.nr_channels; i++) {
		event.data.ptr = p->session.channels[i];
		if (epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->session.channels[i]->socket.fd, &event))
			return error_set(error, errno, "cannot wait for a socket: %s", strerror(errno));
	}
	return 0;
}

static int prepare(struct pinger *p, const struct options *o, struct error *error)
{
	int err = session_open(&p->session, o, error);

	prctl(PR_SET_TIMERSLACK, 1UL); /* waits are 50 us too long otherwise */
	if (!err && schedule_reserve(&p->schedule, p->session.nr_peers))
		err = error_set(error, ENOMEM, "no memory");
	return err ? err : watch_channels(p, error);
}

/* Spread over the interval, so that their packets do not leave in one heap. */
static void set_schedules(struct pinger *p)
{
	const struct options *o = p->session.options;
	uint64_t spread = o->interval_ns / p->session.nr_peers, now = mono_ns();
	struct peer *peer;

	if (spread > SPREAD_NS)
		spread = SPREAD_NS;
	for_each_peer (peer, &p->session) {
		peer->interval_ns = o->interval_ns;
		peer->due_ns = now + peer->index * spread;
		peer->timer.order = peer->index;
		schedule_set(&p->schedule, &peer->timer, peer->due_ns);
	}
	p->nr_incomplete = p->session.nr_peers;
	if (o->deadline_ns)
		p->end_ns = now + o->deadline_ns;
}

static void run(struct pinger *p)
{
	struct peer *peer;

	signals_catch();
	report_begin(&p->session);
	set_schedules(p);
	loop(p);
	for_each_peer (peer, &p->session)
		peer_expire(peer, mono_ns(), true);
	report_end(&p->session);
}

/* Of several targets the worst counts: 0 only if each has answered. */
static int exit_status(const struct pinger *p)
{
	const struct options *o = p->session.options;
	const struct peer *peer;

	if (has_failed(p))
		return EXIT_ERROR;
	for_each_peer (peer, &p->session)
		if (!peer->stats.received || (o->deadline_ns && o->count && peer->stats.received < o->count))
			return 1;
	return 0;
}

int pinger_run(const struct options *o)
{
	struct report report = {};
	struct pinger p = { .session = { .report = &report }, .epoll = -1 };
	struct error error = {};
	int status = EXIT_ERROR;

	if (report_open(&report, o, &error) || privileges_limit(&error) || prepare(&p, o, &error) ||
	    privileges_drop(&error)) {
		complain("%s", error.text);
	} else {
		run(&p);
		status = exit_status(&p);
	}
	if (!report_close(&report))
		status = EXIT_ERROR;
	session_close(&p.session);
	schedule_free(&p.schedule);
	if (p.epoll >= 0)
		close(p.epoll);
	return status;
}
