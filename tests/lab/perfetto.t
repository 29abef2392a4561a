#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A timeline lines up with what the kernel itself traces: an event of ftrace falls between the right two stamps, by the clocks in
# the file. And it is whole for what a network does to probes, with causes.
. "$(dirname "$0")/../tap.sh"

decode=$top/tests/perfetto/decode

cat >"$scratch/guest" <<'END'
far_host delay 2ms
known_neighbours
ping_sockets
ping -q -c 1 10.9.0.2 >/dev/null
trace=/sys/kernel/tracing/instances/test
mkdir $trace
echo boot >$trace/trace_clock
# Echo requests and replies, and no packet of ND.
echo 'name == "near0" && len == 98' >$trace/events/net/net_dev_start_xmit/filter
echo 'name == "near0" && len == 84' >$trace/events/net/netif_receive_skb/filter
echo 1 >$trace/events/net/net_dev_start_xmit/enable
echo 1 >$trace/events/net/netif_receive_skb/enable
for backend in fentry tracepoint; do
	echo >$trace/trace
	pingtrace -q --trace=$backend --why -c 20 -i 0.05 10.9.0.2 --write=$backend.pftrace --write=$backend.jsonl >/dev/null
	cp $trace/trace $backend.trace
done
rmdir $trace

# Lost, late, duplicates; a busy CPU; the responder beside it.
both() { # NAME ARG...
	name=$1
	shift
	pingtrace -q --why "$@" --write=$name.pftrace --write=$name.jsonl >/dev/null 2>$name.err
}
both targets -c 5 -i 0.05 10.9.0.2 127.0.0.1 fd09::2
nft "table ip t { chain c { type filter hook input priority 0; ip protocol icmp icmp type echo-reply drop; }; }"
both dropped -c 4 -i 0.05 -W 0.2 10.9.0.2
nft delete table ip t
ip netns exec far tc qdisc replace dev far0 root netem delay 300ms
both late -c 8 -i 0.1 -W 0.2 10.9.0.2
ip netns exec far tc qdisc replace dev far0 root netem duplicate 100%
both duplicate --socket=raw -c 3 -i 0.1 10.9.0.2
ip netns exec far tc qdisc replace dev far0 root netem delay 5ms
printf '#!/bin/sh\nwhile :; do :; done\n' >hog
chmod 755 hog
# Each probe is in flight for 0.4 s of each second: the hog starts while the second is, and runs until after its reply.
ip netns exec far tc qdisc replace dev far0 root netem delay 400ms
pingtrace --why -c 3 10.9.0.2 --write=held.pftrace --write=held.jsonl >held.text &
while ! grep -qs seq=1 held.text; do sleep 0.05; done
sleep 0.7
chrt -f 20 sh -c 'chrt -f 10 ./hog & sleep 0.5; kill $!'
wait
rm hog
END
in_lab "the runs" -w 300 -o "$scratch/out" "$scratch/guest"
cd "$scratch/out" || exit

# timeline NAME RUN FILTER
timeline() {
	local out
	if out=$(jq -s -e -L "$top/tests/perfetto" --slurpfile recording "$2.again.jsonl" "include \"timeline\"; $3" "$2.timeline" 2>&1); then
		pass "$2: $1"
	else
		fail "$2: $1" "jq: $3" "$(head -c 2000 <<<"$out")"
	fi
}

for run in fentry tracepoint targets dropped late duplicate held; do
	ok "$run: it decodes" sh -c '"$0" "$1.pftrace" >"$1.timeline"' "$decode" $run
	"$pingtrace" -q --read=$run.jsonl --write=$run.read.pftrace --write=$run.again.jsonl >/dev/null
	is "$run: the same from its recording" "$(cmp $run.pftrace $run.read.pftrace 2>&1)" ""
	timeline "slices add up to each round trip, to the ns" $run 'tells($recording) and apart and (probes | all(closed or .name != "probe"))'
done

# within RUN EVENT FROM TO: each of ftrace's events, in us of the boot clock, lies between these two stamps of a probe, converted by
# the clocks of the file: the latest before it.
within() {
	local run=$1 event=$2 from=$3 to=$4
	awk -v event="$event:" '$0 ~ event { for (i = 1; i <= NF; i++) if ($i == event) { sub(":", "", $(i - 1)); printf "%.0f\n", $(i - 1) * 1000000 } }' \
		"$run.trace" >"$run.$event"
	jq -s -e -L "$top/tests/perfetto" --slurpfile events "$run.$event" "include \"timeline\";"'
		def us($ns): ($ns / 1000 | floor);
		map(select(.kind == "clocks")) as $clocks |
		def boot($ns): ($clocks | map(select(.monotonic <= $ns)) | last) as $c | $ns + $c.boottime - $c.monotonic;
		instants("'"$from"'") as $from | instants("'"$to"'") as $to | ($events | length) == 20 and ($from | length) == 20 and
		([range(20)] | all(us(boot($from[.].ts)) <= $events[.] and $events[.] <= us(boot($to[.].ts))))' "$run.timeline"
}
ok "fentry: ftrace's net_dev_start_xmit falls between dev_queue and xmit of each probe" within fentry net_dev_start_xmit dev_queue xmit
ok "fentry: its netif_receive_skb between driver_rx and ip_rcv" within fentry netif_receive_skb driver_rx ip_rcv
ok "tracepoint: its net_dev_start_xmit between dev_queue and xmit" within tracepoint net_dev_start_xmit dev_queue xmit
if within fentry net_dev_start_xmit driver_rx ip_rcv >/dev/null; then
	fail "and not between others"
else
	pass "and not between others"
fi
timeline "a lost probe ends at its drop, on the way in" dropped \
	'probes | length == 4 and all(.name == "lost (NETFILTER_DROP)" and .args.after == "ip_rcv" and (.segments[-1][0] == "ip-in") and
	 .segments[-1][1] > 0 and closed and .args.function == "nft_do_chain")'
timeline "its flow ends there" dropped 'flows | length == 4 and all(.ended and .events[-1] == "dropped (NETFILTER_DROP)")'
timeline "late probes are drawn when they come" late 'probes | (map(select(.args.late)) | length > 0) and (map(select(.name == "not answered")) | length > 0)'
timeline "duplicates are instants" duplicate \
	'($recording | map(select(.duplicate)) | length) as $nr | $nr > 0 and (instants("duplicate reply") | length == $nr)'
timeline "the waits for the CPU that --why knows lie in wakeup, and name the task" held \
	'(slices | map(select(.name == "wakeup"))) as $wakeups | slices | map(select(.name == "pingtrace waits for the CPU" and .dur > 1000000)) |
	 length > 0 and all(.args["CPU held by"] == "hog" and (. as $w | $wakeups | any(.ts <= $w.ts and $w.ts + $w.dur <= .ts + .dur)))'
done_testing
