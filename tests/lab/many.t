#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand targets of both families in one run: each has its probes on time, and one of them costs what a probe of a
# single target costs. One ns is one instruction.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END-OF-GUEST'
far_host
known_neighbours
near=$(cat /sys/class/net/near0/address) far=$(ip netns exec far cat /sys/class/net/far0/address)
ip neigh replace fd09::2 lladdr "$far" dev near0 nud permanent
ip -n far neigh replace fd09::1 lladdr "$near" dev far0 nud permanent
# Behind far0 there are as many hosts as one likes.
ip -n far route add local 10.77.0.0/16 dev lo
ip -n far -6 route add local fd77::/64 dev lo
ip route add 10.77.0.0/16 via 10.9.0.2
ip -6 route add fd77::/64 via fd09::2
thousand=$(i=0
	while [ $i -lt 500 ]; do
		echo 10.77.$((i / 250)).$((i % 250 + 1)) fd77::$i
		i=$((i + 1))
	done)

# shellcheck disable=SC2086
pingtrace -j -D -i 1 -c 5 $thousand >thousand
echo $? >status
alone
# What the process has had of the CPU in 4 s, amidst a run: 4000 probes of whatever run it is. And the memory it took.
cpu() { # NAME OPTION...
	name=$1
	shift
	pingtrace -q "$@" >/dev/null &
	sleep 4
	read -r before _ </proc/$!/schedstat
	sleep 4
	read -r after _ </proc/$!/schedstat
	echo $(((after - before) / 4000)) >cpu.$name
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$!/status >memory.$name
	kill -INT $!
	wait $!
}
for trace in off fentry; do
	cpu v4.$trace --trace=$trace -i 0.001 10.77.0.1
	cpu v6.$trace --trace=$trace -i 0.001 fd77::1
	# shellcheck disable=SC2086
	cpu thousand.$trace --trace=$trace -i 1 $thousand
	alone
done
# shellcheck disable=SC2086
cpu thousand.why --why -i 1 $thousand
END-OF-GUEST
out=$scratch/out
in_lab "the runs" -k 6.12 -m 1024 -w 400 -o "$out" "$scratch/guest"
is "exit status 0" "$(cat "$out/status")" 0
json "each of 1,000 targets answers every probe" "$out/thousand" \
	'map(select(has("transmitted"))) | length == 1000 and all(.transmitted == 5 and .received == 5 and .duplicates == 0)'
json "every probe is traced, complete and closed" "$out/thousand" \
	'map(select(has("segments") and has("seq"))) | length == 5000 and all(complete and closed)'
json "no probe is sent 1 ms or more after its time" "$out/thousand" \
	'replies | length == 5000 and all((.late_ns // 0) < 1000000)'
json "each comes a second after the one before it, within 1 ms" "$out/thousand" \
	'replies | group_by(.host) | length == 1000 and all(.[]; map(.timestamp | tonumber) |
	[.[1:], .[:-1]] | transpose | length == 4 and all(.[]; .[0] - .[1] - 1 | fabs < 0.001))'
json "targets take turns: no two leave within half a millisecond" "$out/thousand" \
	'replies | map(select(.seq == 2) | .timestamp | tonumber) | sort | [.[1:], .[:-1]] | transpose |
	length == 999 and all(.[]; .[0] - .[1] > 0.0005)'
for trace in off fentry; do
	v4=$(cat "$out/cpu.v4.$trace") v6=$(cat "$out/cpu.v6.$trace") thousand=$(cat "$out/cpu.thousand.$trace")
	ok "$trace: a probe to one of 1,000 targets takes at most 1.2 times the instructions ($thousand; $v4 and $v6 with one target)" \
		test "$((thousand * 20))" -le "$(((v4 + v6) * 12))"
done
for run in off fentry why; do
	kb=$(cat "$out/memory.thousand.$run")
	ok "$run: 1,000 targets take at most 64 MB ($kb kB)" test "$kb" -le 65536
done
done_testing
