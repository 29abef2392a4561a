#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures (--write=FILE.pcapng), read by Wireshark's tools: the packets are those that tcpdump sees, in strict order, with
# the times of the stamps. Virtual time.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
known_neighbours
ping_sockets
# on_top: a device on top of near0, and of far0, with the addresses 10.NET.0.1 and 10.NET.0.2
on_top() { # NET NAME OPTION...: MY and YOUR stand for addresses, DEV for the device below
	net=$1 dev=$2
	shift 2
	ip link add ${dev} $(echo "$*" | sed 's/MY/10.9.0.1/; s/YOUR/10.9.0.2/; s/DEV/near0/')
	ip -n far link add ${dev} $(echo "$*" | sed 's/MY/10.9.0.2/; s/YOUR/10.9.0.1/; s/DEV/far0/')
	ip addr add 10.$net.0.1/24 dev $dev
	ip -n far addr add 10.$net.0.2/24 dev $dev
	ip link set $dev up
	ip -n far link set $dev up
	ping -q -c 1 10.$net.0.2 >/dev/null
}
# captured NAME DEVICE FILTER ARG...: five probes, beside a tcpdump
captured() {
	name=$1
	tcpdump -Z root -i $2 --immediate-mode -U -w $name.tcpdump "$3" 2>>tcpdump.log &
	shift 3
	sleep 1
	run $name -c 5 -i 0.05 "$@"
	sleep 1
	kill $!
	wait $!
}
run() { # NAME ARG...
	name=$1
	shift
	pingtrace -q --write=$name.pcapng --write=$name.jsonl "$@" >$name.text 2>$name.err
}
echo='icmp or (icmp6 and (ip6[40] == 128 or ip6[40] == 129))'
on_top 10 vlan0 link DEV type vlan id 10
if [ -e full ]; then
	captured v4 near0 "$echo" 10.9.0.2
	captured v6 near0 "$echo" -s 200 fd09::2
	captured lo lo "$echo" --socket=raw 127.0.0.1
	on_top 11 vxlan0 type vxlan id 5 dstport 4789 local MY remote YOUR dev DEV
	captured vxlan near0 "udp port 4789 and udp[28:2] == 0x800 and udp[39] == 1" 10.11.0.2
	on_top 12 ipip0 type ipip local MY remote YOUR
	# The tag in the packet itself; what is captured otherwise has it beside.
	ethtool -K near0 txvlan off rxvlan off
	ip netns exec far ethtool -K far0 txvlan off rxvlan off
	captured inband near0 "vlan and icmp" 10.10.0.2
	ethtool -K near0 txvlan on rxvlan on
	ip netns exec far ethtool -K far0 txvlan on rxvlan on
	captured ipip ipip0 "$echo" --trace=tracepoint 10.12.0.2
	run off --trace=off -c 1 10.9.0.2
	# Lost on the way out, on the way in, outside.
	nft 'table ip t { chain o { type filter hook output priority 0; }; chain i { type filter hook input priority 0; }; }'
	nft 'add rule ip t o ip daddr 10.10.0.2 icmp type echo-request drop'
	nft 'add rule ip t i ip saddr 10.11.0.2 icmp type echo-reply drop'
	ip netns exec far nft 'table ip t { chain i { type filter hook input priority 0; ip daddr 10.9.0.2 icmp type echo-request drop; }; }'
	run lost -c 2 -i 0.1 -W 0.3 10.9.0.2 10.10.0.2 10.11.0.2
	ip netns exec far nft flush ruleset
	nft flush ruleset
	# Some come late, others overtake: what a netem discipline at the far end delays, but not what takes the loopback.
	tc -n far qdisc add dev far0 root netem delay 150ms 100ms
	run mixed -W 0.15 -c 60 -i 0.005 10.9.0.2 127.0.0.1 10.9.0.3 10.10.0.2
	tc -n far qdisc del dev far0 root
else
	captured kprobe near0 "$echo" --trace=kprobe 10.9.0.2
fi
captured vlan near0 "vlan and icmp" 10.10.0.2
END
: >"$scratch/full"
in_lab "6.12: the runs" -k 6.12 -w 300 -f "$scratch/full" -o "$scratch/6.12" "$scratch/guest"
in_lab "6.1: the runs" -k 6.1 -w 300 -o "$scratch/6.1" "$scratch/guest"

# What the tools say on stderr is their own.
shark() { tshark -r "$1" "${@:2}" 2>/dev/null; }
fields() { # FILE FILTER FIELD...
	local file=$1 filter=$2 f args=()
	shift 2
	for f; do args+=(-e "$f"); done
	shark "$file" -Y "$filter" -T fields "${args[@]}"
}

# packets FILE: length and the first 128 bytes of each, as tcpdump prints them
packets() {
	editcap -F pcap -s 128 "$1" "$scratch/cut" && tcpdump -r "$scratch/cut" -t -n -e -xx 2>/dev/null
}

# times FILE: of each reply in a recording, from start_xmit to driver_rx in ns
times() {
	jq -r 'select(.user_rtt_ns) | (.stamps | map({key: .hook, value: .ns}) | from_entries) as $at |
		($at.driver_rx - $at.start_xmit)' "$1"
}

