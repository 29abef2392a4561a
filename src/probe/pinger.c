// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: which probe is due next, and when the run is over. Each target has a schedule of its own, and is touched only when
 * something is due or arrives.
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
/*
 * Between the first probes of two targets at the most, as fping. Closer together they take less CPU time, but the reply of
 * one would more often come in while another is being sent, and wait for that.
 */
#define SPREAD_NS (10 * NSEC_PER_MSEC)
#define BURST 64 /* messages taken, or probes sent, between two looks at signals */
#define EVENTS 64
#define SIGNALS_NS (10 * NSEC_PER_MSEC) /* as long as signals wait in a flood */

struct pinger {
	struct session session;
	struct schedule schedule;
	int epoll;
	struct channel *mail; /* channels that may hold messages */
	unsigned int nr_incomplete; /* targets */
	uint64_t end_ns; /* -w; 0: none */
	uint64_t let_in_ns; /* when signals were let in last without a wait */
};

static struct target *target_of_timer(struct timer *t)
{
	return (struct target *)((char *)t - offsetof(struct target, timer));
}

/* --- when to send --- */

/* As ping: done after -c replies and errors; with a deadline, after the first error. */
static bool is_done(const struct target *target)
{
	const struct options *o = target->session->options;
	const struct stats *s = &target->stats;

	return (o->count && s->received + s->errors >= o->count) || (o->deadline_ns && s->errors);
}

/* Are all probes sent? With a deadline, -c counts replies. */
static bool all_sent(const struct target *target)
{
	const struct options *o = target->session->options;

	if (!o->count)
		return is_done(target);
	return (!o->deadline_ns && target->sent >= o->count) || is_done(target);
}

