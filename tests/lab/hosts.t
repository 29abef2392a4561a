#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# More than one host: each pinged, traced and counted for itself.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host delay 5ms
# A second one behind a link of its own, slower.
ip netns add slow
ip link add near1 type veth peer name slow0 netns slow
ip addr add 10.9.1.1/24 dev near1
ip -6 addr add fd0a::1/64 dev near1
ip link set near1 up
ip -n slow addr add 10.9.1.2/24 dev slow0
ip -n slow -6 addr add fd0a::2/64 dev slow0
ip -n slow link set slow0 up
tc -n slow qdisc add dev slow0 root netem delay 30ms
ip neigh add 10.9.0.66 lladdr 02:00:00:00:00:66 dev near0
for socket in dgram raw; do
	echo 0 0 >/proc/sys/net/ipv4/ping_group_range
	run="pingtrace --socket=$socket"
	$run -j -c 20 -i 0.1 10.9.0.2 10.9.1.2 127.0.0.1 >three.$socket
	echo $? >>three.$socket.status
	$run -j -6 -c 20 -i 0.1 fd09::2 fd0a::2 >six.$socket
	$run -j -c 200 -i 0 10.9.0.2 10.9.1.2 >flood.$socket
	$run -j -c 20 -A 10.9.0.2 10.9.1.2 >adaptive.$socket
	$run -j -c 10 -i 0.1 -s 4 10.9.0.2 10.9.1.2 >untagged.$socket
	$run -j -c 10 -i 0.1 far fd0a::2 ::1 10.9.0.2 >mixed.$socket
	$run -j -c 5 -i 0.1 -W 0.5 10.9.0.66 10.9.1.2 >dead.$socket
	echo $? >dead.$socket.status
done
pingtrace -c 2 -i 0.1 far 10.9.1.2 >text
pingtrace --trace=off -c 3 -i 0.1 -w 5 10.9.0.66 10.9.1.2 >deadline
echo $? >>deadline
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -w 300 -o "$out" "$scratch/guest"
	for socket in dgram raw; do
		for run in three six flood adaptive untagged; do
			json "$kernel $run, $socket: every host answers every probe, once" "$out/$run.$socket" \
				'[.[] | select(has("transmitted"))] | all(.transmitted == .received and .duplicates == 0 and .received > 1)'
			json "$kernel $run, $socket: every record complete and closed" "$out/$run.$socket" \
				'map(select(has("segments") and has("seq"))) | length > 1 and all(complete and closed)'
			[ $run = three ] || json "$kernel $run, $socket: each has its own delay in wire" "$out/$run.$socket" \
				'map(select(has("segments") and has("seq"))) | all(ns("wire") as $w |
				if (.host | test("^(10.9.0.2|fd09::2)$")) then $w > 4900000 and $w < 8000000 else $w > 29900000 and $w < 33000000 end)'
		done
		json "$kernel three, $socket: a summary for each, in order" "$out/three.$socket" \
			'map(select(has("transmitted"))) | map(.host) == ["10.9.0.2", "10.9.1.2", "127.0.0.1"]'
		is "$kernel three, $socket: exit status 0" "$(cat "$out/three.$socket.status")" 0
		json "$kernel dead, $socket: the one that answers is counted in full" "$out/dead.$socket" \
			'map(select(has("transmitted"))) | map([.transmitted, .received]) == [[5, 0], [5, 5]]'
		is "$kernel dead, $socket: exit status 1" "$(cat "$out/dead.$socket.status")" 1
	done
	is "$kernel: a line begins with the host that it is about" \
		"$(sed -n 's/\(icmp_seq=[0-9]*\).*/\1/p' "$out/text" | sort)" \
		"10.9.1.2 : 64 bytes from 10.9.1.2: icmp_seq=1
10.9.1.2 : 64 bytes from 10.9.1.2: icmp_seq=2
far      : 64 bytes from far (10.9.0.2): icmp_seq=1
far      : 64 bytes from far (10.9.0.2): icmp_seq=2"
	is "$kernel: statistics for each" "$(grep -- '^---' "$out/text" | tr '\n' ' ')" \
		"--- far ping statistics --- --- 10.9.1.2 ping statistics --- "
	for socket in dgram raw; do
		json "$kernel mixed, $socket: targets of both families are traced in one run" "$out/mixed.$socket" \
			'map(select(has("segments") and has("seq"))) | length == 40 and all(complete and closed)'
		json "$kernel mixed, $socket: each answers every probe" "$out/mixed.$socket" \
			'map(select(has("transmitted"))) | map(.host) == ["10.9.0.2", "fd0a::2", "::1", "10.9.0.2"] and
			all(.transmitted == 10 and .received == 10 and .duplicates == 0)'
	done
	like "$kernel: -w with -c ends when the time is over" "$(cat "$out/deadline")" '^1$'
done
done_testing
