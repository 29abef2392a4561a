/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target of a run: its address, its probes and their statistics. What targets share: channels (a socket with its targets),
 * and a tracer for each family.
 */
#ifndef PINGTRACE_TARGET_H
#define PINGTRACE_TARGET_H

#include <net/if.h>
#include "net/ip_options.h"
#include "net/resolve.h"
#include "probe/options.h"
#include "probe/probes.h"
#include "probe/report.h"
#include "probe/schedule.h"

struct target;

/* A socket, and the targets whose probes go through it: one, or all with the same family and source. */
struct channel {
	struct session *session;
	struct echo_socket socket;
	union address source; /* that the socket is bound to; family AF_UNSPEC: none */
	struct target *only; /* the one target; NULL: it is shared */
	unsigned int nr_targets;
	struct probe recalled; /* the probe of the last message, if it had left the table */
	bool has_mail; /* it may hold a message, and is in the loop's list */
	struct channel *next_with_mail;
	bool failed; /* the socket is of no use any more */
};

/* What all targets share. */
struct session {
	const struct options *options;
	struct report *report;
	struct tracer *tracers[PT_FAMILY_ANY]; /* by family; NULL: there is no target of it */
	struct netns_names netns;
	struct resolver *resolver; /* while names are looked up */
	uint32_t nonce;
	bool tagged; /* payloads have room for a tag */
	uint32_t nr_records;
	struct probes probes; /* of all targets */
	struct target *targets;
	unsigned int nr_targets;
	struct channel **channels;
	unsigned int nr_channels;
	uint8_t *packet; /* what is sent */
	size_t packet_size;
	uint8_t *buffer; /* what is received */
	size_t buffer_size;
};

/* Round trips as seen by user space, smoothed by RFC 6298. Both 0: none yet. */
struct smooth {
	double rtt_ns, deviation_ns;
};

/* The remote that we ping. */
struct target {
	struct session *session;
	unsigned int index;
	struct destination destination;
	struct channel *channel;
	struct tracer *tracer;
	int mtu; /* of the way there; 0: not known */
	uint64_t sent; /* seq of the last probe; 0: none yet */
	uint64_t acknowledged; /* seq of the last probe with a reply or an error */
	uint32_t last_number; /* of the last probe */
	struct flight flight;
	struct stats stats;
	struct smooth smooth;
	struct target_info info; /* what sinks know of it */
	union address source; /* that probes leave from, as found at the start */
	char source_text[NAME_SIZE + IF_NAMESIZE]; /* "address device", as ping prints it; "": without -I */
	unsigned int nr_same; /* targets with this address, including this one */
	uint64_t interval_min_ns; /* shortest interval that this user may use */
	uint64_t last_send_ns;
	uint64_t refused_since_ns; /* since when requests are refused for lack of room; 0: they are not */

	/* For the loop only: */
	struct timer timer;
	uint64_t interval_ns; /* between two probes; -A changes it */
	uint64_t slow_down_ns; /* -A: what refusals added to it */
	uint64_t due_ns; /* when the next probe is due */
	uint64_t retry_ns; /* the last request was refused: do not try before this */
	bool was_full; /* the next probe had to wait for a free record */
	uint64_t end_ns; /* when the wait for the last reply is over; 0: not all probes are sent */
	bool complete; /* nothing left to wait for */
};

/*
 * Prepare a target whose name is resolved, and give it a channel, shared or new. Returns 0 or a negative errno with @error
 * filled; -EADDRINUSE if another socket uses the identifier.
 */
int target_open(struct target *t, struct error *error);
void target_close(struct target *t);

/*
 * Enforce the limits for users other than root: to one address a request every 2 ms, as in ping; to broadcast and multicast
 * addresses one per second. Targets with the same address (@t->nr_same) share the limit. Returns 0 or a negative errno with
 * @error filled.
 */
int target_check_rate(struct target *t, struct error *error);

/* Make room in the channel's socket for what its targets may have in flight. */
void channel_make_room(const struct channel *c);
void channel_close(struct channel *c);

/*
 * Send the next probe, which was due at @due_ns (0: at no fixed time). Returns whether it counts as sent. A request that is
 * refused for a lasting reason does, and is reported as an error.
 */
bool target_send(struct target *t, uint64_t due_ns);

/* How many probes were sent since the last one that was acknowledged: ping's count of probes in flight. */
uint64_t target_in_flight(const struct target *t);

/* Was the last probe answered? */
bool target_is_answered(const struct target *t);

/* Does this target have as many probes in flight as it may? */
bool target_is_full(const struct target *t);

/* If so, expire the oldest. */
void target_make_room(struct target *t);

/* Receive one message. Returns whether there was one. *@of becomes the target that it answers, NULL if none. */
bool channel_take_reply(struct channel *c, struct target **of);

/* Store the kernel's timestamps of the probe in @rec, whose reply is @r. */
void target_take_timestamps(struct target *t, struct pt_record *rec, const struct echo_reply *r);

/* Read the error queue, timestamps included. Returns how many errors there were. */
unsigned int channel_take_errors(struct channel *c);

/* Expire the probes whose timeout is over; with @all, all probes in flight. */
void target_expire(struct target *t, uint64_t now, bool all);

/* When the oldest probe in flight expires; UINT64_MAX: never. */
uint64_t target_next_timeout_ns(const struct target *t);

/* The record of a probe; NULL: another probe has it now. */
struct pt_record *target_record(const struct target *t, const struct probe *probe);

#endif /* PINGTRACE_TARGET_H */
