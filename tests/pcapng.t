#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures (--write=FILE.pcapng) from recordings, which may hold anything: Wireshark's tools read them, in strict order.
. "$(dirname "$0")/tap.sh"

r=$scratch/r.jsonl p=$scratch/p.pcapng

# A recording: its head and one target; then the lines of stdin; then its end.
recording() {
	cat <<-'END'
		{"pingtrace":{"format":1,"version":"1","started":{"monotonic_ns":1000000000,"boottime_ns":1,"realtime_ns":1700000001000000000},"kernel":"6.1","backend":"fentry","traced":true,"targets":1,"options":{"payload":56}}}
		{"target":0,"name":"far","address":"10.9.0.2","family":4,"socket":"dgram","hooks":["start_xmit","driver_rx"]}
	END
	cat
	echo '{"end":true}'
}

# An Ethernet header, an IP header and an ICMP header, of ping's length.
echo_head() { # TYPE SEQ
	printf '0200000000020200000000010800450000540000400040012694%s%02x000000000700%02x%0112x' 0a0900010a090002 "$1" "$2" 0
}

# reply PROBE SENT_MS RTT_MS [JQ-FILTER]: the reply to that probe, as a line
reply() {
	jq -cn --argjson probe "$1" --argjson sent "$2" --argjson rtt "$3" --arg request "$(echo_head 8 "$1")" --arg reply "$(echo_head 0 "$1")" '
		{target: 0, $probe, bytes: 64, host: "10.9.0.2", seq: $probe, sent_ns: ($sent * 1e6), received_ns: (($sent + $rtt) * 1e6),
		user_rtt_ns: ($rtt * 1e6), time_ns: ($rtt * 1e6), clipped: false,
		stamps: [{hook: "start_xmit", ns: 1000, dev: "eth0"}, {hook: "driver_rx", ns: ($rtt * 1e6 - 1000), dev: "eth0"}],
		heads: {request: {link: "ethernet", length: 98, bytes: $request}, reply: {link: "ethernet", length: 98, bytes: $reply}}} | '"${4:-.}"
}

# capture: $p from the recording in $r; what is said on stderr
capture() {
	rm -f "$p"
	{ "$pingtrace" -q --read="$r" --write="$p" >/dev/null; } 2>&1
}

# shark FILTER FIELD...: of $p, a line a packet
shark() {
	local filter=$1 f args=()
	shift
	for f; do args+=(-e "$f"); done
	tshark -r "$p" -Y "$filter" -T fields "${args[@]}" 2>"$scratch/shark.err" | tr '\t' ' '
}

# order: how many packets in $p, and whether they are in order
order() {
	capinfos -Tmco -r "$p" 2>&1 | cut -d , -f 2-
}

# Probe 1 waits for 20 s, others overtake it; 5 has not ended when the run does; 7 is late.
{
	reply 2 2000 5; reply 3 3000 5; reply 4 4000 1500; reply 6 6000 5; reply 1 1000 20000
	jq -cn --arg request "$(echo_head 8 7)" '{target: 0, probe: 7, lost: true, seq: 7, host: "10.9.0.2", sent_ns: 7000000000,
		loss: {where: "far", silent: true}, stamps: [{hook: "start_xmit", ns: 1000, dev: "eth0"}],
		heads: {request: {link: "ethernet", length: 98, bytes: $request}}}'
	reply 7 7000 16000 '. + {late: true, lost_as: 1}'
} | recording >"$r"
is "results out of order: nothing to complain of" "$(capture)" ""
is "strict order" "$(order)" "12,True"
is "the times are those of the stamps, on the clock of the day" "$(shark 'frame.number == 1 or frame.number == 12' frame.time_epoch | tr '\n' ' ')" \
	"1700000001.000001000 1700000022.999999000 "
is "requests and replies in the order in which they were seen, each once" \
	"$(shark icmp icmp.type icmp.seq | tr '\n' ',')" "8 1,8 2,0 2,8 3,0 3,8 4,0 4,8 6,0 6,8 7,0 1,0 7,"
is "a late reply's request says that there was no answer, and the reply that it is late" \
	"$(shark 'icmp.seq == 7' frame.comment)" \
	"probe 7 to 10.9.0.2: request, 1.000 us after send,probe 7 to 10.9.0.2: not answered
$(shark 'icmp.seq == 7 and icmp.type == 0' frame.comment)"
like "late" "$(shark 'icmp.seq == 7 and icmp.type == 0' frame.comment)" '^probe 7 to 10.9.0.2: reply, late, round trip 16000000.000 us'

# Dropped before a device had it.
{
	reply 2 2000 5
	echo '{"target":0,"probe":1,"lost":true,"seq":1,"host":"10.9.0.2","sent_ns":1000000000,"loss":{"where":"out","hook":"ip_local_out",' \
		'"reason":"NETFILTER_DROP","function":"nft_do_chain","ns":7000},"stamps":[{"hook":"ip_local_out","ns":5000}]}'
} | recording >"$r"
is "a request that no device had: nothing to complain of" "$(capture)" ""
is "no bytes, the time of its drop, function and reason" "$(shark 'frame.cap_len == 0' frame.time_epoch frame.len frame.comment)" \
	"1700000001.000007000 84 probe 1 to 10.9.0.2: lost on the way out, after ip_local_out, in nft_do_chain (NETFILTER_DROP)"

# Hostile names.
reply 1 1000 5 '.stamps[].dev = "\u001b[31m</script>\u202e" | .stamps[].netns_name = "x\ny\u0007" | .stamps[].netns = 7' | recording |
	sed 's/"version":"1"/"version":"\\u001b]0;x\\u0007"/; s/"address":"10.9.0.2"/"address":"\\ud83d\\ude00\\n%s%n"/; s/"backend":"fentry"/"backend":"\\u001b[2Jx"/' >"$r"
