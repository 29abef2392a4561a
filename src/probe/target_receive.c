// SPDX-License-Identifier: GPL-2.0-or-later
/* Receives replies and errors, and finds the probe that each belongs to. Only what matches a request of ours is used. */
#include <errno.h>
#include <string.h>
#include "probe/target.h"

#define BURST 64 /* errors taken at one time */
#define SEQ_SPACE 65536

static struct target *target_of(const struct channel *c, const struct probe *probe)
{
	return &c->session->targets[probe->target];
}

/* The channel's target with this address; the first of several. */
static struct target *target_at(const struct channel *c, const union address *a)
{
	const struct session *s = c->session;
	unsigned int i;

	if (c->only)
		return c->only;
	for (i = 0; i < s->nr_targets; i++)
		if (s->targets[i].channel == c && address_equal(&s->targets[i].destination.address, a))
			return &s->targets[i];
	return NULL;
}

/*
 * The probe with this tag; NULL: not of this channel, or the sequence number differs. @address is needed only for probes that
 * left the table.
 */
static struct probe *probe_of_tag(struct channel *c, const struct pt_tag *tag, uint16_t sequence,
				  const union address *address)
{
	const struct session *s = c->session;
	struct probe *probe = tag->nonce == s->nonce ? probes_find(&s->probes, tag->number) : NULL;
	const struct target *t;

	if (probe)
		return (uint16_t)probe->seq == sequence && target_of(c, probe)->channel == c ? probe : NULL;
	t = tag->nonce == s->nonce ? target_at(c, address) : NULL;
	if (!t || !probes_recall(&s->probes, tag->number, t->index, t->sent, sequence, &c->recalled))
		return NULL;
	return &c->recalled;
}

static struct probe *probe_of_sequence(const struct target *t, uint16_t sequence)
{
	return t ? probes_find_sequence(&t->session->probes, t->index, sequence) : NULL;
}

/* Does @r have the length and the source of a reply to @t? */
static bool may_answer(const struct target *t, const struct echo_reply *r)
{
	return r->payload_size == t->session->packet_size - ICMP_HEADER_SIZE &&
	       (t->info.any_source || address_equal(&r->from, &t->destination.address));
}

#define WRONG_BYTES_MAX 8 /* of a packet that is ours, and was corrupted on the way */

/* Does @r equal the request but for a few bytes? Their lengths are equal. */
static bool is_nearly_ours(const struct session *s, const struct echo_reply *r, uint32_t number)
{
	struct pt_tag tag = { .nonce = s->nonce, .number = number };
	const uint8_t *sent = s->packet + ICMP_HEADER_SIZE;
	uint8_t expected[sizeof(tag)];
	size_t i, wrong = 0;

	memcpy(expected, &tag, sizeof(tag));
	for (i = 0; i < r->payload_size && wrong <= WRONG_BYTES_MAX; i++)
		wrong += r->payload[i] != (s->tagged && i < sizeof(expected) ? expected[i] : sent[i]);
	return wrong <= WRONG_BYTES_MAX;
}

/*
 * The probe in flight whose reply was corrupted; NULL: unknown. The IP checksum covers the addresses, so it comes from the
 * target; its payload is ours but for a few bytes, which may be the tag's. *@certain: the tag is intact, so that programs have
 * recognised it too.
 */
static struct probe *probe_of_corrupted(struct channel *c, const struct echo_reply *r, bool *certain)
{
	const struct session *s = c->session;
	struct probe *probe = NULL;
	struct pt_tag tag = {};

	if (s->tagged && r->payload_size >= sizeof(tag)) {
		memcpy(&tag, r->payload, sizeof(tag));
		probe = probe_of_tag(c, &tag, r->seq, &r->from);
	}
	*certain = probe;
	if (!probe)
		probe = probe_of_sequence(target_at(c, &r->from), r->seq);
	if (!probe || probe->state != PROBE_IN_FLIGHT || !may_answer(target_of(c, probe), r) ||
	    !is_nearly_ours(s, r, probe->number))
		return NULL;
	return probe;
}

static struct probe *probe_of_reply(struct channel *c, const struct echo_reply *r)
{
	struct pt_tag tag;

