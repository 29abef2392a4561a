#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own timestamps are CLOCK_REALTIME: somebody sets that clock while probes are under way.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
far_host delay 300ms
ping -c 1 10.9.0.2 >/dev/null
steps() { # FILE ARG...
	file=$1
	shift
	pingtrace -j "$@" -c 20 -i 0.2 10.9.0.2 >$file &
	for step in 1000 -1000 3 -3; do
		sleep 0.73
		date -s @$(($(date +%s) + step)) >/dev/null
	done
	wait
}
steps far --trace=timestamping
steps off --trace=off
tc -n far qdisc del dev far0 root
tc qdisc add dev near0 root netem delay 300ms
steps near --trace=timestamping
END
in_lab "the runs" -o "$scratch/out" "$scratch/guest"
json "far: closed, every stamp there, and 300 ms where the wire is" "$scratch/out/far" \
	'replies | length == 20 and all(closed and (.segments | length == 4) and
		(.segments[] | select(.name | test("\\bwire\\b")) | .ns > 299000000 and .ns < 301000000))'
json "near: closed, and 300 ms where the queue is" "$scratch/out/near" \
	'replies | length == 20 and all(closed and
		(.segments[] | select(.name | test("\\bqdisc\\b")) | .ns > 299000000 and .ns < 301000000))'
json "near: a stamp that was taken nobody knows on which side of a step is left out" "$scratch/out/near" \
	'replies | map(.segments | length) | min == 3 and max == 4'
json "untraced: time= is the round trip all the same" "$scratch/out/off" \
	'replies | length == 20 and all((.time | tonumber) > 299 and (.time | tonumber) < 301)'
done_testing
