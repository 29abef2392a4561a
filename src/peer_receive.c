// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes back, and whose it is. Nothing in it is believed that was not sent by us. */
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include "peer.h"

#define BURST 64 /* errors taken at one time */
#define SEQ_SPACE 65536

static struct peer *peer_of(const struct channel *c, const struct probe *probe)
{
	return &c->session->peers[probe->target];
}

/* The probe whose tag this is; NULL: none of this channel's, or the sequence number is another's. */
static struct probe *probe_of_tag(const struct channel *c, const struct pt_tag *tag, uint16_t sequence)
{
	const struct session *s = c->session;
	struct probe *probe = tag->nonce == s->nonce ? probes_find(&s->probes, tag->number) : NULL;

	if (!probe || (uint16_t)probe->seq != sequence || peer_of(c, probe)->channel != c)
		return NULL;
	return probe;
}

/* The channel's target with this address; of several with one, the first. */
static struct peer *peer_at(const struct channel *c, const union address *a)
{
	const struct session *s = c->session;
	unsigned int i;

	if (c->only)
		return c->only;
	for (i = 0; i < s->nr_peers; i++)
		if (s->peers[i].channel == c && address_equal(&s->peers[i].target.address, a))
			return &s->peers[i];
	return NULL;
}

static struct probe *probe_of_sequence(const struct peer *p, uint16_t sequence)
{
	return p ? probes_find_sequence(&p->session->probes, p->index, sequence) : NULL;
}

/* Is it as long as what @p sent, and from where a reply to that may come? */
static bool may_answer(const struct peer *p, const struct echo_reply *r)
{
	return r->payload_size == p->session->packet_size - ICMP_HEADER_SIZE &&
	       (p->run.any_source || address_equal(&r->from, &p->target.address));
}

#define WRONG_BYTES_MAX 8 /* of a packet that is ours, and was corrupted on the way */

/* Is it what we sent, but for a few bytes, the tag among them or not? */
static bool is_nearly_ours(const struct session *s, const struct echo_reply *r, uint32_t number)
{
	struct pt_tag tag = { .nonce = s->nonce, .number = number };
	const uint8_t *sent = s->packet + ICMP_HEADER_SIZE;
	size_t i, wrong = 0;

	for (i = 0; i < r->payload_size && wrong <= WRONG_BYTES_MAX; i++)
		wrong += r->payload[i] !=
			 (s->tagged && i < sizeof(tag) ? ((const uint8_t *)&tag)[i] : sent[i]);
	return wrong <= WRONG_BYTES_MAX;
}

/*
 * The probe in flight whose reply was corrupted on the way; NULL: who knows what it is. IP has verified the addresses, so
 * it comes from the target; and what it holds is what we sent, but for a few bytes, which may be the tag's. *@certain:
 * the tag is right, and programs have known it by that.
 */
static struct probe *probe_of_corrupted(const struct channel *c, const struct echo_reply *r, bool *certain)
{
	const struct session *s = c->session;
	struct probe *probe = NULL;
	struct pt_tag tag = {};

	if (s->tagged && r->payload_size >= sizeof(tag)) {
		memcpy(&tag, r->payload, sizeof(tag));
		probe = probe_of_tag(c, &tag, r->seq);
	}
	*certain = probe;
	if (!probe)
		probe = probe_of_sequence(peer_at(c, &r->from), r->seq);
	if (!probe || probe->state != PROBE_IN_FLIGHT || !may_answer(peer_of(c, probe), r) ||
	    !is_nearly_ours(s, r, probe->number))
		return NULL;
	return probe;
}

static struct probe *probe_of_reply(const struct channel *c, const struct echo_reply *r)
{
	struct pt_tag tag;

	if (!c->session->tagged)
		return probe_of_sequence(c->only, r->seq);
	if (r->payload_size < sizeof(tag))
		return NULL;
	memcpy(&tag, r->payload, sizeof(tag));
	return probe_of_tag(c, &tag, r->seq);
}

/* A short quotation has no tag: then address, identifier and sequence number have to do. */
static struct probe *probe_of_request(const struct channel *c, const struct echo_error *e)
{
	if (!e->has_request || e->request.id != c->socket.id)
		return NULL;
	if (c->session->tagged && e->request.has_tag)
		return probe_of_tag(c, &e->request.tag, e->request.seq);
	return probe_of_sequence(peer_at(c, &e->to), e->request.seq);
}

static void acknowledge(struct peer *p, uint64_t seq)
{
	uint64_t behind = p->sent - seq;

	if (seq > p->acknowledged)
		p->acknowledged = seq;
	if (behind < SEQ_SPACE / 2 && behind + 1 > p->stats.pipe)
		p->stats.pipe = behind + 1;
}

