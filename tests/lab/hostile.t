#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A far host that answers as nobody should: never a crash, never a wrong figure, never a hang.
. "$(dirname "$0")/../tap.sh"

ok "the build" make -C "$top" build/hostile

cat >"$scratch/guest" <<'END'
far_host
ip netns exec far sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all; echo 1 >/proc/sys/net/ipv6/icmp/echo_ignore_all'
ip neigh add 10.9.0.2 lladdr $(ip netns exec far cat /sys/class/net/far0/address) dev near0
# attack MODE TARGET PINGTRACE-ARGUMENT...
attack() {
	mode=$1 target=$2
	shift 2
	case $target in *:*) family=6 ;; *) family=4 ;; esac
	ip netns exec far ./hostile $mode &
	pid=$!
	sleep 0.5 # until it listens
	for how in $ways; do
		out=$mode.$family.$how
		case $how in
		text) timeout 60 /usr/bin/pingtrace --trace=off "$@" $target >$out 2>$out.err ;;
		dgram) timeout 60 /usr/bin/pingtrace -j --socket=dgram "$@" $target >$out 2>$out.err ;;
		dgram-off) timeout 60 /usr/bin/pingtrace -j --socket=dgram --trace=off "$@" $target >$out 2>$out.err ;;
		raw) timeout 60 /usr/bin/pingtrace -j --socket=raw "$@" $target >$out 2>$out.err ;;
		off) timeout 60 /usr/bin/pingtrace -j --socket=raw --trace=off "$@" $target >$out 2>$out.err ;;
		esac
		echo $? >$out.status
	done
	kill $pid
}
echo 0 0 >/proc/sys/net/ipv4/ping_group_range
# Traced with one kind of socket or the other, in turn; untraced with both.
n=0
for mode in truncated oversized checksum id seq tag stamp payload type noise flood silent; do
	n=$((n + 1))
	ways='off raw dgram-off text'
	[ $((n % 2)) = 0 ] || ways='off dgram text'
	attack $mode 10.9.0.2 -c 5 -i 0.1 -W 0.5
	ways='off dgram text'
	[ $((n % 3)) = 0 ] || ways='off dgram-off text'
	[ $mode = checksum ] || attack $mode fd09::2 -c 5 -i 0.1 -W 0.5
done
ways='off raw text'
for mode in checksum foreign blind bad-tag id seq tag type noise; do
	attack then-$mode 10.9.0.2 -c 5 -i 0.1 -W 0.5
done
attack options 10.9.0.2 -c 132 -i 0.01 -W 0.5
attack then-flood 10.9.0.2 -c 3 -i 0.1 -s 4
END

# check MODE FAMILY FILTER: with every kind of socket, traced and not
check() {
	local how name
	for how in dgram raw off dgram-off; do
		[ -e "$out/$1.$2.$how" ] || continue
		name="$kernel $1, IPv$2, $how"
		like "$name: it ends by itself" "$(cat "$out/$1.$2.$how.status")" '^[01]$'
		json "$name: what is counted adds up" "$out/$1.$2.$how" \
			'(summary | if .received > 0 then summary_typed and .rtt.min != "0.000" else has("rtt") | not end) and
			(summary | .received <= .transmitted and .transmitted > 0) and
			(replies | all(closed and (.user_rtt_ns < 500000000))) and
			((replies | length) == summary.received)'
		json "$name: $3" "$out/$1.$2.$how" "$3"
	done
	like "$kernel $1, IPv$2: the text ends with statistics" "$(cat "$out/$1.$2.text")" '^[0-9]+ packets transmitted, [0-9]+ received'
	unlike "$kernel $1, IPv$2: no control character in the text" "$(tr -d '\n\t' <"$out/$1.$2.text")" '[[:cntrl:]]'
}

none='summary | .received == 0 and .duplicates == 0'
all='summary | .received == 5 and .transmitted == 5'
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -f "$top/build/hostile" -w 300 -o "$out" "$scratch/guest"
	for family in 4 6; do
		check truncated $family 'summary | .received <= 3'
		check oversized $family 'summary | .received >= 2'
		check id $family "$none"
		check seq $family "$none"
		check tag $family "$none"
		check stamp $family "($all) and (map(select(.wrong_data)) | length == 5)"
		check payload $family "($all) and (map(select(.wrong_data)) | length == 5)"
		check type $family "$none"
		check noise $family "$none"
		check flood $family 'summary | .received == 5 and .duplicates >= 400'
		check silent $family "$none"
	done
	check checksum 4 "$none"
	check options 4 'summary | .received > 10 and .received <= 132'
	for mode in checksum foreign blind bad-tag id seq tag type noise; do
		check then-$mode 4 "($all) and (summary.duplicates == 0) and (replies | all(.user_rtt_ns > 5000000))"
	done
	for mode in foreign blind bad-tag; do
		json "$kernel then-$mode: it leaves a probe its stamps" "$out/then-$mode.4.raw" 'replies | length == 5 and all(complete)'
	done
	check then-flood 4 'summary | .received == 3'
	for run in raw off; do
		json "$kernel then-checksum, $run: the wrong ones are counted apart" "$out/then-checksum.4.$run" 'summary.corrupted == 5'
		json "$kernel then-bad-tag, $run: so are those whose tag was corrupted" "$out/then-bad-tag.4.$run" 'summary.corrupted == 5'
		for mode in foreign blind; do
			json "$kernel then-$mode, $run: what nobody has seen the request of is no corrupted reply" \
				"$out/then-$mode.4.$run" 'summary.corrupted == 0'
		done
	done
done
done_testing
