// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * getopt_long rather than a richer parser: ping uses it too, so bundled letters, attached values and options after the target
 * work exactly as in ping.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/command_line.h"
#include "net/socket.h"

/* Options without a letter. */
enum {
	KEY_TRACE = 0x100,
	KEY_SOCKET,
	KEY_SEGMENTS,
	KEY_PATH,
	KEY_WHY,
	KEY_EXPLAIN,
	KEY_WRITE,
	KEY_READ,
	KEY_LIVE,
	KEY_HELP
};

#define PRELOAD_MAX 65536

/* --- values --- */

static int bad_value(const struct option_info *info, const char *value, const char *want)
{
	if (info->key < 0x100)
		complain("bad value for -%c: '%.64s': use %s", info->key, value, want);
	else
		complain("bad value for --%s: '%.64s': use %s", info->name, value, want);
	return -EINVAL;
}

static int bad_number(const struct option_info *info, const char *value)
{
	char want[80];

	snprintf(want, sizeof(want), "a whole number from %llu to %llu", (unsigned long long)info->min,
		 (unsigned long long)info->max);
	return bad_value(info, value, want);
}

/* "auto dgram raw" as "auto, dgram or raw". */
static int bad_choice(const struct option_info *info, const char *value)
{
	const char *word = info->choices, *last = strrchr(word, ' '), *space;
	char want[160];
	size_t len = 0;

	for (; (space = strchr(word, ' ')) && len < sizeof(want); word = space + 1)
		len += snprintf(want + len, sizeof(want) - len, "%.*s%s", (int)(space - word), word,
				space == last ? " or " : ", ");
	if (len < sizeof(want))
		snprintf(want + len, sizeof(want) - len, "%s", word);
	return bad_value(info, value, want);
}

static void *field_of(struct options *o, const struct option_info *info)
{
	return (char *)o + info->field;
}

static int set_flag(struct options *o, const struct option_info *info, const char *value)
{
	(void)value;
	*(bool *)field_of(o, info) = true;
	return 0;
}

static int set_number(struct options *o, const struct option_info *info, const char *value)
{
	uint64_t v;

	if (value_integer(value, info->min, info->max, &v))
		return bad_number(info, value);
	*(unsigned int *)field_of(o, info) = v;
	return 0;
}

static int set_count(struct options *o, const struct option_info *info, const char *value)
{
	return value_integer(value, info->min, info->max, &o->count) ? bad_number(info, value) : 0;
}

static int set_seconds(struct options *o, const struct option_info *info, const char *value)
{
	if (value_seconds(value, field_of(o, info)))
		return bad_value(info, value, "seconds from 0 to 2147483, such as 0.2");
	o->has_interval |= info->key == 'i';
	return 0;
}

static int set_family(struct options *o, const struct option_info *info, const char *value)
{
	enum pt_family family = info->key == '4' ? PT_FAMILY_V4 : PT_FAMILY_V6;

	(void)value;
	if (o->family != PT_FAMILY_ANY && o->family != family) {
		complain("-4 and -6 exclude each other: leave one out");
		return -EINVAL;
	}
	o->family = family;
	return 0;
}

static int set_flood(struct options *o, const struct option_info *info, const char *value)
{
	o->numeric = true;
	return set_flag(o, info, value);
}

static int set_numeric(struct options *o, const struct option_info *info, const char *value)
{
	o->look_up = false; /* the later of -n and -H counts */
	return set_flag(o, info, value);
}

static int set_id(struct options *o, const struct option_info *info, const char *value)
{
	o->has_id = true;
	return set_number(o, info, value);
}

static int set_mark(struct options *o, const struct option_info *info, const char *value)
{
	o->has_mark = true;
	return set_number(o, info, value);
}

static int set_ttl(struct options *o, const struct option_info *info, const char *value)
{
	o->has_ttl = true;
	return set_number(o, info, value);
}

