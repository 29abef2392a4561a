#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The process that writes the files of --write: what happens to it, or to them, is nothing to the probes, and the other way round.
# (That it delays none: tests/lab/worker.t.)
. "$(dirname "$0")/tap.sh"

cd "$scratch" || exit 1
if ! "$pingtrace" --trace=off -c 1 127.0.0.1 >/dev/null 2>err; then
	skip "the process that writes files" "$(<err)"
	done_testing
fi

# The children of pid $1 that have not ended: the keeper and the worker. The latter is the one with a system call filter.
worker_of() {
	local child
	for child in $(<"/proc/$1/task/$1/children"); do
		! grep -q '^Seccomp:	2' "/proc/$child/status" || echo "$child"
	done
}
# wait_for COMMAND...: until it is true; each lasts as long as it lasts, and none for ever
wait_for() {
	local i
	for ((i = 0; i < 1000; i++)); do
		"$@" && return
		sleep 0.01
	done
	return 1
}
has_worker() { [ -n "$(worker_of "$1")" ]; }
is_gone() { [ ! -e "/proc/$1" ] || grep -q '^State:	Z' "/proc/$1/status"; }

is_stopped() { ! grep -hL '^State:	T' "/proc/$1"/task/*/status | grep -q .; } # every thread

# --- what it may do ---
"$pingtrace" --trace=off -i 0.05 --write=a.jsonl 127.0.0.1 >out 2>err &
pid=$!
ok "files are written by a process of their own, which has a system call filter" wait_for has_worker $pid
worker=$(worker_of $pid)
is "it has no capability" "$(sed -n 's/^Cap\(Prm\|Eff\|Inh\|Amb\):	//p' "/proc/$worker/status" | sort -u)" 0000000000000000
gives_way() { [ "$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 39)" = 5 ]; } # SCHED_IDLE
ok "while there are probes it gives way to everything else (SCHED_IDLE)" wait_for gives_way "$worker"
is "and a thread waits that does not, to take over after the last probe" \
	"$(for task in "/proc/$worker/task"/*/stat; do sed 's/.*) //' "$task" | cut -d ' ' -f 39; done | sort | xargs)" "0 5"

# --- it is killed ---
kill -9 "$worker"
ok "it is killed" wait_for is_gone "$worker"
was=$(wc -l <out)
more() { [ "$(wc -l <out)" -gt $((was + 3)) ]; }
ok "the run goes on" wait_for more
kill -INT $pid
wait $pid
is "the exit status says so" $? 2
like "and a line" "$(<err)" '^pingtrace: the files of --write are not complete: the process that writes them has ended$'
is "nothing is left of the file" "$(find . -name '*.jsonl' -o -name '.ping*')" ""

# In a flood, so that what is written meanwhile finds no room.
"$pingtrace" --trace=off -i 0 --write=a.jsonl 127.0.0.1 >out 2>err &
pid=$!
wait_for has_worker $pid
kill -9 "$(worker_of $pid)"
was=30000
wait_for more
kill -INT $pid
wait $pid
is "of one that is killed, nothing is said to have come too fast" "$? $(<err)" \
	"2 pingtrace: the files of --write are not complete: the process that writes them has ended"

# --- the other one is killed ---
echo before >a.jsonl
"$pingtrace" --trace=off -i 0.05 --write=a.jsonl 127.0.0.1 >out 2>err &
pid=$!
wait_for has_worker $pid
worker=$(worker_of $pid)
kill -9 $pid
wait $pid 2>/dev/null
ok "where the run is killed, the process that writes ends" wait_for is_gone "$worker"
nothing() { [ -z "$(find . -name '.ping*')" ]; }
ok "and nothing half-written stays" wait_for nothing
is "the file that was there is as it was" "$(<a.jsonl)" before

# --- the run is over, and it is late ---
# run_stopped OPTION...: a run that has been interrupted while the process that writes was stopped
run_stopped() {
	"$pingtrace" --trace=off -i 0.002 "$@" 127.0.0.1 >out 2>err &
	pid=$!
	wait_for has_worker $pid
	worker=$(worker_of $pid)
	wait_for gives_way "$worker"
	kill -STOP "$worker"
	wait_for is_stopped "$worker"
	wait_for more
	kill -INT $pid
}
was=0
was=0
echo before >a.jsonl
run_stopped --write=a.jsonl
wait $pid
is "where it is stopped, that keeps nobody: the exit status says so" $? 2
is "and a line" "$(<err)" 'pingtrace: the files of --write are not complete: the process that writes them takes too long'
ok "it has ended as well" wait_for is_gone "$worker"
ok "what it has written is gone" wait_for nothing
is "the file that was there is as it was" "$(<a.jsonl)" before

# --- nobody reads ---
mkfifo pipe
exec 3<>pipe
"$pingtrace" --trace=off -i 0.001 --write=jsonl:pipe 127.0.0.1 >out 2>err &
pid=$!
wait_for has_worker $pid
sent() { [ "$(grep -c '^64 bytes' out)" -gt 500 ]; }
ok "a pipe that nobody reads does not stop the run" wait_for sent # the pipe has room for a tenth of it
start=$(date +%s%N)
kill -TERM $pid
wait $pid
status=$?
ms=$((($(date +%s%N) - start) / 1000000))
ok "SIGTERM ends the run within a second ($ms ms)" test $ms -lt 1000
is "the status says that output was lost" $status 2
like "what was lost is said" "$(<err)" 'cannot write pipe: nobody reads it'
exec 3>&-

# --- it cannot keep up ---
"$pingtrace" --trace=off -q -j -i 0 -c 60000 --write=many.jsonl 127.0.0.1 >out 2>err
status=$?
missed=$(sed -n 's/^pingtrace: \([0-9]*\) results came faster.*/\1/p' err)
if [ "${missed:-0}" = 0 ]; then
	is "all results of a flood were written: status" $status 0
	missed=0
else
	is "some results of a flood were not written: status" $status 2
fi
is "those that are in the file and those that are missing are all" \
	"$(($(grep -c '"bytes"' many.jsonl) + missed))" "$(jq '.received + .duplicates' out)"
is "the file says where how many are missing" "$(jq -s 'map(.missed // 0) | add' many.jsonl)" "$missed"
is "its summary is that of the run" "$(jq -c 'select(.transmitted) | [.transmitted, .received, .segments]' many.jsonl)" \
	"$(jq -c '[.transmitted, .received, .segments]' out)"
"$pingtrace" --read=many.jsonl -q >again 2>err
is "who reads it is told" "$? $(grep -c 'results are missing here' err)" \
	"$([ "$missed" = 0 ] && echo "0 0" || echo "2 $(grep -c '"missed"' many.jsonl)")"

# --- one file twice ---
mkdir d
"$pingtrace" --trace=off -c 1 --write=d/x.jsonl --write=d/../d/x.jsonl 127.0.0.1 >out 2>err
is "a file that is named twice is refused" "$? $(<err)" "2 pingtrace: --write=d/../d/x.jsonl is given twice: name two files"
is "and nothing is written" "$(ls -A d)" ""
done_testing
