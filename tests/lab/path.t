#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --path: every stamp in order, with the function that is attached, CPU, device and namespace; for lost probes as far
# as they came. --explain: the functions that this kernel has.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
ping_sockets
ping -c 1 10.9.0.2 >/dev/null # the neighbours know each other
ping -c 1 fd09::2 >/dev/null
for socket in dgram raw; do
	for target in 127.0.0.1 ::1 10.9.0.2 fd09::2; do
		pingtrace --path --socket=$socket -c 2 -i 0.05 $target >$socket-$target.text
		pingtrace -j --path --socket=$socket -c 2 -i 0.05 $target >$socket-$target.json
	done
	# What is attached, told by the kernel itself.
	alone
	pingtrace --path --socket=$socket -i 0.05 10.9.0.2 >$socket-running &
	while ! grep -qs recv $socket-running; do sleep 0.05; done
	bpftool -j prog show >$socket-programs
	bpftool -j link show >$socket-links
	kill -INT $!
	wait $!
done
ls -iL /run/netns/far >netns
readlink /proc/self/ns/net >>netns
pingtrace -j --segments -c 1 127.0.0.1 >plain.json
pingtrace --trace=kprobe -j --path -c 1 10.9.0.2 >kprobe.json
pingtrace --trace=timestamping -j --path -c 1 10.9.0.2 >timestamping.json
pingtrace --trace=timestamping --path -c 1 10.9.0.2 >timestamping.text

# A namespace that has no name any more.
ip netns exec far sleep 100 &
while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip netns del far
pingtrace --path -c 1 10.9.0.2 >anonymous.text

# Lost.
lose() { # NAME HOOK TYPE
	nft "table ip t { chain c { type filter hook $2 priority 0; ip protocol icmp icmp type $3 drop; }; }"
	for socket in dgram raw; do
		pingtrace --path --socket=$socket -c 1 -W 0.2 10.9.0.2 >$1-$socket.text 2>/dev/null
		pingtrace -j --path --socket=$socket -c 1 -W 0.2 10.9.0.2 >$1-$socket.json
	done
	nft delete table ip t
}
lose out output echo-request
lose in input echo-reply
pingtrace --path -c 1 -W 0.2 10.9.0.99 >nobody.text
pingtrace --path -q -c 1 -W 0.2 10.9.0.99 >quiet.text

pingtrace -j --explain >explain.json
pingtrace -j --explain --trace=tracepoint -4 --socket=dgram >explain-tracepoint.json
setpriv --reuid=1000 --regid=1000 --clear-groups pingtrace -j --explain >explain-user.json
END

# times FILE: for each drawing what its times add up to, in ns
times() {
	awk '/ s i d w r / { if (n++) printf "%d ", sum; sum = 0 } /^ +[0-9]+\.[0-9][0-9][0-9] / { split($1, t, "."); sum += t[1] * 1000 + t[2] }
		END { printf "%d\n", sum }' "$1"
}

# layers FILE: for each reply what its layers add up to, in units of 10 ns, which they are printed in
layers() {
	awk '/^ +socket +[0-9.]+ +ip / && !/%/ { for (sum = i = 0; i < NF; i++) if ($i ~ /^[0-9.]+$/) sum += int($i * 100 + 0.5); printf "%d ", sum }
		END { printf "\n" }' "$1"
}

# hooks FILE: those of the first drawing, in its order
hooks() {
	awk '/ s i d w r / { n++ } /^$/ { n = 9 } n == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^(send|recv|copy|xmit|[a-z0-9]+(_[a-z0-9]+)+|sendmsg)$/) { print $i; next } }' "$1" |
		tr '\n' ' '
}

out_hooks="send sendmsg ip_local_out ip_finish_output2 dev_queue start_xmit"
there="peer_driver_rx xmit peer_icmp_rcv peer_ip_local_out driver_rx peer_xmit"
declare -A in_hooks=([dgram]="netif_receive ip_rcv icmp_rcv ping_rcv data_ready copy recv"
	[raw]="netif_receive ip_rcv raw_rcv data_ready icmp_rcv ping_rcv copy recv")

