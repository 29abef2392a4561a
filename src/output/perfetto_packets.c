// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encoding is protobuf-c's, from perfetto.proto. Each packet is packed as a file of one packet: that is what follows another
 * packet in the file.
 */
#include <stdlib.h>
#include <string.h>
#include "base/charset.h"
#include "base/util.h"
#include "output/perfetto.pb-c.h"
#include "output/perfetto_packets.h"

#define INTERNED_MAX 256 /* texts of a kind */
#define SLOTS (2 * INTERNED_MAX)
#define TEXTS_SIZE 8192 /* of all texts of an event, in UTF-8 */
#define PACKET_SIZE (2 * TEXTS_SIZE)

/* Of Perfetto: */
#define SEQUENCE 1 /* all packets are of one sequence */
#define STATE_CLEARED 1
#define NEEDS_STATE 2
#define BY_RANK 3
#define UNIT_NS 1
enum { CLOCK_ID_REALTIME = 1, CLOCK_ID_MONOTONIC = 3, CLOCK_ID_BOOTTIME = 6, NR_CLOCKS = 3 };

/*
 * The boot clock goes on while the system is suspended; otherwise it keeps its distance to the monotonic clock. The two are
 * read one after the other: a distance that has grown by less is that between two readings.
 */
#define SUSPENDED_NS NSEC_PER_MSEC

typedef Perfetto__Protos__TracePacket packet_message;
typedef Perfetto__Protos__TrackEvent event_message;
typedef Perfetto__Protos__DebugAnnotation note_message;
typedef Perfetto__Protos__EventName name_message;
typedef Perfetto__Protos__DebugAnnotationName note_name_message;
typedef Perfetto__Protos__InternedString string_message;

/* Texts by number, from 1. */
struct interned {
	uint16_t slots[SLOTS]; /* by hash: number; 0: free */
	char *texts[INTERNED_MAX]; /* number - 1: as given, owned */
	unsigned int nr;
};

/* One event on its way into a packet: what its messages point to. */
struct build {
	char text[TEXTS_SIZE]; /* in UTF-8, each with its end */
	size_t len;
	note_message notes[PERFETTO_NOTES_MAX], *note_list[PERFETTO_NOTES_MAX];
	/* new here: */
	name_message name, *name_list[1];
	note_name_message note_names[PERFETTO_NOTES_MAX], *note_name_list[PERFETTO_NOTES_MAX];
	string_message strings[PERFETTO_NOTES_MAX], *string_list[PERFETTO_NOTES_MAX];
	Perfetto__Protos__InternedData interned;
};

struct perfetto {
	FILE *file;
	bool missed; /* a packet was left out */
	uint64_t salt; /* makes what we number differ from what other files number */
	uint64_t nr_tracks, nr_flows;
	bool has_clocks;
	struct clocks clocks; /* as told last */
	struct interned names, note_names, texts;
	struct build build;
	uint8_t packet[PACKET_SIZE];
};

/* --- packets --- */

static void put_packet(struct perfetto *p, packet_message *packet)
{
	Perfetto__Protos__Trace file = PERFETTO__PROTOS__TRACE__INIT;
	size_t size;

	packet->has_trusted_packet_sequence_id = true;
	packet->trusted_packet_sequence_id = SEQUENCE;
	packet->has_sequence_flags = true;
	if (!packet->sequence_flags)
		packet->sequence_flags = NEEDS_STATE;
	file.n_packet = 1;
	file.packet = &packet;
	size = perfetto__protos__trace__get_packed_size(&file);
	if (size > sizeof(p->packet)) {
		p->missed = true;
		return;
	}
	fwrite(p->packet, 1, perfetto__protos__trace__pack(&file, p->packet), p->file);
}

/* --- texts --- */

/* @text in UTF-8, in the memory of @b. What finds no room is cut. */
static char *utf8(struct build *b, const char *text)
{
	char *at = b->text + b->len;

	if (b->len == sizeof(b->text))
		return b->text + b->len - 1;
	utf8_from_locale(at, sizeof(b->text) - b->len, text);
	b->len += strlen(at) + 1;
	return at;
}

/* FNV-1a */
static uint64_t hash_of(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (size--)
		hash = (hash ^ *byte++) * 0x100000001b3ULL;
	return hash;
}

/* The number of @text; 0: it has none, and is to be written as it is. */
static unsigned int intern(struct interned *in, const char *text, bool *is_new)
{
	uint64_t hash = hash_of(text, strlen(text));
	uint16_t *slot = &in->slots[(hash ^ hash >> 32) % SLOTS];

	for (; *slot; slot = slot + 1 < in->slots + SLOTS ? slot + 1 : in->slots)
		if (!strcmp(in->texts[*slot - 1], text))
			return *slot;
	if (in->nr == INTERNED_MAX)
		return 0;
	in->texts[in->nr] = strdup(text);
	if (!in->texts[in->nr])
		return 0;
	*slot = ++in->nr;
	*is_new = true;
	return in->nr;
}

