#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --write=FILE.pftrace: what Perfetto makes of it is what the recording says. tests/perfetto/decode reads as Perfetto does, and fails
# where begins and ends do not balance, a name or a track is not known, or a string is no UTF-8.
. "$(dirname "$0")/tap.sh"

decode=$top/tests/perfetto/decode
trace=$scratch/run.pftrace r=$scratch/r.jsonl

# timeline NAME FILTER: true of the decoded timeline; $recording is the recording
timeline() {
	local out
	if out=$(jq -s -e -L "$top/tests/perfetto" --slurpfile recording "$scratch/again.jsonl" \
		"include \"timeline\"; $2" "$scratch/timeline" 2>&1); then
		pass "$1"
	else
		fail "$1" "jq: $2" "$(head -c 2000 <<<"$out")"
	fi
}

# read_back NAME: $r as a timeline, decoded; and as a recording with its segments
read_back() {
	"$pingtrace" -q --read="$r" --write="$trace" --write="$scratch/again.jsonl" >/dev/null 2>"$scratch/err"
	is "$1: it is written" "$? $(<"$scratch/err")" "0 "
	ok "$1: it decodes, begins and ends balance" sh -c '"$0" "$1" >"$2"' "$decode" "$trace" "$scratch/timeline"
}

# --- what this machine can do ---

"$pingtrace" -q --trace=timestamping -c 5 -i 0.02 127.0.0.1 127.0.0.2 --write="$trace" --write="$r" >/dev/null
cp "$trace" "$scratch/live.pftrace"
read_back "a run"
is "from a run and from its recording: the same" "$(cmp "$trace" "$scratch/live.pftrace" 2>&1)" ""
timeline "each probe's slices add up to its round trip, to the ns, and are its segments" \
	'tells($recording) and (probes("probe") | length == 10)'
timeline "clocks at the beginning and at the end" \
	'map(select(.kind == "clocks")) as $c | $recording[0].pingtrace.started as $s | ($c | length == 2) and $c[0].monotonic == $s.monotonic_ns and
	 $c[0].boottime == $s.boottime_ns and $c[1].boottime - $c[1].monotonic == $c[0].boottime - $c[0].monotonic'
timeline "stamps without a CPU are on the target's track" \
	'instants("xmit") | length == 10 and all(.track | test("^ping 127.0.0.[12]$"))'
if [ "$(id -u)" = 0 ]; then
	"$pingtrace" -q --trace=tracepoint --why -c 5 -i 0.02 127.0.0.1 ::1 --write="$r" >/dev/null 2>&1
	read_back "by tracepoints"
	timeline "to the ns" 'tells($recording) and (probes("probe") | length == 10)'
fi
"$pingtrace" -q --trace=off -c 2 -i 0.02 127.0.0.1 --write="$r" >/dev/null
read_back "without tracing"
timeline "one segment" 'tells($recording) and (probes("probe") | length == 2 and all(.segments | length == 1))'
ok "two files behind each other are a file" sh -c 'cat "$1" "$2" >"$3" && "$0" "$3"' "$decode" "$scratch/live.pftrace" "$trace" "$scratch/both"

# --- what a network does to probes ---

# Two targets; the second one's name is hostile. Times are ns since the probe was sent.
jq -nc '
def list: to_entries | map({hook: .key, ns: .value[0], cpu: .value[1], dev: "eth0", function: "\(.key)_function", kind: "function"});
def out: {sendmsg: [1000, 0], ip_local_out: [5000, 0], ip_finish_output2: [6000, 0], dev_queue: [7000, 0], start_xmit: [9000, 0],
	xmit: [11000, 0]};
def back: {driver_rx: [90000, 1], netif_receive: [92000, 1], ip_rcv: [93000, 1], icmp_rcv: [94000, 1], ping_rcv: [95000, 1],
	data_ready: [96000, 1], copy: [103000, 0]};
def reply($target; $probe; $sent): {target: $target, probe: $probe, sent_ns: $sent, received_ns: ($sent + 105000), bytes: 64,
	host: (if $target == 0 then "10.9.0.2" else "fd09::2" end), ttl: 64, time_ns: 95000, user_rtt_ns: 105000, stamps: (out + back | list)};
