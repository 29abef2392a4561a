#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What makes probes slow is made, and the verdict names it; where nothing does, it names nothing.
. "$(dirname "$0")/../tap.sh"

# Virtual time.
cat >"$scratch/quiet" <<'END'
# Every kind of run, with --why and without.
ping_sockets
far_host
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
for i in 1 2 3 4 5; do
	set -- --socket=raw
	[ $i = 2 ] || [ $i = 4 ] || set -- --socket=dgram
	[ $i -gt 3 ] || set -- "$@" --why
	pingtrace -j "$@" -c 100 -i 0.01 127.0.0.1
	pingtrace -j -q "$@" -c 1000 -i 0 127.0.0.1
	pingtrace -j "$@" -c 100 -i 0.2 10.9.0.2
	tc -n far qdisc add dev far0 root netem delay 20ms 1ms
	pingtrace -j "$@" -c 100 -i 0.05 10.9.0.2
	tc -n far qdisc del dev far0 root
done | jq -c 'select(.transmitted)' >quiet
pingtrace --why -c 60 -i 0.013 10.9.0.2 >text-quiet
END

cat >"$scratch/causes" <<'END'
ping_sockets
far_host
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
printf '#!/bin/sh\nwhile :; do :; done\n' >hog
chmod 755 hog
trace() { # NAME ARG...
	name=$1
	shift
	pingtrace -j "$@" 10.9.0.2 >$name
}
for how in fentry kprobe tracepoint; do
	tc -n far qdisc add dev far0 root netem delay 50ms
	alone
	trace hog-$how --trace=$how --why -c 40 -i 0.013 &
	while ! grep -qs seq hog-$how; do sleep 0.05; done # it would not get to start beside this one
	chrt -f 20 sh -c 'chrt -f 10 ./hog & sleep 0.1; kill $!'
	wait
	tc -n far qdisc del dev far0 root

	tc qdisc add dev near0 root tbf rate 2mbit burst 2000 limit 20000
	pingtrace --trace=off -q -s 1400 -i 0.005 10.9.0.2 >/dev/null &
	cross=$!
	trace tbf-$how --trace=$how --why -c 60 -i 0.02
	kill -INT $cross
	wait
	tc qdisc del dev near0 root
done
tc qdisc add dev near0 root netem delay 5ms
trace netem --why -c 20 -i 0.05
trace without -c 20 -i 0.05
pingtrace --why -c 20 -i 0.001 10.9.0.2 >text
tc qdisc del dev near0 root

# The far host asks for nobody's address itself: its question would tell us its own.
ip -n far neigh replace 10.9.0.1 lladdr "$(cat /sys/class/net/near0/address)" dev far0 nud permanent
tc -n far qdisc add dev far0 root netem delay 20ms
for how in fentry kprobe; do
	ip neigh flush dev near0
	trace arp-$how --trace=$how --why -c 100 -i 0.05
done
tc -n far qdisc del dev far0 root
ip neigh flush dev near0
ip -n far link set far0 arp off
(
	sleep 1.5
	ip -n far link set far0 arp on
) &
trace unanswered --why -c 50 -i 0.1
wait
ip neigh change 10.9.0.2 dev near0 nud stale
trace stale --why -c 20 -i 0.01
rm hog
END

# The network's softirq takes longer than it may, so that ksoftirqd has to go on; and a task of a higher priority leaves
# it no CPU. Kernels from 6.4 on run the softirqs of an interrupt even so (d15121be7485).
cat >"$scratch/ksoftirqd" <<'END'
far_host
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
printf '#!/bin/sh\nwhile :; do :; done\n' >hog
chmod 755 hog
echo icmp_rcv 0 any 5000000 >places
/guest/inject places chrt -f 50 pingtrace -j --why -c 60 -i 0.03 10.9.0.2 >ksoftirqd &
while ! grep -qs seq ksoftirqd; do sleep 0.05; done
chrt -f 10 ./hog &
hog=$!
chrt -f 20 sleep 0.4
kill $hog
wait
rm hog places
END

