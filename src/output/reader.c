// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/split.h"
#include "analysis/causes.h"
#include "base/charset.h"
#include "base/util.h"
#include "net/socket.h"
#include "output/objects.h"
#include "output/reader.h"

#define LINE_MAX_SIZE \
	(1 << 20) /* the longest has 65,535 bytes of payload, two digits each, and a summary less */
#define TARGETS_MAX 65536
#define COMPLAINTS_MAX 10 /* then what follows is only counted */
#define ERRNO_MAX 4095 /* of the kernel */

struct read_target {
	struct target_info info;
	struct stats stats;
	bool ended; /* its summary has come */
};

struct reader {
	FILE *file;
	const char *name;
	struct sinks *sinks;
	char *line;
	size_t size; /* of the line */
	unsigned long number; /* of the line */
	unsigned long wrong; /* lines that were not understood, or not wholly */
	unsigned long told; /* the line up to which that was told before a rewind */
	json_t *object; /* that was read, and not given yet */
	uint64_t time_ns; /* of that */
	struct run_info run;
	bool begun, given, ended; /* the head was read, and given; the end was */
	bool checked; /* whether the end came where it should */
	struct read_target **targets; /* by index; NULL: not described */
	unsigned int nr_targets;
};

/* --- what is wrong --- */

static void __attribute__((format(printf, 2, 3))) wrong(struct reader *r, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	if (r->number <= r->told || r->wrong++ >= COMPLAINTS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain("%.200s: line %lu: %s", r->name, r->number, text);
}

/* --- values: of the wrong type, or out of range, they are as if they were not there --- */

static bool get_number(const json_t *o, const char *key, uint64_t max, uint64_t *value)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) > max)
		return false;
	*value = json_integer_value(v);
	return true;
}

static uint64_t number_or(const json_t *o, const char *key, uint64_t max, uint64_t otherwise)
{
	uint64_t value;

	return get_number(o, key, max, &value) ? value : otherwise;
}

static uint64_t number_of(const json_t *o, const char *key, uint64_t max)
{
	return number_or(o, key, max, 0);
}

static bool flag_of(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static const char *string_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* A name: harmless, without spaces. What is too long is cut. */
static void copy_name(char *dst, size_t size, const json_t *o, const char *key)
{
	char local[RESULT_NAME_SIZE * 2];

	harmless(dst, size, locale_from_utf8(local, sizeof(local), string_of(o, key)));
}

/* A sentence: words, harmless, with spaces between them. */
static void copy_text(char *dst, size_t size, const json_t *o, const char *key)
{
	char local[1024], *word = local, *space;
	size_t len = 0;

	locale_from_utf8(local, sizeof(local), string_of(o, key));
	while (size) {
		space = strchr(word, ' ');
		if (space)
			*space = '\0';
		harmless(dst + len, size - len, word);
		len += strlen(dst + len);
		if (!space || len + 2 > size)
			return;
		dst[len++] = ' ';
		dst[len] = '\0';
		word = space + 1;
	}
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex digits, two a byte, @max bytes at the most. Returns how many; 0 where it is anything else. */
static size_t copy_hex(uint8_t *dst, size_t max, const char *hex)
{
	size_t i, n = strlen(hex) / 2;

	if (strlen(hex) % 2 || n > max)
		return 0;
	for (i = 0; i < n; i++) {
		if (digit(hex[2 * i]) < 0 || digit(hex[2 * i + 1]) < 0)
			return 0;
		dst[i] = digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]);
	}
	return n;
}

static int errno_of_name(const char *name)
{
	const char *known;
	int e;

	for (e = 1; *name && e <= ERRNO_MAX; e++) {
		known = strerrorname_np(e);
		if (known && !strcmp(known, name))
			return e;
	}
	return 0;
}

static uint32_t hooks_of(const json_t *list)
{
	uint32_t hooks = 0;
	enum pt_hook h;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		h = hook_of_name(json_string_value(json_array_get(list, i)) ?: "");
		if (h != PT_HOOK_NONE)
			hooks |= 1U << h;
	}
	return hooks;
}