static int set_flow(struct options *o, const struct option_info *info, const char *value)
{
	uint64_t v;

	if (value_bits(value, info->max, &v))
		return bad_value(info, value, "a flow label of 20 bits, such as 0x12345");
	o->has_flow = true;
	o->flow = v;
	return 0;
}

static int set_tos(struct options *o, const struct option_info *info, const char *value)
{
	uint64_t v;

	if (value_bits(value, info->max, &v))
		return bad_value(info, value, "a number from 0 to 255 (0xff)");
	o->tos = v;
	return 0;
}

/* As ping: with a colon it is an IPv6 address, perhaps with its device; else an IPv4 address, or a device. */
static int set_source(struct options *o, const struct option_info *info, const char *value)
{
	struct in6_addr v6;
	struct in_addr v4;
	char text[INET6_ADDRSTRLEN];
	size_t len = strcspn(value, "%");

	if (strchr(value, ':')) {
		snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : 0), value);
		if (inet_pton(AF_INET6, text, &v6) != 1)
			return bad_value(info, value, "an address of this host, or a device");
		if (value[len])
			o->device = value + len + 1;
	} else if (inet_pton(AF_INET, value, &v4) != 1) {
		o->device = value;
		return 0;
	}
	o->source = value;
	o->strict_source = true;
	return 0;
}

static int set_pattern(struct options *o, const struct option_info *info, const char *value)
{
	if (value_pattern(value, o->pattern, &o->pattern_size))
		return bad_value(info, value, "hex digits, such as ff00");
	o->has_pattern = true;
	return 0;
}

struct choice {
	const char *name;
	int value;
};

#define CHOICES(...) \
	(const struct choice[]) \
	{ \
		__VA_ARGS__, \
		{ \
			NULL, 0 \
		} \
	}

static int choose(const struct option_info *info, const char *value, const struct choice *choices,
		  int *chosen)
{
	for (; choices->name; choices++) {
		if (!strcmp(value, choices->name)) {
			*chosen = choices->value;
			return 0;
		}
	}
	return bad_choice(info, value);
}

static int set_mtu_discovery(struct options *o, const struct option_info *info, const char *value)
{
	return choose(info, value,
		      CHOICES({ "do", IP_PMTUDISC_DO }, { "dont", IP_PMTUDISC_DONT },
			      { "want", IP_PMTUDISC_WANT }, { "probe", IP_PMTUDISC_PROBE }),
		      &o->mtu_discovery);
}

static int set_timestamp(struct options *o, const struct option_info *info, const char *value)
{
	int chosen = TIMESTAMP_NONE;
	int err = choose(info, value,
			 CHOICES({ "tsonly", TIMESTAMP_ONLY }, { "tsandaddr", TIMESTAMP_ADDRESS },
				 { "tsprespec", TIMESTAMP_PRESPEC }),
			 &chosen);

	o->timestamp = chosen;
	return err;
}

static int set_backend(struct options *o, const struct option_info *info, const char *value)
{
	enum backend b;

	for (b = BACKEND_AUTO; b < NR_BACKENDS; b++) {
		if (!strcmp(value, backend_name(b))) {
			o->backend = b;
			return 0;
		}
	}
	return bad_choice(info, value);
}

static int set_socket(struct options *o, const struct option_info *info, const char *value)
{
	int chosen = PT_SOCKET_ANY;
	int err = choose(
		info, value,
		CHOICES({ "auto", PT_SOCKET_ANY }, { "dgram", PT_SOCKET_DGRAM }, { "raw", PT_SOCKET_RAW }),
		&chosen);

	o->socket = chosen;
	return err;
}

static int set_explain(struct options *o, const struct option_info *info, const char *value)
{
	(void)info;
	o->explain = true;
	o->explain_name = value ? value : "";
	return 0;
}

