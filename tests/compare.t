#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two recordings compared (--read, twice): noise is no difference, and a difference is found where it is. (With noise of
# known kinds: tests/unit/analysis/test_compare.c.)
. "$(dirname "$0")/tap.sh"

# pieces OUT FILE: the recording of ten targets as 20 recordings of each, of every 20th reply: OUT.000 and on. Whatever happens on
# this machine meanwhile happens to all of them.
pieces() {
	awk -v out="$1" '
		NR == 1 { head = $0; sub(/"targets":10/, "\"targets\":1", head); next }
		/"address":/ { match($0, /"target":[0-9]+/); about[substr($0, RSTART + 9, RLENGTH - 9)] = $0; next }
		!/^{"bytes":/ { next }
		{
			match($0, /"target":[0-9]+/)
			t = substr($0, RSTART + 9, RLENGTH - 9)
			piece = t * 20 + replies[t]++ % 20
			name = sprintf("%s.%03d", out, piece)
		}
		!(piece in count) {
			first = about[t]
			sub(/"target":[0-9]+/, "\"target\":0", first)
			print head "\n" first >name
		}
		++count[piece] <= 200 { sub(/"target":[0-9]+/, "\"target\":0"); print >name }
		count[piece] == 200 {
			print "{\"host\":\"x\",\"target\":0,\"transmitted\":200,\"received\":200}\n{\"end\":true}" >name
			close(name)
		}
		END { for (piece in count) if (count[piece] < 200) system(sprintf("rm %s.%03d", out, piece)) }' "$2"
}

addresses=(127.0.1.{1..10})
# Replies of one target in the order of time, and one target after the other.
# By standard output, which the pinger writes itself: nothing is left out on a busy machine.
"$pingtrace" --trace=timestamping -i 0.002 -c 4000 "${addresses[@]}" --write=- >"$scratch/run.jsonl" 2>"$scratch/err"
status=$?
if [ $status = 2 ]; then
	skip "pairs of runs" "$(<"$scratch/err")"
	done_testing
fi
{
	sed -n 1p "$scratch/run.jsonl"
	grep '"address":' "$scratch/run.jsonl"
	for t in {0..9}; do grep '^{"bytes":' "$scratch/run.jsonl" | grep "\"target\":$t,"; done
} >"$scratch/sorted.jsonl"
# The driver takes the request 5 us later, and all that follows is as much later.
jq -c 'if .bytes then (.stamps[] | select(.hook == "xmit" or .hook == "netif_receive").ns) += 5000 |
	.user_rtt_ns += 5000 | .received_ns += 5000 | .time_ns += 5000 else . end' "$scratch/sorted.jsonl" >"$scratch/later.jsonl"
pieces "$scratch/a" "$scratch/sorted.jsonl"
pieces "$scratch/b" "$scratch/later.jsonl"
cut=("$scratch"/a.*)
nr=${#cut[@]}
ok "a run in 200 pieces ($nr)" test "$nr" -ge 195

# pairs WITH: compare each second piece with the next; print what is said
pairs() {
	local i
	for ((i = 0; i + 1 < nr; i += 2)); do
		"$pingtrace" -q --read="$scratch/a.$(printf %03d $i)" --read="$scratch/$1.$(printf %03d $((i + 1)))" | tr '\n' ' '
		echo
	done
}
pairs a >"$scratch/said" 2>&1
alarms=$(grep -vc '^No difference shown' "$scratch/said")
ok "100 pairs without a difference: at most 5 say one ($alarms)" test "$alarms" -le 5
pairs b >"$scratch/said" 2>&1
found=$(grep -Ec "(^|\. )qdisc\+driver-out's median grew by [45678]\.[0-9]+" "$scratch/said")
ok "5 us more in one segment, 200 probes: found and named in 90 of 100 pairs or more ($found)" test "$found" -ge 90
others=$(grep -Ec "(syscall-out|wire|link-in)[a-z+-]*'s median" "$scratch/said")
ok "and in no other segment, but for chance ($others)" test "$others" -le 5

# What is printed of the first piece of which something is: on a busy machine 5 us are within the noise of some (see above).
for a in "${cut[@]}"; do
	b=$scratch/b.${a##*.}
	"$pingtrace" -q --read="$a" --read="$b" | grep -q "^qdisc+driver-out's median grew by 5\.00" && break
done
"$pingtrace" --read="$a" --read="$b" >"$scratch/out" 2>"$scratch/err"
is "exit status" "$? $(<"$scratch/err")" "0 "
like "both are named" "$(<"$scratch/out")" "^a: $a, of 20[0-9-]+ [0-9:]+ UTC, traced by timestamping"
like "a table: a row for each segment" "$(<"$scratch/out")" \
	'^qdisc\+driver-out +[0-9.]+ +[0-9.]+ +\+5\.00 (±|\+-) [0-9.]+\* +[0-9.]+ +[0-9.]+[ *] +[0-9.]+ +[0-9.]+$'
like "in words" "$(<"$scratch/out")" "^qdisc\+driver-out's median grew by 5\.00 (µs|us) \((±|\+-) [0-9.]+ (µs|us)\), from [0-9.]+ to [0-9.]+ (µs|us)\.$"
is "compared in the same way each time" "$("$pingtrace" --read="$a" --read="$b" | cmp - "$scratch/out" 2>&1)" ""
"$pingtrace" -j --read="$a" --read="$b" >"$scratch/json"
json "as JSON: one object, with the same figures" "$scratch/json" 'length == 1 and (.[0].targets[0] |
	.host == "127.0.1.1" and (.loss | .p == 1 and .shown == false and .a == {"transmitted": 200, "lost": 0}) and
	(.rows[] | select(.name == "qdisc+driver-out") | .kind == "segment" and .p50.ns == 5000 and .p50.shown and
		.b.p50_ns - .a.p50_ns == 5000 and .p50.margin_ns < 5000 and .p99.margin_ns == null and .p99.shown == false) and
	(.changes | any(test("median grew by 5.00"))))'
json "differences, level and files" "$scratch/json" '.[0] | .level == 0.01 and .a.file == $a and .differences == ([.targets[0].rows[] | .p50, .p90, .p99 | select(.margin_ns)] | length) + 1 and .only == {"a": [], "b": []}' \
	--arg a "$a"
is "the same twice: no difference" "$("$pingtrace" -q --read="$a" --read="$a" | cut -c 1-20)" "No difference shown:"
is "standard input is one of them" "$("$pingtrace" --read="$a" --read=- <"$b" | sed 1,2d)" "$(sed 1,2d "$scratch/out")"

# What is not the same in both.
jq -c 'if .pingtrace then .pingtrace |= (.kernel = "7.0" | .options.interval_ns = 1000000) else . end |
	if .name then .name = "other" else . end' "$a" >"$scratch/other"
"$pingtrace" --read="$a" --read="$scratch/other" >"$scratch/out"
like "another kernel is said" "$(<"$scratch/out")" '^not the same: kernel: .*, then 7\.0$'
like "another interval is said" "$(<"$scratch/out")" '^not the same: interval: 2 ms, then 1 ms$'
like "targets of one only: the first" "$(<"$scratch/out")" '^Only in a: target 127\.0\.1\.1$'
like "the second" "$(<"$scratch/out")" '^Only in b: target other$'
like "nothing is left" "$(<"$scratch/out")" '^Nothing to compare'
jq -c 'if .stamps then .stamps |= map(select(.hook != "xmit")) else . end' "$a" >"$scratch/other"
"$pingtrace" --read="$a" --read="$scratch/other" >"$scratch/out"
like "segments of one only" "$(<"$scratch/out")" '^Only in b: .*qdisc\+driver-out\+wire\+driver-in'

# What was not written down is in no figure, and the comparison says so.
{ head -n 100 "$a"; echo '{"missed":41}'; tail -n +101 "$a"; } >"$scratch/other"
"$pingtrace" -q --read="$a" --read="$scratch/other" >"$scratch/out" 2>"$scratch/err"
like "results that the second recording lacks are said" "$? $(<"$scratch/out")" \
	'Results missing in b: 41\. They came faster than they could be written, and no figure has them\.'
like "as what is wrong with it is" "$(<"$scratch/err")" "^pingtrace: $scratch/other: line 101: 41 results are missing here"
"$pingtrace" -j --read="$a" --read="$scratch/other" >"$scratch/json" 2>"$scratch/err"
json "and as JSON" "$scratch/json" '.[0] | .a.missed == 0 and .b.missed == 41'
"$pingtrace" -q --read="$a" --read="$b" >"$scratch/out"
unlike "of whole recordings nothing is said" "$(<"$scratch/out")" 'missing'

# Losses.
jq -c 'if .bytes and (.probe / 20 | floor) % 4 == 0 then {lost: true, target, probe, sent_ns, host, seq, stamps: []} elif .transmitted then .received = 150 else . end' \
	"$a" >"$scratch/other"
"$pingtrace" -q --read="$a" --read="$scratch/other" >"$scratch/out" 2>"$scratch/err"
like "lost probes: a quarter, spread" "$(<"$scratch/err")$(<"$scratch/out")" '^Packet loss grew from 0 % to 25 %\.$'

# More than is kept: 140,000 probes, of which every other one is slow.
awk -v head="$(sed -n 1p "$a")" -v about="$(sed -n 2p "$a")" 'BEGIN {
	print head; print about
	for (i = 1; i <= 140000; i++)
		printf "{\"bytes\":64,\"host\":\"x\",\"target\":0,\"probe\":%d,\"sent_ns\":%d,\"time_ns\":%d}\n", i, i * 1000, i % 2 ? 1000 + i % 7 : 9000 + i % 7
	print "{\"host\":\"x\",\"target\":0,\"transmitted\":140000,\"received\":140000}\n{\"end\":true}" }' >"$scratch/long"
(ulimit -v 131072 && "$pingtrace" -j --read="$scratch/long" --read="$scratch/long") >"$scratch/json" 2>"$scratch/err"
is "140,000 probes in 128 MB, the program and its libraries among it" "$? $(<"$scratch/err")" "0 "
json "a part of them is used, of both kinds" "$scratch/json" '.[0].targets[0].rows[0].a | .count == 140000 and .used == 35000 and .p90_ns > 9000 and .p50_ns < 9010'
LC_ALL=C "$pingtrace" --read="$scratch/long" --read="$scratch/long" >"$scratch/out"
unlike "80 columns are enough where no segment is merged" "$(sed -n '/^us /,/^$/p' "$scratch/out")" '^.{81}'
like "which is said" "$(<"$scratch/out")" \
	'^Of up to 4 consecutive probes, one was used for the percentiles\.$'

# refused NAME PATTERN ARG...: exit 2, one line
refused() {
	local name=$1 pattern=$2 status
	shift 2
	"$pingtrace" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	like "$name" "$status $(wc -l <"$scratch/err") $(<"$scratch/err")" "^2 1 pingtrace: $pattern"
}
refused "three recordings" "too many recordings" --read="$a" --read="$b" --read="$b"
for format in jsonl pftrace pcapng hgrm json txt; do
	refused "--write=x.$format with two" "--write needs one recording, except for \.html: " --read="$a" --read="$b" --write="$scratch/x.$format"
done
refused "two outputs on standard output" "only one output can go to standard output" -j --read="$a" --read="$b" --write=html:-
is "and none of them is written" "$(compgen -G "$scratch/x.*")" ""
refused "standard input twice" "only one --read=-" --read=- --read=-
refused "a file that is not there" "cannot read /no/such: No such file" --read="$a" --read=/no/such
refused "a host" "--read sends no probes: leave out 127.0.0.1" --read="$a" --read="$b" 127.0.0.1
refused "no recording" "/dev/null: line 1: not a pingtrace recording" --read="$a" --read=/dev/null

# broken NAME PATTERN: $bad is compared with $a: exit 2, the message; what can be read is compared
bad=$scratch/bad
broken() {
	"$pingtrace" --read="$a" --read="$bad" >"$scratch/out" 2>"$scratch/err"
	like "$1" "$? $(head -1 "$scratch/err")" "^2 pingtrace: $bad: line $2"
	like "$1: the rest is compared" "$(<"$scratch/out")" '^qdisc\+driver-out '
}
head -n 150 "$a" >"$bad"
broken "cut between lines" "151: the recording ends before the run"
head -n 150 "$a" | head -c -30 >"$bad"
broken "cut within a line" "150: truncated JSON object"
sed '50s/.*/{"bytes":/' "$a" >"$bad"
broken "a line that is not JSON" "50: not JSON"
{ sed -n 1p "$a"; sed -n 3p "$a"; sed -n 2p "$a"; tail -n +4 "$a"; } >"$bad"
broken "lines out of order" "2: belongs to a target that was not described before"
{ sed -n 1,2p "$a"; sed 1,2d "$a" | head -n 200 | sort -R --random-source="$a"; tail -n 2 "$a"; } >"$bad"
"$pingtrace" --read="$a" --read="$bad" >"$scratch/out" 2>"$scratch/err"
is "probes out of order are compared" "$? $(<"$scratch/err") $(grep -c '^No difference' "$scratch/out")" "0  1"
sed 's/"user_rtt_ns":[0-9]*/"user_rtt_ns":9223372036854775807/; s/"time_ns":[0-9]*/"time_ns":4294967000000000/' "$a" >"$bad"
"$pingtrace" --read="$a" --read="$bad" >"$scratch/out" 2>"$scratch/err"
is "numbers without measure end nothing" "$?" 0
sed 's/"name":"127.0.1.1"/"name":"\\u001b[31m\\u202ex\\ny"/; s/"kernel":"[^"]*"/"kernel":"\\u001b]0;t\\u0007"/' "$a" >"$bad"
"$pingtrace" --read="$bad" --read="$bad" >"$scratch/out" 2>"$scratch/err"
unlike "no escape in a recording gets through" "$(<"$scratch/out")" $'[\033\007]'
cp "$a" "$scratch/"$'\033[31mx'
"$pingtrace" --read="$scratch/"$'\033[31mx' --read="$a" >"$scratch/out" 2>"$scratch/err"
unlike "nor one in a file's name" "$(<"$scratch/out")" $'\033'
head -c 100000 /dev/urandom >"$bad"
refused "noise" "$bad: line 1: not a pingtrace recording" --read="$a" --read="$bad"
"$pingtrace" --read="$a" --read="$b" >/dev/full 2>"$scratch/err"
like "a full disk" "$? $(<"$scratch/err")" '^2 pingtrace: cannot write the output: No space left'
done_testing