/* --- the run --- */

static struct clocks clocks_of(const json_t *o)
{
	return (struct clocks){
		.monotonic_ns = number_of(o, "monotonic_ns", INT64_MAX),
		.boottime_ns = number_of(o, "boottime_ns", INT64_MAX),
		.realtime_ns = number_of(o, "realtime_ns", INT64_MAX),
	};
}

static void read_options(struct run_info *run, const json_t *o)
{
	run->payload_size = number_of(o, "payload", PAYLOAD_MAX);
	run->interval_ns = number_of(o, "interval_ns", INT64_MAX);
	run->flood = flag_of(o, "flood");
	run->adaptive = flag_of(o, "adaptive");
	run->why = flag_of(o, "why");
	run->pattern_size = copy_hex(run->pattern, sizeof(run->pattern), string_of(o, "pattern"));
	run->has_pattern = run->pattern_size;
}

/* Returns false if the rest cannot be read. */
static bool read_run(struct reader *r, const json_t *o)
{
	struct run_info *run = &r->run;
	uint64_t format = 0;

	if (!json_is_object(o)) {
		wrong(r, "not a pingtrace recording: a recording begins with {\"" RECORDING_KEY "\":...");
		return false;
	}
	if (!get_number(o, "format", UINT32_MAX, &format) || format != RECORDING_FORMAT) {
		wrong(r, "recording format %llu is not supported: this pingtrace reads format %d",
		      (unsigned long long)format, RECORDING_FORMAT);
		return false;
	}
	copy_name(run->version, sizeof(run->version), o, "version");
	copy_name(run->kernel, sizeof(run->kernel), o, "kernel");
	run->started = clocks_of(json_object_get(o, "started"));
	copy_name(run->backend, sizeof(run->backend), o, "backend");
	copy_text(run->why_not_better, sizeof(run->why_not_better), o, "why_not_better");
	run->traced = flag_of(o, "traced");
	run->has_why = flag_of(o, "causes");
	run->stamp_ns = number_of(o, "stamp_ns", NSEC_PER_SEC);
	run->nr_targets = number_or(o, "targets", TARGETS_MAX, 1);
	run->name_width = number_of(o, "name_width", RESULT_NAME_SIZE);
	read_options(run, json_object_get(o, "options"));
	return true;
}

/* --- targets --- */

static bool make_room(struct reader *r, unsigned int index)
{
	struct read_target **more = grow_array(r->targets, &r->nr_targets, index, sizeof(*more));

	if (more)
		r->targets = more;
	return more;
}

static void describe(struct target_info *t, const json_t *o)
{
	copy_name(t->name, sizeof(t->name), o, "name");
	copy_name(t->address, sizeof(t->address), o, "address");
	copy_name(t->reverse, sizeof(t->reverse), o, "reverse");
	copy_text(t->source, sizeof(t->source), o, "source");
	t->family = number_of(o, "family", 6) == 6 ? PT_FAMILY_V6 : PT_FAMILY_V4;
	t->socket = !strcmp(string_of(o, "socket"), "raw") ? PT_SOCKET_RAW : PT_SOCKET_DGRAM;
	t->id = number_of(o, "id", UINT16_MAX);
	t->flow = number_of(o, "flow", 0xfffff);
	t->ip_options_size = number_of(o, "ip_options", RESULT_OPTIONS_MAX);
	t->multicast = flag_of(o, "multicast");
	t->any_source = flag_of(o, "any_source");
	t->hooks = hooks_of(json_object_get(o, "hooks"));
	t->missing = hooks_of(json_object_get(o, "missing"));
}

