#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As why.t, with two CPUs and in real time: RPS moves replies to a busy CPU, and the verdict names it.
. "$(dirname "$0")/../tap.sh"

# Two CPUs: replies go to the second one, which is busy in softirqs of 20 ms each.
cat >"$scratch/rps" <<'END'
far_host
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
echo 2 >/sys/class/net/near0/queues/rx-0/rps_cpus
cat >busy <<-'BUSY'
	while :; do echo x >/dev/udp/127.0.0.1/9; done 2>/dev/null
BUSY
echo udp_rcv 0 any 20000000 >places
taskset 2 /guest/inject places bash busy &
busy=$!
sleep 1
taskset 1 pingtrace -j --why -c 30 -i 0.1 10.9.0.2 >rps
kill $busy
rm busy places
END

out=$scratch/out
in_lab "RPS: the run" -k 6.12 -t smp -f "$top/build/inject" -o "$out" "$scratch/rps"
json "RPS to a busy CPU, and who had it" "$out/rps" \
	'summary.findings | any(.segment == "driver-in" and .cause == "rps" and .from_cpu == 0 and .cpu == 1 and .task == "bash")'
json "the CPUs that a probe ran on" "$out/rps" 'replies | all(.why.cpus | contains([0, 1]))'
done_testing
