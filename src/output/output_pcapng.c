// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probes as packets, for Wireshark and its relatives: the request as it was at start_xmit, the reply as it was at
 * driver_rx, with what is known of the probe as comments.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/findings.h"
#include "base/util.h"
#include "output/packets.h"
#include "output/pcapng.h"
#include "output/sink.h"

#define INTERFACES_MAX 256
#define FINDINGS_KEPT 64
#define COMMENTS_SIZE 4096 /* of one packet */
#define FLUSH_NS (200 * NSEC_PER_MSEC)

struct interface {
	char dev[IF_NAMESIZE];
	char netns_name[NETNS_NAME_SIZE];
	enum pt_link link;
	bool has_bytes;
};

struct capture {
	struct packets *packets; /* NULL until the run begins */
	struct pcapng_block block;
	struct interface interfaces[INTERFACES_MAX]; /* by their number in the file */
	unsigned int nr_interfaces;
	uint64_t offset_ns; /* from CLOCK_MONOTONIC to the file's times */
	uint64_t flushed_ns;
	char findings[FINDINGS_KEPT][FINDING_TEXT_SIZE];
	unsigned int nr_findings;
	bool has_bytes; /* some packet in the file */
	bool missed_bytes; /* a packet was seen and not copied */
	uint64_t missed; /* results */
	uint64_t left_out; /* packets that came too late, or for which there was no memory */
	bool told; /* why there are none */
};

/* --- the file --- */

/* The distance of the clocks stays what it is here: neither steps of the wall clock nor its slewing are in the times. */
static bool write_section(struct sink *s)
{
	const struct run_info *run = s->run;
	struct capture *c = s->state;
	struct pcapng_block *b = &c->block;
	char text[256];

	pcapng_begin(b, PCAPNG_SECTION);
	pcapng_u32(b, PCAPNG_MAGIC);
	pcapng_u16(b, 1); /* version */
	pcapng_u16(b, 0);
	pcapng_u64(b, UINT64_MAX); /* length: not told */
	snprintf(text, sizeof(text), "Linux %s", run->kernel);
	pcapng_text(b, PCAPNG_SECTION_OS, text);
	snprintf(text, sizeof(text), "pingtrace %s", run->version);
	pcapng_text(b, PCAPNG_SECTION_PROGRAM, text);
	snprintf(text, sizeof(text),
		 "times are CLOCK_MONOTONIC + %llu ns, which was CLOCK_REALTIME when the run began",
		 (unsigned long long)c->offset_ns);
	pcapng_text(b, PCAPNG_COMMENT, text);
	snprintf(
		text, sizeof(text),
		"requests are as they were at start_xmit, replies as at driver_rx, traced by %s; their first %d bytes",
		run->backend, PT_HEAD_SIZE);
	pcapng_text(b, PCAPNG_COMMENT, text);
	return pcapng_end(b, s->file);
}

static bool write_interface(struct sink *s, const struct interface *i)
{
	struct capture *c = s->state;
	struct pcapng_block *b = &c->block;
	const uint8_t resolution = PCAPNG_NANOSECONDS;
	char text[NETNS_NAME_SIZE + 32];

	pcapng_begin(b, PCAPNG_INTERFACE);
	pcapng_u16(b, i->link == PT_LINK_ETHERNET ? LINKTYPE_ETHERNET : LINKTYPE_RAW);
	pcapng_u16(b, 0);
	pcapng_u32(b, PT_HEAD_SIZE);
	pcapng_text(b, PCAPNG_IF_NAME, i->dev);
	if (i->netns_name[0]) {
		snprintf(text, sizeof(text), "in network namespace %s", i->netns_name);
		pcapng_text(b, PCAPNG_IF_DESCRIPTION, text);
	} else if (!i->has_bytes) {
		pcapng_text(b, PCAPNG_IF_DESCRIPTION, "dropped before a device had them: no bytes");
	}
	pcapng_option(b, PCAPNG_IF_RESOLUTION, &resolution, sizeof(resolution));
	return pcapng_end(b, s->file);
}

