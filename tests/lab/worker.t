#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files are written beside the probes, and none of them waits for it; in the probing process a recording costs little. One ns is
# one instruction.
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
# What the probing process has had of the CPU for each of 2,000 probes.
cpu() { # NAME OPTION...
	name=$1
	shift
	pingtrace -q -i 0.002 "$@" 10.9.0.2 >/dev/null &
	sleep 3
	read -r before _ </proc/$!/schedstat
	sleep 4
	read -r after _ </proc/$!/schedstat
	echo $(((after - before) / 2000)) >cpu.$name
	kill -INT $!
	wait $!
	alone
}
cpu none
cpu recording --write=r.jsonl
cpu why.none --why
cpu why.recording --why --write=r.jsonl
rm pipe r.jsonl
END
out=$scratch/out
in_lab "the runs" -k 6.12 -w 300 -o "$out" "$scratch/guest"
json "a pipe that nobody reads: every probe is answered" "$out/blocked" 'summary | .received == .transmitted and .transmitted > 500'
json "no probe is sent 1 ms or more after its time" "$out/blocked" 'replies | all((.late_ns // 0) < 1000000)'
is "what the pipe has not got is told" "$(<"$out/err.blocked")" "pingtrace: cannot write pipe: nobody reads it"
for why in "" why.; do
	none=$(<"$out/cpu.${why}none") recording=$(<"$out/cpu.${why}recording")
	echo "# ${why:+--why: }$none instructions a probe, $recording with a recording"
	ok "${why:+--why: }a recording costs the probing process at most 3,000 instructions a probe" \
		test $((recording - none)) -le 3000
	ok "${why:+--why: }and it is there" test $((recording - none)) -gt 100
done
done_testing
