#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A delay that is put into a known place is found in its segment, and in no other.
#
# ACCURACY_TABLE=FILE puts the table for docs/accuracy.md into FILE (make accuracy).
. "$(dirname "$0")/../tap.sh"

# Segment, a kernel function that is called between its two hooks, which argument leads to the packet, and what
# that is: see inject.c. Replies are seen by the near host only at the functions chosen, requests likewise; the far
# host's own work is `wire`.
cat >"$scratch/matrix" <<'END'
syscall-out inet_sendmsg 0 socket
socket-out ip_route_output_flow 2 sock
ip-out ip_output 2 request
neigh-out __dev_queue_xmit 0 request
qdisc dev_hard_start_xmit 0 request
driver-out veth_xmit 0 request
wire icmp_echo 0 request
driver-in enqueue_to_backlog 0 reply
link-in ip_rcv 0 reply
ip-in ip_local_deliver 0 reply
icmp-in __skb_checksum_complete 0 reply
socket-in __sock_queue_rcv_skb 1 reply
wakeup skb_copy_datagram_iter 0 reply
syscall-in skb_free_datagram 1 reply
END

# One run of pingtrace for all of it: every function has its waiting program all the time, and each probe is delayed at
# one of them or at none. A round: first probes without a delay, then one for each place and each of the three delays.
rounds=11 round=49 undelayed=7
probes=$((rounds * round))
cp "$scratch/matrix" "$scratch/matrix.dgram"
grep -v ^icmp-in "$scratch/matrix" >"$scratch/matrix.raw" # there, it lies beside the path
for kind in dgram raw; do
	awk -v round=$round -v first=$undelayed 'BEGIN { split("10000 1000000 50000000", delays) } {
		printf "%s %s %s ", $2, $3, $4
		for (i = 0; i < round; i++)
			printf "%d%s", delays[i - first - 3 * (NR - 1) + 1], i < round - 1 ? "," : "\n"
	}' "$scratch/matrix.$kind" >"$scratch/places.$kind"
done

# What the kernel does now and then takes microseconds in whichever segment it falls. If it falls on the same delay
# round after round, the median has it. So:
# - the clock tick, every 4 ms: the interval is no whole number of milliseconds, or the tick may come at the same
#   place of every fourth probe;
# - timers that are due while a delay of 50 ms lasts, and run after it: what comes several times a second is switched
#   off, or is done before the probe (inject -a); what comes every 2.02 or 2.05 s meets a round of 10.15 s elsewhere
#   each time;
# - random numbers, made for 24 packets at a time, 12 probes: of which a round is no multiple;
# - neighbours are not confirmed.
# chrt: what was woken meanwhile comes after pingtrace.
cat >"$scratch/matrix-guest" <<'END'
far_host
ping_sockets
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
ip neigh change 10.9.0.2 dev near0 nud permanent
ip -n far neigh change 10.9.0.1 dev far0 nud permanent
echo 0 >/proc/sys/vm/compaction_proactiveness
echo 3600 >/proc/sys/vm/stat_interval
for kind in dgram raw; do
	alone
	/guest/inject -a 200 -p passes.$kind /guest/places.$kind \
		chrt -f 50 pingtrace -j -c "$1" -i 0.20713 --socket=$kind 10.9.0.2 >$kind
done
END

cat >"$scratch/causes-guest" <<'END'
far_host
ping_sockets
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
trace() { # NAME ARG...
	name=$1
	shift
	alone
	chrt -f 50 pingtrace -j "$@" 10.9.0.2 >$name
}
rules() { # HOOK: 10,000 rules that do not match
	{
		echo "table ip t { chain c { type filter hook $1 priority 0;"
		awk 'BEGIN { for (i = 0; i < 10000; i++) printf "ip daddr 10.7.%d.%d drop\n", i / 256, i % 256 }'
		printf '}\n}\n'
	} >rules
	nft -f rules
	rm rules
}
trace none -c 15 -i 0.201
tc qdisc add dev near0 root netem delay 5ms
trace netem-near -c 15 -i 0.201
tc qdisc replace dev near0 root tbf rate 80kbit burst 200 limit 10000
trace tbf -c 15 -i 0.005
tc qdisc del dev near0 root
rules output
trace nft-output -c 15 -i 0.201
nft flush ruleset
rules input
trace nft-input -c 15 -i 0.201
nft flush ruleset