is "hostile names: nothing to complain of" "$(capture)" ""
is "two packets" "$(order)" "2,True"
unlike "no control character is in the file's texts" \
	"$(capinfos "$p"; shark frame frame.comment frame.interface_name frame.interface_description)" $'[\001-\010\013-\037\177]'
like "but the names are" "$(shark frame frame.interface_name)" '\[31m<'

# Hostile heads: each of these is left out, and the other packet is there.
bad() { # NAME HEAD
	reply 1 1000 5 '.heads.reply = '"$2" | recording >"$r"
	is "$1: nothing to complain of" "$(capture)" ""
	is "$1: that packet is left out" "$(shark frame icmp.type)" 8
}
bad "no head" null
bad "a head that is a number" 7
bad "bytes that are no string" '{link: "ethernet", length: 98, bytes: 7}'
bad "no bytes" '{link: "ethernet", length: 98, bytes: ""}'
bad "half a byte" '{link: "ethernet", length: 98, bytes: "012"}'
bad "no hex" '{link: "ethernet", length: 98, bytes: "zz"}'
bad "too many bytes" '{link: "ethernet", length: 1000, bytes: ("00" * 129)}'
bad "more bytes than the packet has" '{link: "ethernet", length: 1, bytes: "0000"}'
bad "a packet without end" '{link: "ethernet", length: 4294967296, bytes: "0000"}'
bad "a negative length" '{link: "ethernet", length: -1, bytes: "0000"}'
bad "an unknown link" '{link: "\u0000", length: 98, bytes: "0000"}'
reply 1 1000 5 '.stamps |= map(select(.hook != "driver_rx"))' | recording >"$r"
is "a head without a stamp: nothing to complain of" "$(capture)" ""
is "a head without a stamp: that packet is left out" "$(shark frame icmp.type)" 8
reply 1 1000 5 '.heads.request.link = "raw" | .heads.request.bytes |= .[28:] | .heads.request.length = 84 | .stamps[0].dev = "tun0"' | recording >"$r"
is "two link types: nothing to complain of" "$(capture)" ""
is "each packet has its own" "$(shark frame frame.encap_type frame.interface_name icmp.type | tr '\n' ',')" "7 tun0 8,1 eth0 0,"

# Numbers without measure.
{
	reply 1 1000 5 '.sent_ns = 4611686018427387903'
	reply 4611686018427387903 2000 5 '.heads.reply.length = 262144'
	reply 2 0 5
} | recording | sed 's/1700000001000000000/9223372036854775807/' >"$r"
is "numbers without measure: nothing to complain of" "$(capture)" ""
is "in order all the same" "$(order | cut -d , -f 2)" True
reply 1 1000 5 | recording | sed 's/"realtime_ns":1700000001000000000/"realtime_ns":5/' >"$r"
capture >/dev/null
is "a wall clock behind the other: times since it began" "$(shark 'frame.number == 1' frame.time_epoch)" 1.000001000

# More devices than there are interfaces for: told, and the rest is there.
reply 1 1000 5 'range(300) as $i | .probe += $i | .sent_ns += $i * 1e9 | .stamps[].dev = "eth\($i)"' | recording >"$r"
is "too many devices: told" "$(capture)" \
	"pingtrace: 88 packets are not in the pcapng file: they came too late to stand in the order of time, or there was no room"
is "the others are there" "$(order)" "512,True"

reply 1 1000 5 'del(.heads)' | recording >"$r"
is "a recording without heads: told" "$(capture)" "pingtrace: there are no packets in the pcapng file: their bytes were not copied"
: | recording >"$r"
is "no probes: nothing to complain of" "$(capture)" ""
is "and a file without packets" "$(capinfos -Tmc -r "$p" 2>&1 | cut -d , -f 2)" 0

# Where it is written to.
reply 1 1000 5 | recording >"$r"
"$pingtrace" -q --read="$r" --write=pcapng:- >"$p" 2>"$scratch/err"
is "to standard output" "$? $(<"$scratch/err") $(order)" "0  2,True"
"$pingtrace" -q --read="$r" --write=pcapng:/dev/full >"$scratch/out" 2>"$scratch/err"
like "a full disk: a line says so, exit status 2" "$? $(<"$scratch/err")" \
	'^2 pingtrace: cannot write /dev/full: No space left on device'
"$pingtrace" -q --trace=off -c 1 127.0.0.1 --write="$p" >"$scratch/out" 2>"$scratch/err"
is "a run without BPF goes on, and says that there will be no packets" "$? $(grep -c '1 received' "$scratch/out") $(<"$scratch/err")" \
	"0 1 pingtrace: there will be no packets in the pcapng file: their bytes are for BPF programs to see, and the backend is off"

if "$pingtrace" -q --trace=tracepoint -c 3 -i 0.05 127.0.0.1 ::1 --write="$p" --write="$r" >"$scratch/out" 2>"$scratch/err"; then
	is "a run: strict order" "$(order)" "12,True"
	is "Wireshark finds each reply's request" "$(shark 'icmp.resp_to or icmpv6.resp_to' frame.number | wc -l)" 6
	cp "$p" "$scratch/run.pcapng"
	is "its recording gives the same file" "$(capture; cmp "$scratch/run.pcapng" "$p" 2>&1)" ""
	"$pingtrace" -q --trace=tracepoint -c 1 127.0.0.1 --write="$r" >/dev/null 2>&1
	json "without a capture beside it a recording has no heads" "$r" 'all(has("heads") | not)'
else
	skip "a run" "$(<"$scratch/err")"
fi
done_testing