/* The number of the packet's interface, which is written where it is the first of it; -1: there are too many, or no memory. */
static int interface_of(struct sink *s, const struct packet *p)
{
	struct capture *c = s->state;
	struct interface *i;

	for (i = c->interfaces; i < c->interfaces + c->nr_interfaces; i++)
		if (!strcmp(i->dev, p->dev) && !strcmp(i->netns_name, p->netns_name) &&
		    i->link == p->head.link && i->has_bytes == p->head.present)
			return i - c->interfaces;
	if (c->nr_interfaces == INTERFACES_MAX)
		return -1;
	memcpy(i->dev, p->dev, sizeof(i->dev));
	memcpy(i->netns_name, p->netns_name, sizeof(i->netns_name));
	i->link = p->head.link;
	i->has_bytes = p->head.present;
	return write_interface(s, i) ? (int)c->nr_interfaces++ : -1;
}

static void put_comments(struct pcapng_block *b, const struct packet *p)
{
	const char *text;

	for (text = p->comments; text < p->comments + p->comments_size; text += strlen(text) + 1)
		pcapng_text(b, PCAPNG_COMMENT, text);
}

static void put_findings(struct capture *c)
{
	char text[80];
	unsigned int i;

	for (i = 0; i < c->nr_findings; i++)
		pcapng_text(&c->block, PCAPNG_COMMENT, c->findings[i]);
	snprintf(text, sizeof(text), "%llu results came faster than they could be written, and are missing",
		 (unsigned long long)c->missed);
	if (c->missed)
		pcapng_text(&c->block, PCAPNG_COMMENT, text);
}

/* @last: with what is to be said at the end. */
static void write_packet(struct sink *s, const struct packet *p, bool last)
{
	struct capture *c = s->state;
	struct pcapng_block *b = &c->block;
	uint32_t flags = p->inbound ? PCAPNG_INBOUND : PCAPNG_OUTBOUND;
	uint64_t ns = p->ns + c->offset_ns;
	int interface = interface_of(s, p);

	if (interface < 0) {
		c->left_out++;
		return;
	}
	pcapng_begin(b, PCAPNG_PACKET);
	pcapng_u32(b, interface);
	pcapng_u32(b, ns >> 32);
	pcapng_u32(b, ns);
	pcapng_u32(b, p->head.captured);
	pcapng_u32(b, p->head.length);
	pcapng_bytes(b, p->head.bytes, p->head.captured);
	pcapng_option(b, PCAPNG_PACKET_FLAGS, &flags, sizeof(flags));
	put_comments(b, p);
	if (last)
		put_findings(c);
	if (!pcapng_end(b, s->file))
		c->left_out++;
	else if (p->head.present)
		c->has_bytes = true;
}

/* Who reads along sees packets soon; in a flood not each by itself. */
static void write_packets(struct sink *s, bool all)
{
	struct capture *c = s->state;
	struct packet *p;

	while ((p = packets_next(c->packets, all))) {
		write_packet(s, p, all && packets_are_gone(c->packets));
		if (p->ns - c->flushed_ns >= FLUSH_NS) {
			fflush(s->file);
			c->flushed_ns = p->ns;
		}
		free(p);
	}
}

/* --- what is said of a packet --- */

struct comments {
	char text[COMMENTS_SIZE];
	size_t size; /* of those that are complete, each with its NUL */
};

static void begin_comments(struct comments *c)
{
	c->size = 0;
	c->text[0] = '\0';
}

/* Add to the one that is being made. */
static void __attribute__((format(printf, 2, 3))) say(struct comments *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_v(c->text + c->size, sizeof(c->text) - c->size, fmt, ap);
	va_end(ap);
}

static void end_comment(struct comments *c)
{
	size_t length = strlen(c->text + c->size);

	if (length && c->size + length + 1 < sizeof(c->text))
		c->size += length + 1;
	c->text[c->size] = '\0';
}

static void say_ns(struct comments *c, uint64_t ns)
{
	say(c, "%llu.%03llu us", (unsigned long long)(ns / NSEC_PER_USEC),
	    (unsigned long long)(ns % NSEC_PER_USEC));
}

