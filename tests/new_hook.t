#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A new hook is one row in the hook table, one for its attach point and one for its text: all else is made from these.
. "$(dirname "$0")/tap.sh"

tree=$scratch/tree
mkdir "$tree"
cp -r "$top"/{Makefile,bpf,docs,include,src,vmlinux} "$tree"

# add_row FILE BEFORE ROW: ROW before the one row that begins with BEFORE
add_row() {
	is "$1 has one row $2" "$(grep -c "^	X($2," "$tree/$1")" 1
	sed -i "/^	X($2,/i\\	X($3) \\\\" "$tree/$1"
}
# Where packets of devices without a ring come in, loopback's for one: just before they are in the backlog.
add_row include/pingtrace/hooks.h "DRIVER_RX, driver_rx" 'RX_ENTRY, rx_entry, OURS, REPLY, FIRST, ANY, "rx-in", DRIVER'
add_row include/pingtrace/hooks.h "netif_rx, DRIVER_RX, PEER_DRIVER_RX" \
	'netif_rx_entry, RX_ENTRY, NONE, TRACEPOINT, ANY, ANY, netif_rx_entry, RECEIVE, 0'
add_row src/explain/hook_texts.c DRIVER_RX \
	'RX_ENTRY, "the way into the backlog", "A new hook does this", "nothing we know of", "net/core/dev.c: netif_rx"'
is "three rows are new, and nothing else" \
	"$(for d in include src bpf docs Makefile; do diff -r "$top/$d" "$tree/$d"; done | grep -c '^[<>]')" 3
ok "it builds" make -C "$tree" all

like "the manual page: the segment, in its place" \
	"$(sed -n 's/^\.It Cm //p' "$tree/build/pingtrace.8" | paste -sd ' ')" ' wire rx.{1,2}in driver.{1,2}in '
like "the manual page: what is told about it" "$(grep -A 10 '^\.It Cm rx.*in' "$tree/build/pingtrace.8")" '^A new hook does this\.$'
like "the manual page: what it is attached to" "$(grep -A 4 '^\.It Cm rx_entry' "$tree/build/pingtrace.8")" '^\.Cm netif_rx_entry \.$'
like "completion knows the names" "$(cat "$tree/build/pingtrace.bash")" '\brx_entry\b.*\brx-in\b'
like "--explain: by the segment's name" "$("$tree/pingtrace" --explain=rx-in)" '^rx-in: the way into the backlog$'
"$tree/pingtrace" -j --explain=rx_entry >"$scratch/explained"
json "--explain -j: by the hook's name" "$scratch/explained" 'length == 1 and all(explained_typed and .hook == "rx_entry" and
	.segment == "rx-in" and .layer == "driver" and .does == "A new hook does this")'

# Here, or in the lab where this kernel or this user may not.
cat >"$scratch/guest" <<'END'
./pingtrace -j --segments --path --trace=tracepoint -c 3 -i 0.01 127.0.0.1 >out
./pingtrace --path --trace=tracepoint -c 1 127.0.0.1 >drawn
END
if ! (cd "$tree" && sh -e "$scratch/guest") 2>"$scratch/err"; then
	in_lab "a run" -f "$tree/pingtrace" -o "$tree" "$scratch/guest"
fi
json "a probe's stamps: it is there, where and when it should be" "$tree/out" \
	'replies | length == 3 and all(reply_typed and ([.stamps[] | select(.hook == "rx_entry" or .hook == "driver_rx")] |
		map([.hook, .function]) == [["rx_entry", "netif_rx_entry"], ["driver_rx", "netif_rx"]] and
		.[0].ns <= .[1].ns and .[0].dev == "lo"))'
json "its segment: after wire, whose parts still add up to it" "$tree/out" \
	'replies | all(closed and ([.segments[].name] | .[index("wire"):][:3] == ["wire", "rx-in", "driver-in"]) and
		(.segments[] | select(.name == "wire") | (.inside | sum(.ns)) == .ns))'
json "the summary: attached, with a row of its own" "$tree/out" \
	'summary | (.trace.hooks | index("rx_entry")) and any(.segments[]; .name == "rx-in" and .layer == "driver")'
like "--path draws it" "$(cat "$tree/drawn")" ' rx_entry +[0-9]+ +netif_rx_entry +lo$'
done_testing
