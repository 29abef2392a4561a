// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: when is the next probe due, and to whom; when is the run over. Peers take turns: in each round
 * every one gets one probe, so that their numbers run side by side.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "pinger.h"
#include "privileges.h"
#include "session.h"

#define FLOOD_FALLBACK_NS (10 * NSEC_PER_MSEC) /* -i 0: at least 100 a second, as ping -f */
#define RETRY_NS (10 * NSEC_PER_MSEC) /* after ENOBUFS: the device's queue has to drain */
#define SPREAD_NS (10 * NSEC_PER_MSEC) /* between the targets of a round at the most, as fping */
#define ADAPTIVE_USER_MIN_NS (2 * NSEC_PER_MSEC)
#define BURST 64 /* system calls between two looks at signals */

struct pinger {
	struct session session;
	unsigned int turn; /* whose probe is next */
	struct pollfd pollfds[HOSTS_MAX];

	uint64_t interval_ns; /* between two rounds; -A changes it */
	uint64_t slow_down_ns; /* -A: what refusals have added to it */
	uint64_t next_send_ns; /* when the next probe is due */
	uint64_t round_ns; /* when the round began, or will */
	uint64_t end_ns; /* 0: not known yet */
	uint64_t last_answered_ns; /* all are sent: when the wait for the last is over; 0: they are not */
};

static volatile sig_atomic_t interrupted, status_wanted;

static void on_signal(int sig)
{
	if (sig == SIGQUIT)
		status_wanted = 1;
	else
		interrupted = 1;
}

/* Signals come in ppoll only, so that none is missed between a look at the flags and the wait. */
static void set_signals(sigset_t *during_wait)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&block, signals[i]);
	sigprocmask(SIG_BLOCK, &block, during_wait);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigdelset(during_wait, signals[i]);
		sigaction(signals[i], &sa, NULL);
	}
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
static bool all_sent(const struct pinger *p)
{
	const struct options *o = p->session.options;
	const struct peer *peer;

	if (!o->count || o->deadline_ns)
		return false;
	for_each_peer (peer, &p->session)
		if (peer->stats.transmitted < o->count && !is_done(peer))
			return false;
	return true;
}

