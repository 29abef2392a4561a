#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The full-screen view (--live), driven in tmux as by a person: what is on the screen, what keys do, and that the terminal is
# afterwards as it was.
. "$(dirname "$0")/tap.sh"

unset NO_COLOR
export LC_ALL=C.UTF-8
tmux=(tmux -S "$scratch/tmux" -f /dev/null)
trap '"${tmux[@]}" kill-server 2>/dev/null; rm -rf "$scratch"' EXIT

"${tmux[@]}" new-session -d -s server -x 80 -y 24 'exec sleep 1000'

# open ROWS COLUMNS COMMAND: in a terminal of its own, with what `stty` says of it before and after. Waits for nothing.
open() {
	rm -f "$scratch"/{before,after,status}
	cat >"$scratch/run" <<-END
		trap : INT
		stty -a >"$scratch/before"
		$3
		echo \$? >"$scratch/status.tmp"
		stty -a >"$scratch/after"
		mv "$scratch/status.tmp" "$scratch/status"
		exec sleep 1000
	END
	"${tmux[@]}" kill-session -t t 2>/dev/null
	"${tmux[@]}" new-session -d -s t -x "$2" -y "$1" sh "$scratch/run"
}

screen() {
	"${tmux[@]}" capture-pane -p -t t "$@"
}

keys() {
	"${tmux[@]}" send-keys -t t "$@"
}

