#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every kernel, every backend, both families, both kinds of socket: replies, closure, segments, the delay
# in `wire`; and what each backend sees where, which docs/backends.md shows.
. "$(dirname "$0")/../tap.sh"

kernels="6.12 6.1 6.1-rt"
backends="fentry kprobe tracepoint timestamping"

cat >"$scratch/guest" <<'END'
far_host delay 20ms
echo 0 0 >/proc/sys/net/ipv4/ping_group_range
ping -c 1 10.9.0.2 >/dev/null # the neighbours know each other
ping -c 1 fd09::2 >/dev/null
for trace in fentry kprobe tracepoint timestamping; do
	for socket in dgram raw; do
		pingtrace -j -c 5 -i 0.05 --trace=$trace --socket=$socket 10.9.0.2 >$trace-v4-$socket
		pingtrace -j -c 5 -i 0.05 --trace=$trace --socket=$socket fd09::2 >$trace-v6-$socket
		# The responder is this kernel as well.
		pingtrace -j -c 3 -i 0.01 --trace=$trace --socket=$socket 127.0.0.1 >$trace-lo4-$socket
		pingtrace -j -c 3 -i 0.01 --trace=$trace --socket=$socket ::1 >$trace-lo6-$socket
	done
done
# All at once: the far end is a namespace of the same kernel, so that what hooks cost there is part of the
# wire. This way all probes come by all of them.
pids=
for trace in fentry kprobe tracepoint timestamping; do
	pingtrace -j -i 0.051 --trace=$trace 10.9.0.2 >agree-$trace &
	pids="$pids $!"
	while ! grep -qs seq agree-$trace; do sleep 0.05; done
done
sleep 3
kill -INT $pids
wait
# An ordinary user has a ping socket, and no BPF.
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
setpriv --reuid=1000 --regid=1000 --clear-groups pingtrace -c 2 -i 0.05 10.9.0.2 >user
setpriv --reuid=1000 --regid=1000 --clear-groups pingtrace -j -c 2 -i 0.05 10.9.0.2 >user-json
END

segments() { # BACKEND SOCKET KERNEL: the names that a probe's segments have
	local in="ip-in icmp-in socket-in" ready="wakeup syscall-in"
	[ "$2" = dgram ] || in="ip-in socket-in"
	case $1 in
	fentry | kprobe)
		echo "syscall-out socket-out ip-out neigh-out qdisc driver-out wire driver-in link-in $in $ready"
		;;
	tracepoint)
		# sk_data_ready came after 6.1.
		[ "$3" = 6.12 ] || ready="+$ready"
		echo "syscall-out socket-out+ip-out+neigh-out qdisc driver-out wire driver-in link-in+${in// /+} $ready" |
			sed 's/ +/+/'
		;;
	timestamping)
		echo "syscall-out+socket-out+ip-out+neigh-out qdisc+driver-out wire+driver-in" \
			"link-in+${in// /+}+${ready// /+}"
		;;
	esac
}

table() { # the rows of docs/backends.md for all kernels
	local kernel backend
	printf '| backend | kernel | sees | lacks |\n| --- | --- | --- | --- |\n'
	for backend in $backends; do
		for kernel in $kernels; do
			printf '| %s | %s | %s | %s |\n' "$backend" "$kernel" \
				"$(tail -n 1 "$scratch/$kernel/$backend-v4-dgram" | jq -r '.trace.hooks | map("`\(.)`") | join(", ")')" \
				"$(tail -n 1 "$scratch/$kernel/$backend-v4-dgram" | jq -r '.trace.missing | map("`\(.)`") | join(", ") | if . == "" then "–" else . end')"
		done
	done
}

# Medians of the last probes, when all four were tracing. timestamping cannot tell driver-in from wire: where the hooks of
# the others take time, its stamp of the reply lies between their driver_rx and netif_receive.
agree='def medians: [.wire, .["driver-in"]] | map(sort | .[length / 2 | floor]);
	[foreach .[] as $line (0; if $line | has("trace") then . + 1 else . end; [., $line])] |
	map(select(.[1].segments and (.[1] | has("trace") | not))) | group_by(.[0]) |
	map(.[-40:] | map(.[1]) | {wire: map(ns("wire", "wire+driver-in")), "driver-in": map(ns("driver-in"))}) |
	(map(select(.["driver-in"] != []) | medians)) as $bpf |
	(map(select(.["driver-in"] == []).wire | sort | .[length / 2 | floor])) as [$plain] |
	($bpf | length == 3) and ($bpf | map(.[0]) | max - min < 2000) and
		($bpf | all(.[0] - 1000 < $plain and $plain < .[0] + .[1] + 1000))'
for kernel in $kernels; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -o "$out" "$scratch/guest"
	for backend in $backends; do
		for socket in dgram raw; do
			want=$(segments "$backend" $socket "$kernel")
			for family in v4 v6; do
				run=$backend-$family-$socket
				json "$kernel $run: replies, closed, the segments of the contract, 20 ms in wire" "$out/$run" \
					'(replies | length == 5 and all(closed and .clipped == false and
						([.segments[].name] | join(" ")) == $want and
						(.segments[] | select(.name | test("\\bwire\\b")) | .ns > 19900000 and .ns < 20100000))) and
					(replies | all(reply_typed and all(.stamps[]; has("cpu") == ($backend != "timestamping")))) and
					(summary | summary_typed and .received == 5 and .trace.backend == $backend and .trace.socket == $socket)' \
					--arg want "$want" --arg backend "$backend" --arg socket $socket
			done
			for lo in lo4 lo6; do
				run=$backend-$lo-$socket
				if [ "$backend" = timestamping ]; then
					json "$kernel $run: closed" "$out/$run" 'replies | length == 3 and all(closed)'
				else
					json "$kernel $run: wire is opened, and its parts add up to it" "$out/$run" \
						'replies | length == 3 and all(closed and (.segments[] | select(.name == "wire") |
							(.inside | sum(.ns)) == .ns and
							(.inside | map(.name) | join("+")) == "wire-out+peer-in+peer-icmp+peer-out+wire-in"))'
				fi
			done
		done
	done
	# On PREEMPT_RT the interrupts' threads take their own time.
	cat "$out"/agree-* >"$out/agree"
	[ "$kernel" = 6.1-rt ] ||
		json "$kernel: all four backends put wire within 2 us of each other" "$out/agree" "$agree"
	like "$kernel: an ordinary user gets timestamping, and is told why" "$(cat "$out/user")" \
		'^    tracing by timestamping only, which sees less: not permitted to load tracing programs \(fentry\): run as root'
	json "$kernel: and in JSON" "$out/user-json" 'summary.trace | .backend == "timestamping" and (.why | test("run as root"))'
done

if [ -n "${UPDATE_DOCS:-}" ]; then
	table >"$scratch/table"
	sed -i -e '/^<!-- seen -->/,/^<!-- end -->/{//!d}' -e "/^<!-- seen -->/r $scratch/table" "$top/docs/backends.md"
fi
is "docs/backends.md shows what was seen" \
	"$(sed -e '/^<!-- seen -->/,/^<!-- end -->/!d' -e '/^<!--/d' "$top/docs/backends.md")" "$(table)"
done_testing