for dir in 6.12 6.1; do
	for capture in "$scratch/$dir"/*.tcpdump; do
		run=${capture%.tcpdump} name="$dir $(basename "${capture%.tcpdump}")"
		is "$name: nothing to complain of" "$(<"$run.err")" ""
		is "$name: ten packets in strict order, in nanoseconds" \
			"$(capinfos -Tmco -r "$run.pcapng" 2>/dev/null | cut -d , -f 2-) $(capinfos "$run.pcapng" 2>/dev/null | grep -c 'precision:  nanoseconds (9)')" \
			"10,True 1"
		is "$name: the packets that tcpdump sees" "$(packets "$run.pcapng")" "$(packets "$capture")"
		is "$name: Wireshark's response time is start_xmit to driver_rx" \
			"$(fields "$run.pcapng" 'icmp.resptime or icmpv6.resptime' icmp.resptime icmpv6.resptime | jq '. * 1e6 | round')" \
			"$(times "$run.jsonl")"
		json "$name: which is driver-out and wire" "$run.jsonl" 'map(select(.user_rtt_ns)) | length == 5 and all(.[];
			(.stamps | map({key: .hook, value: .ns}) | from_entries) as $at |
			$at.driver_rx - $at.start_xmit == ns("driver-out") + ns("wire"))'
		"$pingtrace" -q --read="$run.jsonl" --write="$scratch/read.pcapng" >/dev/null
		is "$name: from the recording the same file" "$(cmp "$run.pcapng" "$scratch/read.pcapng" 2>&1)" ""
	done
done

# link NAME WANT: interface, link type, direction and protocols of the first request and reply
link() {
	is "$1" "$(fields "$scratch/6.12/$1.pcapng" 'frame.number < 3' frame.interface_name frame.encap_type frame.packet_flags_direction \
		frame.protocols | tr '\t\n' ' |')" "$2"
}
link v4 "near0 1 0x00000002 eth:ethertype:ip:icmp:data|near0 1 0x00000001 eth:ethertype:ip:icmp:data|"
link v6 "near0 1 0x00000002 eth:ethertype:ipv6:icmpv6:data|near0 1 0x00000001 eth:ethertype:ipv6:icmpv6:data|"
link lo "lo 1 0x00000002 eth:ethertype:ip:icmp:data|lo 1 0x00000001 eth:ethertype:ip:icmp:data|"
vlan=eth:ethertype:vlan:ethertype:ip:icmp:data
link vlan "near0 1 0x00000002 $vlan|near0 1 0x00000001 $vlan|"
link inband "near0 1 0x00000002 $vlan|near0 1 0x00000001 $vlan|"
vxlan=eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:icmp:data
link vxlan "near0 1 0x00000002 $vxlan|near0 1 0x00000001 $vxlan|"
link ipip "ipip0 7 0x00000002 raw:ip:icmp:data|ipip0 7 0x00000001 raw:ip:icmp:data|"

is "comments are found: a segment" "$(fields "$scratch/6.12/v4.pcapng" 'frame.comment contains "wakeup"' icmp.type | tr '\n' ' ')" \
	"0 0 0 0 0 "
like "the segments are those of the recording" "$(fields "$scratch/6.12/v4.pcapng" 'icmp.seq == 3 and icmp.type == 0' frame.comment)" \
	"^probe 3 to 10.9.0.2: reply, round trip $(jq -r 'select(.probe == 3) | "\(.user_rtt_ns / 1000 | floor).*: " +
		([.segments[] | "\(.name) \(.ns / 1000 | floor)\\.[0-9]{3} us.*"] | join(", "))' "$scratch/6.12/v4.jsonl")"
like "the clocks' distance is in the section's comment" "$(capinfos "$scratch/6.12/v4.pcapng" 2>/dev/null)" \
	"Capture comment:.*CLOCK_MONOTONIC \+ $(jq -r '.pingtrace.started // empty | .realtime_ns - .monotonic_ns' "$scratch/6.12/v4.jsonl" |
		cut -c 1-16)[0-9]* ns"

lost=$scratch/6.12/lost.pcapng
is "lost outside: the request alone" "$(fields "$lost" 'ip.addr == 10.9.0.2 and not vxlan' icmp.type | tr '\n' ' ')" "8 8 "
is "lost on the way in: both packets, the reply with function and reason" \
	"$(fields "$lost" 'vxlan and frame.comment contains "nft_do_chain (NETFILTER_DROP)"' icmp.type | tr '\n' ' ')" "0 0 "
is "lost on the way out: no bytes, but function and reason" \
	"$(fields "$lost" 'frame.comment contains "10.10.0.2: lost on the way out, after ip_local_out, in nft_do_chain (NETFILTER_DROP)"' \
		frame.cap_len frame.len | tr '\t\n' ' |')" "0 84|0 84|"
like "the last packet has the findings" "$(fields "$lost" frame frame.comment | tail -n 1)" '10\.9\.0\.2: 2 of 2 probes'
is "late replies, some that overtake, a target without answer: strict order" \
	"$(capinfos -Tmo -r "$scratch/6.12/mixed.pcapng" 2>/dev/null | cut -d , -f 2)" True
is "each request and each reply once" \
	"$(fields "$scratch/6.12/mixed.pcapng" icmp icmp.ident icmp.seq icmp.type ip.src ip.dst | sort | uniq -d)" ""
is "late ones too" "$(fields "$scratch/6.12/mixed.pcapng" 'icmp.type == 0' icmp.type | wc -l)" \
	"$(jq 'select(.user_rtt_ns) | .probe' "$scratch/6.12/mixed.jsonl" | wc -l)"
json "there were some" "$scratch/6.12/mixed.jsonl" 'map(select(.late)) | length > 10'
is "nothing was left out" "$(<"$scratch/6.12/mixed.err")" ""
is "without BPF a line says that there are no packets" "$(<"$scratch/6.12/off.err")" \
	"pingtrace: there will be no packets in the pcapng file: their bytes are for BPF programs to see, and the backend is off"
like "the run goes on" "$(<"$scratch/6.12/off.text")" '1 received'
done_testing
