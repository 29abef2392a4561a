// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <net/if.h>
#include "output.h"
#include "pinger.h"

#define FLOOD_FALLBACK_NS (10 * NSEC_PER_MSEC) /* -i 0: at least 100 a second, as ping -f */
#define RETRY_NS (10 * NSEC_PER_MSEC) /* after ENOBUFS: the device's queue has to drain */
#define RECORDS_MIN 256
#define RECORDS_MAX 8192
#define SEQ_SPACE 65536
#define BURST 64 /* system calls between two looks at signals */

struct pinger {
	const struct options *options;
	const struct output *output;
	struct target target;
	struct echo_socket socket;
	struct tracer *tracer;
	struct stats stats;
	struct run run;
	union address source; /* -I with an address */
	char source_text[NAME_SIZE + IFNAMSIZ]; /* "address device", as ping prints it; "": without -I */

	uint32_t nonce;
	bool tagged;
	uint32_t nr_records;
	uint32_t next; /* number of the next probe; the first is 1 */
	uint32_t oldest; /* all before it are settled: answered or given up */
	uint64_t answered[SEQ_SPACE / 64]; /* bit by number % SEQ_SPACE */

	uint64_t next_send_ns; /* when the next probe is due */
	uint64_t last_send_ns;
	uint64_t end_ns; /* 0: not known yet */
	bool failed; /* the socket is of no use any more */

	uint8_t *packet; /* what is sent */
	size_t packet_size;
	uint8_t *buffer; /* what is received */
	size_t buffer_size;
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
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGQUIT);
	sigprocmask(SIG_BLOCK, &block, during_wait);
	sigdelset(during_wait, SIGINT);
	sigdelset(during_wait, SIGTERM);
	sigdelset(during_wait, SIGQUIT);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
}

static bool is_answered(const struct pinger *p, uint32_t number)
{
	return p->answered[number % SEQ_SPACE / 64] >> number % 64 & 1;
}

static void set_answered(struct pinger *p, uint32_t number, bool answered)
{
	uint64_t bit = 1ULL << number % 64;

	if (answered)
		p->answered[number % SEQ_SPACE / 64] |= bit;
	else
		p->answered[number % SEQ_SPACE / 64] &= ~bit;
}

static bool is_flood(const struct pinger *p)
{
	return p->options->interval_ns == 0;
}

/* Have all probes been sent that the user wants? With a deadline the count is one of replies. */
static bool all_sent(const struct pinger *p)
{
	const struct options *o = p->options;

	return o->count && !o->deadline_ns && p->stats.transmitted >= o->count;
}

/* --- sending --- */

static void fill_tag(struct pinger *p, uint32_t number)
{
	struct pt_tag tag = { .nonce = p->nonce, .number = number };

	if (p->tagged)
		memcpy(p->packet + ICMP_HEADER_SIZE, &tag, sizeof(tag));
}

static int send_once(struct pinger *p, uint32_t number)
{
	struct pt_record *rec = tracer_begin(p->tracer, number, number, p->socket.cookie);
	int err;

	tracer_stamp(rec, PT_HOOK_SEND, mono_ns());
	err = echo_socket_send(&p->socket, &p->target.address, p->packet, p->packet_size);
	tracer_sent(p->tracer);
	return err;
}

static unsigned int take_errors(struct pinger *p);

/* The kernel did not take probe @number. As with ping it counts as transmitted; nothing will come back. */
static void report_refused(struct pinger *p, uint32_t number, int err)
{
	struct echo_error e = {
		.local = true,
		.error = err,
		.has_request = true,
		.request = { .id = p->socket.id, .seq = number },
	};

	p->stats.errors++;
	/* Of a packet that is too long the error queue says more: the MTU. */
	if (err != EMSGSIZE || !take_errors(p))
		p->output->error(&p->run, &e, NULL);
}

/* Returns whether the probe counts as sent. */
static bool send_probe(struct pinger *p)
{
	uint32_t number = p->next;
	int err;

	fill_tag(p, number);
	echo_request_write(&p->socket, p->packet, p->packet_size, number);
	set_answered(p, number, false);
	err = send_once(p, number);
	/* An ICMP error about an earlier probe is told by the next system call: it was not about this one. */
	if (err && err != -EAGAIN && err != -ENOBUFS && err != -ENOMEM && take_errors(p))
		err = send_once(p, number);
	if (err == -EAGAIN || err == -ENOBUFS || err == -ENOMEM)
		return false;
	p->last_send_ns = tracer_record(p->tracer, number)->stamps[PT_HOOK_SEND].ns;
	if (!p->run.start_ns)
		p->run.start_ns = p->last_send_ns;
	p->next++;
	p->stats.transmitted++;
	if (err)
		report_refused(p, number, -err);
	return true;
}