/* Segments up to @to, from the one that begins at @from; and the parts of `wire`. */
static void say_segments(struct comments *c, const struct path *path, enum pt_hook to)
{
	char name[SEGMENT_NAME_MAX];
	const struct segment *s, *part;
	const char *before = ": ";

	for (s = path->segments; s < path->segments + path->nr_segments && s->to <= to; s++) {
		say(c, "%s%s ", before, segment_name(name, s->from, s->to, path->socket));
		say_ns(c, s->ns);
		before = ", ";
		if (!path->nr_inside || s->from != path->inside[0].from)
			continue;
		for (part = path->inside; part < path->inside + path->nr_inside; part++) {
			say(c, "%s%s ", part == path->inside ? " (" : ", ",
			    inside_name(name, part->from, part->to));
			say_ns(c, part->ns);
		}
		say(c, ")");
	}
}

static void say_whose(struct comments *c, const struct target_info *target, const struct result *r)
{
	say(c, "probe %llu to %s: ", (unsigned long long)r->seq, target->address);
}

static void say_loss(struct comments *c, const struct target_info *target, const struct result *r)
{
	char text[LOSS_TEXT_SIZE];

	if (r->kind != RESULT_LOST)
		return;
	say_whose(c, target, r);
	say(c, "%s", r->has_loss ? loss_text(text, &r->loss) : "not answered");
	end_comment(c);
}

static void say_request(struct comments *c, const struct target_info *target, const struct result *r)
{
	uint64_t out_ns = r->stamps[PT_HOOK_START_XMIT].ns - r->stamps[PT_HOOK_SEND].ns;

	say_whose(c, target, r);
	say(c, "request, ");
	say_ns(c, out_ns);
	say(c, " after send");
	if (r->has_path)
		say_segments(c, &r->path, PT_HOOK_START_XMIT);
	end_comment(c);
	if (!r->heads[PT_PACKET_REPLY].present)
		say_loss(c, target, r);
}

static void say_reply(struct comments *c, const struct target_info *target, const struct result *r)
{
	char text[CAUSES_TEXT_SIZE];

	say_whose(c, target, r);
	say(c, "reply%s", r->late ? ", late" : "");
	if (r->has_path) {
		say(c, ", round trip ");
		say_ns(c, r->path.total_ns);
		say(c, "%s", r->path.clipped ? " (clipped)" : "");
		say_segments(c, &r->path, PT_HOOK_RECV);
	}
	end_comment(c);
	if (r->has_causes && *causes_text(text, &r->causes)) {
		say_whose(c, target, r);
		say(c, "%s", text);
		end_comment(c);
	}
	say_loss(c, target, r);
}

/* --- results --- */

/* At @ns, by @hook. */
static void add(struct capture *c, const struct result *r, uint64_t ns, enum pt_hook hook,
		const struct head *head, const struct comments *comments)
{
	struct packet *p = malloc(sizeof(*p) + comments->size);

	if (!p) {
		c->left_out++;
		return;
	}
	p->ns = ns;
	p->head = *head;
	p->inbound = hook_is_reply(hook);
	memset(p->dev, 0, sizeof(p->dev));
	memset(p->netns_name, 0, sizeof(p->netns_name));
	if (r->has_origins && head->present) {
		memcpy(p->dev, r->origins[hook].dev, sizeof(p->dev));
		memcpy(p->netns_name, r->origins[hook].netns_name, sizeof(p->netns_name));
	}
	p->comments_size = comments->size;
	memcpy(p->comments, comments->text, comments->size);
	if (!packets_add(c->packets, p))
		c->left_out++;
}

/*
 * A request that was dropped before a device had it: no program has copied it. Without the time of the drop, that of the
 * last hook has to do.
 */
static void add_dropped(struct sink *s, const struct target_info *target, const struct result *r)
{
	const struct loss *l = &r->loss;
	struct head none = { .link = PT_LINK_RAW };
	struct comments comments;
	uint64_t ns;

	if (r->kind != RESULT_LOST || !r->has_loss || l->where != LOSS_OUT || !(*l->reason || *l->function) ||
	    l->hook >= PT_HOOK_START_XMIT)
		return;
	ns = l->dropped_ns ? l->dropped_ns : r->stamps[l->hook].ns;
	if (!ns)
		return;
	none.length = RESULT_ICMP_HEADER + s->run->payload_size +
		      (target->family == PT_FAMILY_V6 ? 40 : 20 + target->ip_options_size);
	begin_comments(&comments);
	say_loss(&comments, target, r);
	add(s->state, r, ns, l->hook, &none, &comments);
}

