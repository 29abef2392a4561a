# SPDX-License-Identifier: GPL-2.0-or-later
# From the files that guest leaves, as variables, to the figures. Unit: instructions, where not said otherwise.
def echo: .[0].segments | map(.p50_ns) | add;
def version: capture("(?<v>[0-9][0-9.]*[0-9])").v;
$ARGS.named as $in |
def added($kind): ($in["echo_\($kind)_none"] | echo) as $none |
	def of($how): $in["echo_\($kind)_\($how)"] | if . == null or . == [] then null else echo - $none end;
	{none: $none, empty: of("empty"), clock: of("clock"), tag: of("tag"), pingtrace: of("pingtrace"), why: of("why"), bpftrace: of("bpftrace")};
# By attach point: how often its program runs an echo, and what it takes then, above an empty one.
def hooks($kind): $in["hooks_\($kind)_empty"][0] as $empty | $in["hooks_\($kind)_tag"][0] as $tag |
	$in["hooks_\($kind)_pingtrace"][0] | (.raw_sendmsg // .ping_v4_sendmsg).runs as $echoes |
	to_entries | map(select($empty[.key] and $tag[.key]) | {name: .key, runs: (.value.runs / $echoes | round),
		tag: ($tag[.key].ns - $empty[.key].ns), pingtrace: (.value.ns - $empty[.key].ns)});
def self_report($where; $kind): $in["\($where)_\($kind)_pingtrace"] |
	{reported: .[0].trace.overhead_ns, added: (echo - ($in["\($where)_\($kind)_none"] | echo))};
def flow($flow): $in["\($flow)_none"][0] as $none |
	{none: $none} + (["raw", "dgram"] | map({key: ., value: {
		empty: ($in["\($flow)_\(.)_empty"][0] - $none), pingtrace: ($in["\($flow)_\(.)_pingtrace"][0] - $none)}}) | from_entries);
def run($name): $in["run_\($name)"][0] | {first_probe: .first_ns, exit: (.end_ns - .last_ns), peak_kb};
{
	kernel: ($kernel | rtrimstr("\n")),
	versions: {ping: ($ping | version), fping: (($fping | version)? // null)},
	echo: {raw: added("raw"), dgram: added("dgram")},
	hooks: {raw: hooks("raw"), dgram: hooks("dgram")},
	self_report: ([["echo", "veth"], ["raw", "dgram"]] | [combinations] | map(. as [$where, $kind] |
		{where: (if $where == "echo" then "loopback" else $where end), $kind} + self_report($where; $kind))),
	flow: {udp: flow("udp"), tcp: flow("tcp")},
	run: (["ping", "fping", "pingtrace", "off"] | map({key: ., value: run(.)}) | from_entries),
	probe: {ping: $in.probe_ping[0], fping: null, pingtrace: $in.probe_pingtrace[0], off: $in.probe_off[0]},
	native: $native
}
