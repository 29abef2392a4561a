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
ip netns exec far sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
ip netns exec far ./hostile then-checksum &
hostile=$!
sleep 0.5
for backend in fentry kprobe tracepoint; do
	pingtrace -j --trace=$backend --socket=dgram -c 5 -i 0.1 -W 1 10.9.0.2 >dropped.$backend
done
kill $hostile
END

# Of the segments of one probe, none has these 5 ms but that with the wire.
# shellcheck disable=SC2016
in_wire='def in_wire: .segments | map(select(.ns > 4000000)) | length == 1 and all(.name | split("+") | index("wire"));'

for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -f "$top/build/hostile" -o "$out" "$scratch/guest"
	for backend in fentry kprobe tracepoint; do
		json "$kernel, $backend: a copy that was dropped leaves nothing to the next" "$out/dropped.$backend" \
			"$in_wire"' replies | length == 5 and all(closed and in_wire and (.clipped | not))'
	done
	for backend in fentry kprobe; do
		json "$kernel, $backend: which is stamped from its driver on" "$out/dropped.$backend" 'replies | all(complete)'
	done
done
done_testing
