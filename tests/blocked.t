#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever reads the output, or does not: a signal ends the run within a second. (Traced with fentry: tests/lab/leave.t.)
. "$(dirname "$0")/tap.sh"

mkfifo "$scratch/pipe"
exec 3<>"$scratch/pipe" # a reader that does not read, so that nobody waits for one to open it

# A flood that uses no CPU any more waits for room in the pipe.
cpu_of() { awk '{ print $3, $14 + $15 }' "/proc/$1/stat"; }

# left SIGNAL COMMAND...: run it until it is stuck, send the signal; print the status and how many ms that took
left() {
	local signal=$1 pid start status last='' now
	shift
	"$@" &
	pid=$!
	for _ in $(seq 50); do
		now=$(cpu_of $pid)
		[ "$now" = "$last" ] && [ "${now%% *}" = S ] && break
		last=$now
		sleep 0.3
	done
	start=$(date +%s%N)
	kill -"$signal" $pid
	wait $pid
	status=$?
	echo "$status $((($(date +%s%N) - start) / 1000000))"
	timeout 1 dd bs=65536 count=16 iflag=nonblock <&3 >"$scratch/read" 2>/dev/null
}

for signal in INT TERM QUIT; do
	for output in stdout both; do
		if [ $output = both ]; then
			out=$(left $signal sh -c 'exec "$@" >&3 2>&3' sh "$pingtrace" --trace=off -i 0 127.0.0.1 3>&3)
		else
			out=$(left $signal sh -c 'exec "$@" >&3' sh "$pingtrace" --trace=off -i 0 127.0.0.1 3>&3 2>"$scratch/err")
		fi
		read -r status ms <<<"$out"
		is "SIG$signal with a full pipe as $output: the status says that output was lost" "$status" 2
		ok "SIG$signal with a full pipe as $output: gone within a second ($ms ms)" test "${ms:-9999}" -lt 1000
		[ $output = both ] || is "SIG$signal with a full pipe: what was lost is said" "$(tail -n 1 "$scratch/err")" \
			"pingtrace: cannot write the output: nobody reads it"
	done
done

# A flood that never waits: there is always a reply.
for signal in INT TERM; do
	"$pingtrace" --trace=off -f -q 127.0.0.1 >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	flooding() { [ "$(awk '{ print $14 + $15 }' /proc/$pid/stat)" -gt 30 ]; } # ticks of CPU
	until flooding; do sleep 0.1; done
	start=$(date +%s%N)
	kill -$signal $pid
	{ sleep 10; kill -KILL $pid 2>/dev/null; } &
	wait $pid
	is "SIG$signal ends a flood without output: status" $? 0
	ms=$((($(date +%s%N) - start) / 1000000))
	ok "SIG$signal ends a flood without output within a second ($ms ms)" test $ms -lt 1000
	kill $! 2>/dev/null
done

# A flood to several targets fills the way to the process that writes files, one of which nobody reads: the waits do not add up.
mkfifo "$scratch/stuck"
exec 4<>"$scratch/stuck"
"$pingtrace" --trace=off -q -i 0.0001 --write=jsonl:"$scratch/stuck" --write="$scratch/other.jsonl" 127.0.0.{1..6} \
	>/dev/null 2>"$scratch/err" 4>&- &
pid=$!
sleep 8
start=$(date +%s%N)
kill -TERM $pid
wait $pid
is "a file that nobody reads: the status says so" "$?" 2
ms=$((($(date +%s%N) - start) / 1000000))
ok "a file that nobody reads: gone within three seconds ($ms ms)" test "$ms" -lt 3000
like "the file beside it has its end" "$(tail -n 1 "$scratch/other.jsonl")" '"end":true'

# A reader that is slow, but reads: SIGQUIT asks for the status, and the run goes on.
mkfifo "$scratch/slow"
: >"$scratch/out"
while [ "$(head -c 4000 | tee -a "$scratch/out" | wc -c)" -gt 0 ]; do sleep 0.05; done <"$scratch/slow" &
reader=$!
"$pingtrace" --trace=off -D -i 0.0005 -w 6 127.0.0.1 >"$scratch/slow" 2>"$scratch/err" &
pid=$!
while [ "$(stat -c %s "$scratch/out")" -lt 20000 ]; do sleep 0.1; done
kill -QUIT $pid
wait $pid
is "SIGQUIT with a slow reader does not end the run" "$?" 0
wait $reader
like "nothing of the output is lost" "$(tail -n 4 "$scratch/out")" '^rtt min/avg/max/mdev = '
like "the status is told" "$(tr '\r' '\n' <"$scratch/err")" '^[0-9]+/[0-9]+ packets, 0% loss'
done_testing