# The functions of each hook, written out.
functions='def wanted($socket; $v6): {
	sendmsg: ({dgram: "ping_v\(if $v6 then 6 else 4 end)_sendmsg", raw: "raw\(if $v6 then "v6" else "" end)_sendmsg"}[$socket]),
	ip_local_out: (if $v6 then "ip6_local_out" else "__ip_local_out" end),
	ip_finish_output2: (if $v6 then "ip6_finish_output2" else "ip_finish_output2" end),
	dev_queue: "net_dev_queue", start_xmit: "net_dev_start_xmit", xmit: "net_dev_xmit",
	peer_driver_rx: "netif_rx", peer_icmp_rcv: (if $v6 then "icmpv6_rcv" else "icmp_rcv" end),
	peer_ip_local_out: (if $v6 then "ip6_local_out" else "__ip_local_out" end), peer_xmit: "net_dev_xmit",
	driver_rx: "netif_rx", netif_receive: "netif_receive_skb", ip_rcv: (if $v6 then "ip6_rcv_core" else "ip_rcv_core" end),
	icmp_rcv: (if $v6 then "icmpv6_rcv" else "icmp_rcv" end), ping_rcv: "ping_rcv",
	raw_rcv: (if $v6 then "rawv6_rcv" else "raw_rcv" end), data_ready: "sock_def_readable", copy: "skb_copy_datagram_iovec"};'

nr_hooks=$(hook_rows | wc -l) nr_kernel_hooks=$(hook_rows | grep -cv ' USER ')
came=$(wc -w <<<"$out_hooks $there netif_receive ip_rcv")

