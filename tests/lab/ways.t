#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every way through the host: more than one device, routers, NAT, tunnels, fragments. A delay that
# was put in at one known place is found there.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
# two NAME A B: two namespaces, A and B, joined by a veth pair a0, b0 with 10.9.0.1 and 10.9.0.2
pair() { # NS DEV NS DEV
	ip link add $2 netns $1 type veth peer name $4 netns $3
	ip -n $1 link set $2 up
	ip -n $3 link set $4 up
}
ns() {
	for n; do
		ip netns add $n
		ip -n $n link set lo up
		ip netns exec $n sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range'
	done
}
clear() { for n in a r b; do ip netns del $n 2>/dev/null; done; }
run() { # NAME ARG...
	name=$1
	shift
	ip netns exec a pingtrace --trace=off -c 1 "$@" ${target:-10.9.0.2} >/dev/null # for ARP and ND
	ip netns exec a pingtrace -j -c 5 -i 0.05 "$@" ${target:-10.9.0.2} >$name
	ip netns exec a pingtrace -j -c 5 -i 0.05 --socket=raw "$@" ${target:-10.9.0.2} >$name-raw
}
far20() { tc -n b qdisc add dev b0 root netem delay 20ms; }

# A container: veth, bridge, NIC.
ns a r b
pair a a0 r r0
pair r nic0 b b0
ip -n r link add br0 type bridge
ip -n r link set r0 master br0
ip -n r link set nic0 master br0
ip -n r link set br0 up
ip -n a addr add 10.9.0.1/24 dev a0
ip -n b addr add 10.9.0.2/24 dev b0
far20
run bridge
tc -n b qdisc del dev b0 root
tc -n r qdisc add dev nic0 root netem delay 7ms
run bridge-near
clear

# A router's namespace in between; then one that hides the address, and changes the ICMP identifier.
ns a r b
pair a a0 r r0
pair r nic0 b b0
ip -n a addr add 10.9.0.1/24 dev a0
ip -n r addr add 10.9.0.254/24 dev r0
ip -n r addr add 10.8.0.254/24 dev nic0
ip -n b addr add 10.8.0.2/24 dev b0
ip -n a route add default via 10.9.0.254
ip -n b route add default via 10.8.0.254
far20
target=10.8.0.2
run router
ip netns exec r nft 'table ip t { chain c { type nat hook postrouting priority 100; oifname nic0 masquerade fully-random; }; }'
ip -n b route del default
run nat
target=
clear

# Policy routing: the source decides.
ns a r b
pair a a0 b b1
pair a a1 b b0
ip -n a addr add 10.9.0.1/24 dev a0
ip -n a addr add 10.9.0.3/32 dev a1
ip -n b addr add 10.9.0.2/24 dev b0
ip -n b addr add 10.9.0.2/32 dev b1
ip -n b route add 10.9.0.3/32 dev b0 src 10.9.0.2
ip -n a route add 10.9.0.2/32 dev a1 table 100 src 10.9.0.3
ip -n a rule add from 10.9.0.3 lookup 100
for n in a b; do ip netns exec $n sh -c 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'; done
far20
run policy -I 10.9.0.3
clear

# Devices on top of devices.
stacked() { # NAME LINK-TYPE...
	name=$1
	shift
	ns a b
	pair a a0 b b0
	for n in a b; do
		if [ "$1" = vxlan ]; then
			me=1 you=2
			[ $n = b ] && me=2 you=1
			ip -n $n addr add 172.16.0.$me/24 dev ${n}0
			ip -n $n link add top0 type vxlan id 5 dstport 4789 local 172.16.0.$me remote 172.16.0.$you dev ${n}0
		else
			ip -n $n link add link ${n}0 name top0 type "$@"
		fi
		ip -n $n link set top0 up
	done
	ip -n a addr add 10.9.0.1/24 dev top0
	ip -n b addr add 10.9.0.2/24 dev top0
	far20
	run $name
	tc -n b qdisc del dev b0 root
	tc -n a qdisc add dev a0 root netem delay 7ms
	run $name-near
	clear
}
stacked vlan vlan id 10
stacked macvlan macvlan mode bridge
stacked vxlan vxlan

# Fragments, both families.
ns a b
pair a a0 b b0
for n in a b; do
	me=1
	[ $n = b ] && me=2
	ip -n $n addr add 10.9.0.$me/24 dev ${n}0
	ip -n $n -6 addr add fd09::$me/64 dev ${n}0 nodad
done
far20
run fragments -s 4000
target=fd09::2
run fragments6 -s 4000
run v6
# A link-local address needs its device.
target=$(ip -n b -6 -o addr show dev b0 scope link | sed 's/.*inet6 \([^/]*\).*/\1/')%a0
run linklocal
target=
clear
END

whole='replies | length == 5 and all(closed and complete)'
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -w 300 -o "$out" "$scratch/guest"
	for kind in "" -raw; do
		for run in bridge router nat policy vlan macvlan vxlan fragments fragments6 v6 linklocal; do
			json "$kernel $run$kind: every segment, and the 20 ms of the far end in wire" "$out/$run$kind" \
				"($whole)"' and (replies | all(ns("wire") > 19900000 and ns("wire") < 20100000))'
		done
		for run in bridge-near vlan-near macvlan-near vxlan-near; do
			json "$kernel $run$kind: the 7 ms of the lowest device's queue in qdisc" "$out/$run$kind" \
				"($whole)"' and (replies | all(ns("qdisc") > 6990000 and ns("qdisc") < 7100000 and ns("wire") < 200000))'
		done
	done
	json "$kernel bridge: the devices of the container and of the host" "$out/bridge" \
		'replies | all(.stamps | map(select(.dev)) | map({key: .hook, value: .dev}) | from_entries |
			.dev_queue == "nic0" and .xmit == "nic0" and .driver_rx == "nic0" and .netif_receive == "a0" and .ip_rcv == "a0")'
	json "$kernel router: the last device out, the first one in" "$out/router" \
		'replies | all(.stamps | map(select(.dev)) | map({key: .hook, value: .dev}) | from_entries |
			.dev_queue == "nic0" and .driver_rx == "nic0" and .ip_rcv == "a0" and .peer_driver_rx == "b0")'
	json "$kernel vlan: the device below" "$out/vlan" \
		'replies | all(.stamps | map(select(.dev)) | map({key: .hook, value: .dev}) | from_entries |
			.xmit == "a0" and .driver_rx == "a0" and .ip_rcv == "top0")'
	json "$kernel fragments: the responder's side too" "$out/fragments" \
		'replies | all(.segments[] | select(.name == "wire") | (.inside | map(.ns) | add) == .ns)'
done
done_testing
