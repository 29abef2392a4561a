// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include "path.h"

struct hook_info {
	const char *name;
	const char *segment; /* that begins here */
	enum pt_side side;
	enum pt_pass pass;
	enum pt_socket socket;
	enum pt_layer layer;
	enum pt_packet packet;
};

#define HOOK_INFO(hook, name_, side_, packet_, pass_, socket_, segment_, layer_) \
	[PT_HOOK_##hook] = { \
		.name = #name_, \
		.segment = segment_, \
		.side = PT_SIDE_##side_, \
		.pass = PT_PASS_##pass_, \
		.socket = PT_SOCKET_##socket_, \
		.layer = PT_LAYER_##layer_, \
		.packet = PT_PACKET_##packet_, \
	},
static const struct hook_info hooks[PT_NR_HOOKS] = { PT_HOOKS(HOOK_INFO) };

#define LAYER_NAME(layer, name) [PT_LAYER_##layer] = name,
static const char *const layer_names[PT_NR_LAYERS] = { PT_LAYERS(LAYER_NAME) };

const char *hook_name(enum pt_hook hook)
{
	return hooks[hook].name;
}

enum pt_hook hook_of_name(const char *name)
{
	enum pt_hook h = 0;

	while (h < PT_NR_HOOKS && strcmp(hooks[h].name, name) != 0)
		h++;
	return h < PT_NR_HOOKS ? h : PT_HOOK_NONE;
}

bool hook_on_path(enum pt_hook hook, enum pt_socket socket)
{
	return hooks[hook].side == PT_SIDE_OURS && hooks[hook].socket & socket;
}

bool hook_is_peer(enum pt_hook hook)
{
	return hooks[hook].side == PT_SIDE_RESPONDER;
}

bool hook_is_user(enum pt_hook hook)
{
	return hooks[hook].pass == PT_PASS_USER;
}

bool hook_is_reply(enum pt_hook hook)
{
	return hooks[hook].packet == PT_PACKET_REPLY;
}

const char *hook_segment(enum pt_hook hook)
{
	return hooks[hook].segment;
}

enum pt_layer hook_layer(enum pt_hook hook)
{
	return hooks[hook].layer;
}

const struct pt_stamp *record_stamp(const struct pt_record *rec, enum pt_hook hook)
{
	const struct pt_stamp *stamp = &rec->stamps[hook];

	if (rec->request_copied &&
	    (hook == PT_HOOK_DEV_QUEUE || hook == PT_HOOK_START_XMIT || hook == PT_HOOK_XMIT))
		return NULL;
	return stamp->ns && stamp->number == rec->number ? stamp : NULL;
}

void record_stamps(struct stamp stamps[PT_NR_HOOKS], const struct pt_record *rec)
{
	const struct pt_stamp *s;
	enum pt_hook h;

	for (h = 0; h < PT_NR_HOOKS; h++) {
		s = record_stamp(rec, h);
		stamps[h].ns = s ? s->ns : 0;
		stamps[h].cpu = s ? s->cpu : PT_CPU_UNKNOWN;
	}
}

/* The layers of all hooks of the path from @from up to, not including, @to. */
static layer_set layers_between(enum pt_hook from, enum pt_hook to, enum pt_socket socket)
{
	layer_set layers = 0;
	enum pt_hook h;

	for (h = from; h < to; h++)
		if (hook_on_path(h, socket))
			layers |= LAYER_BIT(hooks[h].layer);
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

/* The hooks of the responder's side lie between these two, which are on the path. */
#define INSIDE_FROM PT_HOOK_XMIT
#define INSIDE_TO (PT_HOOK_XMIT + INSIDE_MAX)

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

/* Append @part to @name, after a plus where something stands already. */
static void join(char name[SEGMENT_NAME_MAX], const char *part)
{
	size_t len = strlen(name);

	if (len + strlen(part) + 2 > SEGMENT_NAME_MAX)
		return;
	if (len)
		name[len++] = '+';
	strcpy(name + len, part);
}

char *segment_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to, enum pt_socket socket)
{
	enum pt_hook h;

	name[0] = '\0';
	for (h = from; h < to; h++)
		if (hook_on_path(h, socket))
			join(name, hooks[h].segment);
	return name;
}

char *inside_name(char name[SEGMENT_NAME_MAX], enum pt_hook from, enum pt_hook to)
{
	enum pt_hook h;

	name[0] = '\0';
	for (h = from; h < to; h++)
		join(name, h == INSIDE_FROM ? PT_WIRE_OUT : hooks[h].segment);
	return name;
}

char *layer_name(char name[SEGMENT_NAME_MAX], layer_set layers)
{
	enum pt_layer l, next;
	const char *last = "";

	name[0] = '\0';
	for (;;) {
		next = PT_NR_LAYERS;
		for (l = 0; l < PT_NR_LAYERS; l++)
			if (layers & LAYER_BIT(l) && strcmp(layer_names[l], last) > 0 &&
			    (next == PT_NR_LAYERS || strcmp(layer_names[l], layer_names[next]) < 0))
				next = l;
		if (next == PT_NR_LAYERS)
			return name;
		join(name, layer_names[next]);
		last = layer_names[next];
	}
}