for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -w 300 -o "$out" "$scratch/guest"
	far=$(awk 'NR == 1 { print $1 }' "$out/netns") own=$(sed -n 's/^net:\[\(.*\)\]$/\1/p' "$out/netns")
	for socket in dgram raw; do
		for target in 127.0.0.1 ::1 10.9.0.2 fd09::2; do
			run="$kernel $socket $target" v6=false
			file=$out/$socket-$target
			case $target in *:*) v6=true ;; esac
			is "$run: in the order of time, the responder's side too" "$(hooks "$file.text")" \
				"$out_hooks $there ${in_hooks[$socket]} "
			# Four layers, each rounded to 10 ns.
			is "$run: times add up to the round trip" \
				"$(paste -d' ' <(times "$file.text" | tr ' ' '\n') <(layers "$file.text" | tr ' ' '\n') |
					awk 'NF == 2 { d = $1 - 10 * $2; print (d <= 20 && d >= -20) ? "yes" : $0 }' | tr '\n' ' ')" "yes yes "
			json "$run: the functions that it was stamped at" "$file.json" "$functions"'
				replies | length == 2 and all(.stamps | all(.function == wanted($socket; $v6)[.hook]))' \
				--arg socket $socket --argjson v6 $v6
			json "$run: the CPU" "$file.json" 'replies | all(.stamps | all(.cpu == 0))'
			case $target in
			10.9.0.2 | fd09::2)
				json "$run: device and namespace" "$file.json" \
					'replies | all(.stamps | all((has("dev") == has("netns")) and
						(has("dev") | not) or [.dev, .netns] ==
						(if .hook | startswith("peer_") then ["far0", $far] else ["near0", $own] end)) and
						(map(select(.dev)) | length == 8))' --argjson far "$far" --argjson own "$own"
				is "$run: the namespace by its name, one's own not at all" \
					"$(grep -c ' far0 in far$' "$file.text") $(grep -c 'near0$' "$file.text") $(grep -c ' in ' "$file.text")" "4 12 4"
				;;
			*)
				json "$run: device and namespace" "$file.json" \
					'replies | all(.stamps | map(select(.dev)) | length == 8 and all(.dev == "lo" and .netns == $own))' \
					--argjson own "$own"
				unlike "$run: one's own namespace is not said" "$(cat "$file.text")" ' in [0-9a-z]+$'
				;;
			esac
			json "$run: the contract's types" "$file.json" 'replies | all(reply_typed)'
		done
		is "$kernel $socket: what is beside the path is said to be" \
			"$(grep -c 'beside the path' "$out/$socket-10.9.0.2.text")" "$([ $socket = raw ] && echo 4 || echo 0)"
		# Programs are called on_ and what they are attached to.
		json "$kernel $socket: the functions are those attached" "$out/$socket-10.9.0.2.json" \
			'($links[0] | map(.prog_id)) as $ids |
			($programs[0] | map(select(.id as $id | $ids | index($id)) | .name | ltrimstr("on_"))) as $attached |
			replies | all(.stamps | all(.function as $f | $attached | index($f)))' \
			--slurpfile links "$out/$socket-links" --slurpfile programs "$out/$socket-programs"
	done
	json "$kernel: without --path nothing is added" "$out/plain.json" \
		'replies | all(.stamps | all((has("function") or has("netns")) | not))'
	json "$kernel: kprobes at the same functions" "$out/kprobe.json" "$functions"'
		replies | all(.stamps | all(.function == wanted("dgram"; false)[.hook]))'
	json "$kernel: timestamping names the kernel's timestamps" "$out/timestamping.json" \
		'replies | all(.stamps | map(.function) ==
			["SOF_TIMESTAMPING_TX_SCHED", "SOF_TIMESTAMPING_TX_SOFTWARE", "SOF_TIMESTAMPING_RX_SOFTWARE"] and
			all((has("cpu") or has("netns")) | not))'
	like "$kernel: timestamping: what is not seen is the network" "$(cat "$out/timestamping.text")" \
		'^ +: +the network and the responder$'
	is "$kernel: a namespace without a name by its number" "$(grep -c " far0 in $far$" "$out/anonymous.text")" 2

	for socket in dgram raw; do
		is "$kernel $socket: lost in OUTPUT: as far as it came" "$(hooks "$out/out-$socket.text")" "send sendmsg ip_local_out "
		like "$kernel $socket: lost in OUTPUT: there it ends" "$(grep -A 1 ' ip_local_out ' "$out/out-$socket.text")" \
			'^ {17}x        dropped in (nft_do_chain|nf_hook_slow)\(\)$'
		is "$kernel $socket: lost in INPUT: as far as it came" "$(hooks "$out/in-$socket.text")" \
			"$out_hooks $there netif_receive ip_rcv "
		like "$kernel $socket: lost in INPUT: there it ends" "$(grep -A 1 ' ip_rcv ' "$out/in-$socket.text")" \
			'^ {17}x        dropped in (nft_do_chain|nf_hook_slow)\(\)$'
		json "$kernel $socket: lost: functions in JSON" "$out/in-$socket.json" "$functions"'
			lost | length == 1 and all(lost_typed and
				(.stamps | length == $came - 1 and all(.function == wanted($socket; false)[.hook])))' \
			--arg socket $socket --argjson came "$came"
	done
	is "$kernel: nobody answers ARP" "$(hooks "$out/nobody.text")" "send sendmsg ip_local_out ip_finish_output2 "
	unlike "$kernel: -q draws nothing" "$(cat "$out/quiet.text")" 's i d w r|probe 1 lost'

	json "$kernel: explained: every hook, with the functions of its stamps" "$out/explain.json" "$functions"'
		all(explained_typed) and length == $nr_hooks and
		(map(select(.places)) | length == $nr_kernel_hooks and all(. as $h | .seen and .backend == "fentry" and
			([wanted("dgram", "raw"; true, false)[$h.hook]] - [$h.places[] | select(.used) | .name] == []) and
			all(.places[]; .used)))' --argjson nr_hooks "$nr_hooks" --argjson nr_kernel_hooks "$nr_kernel_hooks"
	json "$kernel: explained for tracepoint: what it sees is what a run has" "$out/explain-tracepoint.json" \
		'map(select(.places and (.hook == "ip_rcv" or .hook == "xmit")) | [.hook, .seen, (.places | map(.name))]) ==
			[["xmit", true, ["net_dev_xmit"]], ["ip_rcv", false, ["ip_rcv_core"]]]'
	json "$kernel: explained to a user: the functions; not what tracing is allowed" "$out/explain-user.json" \
		"$functions"'all(explained_typed and (has("backend") | not)) and (map(select(.places)) |
			length == $nr_kernel_hooks and
			all(. as $h | [wanted("dgram", "raw"; true, false)[$h.hook]] - [$h.places[].name] == []))' \
		--argjson nr_kernel_hooks "$nr_kernel_hooks"
done
done_testing