/* Targets have to come in order: so memory is bounded by the size of the recording. */
static void read_target(struct reader *r, const json_t *o)
{
	uint64_t index = number_or(o, "target", TARGETS_MAX - 1, UINT64_MAX);
	struct read_target *t;

	if (index != r->nr_targets) {
		wrong(r, "target out of order");
		return;
	}
	t = calloc(1, sizeof(*t));
	if (!t || !make_room(r, index)) {
		free(t);
		wrong(r, "no memory for another target");
		return;
	}
	t->info.index = index;
	describe(&t->info, o);
	samples_share(&t->stats.samples, r->run.nr_targets);
	r->targets[index] = t;
	sinks_target_begin(r->sinks, &t->info);
}

/* The target that @o is about; NULL after a complaint. */
static struct read_target *target_of(struct reader *r, const json_t *o)
{
	uint64_t index = number_or(o, "target", TARGETS_MAX - 1, UINT64_MAX);

	if (index < r->nr_targets && r->targets[index] && !r->targets[index]->ended)
		return r->targets[index];
	wrong(r, index < r->nr_targets ? "belongs to a target whose summary came before" :
					 "belongs to a target that was not described before");
	return NULL;
}

/* --- what both replies and lost probes have --- */

/* A stamp lies within the longest -W of its probe: no sum of times overflows. */
#define STAMP_MAX_NS (2 * SECONDS_MAX * NSEC_PER_SEC)

#define HEAD_LENGTH_MAX (1 << 18) /* of a packet, with all headers that there may be */
/* A time since the probe was sent, as one of the clock; 0: it has none. */
static uint64_t time_of(const struct result *r, const json_t *o, const char *key)
{
	const json_t *ns = json_object_get(o, key);
	json_int_t after = json_integer_value(ns);

	if (!r->sent_ns || !json_is_integer(ns) || after > (json_int_t)STAMP_MAX_NS ||
	    after <= -(json_int_t)r->sent_ns || after < -(json_int_t)STAMP_MAX_NS)
		return 0;
	return r->sent_ns + after;
}

static void read_stamp(struct result *r, const json_t *o)
{
	enum pt_hook h = hook_of_name(string_of(o, "hook"));
	struct stamp_origin *origin;
	uint64_t ns = time_of(r, o, "ns");

	if (h == PT_HOOK_NONE || h == PT_HOOK_SEND || h == PT_HOOK_RECV || !ns)
		return;
	r->stamps[h].ns = ns;
	r->stamps[h].cpu = number_or(o, "cpu", PT_CPU_UNKNOWN, PT_CPU_UNKNOWN);
	origin = &r->origins[h];
	copy_name(origin->dev, sizeof(origin->dev), o, "dev");
	copy_name(origin->function, sizeof(origin->function), o, "function");
	origin->is_function = !strcmp(string_of(o, "kind"), "function");
	origin->netns = number_of(o, "netns", UINT32_MAX);
	copy_name(origin->netns_name, sizeof(origin->netns_name), o, "netns_name");
}

/* What says nothing sensible is not there. */
static void read_head(struct head *h, const json_t *o, const struct stamp *stamp)
{
	h->link = link_of_name(string_of(o, "link"));
	h->length = number_of(o, "length", HEAD_LENGTH_MAX);
	h->captured = copy_hex(h->bytes, sizeof(h->bytes), string_of(o, "bytes"));
	h->present = stamp->ns && h->link < PT_NR_LINKS && h->captured && h->captured <= h->length;
}

static void read_heads(struct result *r, const json_t *o)
{
	struct head *request = &r->heads[PT_PACKET_REQUEST], *reply = &r->heads[PT_PACKET_REPLY];

	if (!json_is_object(o))
		return;
	read_head(request, json_object_get(o, "request"), &r->stamps[PT_HOOK_START_XMIT]);
	read_head(reply, json_object_get(o, "reply"), &r->stamps[PT_HOOK_DRIVER_RX]);
	r->has_heads = request->present || reply->present;
}

