#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Leaving: the prompt comes back at once although detaching takes the kernel a second, and nothing is left
# attached, whichever way the run ends.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
hundredths() { awk '{ print int($1 * 100) }' /proc/uptime; }
# Wait, in bounded steps, until no link is left.
gone() {
	n=0
	while [ -n "$(bpftool link)" ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	[ -z "$(bpftool link)" ] && echo "$1: gone"
}
for trace in fentry kprobe tracepoint; do
	for signal in INT TERM KILL; do
		pingtrace --trace=$trace -i 0.1 127.0.0.1 >out-$trace-$signal &
		pid=$!
		while ! grep -q icmp_seq=2 out-$trace-$signal; do sleep 0.05; done
		[ -n "$(bpftool link)" ] || echo "$trace: nothing attached"
		start=$(hundredths)
		kill -$signal $pid
		wait $pid
		status=$?
		end=$(hundredths)
		[ $signal = KILL ] || echo "$trace $signal: status $status, $((end - start)) hundredths"
		gone "$trace $signal"
	done
done
# A reader that does not read: the pipe is full, and the signal ends the run all the same.
mkfifo pipe
exec 3<>pipe
for trace in fentry kprobe; do
	for signal in INT TERM QUIT; do
		pingtrace --trace=$trace -i 0 127.0.0.1 >&3 2>blocked.err &
		pid=$!
		while [ "$(cat /proc/$pid/wchan)" != pipe_write ]; do sleep 0.05; done
		start=$(hundredths)
		kill -$signal $pid
		wait $pid
		status=$?
		end=$(hundredths)
		echo "$trace blocked $signal: status $status, $((end - start)) hundredths"
		gone "$trace blocked $signal"
		dd bs=65536 count=1 <&3 >/dev/null 2>&1
	done
done
exec 3>&-
# Who reads the output sees its end as soon as the program is gone.
start=$(hundredths)
pingtrace -q -c 1 127.0.0.1 | cat >/dev/null
end=$(hundredths)
echo "pipe: $((end - start))"
END
for kernel in 6.12 6.1; do
	out=$("$lab" -k $kernel "$scratch/guest" 2>&1)
	for trace in fentry kprobe tracepoint; do
		for signal in INT TERM; do
			took=$(sed -n "s/^$trace $signal: status 0, \([0-9]*\) hundredths$/\1/p" <<<"$out")
			ok "$kernel $trace: back ${took:-never} hundredths of a second after SIG$signal" test "${took:-99}" -le 15
			like "$kernel $trace: nothing is left attached after SIG$signal" "$out" "^$trace $signal: gone"
		done
		for signal in INT TERM QUIT; do
			[ $trace != tracepoint ] || continue
			took=$(sed -n "s/^$trace blocked $signal: status 2, \([0-9]*\) hundredths$/\1/p" <<<"$out")
			ok "$kernel $trace: gone ${took:-never} hundredths of a second after SIG$signal, though nobody reads the output" \
				test "${took:-999}" -lt 100
			like "$kernel $trace: nor is anything left attached then" "$out" "^$trace blocked $signal: gone"
		done
		like "$kernel $trace: nor after SIGKILL" "$out" "^$trace KILL: gone"
		unlike "$kernel $trace: something was attached before" "$out" "^$trace: nothing attached"
	done
done
done_testing
