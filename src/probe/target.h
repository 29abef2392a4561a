/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target of a run: its name, its probes and what is kept of them; and what the targets share: sockets, each with its
 * targets (channels), and the tracers, one for each family.
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

/* A socket, and whose probes go through it: one target's, or those of all with the same family and source. */
struct channel {
	struct session *session;
	struct echo_socket socket;
	union address source; /* that it is bound to; family AF_UNSPEC: to none */
	struct target *only; /* the one target; NULL: it is shared */
	unsigned int nr_targets;
	struct probe recalled; /* that the last message was about, if it is over since long */
	bool has_mail; /* may hold a message: it is in a list of the loop's */
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

/* Round trips of the user's, smoothed as RFC 6298 says. Both 0: there were none. */
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
	uint64_t acknowledged; /* seq of the last that was answered, or told an error about */
	uint32_t last_number; /* of the last probe */
	struct flight flight;
	struct stats stats;
	struct smooth smooth;
	struct target_info info; /* what sinks know of it */
	union address source; /* that probes leave from, as found at the start */
	char source_text[NAME_SIZE + IF_NAMESIZE]; /* "address device", as ping prints it; "": without -I */
	unsigned int nr_same; /* targets with this address, it included */
	uint64_t interval_min_ns; /* that this user may have towards it */
	uint64_t last_send_ns;
	uint64_t refused_since_ns; /* the device or the memory has no room since; 0: it has */

	/* The loop's: */
	struct timer timer;
	uint64_t interval_ns; /* between two probes; -A changes it */
	uint64_t slow_down_ns; /* -A: what refusals have added to it */
	uint64_t due_ns; /* when the next probe is due */
	uint64_t retry_ns; /* the last was refused: not before this */
	bool was_full; /* the next probe has had to wait until a record was free */
	uint64_t end_ns; /* all are sent: when the wait for the last is over; 0: they are not */
	bool complete; /* nothing more is to be waited for */
};

/*
 * Prepare a target whose name is resolved, and give it a channel: one that is there, or a new one. Returns 0 or a negative
 * errno with @error filled; -EADDRINUSE where the identifier is somebody else's.
 */
int target_open(struct target *t, struct error *error);
void target_close(struct target *t);

/*
 * What a user without root may send to one address: a request in 2 ms, as with ping, and one in a second where many may
 * answer. Who names an address more than once (@t->nr_same) gets no more for it. Returns 0 or a negative errno with @error filled.
 */
int target_check_rate(struct target *t, struct error *error);

/* Make room in the channel's socket for what its targets may have in flight. */
void channel_make_room(const struct channel *c);
void channel_close(struct channel *c);

/*
 * Send the next probe, which was due at @due_ns (0: at no certain time). Returns whether it counts as sent: refused for a
 * reason that does not pass it does, with an error.
 */
bool target_send(struct target *t, uint64_t due_ns);

/* How many probes were sent after the last that was acknowledged: what ping takes for those in flight. */
uint64_t target_in_flight(const struct target *t);

/* Is the last probe answered? */
bool target_is_answered(const struct target *t);

/* Has this target as many probes in flight as it may? */
bool target_is_full(const struct target *t);

/* Where it has, expire the oldest. */
void target_make_room(struct target *t);

/* Take one message. Returns whether there was any; *@of: the target that was answered, NULL where none was. */
bool channel_take_reply(struct channel *c, struct target **of);

/* The kernel's timestamps of the probe in @rec, whose reply is @r. */
void target_take_timestamps(struct target *t, struct pt_record *rec, const struct echo_reply *r);

/* Take what the error queue holds, timestamps too. Returns how many errors. */
unsigned int channel_take_errors(struct channel *c);

/* Expire what has been waited for long enough; with @all, whatever has no answer. */
void target_expire(struct target *t, uint64_t now, bool all);

/* When the oldest probe in flight expires; UINT64_MAX: none does. */
uint64_t target_next_timeout_ns(const struct target *t);

/* The record of a probe; NULL: another probe has taken its place. */
struct pt_record *target_record(const struct target *t, const struct probe *probe);

#endif /* PINGTRACE_TARGET_H */
