#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Days of probes, one a second, in virtual time. The network loses some on both ways, gives some twice, and holds some for
# seconds or for most of a day; somebody sets the clock back and forth. Nothing is counted wrongly or misplaced.
#
# WEEK_PROBES is the number for each target (a day's by default), WEEK_TARGETS what is pinged in one run, WEEK_KERNEL
# where.
. "$(dirname "$0")/../tap.sh"

probes=${WEEK_PROBES:-86400} targets=${WEEK_TARGETS:-10.9.0.2} kernel=${WEEK_KERNEL:-6.12}

cat >"$scratch/guest" <<'END-OF-GUEST'
probes=$1 targets=$2 nr_targets=$(echo $2 | wc -w)
far_host
ip -n far addr add 10.9.0.3/24 dev far0
ip -n far -6 addr add fd09::3/64 dev far0
near=$(cat /sys/class/net/near0/address) far=$(ip netns exec far cat /sys/class/net/far0/address)
for a in 10.9.0.2 10.9.0.3 fd09::2 fd09::3; do ip neigh replace $a lladdr "$far" dev near0 nud permanent; done
for a in 10.9.0.1 fd09::1; do ip -n far neigh replace $a lladdr "$near" dev far0 nud permanent; done
few_timers
# Nothing but probes passes: the kernel would ask for routers all the time.
ip netns exec far sh -c 'echo 0 >/proc/sys/net/ipv6/conf/far0/router_solicitations'
echo 0 >/proc/sys/net/ipv6/conf/near0/router_solicitations
sleep 60 # what IPv6 says when a device comes up is said by then
near() { tc qdisc replace dev near0 root netem limit 10000 "$@"; }
far() { tc -n far qdisc replace dev far0 root netem limit 10000 rate 0bit "$@"; } # a rate stays until there is another
usual() {
	near loss 0.5%
	far delay 5ms loss 0.5%
}
usual

