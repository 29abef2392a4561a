#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A lost probe: where it was lost, for which reason, in which function; and nobody is blamed who did nothing.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
# shellcheck shell=sh disable=SC2086
far_host
# The far host is a router too, with a host behind it.
ip netns add beyond
ip -n far link add eth1 type veth peer name eth0 netns beyond
ip -n far addr add 10.8.0.1/24 dev eth1
ip -n far addr add fd08::1/64 dev eth1 nodad
ip -n far link set eth1 up
for i in 2 3 4; do
	ip -n beyond addr add 10.8.0.$i/24 dev eth0
	ip -n beyond addr add fd08::$i/64 dev eth0 nodad
done
ip -n beyond link set eth0 up
ip -n beyond route add default via 10.8.0.1
ip -n beyond route add default via fd08::1
ip -n far route add blackhole 10.7.0.0/24
ip -n far route add blackhole fd07::/64
for net in 10.7.0.0/24 10.8.0.0/24; do ip route add $net via 10.9.0.2; done
for net in fd07::/64 fd08::/64; do ip route add $net via fd09::2; done
# far KEY VALUE: a sysctl of the far host
far() {
	ip netns exec far sh -c "echo $2 >/proc/sys/net/$1"
}
far ipv4/ip_forward 1
far ipv6/conf/all/forwarding 1
far ipv4/icmp_ratelimit 0
far ipv6/icmp/ratelimit 0
# Addresses of the far host, each with a fate of its own.
for i in 11 12 13 14 15; do
	ip -n far addr add 10.9.0.$i/24 dev far0
	ip -n far addr add fd09::$i/64 dev far0 nodad
done
nft 'table inet t {
	chain o { type filter hook output priority 0; ip daddr 10.9.0.11 drop; ip6 daddr fd09::11 drop; }
	chain i { type filter hook input priority 0; ip saddr 10.9.0.12 drop; ip6 saddr fd09::12 icmpv6 type echo-reply drop; }
}'
ip netns exec far nft 'table inet t {
	chain i { type filter hook input priority 0; ip daddr 10.9.0.13 drop; ip6 daddr fd09::13 drop; }
	chain o { type filter hook output priority 0; ip saddr 10.9.0.14 drop; ip6 saddr fd09::14 icmpv6 type echo-reply drop;
		ip saddr 10.9.0.15 icmp type echo-reply @th,16,16 set 0xbeef;
		ip6 saddr fd09::15 icmpv6 type echo-reply @th,16,16 set 0xbeef; }
	chain f { type filter hook forward priority 0; ip daddr 10.8.0.3 drop; ip6 daddr fd08::3 drop;
		ip daddr 10.8.0.4 reject with icmp admin-prohibited;
		ip6 daddr fd08::4 reject with icmpv6 admin-prohibited; }
}'
ping_sockets
sleep 2 # addresses are no longer tentative
ping -q -c 1 -i 0.1 10.8.0.2 >/dev/null
ping -q -c 1 -i 0.1 fd08::2 >/dev/null

v4="10.9.0.2 10.9.0.11 10.9.0.12 10.9.0.13 10.9.0.14 10.9.0.15 10.9.0.77 10.8.0.3 10.8.0.4 10.7.0.1"
v6="fd09::2 fd09::11 fd09::12 fd09::13 fd09::14 fd09::15 fd09::77 fd08::3 fd08::4 fd07::1"
for kind in raw dgram; do
	pingtrace -j -c 1 -W 5 --socket=$kind $v4 >v4.$kind 2>stderr
	pingtrace -j -c 1 -W 5 --socket=$kind $v6 >v6.$kind 2>stderr
done
for backend in kprobe tracepoint timestamping off; do
	pingtrace -j -c 1 -W 5 --trace=$backend $v4 >v4.$backend 2>stderr
