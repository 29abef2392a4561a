#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that does not run in time sends its requests late, and misses what happens meanwhile: it says so.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host delay 5ms
known_neighbours
# run NAME ARG...: in the background, its output, JSON and recording in files of that name
run() {
	name=$1
	shift
	alone
	pingtrace "$@" --write=$name.json --write=$name.jsonl 10.9.0.2 >$name.text &
	pid=$!
}
run quiet -c 100 -i 0.1
wait $pid
run quiet-off --trace=off -c 100 -i 0.1
wait $pid
# Stopped for three intervals.
for trace in fentry off; do
	run stopped-$trace --trace=$trace -c 20 -i 0.1
	sleep 1.05
	kill -STOP $pid
	sleep 0.3
	kill -CONT $pid
	wait $pid
	pingtrace --read=stopped-$trace.jsonl --write=stopped-$trace.again.json >stopped-$trace.again.text
done
# In a cgroup that may run for a fifth of each 100 ms, and has a loop in it that wants all.
mkdir -p cgroup
mount -t cgroup2 cgroup2 cgroup
echo +cpu >cgroup/cgroup.subtree_control
mkdir cgroup/low
echo 20000 100000 >cgroup/low/cpu.max
run throttled -c 50 -i 0.03
echo $pid >cgroup/low/cgroup.procs
sleep 0.3
sh -c 'while :; do :; done' &
loop=$!
echo $loop >cgroup/low/cgroup.procs
wait $pid
kill $loop
wait $loop 2>/dev/null || :
umount cgroup
rmdir cgroup
# A device that has no room is not this process that does not run, and neither is a round trip that -A follows.
tc qdisc add dev near0 root handle 1: tbf rate 8kbit burst 200 limit 300
ping_sockets
alone
pingtrace -c 20 -i 0.02 -W 0.3 --trace=off -j 10.9.0.2 >no-room
tc qdisc del dev near0 root
ip netns exec far tc qdisc replace dev far0 root netem delay 60ms
run adaptive -A -c 40
sleep 1
ip netns exec far tc qdisc replace dev far0 root netem delay 2ms
wait $pid
END
out=$scratch/out
in_lab "the runs" -k 6.12 -w 300 -o "$out" "$scratch/guest"
late=' requests? (was|were) sent .* late: this process did not run in time'
for run in quiet quiet-off; do
	unlike "$run: no word of requests sent late" "$(<"$out/$run.text")" ' late'
	json "$run: none was sent 1 ms late" "$out/$run.json" \
		'summary | .sent_late == 0 and .sent_late_max_ns < 1000000 and .findings == []'
done
for trace in fentry off; do
	stopped=$out/stopped-$trace
	like "$trace: stopped for 300 ms: the text says so" "$(<"$stopped.text")" \
		"^    1 of 20 requests was sent 2[0-9][0-9]\.[0-9]{2} ms late: this process did not run in time"
	json "$trace: the request that was late" "$stopped.json" \
		'[replies[] | select(.late_ns > 1000000)] | length == 1 and (.[0].late_ns | . > 200000000 and . < 300000000)'
	json "$trace: in the summary, and found" "$stopped.json" '([.[] | .late_ns // 0] | max) as $late | summary |
		summary_typed and findings_typed and .sent_late == 1 and .sent_late_max_ns == $late and
		any(.findings[]; .id == "late" and .probes == 1 and .of == 20 and .late_ns == $late)'
	is "$trace: the same from a recording" "$(cmp "$stopped.text" "$stopped.again.text" 2>&1; cmp "$stopped.json" "$stopped.again.json" 2>&1)" ""
done
like "a throttled cgroup: the text says so" "$(<"$out/throttled.text")" "^    [0-9]+ of 50$late"
json "by up to what the cgroup has to wait" "$out/throttled.json" 'summary | .sent_late > 5 and
	(.sent_late_max_ns | . > 10000000 and . < 100000000) and any(.findings[]; .id == "late" and .probes > 5)'
json "a device without room: sent later, and not late" "$out/no-room" 'summary | .retries > 0 and .sent_late == 0'
json "-A: a reply that makes the next one due earlier makes none late" "$out/adaptive.json" \
	'summary | .transmitted == 40 and .sent_late == 0'
done_testing
