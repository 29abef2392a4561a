// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes back, and whose it is. Nothing in it is believed that was not sent by us. */
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include "peer.h"

#define BURST 64 /* errors taken at one time */

/*
 * The probe that bears ICMP sequence number @sequence and @tag (NULL: not known); 0: none of ours. The
 * sequence number alone tells it only for the latest 65,536; the tag says that it is ours, and which of all
 * probes of the run.
 */
static uint64_t seq_of(const struct peer *p, uint16_t sequence, const struct pt_tag *tag)
{
	const struct session *s = p->session;
	uint64_t sent = p->probes.sent, seq = probes_find(&p->probes, sequence);
	uint32_t behind;

	if (!seq || !s->tagged || !tag)
		return seq;
	behind = (uint32_t)(sent * s->nr_peers + p->index) - tag->number;
	if (tag->nonce != s->nonce || behind % s->nr_peers)
		return 0;
	behind /= s->nr_peers;
	if (behind >= sent || behind >= SEQ_SPACE || (uint16_t)(sent - behind) != sequence)
		return 0;
	return sent - behind;
}

static uint64_t seq_of_reply(const struct peer *p, const struct echo_reply *r)
{
	struct pt_tag tag;

	if (r->id != p->socket.id)
		return 0;
	/* What was corrupted may have been the tag. */
	if (!p->session->tagged || r->bad_checksum)
		return seq_of(p, r->seq, NULL);
	if (r->payload_size < sizeof(tag))
		return 0;
	memcpy(&tag, r->payload, sizeof(tag));
	return seq_of(p, r->seq, &tag);
}

/* A short quotation has no tag: then the identifier and the sequence number have to do. */
static uint64_t seq_of_request(const struct peer *p, const struct echo_request *r)
{
	return r->id == p->socket.id ? seq_of(p, r->seq, r->has_tag ? &r->tag : NULL) : 0;
}

static struct pt_record *record_of(const struct peer *p, uint64_t seq)
{
	return tracer_record(p->session->tracer, seq * p->session->nr_peers + p->index);
}

static void acknowledge(struct peer *p, uint64_t seq)
{
	unsigned int under_way = probes_acknowledge(&p->probes, seq);

	if (under_way > p->stats.pipe)
		p->stats.pipe = under_way;
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

static void count_reply(struct peer *p, uint64_t seq, struct reply *reply)
{
	acknowledge(p, seq);
	if (probes_is_answered(&p->probes, seq)) {
		reply->duplicate = true;
		p->stats.duplicates++;
		return;
	}
	reply->late = seq <= p->probes.settled;
	probes_set_answered(&p->probes, seq);
	p->stats.received++;
	p->stats.late += reply->late;
	if (reply->late)
		stats_take_back_loss(&p->stats, probes_loss(&p->probes, seq));
}

/*
 * The kernel's timestamps of the probe: the request's are in the error queue by now. The reply's may be missing: those of
 * receiving are switched on by a kernel worker, a while after the socket has asked for them (net_enable_timestamp).
 */
static void take_timestamps(struct peer *p, struct pt_record *rec, const struct echo_reply *r)
{
	struct kernel_timestamp ts = {
		.place = TIMESTAMP_RX,
		.software_ns = r->real_ns,
		.hardware_ns = r->hardware_ns,
	};

	if (!tracer_takes_timestamps(p->session->tracer))
		return;
	peer_take_errors(p);
	tracer_timestamp(p->session->tracer, rec, &ts);
}

/* Time and split of a reply that is counted. @copy takes the record: another probe may need its place. */
static void measure(struct peer *p, const struct echo_reply *r, struct pt_record *rec, struct reply *reply,
		    struct pt_record *copy, struct path *path, struct why *why)
{
	const struct pt_why *raw = tracer_why(p->session->tracer, rec);

	if (!reply->duplicate) {
		take_timestamps(p, rec, r);
		tracer_stamp(rec, PT_HOOK_RECV, r->recv_ns);
		tracer_end(rec);
	}
	*copy = *rec;
	reply->has_time = true;
	if (!reply->duplicate)
		reply->time_ns = time_of(p, copy, r);
	if (!reply->duplicate || time_of_duplicate(p, rec, r, &reply->time_ns))
		stats_add_rtt(&p->stats, reply->time_ns);
	if (!reply->duplicate && !path_of(path, copy, p->socket.kind)) {
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

static void handle_reply(struct peer *p, const struct echo_reply *r)
{
	const struct session *s = p->session;
	uint64_t seq = seq_of_reply(p, r);
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

	if (!seq)
		return;
	reply.from_target = address_equal(&r->from, &p->target.address);
	reply.from = reply.from_target ? p->target.text : address_text(from, &r->from);
	reply.ip_options = ip_options_text(text, r->ip_options, r->ip_options_size, &p->route);
	check_payload(p, r, &reply);
	rec = record_of(p, seq);
	if (r->bad_checksum) {
		p->stats.corrupted++;
		if (rec && !probes_is_answered(&p->probes, seq))
			keep_corrupted(rec);
	} else {
		count_reply(p, seq, &reply);
		if (rec)
			measure(p, r, rec, &reply, &copy, &path, &why);
	}
	s->output->reply(&p->run, &reply);
}

bool peer_take_reply(struct peer *p)
{
	struct echo_reply reply;
	int got = echo_socket_receive(&p->socket, p->session->buffer, p->session->buffer_size, &reply);

	if (got == 1)
		handle_reply(p, &reply);
	else if (got < 0 && got != -EAGAIN && got != -EINTR && !peer_take_errors(p)) {
		/* A pending error of the socket, told once; the probe that it was about stays without reply. */
		if (got == -EBADF || got == -ENOTSOCK || got == -EFAULT) {
			complain("recvmsg: %s", strerror(-got));
			p->failed = true;
		}
	}
	return got >= 0;
}

static void handle_timestamp(struct peer *p, const struct echo_error *e)
{
	uint64_t seq = e->has_request ? seq_of_request(p, &e->request) : 0;
	struct pt_record *rec = seq ? record_of(p, seq) : NULL;

	if (rec)
		tracer_timestamp(p->session->tracer, rec, &e->timestamp);
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

static void handle_error(struct peer *p, const struct echo_error *e)
{
	char from[NAME_SIZE];
	uint64_t seq = e->has_request ? seq_of_request(p, &e->request) : 0;
	struct pt_record *rec;

	if (!e->local && !seq)
		return; /* about somebody else's packet */
	/* A redirect is advice: the probe itself goes on. */
	if (!is_redirect(p, e)) {
		rec = seq ? record_of(p, seq) : NULL;
		if (rec && !e->local)
			keep_error(rec, e);
		p->stats.errors++;
	}
	if (!e->local && p->target.family == PT_FAMILY_V4) /* ping6 leaves its "pipe" alone */
		acknowledge(p, seq);
	p->session->output->error(&p->run, e, e->local ? NULL : address_text(from, &e->from));
}

unsigned int peer_take_errors(struct peer *p)
{
	struct echo_error error;
	unsigned int n, errors = 0;
	int got;

	for (n = 0; n < BURST && (got = echo_socket_receive_error(&p->socket, &error)) >= 0; n++) {
		if (got && error.is_timestamp) {
			handle_timestamp(p, &error);
		} else if (got) {
			handle_error(p, &error);
			errors++;
		}
	}
	return errors;
}
