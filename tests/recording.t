#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings (--write, --read) on this machine: they say what the run said, and nothing is replaced by half of one.
. "$(dirname "$0")/tap.sh"

r=$scratch/r.jsonl

# played NAME SHOWN ARG...: a run with the arguments SHOWN (what is to be seen) and ARG..., and its recording with the
# former alone, print the same; and a recording of the recording is the recording.
played() {
	local name=$1 shown status
	read -ra shown <<<"$2"
	shift 2
	"$pingtrace" "${shown[@]}" "$@" --write="$r" >"$scratch/out" 2>"$scratch/err"
	status=$?
	if [ $status = 2 ]; then
		skip "$name" "$(<"$scratch/err")"
		return
	fi
	"$pingtrace" "${shown[@]}" --read="$r" --write="$scratch/copy.jsonl" >"$scratch/again" 2>"$scratch/err.again"
	is "$name: exit status" $? 0
	is "$name: the same output" "$(cmp "$scratch/out" "$scratch/again" 2>&1)" ""
	is "$name: the same on stderr" "$(<"$scratch/err.again")" "$(<"$scratch/err")"
	is "$name: a recording of it is the same recording" "$(cmp "$r" "$scratch/copy.jsonl" 2>&1)" ""
}

played "off" "" --trace=off -c 3 -i 0.05 127.0.0.1
played "two targets, -D -v" "-D -v" --trace=off -c 3 -i 0.05 127.0.0.1 127.0.0.2
played "IPv6" "-n" --trace=off -c 2 -i 0.05 ::1
played "flood" "" --trace=off -f -c 20 127.0.0.1
played "a pattern, -3, -a" "-3 -a" --trace=off -p 00ff17 -c 2 -i 0.05 127.0.0.1
played "adaptive" "-q" --trace=off -A -c 5 127.0.0.1
played "JSON" "-j -D" --trace=off -c 2 -i 0.05 127.0.0.1
played "a payload without a tag" "" --trace=off -s 4 -c 2 -i 0.05 127.0.0.1
played "the record route option" "-v" --trace=off -R -c 3 -i 0.05 127.0.0.1
played "timestamping" "--segments --path --why" --trace=timestamping -c 3 -i 0.05 127.0.0.1
if [ "$(id -u)" = 0 ]; then
	played "tracepoint" "--segments --path --why" --trace=tracepoint -c 3 -i 0.05 127.0.0.1
	played "tracepoint, two targets" "--segments --path" --trace=tracepoint -c 3 -i 0.05 127.0.0.1 127.0.0.2
	played "tracepoint, JSON" "-j --path --why" --trace=tracepoint -c 3 -i 0.05 ::1
	played "tracepoint, many" "-q" --trace=tracepoint -i 0 -c 1000 127.0.0.1
else
	skip "tracepoint" "not root"
fi
if unshare -n true 2>/dev/null; then
	# Nobody at the other end, and a device that has no room.
	cat >"$scratch/alone" <<'END'
ip link set lo up; ip link add d0 type veth peer name d1; ip addr add 192.0.2.1/24 dev d0; ip link set d0 up; ip link set d1 up
echo 1 >/proc/sys/net/ipv4/neigh/d0/mcast_solicit
echo 20 >/proc/sys/net/ipv4/neigh/d0/retrans_time_ms
exec "$@"
END
	real=$pingtrace
	pingtrace=$scratch/pingtrace
	printf '#!/bin/sh\ncase "$*" in *--read*) exec "%s" "$@" ;; esac\nexec unshare -n sh "%s" "%s" "$@"\n' "$real" "$scratch/alone" "$real" \
		>"$pingtrace"
	chmod +x "$pingtrace"
	played "unreachable" "" --trace=off -c 3 -i 0.1 -W 0.3 192.0.2.2
	played "unreachable, -O, JSON" "-j" --trace=off -O -c 3 -i 0.1 -W 0.3 192.0.2.2
	[ "$(id -u)" != 0 ] || played "lost, traced" "--path" --trace=tracepoint -c 3 -i 0.1 -W 0.3 192.0.2.2
	[ "$(id -u)" != 0 ] || played "lost, traced, counted" "" --trace=tracepoint -c 5 -i 0.1 -W 0.3 192.0.2.2
	pingtrace=$real
fi

