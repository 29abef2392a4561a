#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What comes late, or all at once: nothing is called lost that has come.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host delay 4s
known_neighbours
# Replies come when their probes' records have been used again.
pingtrace -q -j -c 1000 -i 0.01 -W 0.1 10.9.0.2 >late
ip netns exec far tc qdisc replace dev far0 root netem delay 300ms
# Expired, or under way when the run ends: not answered is all that can be said.
pingtrace -c 3 -i 0.1 -W 0.2 10.9.0.2 >expired
pingtrace -c 9 -i 0.05 -w 0.3 10.9.0.2 >under-way
ping_sockets
for kind in raw dgram; do
	for trace in off timestamping fentry; do
		pingtrace -q -j --socket=$kind --trace=$trace -l 300 -i 1 -c 301 127.0.0.1 >at-once.$kind.$trace
	done
done
# Rounds begin when all have answered, not when a clock says so.
pingtrace -q -j -i 0 -c 200 127.0.0.1 >one
pingtrace -q -j -i 0 -c 200 127.0.0.1 127.0.0.2 >two
END
in_lab "the runs" -k 6.12 -w 300 -o "$scratch/out" "$scratch/guest"
json "late replies are taken back from what was lost" "$scratch/out/late" 'summary | .late > 0 and
	.transmitted == 1000 and .received < 1000 and ([.losses[].count] | add) == .transmitted - .received'
like "expired: not answered" "$(<"$scratch/out/expired")" '^    probe 1 not answered, after '
like "the run is over: not answered" "$(<"$scratch/out/under-way")" '^    [0-9] of [0-9] probes were not answered, after '
unlike "neither was lost" "$(cat "$scratch/out/expired" "$scratch/out/under-way")" 'probe.* lost'
for kind in raw dgram; do
	for trace in off timestamping fentry; do
		json "$kind, $trace: three hundred at once are answered" "$scratch/out/at-once.$kind.$trace" \
			'summary | .transmitted == 301 and .received == 301'
	done
done
cat "$scratch/out/one" "$scratch/out/two" >"$scratch/rounds"
json "two hosts, -i 0: a round takes as long as their answers" "$scratch/rounds" \
	'map(select(.transmitted)) | length == 3 and all(.received == 200) and .[1].time < 4 * .[0].time + 20'
done_testing