static void interned_free(struct interned *in)
{
	while (in->nr)
		free(in->texts[--in->nr]);
}

static void set_name(struct perfetto *p, event_message *event, const char *text)
{
	struct build *b = &p->build;
	bool is_new = false;

	if (!text)
		return;
	event->name_iid = intern(&p->names, text, &is_new);
	event->has_name_iid = event->name_iid != 0;
	if (!event->has_name_iid)
		event->name = utf8(b, text);
	if (!is_new)
		return;
	perfetto__protos__event_name__init(&b->name);
	b->name.has_iid = true;
	b->name.iid = event->name_iid;
	b->name.name = utf8(b, text);
	b->name_list[0] = &b->name;
	b->interned.event_names = b->name_list;
	b->interned.n_event_names = 1;
}

static void set_note_name(struct perfetto *p, note_message *note, const char *text)
{
	struct build *b = &p->build;
	note_name_message *name;
	bool is_new = false;

	note->name_iid = intern(&p->note_names, text, &is_new);
	note->has_name_iid = note->name_iid != 0;
	if (!note->has_name_iid)
		note->name = utf8(b, text);
	if (!is_new)
		return;
	name = &b->note_names[b->interned.n_debug_annotation_names];
	perfetto__protos__debug_annotation_name__init(name);
	name->has_iid = true;
	name->iid = note->name_iid;
	name->name = utf8(b, text);
	b->note_name_list[b->interned.n_debug_annotation_names++] = name;
	b->interned.debug_annotation_names = b->note_name_list;
}

static void set_note_text(struct perfetto *p, note_message *note, const char *text)
{
	struct build *b = &p->build;
	string_message *string;
	bool is_new = false;

	note->string_value_iid = intern(&p->texts, text, &is_new);
	note->has_string_value_iid = note->string_value_iid != 0;
	if (!note->has_string_value_iid)
		note->string_value = utf8(b, text);
	if (!is_new)
		return;
	string = &b->strings[b->interned.n_debug_annotation_string_values];
	perfetto__protos__interned_string__init(string);
	string->has_iid = true;
	string->iid = note->string_value_iid;
	string->has_str = true;
	string->str.data = (uint8_t *)utf8(b, text);
	string->str.len = strlen((char *)string->str.data);
	b->string_list[b->interned.n_debug_annotation_string_values++] = string;
	b->interned.debug_annotation_string_values = b->string_list;
}

/* --- notes --- */

static void add_note(struct perfetto_event *event, const struct perfetto_note *note)
{
	if (event->nr_notes < PERFETTO_NOTES_MAX)
		event->notes[event->nr_notes++] = *note;
}

void perfetto_note_text(struct perfetto_event *event, const char *name, const char *text)
{
	if (text && *text)
		add_note(event, &(struct perfetto_note){ .name = name, .text = text });
}

void perfetto_note_sentence(struct perfetto_event *event, const char *name, const char *sentence)
{
	if (*sentence)
		add_note(event,
			 &(struct perfetto_note){ .name = name, .text = sentence, .is_sentence = true });
}

void perfetto_note_number(struct perfetto_event *event, const char *name, uint64_t number)
{
	add_note(event, &(struct perfetto_note){ .name = name, .number = number });
}

void perfetto_note_flag(struct perfetto_event *event, const char *name, bool flag)
{
	if (flag)
		add_note(event, &(struct perfetto_note){ .name = name, .number = true, .is_flag = true });
}

static void set_note(struct perfetto *p, note_message *note, const struct perfetto_note *from)
{
	perfetto__protos__debug_annotation__init(note);
	set_note_name(p, note, from->name);
	if (from->is_sentence) {
		note->string_value = utf8(&p->build, from->text);
	} else if (from->text) {
		set_note_text(p, note, from->text);
	} else if (from->is_flag) {
		note->has_bool_value = true;
		note->bool_value = from->number;
	} else {
		note->has_uint_value = true;
		note->uint_value = from->number;
	}
}

/* --- events --- */

static void set_flow(event_message *event, const struct perfetto_event *from, uint64_t *flow)
{
	if (!from->flow)
		return;
	*flow = from->flow;
	if (from->ends_flow) {
		event->n_terminating_flow_ids = 1;
		event->terminating_flow_ids = flow;
	} else {
		event->n_flow_ids = 1;
		event->flow_ids = flow;
	}
}