def lost($target; $probe; $sent; $stamps; $loss): {target: $target, probe: $probe, sent_ns: $sent, lost: true, stamps: ($stamps | list), loss: $loss};
{pingtrace: {format: 1, version: "1", started: {monotonic_ns: 1000000, boottime_ns: 5000000, realtime_ns: 1700000000000000000},
	kernel: "6.12", backend: "fentry", traced: true, causes: true, targets: 2, options: {payload: 56, why: true}}},
{target: 0, name: "far", address: "10.9.0.2", family: 4, socket: "dgram"},
{target: 1, name: "\u001b[31m\u202e\"}\\\u00e9 \u0000<x>\ud83d\ude00", address: "fd09::2", family: 6, socket: "raw"},
(reply(0; 1; 10000000) + {why: {cpus: [0, 1], neighbour: "stale", queue: {qdisc: "fq_codel", before: 3}, rps: {from_cpu: 1, cpu: 2},
	receive: [{hook: "driver_rx", cpu: 1, ksoftirqd: false, task: "hog", late_ns: 3000, busy_ns: 500},
		  {hook: "netif_receive", cpu: 1, ksoftirqd: true, task: "ksoftirqd/1", late_ns: 0, busy_ns: 2000}],
	wait: {ns: 5500, running_ns: 102000, cpu: 0, task: "hog", pid: 42, held_ns: 5400}}}),
# They overlap, and come back out of order.
reply(0; 3; 20010000), reply(0; 2; 20000000), (reply(0; 4; 20100000) | .user_rtt_ns = 205000),
# The driver returns when the reply is in.
(reply(0; 5; 30000000) | .stamps |= map(if .hook == "xmit" then .ns = 91000 else . end)),
{clocks: {monotonic_ns: 35000000, boottime_ns: 39000700, realtime_ns: 1700000000034000000}},
# Suspended for a second, and half of a ms between two readings.
{clocks: {monotonic_ns: 36000000, boottime_ns: 1040500000, realtime_ns: 1700000001035000000}},
{clocks: {monotonic_ns: 30000000, boottime_ns: 9000000000, realtime_ns: 1}},
(reply(0; 7; 50500000)),
lost(0; 6; 50000000; out | del(.dev_queue, .start_xmit, .xmit);
	{where: "out", hook: "ip_finish_output2", reason: "NEIGH_FAILED", function: "neigh_invalidate", dev: "eth0", ns: 3006000, cpu: 3}),
lost(0; 8; 60000000; out; {where: "far", hook: "xmit", silent: true}),
(reply(0; 8; 60000000) | .late = true | .stamps |= map(if .ns >= 90000 then .ns += 900000 else . end) | .user_rtt_ns = 1005000),
{target: 0, probe: 2, sent_ns: 20000000, received_ns: 20300000, bytes: 64, host: "10.9.0.9", ttl: 64, duplicate: true},
{target: 0, probe: 9, sent_ns: 70000000, received_ns: 70100000, bytes: 64, host: "10.9.0.2", ttl: 64, corrupted: true},
lost(0; 9; 70000000; {}; {where: "in", hook: "recv"}),
lost(0; 10; 71000000; {}; {where: "socket", errno: "ENETUNREACH"}),
{target: 0, probe: 11, lost: true, stamps: []},
# The responder is this kernel; the raw socket has two stamps beside its path.
(reply(1; 1; 80000000) | .stamps = (out + {peer_driver_rx: [10900, 0], peer_icmp_rcv: [30000, 2], peer_ip_local_out: [40000, 2],
	peer_xmit: [90500, 2]} + (back | del(.icmp_rcv, .ping_rcv)) + {raw_rcv: [94500, 1], icmp_rcv: [106000, 1], ping_rcv: [107000, 1]} | list)),
{target: 0, transmitted: 11, received: 7}, {target: 1, transmitted: 1, received: 1}, {end: true}' >"$r"
read_back "all that a network does"
timeline "each probe's slices add up, late, clipped and overlapping ones among them" \
	'tells($recording) and (probes("probe") | length == 8)'