/* Compare what came back with what was sent. */
static void check_payload(const struct peer *p, const struct echo_reply *r, struct reply *reply)
{
	const struct session *s = p->session;
	const uint8_t *sent = s->packet + ICMP_HEADER_SIZE;
	size_t size = s->packet_size - ICMP_HEADER_SIZE, i = s->tagged ? sizeof(struct pt_tag) : 0;

	reply->wrong_at = -1;
	if (r->payload_size < size)
		size = r->payload_size;
	if (i >= size || !memcmp(sent + i, r->payload + i, size - i))
		return;
	while (sent[i] == r->payload[i])
		i++;
	reply->wrong_at = i;
	reply->wrong_should = sent[i];
	reply->wrong_is = r->payload[i];
}

/* The kernel's own timestamp is of a clock that may be set. */
static bool is_between(uint64_t at, uint64_t send, uint64_t recv)
{
	return at >= send && at <= recv;
}

/* What ping calls time=: up to the kernel's receive timestamp, unless the user's latency is asked for. */
static uint64_t time_of(const struct peer *p, const struct pt_record *rec, const struct echo_reply *r)
{
	uint64_t send = rec->stamps[PT_HOOK_SEND].ns, at = r->recv_ns;
	const struct pt_stamp *in = record_stamp(rec, PT_HOOK_NETIF_RECEIVE);

	if (p->session->options->user_latency)
		return r->recv_ns - send;
	if (in && is_between(in->ns, send, r->recv_ns))
		at = in->ns;
	else if (is_between(r->kernel_ns, send, r->recv_ns))
		at = r->kernel_ns;
	return at - send;
}

/*
 * Without the kernel's time of it, there is only that at which we came to read it, after the answer before: ping's line
 * has a time, but no figure is made of that. Returns whether it may be.
 */
static bool time_of_duplicate(const struct peer *p, const struct pt_record *rec, const struct echo_reply *r,
			      uint64_t *ns)
{
	uint64_t send = rec->stamps[PT_HOOK_SEND].ns;
	bool told = is_between(r->kernel_ns, send, r->recv_ns) && !p->session->options->user_latency;

	*ns = (told ? r->kernel_ns : r->recv_ns) - send;
	return told || p->session->options->user_latency;
}

static void count_reply(struct peer *p, struct probe *probe, struct reply *reply)
{
	acknowledge(p, probe->seq);
	if (probe->state == PROBE_ANSWERED) {
		reply->duplicate = true;
		p->stats.duplicates++;
		return;
	}
	reply->late = probe->state == PROBE_EXPIRED;
	p->stats.received++;
	p->stats.late += reply->late;
	if (reply->late)
		stats_take_back_loss(&p->stats, probe->loss);
	probes_answer(&p->session->probes, &p->flight, probe);
}

/* RFC 6298, 2.2 and 2.3. */
static void smooth(struct smooth *s, double rtt_ns)
{
	double off = s->rtt_ns > rtt_ns ? s->rtt_ns - rtt_ns : rtt_ns - s->rtt_ns;

	if (!s->rtt_ns) {
		*s = (struct smooth){ .rtt_ns = rtt_ns, .deviation_ns = rtt_ns / 2 };
		return;
	}
	s->deviation_ns += (off - s->deviation_ns) / 4;
	s->rtt_ns += (rtt_ns - s->rtt_ns) / 8;
}

/*
 * The kernel's timestamps of the probe: the request's are in the error queue by now. The reply's may be missing: those of
 * receiving are switched on by a kernel worker, a while after the socket has asked for them (net_enable_timestamp).
 */
static void take_timestamps(struct peer *p, struct pt_record *rec, const struct echo_reply *r)
{
	struct kernel_timestamp ts = {
		.place = TIMESTAMP_RX_SOFTWARE,
		.software_ns = r->real_ns,
		.hardware_ns = r->hardware_ns,
	};

	if (!tracer_takes_timestamps(p->tracer))
		return;
	channel_take_errors(p->channel);
	tracer_timestamp(p->tracer, rec, &ts);
}

/* Time and split of a reply that is counted. @copy takes the record: another probe may need its place. */
static void measure(struct peer *p, const struct echo_reply *r, struct pt_record *rec, struct reply *reply,
		    struct pt_record *copy, struct path *path, struct why *why)
{
	const struct pt_why *raw = tracer_why(p->tracer, rec);

	if (!reply->duplicate) {
		take_timestamps(p, rec, r);
		tracer_stamp(rec, PT_HOOK_RECV, r->recv_ns);
		tracer_end(rec);
		smooth(&p->smooth, r->recv_ns - rec->stamps[PT_HOOK_SEND].ns);
	}
	*copy = *rec;
	reply->has_time = true;
	if (!reply->duplicate)
		reply->time_ns = time_of(p, copy, r);
	if (!reply->duplicate || time_of_duplicate(p, rec, r, &reply->time_ns))
		stats_add_rtt(&p->stats, reply->time_ns);
	if (!reply->duplicate && !path_of(path, copy, p->channel->socket.kind)) {
		stats_add_path(&p->stats, path);
		kept_add(&p->stats.kept, path, copy, raw);
		reply->path = path;
		reply->record = copy;
		if (raw) {
			why_of(why, copy, raw);
			reply->why = why;
		}
	}
}