static void send_due(struct pinger *p, uint64_t now)
{
	uint64_t interval = is_flood(p) ? FLOOD_FALLBACK_NS : p->options->interval_ns;

	if (all_sent(p) || now < p->next_send_ns)
		return;
	if (p->next - p->oldest >= p->nr_records) {
		/* Every record is in use: a probe that is still waited for is not given up early. */
		p->next_send_ns = now + RETRY_NS;
		return;
	}
	if (p->options->report_outstanding && p->next > 1 && !is_answered(p, p->next - 1))
		p->output->outstanding(&p->run, p->next - 1);
	if (!send_probe(p)) {
		p->next_send_ns = now + RETRY_NS;
		return;
	}
	/* From deadline to deadline: a late wake-up does not shift the rest; time slept through is not caught up. */
	p->next_send_ns += interval;
	if (p->next_send_ns <= now)
		p->next_send_ns = now + interval;
}

/* --- what comes back --- */

/*
 * The number of the probe with sequence number @seq and tag @tag (NULL: not known); 0: none of ours. The
 * sequence number alone tells it only for the latest 65,536.
 */
static uint32_t number_of(const struct pinger *p, uint16_t seq, const struct pt_tag *tag)
{
	uint32_t number = p->next - 1 - (uint16_t)(p->next - 1 - seq);

	if (p->tagged && tag) {
		if (tag->nonce != p->nonce || (uint16_t)tag->number != seq)
			return 0;
		number = tag->number;
	}
	return number && number < p->next && p->next - number <= SEQ_SPACE ? number : 0;
}

static uint32_t number_of_reply(const struct pinger *p, const struct echo_reply *r)
{
	struct pt_tag tag;

	if (r->id != p->socket.id)
		return 0;
	/* What was corrupted may have been the tag. */
	if (!p->tagged || r->bad_checksum)
		return number_of(p, r->seq, NULL);
	if (r->payload_size < sizeof(tag))
		return 0;
	memcpy(&tag, r->payload, sizeof(tag));
	return number_of(p, r->seq, &tag);
}

static uint32_t number_of_request(const struct pinger *p, const struct echo_request *r)
{
	return r->id == p->socket.id ? number_of(p, r->seq, r->has_tag ? &r->tag : NULL) : 0;
}

static void acknowledge(struct pinger *p, uint16_t seq)
{
	uint16_t behind = p->next - 1 - seq;

	if (behind < SEQ_SPACE / 2 && behind + 1 > p->stats.pipe)
		p->stats.pipe = behind + 1;
}

/* Compare what came back with what was sent. */
static void check_payload(const struct pinger *p, const struct echo_reply *r, struct reply *reply)
{
	const uint8_t *sent = p->packet + ICMP_HEADER_SIZE;
	size_t i, size = p->packet_size - ICMP_HEADER_SIZE;

	reply->wrong_at = -1;
	for (i = p->tagged ? sizeof(struct pt_tag) : 0; i < size && i < r->payload_size; i++) {
		if (sent[i] != r->payload[i]) {
			reply->wrong_at = i;
			reply->wrong_should = sent[i];
			reply->wrong_is = r->payload[i];
			return;
		}
	}
}

/* What ping calls time=: up to the kernel's receive timestamp, unless the user's latency is asked for. */
static uint64_t time_of(const struct pinger *p, const struct pt_record *rec, const struct echo_reply *r)
{
	uint64_t send = rec->stamps[PT_HOOK_SEND].ns, at = r->recv_ns;
	const struct pt_stamp *in = record_stamp(rec, PT_HOOK_NETIF_RECEIVE);

	if (p->options->user_latency)
		return r->recv_ns - send;
	if (in && in->ns >= send && in->ns <= r->recv_ns)
		at = in->ns;
	else if (r->kernel_ns >= send && r->kernel_ns <= r->recv_ns)
		at = r->kernel_ns;
	return at - send;
}

static void count_reply(struct pinger *p, uint32_t number, struct reply *reply)
{
	acknowledge(p, number);
	if (is_answered(p, number)) {
		reply->duplicate = true;
		p->stats.duplicates++;
		return;
	}
	set_answered(p, number, true);
	p->stats.received++;
	if (number < p->oldest) {
		reply->late = true;
		p->stats.late++;
	}
	if (is_flood(p) && number == p->next - 1)
		p->next_send_ns = 0;
}