static int set_write(struct options *o, const struct option_info *info, const char *value)
{
	if (!*value)
		return bad_value(info, value, "a file");
	if (o->nr_writes == WRITES_MAX) {
		complain("too many --write options: use at most %d", WRITES_MAX);
		return -EINVAL;
	}
	o->writes[o->nr_writes++] = (char *)value;
	return 0;
}

static int set_read(struct options *o, const struct option_info *info, const char *value)
{
	if (!*value)
		return bad_value(info, value, "a recording");
	if (o->nr_reads == READS_MAX) {
		complain("too many recordings: --read shows one, or compares two");
		return -EINVAL;
	}
	if (o->nr_reads && !strcmp(value, "-") && !strcmp(o->reads[0], "-")) {
		complain("only one --read=-: standard input holds one recording");
		return -EINVAL;
	}
	o->reads[o->nr_reads++] = value;
	return 0;
}

static int refuse_query(struct options *o, const struct option_info *info, const char *value)
{
	(void)o;
	(void)info;
	(void)value;
	complain(
		"-N is not supported: node information queries (RFC 4620) are not echo requests: use iputils ping -6 -N");
	return -EINVAL;
}

/* --- the table --- */

#define PLAIN(key_, name_, parse_, help_) \
	{ \
		.key = key_, .name = name_, .help = help_, .parse = parse_ \
	}
#define FLAG(key_, name_, member, help_) \
	{ \
		.key = key_, .name = name_, .help = help_, .parse = set_flag, \
		.field = offsetof(struct options, member) \
	}
#define VALUE(key_, name_, arg_, parse_, help_) \
	{ \
		.key = key_, .name = name_, .arg = arg_, .help = help_, .parse = parse_ \
	}
#define CHOICE(key_, name_, arg_, parse_, choices_, help_) \
	{ \
		.key = key_, .name = name_, .arg = arg_, .help = help_, .parse = parse_, .choices = choices_ \
	}
#define NUMBER(key_, arg_, parse_, member, min_, max_, help_) \
	{ \
		.key = key_, .arg = arg_, .help = help_, .parse = parse_, \
		.field = offsetof(struct options, member), .min = min_, .max = max_ \
	}

#define HOOK_NAMES(hook, name, side, packet, pass, socket, segment, ...) #name " " segment " "
#define LAYER_NAMES(layer, name) name " "
#define EXPLAIN_NAMES PT_HOOKS(HOOK_NAMES) PT_LAYERS(LAYER_NAMES)

