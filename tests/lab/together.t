#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several pings of one host at one time: each sees its own probes only.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host delay 5ms
echo 0 0 >/proc/sys/net/ipv4/ping_group_range
pingtrace -j -c 100 -i 0.01 10.9.0.2 >one &
pingtrace -j -c 100 -i 0.01 --socket=raw 10.9.0.2 >two &
ping -c 100 -i 0.01 10.9.0.2 >three
wait
END
for how in virtual smp; do
	out=$scratch/$how
	in_lab "$how: the runs" -t $how -o "$out" "$scratch/guest"
	for run in one two; do
		json "$how $run: its hundred probes, each answered once" "$out/$run" \
			'(replies | map(.seq) | sort == [range(1; 101)]) and
			(summary | .transmitted == 100 and .received == 100 and .duplicates == 0 and .errors == 0)'
		json "$how $run: every record complete and closed" "$out/$run" \
			'replies | all(complete and closed)'
		# The far end takes 5 ms: a stamp of another one's probe would make it less, or more by a lot.
		# (With two CPUs the reply may be in before the driver has returned: clipped, and said to be.)
		json "$how $run: the delay is in wire, in every one" "$out/$run" \
			'replies | all(.clipped or ns("wire") > 5000000) and (map(select(.clipped)) | length < 10)'
	done
	json "$how: a ping socket and a raw one" "$out/one" 'summary.trace.socket == "dgram"'
	like "$how: ping is not disturbed" "$(cat "$out/three")" '^100 packets transmitted, 100 received, 0% packet loss'
done
done_testing
