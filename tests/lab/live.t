#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A terminal that has stopped delays no probe of --live, and no count is lost. (What it shows: tests/live.t.)
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
known_neighbours
ping -q -c 5 -i 0.1 10.9.0.2 >/dev/null
mkdir -p terminfo/v
mv vt100 terminfo/v
export TERMINFO=$PWD/terminfo TERM=vt100
# script(1) is the terminal. Its own output is full, and nobody reads it until the run is over: so it reads nothing that is drawn.
mkfifo pipe
exec 3<>pipe
head -c 65536 /dev/zero >pipe
for reader in stopped alive; do
	if [ $reader = stopped ]; then out=pipe; else out=/dev/null; fi
	./script -qec "stty rows 24 cols 80; pingtrace --live -i 0.02 -c 1500 --write=$reader.jsonl 10.9.0.2" /dev/null </dev/null >$out &
	pid=$!
	if [ $reader = stopped ]; then
		sleep 50 # 30 for the probes
		ps -o stat,args | grep '[s]cript -qec' >stopped.state
		cat <pipe >screen &
		cat=$!
	fi
	wait $pid || echo $? >status.$reader
	[ $reader = alive ] || kill $cat
	alone
done
rm -rf terminfo pipe script
END
in_lab "the runs" -k 6.12 -w 300 -f "$(command -v script)" -f "$(find /lib/terminfo /usr/share/terminfo -name vt100 2>/dev/null | head -n 1)" \
	-o "$scratch/out" "$scratch/guest"
for reader in stopped alive; do
	run=$scratch/out/$reader.jsonl
	json "$reader terminal: every probe is sent, answered and recorded" "$run" \
		'(map(select(.bytes)) | length == 1500) and (map(select(.transmitted))[0] | .transmitted == 1500 and .received == 1500) and
			(map(select(.missed)) | length == 0)'
	json "$reader terminal: no probe is sent 1 ms or more after its time" "$run" \
		'map(select(.bytes)) | all((.late_ns // 0) < 1000000)'
done
is "the terminal that has stopped is still full when the run is over" "$(wc -l <"$scratch/out/stopped.state")" 1
ok "and what was drawn comes out of it then" test "$(stat -c %s "$scratch/out/screen")" -gt 65536
done_testing