# Formats, several at a time.
"$pingtrace" --trace=off -c 2 -i 0.05 127.0.0.1 --write="$scratch/a.txt" --write="json:$scratch/b" --write="$r" >"$scratch/out"
is "text, JSON and a recording beside the output" "$(cmp "$scratch/out" "$scratch/a.txt" 2>&1; jq -r 'keys[0]' "$scratch/b" | sort -u)" "bytes
clipped"
json "a recording: its head" "$r" '.[0].pingtrace | .format == 1 and (.started | keys) == ["boottime_ns", "monotonic_ns", "realtime_ns"] and
	(.kernel | length > 0) and .backend == "off" and .version != ""'
json "sent_ns of each reply, on the clock of the head" "$r" '.[0].pingtrace.started.monotonic_ns as $begin |
	map(select(.bytes)) | length == 2 and all(.sent_ns > $begin and .received_ns == .sent_ns + .user_rtt_ns)'
json "the clocks at the end, and an end" "$r" '.[-3].clocks.monotonic_ns > .[0].pingtrace.started.monotonic_ns and .[-1].end'
"$pingtrace" --trace=off -c 2 -i 0.05 127.0.0.1 --write=- >"$scratch/out"
"$pingtrace" --read="$scratch/out" -q >"$scratch/again"
is "--write=-: a recording on stdout, and no text" "$(head -1 "$scratch/out" | cut -c 1-14) $(tail -1 "$scratch/out")" \
	'{"pingtrace":{ {"end":true}'
like "which can be read" "$(<"$scratch/again")" '^2 packets transmitted, 2 received'
is "--read=-: from stdin" "$("$pingtrace" --read=- -q <"$scratch/out")" "$(<"$scratch/again")"

# refused NAME PATTERN ARG...: exit 2, one line
refused() {
	local name=$1 pattern=$2 status
	shift 2
	"$pingtrace" "$@" >"$scratch/out" 2>"$scratch/err"
	status=$?
	like "$name" "$status $(wc -l <"$scratch/err") $(<"$scratch/err")" "^2 1 pingtrace: $pattern"
}
refused "a suffix that says nothing" "--write=x.y: no file or no known format: use a name that ends in .jsonl" --trace=off --write=x.y 127.0.0.1
refused "no file behind a format" "--write=jsonl:: no file or no known format" --trace=off --write=jsonl: 127.0.0.1
refused "a folder that is not there" "cannot write /no/such/x.jsonl: No such file" --trace=off --write=/no/such/x.jsonl 127.0.0.1
refused "a folder" "cannot write $scratch: Is a directory" --trace=off --write="text:$scratch" 127.0.0.1
refused "stdout twice" "only one output can go to standard output" --trace=off -j --write=- 127.0.0.1
refused "--read with a host" "--read sends no probes: leave out 127.0.0.1" --read="$r" 127.0.0.1
refused "--read of nothing" "cannot read /no/such: No such file" --read=/no/such
refused "--read of a folder" "cannot read /: Is a directory" --read=/

# What is there is replaced by what is complete, and by nothing else.
folder=$scratch/folder
mkdir "$folder"
echo before >"$folder/x.jsonl"
chmod 640 "$folder/x.jsonl"
: >"$scratch/out"
"$pingtrace" --trace=off -i 0.05 --write="$folder/x.jsonl" 127.0.0.1 >"$scratch/out" 2>&1 &
pid=$!
while [ "$(grep -c icmp_seq "$scratch/out")" -lt 2 ]; do sleep 0.02; done
is "while it is written the old file stays" "$(<"$folder/x.jsonl")" before
kill -KILL $pid
wait $pid 2>/dev/null
while [ "$(ls -A "$folder")" != x.jsonl ]; do sleep 0.02; done
is "killed: the old file stays, and no other" "$(<"$folder/x.jsonl")" before
: >"$scratch/out"
"$pingtrace" --trace=off -i 0.05 --write="$folder/x.jsonl" 127.0.0.1 >"$scratch/out" 2>&1 &
pid=$!
while [ "$(grep -c icmp_seq "$scratch/out")" -lt 2 ]; do sleep 0.02; done
kill -INT $pid
wait $pid
is "interrupted: complete, in its place, with the old one's mode" \
	"$(tail -1 "$folder/x.jsonl") $(stat -c %a "$folder/x.jsonl") $(ls -A "$folder")" '{"end":true} 640 x.jsonl'