/* The kernel's timestamps of the probe: the request's are in the error queue by now. */
static void take_timestamps(struct pinger *p, struct pt_record *rec, const struct echo_reply *r)
{
	struct kernel_timestamp ts = {
		.place = TIMESTAMP_RX,
		.software_ns = r->real_ns,
		.hardware_ns = r->hardware_ns,
	};

	if (!r->real_ns)
		return;
	take_errors(p);
	tracer_timestamp(p->tracer, rec, &ts);
}

static void handle_reply(struct pinger *p, const struct echo_reply *r)
{
	uint32_t number = number_of_reply(p, r);
	struct pt_record *rec, copy;
	struct path path;
	char from[NAME_SIZE];
	struct reply reply = { .seq = r->seq, .bytes = r->size, .ttl = r->ttl, .from = from };

	if (!number)
		return;
	address_text(from, &r->from);
	reply.from_target = address_equal(&r->from, &p->target.address);
	reply.bad_checksum = r->bad_checksum;
	check_payload(p, r, &reply);
	rec = tracer_record(p->tracer, number);
	if (r->bad_checksum) {
		p->stats.corrupted++;
		if (rec && !is_answered(p, number))
			tracer_forget_reply(rec);
		p->output->reply(&p->run, &reply);
		return;
	}
	count_reply(p, number, &reply);
	if (rec) {
		if (!reply.duplicate) {
			take_timestamps(p, rec, r);
			tracer_stamp(rec, PT_HOOK_RECV, r->recv_ns);
			tracer_end(rec);
		}
		copy = *rec;
		reply.time_ns =
			reply.duplicate ? r->recv_ns - rec->stamps[PT_HOOK_SEND].ns : time_of(p, &copy, r);
		reply.has_time = true;
		stats_add_rtt(&p->stats, reply.time_ns);
		if (!reply.duplicate && !path_of(&path, &copy, p->socket.kind)) {
			stats_add_path(&p->stats, &path);
			reply.path = &path;
			reply.record = &copy;
		}
	}
	p->output->reply(&p->run, &reply);
}

/* Take one message. Returns whether there was any. */
static bool take_reply(struct pinger *p)
{
	struct echo_reply reply;
	int got = echo_socket_receive(&p->socket, p->buffer, p->buffer_size, &reply);

	if (got == 1)
		handle_reply(p, &reply);
	else if (got < 0 && got != -EAGAIN && got != -EINTR && !take_errors(p)) {
		/* A pending error of the socket, told once; the probe that it was about stays without reply. */
		if (got == -EBADF || got == -ENOTSOCK || got == -EFAULT) {
			complain("recvmsg: %s", strerror(-got));
			p->failed = true;
		}
	}
	return got >= 0;
}

static void handle_timestamp(struct pinger *p, const struct echo_error *e)
{
	struct pt_record *rec = tracer_record(p->tracer, number_of_request(p, &e->request));

	if (rec)
		tracer_timestamp(p->tracer, rec, &e->timestamp);
}

/* Returns whether it was an error. */
static bool handle_error(struct pinger *p, const struct echo_error *e)
{
	char from[NAME_SIZE];

	if (e->is_timestamp) {
		if (e->has_request)
			handle_timestamp(p, e);
		return false;
	}
	if (!e->local) {
		/* A short quotation has no tag; then the identifier and the sequence number have to do. */
		if (!e->has_request || !number_of_request(p, &e->request))
			return false; /* about somebody else's packet */
		/* A redirect is advice: the probe itself goes on. */
		if (!(p->target.family == PT_FAMILY_V4 && e->type == 5))
			p->stats.errors++;
		acknowledge(p, e->request.seq);
	}
	p->output->error(&p->run, e, e->local ? NULL : address_text(from, &e->from));
	return true;
}

/* Take what the error queue holds. Returns how many errors. */
static unsigned int take_errors(struct pinger *p)
{
	struct echo_error error;
	unsigned int n, errors = 0;
	int got;

	for (n = 0; n < BURST && (got = echo_socket_receive_error(&p->socket, &error)) >= 0; n++)
		errors += got && handle_error(p, &error);
	return errors;
}

/* --- time --- */

/* Give up what has been waited for long enough; with @all, whatever has no answer. */
static void settle(struct pinger *p, uint64_t now, bool all)
{
	struct pt_record *rec;

	for (; p->oldest < p->next; p->oldest++) {
		if (is_answered(p, p->oldest))
			continue;
		rec = tracer_record(p->tracer, p->oldest);
		if (!all && rec && now < rec->stamps[PT_HOOK_SEND].ns + p->options->timeout_ns)
			return;
		p->output->lost(&p->run, p->oldest, rec);
	}
}

