#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 140,000 probes, one after the other's reply: past the wrap of the 16-bit sequence number.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
pingtrace -q -j -c 140000 -i 0 127.0.0.1 >flood &
memory_of $! 0.1 >rss
wait $!
END
in_lab "the run" -k 6.12 -w 300 -o "$scratch/out" "$scratch/guest"
# A record that lacks a stamp shows as a merged segment, one with another probe's stamp as clipped: between
# two probes there is no overlap here, so that such a stamp lies outside its round trip.
json "every probe is answered" "$scratch/out/flood" \
	'summary | .transmitted == 140000 and .received == 140000 and .duplicates == 0 and .late == 0'
json "every record is complete" "$scratch/out/flood" \
	'summary.segments | map(.name) == raw_segments and all(.count == 140000)'
json "no record has a stamp of another probe" "$scratch/out/flood" 'summary.clipped == 0'
# Start-up and the first 8192 probes lie in the first half. A leak of a byte a probe would be 60 kB.
json "memory is flat" "$scratch/out/rss" 'flat(20)'
done_testing