# until_true COMMAND...: within 20 s
until_true() {
	local end=$((SECONDS + 20))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

on_screen() {
	screen | grep -Eq -e "$1"
}

not_on_screen() {
	! on_screen "$1"
}

# shows NAME PATTERN: it comes to be on the screen; gone NAME PATTERN: it goes away
shows() {
	if until_true on_screen "$2"; then pass "$1"; else fail "$1" "to see: $2" "$(screen)"; fi
}

gone() {
	if until_true not_on_screen "$2"; then pass "$1"; else fail "$1" "not to see: $2" "$(screen)"; fi
}

has_ended() {
	[ -e "$scratch/status" ]
}

# ended NAME STATUS: it has ended, and the terminal is as it was
ended() {
	until_true has_ended
	is "$1: exit status" "$(cat "$scratch/status" 2>&1)" "$2"
	is "$1: the terminal's settings are as before" "$(<"$scratch/after")" "$(<"$scratch/before")"
	is "$1: the alternate screen is left, the cursor is there" \
		"$("${tmux[@]}" display-message -p -t t '#{alternate_on} #{cursor_flag} #{keypad_flag} #{keypad_cursor_flag}')" "0 1 0 0"
}

# recording NAME...: of 100 s, a probe a second to each, answered after 1, 2, ... ms; of the last target each tenth is lost
recording() {
	jq -n -c '$ARGS.positional as $names | ($names | length) as $nr | 1000000000 as $s | (500 * $s) as $begin |
		{pingtrace: {format: 1, version: "1", started: {monotonic_ns: $begin, boottime_ns: $begin, realtime_ns: (1700000000 * $s)},
			kernel: "6", backend: "off", targets: $nr, name_width: 9, options: {payload: 56, interval_ns: $s}}},
		($names | to_entries[] | {target: .key, name: .value, address: "192.0.2.\(.key)", family: 4, socket: "dgram", id: 1, hooks: [], missing: []}),
		(range(1; 101) as $p | range($nr) as $t | ($begin + $p * $s) as $sent | (($t + 1) * 1000000) as $rtt |
			{host: "192.0.2.\($t)", target: $t, probe: $p, seq: $p, timestamp: "17000000\($p).000000", sent_ns: $sent} +
			if $t == $nr - 1 and $p % 10 == 0 then {lost: true, loss: {where: "far", silent: true}}
			else {bytes: 64, ttl: 64, time_ns: $rtt, user_rtt_ns: $rtt, received_ns: ($sent + $rtt)} end),
		{clocks: {monotonic_ns: ($begin + 101 * $s), boottime_ns: 1, realtime_ns: 1}},
		(range($nr) as $t | {target: $t, host: "192.0.2.\($t)", transmitted: 100, received: (if $t == $nr - 1 then 90 else 100 end)}),
		{end: true}' --args "$@"
}

# --- a recording ---

recording alpha beta gamma >"$scratch/r.jsonl"
is "the recording is one" "$("$pingtrace" -q --read="$scratch/r.jsonl" 2>&1 | grep -c ' 100 packets transmitted')" 0
open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
shows "the list: a line for each target" '^▸ alpha  .*0\.0%'
shows "the recording's time" 'playing +1x +0:00:0[0-9] .* 0:01:41$'
is "the alternate screen is used" "$("${tmux[@]}" display-message -p -t t '#{alternate_on}')" 1
keys End
shows "End: all is shown" '^  gamma  *10\.0%  *100   3\.000   3\.000'
shows "End: it says so" 'at end .* 0:01:41 ━+●  0:01:41$'
shows "a lost probe is marked in the history" '(▁{9}✗){2}'
keys Home
shows "Home: back to the beginning" 'playing .* 0:00:0[0-9] .* 0:01:41'
gone "Home: what comes later is not known" '10\.0%'
keys Space
shows "Space stops it" 'stopped '
keys Right Right Right Right
shows "Right: a twentieth of it" 'stopped .* 0:00:2[0-9] '
keys Left Left
shows "Left: back" 'stopped .* 0:00:1[0-9] '
shows "what is shown is what was known then" '^  beta  *0\.0%  *1[0-9]   2\.000'
keys '>' '>' '>'
shows "> is faster" 'stopped +8x'
keys '<' '<' '<' '<'
shows "< is slower" 'stopped +1/2x'
keys '>' '>' '>' '>' '>' '>' '>' '>' '>' '>' '>' Space
shows "played fast, it ends soon" 'at end +1024x'
keys Down Down
shows "Down: the next target" '^▸ gamma'
keys n
shows "n: addresses" '^▸ 192\.0\.2\.2 '
shows "n: and so it is titled" '^  address '
keys n d
shows "d: another display" 'history'
keys d d '?'
shows "?: help" 'this; any key ends it'
keys x
gone "any key ends it" 'this; any key ends it'
keys o
shows "o: columns" '\[x\] loss'
keys Space Down Down Space
shows "Space chooses" '\[ \] loss'
keys Escape
gone "Escape ends it" '\[ \] loss'
shows "the columns that were chosen" '^  target  *sent  *last  *p50  *p99 '
keys +
shows "+: more time in a column" 'history 2 s/column'
keys Enter
shows "Enter: one target" '^  gamma  192\.0\.2\.2'
shows "its figures" '100 sent   90 received   10 lost \(10\.0%\)'
shows "its findings or the last probe" 'probe 100 not answered'
keys Tab
shows "Tab: the next" '^  alpha  192\.0\.2\.0'
keys Escape
shows "Escape: back to the list" '^▸ alpha '
"${tmux[@]}" resize-window -t t -x 120 -y 40
shows "a wider terminal is filled" '━{70}'
"${tmux[@]}" resize-window -t t -x 40 -y 10
shows "a small one has what fits" '^▸ alpha  *100'
"${tmux[@]}" resize-window -t t -x 1 -y 1
"${tmux[@]}" resize-window -t t -x 80 -y 24
shows "and back" '^▸ alpha  *100 .* 1\.000'
keys q
ended "q" 0
shows "ping's statistics stay" '100 packets transmitted, 90 received, 10% packet loss'
is "with nothing on the screen but these" "$(screen | grep -c .)" \
	"$("$pingtrace" -q --read="$scratch/r.jsonl" | grep -c .)"

open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
shows "it begins" 'playing '
pid=$(pgrep -f "^$pingtrace --live --read=$scratch/r.jsonl")
kill -TERM "$pid"
ended "SIGTERM" 0
open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
shows "it begins" 'playing '
keys C-c
ended "Ctrl-C" 0
open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
shows "it begins" 'playing '
keys C-z
keys C-s
keys End
keys C-l
shows "neither Ctrl-Z nor Ctrl-S stops it for good" 'playing '
keys C-q
shows "Ctrl-Q lets it go on" 'at end '
keys q
ended "after that" 0

# --- what the terminal cannot do ---

open 24 80 "LC_ALL=C $pingtrace --live --read=$scratch/r.jsonl"
keys End
shows "C locale: the list" '^> alpha .*0\.0%'
shows "C locale: the history" '(_{9}x){2}'
shows "C locale: the time" 'at end .* 0:01:41 =+O  0:01:41$'
is "C locale: nothing but ASCII" "$(screen | LC_ALL=C grep -c '[^ -~]')" 0
keys Enter
shows "C locale: one target" '^  alpha  192\.0\.2\.0'
is "C locale: nothing but ASCII there" "$(screen | LC_ALL=C grep -c '[^ -~]')" 0
keys q
ended "C locale" 0
open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
keys End
shows "in colours" 'at end '
like "a loss is red" "$(screen -e)" $'\033\[[0-9;]*31m'
keys q
ended "in colours" 0
open 24 80 "NO_COLOR=1 $pingtrace --live --read=$scratch/r.jsonl"
keys End
shows "NO_COLOR" 'at end '
unlike "NO_COLOR: none" "$(screen -e)" $'\033\[[0-9;]*3[0-8]'
keys q
ended "NO_COLOR" 0
for term in dumb nonsense ''; do
	open 24 80 "TERM=$term $pingtrace --live --read=$scratch/r.jsonl"
	ended "TERM=$term" 2
	shows "TERM=$term: a line says so" "cannot use a terminal of type '$term'"
done

# --- what others write ---

recording $'e\e[2J\e]0;owned\a\r\nvil' "日本語 サーバ" "$(printf '%0300d' 1)" $'\xff\xfe' >"$scratch/r.jsonl"
open 24 80 "$pingtrace --live --read=$scratch/r.jsonl"
keys End
shows "a hostile name is shown as characters" '^▸ e\?\[2J\?\]0;owned\?\?\?vil '
shows "wide characters take two columns" '^  日本語\?サーバ {16}0\.0%'
shows "a long name is shortened" '^  0{13}…0{12} *0\.0%'
is "the terminal has its title" "$("${tmux[@]}" display-message -p -t t '#{pane_title}' | grep -c owned)" 0
keys Enter
shows "nor when it is open" '^  e\?\[2J'
keys q
ended "hostile names" 0

# --- a run ---

run="$pingtrace --trace=off --live -i 0.05 --write=$scratch/run.jsonl 127.0.0.1 127.0.0.2"
open 24 80 "$run"
shows "a run: a line for each target" '^▸ 127\.0\.0\.1 .*0\.0%'
shows "it is counted" '^  127\.0\.0\.2  *0\.0%  *[1-9][0-9]'
keys r
shows "r: counted anew" '^  127\.0\.0\.2  *(0\.0%)?  *[0-9]  '
keys p
shows "p: drawing stops" 'drawing stopped'
keys p
gone "p: and goes on" 'drawing stopped'
keys Enter
shows "Enter: one target" '^  127\.0\.0\.1'
keys q
ended "q ends the run" 0
shows "ping's statistics stay" ' packets transmitted, .* 0% packet loss'
json "all was written, to the end" "$scratch/run.jsonl" '.[-1].end and (map(select(.bytes)) | length) == (map(.transmitted // 0) | add)'
is "the statistics are those of the whole run" "$(screen -S -100 | grep -o '^[0-9]* packets transmitted')" \
	"$(jq -r 'select(.transmitted) | "\(.transmitted) packets transmitted"' "$scratch/run.jsonl")"

open 24 80 "$run"
shows "it begins" '^▸ 127\.0\.0\.1 .*0\.0%'
kill -INT "$(pgrep -o -f "^$run")"
ended "SIGINT" 0
open 24 80 "$run -c 3"
ended "-c" 0
open 24 80 "$run"
shows "it begins" '^▸ 127\.0\.0\.1 .*0\.0%'
kill -KILL "$(pgrep -o -f "^$run")"
until_true has_ended
tty=$("${tmux[@]}" display-message -p -t t '#{pane_tty}')
is_as_before() {
	[ "$(stty -a <"$tty")" = "$(<"$scratch/before")" ] &&
		[ "$("${tmux[@]}" display-message -p -t t '#{alternate_on}')" = 0 ]
}
ok "where the process that probes is killed, the terminal is given back too" until_true is_as_before

# In the background, the terminal is the shell's.
open 24 80 "set -m; $run -c 5 >$scratch/out & wait \$!"
until_true has_ended
is "a view whose terminal is none: status" "$(<"$scratch/status")" 2
open 24 80 "set -m; $run -c 5 & wait \$!"
ended "a job in the background" 0
shows "it draws nothing, and its statistics are printed" '^5 packets transmitted, 5 received'
is "nothing but them" "$(screen | grep -c 'rtt')" 2
open 24 80 "set -m; $run & echo \$! >$scratch/pid; wait \$!"
until_true test -s "$scratch/pid"
catches_sigterm() { (($(awk '/^SigCgt/ { print "0x" $2 }' "/proc/$(<"$scratch/pid")/status") & 1 << 14)); }
until_true catches_sigterm
kill -TERM "$(<"$scratch/pid")"
ended "a job in the background, SIGTERM" 0
open 24 80 "set -m; $run & sleep 1; fg >$scratch/null"
shows "brought to the foreground, it takes the terminal" '^▸ 127\.0\.0\.1 .*0\.0%'
keys q
ended "and gives it back" 0

# The child of pid $1 that shows the view: the one with a system call filter.
view_of() {
	local child
	for child in $(<"/proc/$1/task/$1/children"); do
		! grep -q '^Seccomp:	2' "/proc/$child/status" || echo "$child"
	done
}
for write in "" "--write=$scratch/lost.jsonl"; do
	open 24 80 "$pingtrace --trace=off --live -i 0.05 $write 127.0.0.1 127.0.0.2"
	shows "it begins" '^▸ 127\.0\.0\.1 .*0\.0%'
	kill -KILL "$(view_of "$(pgrep -o -f "^$pingtrace --trace=off --live -i 0.05")")"
	ended "where the process that shows it is killed, the run ends${write:+ (--write)}" 2
	shows "with ping's statistics" ' packets transmitted, .* 0% packet loss'
	shows "and a line" "^pingtrace: the $([ -n "$write" ] && echo 'files of --write are' || echo 'view \(--live\) was') not"
done

# Who reads the terminal is stopped: tmux itself. 200 probes, 10 s.
open 24 80 "$run -c 200"
shows "it begins" '^▸ 127\.0\.0\.1 .*0\.0%'
server=$("${tmux[@]}" display-message -p '#{pid}')
kill -STOP "$server"
until_true has_ended
kill -CONT "$server"
is "a stopped terminal: the run ends" "$(cat "$scratch/status")" 0
json "no count is lost" "$scratch/run.jsonl" '.[-1].end and (map(select(.bytes)) | length) == 400 and
	(map(select(.transmitted) | .transmitted) == [200, 200]) and (map(select(.missed)) | length) == 0'

# --- what is refused ---

is "no terminal: status 2" "$("$pingtrace" --live --read="$scratch/r.jsonl" >"$scratch/out" 2>"$scratch/err"; echo $?)" 2
like "no terminal: a line says so" "$(<"$scratch/err")" '^pingtrace: --live needs a terminal'
is "no terminal: nothing else is printed" "$(cat "$scratch/out")" ""
is "-j --live: status 2" "$("$pingtrace" --live -j 127.0.0.1 2>"$scratch/err"; echo $?)" 2
like "-j --live: a line says so" "$(<"$scratch/err")" 'only one of --live and -j'
is "--live --write=-: status 2" "$("$pingtrace" --live --write=- 127.0.0.1 2>"$scratch/err"; echo $?)" 2
like "--live --write=-: a line says so" "$(<"$scratch/err")" 'leave out --live or --write'
is "--live --read --write: status 2" "$("$pingtrace" --live --read="$scratch/r.jsonl" --write="$scratch/x.txt" 2>"$scratch/err"; echo $?)" 2
open 24 80 "cat $scratch/r.jsonl | $pingtrace --live --read=-"
ended "a pipe" 2
shows "a pipe: a line says so" 'goes back and forth in a recording'
head -c 20000 "$scratch/r.jsonl" >"$scratch/cut.jsonl"
open 24 80 "$pingtrace --live --read=$scratch/cut.jsonl"
keys End
shows "a recording that is cut is played as far as it goes" 'at end'
keys Home
shows "back" 'playing'
keys End
shows "and forth" 'at end'
keys q
ended "a recording that is cut" 2
is "is told of once, and afterwards" "$(screen -J -S -100 | grep -c 'cut\.jsonl: line [0-9]*: truncated JSON object')" 1
echo nonsense >"$scratch/no.jsonl"
open 24 80 "$pingtrace --live --read=$scratch/no.jsonl"
ended "what is no recording" 2
shows "a line says so" 'not a pingtrace recording'

done_testing