tc -n far qdisc add dev far0 root netem delay 5ms
trace netem-far -c 15 -i 0.201
pingtrace -j -c 60 -i 0.023 10.9.0.2 >hog &
while ! grep -q seq hog; do sleep 0.05; done # it would not get to start beside this one
nice -n -20 sh -c 'while :; do :; done' &
hog=$!
sleep 1.5
kill $hog
wait
tc -n far qdisc del dev far0 root

alone
ip neigh flush dev near0
ip -n far link set far0 arp off
(
	sleep 1.5
	ip -n far link set far0 arp on
) &
chrt -f 50 pingtrace -j -c 5 -i 1 10.9.0.2 >arp
END

# rows KERNEL SOCKET: the matrix as JSON, a line for each place. Errors and the largest change of any other segment are
# in ns, for each of the three delays, against the probes without one.
rows() {
	# shellcheck disable=SC2016
	jq -n -c -L "$top/tests" --arg kernel "$1" --arg socket "$2" --rawfile matrix "$scratch/matrix.$2" \
		--slurpfile run "$scratch/$1/$2" --slurpfile passes "$scratch/$1/passes.$2" \
		--argjson round "$round" --argjson undelayed "$undelayed" '
		include "pingtrace";
		[10000, 1000000, 50000000] as $delays |
		[$run | replies | to_entries | group_by(.key % $round)[] | map(.value)] as $turns |
		($turns[:$undelayed] | add | medians) as $before |
		$matrix | rtrimstr("\n") / "\n" | to_entries[] | .key as $place | (.value / " ") as [$segment, $function] |
		[$turns[$undelayed + 3 * $place:][:3][] | medians | with_entries(.value -= $before[.key])] as $moved |
		{$kernel, $socket, $segment, $function, passes: $passes[$place], probes: ($turns | add | length),
		 errors: [range(3) as $d | $moved[$d][$segment] - $delays[$d]],
		 others: [$moved[] | del(.[$segment]) | largest]}'
}

# all_within_1us FILTER: "yes", or what the filter found in $row
all_within_1us() {
	jq -r "$1 | if length == 3 and all(.value? // . | fabs < 1000) then \"yes\" else tojson end" <<<"$row"
}

for kernel in 6.12 6.1; do
	# tsc=reliable: no timer that compares it with another clock twice a second.
	in_lab "$kernel: the runs" -k "$kernel" -p tsc=reliable -w 300 -f "$top/build/inject" \
		-f "$scratch/places.dgram" -f "$scratch/places.raw" -o "$scratch/$kernel" "$scratch/matrix-guest" $probes
	for kind in dgram raw; do
		json "$kernel $kind: every segment is there" "$scratch/$kernel/$kind" \
			"replies | length == $probes and all(complete and closed)"
		rows "$kernel" "$kind" >"$scratch/rows.$kind"
		cat "$scratch/rows.$kind" >>"$scratch/rows"
		while read -r segment function _ && read -r row <&3; do
			is "$kernel $kind: $function is passed once by each probe" \
				"$(jq -c '[.function, .probes, .passes]' <<<"$row")" "[\"$function\",$probes,$probes]"
			is "$kernel $kind: its delay is in $segment, within 1 us" "$(all_within_1us .errors)" yes
			is "$kernel $kind: and no other segment moves by 1 us" "$(all_within_1us .others)" yes
		done <"$scratch/matrix.$kind" 3<"$scratch/rows.$kind"
	done
done

