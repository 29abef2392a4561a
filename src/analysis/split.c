// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include "analysis/split.h"

/* The layers of all hooks of the path from @from up to, not including, @to. */
static layer_set layers_between(enum pt_hook from, enum pt_hook to, enum pt_socket socket)
{
	layer_set layers = 0;
	enum pt_hook h;

	for (h = from; h < to; h++)
		if (hook_on_path(h, socket))
			layers |= LAYER_BIT(hook_layer(h));
	return layers;
}

/*
 * Put the stamps of the path into order, from its end to its start, so that a late stamp moves and what
 * follows it stays. Returns whether any had to move.
 */
static bool clip(uint64_t ns[], unsigned int nr)
{
	bool clipped = false;
	unsigned int i;

	for (i = nr - 1; i-- > 0;) {
		if (ns[i] > ns[i + 1]) {
			ns[i] = ns[i + 1];
			clipped = true;
		}
	}
	return clipped;
}

static void add_segment(struct path *path, enum pt_hook from, enum pt_hook to, uint64_t ns)
{
	struct segment *s = &path->segments[path->nr_segments++];
	unsigned int i;

	s->from = from;
	s->to = to;
	s->ns = ns;
	s->layers = layers_between(from, to, path->socket);
	path->layer_ns[s->layers] += ns;
	for (i = 0; i < path->nr_layers; i++)
		if (path->layers_seen[i] == s->layers)
			return;
	path->layers_seen[path->nr_layers++] = s->layers;
}

/*
 * Open `wire`, which begins at @from_ns and ends at @to_ns. That a request came by on its way in says
 * nothing: it may be this host's router that it passed. The responder shows when the reply is made.
 */
static void open_wire(struct path *path, const struct stamp stamps[PT_NR_HOOKS], uint64_t from_ns,
		      uint64_t to_ns)
{
	enum pt_hook passed[INSIDE_MAX + 1] = { INSIDE_FROM };
	uint64_t ns[INSIDE_MAX + 1] = { from_ns };
	unsigned int i, nr = 1;
	enum pt_hook h;

	if (!stamps[PT_HOOK_PEER_ICMP_RCV].ns && !stamps[PT_HOOK_PEER_IP_LOCAL_OUT].ns &&
	    !stamps[PT_HOOK_PEER_XMIT].ns)
		return;
	for (h = INSIDE_FROM + 1; h < INSIDE_TO; h++) {
		if (!stamps[h].ns)
			continue;
		passed[nr] = h;
		ns[nr++] = stamps[h].ns > from_ns ? stamps[h].ns : from_ns;
	}
	passed[nr] = INSIDE_TO;
	ns[nr++] = to_ns;
	clip(ns, nr);
	for (i = 0; i + 1 < nr; i++)
		path->inside[path->nr_inside++] = (struct segment){
			.from = passed[i],
			.to = passed[i + 1],
			.layers = LAYER_BIT(PT_LAYER_WIRE),
			.ns = ns[i + 1] - ns[i],
		};
}

int path_of(struct path *path, const struct stamp stamps[PT_NR_HOOKS], enum pt_socket socket)
{
	uint64_t send_ns = stamps[PT_HOOK_SEND].ns, recv_ns = stamps[PT_HOOK_RECV].ns;
	enum pt_hook passed[PT_NR_HOOKS];
	uint64_t ns[PT_NR_HOOKS];
	unsigned int i, nr = 0;
	enum pt_hook h;

	memset(path, 0, sizeof(*path));
	if (!send_ns || !recv_ns || recv_ns < send_ns)
		return -EINVAL;
	path->socket = socket;
	path->total_ns = recv_ns - send_ns;
	for (h = PT_HOOK_SEND; h < PT_NR_HOOKS; h++) {
		if (!stamps[h].ns)
			continue;
		path->nr_stamps += !hook_is_user(h);
		if (!hook_on_path(h, socket))
			continue;
		passed[nr] = h;
		ns[nr] = stamps[h].ns;
		/* Before the start: the clip from the other end cannot see it. */
		if (ns[nr] < send_ns) {
			ns[nr] = send_ns;
			path->clipped = true;
		}
		nr++;
	}
	path->clipped |= clip(ns, nr);
	for (i = 0; i + 1 < nr; i++) {
		add_segment(path, passed[i], passed[i + 1], ns[i + 1] - ns[i]);
		if (passed[i] == INSIDE_FROM && passed[i + 1] == INSIDE_TO)
			open_wire(path, stamps, ns[i], ns[i + 1]);
	}
	return 0;
}