timeline "probe, layer, segment, part of wire" \
	'probes("probe") | map(select(.probe == 1 and (.inside | length > 0)))[0] | .deepest == 3 and
	 (.inside | map(.[0])) == ["wire-out", "peer-in", "peer-icmp", "peer-out", "wire-in"] and
	 (.layers | map(.[0])) == ["socket", "ip", "driver", "wire", "driver", "ip", "socket"]'
timeline "probes that overlap have lanes of their own" 'apart and (probes | map(select(.target == "ping far (10.9.0.2)") | .lane) | unique | length == 3)'
timeline "a lane that is free is used again" 'probes | map(select(.probe == 1 or .probe == 5 or .probe == 7) | select(.target | test("far")) | .lane) | unique | length == 1'
timeline "clipped and late ones are marked" \
	'probes | (map(select(.args.clipped) | .probe) == [5]) and (map(select(.args.late) | .probe) == [8])'
timeline "a lost probe ends at its drop, with the reason" \
	'probes | map(select(.probe == 6))[0] | .name == "lost (NEIGH_FAILED)" and .dur == 3006000 and closed and
	 .segments[-1] == ["neigh-out", 3000000] and .layers[-1][0] == "ip" and .args.function == "neigh_invalidate" and
	 .args.device == "eth0" and (.args.loss | startswith("lost on the way out, after ip_finish_output2"))'
timeline "and so does its flow, on the CPU" \
	'(instants("dropped (NEIGH_FAILED)") | length == 1 and .[0].track == "pingtrace: CPUs/CPU 3" and .[0].ts == 53006000) and
	 (flows | map(select(.events[-1] == "dropped (NEIGH_FAILED)")) | length == 1 and .[0].ended)'
timeline "one that nobody dropped ends where it was seen last" \
	'probes | map(select(.probe == 8 and .name != "probe"))[0] | .name == "not answered" and .dur == 11000 and .segments[-1][0] == "driver-out"'
timeline "one that was not sent, and one of which only the sending is known" \
	'probes | (map(select(.probe == 10))[0] | .name == "lost" and .dur == 0) and (map(select(.probe == 9))[0].dur == 0)'
timeline "duplicates and corrupted replies, when they were read" \
	'(instants("duplicate reply") | map([.args.probe, .ts, .args.from])) == [[2, 20300000, "10.9.0.9"]] and
	 (instants("corrupted reply") | map([.args.probe, .ts])) == [[9, 70100000]]'
timeline "an instant a stamp on the track of its CPU, with function and device" \
	'instants("driver_rx") | length == 8 and all(.track == "pingtrace: CPUs/CPU 1" and .args.function == "driver_rx_function" and .args.device == "eth0")'
timeline "a flow links the stamps of a probe in the order of time, and ends at recv" \
	'flows | map(select(.events[-1] == "recv")) | length == 8 and all(.ended and .events[0:2] == ["probe", "send"]) and
	 .[0].events == ["probe", "send", "sendmsg", "ip_local_out", "ip_finish_output2", "dev_queue", "start_xmit", "xmit", "driver_rx",
		"netif_receive", "ip_rcv", "icmp_rcv", "ping_rcv", "data_ready", "copy", "recv"]'
timeline "what --why knows of a CPU" \
	'slices | map(select(.track | test("CPU")) | {name, track, ts, dur, args}) | sort_by(.ts) == [
	 {name: "softirq is late", track: "pingtrace: CPUs/CPU 1/why", ts: 10086500, dur: 3000, args: {probe: 1, "interrupted task": "hog"}},
	 {name: "softirq is busy", track: "pingtrace: CPUs/CPU 1/why", ts: 10089500, dur: 500, args: {probe: 1}},
	 {name: "softirq is busy", track: "pingtrace: CPUs/CPU 1/why", ts: 10090000, dur: 2000, args: {probe: 1}},
	 {name: "pingtrace waits for the CPU", track: "pingtrace: CPUs/CPU 0/why", ts: 10096500, dur: 5500,
	  args: {probe: 1, "CPU held by": "hog", pid: 42, held_ns: 5400}}]'
timeline "and of a segment" \
	'slices | (map(select(.name == "qdisc" and .args.qdisc))[0].args == {qdisc: "fq_codel", "packets before it": 3}) and
	 (map(select(.name == "wakeup" and .args.wait_ns))[0].args["CPU held by"] == "hog") and
	 (map(select(.name == "neigh-out" and .args.neighbour))[0].args.neighbour == "stale")'
