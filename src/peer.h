/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target of a run: its name, its socket, its probes and what is kept of them. The number of a probe, which
 * its tag and its record carry, is seq * nr_peers + index of the peer (modulo 2^32): no two are the same.
 */
#ifndef PINGTRACE_PEER_H
#define PINGTRACE_PEER_H

#include <net/if.h>
#include "ip_options.h"
#include "options.h"
#include "output.h"
#include "probes.h"

struct peer;

/* What all peers share. */
struct session {
	const struct options *options;
	const struct output *output;
	struct tracer *tracer;
	struct netns_names netns;
	uint32_t nonce;
	bool tagged; /* payloads have room for a tag */
	uint32_t nr_records;
	struct peer *peers;
	uint16_t nr_peers;
	uint8_t *packet; /* what is sent */
	size_t packet_size;
	uint8_t *buffer; /* what is received */
	size_t buffer_size;
};

struct peer {
	const struct session *session;
	unsigned int index;
	struct target target;
	struct echo_socket socket;
	int mtu; /* of the way there; 0: not known */
	struct probes probes;
	struct stats stats;
	struct run run;
	union address source; /* that probes leave from, as found at the start */
	struct route route; /* the last one recorded */
	char source_text[NAME_SIZE + IF_NAMESIZE]; /* "address device", as ping prints it; "": without -I */
	uint64_t last_send_ns;
	uint64_t refused_since_ns; /* the device or the memory has no room since; 0: it has */
	bool failed; /* the socket is of no use any more */
};

/*
 * Open the socket of a peer whose target is resolved. @id: the identifier to take, -1 for any. Returns 0 or a
 * negative errno with @why filled; -EADDRINUSE where the identifier is somebody else's.
 */
int peer_open(struct peer *p, enum pt_socket kind, int id, struct reason *why);
void peer_close(struct peer *p);

/* Fill in p->run, once the tracer is there. */
void peer_begin(struct peer *p);

/*
 * Send the next probe. Returns whether it counts as sent: refused for a reason that does not pass it does,
 * with an error.
 */
bool peer_send(struct peer *p);

/* Is the table of records full of this peer's probes that are waited for? */
bool peer_is_full(struct peer *p);

/* Take one message. Returns whether there was any. */
bool peer_take_reply(struct peer *p);

/* Take what the error queue holds, timestamps too. Returns how many errors. */
unsigned int peer_take_errors(struct peer *p);

/* Give up what has been waited for long enough; with @all, whatever has no answer. */
void peer_settle(struct peer *p, uint64_t now, bool all);

/* When the oldest probe is to be given up; UINT64_MAX: none is. */
uint64_t peer_next_timeout_ns(struct peer *p);

#endif /* PINGTRACE_PEER_H */