void perfetto_put(struct perfetto *p, const struct perfetto_event *from)
{
	packet_message packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
	event_message event = PERFETTO__PROTOS__TRACK_EVENT__INIT;
	struct build *b = &p->build;
	uint64_t flow;
	unsigned int i;

	b->len = 0;
	perfetto__protos__interned_data__init(&b->interned);
	event.has_type = event.has_track_uuid = true;
	event.type = (Perfetto__Protos__TrackEvent__Type)from->type;
	event.track_uuid = from->track;
	set_name(p, &event, from->name);
	event.has_counter_value = from->type == PERFETTO_COUNTER;
	event.counter_value = (int64_t)from->value;
	set_flow(&event, from, &flow);
	for (i = 0; i < from->nr_notes; i++) {
		set_note(p, &b->notes[i], &from->notes[i]);
		b->note_list[i] = &b->notes[i];
	}
	event.n_debug_annotations = from->nr_notes;
	event.debug_annotations = b->note_list;
	packet.has_timestamp = true;
	packet.timestamp = from->ns;
	packet.track_event = &event;
	if (b->interned.n_event_names || b->interned.n_debug_annotation_names ||
	    b->interned.n_debug_annotation_string_values)
		packet.interned_data = &b->interned;
	put_packet(p, &packet);
}

uint64_t perfetto_new_flow(struct perfetto *p)
{
	return p->salt + ++p->nr_flows;
}

/* --- tracks --- */

/* Small numbers take few bytes in each event: 16 bits of salt have to do. */
static uint64_t new_uuid(struct perfetto *p)
{
	return (p->salt >> 48 << 24) + ++p->nr_tracks;
}

uint64_t perfetto_add_track(struct perfetto *p, const struct perfetto_track *track)
{
	packet_message packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
	Perfetto__Protos__TrackDescriptor d = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;
	Perfetto__Protos__CounterDescriptor counter = PERFETTO__PROTOS__COUNTER_DESCRIPTOR__INIT;

	p->build.len = 0;
	d.has_uuid = true;
	d.uuid = new_uuid(p);
	d.name = utf8(&p->build, track->name);
	d.has_parent_uuid = track->parent != 0;
	d.parent_uuid = track->parent;
	d.has_sibling_order_rank = true;
	d.sibling_order_rank = track->rank;
	if (track->is_time) {
		counter.has_unit = true;
		counter.unit = UNIT_NS;
		d.counter = &counter;
	} else {
		d.has_child_ordering = true;
		d.child_ordering = BY_RANK;
	}
	packet.track_descriptor = &d;
	put_packet(p, &packet);
	return d.uuid;
}

/* --- clocks --- */

void perfetto_clocks(struct perfetto *p, const struct clocks *clocks)
{
	static const uint32_t ids[NR_CLOCKS] = { CLOCK_ID_MONOTONIC, CLOCK_ID_BOOTTIME, CLOCK_ID_REALTIME };
	packet_message packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
	Perfetto__Protos__ClockSnapshot snapshot = PERFETTO__PROTOS__CLOCK_SNAPSHOT__INIT;
	Perfetto__Protos__ClockSnapshot__Clock shown[NR_CLOCKS], *list[NR_CLOCKS];
	uint64_t usual, ns[NR_CLOCKS];
	unsigned int i;

	if (!clocks->monotonic_ns || (p->has_clocks && clocks->monotonic_ns <= p->clocks.monotonic_ns))
		return;
	usual = clocks->monotonic_ns + (p->clocks.boottime_ns - p->clocks.monotonic_ns);
	ns[0] = clocks->monotonic_ns;
	ns[1] = p->has_clocks && clocks->boottime_ns < usual + SUSPENDED_NS ? usual : clocks->boottime_ns;
	ns[2] = clocks->realtime_ns;
	p->has_clocks = true;
	p->clocks = (struct clocks){ ns[0], ns[1], ns[2] };
	for (i = 0; i < NR_CLOCKS; i++) {
		perfetto__protos__clock_snapshot__clock__init(&shown[i]);
		shown[i].has_clock_id = shown[i].has_timestamp = true;
		shown[i].clock_id = ids[i];
		shown[i].timestamp = ns[i];
		list[i] = &shown[i];
	}
	snapshot.n_clocks = NR_CLOCKS;
	snapshot.clocks = list;
	packet.clock_snapshot = &snapshot;
	put_packet(p, &packet);
}

void perfetto_begin(struct perfetto *p, const struct clocks *clocks)
{
	packet_message packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
	Perfetto__Protos__TracePacketDefaults defaults = PERFETTO__PROTOS__TRACE_PACKET_DEFAULTS__INIT;

	p->salt = hash_of(clocks, sizeof(*clocks));
	defaults.has_timestamp_clock_id = true;
	defaults.timestamp_clock_id = CLOCK_ID_MONOTONIC;
	packet.sequence_flags = STATE_CLEARED;
	packet.trace_packet_defaults = &defaults;
	put_packet(p, &packet);
	perfetto_clocks(p, clocks);
}

struct perfetto *perfetto_open(FILE *file)
{
	struct perfetto *p = calloc(1, sizeof(*p));

	if (p)
		p->file = file;
	return p;
}

bool perfetto_close(struct perfetto *p)
{
	bool complete = !p->missed;

	interned_free(&p->names);
	interned_free(&p->note_names);
	interned_free(&p->texts);
	free(p);
	return complete;
}
