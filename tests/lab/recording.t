#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings of what a network does to probes, by every backend: text from a recording is byte for byte what the run printed.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
# played NAME ARG...: the run with all there is to be shown, and its recording, as text and as JSON
played() {
	name=$1
	shift
	pingtrace $shown "$@" --write=$name.1.jsonl --write=$name.1.json >$name.1.text 2>$name.1.err
	pingtrace $shown --read=$name.1.jsonl --write=$name.2.jsonl --write=$name.2.json >$name.2.text 2>$name.2.err ||
		echo "$name: --read failed"
}
all() { # PREFIX ARG...
	prefix=$1
	shift
	played $prefix-answered "$@" -c 3 -i 0.1 10.9.0.2
	played $prefix-six "$@" -c 3 -i 0.1 fd09::2
	played $prefix-targets "$@" -c 3 -i 0.1 10.9.0.2 127.0.0.1 10.9.0.99 -W 0.5
	ip netns exec far tc qdisc replace dev far0 root netem duplicate 100%
	played $prefix-duplicate "$@" -c 3 -i 0.1 10.9.0.2
	ip netns exec far tc qdisc replace dev far0 root netem delay 300ms
	played $prefix-late "$@" -c 8 -i 0.1 -W 0.2 10.9.0.2
	ip netns exec far tc qdisc replace dev far0 root netem corrupt 100%
	played $prefix-corrupt "$@" --socket=raw -c 8 -i 0.05 -W 0.2 10.9.0.2
	ip netns exec far tc qdisc replace dev far0 root netem loss 50%
	played $prefix-lost "$@" -c 12 -i 0.05 -W 0.2 10.9.0.2
	ip netns exec far tc qdisc del dev far0 root
	nft "table ip t { chain c { type filter hook input priority 0; ip protocol icmp icmp type echo-reply drop; }; }"
	played $prefix-dropped "$@" -c 4 -i 0.05 -W 0.2 10.9.0.2
	nft delete table ip t
}
far_host
known_neighbours
ping_sockets
ping -q -c 1 fd09::2 >/dev/null
shown="--segments --path --why"
for backend in $backends; do
	all $backend --trace=$backend
done
for shown in -v ""; do
	nft "table ip t { chain c { type filter hook input priority 0; ip protocol icmp icmp type echo-reply drop; }; }"
	played dropped$shown --trace=fentry -c 4 -i 0.05 -W 0.2 10.9.0.2
	nft delete table ip t
	ip netns exec far tc qdisc replace dev far0 root netem loss 50%
	played flood$shown -f -c 50 -W 0.2 10.9.0.2
	ip netns exec far tc qdisc del dev far0 root
done
END

for kernel in 6.12 6.1; do
	backends="fentry kprobe tracepoint timestamping"
	[ $kernel = 6.12 ] || backends="fentry kprobe"
	{ echo "backends='$backends'"; cat "$scratch/guest"; } >"$scratch/guest.$kernel"
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -w 600 -o "$out" "$scratch/guest.$kernel"
	n=0 differ=
	for first in "$out"/*.1.*; do
		n=$((n + 1))
		differ+=$(cmp "$first" "${first/.1./.2.}" 2>&1)
	done
	is "$kernel: text, errors, JSON and recordings of recordings are the same" "$differ" ""
	is "$kernel: of every run" "$n" $((4 * (8 * $(wc -w <<<"$backends") + 4)))
	like "$kernel: probes were answered, and split" "$(<"$out/fentry-answered.1.text")" '^ +wire '
	like "lost ones were among them" "$(<"$out/fentry-dropped.1.text")" 'probe 1 lost on the way in'
	like "late ones" "$(<"$out/fentry-late.1.text")" 'replies came after their probes had expired'
	like "duplicates" "$(<"$out/fentry-duplicate.1.text")" 'DUP!'
	like "corrupted ones" "$(<"$out/fentry-corrupt.1.text")" 'BAD CHECKSUM!'
	is "equal losses are told once, and counted" "$(grep -c ' probe [0-9]* lost on the way in' "$out/dropped.1.text")
$(grep 'like probe' "$out/dropped.1.text")" "1
    like probe 1: 3 more, up to probe 4"
	is "with -v each is told" "$(grep -c ' probe [0-9]* lost on the way in' "$out/dropped-v.1.text")" 4
done
done_testing