static void read_stamps(struct result *r, const json_t *o)
{
	const json_t *list = json_object_get(o, "stamps");
	size_t i;

	memset(r->stamps, 0, sizeof(r->stamps));
	memset(r->origins, 0, sizeof(r->origins));
	for (i = 0; i < PT_NR_HOOKS; i++)
		r->stamps[i].cpu = PT_CPU_UNKNOWN;
	if (!r->sent_ns)
		return;
	r->stamps[PT_HOOK_SEND].ns = r->sent_ns;
	for (i = 0; i < json_array_size(list) && i < PT_NR_HOOKS; i++)
		read_stamp(r, json_array_get(list, i));
	r->has_stamps = true;
	r->has_origins = true;
	read_heads(r, json_object_get(o, "heads"));
}

/* Seconds and six decimals. */
static uint64_t wall_of(const json_t *o)
{
	unsigned long long s, us;
	char end;

	if (sscanf(string_of(o, "timestamp"), "%12llu.%6llu%c", &s, &us, &end) != 2)
		return 0;
	return s * USEC_PER_SEC + us;
}

/* Read whose probe it is and when it was sent. Returns the target, or NULL after a complaint. */
static struct read_target *begin_result(struct reader *r, struct result *result, enum result_kind kind,
					const json_t *o)
{
	struct read_target *t = target_of(r, o);
	uint64_t seq, late_ns;

	if (!t)
		return NULL;
	if (!get_number(o, "probe", INT64_MAX, &seq) || !seq) {
		wrong(r, "probe without a number");
		return NULL;
	}
	result_init(result, kind, seq);
	result->wall_us = wall_of(o);
	result->sent_ns = number_of(o, "sent_ns", INT64_MAX / 2);
	late_ns = number_of(o, "late_ns", INT64_MAX);
	if (late_ns && late_ns < result->sent_ns)
		result->due_ns = result->sent_ns - late_ns;
	return t;
}

/* --- replies --- */

static void read_receive(struct causes *causes, const json_t *o)
{
	struct causes_receive *r;
	enum pt_receiver at = 0;

	while (at < PT_NR_RECEIVERS && strcmp(receiver_name(at), string_of(o, "hook")) != 0)
		at++;
	if (at == PT_NR_RECEIVERS)
		return;
	r = &causes->receive[at];
	r->known = true;
	r->cpu = number_of(o, "cpu", UINT16_MAX);
	r->ksoftirqd = flag_of(o, "ksoftirqd");
	copy_name(r->task, sizeof(r->task), o, "task");
	r->task_hidden = flag_of(o, "hidden");
	r->in_softirq = json_object_get(o, "late_ns");
	r->late_ns = number_of(o, "late_ns", STAMP_MAX_NS);
	r->busy_ns = number_of(o, "busy_ns", STAMP_MAX_NS);
	r->from_idle = json_object_get(o, "idle_state");
	r->idle_state = (int)number_or(o, "idle_state", INT16_MAX, 0) - !r->from_idle;
}

static void read_wait(struct result *r, const json_t *o)
{
	struct causes *causes = &r->causes;

	causes->has_wait = json_is_object(o);
	causes->running_ns = time_of(r, o, "running_ns");
	causes->wait_ns = number_of(o, "ns", STAMP_MAX_NS);
	causes->wait_cpu = number_of(o, "cpu", UINT16_MAX);
	causes->held_idle = flag_of(o, "idle");
	copy_name(causes->holder, sizeof(causes->holder), o, "task");
	causes->holder_pid = number_of(o, "pid", UINT32_MAX);
	causes->holder_hidden = flag_of(o, "hidden");
	causes->held_ns = number_of(o, "held_ns", STAMP_MAX_NS);
}

static void read_causes(struct result *r, const json_t *o)
{
	const json_t *queue = json_object_get(o, "queue"), *list = json_object_get(o, "receive");
	struct causes *causes = &r->causes;
	size_t i;

	r->has_causes = json_is_object(o);
	if (!r->has_causes)
		return;
	causes_of_stamps(causes, r->stamps);
	if (*string_of(o, "neighbour"))
		causes_set_neighbour(causes, string_of(o, "neighbour"));
	if (json_is_object(queue)) {
		causes->has_queue = true;
		causes->queue_before = number_of(queue, "before", UINT32_MAX);
		causes->queue_ns = in_queue_ns(r->stamps);
		copy_name(causes->qdisc, sizeof(causes->qdisc), queue, "qdisc");
	}
	for (i = 0; i < json_array_size(list) && i < PT_NR_RECEIVERS; i++)
		read_receive(causes, json_array_get(list, i));
	read_wait(r, json_object_get(o, "wait"));
}