	if (!c->session->tagged)
		return probe_of_sequence(c->only, r->seq);
	if (r->payload_size < sizeof(tag))
		return NULL;
	memcpy(&tag, r->payload, sizeof(tag));
	return probe_of_tag(c, &tag, r->seq, &r->from);
}

/* If the quoted request is too short for the tag, use address, identifier and sequence number. */
static struct probe *probe_of_request(struct channel *c, const struct echo_error *e)
{
	if (!e->has_request || e->request.id != c->socket.id)
		return NULL;
	if (c->session->tagged && e->request.has_tag)
		return probe_of_tag(c, &e->request.tag, e->request.seq, &e->to);
	return probe_of_sequence(target_at(c, &e->to), e->request.seq);
}

/* Returns how many probes were under way, this one included: ping's "pipe". */
static unsigned int acknowledge(struct target *t, uint64_t seq)
{
	uint64_t behind = t->sent - seq;

	if (seq > t->acknowledged)
		t->acknowledged = seq;
	return behind < SEQ_SPACE / 2 ? behind + 1 : 0;
}

/* Count a reply to @probe, and find out whether it is late or a duplicate. */
static struct replied count_reply(struct target *t, struct probe *probe)
{
	struct replied about = { .seq = probe->seq, .under_way = acknowledge(t, probe->seq) };

	if (probe->state == PROBE_ANSWERED) {
		about.duplicate = true;
		return about;
	}
	about.late = probe->state == PROBE_EXPIRED;
	if (about.late)
		about.lost_as = probe->loss;
	probes_answer(&t->session->probes, &t->flight, probe);
	return about;
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
 * The request's timestamps are in the error queue by now. The reply's may be missing: a kernel worker enables receive
 * timestamps a while after the socket asked for them (net_enable_timestamp).
 */
void target_take_timestamps(struct target *t, struct pt_record *rec, const struct echo_reply *r)
{
	struct kernel_timestamp ts = {
		.kind = TIMESTAMP_RX_SOFTWARE,
		.software_ns = r->real_ns,
		.hardware_ns = r->hardware_ns,
	};

	if (!tracer_takes_timestamps(t->tracer))
		return;
	channel_take_errors(t->channel);
	tracer_timestamp(t->tracer, rec, &ts);
}

static void keep_corrupted(struct pt_record *rec)
{
	tracer_forget_reply(rec);
	rec->told.corrupted = true;
}

/* Returns the target that it comes from; NULL: not ours. */
static struct target *handle_reply(struct channel *c, const struct echo_reply *r)
{
	bool certain = false;
	struct probe *probe = r->id != c->socket.id ? NULL :
			      r->bad_checksum	    ? probe_of_corrupted(c, r, &certain) :
						      probe_of_reply(c, r);
	struct target *t = probe ? target_of(c, probe) : NULL;
	struct replied about = {};
	struct pt_record *rec;

	if (!t)
		return NULL;
	rec = target_record(t, probe);
	if (!r->bad_checksum) {
		about = count_reply(t, probe);
		if (rec && !about.duplicate)
			smooth(&t->smooth, r->recv_ns - rec->stamps[PT_HOOK_SEND].ns);
	} else {
		about.seq = probe->seq;
		if (rec && certain)
			keep_corrupted(rec);
	}
	report_reply(t, r, &about, rec);
	return t;
}

bool channel_take_reply(struct channel *c, struct target **of)
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
	struct pt_record *rec = probe ? target_record(target_of(c, probe), probe) : NULL;

	if (rec)
		tracer_timestamp(target_of(c, probe)->tracer, rec, &e->timestamp);
}

/* Remember the first ICMP error about a probe, in case no reply comes. */
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

static void handle_error(struct channel *c, const struct echo_error *e)
{
	struct probe *probe = probe_of_request(c, e);
	struct target *t = probe ? target_of(c, probe) : e->local ? target_at(c, &e->to) : NULL;
	unsigned int under_way = 0;
	struct pt_record *rec;

	if (!t || (!e->local && !probe))
		return; /* about somebody else's packet */
	rec = probe && !e->is_redirect ? target_record(t, probe) : NULL;
	if (rec && !e->local)
		keep_error(rec, e);
	if (!e->local && t->destination.family == PT_FAMILY_V4) /* ping6 leaves its "pipe" alone */
		under_way = acknowledge(t, probe->seq);
	report_error(t, e, false, under_way);
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