# found NAME FILE FILTER: a finding for which the filter holds
found() { json "$1" "$2" "summary.findings | any($3)"; }

out=$scratch/out
in_lab "quiet: the runs" -k 6.12 -w 300 -o "$out" "$scratch/quiet"
json "quiet: twenty runs, in which every probe is answered" "$out/quiet" \
	'length == 20 and all(.received == .transmitted and .segments != [])'
json "quiet: nothing is named in any of them" "$out/quiet" 'all(.findings == [])'
unlike "quiet: no line about a cause, under a reply or below the table" "$(cat "$out/text-quiet")" \
	'why:|probe spends|probes spend|or more spend'

for kernel in 6.12 6.1; do
	in_lab "$kernel: the runs" -k "$kernel" -w 300 -o "$out" "$scratch/causes"
	for how in fentry kprobe tracepoint; do
		found "$kernel $how: a task that held the CPU, with its name and for how long" "$out/hog-$how" \
			'.cause == "cpu-held" and .task == "hog" and .cpu == 0 and
				.held_ns > 1000000 and .held_ns <= .more_ns * 1.01 and
				(.text | test("`hog` held CPU 0 for up to [0-9.]+ ms"))'
		# Replies that were there already are read and printed first.
		json "$kernel $how: it is told of the probes that it delayed, and of no other" "$out/hog-$how" \
			'replies | all((.segments[] | select(.name | test("wakeup")).ns) as $ns |
				if $ns > 1000000 then .why.wait | .task == "hog" and $ns - .ns < 8000000
				else (.why.wait.ns // 0) <= $ns end)'
		found "$kernel $how: a full queue, and how many were before" "$out/tbf-$how" \
			'.segment == "qdisc" and .cause == "queue" and .qdisc == "tbf" and .packets > 5 and
				(.text | test("packets before it in the queue \\(tbf\\)"))'
	done
	found "$kernel: a queueing discipline that delays what it holds" "$out/netem" \
		'.id == "slow" and .segment == "qdisc" and .cause == "qdisc" and .qdisc == "netem" and
			.ns > 4900000 and .ns < 5100000'
	found "$kernel: without --why the place, and where the cause is to be had" "$out/without" \
		'.id == "slow" and .segment == "qdisc" and (has("cause") | not) and (.text | test("--why"))'
	json "$kernel: without --why there is no why" "$out/without" 'replies | all(has("why") | not)'
	for how in fentry kprobe; do
		found "$kernel $how: a neighbour that had to be asked for" "$out/arp-$how" \
			'.id == "slowest" and .segment == "neigh-out" and .cause == "neighbour" and .more_ns > 20000000'
	done
	found "$kernel: a neighbour that did not answer at once" "$out/unanswered" \
		'.segment == "neigh-out" and .cause == "neighbour" and .more_ns > 500000000'
	json "$kernel: a stale neighbour's address is used, and delays nothing" "$out/stale" \
		'(replies | any(.why.neighbour == "stale")) and summary.findings == []'
	json "$kernel: what is told is of the contract's types" "$out/hog-fentry" 'replies | all(why_typed)'
	json "$kernel: findings are of the contract's types" "$out/hog-fentry" 'summary | findings_typed'
	like "$kernel: a line under the reply" "$(cat "$out/text")" \
		'^    why: netem held it for 5\.[0-9]+ ms$'
	like "$kernel: a sentence below the table" "$(cat "$out/text")" \
		'^    Half of the probes or more spend at least 5\.[0-9]+ ms in qdisc: netem held it back'
done

in_lab "ksoftirqd: the run" -k 6.1 -f "$top/build/inject" -o "$out" "$scratch/ksoftirqd"
found "ksoftirqd under load" "$out/ksoftirqd" \
	'.cause == "ksoftirqd" and .late_ns + .busy_ns > 100000000 and (.text | test("ksoftirqd received the reply on CPU 0"))'

done_testing