static void read_split(struct read_target *t, struct result *r, const json_t *o)
{
	uint64_t rtt;

	if (!get_number(o, "user_rtt_ns", STAMP_MAX_NS, &rtt) || !r->sent_ns)
		return;
	read_stamps(r, o);
	r->stamps[PT_HOOK_RECV].ns = r->sent_ns + rtt;
	if (path_of(&r->path, r->stamps, t->info.socket))
		return;
	r->has_path = true;
	read_causes(r, json_object_get(o, "why"));
}

static void read_wrong_data(struct result *r, const json_t *o)
{
	const json_t *data = json_object_get(o, "wrong_data");
	size_t size = r->bytes - RESULT_ICMP_HEADER;
	uint64_t at;

	if (!get_number(data, "at", PAYLOAD_MAX, &at))
		return;
	r->wrong_at = at;
	r->wrong_should = number_of(data, "should", UINT8_MAX);
	r->wrong_is = number_of(data, "is", UINT8_MAX);
	r->payload = malloc(size + 1);
	if (r->payload && copy_hex(r->payload, size, string_of(o, "payload")) != size)
		result_release(r);
}

static void read_reply(struct reader *reader, const json_t *o)
{
	struct result r;
	struct read_target *t = begin_result(reader, &r, RESULT_REPLY, o);

	if (!t)
		return;
	r.bytes = number_or(o, "bytes", PAYLOAD_MAX + RESULT_ICMP_HEADER, 0);
	if (r.bytes < RESULT_ICMP_HEADER) {
		wrong(reader, "impossible size of a reply: %zu bytes", r.bytes);
		return;
	}
	r.ttl = (int)number_or(o, "ttl", UINT8_MAX, UINT16_MAX);
	if (r.ttl == UINT16_MAX)
		r.ttl = -1;
	copy_name(r.from, sizeof(r.from), o, "host");
	r.from_target = !strcmp(r.from, t->info.address);
	r.duplicate = flag_of(o, "duplicate");
	r.late = flag_of(o, "late");
	r.corrupted = flag_of(o, "corrupted");
	r.received_ns = number_of(o, "received_ns", INT64_MAX);
	r.has_time = get_number(o, "time_ns", STAMP_MAX_NS, &r.time_ns);
	r.time_counts = r.has_time && !flag_of(o, "time_read");
	r.under_way = number_of(o, "under_way", UINT16_MAX);
	r.lost_as = number_of(o, "lost_as", STATS_MAX_LOSSES + 1);
	r.ip_options_size = copy_hex(r.ip_options, sizeof(r.ip_options), string_of(o, "ip_options"));
	read_wrong_data(&r, o);
	if (!r.duplicate && !r.corrupted)
		read_split(t, &r, o);
	if (!r.duplicate && !r.corrupted && !r.late)
		stats_add_sent(&t->stats, r.sent_ns, r.due_ns);
	stats_add_result(&t->stats, &r);
	sinks_result(reader->sinks, &t->info, &r);
	result_release(&r);
}

/* --- lost probes --- */

