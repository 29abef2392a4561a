# SPDX-License-Identifier: GPL-2.0-or-later
# From the files that guest leaves, as variables, to the figures. Unit: instructions, where not said otherwise.
def echo: .[0].segments | map(.p50_ns) | add;
def version: capture("(?<v>[0-9][0-9.]*[0-9])").v;
$ARGS.named as $in |
def added($kind): ($in["echo_\($kind)_none"] | echo) as $none |
	def of($how): $in["echo_\($kind)_\($how)"] | if . == null or . == [] then null else echo - $none end;
	{none: $none, empty: of("empty"), clock: of("clock"), pingtrace: of("pingtrace"), bpftrace: of("bpftrace"),
	 self_report: $in["echo_\($kind)_pingtrace"][0].trace.overhead_ns};
def flow($flow): $in["\($flow)_none"][0] as $none |
	{none: $none} + (["raw", "dgram"] | map({key: ., value: {
		empty: ($in["\($flow)_\(.)_empty"][0] - $none), pingtrace: ($in["\($flow)_\(.)_pingtrace"][0] - $none)}}) | from_entries);
def run($name): $in["run_\($name)"][0] | {first_probe: .first_ns, exit: (.end_ns - .last_ns), peak_kb};
{
	kernel: ($kernel | rtrimstr("\n")),
	versions: {ping: ($ping | version), fping: (($fping | version)? // null)},
	echo: {raw: added("raw"), dgram: added("dgram")},
	flow: {udp: flow("udp"), tcp: flow("tcp")},
	run: (["ping", "fping", "pingtrace", "off"] | map({key: ., value: run(.)}) | from_entries),
	probe: {ping: $in.probe_ping[0], fping: $in.probe_fping[0], pingtrace: $in.probe_pingtrace[0], off: $in.probe_off[0]}
}
