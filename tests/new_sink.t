#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A new sink is one new file in src/output and one row in the table of sinks.c: the build, the options and --read find it there.
. "$(dirname "$0")/tap.sh"

tree=$scratch/tree
mkdir "$tree"
cp -r "$top"/{Makefile,bpf,docs,include,src,vmlinux} "$tree"

cat >"$tree/src/output/output_times.c" <<'END'
// SPDX-License-Identifier: GPL-2.0-or-later
/* A line a reply: its number and its time; at the end how many there were. */
#include <errno.h>
#include <stdlib.h>
#include "output/sink.h"

static int times_open(struct sink *s)
{
	s->state = calloc(1, sizeof(unsigned int));
	return s->state ? 0 : -ENOMEM;
}

static void times_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	unsigned int *replies = s->state;

	if (r->kind != RESULT_REPLY || !r->has_time)
		return;
	++*replies;
	fprintf(s->file, "%s %llu %llu\n", target->address, (unsigned long long)r->seq,
		(unsigned long long)r->time_ns);
}

static void times_run_end(struct sink *s)
{
	fprintf(s->file, "replies: %u\n", *(unsigned int *)s->state);
}

static bool times_close(struct sink *s)
{
	free(s->state);
	return true;
}

const struct sink_ops sink_times = {
	.open = times_open,
	.result = times_result,
	.run_end = times_run_end,
	.close = times_close,
};
END
is "the table has a row for the text" "$(grep -c '^	X(sink_text,' "$tree/src/output/sinks.c")" 1
sed -i "/^	X(sink_text,/i\\	X(sink_times, \"times\", \".times\") \\\\" "$tree/src/output/sinks.c"
is "a file and a row are new, and nothing else" \
	"$(for d in include src bpf docs Makefile; do diff -r "$top/$d" "$tree/$d"; done | grep -c '^[<>O]')" 2
ok "it builds" make -C "$tree" all
ok "it includes nothing that a sink may not" "$top/tests/includes" "$tree/src"

# Here, or in the lab where this user may not ping.
cat >"$scratch/guest" <<'END'
! ./pingtrace --trace=off 127.0.0.1 --write=x.y 2>refused
./pingtrace --trace=off -c 3 -i 0.01 127.0.0.1 --write=times:named --write=suffix.times --write=recording.jsonl >text
./pingtrace --trace=off -c 3 -i 0.01 127.0.0.1 --write=times:- >stdout
./pingtrace --read=recording.jsonl --write=read.times >text.read
END
if ! (cd "$tree" && sh -e "$scratch/guest") 2>"$scratch/err"; then
	in_lab "the runs" -f "$tree/pingtrace" -o "$tree" "$scratch/guest"
fi
want=$(jq -r 'select(.bytes) | "\(.host) \(.probe) \(.time_ns)"' "$tree/recording.jsonl"; echo "replies: 3")
is "--write=times:FILE: a line for each of three replies, and the end" "$(<"$tree/named")" "$want"
is "--write=FILE.times: the same" "$(<"$tree/suffix.times")" "$want"
is "--read --write: the same" "$(<"$tree/read.times")" "$want"
like "--write=times:- has standard output" "$(<"$tree/stdout")" '^replies: 3$'
unlike "and the text has not" "$(<"$tree/stdout")" 'PING'
is "the text says what it says without it" "$(cmp "$tree/text" "$tree/text.read" 2>&1)" ""
like "a name without a format is told of it" "$(<"$tree/refused")" 'ends in .*\.times.* times:'
done_testing
