#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two CPUs, in real time: packets that are steered to another one (RPS, GRO, threaded NAPI), and RPS to a CPU that is busy in
# softirqs of 20 ms each: the wait is found in its segment, and the verdict names the cause.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/busy" <<'END'
far_host
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
echo 2 >/sys/class/net/near0/queues/rx-0/rps_cpus
taskset 1 pingtrace -j -c 30 -i 0.02 10.9.0.2 >idle
cat >busy <<-'BUSY'
	while :; do echo x >/dev/udp/127.0.0.1/9; done 2>/dev/null
BUSY
echo udp_rcv 0 any 20000000 >places
taskset 2 /guest/inject places bash busy &
busy=$!
sleep 1
taskset 1 pingtrace -j --why -c 30 -i 0.1 10.9.0.2 >moved
kill $busy
rm busy places
END

cat >"$scratch/steered" <<'END'
far_host delay 5ms
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
ping -c 1 10.9.0.2 >/dev/null
run() {
	pingtrace -j -c 50 -i 0.01 10.9.0.2 >$1
	pingtrace -j -c 50 -i 0.01 --socket=raw 10.9.0.2 >$1-raw
}
run plain
echo 2 >/sys/class/net/near0/queues/rx-0/rps_cpus
run rps
echo 0 >/sys/class/net/near0/queues/rx-0/rps_cpus
ethtool -K near0 gro on
run gro
echo 1 >/sys/class/net/near0/threaded
run threaded
END

out=$scratch/out
in_lab "busy: the runs" -k 6.12 -t smp -f "$top/build/inject" -o "$out" "$scratch/busy"
json "the reply goes from one CPU to the other in driver-in" "$out/moved" \
	'replies | length == 30 and all([.stamps[] | select(.hook | IN("driver_rx", "netif_receive")) | .cpu] == [0, 1])'
# shellcheck disable=SC2016
json "a busy CPU is in driver-in" "$out/moved" 'replies | moved($base | replies) | .["driver-in"] > 1000000' \
	--slurpfile base "$out/idle"
json "the verdict names it, and who had it" "$out/moved" 'summary.findings |
	any(.segment == "driver-in" and .cause == "rps" and .from_cpu == 0 and .cpu == 1 and .task == "bash")'
json "the CPUs that a probe ran on" "$out/moved" 'replies | all(.why.cpus | contains([0, 1]))'
in_lab "steering: the runs" -t smp -o "$out" "$scratch/steered"
for kind in "" -raw; do
	for run in plain rps gro threaded; do
		json "$run$kind: every record complete and closed, the delay in wire or clipped" "$out/$run$kind" \
			'replies | length == 50 and all(closed and complete and (.clipped or ns("wire") > 5000000))'
	done
	json "rps$kind: the packet moves to the CPU that it is steered to" "$out/rps$kind" \
		'replies | all(.stamps[] | select(.hook == "ip_rcv") | .cpu == 1)'
done
done_testing
