#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What one probe, one target or one pretender does harms no other probe and no other target.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
known_neighbours
# Behind near1 nothing is ever sent: its queue has room for one byte.
ip netns add full
ip link add near1 type veth peer name full0 netns full
ip addr add 10.9.1.1/24 dev near1
ip link set near1 up
ip -n full addr add 10.9.1.2/24 dev full0
ip -n full link set full0 up
ip neigh replace 10.9.1.2 lladdr "$(ip netns exec full cat /sys/class/net/full0/address)" dev near1 nud permanent
tc qdisc add dev near1 root bfifo limit 1

# One of 20,000 without an answer; one in a hundred; and the same rules where they meet none.
hundredths=$(seq -s, 100 100 65500)
drops() {
	nft flush ruleset
	nft "add table t; add chain t c { type filter hook input priority 0; }; add rule t c icmp type echo-reply icmp sequence { $1 } drop"
}
pingtrace -q -f -c 5000 127.0.0.1 >warm
alone
for trace in off fentry; do
	drops 65535
	pingtrace -j -q -f -c 20000 --trace=$trace 127.0.0.1 >none.$trace
	drops 100
	pingtrace -j -q -f -c 20000 --trace=$trace 127.0.0.1 >one.$trace
	drops $hundredths
	pingtrace -j -q -f -c 20000 --trace=$trace 127.0.0.1 >hundredth.$trace
done
alone
drops 100
pingtrace -j -q -i 0.001 -c 12000 --trace=off 127.0.0.1 >paced
nft flush ruleset

# Three targets, one of which no packet leaves to.
pingtrace -j -D -c 20 -i 0.1 -W 1 -w 4 127.0.0.1 10.9.1.2 10.9.0.2 >refused
alone
pingtrace -j -D -c 20 -i 0.1 -W 0 -w 4 --socket=raw --trace=off 127.0.0.1 10.9.1.2 10.9.0.2 >refused.W0
:
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -w 300 -o "$out" "$scratch/guest"
	time_of() { jq -s 'map(select(has("transmitted")))[0].time' "$out/$1"; }
	for trace in off fentry; do
		json "$kernel $trace: one probe of 20,000 has no answer" "$out/one.$trace" \
			'.[-1] | .transmitted == 20000 and .received == 19999'
		json "$kernel $trace: one in a hundred has none" "$out/hundredth.$trace" \
			'.[-1] | .transmitted == 20000 and .received == 19800'
		none=$(time_of none.$trace) one=$(time_of one.$trace) hundredth=$(time_of hundredth.$trace)
		ok "$kernel $trace: one probe without an answer does not hold up a flood ($one ms, $none without)" \
			test "$one" -le $((2 * none))
		ok "$kernel $trace: with a loss of 1 % a flood has 0.9 of its rate or more ($hundredth ms, $none without)" \
			test $((hundredth * 9)) -le $((none * 10))
	done
	json "$kernel: nor does it hold up probes at intervals" "$out/paced" \
		'.[-1] | .transmitted == 12000 and .received == 11999 and .time >= 11999 and .time <= 12010'
	for run in refused refused.W0; do
		for host in 127.0.0.1 10.9.0.2; do
			json "$kernel $run: $host is pinged on its schedule beside a target whose device is full" "$out/$run" \
				'map(select(has("seq") and .host == $host) | .timestamp | tonumber) | length == 20 and
				(.[1] as $second | .[1:] | to_entries | all(.value - $second - .key / 10 | fabs < 0.001))' \
				--arg host $host
		done
	done
	json "$kernel: what the full device refuses is told at its target" "$out/refused" \
		'map(select(has("transmitted") and .host == "10.9.1.2")) | .[0] | .received == 0 and .transmitted > 0'
done
done_testing