/* -A: about one probe on the way, on the longest of the ways. As ping, in whole milliseconds. */
static void adapt(struct pinger *p)
{
	uint64_t longest = 0, ns;
	const struct peer *peer;

	if (!p->session.options->adaptive)
		return;
	for_each_peer (peer, &p->session)
		if (peer->stats.rtt_ewma > longest)
			longest = peer->stats.rtt_ewma;
	ns = longest ? longest : p->interval_ns;
	ns = (ns + p->slow_down_ns + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC * NSEC_PER_MSEC;
	if (getuid() && ns < ADAPTIVE_USER_MIN_NS)
		ns = ADAPTIVE_USER_MIN_NS;
	if (ns < p->interval_ns && p->turn == 0) {
		p->round_ns -= p->interval_ns - ns;
		p->next_send_ns = p->round_ns;
	}
	p->interval_ns = ns;
}

/* With an interval of 0 a reply makes room for the next probe. */
static bool has_room(const struct pinger *p)
{
	const struct peer *peer;

	for_each_peer (peer, &p->session)
		if (probes_in_flight(&peer->probes) >= p->session.options->preload)
			return false;
	return true;
}

static uint64_t due_ns(const struct pinger *p)
{
	if (all_sent(p))
		return UINT64_MAX;
	if (!p->interval_ns && p->turn == 0 && has_room(p))
		return 0;
	return p->next_send_ns;
}

/*
 * From deadline to deadline: a late wake-up does not shift the rest; time slept through is not caught up. The
 * first rounds, as many as are preloaded, are due at once.
 */
static void schedule(struct pinger *p, uint64_t now)
{
	uint64_t interval = p->interval_ns ? p->interval_ns : FLOOD_FALLBACK_NS;
	uint64_t spread = p->interval_ns / p->session.nr_peers;

	p->turn = (p->turn + 1) % p->session.nr_peers;
	if (p->turn) {
		p->next_send_ns =
			p->interval_ns ? p->next_send_ns + (spread < SPREAD_NS ? spread : SPREAD_NS) : now;
		return;
	}
	if (p->session.peers[0].probes.sent < p->session.options->preload)
		interval = 0;
	p->next_send_ns = p->round_ns + interval;
	if (!p->interval_ns || p->next_send_ns <= now)
		p->next_send_ns = now + interval;
	p->round_ns = p->next_send_ns;
}

static void refused(struct pinger *p, uint64_t now)
{
	double ewma = p->session.peers[p->turn].stats.rtt_ewma;

	p->next_send_ns = now + RETRY_NS;
	p->slow_down_ns += ewma < 50 * NSEC_PER_MSEC ? ewma : 50 * NSEC_PER_MSEC;
	adapt(p);
}

/* Returns whether another may be due at once. */
static bool send_due(struct pinger *p, uint64_t now)
{
	const struct session *s = &p->session;
	struct peer *peer = &p->session.peers[p->turn];

	if (now < due_ns(p))
		return false;
	if (is_done(peer)) {
		schedule(p, now);
		return true;
	}
	if (peer_is_full(peer)) {
		/* Every record is in use: a probe that is still waited for is not given up early. */
		p->next_send_ns = now + RETRY_NS;
		return false;
	}
	if (s->options->report_outstanding && peer->probes.sent &&
	    !probes_is_answered(&peer->probes, peer->probes.sent))
		s->output->outstanding(&peer->run, peer->probes.sent);
	if (!peer_send(peer)) {
		refused(p, now);
		return false;
	}
	schedule(p, now);
	return true;
}

/* Preloaded probes leave before the first reply is looked at. */
static void send_all_due(struct pinger *p)
{
	unsigned int n = p->session.options->preload * p->session.nr_peers;

	while (send_due(p, mono_ns()) && --n)
		;
}

/* --- when to end --- */

/*
 * When the last probe is out, ping waits for twice the longest round trip seen, or an interval if that is
 * more; for the timeout where there has been no reply at all.
 */
static uint64_t last_wait_ns(const struct pinger *p)
{
	const struct options *o = p->session.options;
	uint64_t wait = p->interval_ns;
	const struct peer *peer;

	for_each_peer (peer, &p->session) {
		if (!peer->stats.received)
			return o->timeout_ns ? o->timeout_ns : UINT64_MAX / 2;
		if (2 * peer->stats.rtt_max > wait)
			wait = 2 * peer->stats.rtt_max;
	}
	return wait;
}

static uint64_t last_send_ns(const struct pinger *p)
{
	const struct peer *peer;
	uint64_t last = 0;

	for_each_peer (peer, &p->session)
		if (peer->last_send_ns > last)
			last = peer->last_send_ns;
	return last;
}

static bool all_done(const struct pinger *p)
{
	const struct peer *peer;

	for_each_peer (peer, &p->session)
		if (!is_done(peer))
			return false;
	return true;
}

static bool has_failed(const struct pinger *p)
{
	const struct peer *peer;

	for_each_peer (peer, &p->session)
		if (peer->failed)
			return true;
	return false;
}

static bool is_over(struct pinger *p, uint64_t now)
{
	if (interrupted || has_failed(p) || all_done(p))
		return true;
	if (p->end_ns && now >= p->end_ns)
		return true;
	if (!all_sent(p))
		return false;
	if (!p->last_answered_ns)
		p->last_answered_ns = last_send_ns(p) + last_wait_ns(p);
	return now >= p->last_answered_ns;
}

/* When something has to be done even if nothing comes in. */
static uint64_t next_event_ns(struct pinger *p)
{
	uint64_t at = p->last_answered_ns ? p->last_answered_ns : due_ns(p), timeout;
	struct peer *peer;

	if (p->end_ns && p->end_ns < at)
		at = p->end_ns;
	for_each_peer (peer, &p->session) {
		timeout = peer_next_timeout_ns(peer);
		if (timeout < at)
			at = timeout;
	}
	return at;
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

static void wait_for_event(struct pinger *p, const sigset_t *during_wait, uint64_t now)
{
	uint64_t at = next_event_ns(p), ns = at > now ? at - now : 0;
	struct timespec timeout = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };
	unsigned int i;

	if (ppoll(p->pollfds, p->session.nr_peers, &timeout, during_wait) > 0)
		for (i = 0; i < p->session.nr_peers; i++)
			if (p->pollfds[i].revents & POLLERR)
				peer_take_errors(&p->session.peers[i]);
	if (status_wanted) {
		status_wanted = 0;
		for (i = 0; i < p->session.nr_peers; i++)
			print_status(&p->session.peers[i]);
	}
}

/* One message of each peer. Returns whether there was any. */
static bool take_replies(struct pinger *p)
{
	bool any = false;
	struct peer *peer;

	for_each_peer (peer, &p->session)
		any |= peer_take_reply(peer);
	if (any)
		adapt(p);
	return any;
}

static void settle(struct pinger *p, uint64_t now, bool all)
{
	struct peer *peer;

	for_each_peer (peer, &p->session)
		peer_settle(peer, now, all);
}

/* What stands in the sockets has come in time, though the run is over. */
static void take_what_came(struct pinger *p)
{
	struct peer *peer;
	uint64_t n;

	for_each_peer (peer, &p->session)
		for (n = probes_in_flight(&peer->probes) + BURST;
		     n && !is_done(peer) && probes_oldest(&peer->probes); n--)
			if (!peer_take_reply(peer))
				break;
}

static void loop(struct pinger *p)
{
	sigset_t during_wait;
	unsigned int calls;
	struct peer *peer;
	uint64_t now;

	set_signals(&during_wait);
	for_each_peer (peer, &p->session)
		p->pollfds[peer->index] = (struct pollfd){ .fd = peer->socket.fd, .events = POLLIN };
	p->interval_ns = p->session.options->interval_ns;
	now = mono_ns();
	p->round_ns = now;
	p->next_send_ns = now;
	if (p->session.options->deadline_ns)
		p->end_ns = now + p->session.options->deadline_ns;
	while (!is_over(p, now)) {
		/* Replies that are there already, and in a flood the probes that follow them, need no wait. */
		for (calls = 0; calls < BURST; calls++) {
			send_all_due(p);
			if (!take_replies(p) || is_over(p, 0))
				break;
		}
		now = mono_ns();
		/* Otherwise there may be more, and among them what would be given up. */
		if (calls < BURST)
			settle(p, now, false);
		if (!is_over(p, now))
			wait_for_event(p, &during_wait, now);
		now = mono_ns();
	}
	take_what_came(p);
	settle(p, now, true);
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
	struct pinger p = {};
	struct reason why = {};
	struct peer *peer;
	int status = EXIT_ERROR;

	if (privileges_limit(&why) || session_open(&p.session, o, &why) || privileges_drop(&why)) {
		complain("%s", why.text);
	} else {
		for_each_peer (peer, &p.session)
			p.session.output->begin(&peer->run);
		loop(&p);
		for_each_peer (peer, &p.session)
			p.session.output->end(&peer->run);
		status = exit_status(&p);
	}
	session_close(&p.session);
	return status;
}