static void read_loss(struct result *r, const json_t *o)
{
	const json_t *icmp = json_object_get(o, "icmp");
	struct loss *l = &r->loss;

	memset(l, 0, sizeof(*l));
	l->where = loss_where_of_name(string_of(o, "where"));
	l->silent = flag_of(o, "silent");
	l->hook = hook_of_name(string_of(o, "hook"));
	copy_name(l->reason, sizeof(l->reason), o, "reason");
	copy_name(l->function, sizeof(l->function), o, "function");
	copy_name(l->dev, sizeof(l->dev), o, "dev");
	l->dropped_ns = time_of(r, o, "ns");
	l->dropped_cpu = number_or(o, "cpu", PT_CPU_UNKNOWN, PT_CPU_UNKNOWN);
	l->netns = number_of(o, "netns", UINT32_MAX);
	copy_name(l->netns_name, sizeof(l->netns_name), o, "netns_name");
	l->error = errno_of_name(string_of(o, "errno"));
	copy_text(l->advice, sizeof(l->advice), o, "advice");
	l->has_icmp = json_is_object(icmp);
	l->icmp_type = number_of(icmp, "type", UINT8_MAX);
	l->icmp_code = number_of(icmp, "code", UINT8_MAX);
	l->icmp_info = number_of(icmp, "info", UINT32_MAX);
	copy_name(l->icmp_from, sizeof(l->icmp_from), icmp, "from");
}

static void read_lost(struct reader *reader, const json_t *o)
{
	const json_t *loss = json_object_get(o, "loss");
	struct result r;
	struct read_target *t = begin_result(reader, &r, RESULT_LOST, o);

	if (!t)
		return;
	r.has_loss = json_is_object(loss);
	if (r.has_loss)
		read_loss(&r, loss);
	read_stamps(&r, o);
	stats_add_sent(&t->stats, r.sent_ns, r.due_ns);
	stats_add_result(&t->stats, &r);
	sinks_result(reader->sinks, &t->info, &r);
}

/* --- the rest --- */

static void read_error(struct reader *reader, const json_t *o)
{
	struct read_target *t = target_of(reader, o);
	struct result_error e = {};
	uint64_t seq = 0;

	if (!t)
		return;
	e.local = !json_object_get(o, "icmp_type");
	e.error = errno_of_name(string_of(o, "errno"));
	e.type = number_of(o, "icmp_type", UINT8_MAX);
	e.code = number_of(o, "icmp_code", UINT8_MAX);
	e.info = number_of(o, "info", UINT32_MAX);
	e.has_seq = get_number(o, "seq", UINT16_MAX, &seq);
	e.seq = seq;
	e.refused = flag_of(o, "refused");
	e.is_redirect = flag_of(o, "redirect");
	e.under_way = number_of(o, "under_way", UINT16_MAX);
	e.wall_us = wall_of(o);
	if (!e.local) {
		copy_name(e.from, sizeof(e.from), o, "host");
		e.from_target = !strcmp(e.from, t->info.address);
	}
	stats_add_error(&t->stats, &e);
	sinks_error(reader->sinks, &t->info, &e);
}

static void read_outstanding(struct reader *r, const json_t *o)
{
	struct read_target *t = target_of(r, o);

	if (t)
		sinks_outstanding(r->sinks, &t->info, number_of(o, "probe", INT64_MAX), wall_of(o));
}

static void read_sent(struct reader *r, const json_t *o)
{
	struct read_target *t = target_of(r, o);

	if (t)
		sinks_sent(r->sinks, &t->info, number_of(o, "probe", INT64_MAX));
}

static void read_clocks(struct reader *r, const json_t *o)
{
	struct clocks clocks = clocks_of(json_object_get(o, "clocks"));

	sinks_clocks(r->sinks, &clocks);
}

static void read_missed(struct reader *r, const json_t *o)
{
	uint64_t nr = number_of(o, "missed", INT64_MAX);

	wrong(r, "%llu results are missing here: they came faster than they could be written",
	      (unsigned long long)nr);
	sinks_missed(r->sinks, nr);
}

static void end_target(struct reader *r, struct read_target *t)
{
	t->ended = true;
	sinks_target_end(r->sinks, &t->info, &t->stats);
}

