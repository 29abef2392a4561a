# SPDX-License-Identifier: GPL-2.0-or-later
# From results.json to the tables of docs/benchmarks.md.
def ratio($to): if . == null or $to == null then "" else "\(. / $to * 100 | round / 100) ×" end;
def number: if . == null then "" else tostring end;
def ms: "\(. / 10000 | round / 100) ms";
def percent($of): "\(. / $of * 1000 | round / 10) %";
"Kernel \(.kernel); iputils ping \(.versions.ping), fping \(.versions.fping).", "",
"### An echo on loopback", "",
"| instructions added to the round trip by | raw socket | ping socket | of the floor |", "| --- | --- | --- | --- |",
(.echo as $e | [["empty", "empty programs at the same hooks"], ["clock", "the floor: programs that read the clock and store it"],
	["tag", "the least that tells packets apart: each packet's tag read, a record looked up by it, three words stored"],
	["pingtrace", "pingtrace"], ["why", "pingtrace --why"], ["bpftrace", "a bpftrace script at the same hooks"]][] | . as [$k, $name] |
	"| \($name) | \($e.raw[$k] | number) | \($e.dgram[$k] | number) | \($e.raw[$k] | ratio($e.raw.clock)), \($e.dgram[$k] | ratio($e.dgram.clock)) |"),
(.echo | "",
	"Without tracing the round trip takes \(.raw.none) instructions (raw) and \(.dgram.none) (ping socket)."), "",
"### An echo, by attach point", "",
"Instructions above those of an empty program there, on the average of the runs: most see the request and the reply.", "",
"| attach point | runs an echo, raw | the least | pingtrace | runs, ping socket | the least | pingtrace |",
"| --- | --- | --- | --- | --- | --- | --- |",
(.hooks as $h | [$h.raw[], $h.dgram[] | .name] | reduce .[] as $n ([]; if index([$n]) then . else . + [$n] end) | .[] as $n |
	[$h.raw, $h.dgram | [.[] | select(.name == $n)][0]] | map(if . then "\(.runs) | \(.tag | round) | \(.pingtrace | round)" else " | | " end) |
	"| `\($n)` | \(join(" | ")) |"),
(.hooks | to_entries | map(.key as $k | .value | "\(map(.runs * .tag) | add | round) and \(map(.runs * .pingtrace) | add | round) (\($k))") |
	"", "In all, the least and pingtrace: \(join(", "))."), "",
"### The self-report", "",
"| path | socket | `trace.overhead_ns` | added in truth | off by |", "| --- | --- | --- | --- | --- |",
(.self_report[] | . as $in | "| \(.where) | \(.kind) | \(.reported) | \(.added) | \(.reported - .added | percent($in.added)) |"), "",
"### Packets that are not ours", "",
"| flow | untraced | kind of run | empty programs add | pingtrace adds | of the empty ones | of the packet |",
"| --- | --- | --- | --- | --- | --- | --- |",
(.flow | to_entries[] | .key as $flow | .value.none as $none | .value | ["raw", "dgram"][] as $k | .[$k] | .empty as $empty |
	"| \($flow) | \($none) | \($k) | \(.empty) | \(.pingtrace) | \(.pingtrace | ratio($empty)) | \(.pingtrace | percent($none)) |"), "",
"### Beside other pings", "",
"| | start to first answer | last answer to exit | peak memory | flood: a probe takes | probes a second |",
"| --- | --- | --- | --- | --- | --- |",
(.probe as $p | .run | [["ping", "ping"], ["fping", "fping"], ["off", "pingtrace --trace=off"], ["pingtrace", "pingtrace"]][] as [$k, $name] |
	.[$k] | "| \($name) | \(.first_probe | ms) | \(.exit | ms) | \(.peak_kb) kB | \($p[$k] | number) | \($p[$k] | if . then 1000000000 / . | round else "" end) |"),
(.native | if . == null then empty else "",
	"On a machine that is not emulated (Linux \(.kernel), backend \(.backend), real time, the best of five rounds): the first answer of pingtrace comes " +
	"after \(.first.pingtrace / 1000000 | round) ms, \(.first.pingtrace / .first.ping | round) × ping\u0027s; in a flood one of its probes takes " +
	"\(.flood as $f | $f.pingtrace | ratio($f.ping)) ping\u0027s, untraced \(.flood as $f | $f.off | ratio($f.ping)). " +
	"64 targets on loopback, one probe a second for 20 s, take \(.many as $m | $m.pingtrace | ratio($m.fping)) fping\u0027s CPU time with --why, " +
	"untraced \(.many as $m | $m.off | ratio($m.fping)); where fping sends them 1 ms apart (-i 1) and not 10 as pingtrace does, " +
	"\(.many as $m | $m.pingtrace | ratio($m.close)) and \(.many as $m | $m.off | ratio($m.close))." end)