timeline "clocks: the boot clock is as far ahead as it was, until the system has been suspended" \
	'map(select(.kind == "clocks") | [.monotonic, .boottime - .monotonic]) == [[1000000, 4000000], [35000000, 4000000], [36000000, 1004500000]]'
timeline "a hostile name is harmless" 'probes | map(.target) | unique | length == 2 and all(test("^[ -~é]*$"))'
for locale in C C.UTF-8; do
	LC_ALL=$locale "$pingtrace" -q --read="$r" --write="$trace" >/dev/null 2>&1
	ok "in the locale $locale, too" "$decode" "$trace"
done

# --- files that are not as they should be ---

head -n 12 "$r" | head -c -30 >"$scratch/cut.jsonl"
"$pingtrace" -q --read="$scratch/cut.jsonl" --write="$trace" >/dev/null 2>"$scratch/err"
is "a recording that is cut: exit status 2" "$?" 2
ok "what can be read is drawn" "$decode" "$trace"
"$pingtrace" --trace=off -c 1 127.0.0.1 --write=perfetto:/dev/full >"$scratch/out" 2>"$scratch/err"
is "a full disk: the run goes on, a line says so, exit status 2" "$? $(grep -c '1 received' "$scratch/out") $(<"$scratch/err")" \
	"2 1 pingtrace: cannot write /dev/full: No space left on device: the run goes on without it"

# --- memory ---

# many N: a recording of so many probes; names of devices and tasks come and go
many() {
	sed -n 1,2p "$scratch/r.jsonl" | sed 's/"targets":2/"targets":1/'
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"target\":0,\"probe\":%d,\"sent_ns\":%d,\"received_ns\":%d,\"bytes\":64,\"host\":\"10.9.0.2\",\"ttl\":64,\"time_ns\":95000,\"user_rtt_ns\":105000,\"stamps\":[{\"hook\":\"sendmsg\",\"ns\":1000,\"cpu\":%d},{\"hook\":\"ip_local_out\",\"ns\":5000,\"cpu\":0,\"function\":\"f%d\"},{\"hook\":\"dev_queue\",\"ns\":7000,\"cpu\":0,\"dev\":\"d%d\"},{\"hook\":\"xmit\",\"ns\":11000,\"cpu\":0},{\"hook\":\"driver_rx\",\"ns\":90000,\"cpu\":1},{\"hook\":\"data_ready\",\"ns\":96000,\"cpu\":1}],\"why\":{\"cpus\":[0],\"wait\":{\"ns\":5000,\"running_ns\":102000,\"cpu\":1,\"task\":\"task%d\",\"pid\":%d,\"held_ns\":4000}}}\n",
				i, 10000000 + i * 20000, 10105000 + i * 20000, i % 64, i, i, i, i
	}'
}

# More names than are interned.
{ many 600; echo '{"target":0,"transmitted":600,"received":600}'; echo '{"end":true}'; } >"$scratch/many.jsonl"
r=$scratch/many.jsonl
read_back "600 devices, functions and tasks"
timeline "each has its name" '(instants("dev_queue") | map(.args.device) | unique | length == 600) and
	(instants("ip_local_out") | map(.args.at) | unique | length == 600)'

# peak N: the most memory that a timeline of so many probes takes, in kB. The recording comes by a pipe, which is held open until
# all of it has been read.
peak() {
	local pid
	mkfifo "$scratch/fifo"
	"$pingtrace" -q --read="$scratch/fifo" --write=perfetto:/dev/null >/dev/null 2>&1 &
	pid=$!
	exec 3>"$scratch/fifo"
	many "$1" >&3
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
	exec 3>&-
	wait $pid
	rm "$scratch/fifo"
}

few=$(peak 5000) most=$(peak "${PERFETTO_PROBES:-50000}")
is "${PERFETTO_PROBES:-50000} probes take less than 32 MB, and no more than 5000: $most and $few kB" \
	"$((most < 32 * 1024)) $((most - few < 512))" "1 1"
done_testing
