#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --write=FILE.hgrm: HdrHistogram's percentile text, with the percentiles of the recording.
. "$(dirname "$0")/tap.sh"

h=$scratch/run.hgrm r=$scratch/r.jsonl

# rows FILE: [VALUE, PERCENTILE, COUNT, INVERSE] of each line that HdrHistogram's plotter takes: four numbers, no '#' in front
rows() {
	awk '$1 !~ /^#/ && NF == 4 && $1 + 0 == $1 && $4 + 0 == $4 { printf "[%s,%s,%s,%s]\n", $1, $2, $3, $4 }' "$1" | jq -sc .
}

# figures NAME FILTER: of {rows, rtts}: the rows, and the round trips of the recording in their order
figures() {
	local out
	if out=$(jq -n -e --argjson rows "$(rows "$h")" --slurpfile r "$r" \
		'{rows: $rows, rtts: ($r | map(select(.user_rtt_ns) | .user_rtt_ns) | sort)} | '"$2" 2>&1); then
		pass "$1"
	else
		fail "$1" "jq: $2" "$(head -c 1000 <<<"$out")"
	fi
}

"$pingtrace" -q --trace=timestamping -c 300 -i 0.002 127.0.0.1 127.0.0.2 --write="$h" --write="$r" >"$scratch/out" 2>&1
is "the run" $? 0
figures "values are those of the recording at their percentile, within half a bucket" \
	'(.rtts | length) as $n | .rtts as $rtts | .rows | length > 40 and all(
	 . as $row | ([($n * .[1] - 0.000001 | ceil), 1] | max) as $rank | $rtts[$rank - 1] as $exact |
	 ($row[0] * 1000000 - $exact | fabs) <= $exact * 0.004)'
figures "counts are of the values up to there" \
	'(.rtts | length) as $n | [.rows[] | .[2]] | . == sort and all(. <= $n) and .[-1] == $n'
figures "percentiles and 1/(1-percentile) rise together" \
	'.rows | [.[][1]] == ([.[][1]] | sort) and all((1 / (1 - .[1]) - .[3] | fabs) < 0.01 * .[3] + 0.01)'
figures "the last row is the greatest" '(.rows[-1][0] * 1000000 | round) == .rtts[-1]'
like "with the head of the table that others look for" "$(<"$h")" '^ +Value +Percentile +TotalCount +1/\(1-Percentile\)$'
like "and its end" "$(tail -3 "$h" | tr '\n' ' ')" \
	'^#\[Mean += +[0-9.]+, StdDeviation += +[0-9.]+\] #\[Max += +[0-9.]+, Total count += +600\] #\[Buckets += +[0-9]+, SubBuckets += +[0-9]+\] $'
is "every row begins with a space, which some readers ask for" "$(grep -c '^[0-9]' "$h")" 0
is "comments say what it is of" "$(grep -c '^# 127.0.0.[12] (127.0.0.[12]): 300 transmitted, 300 received$' "$h")" 2
"$pingtrace" -q --read="$r" --write="$scratch/again.hgrm" >/dev/null
is "from a recording: the same" "$(cmp "$h" "$scratch/again.hgrm" 2>&1)" ""
mean=$(jq -s 'map(select(.user_rtt_ns) | .user_rtt_ns) | add / length / 1000000' "$r")
is "the mean is exact" "$(sed -n 's/^#\[Mean *= *\([0-9.]*\),.*/\1/p' "$h")" "$(printf '%.6f' "$mean")"

# Nothing came back; names are hostile.
sed -e '/"bytes"/d' -e 's/"name":"127.0.0.1"/"name":"\\u001b[31m\\nx"/' "$r" >"$scratch/none.jsonl"
"$pingtrace" -q --read="$scratch/none.jsonl" --write="$h" >/dev/null 2>&1
is "no reply: no row, and no figure that is none" "$(rows "$h") $(grep -ci nan "$h") $(grep -c 'Total count    =            0' "$h")" "[] 0 1"
is "a hostile name makes no line and no escape" "$(grep -c $'^x\|\033' "$h") $(grep -c '^# ?\[31m?x (127.0.0.1)' "$h")" "0 1"
done_testing
