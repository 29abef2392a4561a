// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * getopt_long rather than a parser that knows more: ping itself uses it, so that bundled letters, attached
 * values and options behind the host are taken exactly as people are used to.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "options.h"
#include "socket.h"

/* Options without a letter. */
enum { KEY_TRACE = 0x100, KEY_SOCKET, KEY_SEGMENTS };

const struct option_info option_infos[] = {
	{ '4', NULL, NULL, "use IPv4" },
	{ '6', NULL, NULL, "use IPv6" },
	{ 'c', NULL, "COUNT", "stop after COUNT replies (with -w) or requests" },
	{ 'D', NULL, NULL, "print the time before each line" },
	{ 'h', "help", NULL, "print this and exit" },
	{ 'i', NULL, "SECONDS", "between two requests (default 1; 0: as fast as replies come)" },
	{ 'I', NULL, "SOURCE", "send from this address or through this device" },
	{ 'j', "json", NULL, "one JSON object a line" },
	{ 'n', NULL, NULL, "no names for addresses" },
	{ 'O', NULL, NULL, "say so when the last request has no answer yet" },
	{ 'q', NULL, NULL, "only the statistics" },
	{ 's', NULL, "SIZE", "bytes of payload (default 56)" },
	{ 't', NULL, "TTL", "time to live of the requests" },
	{ 'U', NULL, NULL, "time= is the user's round trip, up to the return of recvmsg" },
	{ 'v', NULL, NULL, "say more, libbpf's messages among it" },
	{ 'V', "version", NULL, "print the version and exit" },
	{ 'w', NULL, "SECONDS", "stop after this long, whatever happens" },
	{ 'W', NULL, "SECONDS", "give a request up after this long (default 10)" },
	{ KEY_TRACE, "trace", "HOW", "auto (default), fentry, kprobe, tracepoint, timestamping or off" },
	{ KEY_SOCKET, "socket", "KIND", "auto (default), dgram (a ping socket) or raw" },
	{ KEY_SEGMENTS, "segments", NULL, "a line a segment under each reply" },
};

const unsigned int nr_option_infos = ARRAY_SIZE(option_infos);

static void print_help(void)
{
	const struct option_info *i;
	char left[64];
	int n;

	printf("Usage: pingtrace [options] HOST\n\n"
	       "Ping HOST and say where each round trip went: socket, IP, driver and wire.\n\n");
	for (i = option_infos; i < option_infos + ARRAY_SIZE(option_infos); i++) {
		n = i->key < 0x100 ? snprintf(left, sizeof(left), "-%c", i->key) :
				     snprintf(left, sizeof(left), "    ");
		if (i->name)
			n += snprintf(left + n, sizeof(left) - n, "%s--%s", i->key < 0x100 ? ", " : "",
				      i->name);
		if (i->arg)
			snprintf(left + n, sizeof(left) - n, "%s%s", i->name ? "=" : " ", i->arg);
		printf("  %-18s %s\n", left, i->help);
	}
	printf("\nExit status: 0 at least one reply, 1 none, 2 error. See pingtrace(8).\n");
}

static int bad_value(const char *option, const char *value, const char *want)
{
	complain("bad value for %s: '%.64s': take %s", option, value, want);
	return -EINVAL;
}

static int parse_integer(const char *option, const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	char want[80], *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || v < min || v > max) {
		snprintf(want, sizeof(want), "a whole number from %llu to %llu", (unsigned long long)min,
			 (unsigned long long)max);
		return bad_value(option, text, want);
	}
	*value = v;
	return 0;
}

/* The locale's decimal point is never asked for: the program leaves LC_NUMERIC at "C". */
static int parse_seconds(const char *option, const char *text, uint64_t *ns)
{
	char *end;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (end == text || *end || errno || strpbrk(text, "xXnNpP") || !isfinite(v) || v < 0 || v > 1e6)
		return bad_value(option, text, "seconds from 0 to 1000000, such as 0.2");
	*ns = llround(v * NSEC_PER_SEC);
	return 0;
}

