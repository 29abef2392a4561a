#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Copies of a probe's packets, of which one counts: no time of one is taken for another's, and no fate.
. "$(dirname "$0")/../tap.sh"

ok "the build" make -C "$top" build/hostile

cat >"$scratch/guest" <<'END'
far_host
known_neighbours
ping_sockets
# A reply with a wrong checksum, which ICMP drops; the right one comes later, and gets its memory.
ip netns exec far sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all; echo 1 >/proc/sys/net/ipv6/icmp/echo_ignore_all'
ip netns exec far ./hostile then-checksum &
hostile=$!
sleep 0.5
for backend in fentry kprobe tracepoint; do
	pingtrace -j --trace=$backend --socket=dgram -c 5 -i 0.1 -W 1 10.9.0.2 >dropped.$backend
	sleep 2 # what it had attached is detached
done
kill $hostile
# A far host that sends us our request before it answers: this kernel answers that, and is no responder.
ip netns exec far ./hostile then-request &
hostile=$!
sleep 0.5
for target in 10.9.0.2 fd09::2; do
	pingtrace -j -c 3 -i 0.1 -W 1 $target >request.$target
	sleep 2
done
kill $hostile

# A bridge that learns nothing gives each port a clone. The far host's port is neither the first nor the last.
ip link del near0
ip link add br0 type bridge ageing_time 0
ip link set br0 up
ip addr add 10.9.0.1/24 dev br0
port() { # NS ADDRESS
	ip netns add $1 2>/dev/null || :
	ip link add p-$1 type veth peer name $1-0 netns $1
	ip link set p-$1 master br0
	ip link set p-$1 up
	ip -n $1 link set lo up
	ip -n $1 link set $1-0 up
	ip -n $1 addr add $2/24 dev $1-0
}
ip netns exec far sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
port first 10.9.0.3
port far 10.9.0.2
port last 10.9.0.4
kind=$1
# run NAME COMMAND...
run() {
	n=$1
	shift
	"$@" pingtrace -j -c 3 -i 0.1 -W 0.5 --socket=$kind 10.9.0.2 >$n || :
}
run learned
ip netns exec far nft 'table ip t { chain i { type filter hook input priority 0; icmp type echo-request drop; }; }'
run responder
ip netns exec far nft flush ruleset
tc qdisc add dev p-far root netem loss 100%
ip neigh replace 10.9.0.2 lladdr "$(ip netns exec far cat /sys/class/net/far-0/address)" dev br0 nud permanent
run port
tc qdisc del dev p-far root
tc -n far qdisc add dev far-0 root netem delay 20ms
for p in p-first p-last; do tc qdisc add dev $p root netem delay 10ms; done
run queue
for p in p-first p-last; do tc qdisc del dev $p root; done
# The same from a namespace of our own.
port us 10.9.0.5
ip netns exec us sh -c 'echo 0 0 >/proc/sys/net/ipv4/ping_group_range'
run us ip netns exec us
ip netns exec us nft 'table ip t { chain i { type filter hook input priority 0; icmp type echo-reply drop; }; }'
run input ip netns exec us
ip netns exec us nft flush ruleset
# Our port is the first of all, so that the reply itself is another's.
ip link del p-first
port first 10.9.0.3
ip link del p-last
port last 10.9.0.4
run us-first ip netns exec us
ip netns exec us nft 'table ip t { chain i { type filter hook input priority 0; icmp type echo-reply drop; }; }'
run input-first ip netns exec us
END

# Of the segments of one probe, none has these 5 ms but that with the wire.
# shellcheck disable=SC2016
in_wire='def in_wire: .segments | map(select(.ns > 4000000)) | length == 1 and all(.name | split("+") | index("wire"));'

for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	kind=dgram
	[ $kernel = 6.12 ] || kind=raw
	in_lab "$kernel: the runs" -k $kernel -f "$top/build/hostile" -o "$out" "$scratch/guest" $kind
	for backend in fentry kprobe tracepoint; do
		json "$kernel, $backend: a copy that was dropped leaves nothing to the next" "$out/dropped.$backend" \
			"$in_wire"' replies | length == 5 and (all(closed and in_wire and (.clipped | not)) or (map(.segments) | debug | false))'
	done
	for backend in fentry kprobe; do
		json "$kernel, $backend: which is stamped from its driver on" "$out/dropped.$backend" 'replies | all(complete)'
	done
	for target in 10.9.0.2 fd09::2; do
		json "$kernel, $target: who sends us our request makes no responder of us" "$out/request.$target" \
			'replies | length == 3 and all(closed and (.stamps | map(.hook) |
				index("peer_icmp_rcv") and (index("peer_ip_local_out") or index("peer_xmit") | not)))'
	done
	name="$kernel, $kind, a bridge that floods"
	json "$name: no device is named as the one that sent it" "$out/learned" \
		'replies | length == 3 and all(closed and (.stamps | all(.hook | IN("dev_queue", "start_xmit", "xmit") | not)))'
	json "$name: the receiver dropped it, not who had no use for it" "$out/responder" \
		'lost | length == 3 and all(.loss | .where == "far" and .hook == "peer_driver_rx" and .dev == "far-0" and
			(.function | IN("nft_do_chain", "nf_hook_slow")))'
	json "$name: one port dropped it, which cannot be told: nobody is blamed" "$out/port" \
		'lost | length == 3 and all(.loss | (has("where") or has("function") or has("dev")) | not)'
	for run in queue us us-first; do
		json "$name, $run: the far end's delay is not another port's queue" "$out/$run" \
			"$in_wire"' replies | length == 3 and all(closed and in_wire and ([.segments[].ns] | max > 20000000))'
	done
	for run in input input-first; do
		json "$name, $run: our own rule drops the reply" "$out/$run" \
			'lost | length == 3 and all(.loss | .where == "in" and .dev == "us-0" and (has("netns") | not) and
				(.function | IN("nft_do_chain", "nf_hook_slow")))'
	done
done
done_testing
