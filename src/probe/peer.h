/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target of a run: its name, its probes and what is kept of them; and what the targets share: sockets, each with its
 * targets (channels), and the tracers, one for each family.
 */
#ifndef PINGTRACE_PEER_H
#define PINGTRACE_PEER_H

#include <net/if.h>
#include "net/ip_options.h"
#include "net/resolve.h"
#include "probe/options.h"
#include "probe/probes.h"
#include "probe/report.h"
#include "probe/schedule.h"

struct peer;

/* A socket, and whose probes go through it: one target's, or those of all with the same family and source. */
struct channel {
	struct session *session;
	struct echo_socket socket;
	union address source; /* that it is bound to; family AF_UNSPEC: to none */
	struct peer *only; /* the one target; NULL: it is shared */
	unsigned int nr_peers;
	struct probe recalled; /* that the last message was about, if it is over since long */
	bool has_mail; /* may hold a message: it is in a list of the loop's */
	struct channel *next_with_mail;
	bool failed; /* the socket is of no use any more */
};

/* What all peers share. */
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
	struct peer *peers;
	unsigned int nr_peers;
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

struct peer {
	struct session *session;
	unsigned int index;
	struct target target;
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
 * Prepare a peer whose target is resolved, and give it a channel: one that is there, or a new one. Returns 0 or a negative
 * errno with @error filled; -EADDRINUSE where the identifier is somebody else's.
 */
int peer_open(struct peer *p, struct error *error);
void peer_close(struct peer *p);

/*
 * What a user without root may send to one address: a request in 2 ms, as with ping, and one in a second where many may
 * answer. Who names an address more than once (@p->nr_same) gets no more for it. Returns 0 or a negative errno with @error filled.
 */
int peer_check_rate(struct peer *p, struct error *error);

/* Make room in the channel's socket for what its peers may have in flight. */
void channel_make_room(const struct channel *c);
void channel_close(struct channel *c);

/*
 * Send the next probe, which was due at @due_ns (0: at no certain time). Returns whether it counts as sent: refused for a
 * reason that does not pass it does, with an error.
 */
bool peer_send(struct peer *p, uint64_t due_ns);

/* How many probes were sent after the last that was acknowledged: what ping takes for those in flight. */
uint64_t peer_in_flight(const struct peer *p);

/* Is the last probe answered? */
bool peer_is_answered(const struct peer *p);

/* Has this peer as many probes in flight as it may? */
bool peer_is_full(const struct peer *p);

/* Where it has, expire the oldest. */
void peer_make_room(struct peer *p);

/* Take one message. Returns whether there was any; *@of: the peer that was answered, NULL where none was. */
bool channel_take_reply(struct channel *c, struct peer **of);

/* The kernel's timestamps of the probe in @rec, whose reply is @r. */
void peer_take_timestamps(struct peer *p, struct pt_record *rec, const struct echo_reply *r);

/* Take what the error queue holds, timestamps too. Returns how many errors. */
unsigned int channel_take_errors(struct channel *c);

/* Expire what has been waited for long enough; with @all, whatever has no answer. */
void peer_expire(struct peer *p, uint64_t now, bool all);

/* When the oldest probe in flight expires; UINT64_MAX: none does. */
uint64_t peer_next_timeout_ns(const struct peer *p);

/* The record of a probe; NULL: another probe has taken its place. */
struct pt_record *peer_record(const struct peer *p, const struct probe *probe);

#endif /* PINGTRACE_PEER_H */