static void keep_corrupted(struct pt_record *rec)
{
	tracer_forget_reply(rec);
	rec->told.corrupted = true;
}

/* Returns the target that it is from; NULL: it is nothing to us. */
static struct peer *handle_reply(struct channel *c, const struct echo_reply *r)
{
	bool certain = false;
	struct probe *probe = r->id != c->socket.id ? NULL :
			      r->bad_checksum	    ? probe_of_corrupted(c, r, &certain) :
						      probe_of_reply(c, r);
	struct peer *p = probe ? peer_of(c, probe) : NULL;
	char from[NAME_SIZE], text[IP_OPTIONS_TEXT_SIZE];
	struct reply reply = { .id = r->id,
			       .seq = r->seq,
			       .bytes = r->size,
			       .payload = r->payload,
			       .payload_size = r->payload_size,
			       .ttl = r->ttl,
			       .bad_checksum = r->bad_checksum };
	struct pt_record *rec, copy;
	struct path path;
	struct why why;

	if (!p)
		return NULL;
	reply.from_target = address_equal(&r->from, &p->target.address);
	reply.from = reply.from_target ? p->target.text : address_text(from, &r->from);
	reply.ip_options = ip_options_text(text, r->ip_options, r->ip_options_size, &p->route);
	check_payload(p, r, &reply);
	rec = peer_record(p, probe);
	if (r->bad_checksum) {
		p->stats.corrupted++;
		if (rec && certain)
			keep_corrupted(rec);
	} else {
		count_reply(p, probe, &reply);
		if (rec)
			measure(p, r, rec, &reply, &copy, &path, &why);
	}
	p->session->output->reply(&p->run, &reply);
	return p;
}

bool channel_take_reply(struct channel *c, struct peer **of)
{
	struct echo_reply reply;
	int got = echo_socket_receive(&c->socket, c->session->buffer, c->session->buffer_size, &reply);

	*of = NULL;
	if (got == 1)
		*of = handle_reply(c, &reply);
	else if (got < 0 && got != -EAGAIN && got != -EINTR && !channel_take_errors(c)) {
		/* A pending error of the socket, told once; the probe that it was about stays without reply. */
		if (got == -EBADF || got == -ENOTSOCK || got == -EFAULT) {
			complain("recvmsg: %s", strerror(-got));
			c->failed = true;
		}
	}
	return got >= 0;
}

static void handle_timestamp(struct channel *c, const struct echo_error *e)
{
	struct probe *probe = probe_of_request(c, e);
	struct pt_record *rec = probe ? peer_record(peer_of(c, probe), probe) : NULL;

	if (rec)
		tracer_timestamp(peer_of(c, probe)->tracer, rec, &e->timestamp);
}

/* The first ICMP error about a probe is kept until it is known whether somebody answers. */
static void keep_error(struct pt_record *rec, const struct echo_error *e)
{
	struct pt_told *told = &rec->told;

	if (told->has_icmp)
		return;
	told->has_icmp = true;
	told->type = e->type;
	told->code = e->code;
	told->info = e->info;
	if (e->from.sa.sa_family == AF_INET6) {
		memcpy(told->from, &e->from.v6.sin6_addr, sizeof(e->from.v6.sin6_addr));
		told->scope = e->from.v6.sin6_scope_id;
	} else {
		memcpy(told->from, &e->from.v4.sin_addr, sizeof(e->from.v4.sin_addr));
	}
}

static bool is_redirect(const struct peer *p, const struct echo_error *e)
{
	return !e->local && p->target.family == PT_FAMILY_V4 && e->type == ICMP_REDIRECT;
}

static void handle_error(struct channel *c, const struct echo_error *e)
{
	struct probe *probe = probe_of_request(c, e);
	struct peer *p = probe ? peer_of(c, probe) : e->local ? peer_at(c, &e->to) : NULL;
	char from[NAME_SIZE];
	struct pt_record *rec;

	if (!p || (!e->local && !probe))
		return; /* about somebody else's packet */
	/* A redirect is advice: the probe itself goes on. */
	if (!is_redirect(p, e)) {
		rec = probe ? peer_record(p, probe) : NULL;
		if (rec && !e->local)
			keep_error(rec, e);
		p->stats.errors++;
	}
	if (!e->local && p->target.family == PT_FAMILY_V4) /* ping6 leaves its "pipe" alone */
		acknowledge(p, probe->seq);
	p->session->output->error(&p->run, e, e->local ? NULL : address_text(from, &e->from));
}

unsigned int channel_take_errors(struct channel *c)
{
	struct echo_error error;
	unsigned int n, errors = 0;
	int got;

	for (n = 0; n < BURST && (got = echo_socket_receive_error(&c->socket, &error)) >= 0; n++) {
		if (got && error.is_timestamp) {
			handle_timestamp(c, &error);
		} else if (got) {
			handle_error(c, &error);
			errors++;
		}
	}
	return errors;
}