/* Statistics are recomputed from the results; they equal the summary's if no line is missing. */
static void read_summary(struct reader *r, const json_t *o)
{
	struct read_target *t = target_of(r, o);

	if (!t)
		return;
	t->stats.retries = number_of(o, "retries", INT64_MAX);
	if (number_of(o, "transmitted", INT64_MAX) != t->stats.transmitted ||
	    number_of(o, "received", INT64_MAX) != t->stats.received)
		wrong(r,
		      "the summary counts %llu of %llu probes as answered, the lines before it %llu of %llu: lines are missing",
		      (unsigned long long)number_of(o, "received", INT64_MAX),
		      (unsigned long long)number_of(o, "transmitted", INT64_MAX),
		      (unsigned long long)t->stats.received, (unsigned long long)t->stats.transmitted);
	end_target(r, t);
}

static void read_end(struct reader *r, const json_t *o)
{
	(void)o;
	r->ended = true;
}

/* An object's type is told by one of its keys: see docs/json.md. */
static const struct {
	const char *key;
	void (*read)(struct reader *r, const json_t *o);
} kinds[] = {
	{ "bytes", read_reply },    { "lost", read_lost },     { "outstanding", read_outstanding },
	{ "error", read_error },    { "sent", read_sent },     { "transmitted", read_summary },
	{ "address", read_target }, { "clocks", read_clocks }, { "missed", read_missed },
	{ "end", read_end },
};

/* --- lines --- */

/*
 * Read the next line into r->line. Returns false at the end. If the first line is too long, stop: it is no recording, and may
 * have no end.
 */
static bool next_line(struct reader *r, bool *cut)
{
	size_t n = 0;
	int c = 0;

	*cut = false;
	while ((r->begun || n <= LINE_MAX_SIZE) && (c = getc(r->file)) != EOF && c != '\n') {
		if (n < LINE_MAX_SIZE)
			r->line[n] = c;
		n++;
	}
	r->size = n < LINE_MAX_SIZE ? n : LINE_MAX_SIZE;
	r->number++;
	if (c == EOF && !n)
		return false;
	*cut = n > LINE_MAX_SIZE;
	return true;
}

/* jansson itself bounds how deep values may be nested. */
static json_t *parse(struct reader *r, bool cut)
{
	json_error_t error;
	json_t *o;

	if (cut) {
		wrong(r, "longer than %d bytes", LINE_MAX_SIZE);
		return NULL;
	}
	o = json_loadb(r->line, r->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (json_is_object(o))
		return o;
	if (o)
		wrong(r, "not a JSON object");
	else if (feof(r->file))
		wrong(r, "truncated JSON object");
	else
		wrong(r, "not JSON: %.100s", error.text);
	json_decref(o);
	return NULL;
}

static void read_object(struct reader *r, const json_t *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!json_object_get(o, kinds[i].key))
			continue;
		kinds[i].read(r, o);
		return;
	}
	wrong(r, "not an object of a recording");
}

