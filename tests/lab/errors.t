#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a network does to pings: errors, duplicates, corruption, late replies; and what a host may lack.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
# A host behind the far one.
ip netns add beyond
ip -n far link add eth1 type veth peer name eth0 netns beyond
ip -n far addr add 10.8.0.1/24 dev eth1
ip -n far link set eth1 up
ip -n beyond addr add 10.8.0.2/24 dev eth0
ip -n beyond link set eth0 up
ip -n beyond route add default via 10.8.0.1
ip netns exec far sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/icmp_ratelimit'
ip route add 10.8.0.0/24 via 10.9.0.2
ip route add prohibit 10.7.0.0/24
ip netns exec far nft 'table ip t { chain c { type filter hook forward priority 0; ip daddr 10.8.0.66 reject with icmp admin-prohibited; }; }'

# both NAME ARG...: ping and pingtrace, traced and not, text and JSON
both() {
	n=$1
	shift
	ping "$@" >$n.ping 2>&1
	echo $? >$n.ping.status
	pingtrace "$@" >$n.text 2>&1
	echo $? >$n.text.status
	pingtrace --trace=off "$@" >$n.off 2>&1
	echo $? >$n.off.status
	pingtrace -j "$@" >$n.json 2>$n.json.err
}
both beyond -c 2 -i 0.2 10.8.0.2
pingtrace -c 1 10.6.0.1 >/dev/null 2>noroute
echo $? >>noroute
pingtrace -c 1 10.7.0.1 >/dev/null 2>prohibited
echo $? >>prohibited
both ttl -c 2 -i 0.2 -t 1 10.8.0.2
both rejected -c 2 -i 0.2 10.8.0.66
both unreachable -c 2 -i 0.2 -W 4 10.9.0.77

# A change of a netem keeps what is not named: a new one each time.
netem() {
	tc -n far qdisc del dev far0 root 2>/dev/null
	tc -n far qdisc add dev far0 root netem "$@"
}
known_neighbours
netem duplicate 100%
both duplicate -c 3 -i 0.2 10.9.0.2
pingtrace -j -c 3 -i 0.2 --socket=raw 10.9.0.2 >duplicate.raw
netem corrupt 100%
pingtrace -c 30 -i 0.02 --socket=raw 10.9.0.2 >corrupt.text
pingtrace -j -c 30 -i 0.02 --socket=raw 10.9.0.2 >corrupt.json
netem delay 500ms
pingtrace -j -c 5 -i 0.1 -W 0.2 -w 2 10.9.0.2 >late
netem delay 0ms

pingtrace --trace=off -H -c 1 127.0.0.1 >lookup

# What may be lacking.
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
setpriv --reuid=1000 --regid=1000 --clear-groups pingtrace --trace=fentry -c 1 10.9.0.2 >/dev/null 2>user
echo $? >>user
mount -t tmpfs none /sys/kernel/btf
pingtrace --trace=fentry -c 1 10.9.0.2 >/dev/null 2>nobtf
echo $? >>nobtf
pingtrace --trace=off -c 1 10.9.0.2 >/dev/null || echo "off: $?"
END
out=$scratch/out
in_lab "the runs" -o "$out" "$scratch/guest"

# Figures and process names masked, our own indented lines left out.
masked() {
	sed -E '/^    /d; s/time=[0-9.]+ ms/time=T ms/; s/time [0-9]+ms/time Tms/; s,= [0-9./]+ ms,= R ms,
		s/^ping(trace)?: //' "$1" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}
for name in beyond ttl rejected unreachable duplicate; do
	for how in text off; do
		is "$name, $how: prints what ping prints" "$(masked "$out/$name.$how")" "$(masked "$out/$name.ping")"
		is "$name, $how: exit status as ping" "$(cat "$out/$name.$how.status")" "$(cat "$out/$name.ping.status")"
	done
done
json "an ICMP error has an object with its seq, type and code" "$out/ttl.json" \
	'map(select(has("error"))) | map([.host, .error, .seq, .icmp_type, .icmp_code]) ==
		[["10.9.0.2", "Time to live exceeded", 1, 11, 0], ["10.9.0.2", "Time to live exceeded", 2, 11, 0]]'
json "and is counted" "$out/ttl.json" 'summary | .errors == 2 and .received == 0'
json "a probe that was lost shows how far it came" "$out/ttl.json" \
	'lost | length == 2 and all(lost_typed and (.stamps | last | .hook == "peer_driver_rx" and .dev == "far0"))'

for run in json raw; do
	json "duplicates ($run) are told apart" "$out/duplicate.$run" \
		'(replies | length == 3) and (map(select(.duplicate)) | length >= 2) and
		(summary | .received == 3 and .duplicates >= 2)'
	json "duplicates ($run) leave no stamp in the record" "$out/duplicate.$run" \
		'replies | all(complete and closed and .clipped == false)'
done

like "a wrong checksum is shown" "$(cat "$out/corrupt.text")" 'icmp_seq=[0-9]+ .*\(BAD CHECKSUM!\)$'
json "a corrupted reply is counted, and not as received" "$out/corrupt.json" \
	'(map(select(.corrupted == true)) | length) as $n | $n > 0 and
		(summary | .corrupted == $n and .received + ($n) <= .transmitted)'
json "sent = received + lost" "$out/corrupt.json" \
	'(replies | length) as $r | (lost | length) as $l | summary | .transmitted == $r + $l and .received == $r'
json "late replies are received, and said to be late" "$out/late" \
	'(replies | length > 0 and all(.late and complete and closed)) and (summary | .late == .received and .late > 0)'

like "-H looks the name of an address up" "$(cat "$out/lookup")" '^64 bytes from localhost \(127\.0\.0\.1\): '
is "no route: told so before the first probe" "$(cat "$out/noroute")" \
	"pingtrace: connect: Network is unreachable: see ip route get 10.6.0.1
2"
like "a prohibited route: told so before the first probe" "$(cat "$out/prohibited")" \
	'^pingtrace: connect: Permission denied: use -b if this is a broadcast address; otherwise a route or a firewall forbids it'
is "an ordinary user is told what to do" "$(cat "$out/user")" \
	"pingtrace: not permitted to load tracing programs (fentry): run as root, or with CAP_BPF and CAP_PERFMON
2"
is "no type information: told what is needed" "$(cat "$out/nobtf")" \
	"pingtrace: this kernel has no type information (/sys/kernel/btf/vmlinux): it needs CONFIG_DEBUG_INFO_BTF
2"
done_testing
