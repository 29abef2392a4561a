#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel has the functions, but lets no more programs at them: as many as may be are there already. Another
# place stands in, or the hook is missing, and everything else is as it was.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
ping_sockets
run() { # NAME FUNCTIONS OPTION...
	name=$1 functions=$2
	shift 2
	./crowd "$functions" pingtrace -j -c 4 -i 0 "$@" 127.0.0.1 >"$name"
}
run sendmsg raw_sendmsg --socket=raw
run ip_rcv ip_rcv_core
run data_ready sock_def_readable
run missing __ip_local_out,ip_local_out --socket=dgram
END
in_lab "the runs" -k 6.12 -f "$top/build/crowd" -o "$scratch/out" "$scratch/guest"
for run in sendmsg ip_rcv data_ready; do
	json "$run: every segment is there" "$scratch/out/$run" \
		'(replies | length == 4 and all(closed and complete)) and summary.trace.backend == "fentry"'
done
json "both functions of a hook: it is missing, and nothing else" "$scratch/out/missing" \
	'(replies | length == 4 and all(closed and ([.segments[].name] == (dgram_segments |
		["syscall-out", "socket-out+ip-out"] + .[3:])))) and
		summary.trace.missing == ["ip_local_out", "peer_ip_local_out"]'
done_testing