done
pingtrace -j -c 1 -W 5 --trace=timestamping $v6 >v6.timestamping 2>stderr
pingtrace -c 1 -W 5 --trace=timestamping 10.9.0.77 >text.here 2>&1
pingtrace -c 1 -W 5 $v4 >text 2>&1
pingtrace -c 1 -W 1 -i 0.2 10.9.0.13 >text1
pingtrace -q -c 1 -W 1 10.9.0.13 >text.quiet

# run NAME ARG...
run() {
	n=$1
	shift
	pingtrace -j -c 1 -W 0.5 "$@" >$n 2>$n.err || :
}
run ttl.v4 -t 1 10.8.0.2
run ttl.v6 -t 1 fd08::2
run wait 10.9.0.78
run broadcast -b 10.9.0.255
far ipv4/icmp_echo_ignore_all 1
far ipv6/icmp/echo_ignore_all 1
run ignore.v4 10.9.0.2
run ignore.v6 fd09::2
far ipv4/icmp_echo_ignore_all 0
far ipv6/icmp/echo_ignore_all 0
far ipv4/icmp_ratemask 1
far ipv4/icmp_ratelimit 10000
run rate -c 20 -i 0.01 10.9.0.2
far ipv4/icmp_ratelimit 0
# A source that is the far host's own; one that it would not reach by this device; one that we would not.
ip addr add 10.8.0.1/32 dev lo
run martian -I 10.8.0.1 10.9.0.2
ip addr del 10.8.0.1/32 dev lo
ip addr add 10.8.0.99/32 dev lo
far ipv4/conf/all/rp_filter 1
run rpfilter.far -I 10.8.0.99 10.9.0.2
far ipv4/conf/all/rp_filter 0
ip addr del 10.8.0.99/32 dev lo
ip link add other0 type dummy
ip link set other0 up
ip route add 10.8.0.0/25 dev other0
echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter
run rpfilter.in -I near0 10.8.0.2
echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
ip link del other0
# Queues.
tc qdisc add dev near0 root netem loss 100%
run queue.loss 10.9.0.2
tc qdisc del dev near0 root
tc qdisc add dev near0 root tbf rate 8bit burst 200 limit 100
run queue.full -c 4 -i 0.01 10.9.0.2
tc qdisc del dev near0 root
pingtrace --trace=off --socket=raw -q -i 0.05 10.9.0.2 >/dev/null &
other=$!
old=$(cat /proc/sys/net/core/rmem_max)
echo 2304 >/proc/sys/net/core/rmem_max
for kind in raw dgram; do
	run rcvbuf.v4.$kind -c 40 -l 40 -s 1000 --socket=$kind 10.9.0.2
	run rcvbuf.v6.$kind -c 40 -l 40 -s 1000 --socket=$kind fd09::2
done
echo $old >/proc/sys/net/core/rmem_max

# answered NAME COMMAND...: what happens after the first answer.
answered() {
	n=$1
	shift
	: >$n
	pingtrace -j -c 2 -i 0.3 -W 0.5 10.9.0.2 >$n 2>$n.err &
	pinger=$!
	until [ -s $n ]; do sleep 0.01; done
	"$@"
	wait $pinger || :
}
answered noroute ip route del 10.9.0.0/24
ip route add 10.9.0.0/24 dev near0 src 10.9.0.1
answered blackhole ip route add blackhole 10.9.0.2
ip route del blackhole 10.9.0.2
answered prohibit ip route add prohibit 10.9.0.2
ip route del prohibit 10.9.0.2

# Nobody is to be blamed here: taps that have no room, another raw socket, copies.
./sniffer near0 &
taps=$!
ip netns exec far ./sniffer far0 &
taps="$taps $!"
tc qdisc add dev near0 root netem duplicate 30%
tc -n far qdisc add dev far0 root netem loss 20% duplicate 20%
pingtrace -j -c 300 -i 0.01 -W 1 --socket=raw 10.9.0.2 >false.raw
pingtrace -j -c 300 -i 0.01 -W 1 --socket=dgram fd09::2 >false.dgram
tc -n far qdisc del dev far0 root
pingtrace -j -c 30 -i 0.01 -W 1 10.9.0.12 >false.input
far ipv4/icmp_echo_ignore_all 1
pingtrace -j -c 30 -i 0.01 -W 1 10.9.0.2 >false.silent
far ipv4/icmp_echo_ignore_all 0
tc qdisc del dev near0 root
kill $other $taps
# A late answer is no loss.
tc -n far qdisc add dev far0 root netem delay 500ms
pingtrace -j -c 5 -i 0.1 -W 0.2 -w 3 10.9.0.2 >late
tc -n far qdisc del dev far0 root
answered down ip link set near0 down
END

