#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 70,000 probes, one after the other's reply: past the wrap of the 16-bit sequence number.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
for n in 20000 70000; do
	time -v pingtrace -q -j -c $n -i 0 127.0.0.1 >flood-$n 2>time-$n
	sed -n 's/.*Maximum resident set size (kbytes): //p' time-$n >rss-$n
done
END
in_lab "the runs" -k 6.12 -w 300 -o "$scratch/out" "$scratch/guest"
# A record that lacks a stamp shows as a merged segment, one with another probe's stamp as clipped: between
# two probes there is no overlap here, so that such a stamp lies outside its round trip.
json "every probe is answered" "$scratch/out/flood-70000" \
	'summary | .transmitted == 70000 and .received == 70000 and .duplicates == 0 and .late == 0'
json "every record is complete" "$scratch/out/flood-70000" \
	'summary.segments | map(.name) == raw_segments and all(.count == 70000)'
json "no record has a stamp of another probe" "$scratch/out/flood-70000" 'summary.clipped == 0'
small=$(cat "$scratch/out/rss-20000") large=$(cat "$scratch/out/rss-70000")
# Histograms touch a page where a value falls that was none before: some kilobytes, and a bounded number. A leak
# of 8 bytes a probe would be 400 kB. (busybox's time takes kilobytes for pages: its figures are 4 times too high.)
ok "memory is flat: $((small / 4)) kB after 20,000 probes, $((large / 4)) kB after 70,000" \
	test $(((large - small) / 4)) -lt 256
done_testing