# change NAME WANT: what moved against no delay, {segment: ns}, is as the filter wants
change() {
	# shellcheck disable=SC2016
	json "$1: $2" "$scratch/causes/$1" "replies | moved(\$base | replies | .[3:]) | $3" \
		--slurpfile base "$scratch/causes/none"
}

in_lab "causes: the runs" -k 6.12 -w 300 -o "$scratch/causes" "$scratch/causes-guest"
# A process that has to be woken takes longer to come round than one that is still in sendmsg(2).
change netem-near "5 ms in qdisc, nowhere else" \
	'(.qdisc - 5000000 | fabs < 10000) and (del(.qdisc, .wakeup) | largest.value | fabs < 1000) and .wakeup < 20000'
change netem-far "5 ms in wire, nowhere else" \
	'(.wire - 5000000 | fabs < 10000) and (del(.wire, .wakeup) | largest.value | fabs < 1000) and .wakeup < 20000'
change nft-output "10,000 rules in OUTPUT are in ip-out, nowhere else" \
	'.["ip-out"] > 100000 and (del(.["ip-out"]) | largest.value | fabs < 1000)'
change nft-input "10,000 rules in INPUT are in ip-in, nowhere else" \
	'.["ip-in"] > 100000 and (del(.["ip-in"]) | largest.value | fabs < 1000)'
# shellcheck disable=SC2016
json "nft: both chains take the same time" "$scratch/causes/nft-input" \
	'(replies | map(ns("ip-in")) | median) - ($output | replies | map(ns("ip-out")) | median) | fabs < 2000' \
	--slurpfile output "$scratch/causes/nft-output"
change tbf "the token bucket is in qdisc, nowhere else" \
	'.qdisc > 1000000 and (del(.qdisc, .wakeup) | largest.value | fabs < 1000) and .wakeup < 20000'
# Each is due 5 ms after the one before it. What was sent late waits for so much less.
json "tbf: 98 bytes at 10 kB/s, one every 5 ms: each waits 4.8 ms longer" "$scratch/causes/tbf" \
	'replies[4:] | map((.late_ns // 0) + (.stamps[] | select(.hook == "dev_queue") | .ns) + ns("qdisc")) |
		[.[1:], .[:-1]] | transpose | all(.[0] - .[1] - 4800000 | fabs < 1000)'
json "arp: unanswered for a while: the first probes wait in neigh-out until the same moment" "$scratch/causes/arp" \
	'replies | map(ns("neigh-out")) | .[0] > 1000000000 and .[0] < 3000000000 and
		(.[0] - .[1] - 1000000000 | fabs < 100000) and .[4] < 2000'
# shellcheck disable=SC2016
json "arp: and nowhere else" "$scratch/causes/arp" \
	'replies | moved($base | replies | .[3:]) | del(.["neigh-out"]) | largest.value | fabs < 100000' \
	--slurpfile base "$scratch/causes/none"
# How often the scheduler lets the hog go on is its own business; what waits then waits in wakeup.
json "hog: what a task that does not yield the CPU delays waits in wakeup" "$scratch/causes/hog" \
	'replies | length == 60 and (map(select(.user_rtt_ns > 6500000)) |
		length == 0 or ((map(select(ns("wakeup") > 1000000)) | length) * 2 > length))'

# The table of the matrix, for docs/accuracy.md.
if [ -n "${ACCURACY_TABLE:-}" ]; then
	jq -r '"| \(.kernel) | \(.socket) | `\(.segment)` | `\(.function)` | \(.errors | map("+\(.)") | join(" | ")) | " +
		(.others | map(if .value == 0 then "0" else "\(.value) `\(.key)`" end) | join(" | ")) + " |"' "$scratch/rows" |
		sed 's/+-/−/g; s/| -/| −/g' |
		cat <(echo "| kernel | socket | delay in | function | 10 µs | 1 ms | 50 ms | other, 10 µs | other, 1 ms | other, 50 ms |"
		echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |") - >"$ACCURACY_TABLE"
fi
done_testing