/*
 * When the last probe is out, ping waits for twice the longest round trip seen, or an interval if that is
 * more; for the timeout where there has been no reply at all.
 */
static uint64_t last_wait_ns(const struct pinger *p)
{
	uint64_t wait = 2 * p->stats.rtt_max;

	if (!p->stats.received)
		return p->options->timeout_ns;
	return wait > p->options->interval_ns ? wait : p->options->interval_ns;
}

static bool is_over(struct pinger *p, uint64_t now)
{
	const struct options *o = p->options;
	const struct stats *s = &p->stats;

	if (interrupted || p->failed)
		return true;
	if (o->count && s->received + s->errors >= o->count)
		return true;
	if (p->end_ns && now >= p->end_ns)
		return true;
	return all_sent(p) && now >= p->last_send_ns + last_wait_ns(p);
}

/* When something has to be done even if nothing comes in. */
static uint64_t next_event_ns(struct pinger *p)
{
	uint64_t at = all_sent(p) ? p->last_send_ns + last_wait_ns(p) : p->next_send_ns;
	struct pt_record *rec;

	if (p->end_ns && p->end_ns < at)
		at = p->end_ns;
	if (p->oldest < p->next && !is_answered(p, p->oldest)) {
		rec = tracer_record(p->tracer, p->oldest);
		if (rec && rec->stamps[PT_HOOK_SEND].ns + p->options->timeout_ns < at)
			at = rec->stamps[PT_HOOK_SEND].ns + p->options->timeout_ns;
	}
	return at;
}

/* ping's answer to SIGQUIT. */
static void print_status(const struct pinger *p)
{
	const struct stats *s = &p->stats;

	fprintf(stderr, "\r%llu/%llu packets, %d%% loss", (unsigned long long)s->received,
		(unsigned long long)s->transmitted, (int)stats_loss(s));
	if (s->rtt_count)
		fprintf(stderr, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms",
			(double)s->rtt_min / NSEC_PER_MSEC, s->rtt_sum / s->rtt_count / NSEC_PER_MSEC,
			s->rtt_ewma / NSEC_PER_MSEC, (double)s->rtt_max / NSEC_PER_MSEC);
	fprintf(stderr, "\n");
}

static void wait_for_event(struct pinger *p, const sigset_t *during_wait, uint64_t now)
{
	struct pollfd pfd = { .fd = p->socket.fd, .events = POLLIN };
	uint64_t at = next_event_ns(p), ns = at > now ? at - now : 0;
	struct timespec timeout = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };

	if (ppoll(&pfd, 1, &timeout, during_wait) > 0 && pfd.revents & POLLERR)
		take_errors(p);
	if (status_wanted) {
		status_wanted = 0;
		print_status(p);
	}
}

static void loop(struct pinger *p)
{
	sigset_t during_wait;
	unsigned int calls;
	uint64_t now;

	set_signals(&during_wait);
	now = mono_ns();
	p->next_send_ns = now;
	if (p->options->deadline_ns)
		p->end_ns = now + p->options->deadline_ns;
	while (!is_over(p, now)) {
		/* Replies that are there already, and in a flood the probes that follow them, need no wait. */
		for (calls = 0; calls < BURST; calls++) {
			send_due(p, mono_ns());
			if (!take_reply(p) || is_over(p, 0))
				break;
		}
		now = mono_ns();
		settle(p, now, false);
		if (!is_over(p, now))
			wait_for_event(p, &during_wait, now);
		now = mono_ns();
	}
	p->run.end_ns = now;
	settle(p, now, true);
}

/* --- setting up --- */

/* Enough records for all probes that can be waited for at one time, and as many again for late replies. */
static uint32_t records_needed(const struct options *o)
{
	uint64_t interval = o->interval_ns ? o->interval_ns : FLOOD_FALLBACK_NS / 100;
	uint64_t in_flight = 2 * o->timeout_ns / interval;
	uint32_t n = RECORDS_MIN;

	while (n < in_flight && n < RECORDS_MAX)
		n *= 2;
	return n;
}

/*
 * From where probes will leave; and whether there is a way at all, which is better said now than with each
 * of them.
 */
