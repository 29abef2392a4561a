#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files are written beside the probes, and none of them waits for it; in the probing process a file of any format costs little.
# One ns is one instruction.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
known_neighbours
ping -q -c 5 -i 0.1 10.9.0.2 >/dev/null
mkfifo pipe
exec 3<>pipe
# Nobody reads the pipe: it is full after a tenth of the run.
timeout -s INT 12 pingtrace -j -D -i 0.02 --write=jsonl:pipe 10.9.0.2 >blocked 2>err.blocked
alone
cost_of_probe -q >none
for format in jsonl pftrace pcapng html hgrm; do
	cost_of_probe -q --write=file.$format >$format
done
cost_of_probe -q --why >why.none
cost_of_probe -q --why --write=file.jsonl >why.jsonl
rm pipe file.*
END
out=$scratch/out
in_lab "the runs" -k 6.12 -w 300 -o "$out" "$scratch/guest"
json "a pipe that nobody reads: every probe is answered" "$out/blocked" 'summary | .received == .transmitted and .transmitted > 500'
json "no probe is sent 1 ms or more after its time" "$out/blocked" 'replies | all((.late_ns // 0) < 1000000)'
is "what the pipe has not got is told" "$(<"$out/err.blocked")" "pingtrace: cannot write pipe: nobody reads it"

# costs NAME NONE FORMAT MOST: a file of this format costs something, and this at most
costs() {
	local none probing beside
	read -r none _ <"$out/$2"
	read -r probing beside <"$out/$3"
	echo "# $1: $none instructions a probe without it, $((probing - none)) more with it, $beside beside the probes"
	ok "$1 costs the probing process at most $4 instructions a probe" test $((probing - none)) -le "$4"
	ok "$1 is written beside the probes" test "$beside" -gt 1000 -a $((probing - none)) -gt 100
}
for format in jsonl pftrace html hgrm; do costs "a .$format" none $format 3000; done
costs "a .pcapng, with the programs that copy packets," none pcapng 5000
costs "--why: a .jsonl" why.none why.jsonl 3000
done_testing
