#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many probes, many of them in flight, two CPUs, a network that loses, duplicates, reorders and corrupts: nothing is
# counted wrongly, no stamp is in the wrong record, memory does not grow.
#
# SOAK_PROBES is the number for each kind of socket.
. "$(dirname "$0")/../tap.sh"

probes=${SOAK_PROBES:-10000}

cat >"$scratch/guest" <<'END'
probes=$1
far_host
ping_sockets
tc -n far qdisc add dev far0 root netem delay 20ms 10ms loss 2% duplicate 2% corrupt 2% limit 10000
# No delay here: were a copy to leave before the request itself, its answer would come "too soon".
tc qdisc add dev near0 root netem loss 1% duplicate 1% corrupt 1%
known_neighbours
ping -q -c 5 -i 0.1 10.9.0.2 >/dev/null
for kind in raw dgram; do
	mkfifo lines
	pingtrace -j -i 0.0005 -W 0.05 -c $probes --socket=$kind 10.9.0.2 >lines &
	memory_of $! 0.2 >rss.$kind &
	./recount 10000000 <lines >$kind
	wait
	rm lines
done
rm recount
END
in_lab "the runs" -t smp -k 6.12 -m 1024 -w $((120 + probes / 100)) -f "$top/build/recount" -o "$scratch/out" \
	"$scratch/guest" "$probes"
for kind in raw dgram; do
	run=$scratch/out/$kind
	echo "# $kind: $(cat "$run")"
	# Waiting ends with the last round trip seen: the last few probes may get no answer in time.
	json "$kind: the network did what it was asked to" "$run" \
		'.[0] | .lost > 0 and .duplicates > 0 and .replies > .lost'
	json "$kind: $probes probes: each is answered or lost, and the summary says so" "$run" \
		".[0] | .bad_line == 0 and .bad_count == 0 and .bad_seq == 0 and .bad_loss == 0 and .replies - .late + .lost == $probes"
	json "$kind: segments add up to every round trip, and each is the time between its stamps" "$run" \
		'.[0] | .bad_sum == 0 and .bad_stamp == 0'
	# Two CPUs: the reply may be in before the driver has returned, which clips `xmit`. That is rare.
	json "$kind: no record has a stamp of another probe" "$run" \
		'.[0] | .bad_order == 0 and .bad_wire == 0 and .clipped * 200 < .replies'
	json "$kind: statistics are those of the lines" "$run" '.[0].bad_figure == 0'
	json "$kind: memory is flat" "$scratch/out/rss.$kind" 'flat(512)'
done
json "raw: corrupted replies were seen" "$scratch/out/raw" '.[0].corrupted > 0'
done_testing