# Probes leave at whole seconds from the first. What changes changes halfway between two: so how many probes meet it is known.
hundredths() {
	read -r up _ </proc/uptime
	up=${up#*.}
	up=$((1$up - 100))
}
learn_phase() {
	sent=$(cat /sys/class/net/near0/statistics/tx_packets)
	while [ "$(cat /sys/class/net/near0/statistics/tx_packets)" = "$sent" ]; do sleep 0.01; done
	hundredths
	phase=$up
	halfway 0
}
halfway() { # SECONDS: about so many later
	sleep "$1"
	hundredths
	up=$(((150 + phase - up) % 100))
	[ $up -ge 10 ] || up=0$up
	sleep "0.$up"
}
clock() { date -s "@$(($(date +%s) + $1))" >/dev/null; }
# The replies of three probes are held for 12 s.
hold() {
	near
	far delay 12s
	halfway 2.5
	usual
	echo short 0 >>held
}
# hold_longer SECONDS NAME: for so long. netem takes no such delay, but a rate of a byte a second, and more bytes than the
# packet has. What comes next follows the last one in the queue, at once where the rate is high. Without a rate, packets
# overtake what is held.
hold_longer() {
	near
	far rate 8bit $(($1 / nr_targets))
	halfway 0.5
	far rate 1gbit
	halfway 1.5
	usual
	read -r up _ </proc/uptime
	echo "$2 ${up%.*}" >>held
}
# No hour begins that does not end before the run does.
weather() {
	learn_phase
	hour=0
	read -r up _ </proc/uptime
	last=$((${up%.*} + probes - 3700))
	while [ "${up%.*}" -lt $last ]; do
		# Sequence numbers wrap after 65,536 s: some come shortly before that, and some after it.
		if [ $((hour % 20)) -eq 0 ]; then
			hold_longer 65000 long
			hold_longer 1200 beyond
		fi
		halfway 800
		clock 1000000
		halfway 800
		near
		far delay 5ms duplicate 50%
		halfway 19.5
		usual
		halfway 700
		clock -1000000
		halfway 800
		hold
		clock 3
		halfway 5
		clock -3
		halfway 420
		hour=$((hour + 1))
		read -r up _ </proc/uptime
	done
}

mkfifo lines
# shellcheck disable=SC2086
pingtrace -j -i 1 -c $probes $targets >lines 2>errors &
pingtrace=$!
memory_of $pingtrace $((probes / 24 + 1)) >memory &
weather &
weather=$!
./recount 4000000 100 <lines >counted
wait $pingtrace
kill $weather 2>/dev/null
cat errors >&2
tc -s qdisc show dev near0 | sed -n 's/.*dropped \([0-9]*\).*/\1/p' >dropped.near
tc -n far -s qdisc show dev far0 | sed -n 's/.*dropped \([0-9]*\).*/\1/p' >dropped.far
tc -n far -s qdisc show dev far0 | sed -n 's/.* \([0-9]*\) pkt .*/\1/p' >passed.far
rm recount lines errors
END-OF-GUEST
start=$SECONDS
in_lab "$probes probes, one a second" -k "$kernel" -m 1024 -w $((1200 + probes / 20)) -p tsc=reliable -p nowatchdog -p psi=0 \
	-p cgroup_disable=memory -f "$top/build/recount" -o "$scratch/out" "$scratch/guest" "$probes" "$targets"
run=$scratch/out/counted
read -ra each <<<"$targets"
sed 's/^/# /' "$run"
echo "# $((SECONDS - start)) s of real time; memory, kB: $(tr '\n' ' ' <"$scratch/out/memory")"
touch "$scratch/out/held"
held() { grep -c "^$1" "$scratch/out/held"; }
# came NAME SECONDS: of those held for so long, the last may come after the end.
came() { awk -v name="$1" -v last=$((probes - $2)) '$1 == name && $2 < last' "$scratch/out/held" | wc -l; }
near=$(<"$scratch/out/dropped.near") far=$(<"$scratch/out/dropped.far") passed=$(<"$scratch/out/passed.far")
echo "# netem dropped $near and $far, passed $passed; held $(held short) times for 12 s, $(held long) for 65,000, $(held beyond) for longer"
expected=(--argjson n ${#each[@]} --argjson probes "$probes" --argjson near "$near" --argjson far "$far"
	--argjson passed "$passed" --argjson too_late "$(came beyond 66600)" --argjson came "$(came long 65500)"
	--argjson short "$(held short)" --argjson long "$(held long)" --argjson beyond "$(held beyond)")

json "$probes probes to each target: each is answered or lost, once, and the summary says so" "$run" 'length == $n and
	all(.bad_line == 0 and .bad_count == 0 and .probes == $probes and .replies - .late + .lost == $probes)' "${expected[@]}"
json "sequence numbers wrap $((probes / 65536)) times, and no one is missing, twice there or out of order" "$run" \
	'all(.bad_seq == 0 and .disordered == 0)'
json "a probe leaves every second, whatever somebody sets the clock to" "$run" \
	'all(.time_ms >= ($probes - 1) * 1000 - 10 and .time_ms < ($probes + 60) * 1000)' "${expected[@]}"
json "segments add up to every round trip, and each is the time between its stamps" "$run" \
	'all(.bad_sum == 0 and .bad_stamp == 0 and .merged == 0)'
json "no record has a stamp from outside its own probe's time" "$run" \
	'all(.bad_order == 0 and .bad_wire == 0 and .clipped == 0)'
json "statistics are those of the lines" "$run" 'all(.bad_figure == 0)'
json "what netem dropped is told as lost, and where" "$run" '(map(.losses["out near0 QDISC_DROP"]) | add) == $near and
	(map(.losses["far far0 QDISC_DROP"]) | add) == $far' "${expected[@]}"
json "that is one in a hundred" "$run" 'all((.losses | del(.["far  "]) | add) / $probes - 0.01 | fabs < 6 * (0.01 / $probes | sqrt))' \
	"${expected[@]}"
json "what the far end held for too long is lost there, without a reason, and nothing else is" "$run" \
	'all((.losses["far  "] // 0) == 3 * ($short + $long + $beyond) and (.losses | length) <= 3)' "${expected[@]}"
json "it is late when it comes, and taken back from what was lost; after 65,536 others it is nothing at all" "$run" \
	'all(.late == 3 * ($short + $came) and .bad_loss == 0)' "${expected[@]}"
json "a late one has no split when its record has been used again" "$run" 'all(.stray == 3 * $came)' "${expected[@]}"
json "the summary's losses are those of the lines" "$run" 'all(.bad_loss == 0)'
json "whatever came in time is a reply or a duplicate" "$run" \
	'(map(.replies + .duplicates) | add) == $passed - $n * 3 * $too_late and all(.duplicates > $short)' "${expected[@]}"
json "memory is flat" "$scratch/out/memory" 'flat(128)'
done_testing