static int parse_backend(const char *text, enum backend *backend)
{
	enum backend b;

	for (b = BACKEND_AUTO; b < NR_BACKENDS; b++) {
		if (!strcmp(text, backend_name(b))) {
			*backend = b;
			return 0;
		}
	}
	return bad_value("--trace", text, "auto, fentry, kprobe, tracepoint, timestamping or off");
}

static int parse_socket(const char *text, enum pt_socket *socket)
{
	if (!strcmp(text, "auto"))
		*socket = PT_SOCKET_ANY;
	else if (!strcmp(text, "dgram"))
		*socket = PT_SOCKET_DGRAM;
	else if (!strcmp(text, "raw"))
		*socket = PT_SOCKET_RAW;
	else
		return bad_value("--socket", text, "auto, dgram or raw");
	return 0;
}

#define USER_INTERVAL_MIN_NS (2 * NSEC_PER_MSEC) /* as ping: MIN_USER_INTERVAL_MS */

static int check_interval(const char *text, uint64_t ns)
{
	if (ns < USER_INTERVAL_MIN_NS && geteuid())
		return bad_value("-i", text, "0.002 or more, or run as root");
	return 0;
}

static int parse_one(struct options *o, int key, const char *arg)
{
	uint64_t v;
	int err;

	switch (key) {
	case '4':
	case '6':
		if (o->family != PT_FAMILY_ANY) {
			complain("only one of -4 and -6: leave one out");
			return -EINVAL;
		}
		o->family = key == '4' ? PT_FAMILY_V4 : PT_FAMILY_V6;
		return 0;
	case 'c':
		return parse_integer("-c", arg, 1, INT64_MAX, &o->count);
	case 'D':
		o->print_time = true;
		return 0;
	case 'i':
		err = parse_seconds("-i", arg, &o->interval_ns);
		return err ?: check_interval(arg, o->interval_ns);
	case 'I':
		o->source = arg;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'n':
		o->numeric = true;
		return 0;
	case 'O':
		o->report_outstanding = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 's':
		err = parse_integer("-s", arg, 0, PAYLOAD_MAX, &v);
		if (!err)
			o->payload_size = v;
		return err;
	case 't':
		err = parse_integer("-t", arg, 1, 255, &v);
		if (!err)
			o->ttl = v;
		return err;
	case 'U':
		o->user_latency = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case 'w':
		return parse_seconds("-w", arg, &o->deadline_ns);
	case 'W':
		return parse_seconds("-W", arg, &o->timeout_ns);
	case KEY_TRACE:
		return parse_backend(arg, &o->backend);
	case KEY_SOCKET:
		return parse_socket(arg, &o->socket);
	case KEY_SEGMENTS:
		o->segments = true;
		return 0;
	default:
		return -EINVAL;
	}
}

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
			*longs++ = (struct option){ i->name, i->arg ? required_argument : no_argument, NULL,
						    i->key };
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

enum options_result options_parse(struct options *o, int argc, char **argv)
{
	char letters[2 * ARRAY_SIZE(option_infos) + 2];
	struct option longs[ARRAY_SIZE(option_infos) + 1];
	int key;

	*o = (struct options){
		.family = PT_FAMILY_ANY,
		.socket = PT_SOCKET_ANY,
		.backend = BACKEND_AUTO,
		.interval_ns = NSEC_PER_SEC,
		.timeout_ns = 10 * NSEC_PER_SEC,
		.payload_size = 56,
	};
	getopt_tables(letters, longs);
	opterr = 0;
	while ((key = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		switch (key) {
		case 'h':
			print_help();
			return OPTIONS_DONE;
		case 'V':
			printf("pingtrace %s\n", PINGTRACE_VERSION);
			return OPTIONS_DONE;
		case '?':
		case ':':
			complain_unknown(key, argv);
			return OPTIONS_BAD;
		default:
			if (parse_one(o, key, optarg))
				return OPTIONS_BAD;
		}
	}
	if (optind == argc) {
		complain("no host: name one, such as pingtrace 127.0.0.1");
		return OPTIONS_BAD;
	}
	if (optind + 1 < argc) {
		complain("more than one host ('%.64s'): name one", argv[optind + 1]);
		return OPTIONS_BAD;
	}
	o->host = argv[optind];
	return OPTIONS_RUN;
}
