// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include "analysis/split.h"

#define LAYER_AT(hook, name, side, packet, pass, socket, segment, layer) \
	[PT_HOOK_##hook] = LAYER_BIT(PT_LAYER_##layer),
static const layer_set layer_at[PT_NR_HOOKS] = { PT_HOOKS(LAYER_AT) };

/* The layers of the hooks in @hooks from @from up to, not including, @to. */
static layer_set layers_between(uint32_t hooks, enum pt_hook from, enum pt_hook to)
{
	uint32_t left = hooks & ((1U << to) - (1U << from));
	layer_set layers = 0;

	for (; left; left &= left - 1)
		layers |= layer_at[__builtin_ctz(left)];
	return layers;
}

/* Put stamps into order, from their end to their start, so that a late stamp moves and what follows it stays. */
static void clip(uint64_t ns[], unsigned int nr)
{
	unsigned int i;

	for (i = nr - 1; i-- > 0;)
		if (ns[i] > ns[i + 1])
			ns[i] = ns[i + 1];
}

/*
 * Divide `wire`, from @from_ns to @to_ns. A request that comes in proves nothing: it may pass a router in this kernel. Only
 * the reply's creation shows that the responder is here.
 */
static void open_wire(struct path *path, const struct stamp stamps[PT_NR_HOOKS], uint64_t from_ns,
		      uint64_t to_ns)
{
	enum pt_hook passed[INSIDE_MAX + 1] = { INSIDE_FROM };
	uint64_t ns[INSIDE_MAX + 1] = { from_ns };
	unsigned int i, nr = 1;
	enum pt_hook h;

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

/* Every probe passes here: what counts or a flag says is not there is not cleared. */
static void path_init(struct path *path, enum pt_socket socket)
{
	path->socket = socket;
	path->nr_segments = 0;
	memset(path->layer_ns, 0, sizeof(path->layer_ns));
	path->nr_layers = 0;
	path->nr_inside = 0;
	path->total_ns = 0;
	path->nr_stamps = 0;
	path->clipped = false;
}

/* The stamps of the path. Those of nearly all probes are in order. */
struct stamps_of_path {
	enum pt_hook hooks[PT_NR_HOOKS];
	uint64_t ns[PT_NR_HOOKS];
	unsigned int nr;
	bool disordered;
};

/* Counts the stamps that hooks took, beside the path as well. */
static void take_stamps(struct stamps_of_path *of, struct path *path, const struct stamp stamps[PT_NR_HOOKS],
			uint32_t on_path)
{
	uint64_t ns, last = stamps[PT_HOOK_SEND].ns;
	unsigned int nr = 0, beside = 0;
	bool disordered = false;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		ns = stamps[h].ns;
		if (!ns)
			continue;
		if (!(on_path >> h & 1)) {
			beside++;
			continue;
		}
		disordered |= ns < last;
		last = ns;
		of->hooks[nr] = h;
		of->ns[nr++] = ns;
	}
	of->nr = nr;
	of->disordered = disordered;
	path->nr_stamps = nr + beside - __builtin_popcount(hooks_of_user()); /* these are there */
}

/* Before the start, which the clip from the other end cannot see, and then from there. */
static void put_in_order(struct stamps_of_path *of)
{
	unsigned int i;

	for (i = 1; i < of->nr; i++)
		if (of->ns[i] < of->ns[0])
			of->ns[i] = of->ns[0];
	clip(of->ns, of->nr);
}

/* What lies between each stamp of the path and the next. */
static void add_segments(struct path *path, const struct stamps_of_path *of, uint32_t on_path)
{
	struct segment *s = path->segments;
	uint32_t seen = 0; /* sets of layers */
	unsigned int i;

	for (i = 1; i < of->nr; i++, s++) {
		s->from = of->hooks[i - 1];
		s->to = of->hooks[i];
		s->ns = of->ns[i] - of->ns[i - 1];
		s->layers = layers_between(on_path, s->from, s->to);
		path->layer_ns[s->layers] += s->ns;
		if (!(seen >> s->layers & 1))
			path->layers_seen[path->nr_layers++] = s->layers;
		seen |= 1U << s->layers;
	}
	path->nr_segments = s - path->segments;
}

/* Open `wire`, if it is a segment of its own. */
static void find_wire(struct path *path, const struct stamp stamps[PT_NR_HOOKS],
		      const struct stamps_of_path *of)
{
	unsigned int i;

	for (i = 1; i < of->nr && of->hooks[i - 1] < INSIDE_FROM; i++)
		;
	if (i < of->nr && of->hooks[i - 1] == INSIDE_FROM && of->hooks[i] == INSIDE_TO)
		open_wire(path, stamps, of->ns[i - 1], of->ns[i]);
}

int path_of(struct path *path, const struct stamp stamps[PT_NR_HOOKS], enum pt_socket socket)
{
	uint64_t send_ns = stamps[PT_HOOK_SEND].ns, recv_ns = stamps[PT_HOOK_RECV].ns;
	uint32_t on_path = hooks_on_path(socket);
	struct stamps_of_path of;

	path_init(path, socket);
	if (!send_ns || !recv_ns || recv_ns < send_ns)
		return -EINVAL;
	path->total_ns = recv_ns - send_ns;
	take_stamps(&of, path, stamps, on_path);
	path->clipped = of.disordered;
	if (of.disordered)
		put_in_order(&of);
	add_segments(path, &of, on_path);
	if (stamps[PT_HOOK_PEER_ICMP_RCV].ns || stamps[PT_HOOK_PEER_IP_LOCAL_OUT].ns ||
	    stamps[PT_HOOK_PEER_XMIT].ns)
		find_wire(path, stamps, &of);
	return 0;
}