static json_t *parse_head(struct reader *r)
{
	json_t *o = NULL;
	bool cut;

	if (next_line(r, &cut) && !cut)
		o = json_loadb(r->line, r->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	return o;
}

/* The next line that is an object; NULL: there is none. */
static json_t *parse_next(struct reader *r)
{
	json_t *o;
	bool cut;

	while (next_line(r, &cut)) {
		o = parse(r, cut);
		if (o)
			return o;
	}
	return NULL;
}

/* At the end: did it come where it should? */
static void check_end(struct reader *r)
{
	bool cut;

	if (ferror(r->file))
		wrong(r, "%s", strerror(errno));
	else if (!r->ended)
		wrong(r, "the recording ends before the run: it is incomplete");
	else if (next_line(r, &cut))
		wrong(r, "data after the end of the run");
}

static void note_time(struct reader *r, const json_t *o)
{
	const json_t *clocks = json_object_get(o, "clocks");
	uint64_t sent = number_of(o, "sent_ns", INT64_MAX / 2), ns = number_of(o, "received_ns", INT64_MAX);

	ns = json_is_object(clocks) ? clocks_of(clocks).monotonic_ns : ns > sent ? ns : sent;
	if (ns > r->time_ns)
		r->time_ns = ns;
}

bool reader_next(struct reader *r)
{
	json_decref(r->object);
	if (!r->begun) {
		r->object = parse_head(r);
		r->begun = read_run(r, json_object_get(r->object, RECORDING_KEY));
		r->time_ns = r->run.started.monotonic_ns;
		return r->begun;
	}
	r->object = r->ended ? NULL : parse_next(r);
	if (r->object)
		note_time(r, r->object);
	else if (!r->checked)
		check_end(r);
	r->checked = !r->object;
	return r->object;
}

uint64_t reader_time_ns(const struct reader *r)
{
	return r->time_ns;
}

uint64_t reader_begin_ns(const struct reader *r)
{
	return r->begun ? r->run.started.monotonic_ns : 0;
}

void reader_give(struct reader *r)
{
	if (!r->object)
		return;
	if (r->given)
		read_object(r, r->object);
	else
		sinks_run_begin(r->sinks, &r->run);
	r->given = true;
	json_decref(r->object);
	r->object = NULL;
}

bool reader_is_over(const struct reader *r)
{
	return !r->object || json_object_get(r->object, "transmitted") || json_object_get(r->object, "end");
}

#define TAIL_MIN (64 << 10)
#define TAIL_TARGET (16 << 10) /* a summary is shorter */
#define TAIL_MAX (16 << 20)

uint64_t reader_find_end_ns(struct reader *r)
{
	unsigned long number = r->number;
	off_t here = ftello(r->file), tail = TAIL_MIN + (off_t)r->run.nr_targets * TAIL_TARGET, end;
	uint64_t now_ns = r->time_ns, end_ns;
	bool cut;
	json_t *o;

	tail = tail < TAIL_MAX ? tail : TAIL_MAX;
	if (here < 0 || fseeko(r->file, 0, SEEK_END))
		return 0;
	end = ftello(r->file);
	fseeko(r->file, end - tail > here ? end - tail : here, SEEK_SET);
	while (next_line(r, &cut)) {
		/* The first may be the end of one. */
		o = cut ? NULL : json_loadb(r->line, r->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		if (o)
			note_time(r, o);
		json_decref(o);
	}
	clearerr(r->file);
	fseeko(r->file, here, SEEK_SET);
	r->number = number;
	end_ns = r->time_ns;
	r->time_ns = now_ns;
	return end_ns;
}

static void free_targets(struct reader *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_targets; i++) {
		stats_free(&r->targets[i]->stats);
		free(r->targets[i]);
	}
	free(r->targets);
	r->targets = NULL;
	r->nr_targets = 0;
}

int reader_rewind(struct reader *r)
{
	if (fseeko(r->file, 0, SEEK_SET))
		return -errno;
	clearerr(r->file);
	free_targets(r);
	if (r->number > r->told)
		r->told = r->number - !!r->object;
	json_decref(r->object);
	r->object = NULL;
	r->number = 0;
	r->begun = r->given = r->ended = r->checked = false;
	r->time_ns = 0;
	r->run = (struct run_info){};
	return 0;
}

static void finish(struct reader *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_targets; i++)
		if (!r->targets[i]->ended)
			end_target(r, r->targets[i]);
	if (r->given)
		sinks_run_end(r->sinks);
	if (r->wrong > COMPLAINTS_MAX)
		complain("%.200s: %lu more lines are invalid", r->name, r->wrong - COMPLAINTS_MAX);
}

struct reader *reader_new(FILE *file, const char *name, struct sinks *sinks)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r)
		r->line = malloc(LINE_MAX_SIZE);
	if (!r || !r->line) {
		free(r);
		return NULL;
	}
	r->file = file;
	r->name = name;
	r->sinks = sinks;
	return r;
}

bool reader_close(struct reader *r)
{
	bool good;

	finish(r);
	good = !r->wrong;
	json_decref(r->object);
	free_targets(r);
	free(r->line);
	free(r);
	return good;
}

bool recording_read(FILE *file, const char *name, struct sinks *sinks)
{
	struct reader *r = reader_new(file, name, sinks);

	if (!r) {
		complain("no memory");
		return false;
	}
	while (reader_next(r))
		reader_give(r);
	return reader_close(r);
}
