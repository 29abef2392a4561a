#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual time: delays that are put in at a known place are found there, to the instruction.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host delay 20ms
pingtrace -j -c 200 -i 0.05 10.9.0.2 >far
pingtrace -j -c 200 -i 0.05 --socket=raw 10.9.0.2 >far-raw
tc -n far qdisc del dev far0 root
ip neigh flush dev near0
tc qdisc add dev near0 root netem delay 20ms
pingtrace -j -c 200 -i 0.05 10.9.0.2 >near
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -o "$out" "$scratch/guest"
	for run in far far-raw near; do
		json "$kernel $run: 200 probes, all answered" "$out/$run" \
			'(replies | length == 200) and summary.received == 200 and (lost == [])'
		json "$kernel $run: segments add up to the round trip exactly" "$out/$run" 'replies | all(closed)'
		json "$kernel $run: every segment is there" "$out/$run" 'replies | all(complete)'
	done
	for run in far far-raw; do
		json "$kernel $run: wire holds the 20 ms of the far end" "$out/$run" \
			'replies | all(ns("wire") > 19900000 and ns("wire") < 20100000)'
	done
	json "$kernel far: the first probe's ARP wait is in neigh-out" "$out/far" \
		'replies | (.[0] | ns("neigh-out") > 20000000) and (.[1:] | all(ns("neigh-out") < 100000))'
	json "$kernel near: qdisc holds the 20 ms of the near end" "$out/near" \
		'replies | all(ns("qdisc") > 19900000 and ns("qdisc") < 20100000)'
	json "$kernel near: and wire does not" "$out/near" 'replies | all(ns("wire") < 100000)'
done
done_testing