static int find_source(struct pinger *p, const struct echo_socket_options *so, struct reason *why)
{
	union address from = {};
	char text[NAME_SIZE];
	int err = echo_socket_source(so, &p->target.address, &from);

	if (err == -EACCES)
		return because(
			why, EACCES,
			"connect: %s: a broadcast address, a prohibited route or a firewall (ip route get %s)",
			strerror(-err), p->target.text);
	if (err)
		return because(why, -err, "connect: %s: see ip route get %s", strerror(-err), p->target.text);
	if (p->options->source)
		snprintf(p->source_text, sizeof(p->source_text), "%s %s", address_text(text, &from),
			 so->device ? so->device : "");
	return 0;
}

static int open_socket(struct pinger *p, struct reason *why)
{
	const struct options *o = p->options;
	struct echo_socket_options so = {
		.family = p->target.family,
		.kind = o->socket,
		.ttl = o->ttl,
		.payload_size = o->payload_size,
	};
	int err;

	if (o->source) {
		if (!if_nametoindex(o->source) && address_parse(&p->source, o->source, p->target.family))
			so.source = &p->source;
		else
			so.device = o->source;
	}
	err = echo_socket_open(&p->socket, &so, why);
	return err ?: find_source(p, &so, why);
}

static int open_tracer(struct pinger *p, struct reason *why)
{
	struct tracer_options to = {
		.backend = p->options->backend,
		.family = p->target.family,
		.socket = p->socket.kind,
		.fd = p->socket.fd,
		.first_id = p->socket.id,
		.nr_targets = 1,
		.nonce = p->nonce,
		.tagged = p->tagged,
		.nr_records = p->nr_records,
		.verbose = p->options->verbose,
	};

	int err = tracer_open(&p->tracer, &to, why);

	/* A stamp of our own is as good as the kernel's timestamp, and costs other packets nothing. */
	if (!err && !p->options->user_latency && !tracer_has_hook(p->tracer, PT_HOOK_NETIF_RECEIVE))
		err = echo_socket_want_time(&p->socket, why);
	return err;
}

static int make_buffers(struct pinger *p, struct reason *why)
{
	size_t i, size = p->options->payload_size;

	p->packet_size = ICMP_HEADER_SIZE + size;
	/* Longer replies are cut: a reply is never longer than its request, options of the IP header aside. */
	p->buffer_size = p->packet_size + 128;
	p->packet = malloc(p->packet_size);
	p->buffer = malloc(p->buffer_size);
	if (!p->packet || !p->buffer)
		return because(why, ENOMEM, "no memory for packets of %zu bytes", p->packet_size);
	for (i = 0; i < size; i++)
		p->packet[ICMP_HEADER_SIZE + i] = i; /* ping's pattern */
	return 0;
}

static int set_up(struct pinger *p, struct reason *why)
{
	const struct options *o = p->options;
	int err;

	p->output = o->json ? &output_json : &output_text;
	p->next = 1;
	p->oldest = 1;
	p->tagged = o->payload_size >= sizeof(struct pt_tag);
	p->nr_records = records_needed(o);
	if (getrandom(&p->nonce, sizeof(p->nonce), 0) != sizeof(p->nonce))
		return because(why, EIO, "no random numbers: %s", strerror(errno));
	err = target_resolve(&p->target, o->host, o->family, o->numeric, why);
	err = err ?: make_buffers(p, why);
	err = err ?: open_socket(p, why);
	err = err ?: open_tracer(p, why);
	if (err)
		return err;
	p->run = (struct run){
		.options = o,
		.target = &p->target,
		.tracer = p->tracer,
		.stats = &p->stats,
		.socket = p->socket.kind,
		.source = p->source_text[0] ? p->source_text : NULL,
	};
	return 0;
}

static int exit_status(const struct pinger *p)
{
	const struct options *o = p->options;

	if (p->failed)
		return EXIT_ERROR;
	return !p->stats.received || (o->deadline_ns && o->count && p->stats.received < o->count);
}

int pinger_run(const struct options *o)
{
	struct pinger *p = calloc(1, sizeof(*p));
	int status = EXIT_ERROR;
	struct reason why = {};

	if (!p) {
		complain("no memory");
		return EXIT_ERROR;
	}
	p->options = o;
	p->socket.fd = -1;
	if (set_up(p, &why)) {
		complain("%s", why.text);
		goto out;
	}
	p->output->begin(&p->run);
	loop(p);
	p->output->end(&p->run);
	status = exit_status(p);
out:
	tracer_close(p->tracer);
	echo_socket_close(&p->socket);
	stats_free(&p->stats);
	free(p->packet);
	free(p->buffer);
	free(p);
	return status;
}