/* clang-format off */
const struct option_info option_infos[] = {
	FLAG('3', NULL, precise, "always print time= with three decimals"),
	PLAIN('4', NULL, set_family, "use IPv4"),
	PLAIN('6', NULL, set_family, "use IPv6"),
	FLAG('a', NULL, audible, "ring the bell at each reply"),
	FLAG('A', NULL, adaptive, "send the next request about when the last is answered"),
	FLAG('b', NULL, broadcast, "allow a broadcast address"),
	FLAG('B', NULL, strict_source, "keep the source address of the first request"),
	NUMBER('c', "COUNT", set_count, count, 1, INT64_MAX, "stop after COUNT replies (with -w) or requests"),
	FLAG('C', NULL, connect, "connect the socket to the target"),
	FLAG('d', NULL, debug, "set SO_DEBUG on the socket"),
	FLAG('D', NULL, print_time, "print the time before each line"),
	NUMBER('e', "ID", set_id, id, 0, 65535, "ICMP identifier (default: random, or the kernel's choice)"),
	{ 'f', NULL, NULL, false, "flood (as -i 0): print a dot for a request, erase it for a reply",
	  set_flood, offsetof(struct options, flood), 0, 0, NULL },
	NUMBER('F', "LABEL", set_flow, flow, 0, 0xfffff, "IPv6 flow label (0: the kernel chooses one)"),
	PLAIN('h', NULL, NULL, "print this; as with ping, the exit status is 2"),
	FLAG('H', NULL, look_up, "look up the target's name, even if an address was given"),
	{ 'i', NULL, "SECONDS", false, "interval between requests (default 1; 0: as fast as replies come)",
	  set_seconds, offsetof(struct options, interval_ns), 0, 0, NULL },
	VALUE('I', NULL, "SOURCE", set_source, "send from this address or through this device"),
	FLAG('j', "json", json, "print JSON, one object per line"),
	NUMBER('l', "COUNT", set_number, preload, 1, PRELOAD_MAX, "send COUNT requests before waiting for a reply"),
	FLAG('L', NULL, no_loop, "suppress this host's copy of multicast requests"),
	NUMBER('m', "MARK", set_mark, mark, 0, UINT32_MAX, "mark the requests, for routing rules and filters"),
	CHOICE('M', NULL, "HOW", set_mtu_discovery, "do dont want probe",
	       "path MTU discovery: do, want, dont or probe"),
	{ 'n', NULL, NULL, false, "print addresses without names", set_numeric, offsetof(struct options, numeric), 0, 0, NULL },
	VALUE('N', NULL, "QUERY", refuse_query, "not supported: use iputils ping"),
	FLAG('O', NULL, report_outstanding, "report that the last request has no answer yet"),
	VALUE('p', NULL, "PATTERN", set_pattern, "fill the payload with these bytes, up to 16 in hex digits"),
	FLAG('q', NULL, quiet, "print only the statistics"),
	NUMBER('Q', "TOS", set_tos, tos, 0, 255, "type of service, or IPv6 traffic class; decimal or 0x..."),
	FLAG('r', NULL, no_route, "bypass the routing table: attached networks only"),
	FLAG('R', NULL, record_route, "record route (IPv4): the addresses on the way, at most 9"),
	NUMBER('s', "SIZE", set_number, payload_size, 0, PAYLOAD_MAX, "bytes of payload (default 56)"),
	NUMBER('S', "BYTES", set_number, send_buffer, 1, INT32_MAX, "size of the socket's send buffer"),
	NUMBER('t', "TTL", set_ttl, ttl, 0, 255, "time to live of the requests"),
	CHOICE('T', NULL, "TYPE", set_timestamp, "tsonly tsandaddr tsprespec",
	       "IP timestamps (IPv4): tsonly, tsandaddr, tsprespec HOP..."),
	FLAG('U', NULL, user_latency, "time= is the user's round trip, until recvmsg returns"),
	FLAG('v', NULL, verbose, "print more, including libbpf's messages"),
	PLAIN('V', "version", NULL, "print the version and exit"),
	{ 'w', NULL, "SECONDS", false, "stop after this long, whatever happens", set_seconds,
	  offsetof(struct options, deadline_ns), 0, 0, NULL },
	{ 'W', NULL, "SECONDS", false, "wait this long for a reply (default 10; 0: for ever)", set_seconds,
	  offsetof(struct options, timeout_ns), 0, 0, NULL },
	CHOICE(KEY_TRACE, "trace", "HOW", set_backend, "auto fentry kprobe tracepoint timestamping off",
	       "how stamps are taken: auto (default), fentry, kprobe, tracepoint, timestamping or off"),
	CHOICE(KEY_SOCKET, "socket", "KIND", set_socket, "auto dgram raw",
	       "kind of socket: auto (default), dgram (a ping socket) or raw"),
	FLAG(KEY_SEGMENTS, "segments", segments, "print a line for each segment under each reply"),
	FLAG(KEY_PATH, "path", path, "draw each probe's path through the kernel, a line for each stamp"),
	FLAG(KEY_WHY, "why", why, "look for causes of delay: tasks, queues, neighbours, softirqs"),
	VALUE(KEY_WRITE, "write", "FILE", set_write,
	      "also write the run to FILE.jsonl, .html, .pcapng, .pftrace, .hgrm, .txt or .json; may be repeated"),
	VALUE(KEY_READ, "read", "FILE", set_read, "no probes: show, or --write, what a recording holds; twice: compare two, also as .html"),
	FLAG(KEY_LIVE, "live", live, "a view of the whole screen; with --read it plays the recording"),
	{ KEY_EXPLAIN, "explain", "NAME", true, "explain what this kernel does at each hook, or at NAME",
	  set_explain, 0, 0, 0, EXPLAIN_NAMES },
	PLAIN(KEY_HELP, "help", NULL, "print this and exit"),
};
/* clang-format on */