/* A late reply's request has gone with its loss. */
static void add_packets(struct sink *s, const struct target_info *target, const struct result *r)
{
	const struct head *request = &r->heads[PT_PACKET_REQUEST], *reply = &r->heads[PT_PACKET_REPLY];
	struct comments comments;

	if (!r->stamps[PT_HOOK_START_XMIT].ns)
		add_dropped(s, target, r);
	else if (!r->has_heads)
		((struct capture *)s->state)->missed_bytes = true;
	if (!r->has_heads)
		return;
	if (request->present && r->stamps[PT_HOOK_START_XMIT].ns && !r->late) {
		begin_comments(&comments);
		say_request(&comments, target, r);
		add(s->state, r, r->stamps[PT_HOOK_START_XMIT].ns, PT_HOOK_START_XMIT, request, &comments);
	}
	if (reply->present && r->stamps[PT_HOOK_DRIVER_RX].ns) {
		begin_comments(&comments);
		say_reply(&comments, target, r);
		add(s->state, r, r->stamps[PT_HOOK_DRIVER_RX].ns, PT_HOOK_DRIVER_RX, reply, &comments);
	}
}

static void pcapng_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct capture *c = s->state;

	if (!c->packets || r->duplicate || r->corrupted)
		return;
	if (r->has_stamps)
		add_packets(s, target, r);
	packets_probe_ended(c->packets, target->index, r->seq, r->sent_ns);
	write_packets(s, false);
}

static void pcapng_run_begin(struct sink *s)
{
	const struct clocks *started = &s->run->started;
	struct capture *c = s->state;

	/* A recording may have any numbers. */
	if (started->realtime_ns > started->monotonic_ns)
		c->offset_ns = started->realtime_ns - started->monotonic_ns;
	if (write_section(s))
		c->packets = packets_new(s->run->nr_targets);
	if (!c->packets)
		complain("no memory for packets: there will be none in the pcapng file");
}

static void pcapng_target_begin(struct sink *s, const struct target_info *target)
{
	struct capture *c = s->state;

	if (c->told || target->hooks & (1U << PT_HOOK_START_XMIT | 1U << PT_HOOK_DRIVER_RX))
		return;
	c->told = true;
	complain(
		"there will be no packets in the pcapng file: their bytes are for BPF programs to see, and the backend is %s",
		s->run->backend);
}

static void pcapng_missed(struct sink *s, uint64_t nr)
{
	struct capture *c = s->state;

	c->missed += nr;
	if (c->packets)
		packets_missing(c->packets);
}

static void pcapng_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct finding findings[FINDINGS_MAX];
	unsigned int i, nr = findings_of_target(findings, s->run, target, stats);
	struct capture *c = s->state;

	for (i = 0; i < nr && c->nr_findings < FINDINGS_KEPT; i++)
		snprintf(c->findings[c->nr_findings++], sizeof(c->findings[0]), "%s: %s", target->address,
			 findings[i].text);
}

static void pcapng_run_end(struct sink *s)
{
	struct capture *c = s->state;

	if (c->packets)
		write_packets(s, true);
	fflush(s->file);
}

static int pcapng_open(struct sink *s)
{
	s->state = calloc(1, sizeof(struct capture));
	return s->state ? 0 : -ENOMEM;
}

static unsigned int pcapng_wants(const struct sink *s)
{
	(void)s;
	return SINK_DEVICES | SINK_ORIGINS | SINK_HEADS;
}

static bool pcapng_close(struct sink *s)
{
	struct capture *c = s->state;

	if (c->left_out)
		complain(
			"%llu packets are not in the pcapng file: they came too late to stand in the order of time, or there was no room",
			(unsigned long long)c->left_out);
	else if (c->missed_bytes && !c->has_bytes && !c->told)
		complain("there are no packets in the pcapng file: their bytes were not copied");
	packets_free(c->packets);
	pcapng_free(&c->block);
	free(c);
	return true;
}

const struct sink_ops sink_pcapng = {
	.open = pcapng_open,
	.wants = pcapng_wants,
	.run_begin = pcapng_run_begin,
	.target_begin = pcapng_target_begin,
	.result = pcapng_result,
	.missed = pcapng_missed,
	.target_end = pcapng_target_end,
	.run_end = pcapng_run_end,
	.close = pcapng_close,
};