ln -s x.jsonl "$folder/link.jsonl"
refused "a symbolic link is not followed" "cannot write $folder/link.jsonl: it is a symbolic link" --trace=off --write="$folder/link.jsonl" 127.0.0.1
"$pingtrace" --trace=off -c 1 127.0.0.1 --write=jsonl:/dev/full >"$scratch/out" 2>"$scratch/err"
is "a full disk: the run goes on, a line says so, exit status 2" "$? $(grep -c '1 received' "$scratch/out") $(<"$scratch/err")" \
	"2 1 pingtrace: cannot write /dev/full: No space left on device: the run goes on without it"
mkfifo "$scratch/pipe"
head -c 10 <"$scratch/pipe" >/dev/null &
"$pingtrace" --trace=off -c 5 -i 0.05 127.0.0.1 --write="jsonl:$scratch/pipe" >"$scratch/out" 2>"$scratch/err"
is "a reader that goes away: likewise" "$? $(grep -c '5 received' "$scratch/out") $(<"$scratch/err")" \
	"2 1 pingtrace: cannot write $scratch/pipe: Broken pipe: the run goes on without it"
mkdir "$scratch/gone"
: >"$scratch/out"
"$pingtrace" --trace=off -i 0.05 --write="$scratch/gone/x.jsonl" 127.0.0.1 >"$scratch/out" 2>"$scratch/err" &
pid=$!
while [ "$(grep -c icmp_seq "$scratch/out")" -lt 2 ]; do sleep 0.02; done
rm -r "$scratch/gone"
kill -INT $pid
wait $pid
is "the folder is gone: likewise" "$? $(grep -c '^rtt' "$scratch/out") $(<"$scratch/err")" \
	"2 1 pingtrace: cannot write $scratch/gone/x.jsonl: No such file or directory"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	install -d -o 65534 -m 755 "$scratch/theirs"
	"$pingtrace" --trace=off -c 1 127.0.0.1 --write="$scratch/theirs/x.jsonl" >/dev/null 2>"$scratch/err"
	is "root writes where root may" "$? $(<"$scratch/err") $(ls -A "$scratch/theirs")" "0  x.jsonl"
	install -m 755 "$pingtrace" "$scratch/capable"
	chmod 755 "$scratch"
	if setcap cap_net_raw,cap_dac_override+ep "$scratch/capable" 2>/dev/null; then
		install -d -m 700 "$scratch/ours"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$scratch/capable" --trace=off -c 1 127.0.0.1 \
			--write="$scratch/ours/x.jsonl" >/dev/null 2>"$scratch/err"
		is "a capability of the program's file opens no file" "$? $(<"$scratch/err") $(ls -A "$scratch/ours")" \
			"2 pingtrace: cannot write $scratch/ours/x.jsonl: Permission denied "
		chmod 600 "$r"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$scratch/capable" --read="$r" >"$scratch/out" 2>"$scratch/err"
		is "nor reads one" "$? $(<"$scratch/err") $(<"$scratch/out")" "2 pingtrace: cannot read $r: Permission denied "
	fi
fi