const unsigned int nr_option_infos = ARRAY_SIZE(option_infos);

static const struct option_info *info_of(int key)
{
	unsigned int i;

	for (i = 0; i < nr_option_infos; i++)
		if (option_infos[i].key == key)
			return &option_infos[i];
	return NULL;
}

#define HELP_COLUMN 20 /* as wide as the longest option */

static void print_help(void)
{
	const struct option_info *i;
	char left[64];
	int n;

	printf("Usage: pingtrace [options] HOST...\n\n"
	       "Ping HOST and say where each round trip went: socket, IP, driver and wire.\n\n");
	for (i = option_infos; i < option_infos + ARRAY_SIZE(option_infos); i++) {
		n = i->key < 0x100 ? snprintf(left, sizeof(left), "-%c", i->key) :
				     snprintf(left, sizeof(left), "    ");
		if (i->name)
			n += snprintf(left + n, sizeof(left) - n, "%s--%s", i->key < 0x100 ? ", " : "",
				      i->name);
		if (i->arg)
			snprintf(left + n, sizeof(left) - n, "%s%s%s%s", i->arg_optional ? "[" : "",
				 i->name ? "=" : " ", i->arg, i->arg_optional ? "]" : "");
		printf("  %-*s %s\n", HELP_COLUMN, left, i->help);
	}
	printf("\nExit status: 0 at least one reply, 1 none, 2 error. See pingtrace(8).\n");
}

/* --- the command line --- */

/* What getopt_long wants, made from the table. A leading ':' keeps it from printing errors itself. */
static void getopt_tables(char *letters, struct option *longs)
{
	const struct option_info *i;

	*letters++ = ':';
	for (i = option_infos; i < option_infos + ARRAY_SIZE(option_infos); i++) {
		if (i->key < 0x100) {
			*letters++ = i->key;
			if (i->arg)
				*letters++ = ':';
		}
		if (i->name)
			*longs++ = (struct option){ i->name,
						    !i->arg	    ? no_argument :
						    i->arg_optional ? optional_argument :
								      required_argument,
						    NULL, i->key };
	}
	*letters = '\0';
	*longs = (struct option){};
}

static void complain_unknown(int key, char **argv)
{
	const char *what = key == ':' ? "needs a value" : "is not an option, or not with that value";

	if (optopt > 0 && optopt < 0x100)
		complain("-%c %s: pingtrace -h lists the options", optopt,
			 key == ':' ? "needs a value" : "is not an option");
	else
		complain("%.64s %s: pingtrace -h lists the options", argv[optind - 1], what);
}

/* The arguments that are no options. With -T tsprespec the last one is the target, the others are hops. */
static int take_targets(struct options *o, int argc, char **argv)
{
	if (!argc) {
		complain("no target: name one, such as pingtrace 127.0.0.1");
		return -EINVAL;
	}
	if (o->timestamp == TIMESTAMP_PRESPEC) {
		o->hops = argv;
		o->nr_hops = argc - 1;
		argv += argc - 1;
		argc = 1;
	}
	if (o->nr_hops > HOPS_MAX) {
		complain("too many hops: use at most %d before the target", HOPS_MAX);
		return -EINVAL;
	}
	if (argc > TARGETS_MAX) {
		complain("too many targets: use at most %d", TARGETS_MAX);
		return -EINVAL;
	}
	o->targets = argv;
	o->nr_targets = argc;
	return 0;
}