# What is said of the loss of a probe to $host, without the advice: netns, where there is one, is another than ours.
# shellcheck disable=SC2016
why='def why(host): lost | map(select(.host == host) | .loss | del(.advice, .ns, .cpu) | del(.icmp.text?) |
		if .netns then .netns = true else . end |
		if .function == "nf_hook_slow" then .function = "nft_do_chain" else . end) | .[0];'

# lost NAME FILE HOST LOSS [ADVICE]: the loss is this, and the advice has these words
lost() {
	json "$1" "$out/$2" "$why why(\"$3\") == $4 or (why(\"$3\") | debug | false)"
	[ -z "${5:-}" ] || json "$1: advice" "$out/$2" \
		"lost | map(select(.host == \"$3\") | .loss.advice) | .[0] | contains(\"$5\") or (debug | false)"
}

ok "the build" make -C "$top" build/sniffer
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -w 300 -f "$top/build/sniffer" -o "$out" "$scratch/guest"
	for kind in raw dgram; do
		for net in 10.9.0. fd09::; do
			far=${net/9/8} v=v4 name="$kernel, $kind" error=',"errno":"EPERM"'
			[ $net = 10.9.0. ] || v=v6 name="$name, IPv6"
			[ $v.$kind != v6.dgram ] || error=
			json "$name: the one that nothing happens to is answered" "$out/$v.$kind" \
				"map(select(.host == \"${net}2\" and .bytes)) | length == 1"
			json "$name: a drop has its time, no earlier than its hook, and its CPU; where nothing was dropped there is neither" \
				"$out/$v.$kind" 'lost | (map(select(.loss.reason)) | length > 3) and all(.loss as $loss | if $loss.reason then
					$loss.cpu == 0 and $loss.ns >= ([.stamps[] | select(.hook == $loss.hook) | .ns] | .[0])
					else $loss | has("ns") or has("cpu") | not end)'
			lost "$name: OUTPUT" $v.$kind ${net}11 '{"where":"out","hook":"ip_local_out",
				"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"near0"'"$error}" \
				"a netfilter rule in OUTPUT"
			lost "$name: INPUT" $v.$kind ${net}12 '{"where":"in","hook":"ip_rcv","reason":"NETFILTER_DROP",
				"function":"nft_do_chain","dev":"near0"}' "a netfilter rule in PREROUTING or INPUT"
			lost "$name: the responder's INPUT" $v.$kind ${net}13 '{"where":"far","hook":"peer_driver_rx",
				"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true}' \
				"a netfilter rule"
			lost "$name: the responder's OUTPUT" $v.$kind ${net}14 '{"where":"far","hook":"peer_ip_local_out",
				"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true}' \
				"the responder's OUTPUT"
			lost "$name: FORWARD" $v.$kind "${far}3" '{"where":"far","hook":"peer_driver_rx",
				"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true}' "FORWARD"
		done
		name="$kernel, $kind"
		lost "$name: an ICMP error is tied to its probe, beside the drop" v4.$kind 10.8.0.4 '{"where":"far",
			"hook":"peer_driver_rx","reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true,
			"icmp":{"type":3,"code":13,"from":"10.9.0.2"}}'
		lost "$name: and with IPv6" v6.$kind fd08::4 '{"where":"far","hook":"peer_driver_rx",
			"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true,
			"icmp":{"type":1,"code":1,"from":"fd09::15"}}'
		lost "$name: nobody answers ARP" v4.$kind 10.9.0.77 '{"where":"out","hook":"ip_finish_output2",
			"reason":"NEIGH_FAILED","function":"neigh_invalidate","dev":"near0",
			"icmp":{"type":3,"code":1,"from":"10.9.0.1"}}' "ip neigh"
		lost "$name: nobody answers ND" v6.$kind fd09::77 '{"where":"out","hook":"ip_finish_output2",
			"reason":"NOT_SPECIFIED","function":"neigh_invalidate","dev":"near0",
			"icmp":{"type":1,"code":3,"from":"fd09::1"}}' "ip neigh"
	done
	name=$kernel
	lost "$name, raw: a wrong checksum that we found" v4.raw 10.9.0.15 '{"where":"in","hook":"recv"}' "a wrong checksum"
	for run in v4.dgram v4.kprobe; do
		lost "$name, $run: a wrong checksum" $run 10.9.0.15 '{"where":"in","hook":"icmp_rcv","reason":"ICMP_CSUM",
			"function":"icmp_rcv","dev":"near0"}' "a wrong checksum"
	done
	lost "$name: a wrong checksum, IPv6" v6.dgram fd09::15 '{"where":"in","hook":"icmp_rcv","reason":"ICMP_CSUM",
		"function":"icmpv6_rcv","dev":"near0"}' "a wrong checksum"
	lost "$name: a router's blackhole" v4.raw 10.7.0.1 '{"where":"far","hook":"peer_driver_rx","reason":"NOT_SPECIFIED",
		"function":"ip_error","dev":"far0","netns":true}' "no route"
	lost "$name: and with IPv6" v6.raw fd07::1 '{"where":"far","hook":"peer_driver_rx","reason":"NOT_SPECIFIED",
		"function":"dst_discard_out","dev":"far0","netns":true}' "a blackhole route"

	# The other backends.
	json "$name: kprobe says the same as fentry" "$out/v4.kprobe" \
		'lost | map({(.host): .loss | del(.ns, .cpu)}) | add == ($fentry | lost | map({(.host): .loss | del(.ns, .cpu)}) | add)' \
		--slurpfile fentry "$out/v4.dgram"
	json "$name: tracepoint says the same, with the last hook that it has" "$out/v4.tracepoint" \
		'lost | map({(.host): .loss | del(.hook, .advice, .ns, .cpu)}) | add ==
			($fentry | lost | map({(.host): .loss | del(.hook, .advice, .ns, .cpu)}) | add)' --slurpfile fentry "$out/v4.dgram"
	lost "$name: tracepoint, OUTPUT" v4.tracepoint 10.9.0.11 '{"where":"out","hook":"sendmsg",
		"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"near0","errno":"EPERM"}'
	lost "$name: tracepoint, the responder's OUTPUT" v4.tracepoint 10.9.0.14 '{"where":"far","hook":"peer_driver_rx",
		"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"far0","netns":true}' "the responder's OUTPUT"
	for backend in timestamping off; do
		hook='"hook":"xmit"'
		[ $backend = timestamping ] || hook=
		lost "$name, $backend: refused by the socket" v4.$backend 10.9.0.11 '{"where":"socket","errno":"EPERM"}'
		lost "$name, $backend: no place is made up" v4.$backend 10.9.0.12 "{$hook}"
		lost "$name, $backend: an ICMP error tells that it was far" v4.$backend 10.8.0.4 \
			'{"where":"far","icmp":{"type":3,"code":13,"from":"10.9.0.2"}'"${hook:+,$hook}}"
		lost "$name, $backend: or that it did not leave" v4.$backend 10.9.0.77 \
			'{"where":"out","icmp":{"type":3,"code":1,"from":"10.9.0.1"}}' "the neighbour does not answer ARP or ND"
	done
	lost "$name, timestamping: nor did this one, IPv6" v6.timestamping fd09::77 \
		'{"where":"out","icmp":{"type":1,"code":3,"from":"fd09::1"}}' "the neighbour does not answer ARP or ND"
	is "$name, timestamping: the text says what to do, under ping's line and in the verdict" \
		"$(grep -c 'lost on the way out: the neighbour does not answer ARP or ND: is it up' "$out/text.here")" 2

	lost "$name: time to live" ttl.v4 10.8.0.2 '{"where":"far","hook":"peer_driver_rx","reason":"IP_INHDR",
		"function":"ip_forward","dev":"far0","netns":true,"icmp":{"type":11,"code":0,"from":"10.9.0.2"}}' "time to live"
	lost "$name: hop limit" ttl.v6 fd08::2 '{"where":"far","hook":"peer_driver_rx","reason":"IP_INHDR",
		"function":"ip6_forward","dev":"far0","netns":true,"icmp":{"type":3,"code":0,"from":"fd09::15"}}' "hop limit"
	lost "$name: expired before ARP" wait 10.9.0.78 '{"where":"out","hook":"ip_finish_output2"}' "no answer to ARP"
	lost "$name: an ignored broadcast" broadcast 10.9.0.255 '{"where":"far","hook":"xmit","reason":"INVALID_PROTO",
		"function":"icmp_rcv","dev":"far0","netns":true}' icmp_echo_ignore_broadcasts
	lost "$name: icmp_echo_ignore_all" ignore.v4 10.9.0.2 '{"where":"far","hook":"peer_icmp_rcv","function":"icmp_rcv",
		"dev":"far0","netns":true}' icmp_echo_ignore_all
	lost "$name: echo_ignore_all, IPv6" ignore.v6 fd09::2 '{"where":"far","hook":"peer_icmp_rcv",
		"reason":"NOT_SPECIFIED","function":"icmpv6_rcv","dev":"far0","netns":true}' echo_ignore_all
	lost "$name: the responder's rate limit" rate 10.9.0.2 '{"where":"far","hook":"peer_icmp_rcv","function":"icmp_rcv",
		"dev":"far0","netns":true}' icmp_ratelimit
	lost "$name: a martian source" martian 10.9.0.2 '{"where":"far","hook":"peer_driver_rx","reason":"NOT_SPECIFIED",
		"function":"ip_rcv_finish_core","dev":"far0","netns":true}' martian
	lost "$name: the far host's reverse-path filter" rpfilter.far 10.9.0.2 '{"where":"far","hook":"peer_driver_rx",
		"reason":"IP_RPFILTER","function":"ip_rcv_finish_core","dev":"far0","netns":true}' "reverse-path filter"
	lost "$name: ours" rpfilter.in 10.8.0.2 '{"where":"in","hook":"ip_rcv","reason":"IP_RPFILTER",
		"function":"ip_rcv_finish_core","dev":"near0"}' "reverse-path filter"
	lost "$name: a queueing discipline that drops" queue.loss 10.9.0.2 '{"where":"out","hook":"dev_queue",
		"reason":"QDISC_DROP","function":"__dev_queue_xmit","dev":"near0"}' "tc -s qdisc"
	json "$name: one that holds, and one that is full" "$out/queue.full" \
		'lost | map(.loss | [.where, .hook, .reason, .function, .dev, .errno]) | sort | unique == [
			["out", "dev_queue", null, null, "near0", null],
			["out", "dev_queue", "QDISC_DROP", "__dev_queue_xmit", "near0", "ENOBUFS"]]'
	for v in v4 v6; do
		to=10.9.0.2
		[ $v = v4 ] || to=fd09::2
		lost "$name, dgram, $v: the socket's buffer is full" rcvbuf.$v.dgram $to '{"where":"in","hook":"ping_rcv",
			"reason":"SOCKET_RCVBUFF","function":"__ping_queue_rcv_skb","dev":"near0"}' "receive buffer is full"
	done
	# 6.12 looks at a raw socket's buffer before it makes the clone, and says nothing.
	if [ $kernel = 6.1 ]; then
		lost "$name, raw: the socket's buffer is full" rcvbuf.v4.raw 10.9.0.2 '{"where":"in","hook":"raw_rcv",
			"reason":"SOCKET_RCVBUFF","function":"raw_rcv","dev":"near0"}' "receive buffer is full"
		lost "$name, raw, v6: the socket's buffer is full" rcvbuf.v6.raw fd09::2 '{"where":"in","hook":"raw_rcv",
			"reason":"NOT_SPECIFIED","function":"rawv6_rcv","dev":"near0"}' "receive buffer is full"
	else
		lost "$name, raw: the socket's buffer is full" rcvbuf.v4.raw 10.9.0.2 \
			'{"where":"in","hook":"ip_rcv","dev":"near0"}' "receive buffer is full"
		lost "$name, raw, v6: the socket's buffer is full" rcvbuf.v6.raw fd09::2 \
			'{"where":"in","hook":"ip_rcv","dev":"near0"}' "receive buffer is full"
	fi
	lost "$name: the route is gone" noroute 10.9.0.2 '{"where":"socket","hook":"sendmsg","errno":"ENETUNREACH"}' "no route"
	lost "$name: a blackhole here" blackhole 10.9.0.2 '{"where":"socket","hook":"sendmsg","errno":"EINVAL"}' "a blackhole"
	lost "$name: a prohibited route" prohibit 10.9.0.2 '{"where":"socket","hook":"sendmsg","errno":"EACCES"}' "prohibits"
	lost "$name: the device is down" down 10.9.0.2 '{"where":"socket","hook":"sendmsg","errno":"ENETUNREACH"}' "ip route"

	for kind in raw dgram; do
		json "$name, $kind: taps, other sockets and copies lose nothing; what is lost, the far queue drops" \
			"$out/false.$kind" 'lost | length > 20 and all(.loss | .where == "far" and .reason == "QDISC_DROP" and
				.function == "__dev_queue_xmit" and .dev == "far0" and has("netns"))'
		json "$name, $kind: the same in the summary, counted" "$out/false.$kind" '(lost | length) as $n |
			summary | (.losses | length) == 1 and .losses[0].count == $n and .losses[0].where == "far" and
			.transmitted - .received == $n'
	done
	lost "$name: nor do they when a rule drops the reply" false.input 10.9.0.12 '{"where":"in","hook":"ip_rcv",
		"reason":"NETFILTER_DROP","function":"nft_do_chain","dev":"near0"}'
	lost "$name: nor when nothing is dropped" false.silent 10.9.0.2 '{"where":"far","hook":"peer_icmp_rcv",
		"function":"icmp_rcv","dev":"far0","netns":true}'
	for run in false.input false.silent; do
		json "$name, $run: all the same" "$out/$run" 'summary | (.losses | length) == 1 and .losses[0].count == 30'
	done
	json "$name: late answers are taken back" "$out/late" 'summary as $s | ($s.losses | sum(.count)) == $s.transmitted - $s.received
		and $s.late > 0 and (lost | length) > ($s.losses | sum(.count))'
	json "$name: a summary for each target, and each counts its own" "$out/v4.dgram" \
		'map(select(has("transmitted"))) | length == 10 and all((.losses | sum(.count)) == .transmitted - .received)'
	json "$name: types" "$out/v4.dgram" 'lost | all(lost_typed)'

	is "$name: the text has a line for each lost probe, indented, that no script takes for ping's" \
		"$(grep 'probe 1 ' "$out/text" | grep -vcE '^    10[0-9.]+ +: probe 1 (lost|not sent)|icmp_seq|bytes from|time=')" 0
	is "$name: as many as were lost" "$(grep -c 'probe 1 ' "$out/text")" 9
	like "$name: the text says where, why and what to do" "$(cat "$out/text1")" \
		'^    probe 1 lost outside, after peer_driver_rx, in (nft_do_chain|nf_hook_slow) \(NETFILTER_DROP\), far0 in far: a netfilter rule in PREROUTING, INPUT or FORWARD drops the request: nft list ruleset there$'
	unlike "$name: -q is quiet" "$(cat "$out/text.quiet")" 'probe 1'
done
done_testing