/* -A: the interval follows the round trip, in whole milliseconds, as in ping. */
static void adapt(struct target *target)
{
	uint64_t ns = target->stats.rtt_ewma;

	if (!target->session->options->adaptive)
		return;
	ns = ns ? ns : target->interval_ns;
	ns = (ns + target->slow_down_ns + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC * NSEC_PER_MSEC;
	if (ns < target->interval_min_ns)
		ns = target->interval_min_ns;
	if (ns < target->interval_ns && target->due_ns > target->interval_ns)
		target->due_ns -= target->interval_ns - ns;
	target->interval_ns = ns;
}

/* With an interval of 0 a reply makes room for the next probe. */
static bool has_room(const struct target *target)
{
	return target_in_flight(target) < target->session->options->preload;
}

/*
 * How long a flood waits for a reply before it sends the next probe: as long as replies take, doubled with each probe without
 * a reply. (ping always waits 10 ms, so that one lost packet in a hundred makes it slow.)
 */
static uint64_t flood_wait_ns(const struct target *target)
{
	uint64_t wait = target->smooth.rtt_ns * 2 + target->smooth.deviation_ns * 4;
	uint64_t silent = target_in_flight(target) - target->session->options->preload;

	if (!wait || silent > 20 || wait << silent > FLOOD_SLOWEST_NS)
		return FLOOD_SLOWEST_NS;
	return wait << silent;
}

static uint64_t due_ns(struct target *target)
{
	uint64_t due = target->due_ns;

	if (all_sent(target))
		return UINT64_MAX;
	if (!target->interval_ns && !has_room(target))
		due = target->last_send_ns + flood_wait_ns(target);
	/* All of its records are in use: a probe in flight does not expire early. One more look when one does. */
	if (target_is_full(target) && target->session->options->timeout_ns) {
		target->was_full = true;
		return UINT64_MAX;
	}
	return due > target->retry_ns ? due : target->retry_ns;
}

/*
 * The next due time counts from the last due time: a late wake-up does not shift the rest. Missed probes are not caught up.
 * Preloaded probes are due at once.
 */
static void set_due(struct target *target, uint64_t now)
{
	target->retry_ns = 0;
	target->was_full = false;
	if (!target->interval_ns || target->sent < target->session->options->preload)
		return;
	target->due_ns += target->interval_ns;
	if (target->due_ns <= now)
		target->due_ns = now + target->interval_ns;
}

static void refused(struct target *target, uint64_t now)
{
	double ewma = target->stats.rtt_ewma;

	target->retry_ns = now + RETRY_NS;
	target->slow_down_ns += ewma < 50 * NSEC_PER_MSEC ? ewma : 50 * NSEC_PER_MSEC;
	adapt(target);
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
 * After the last probe, ping waits twice the longest round trip, or an interval if that is more; without any reply it waits
 * for the timeout.
 */
static uint64_t last_wait_ns(const struct target *target)
{
	const struct options *o = target->session->options;
	uint64_t wait = 2 * target->stats.rtt_max;

	if (!target->stats.received)
		return o->timeout_ns ? o->timeout_ns : UINT64_MAX / 2;
	return wait > target->interval_ns ? wait : target->interval_ns;
}

/* Set the timer of @target to when it is next due. */
static void reschedule(struct pinger *p, struct target *target, uint64_t now)
{
	uint64_t at = due_ns(target), timeout = target_next_timeout_ns(target);

	if (all_sent(target) && !target->end_ns)
		target->end_ns = target->last_send_ns + last_wait_ns(target);
	if (!target->complete && (is_done(target) || (target->end_ns && now >= target->end_ns))) {
		target->complete = true;
		p->nr_incomplete--;
	}
	if (!target->complete && target->end_ns && target->end_ns < at)
		at = target->end_ns;
	schedule_set(&p->schedule, &target->timer, timeout < at ? timeout : at);
}

/*
 * When the next probe is due, to measure lateness; 0: at no fixed time. That holds for the first probes, for a flood, for -A
 * (a reply changes when the next one is due), and after a wait for a free record.
 */
static uint64_t on_time_ns(struct target *target)
{
	const struct options *o = target->session->options;

	if (!target->interval_ns || o->adaptive || target->was_full || target->sent < o->preload)
		return 0;
	return due_ns(target);
}

static void send_one(struct pinger *p, struct target *target, uint64_t now)
{
	const struct session *s = &p->session;

	if (s->options->report_outstanding && target->sent && !target_is_answered(target))
		report_outstanding(target, target->sent);
	target_make_room(target);
	if (!target_send(target, on_time_ns(target))) {
		refused(target, now);
		return;
	}
	set_due(target, now);
	/* In a flood the reply is often there already: that saves a wait. */
	if (!target->interval_ns)
		note_mail(p, target->channel);
}

/* Preloaded probes are sent before the first reply is read. */
static void send_due(struct pinger *p, struct target *target, uint64_t now)
{
	unsigned int n = target->session->options->preload;

	do
		send_one(p, target, now);
	while (--n && now >= due_ns(target));
}

/*
 * Send all that is due. With @drained no reply is left in the sockets, and probes may expire. Returns whether there was
 * anything to do.
 */
static bool run_timers(struct pinger *p, bool drained)
{
	uint64_t now = mono_ns();
	unsigned int n = BURST;
	struct timer *t;
	struct target *target;
	bool any = false;

	while (n-- && (t = schedule_first(&p->schedule)) && t->at_ns <= now) {
		target = target_of_timer(t);
		if (drained)
			target_expire(target, now, false);
		if (now >= due_ns(target))
			send_due(p, target, now);
		else if (!drained)
			break;
		any = true;
		reschedule(p, target, now);
	}
	return any;
}

/* --- what comes back --- */

/* In a flood the next probe may now be due: run_timers computes when. */
static void handle_answer(struct pinger *p, struct target *target)
{
	adapt(target);
	if (!target->interval_ns && !is_done(target))
		schedule_set(&p->schedule, &target->timer, target->due_ns);
	else
		reschedule(p, target, 0);
}

/*
 * Receive one message from each channel that may hold one. Returns whether there was any. With no probe in flight, do not try
 * again: epoll reports unexpected messages.
 */
static bool take_replies(struct pinger *p)
{
	const struct probes *probes = &p->session.probes;
	struct channel **c = &p->mail, *next;
	struct target *target;
	bool any = false, more;

	while (*c) {
		more = channel_take_reply(*c, &target);
		any |= more;
		if (target)
			handle_answer(p, target);
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
	const struct target *target;

	for_each_target(target, &p->session) if (!is_done(target)) return false;
	return true;
}

/* Replies that are in the sockets when the run ends came in time. */
static void take_what_came(struct pinger *p)
{
	const struct probes *probes = &p->session.probes;
	struct target *target;
	unsigned int i;
	uint64_t n;

	for (i = 0; i < p->session.nr_channels; i++)
		for (n = probes->nr_busy + BURST; n && probes->nr_busy && !all_done(p); n--)
			if (!channel_take_reply(p->session.channels[i], &target))
				break;
}

/* --- the loop --- */

/* ping's answer to SIGQUIT. */
static void print_status(const struct target *t)
{
	const struct stats *s = &t->stats;

	fprintf(stderr, "\r");
	if (t->session->nr_targets > 1)
		fprintf(stderr, "%s : ", t->destination.name);
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
	const struct target *target;

	for_each_target(target, &p->session) print_status(target);
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

/*
 * epoll_pwait2(2) lets signals in only where it sleeps (ep_poll()). A flood whose replies are always there does not sleep: there
 * they are let in from time to time.
 */
static void let_signals_in(struct pinger *p, uint64_t now)
{
	if (now - p->let_in_ns < SIGNALS_NS)
		return;
	p->let_in_ns = now;
	signals_let_in();
	signals_keep_out();
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
	if (n > 0 || !ns)
		let_signals_in(p, now);
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
	if (!err && schedule_reserve(&p->schedule, p->session.nr_targets))
		err = error_set(error, ENOMEM, "no memory");
	return err ? err : watch_channels(p, error);
}

/* Spread the targets over the interval, so that their packets do not leave in one burst. */
static void set_schedules(struct pinger *p)
{
	const struct options *o = p->session.options;
	uint64_t spread = o->interval_ns / p->session.nr_targets, now = mono_ns();
	struct target *target;

	if (spread > SPREAD_NS)
		spread = SPREAD_NS;
	for_each_target(target, &p->session)
	{
		target->interval_ns = o->interval_ns;
		target->due_ns = now + target->index * spread;
		target->timer.order = target->index;
		schedule_set(&p->schedule, &target->timer, target->due_ns);
	}
	p->nr_incomplete = p->session.nr_targets;
	if (o->deadline_ns)
		p->end_ns = now + o->deadline_ns;
}

static void run(struct pinger *p)
{
	struct target *target;

	signals_catch();
	report_begin(&p->session);
	set_schedules(p);
	loop(p);
	for_each_target(target, &p->session) target_expire(target, mono_ns(), true);
	report_end(&p->session);
}

/* Of several targets the worst counts: 0 only if each has answered. */
static int exit_status(const struct pinger *p)
{
	const struct options *o = p->session.options;
	const struct target *target;

	if (has_failed(p))
		return EXIT_ERROR;
	for_each_target(target, &p->session) if (!target->stats.received ||
						 (o->deadline_ns && o->count &&
						  target->stats.received < o->count)) return 1;
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