# Recordings that are not as they should be: what can be read is shown, a line names file and line.
"$pingtrace" --trace=off -c 3 -i 0.05 127.0.0.1 --write="$r" >"$scratch/out"
bad=$scratch/bad.jsonl
# broken NAME PATTERN [RECEIVED]: $bad is read: exit 2, the message, and so many replies are counted
broken() {
	"$pingtrace" --read="$bad" >"$scratch/out" 2>"$scratch/err"
	like "$1" "$? $(head -1 "$scratch/err")" "^2 pingtrace: $bad: line $2"
	[ $# -lt 3 ] || like "$1: the rest is shown" "$(<"$scratch/out")" "transmitted, $3 received"
}
head -n 4 "$r" >"$bad"
broken "cut between lines" "5: the recording ends before the run: it is incomplete" 2
head -c -100 "$r" | head -n -2 >"$bad"
head -n 4 "$r" | head -c -20 >"$bad"
broken "cut within a line" "4: truncated JSON object" 1
sed 4d "$r" >"$bad"
broken "a line is missing" "6: the summary counts 3 of 3 probes as answered, the lines before it 2 of 2: lines are missing" 2
sed '4s/.*/{"bytes":64,/' "$r" >"$bad"
broken "a line that is not JSON" "4: not JSON: " 2
timeout 20 "$pingtrace" --read=/dev/zero >"$scratch/out" 2>"$scratch/err"
like "a file without an end is refused" "$? $(<"$scratch/err")" \
	'^2 pingtrace: /dev/zero: line 1: not a pingtrace recording'
{ head -n 3 "$r"; head -c 2000000 /dev/zero | tr '\0' x; echo; tail -n +4 "$r"; } >"$bad"
broken "a line without end" "4: longer than 1048576 bytes" 3
{ head -n 3 "$r"; printf '%100000s\n' '' | tr ' ' '['; tail -n +4 "$r"; } >"$bad"
broken "nested without end" "4: not JSON: " 3
sed 's/"format":1/"format":2/' "$r" >"$bad"
broken "another format" "1: recording format 2 is not supported: this pingtrace reads format 1"
sed 1d "$r" >"$bad"
broken "no head" "1: not a pingtrace recording"
: >"$bad"
broken "an empty file" "1: not a pingtrace recording"
head -c 100000 /dev/urandom >"$bad"
broken "noise" "1: not a pingtrace recording"
{ sed -n 1p "$r"; sed -n 3p "$r"; sed -n 2p "$r"; tail -n +4 "$r"; } >"$bad"
broken "lines out of order" "2: belongs to a target that was not described before" 2
sed '3s/"bytes":64/"bytes":99999999999999/; 4s/"seq":2/"seq":1e300/' "$r" >"$bad"
broken "numbers without measure" "3: impossible size of a reply: 0 bytes" 2
sed 's/"name":"127.0.0.1"/"name":"\\u001b[31m\\u202ex\\ny"/; s/"host":"127.0.0.1"/"host":"\\u001b]0;t\\u0007"/' "$r" >"$bad"
"$pingtrace" --read="$bad" >"$scratch/out" 2>"$scratch/err"
unlike "no escape in a recording gets through" "$(<"$scratch/out")" $'[\033\007]'
like "and no line of its own" "$(head -1 "$scratch/out")" '^PING \?\[31m\?+x\?y \(127'

# Where results are missing, each output says so. (A recording, a report and a capture: tests/worker.t, html.t, pcapng.t.)
sed '3a {"missed":7}' "$r" >"$scratch/gap.jsonl"
"$pingtrace" --read="$scratch/gap.jsonl" --write="$scratch"/gap.{txt,json,hgrm,pftrace} >"$scratch/out" 2>"$scratch/err"
like "missing results: the text" "$(<"$scratch/gap.txt")" '^    7 results are missing here: they came faster than they could be written$'
json "missing results: JSON" "$scratch/gap.json" '[.[] | select(.missed)] == [{missed: 7}] and .[1].missed == 7'
like "missing results: percentiles" "$(<"$scratch/gap.hgrm")" '^# 7 results are missing: they came faster than they could be written$'
"$top/tests/perfetto/decode" "$scratch/gap.pftrace" >"$scratch/timeline"
json "missing results: the timeline, at the result before them" "$scratch/timeline" \
	'(map(select(.kind == "instant" and .name == "results are missing"))) as $missing | ($missing | length) == 1 and
		$missing[0].args.results == 7 and ($missing[0].ts | IN($result[] | select(.probe == 1) | .received_ns))' \
	--slurpfile result "$scratch/gap.jsonl"

# No sink sees the tracer, a record's memory, or the loop: that a sink works from a recording is so because of this.
build=${PINGTRACE_BUILD:-$top/build}
forbidden='tracer_|backend_|pinger_|target_|session_|report_|probes_|echo_socket_|overhead_|kernel_has|attach_point'
for archive in output analysis model; do
	nm -u "$build/$archive.a" >"$scratch/symbols" 2>"$scratch/err"
	is "$archive: refers to nothing of tracing and probing" "$(cat "$scratch/err"; grep -E " U ($forbidden)" "$scratch/symbols")" ""
done
unlike "nothing but main's output, help and sinks knows stdout" \
	"$(cd "$build/src" && for o in output/output_path output/output_json output/output_recording output/objects output/reader probe/report \
		probe/pinger probe/session probe/target probe/target_receive; do
		nm -u "$o.o" | grep -qw stdout && echo "$o"; done)" .
done_testing