/* Checks that need all options. Root is recognised by user id, as in ping. */
static int check(struct options *o)
{
	if (o->flood && !o->has_interval)
		o->interval_ns = 0;
	if (getuid() && o->interval_ns < USER_INTERVAL_MIN_NS) {
		complain("intervals below 2 ms require root: use -i 0.002 or more%s",
			 o->flood ? " with -f" : "");
		return -EINVAL;
	}
	if (getuid() && o->preload > USER_PRELOAD_MAX) {
		complain("-l above 3 requires root: use -l 3");
		return -EINVAL;
	}
	if (o->record_route && o->timestamp != TIMESTAMP_NONE) {
		complain("-R and -T exclude each other: leave one out");
		return -EINVAL;
	}
	if (o->has_id && o->id + o->nr_targets > 65536) {
		complain("-e %u leaves too few identifiers for %u targets: use %u or less", o->id,
			 o->nr_targets, 65536 - o->nr_targets);
		return -EINVAL;
	}
	return 0;
}

static int check_read(int argc, char **argv)
{
	if (argc) {
		complain("--read sends no probes: leave out %.64s", argv[0]);
		return -EINVAL;
	}
	return 0;
}

/* Called as ping4 or ping6, it uses that family, as ping does. */
static void take_name(struct options *o, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (len && name[len - 1] == '4')
		o->family = PT_FAMILY_V4;
	else if (len && name[len - 1] == '6')
		o->family = PT_FAMILY_V6;
}

static void set_defaults(struct options *o)
{
	*o = (struct options){
		.family = PT_FAMILY_ANY,
		.socket = PT_SOCKET_ANY,
		.backend = BACKEND_AUTO,
		.explain_name = "",
		.interval_ns = NSEC_PER_SEC,
		.timeout_ns = 10 * NSEC_PER_SEC,
		.preload = 1,
		.timestamp = TIMESTAMP_NONE,
		.mtu_discovery = -1,
		.payload_size = 56,
	};
}

enum options_result options_parse(struct options *o, int argc, char **argv)
{
	char letters[2 * ARRAY_SIZE(option_infos) + 2];
	struct option longs[ARRAY_SIZE(option_infos) + 1];
	const struct option_info *info;
	bool version = false;
	int key;

	set_defaults(o);
	take_name(o, argv[0]);
	getopt_tables(letters, longs);
	opterr = 0;
	while ((key = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		switch (key) {
		case 'h':
		case KEY_HELP:
			print_help();
			return key == 'h' ? OPTIONS_BAD : OPTIONS_DONE;
		case 'V':
			version = true; /* when it is known whether -j is there */
			break;
		default:
			info = info_of(key);
			if (!info) {
				complain_unknown(key, argv);
				return OPTIONS_BAD;
			}
			if (info->parse(o, info, optarg))
				return OPTIONS_BAD;
		}
	}
	if (version) {
		printf(o->json ? "{\"version\":\"%s\"}\n" : "pingtrace %s\n", PINGTRACE_VERSION);
		return OPTIONS_DONE;
	}
	if (o->live && (o->json || o->explain)) {
		complain("only one of --live and %s: leave one out", o->json ? "-j" : "--explain");
		return OPTIONS_BAD;
	}
	if (o->nr_reads && o->live && o->nr_writes) {
		complain("--live plays a recording, and writes none: leave out --live or --write");
		return OPTIONS_BAD;
	}
	if (o->nr_reads > 1 && o->live) {
		complain("--live plays one recording: leave out --live or one --read");
		return OPTIONS_BAD;
	}
	if (o->explain) {
		o->targets = argv + optind;
		o->nr_targets = argc - optind;
		return OPTIONS_RUN;
	}
	if (o->nr_reads)
		return check_read(argc - optind, argv + optind) ? OPTIONS_BAD : OPTIONS_RUN;
	if (take_targets(o, argc - optind, argv + optind) || check(o))
		return OPTIONS_BAD;
	return OPTIONS_RUN;
}
