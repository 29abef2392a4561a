#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The progress line: on a terminal, of a run with an end that prints nothing there meanwhile; and gone at the end. The terminal is
# that of script(1), of 80 columns unless stty says otherwise.
. "$(dirname "$0")/tap.sh"

# on_terminal COMMAND: run it in a shell on a terminal; $scratch/screen has what came there
on_terminal() {
	TERM=${TERM_OF_TEST-xterm} script -qec "$1" /dev/null </dev/null >"$scratch/screen" 2>&1
}

# lines: each progress line that was written
lines() {
	tr '\r' '\n' <"$scratch/screen" | grep -a ' left$' | sed 's/^.*\x1b\[K//'
}

export p=$pingtrace s=$scratch
run='"$p" --trace=off -i 0.1 -c 14 127.0.0.1'
on_terminal "$run -q"
if grep -q 'pingtrace: ' "$scratch/screen"; then
	skip "progress" "$(<"$scratch/screen")"
	done_testing
fi
like "-q: how far, how many answered and lost, the round trip, and what is left" "$(lines)" \
	'^[0-9]+ of 14 sent, [0-9]+ answered, 0 lost, last [0-9.]+ ms, median [0-9.]+ ms, 0:0[0-9] left$'
ok "at most once a second ($(lines | wc -l))" test "$(lines | wc -l)" -le 3
is "each is taken away: the last thing before the statistics" "$(tr -d '\n' <"$scratch/screen" | sed -n 's/.*left\(.*\)--- 127.0.0.1 ping.*/\1/p' | od -An -c | tr -d ' ')" \
	'\r\r033[K\r'
on_terminal "$run --write=- >\$s/out"
like "--write=-: standard output goes elsewhere" "$(lines)" '^[0-9]+ of 14 sent'
on_terminal "$run --write=- | cat >\$s/out"
like "--write=- into a pipe" "$(lines)" '^[0-9]+ of 14 sent'
is "and what goes there is complete" "$(tail -1 "$scratch/out")" '{"end":true}'
on_terminal "$run >\$s/out"
like "text into a file" "$(lines)" '^[0-9]+ of 14 sent'
on_terminal '"$p" --trace=off -q -i 0.1 -w 1.5 127.0.0.1 127.0.0.2'
like "-w: what is left of the time" "$(lines)" '^[0-9]+ sent, [0-9]+ answered, 0 lost, last [0-9.]+ ms, median [0-9.]+ ms, 0:01 left$'
on_terminal 'stty cols 40; "$p" --trace=off -q -i 0.1 -c 14 127.0.0.1'
is "40 columns: no line is longer than 39" "$(lines | grep -c . ) $(lines | grep -E '.{40}')" "$(lines | grep -c .) "
like "40 columns: what is most important" "$(tr '\r' '\n' <"$scratch/screen")" '[0-9]+ of 14 sent, [0-9]+ answered, 0 lost$'

# none NAME COMMAND: there is no progress line
none() {
	on_terminal "$2"
	is "$1: none" "$(tr '\r' '\n' <"$scratch/screen" | grep -aE '[0-9] answered| left$')$(grep -ac $'\033' "$scratch/screen")" 0
}
short='"$p" --trace=off -i 0.1 -c 14 127.0.0.1'
none "text on the terminal" "NO_COLOR=1 $short"
none "a pipe, whose reader may print there" "$short | cat"
none "no end" '"$p" -q --trace=off -i 0.1 127.0.0.1 & pid=$!; sleep 1.5; kill -INT $pid; wait $pid'
none "stderr is no terminal" "$short -q 2>\$s/err"
is "and nothing goes there" "$(<"$scratch/err")" ""
TERM_OF_TEST=dumb none "TERM=dumb" "$short -q"
TERM_OF_TEST='' none "no TERM" "$short -q"
none "a recording" "\$p --read=\$s/out"

on_terminal 'set -m; "$p" --trace=off -q -i 0.01 -c 200 127.0.0.1 --write=$s/r.jsonl >$s/out & wait'
is "in the background: none, and all is sent" "$(lines) $(jq -s 'map(select(.bytes)) | length' "$scratch/r.jsonl")" " 200"

# A terminal that is stopped (Ctrl-S) takes nothing: who writes to it waits until it goes on. It does so when the run has ended.
stopped='while timeout 0.2 echo x; do :; done; echo 1 >$s/stopped
	timeout --foreground 30 "$p" --trace=off -q -i 0.01 -c 250 127.0.0.1 >$s/out; echo $? >$s/status; : >$s/done'
{
	printf '\023'
	for _ in $(seq 400); do
		[ ! -e "$scratch/done" ] || break
		sleep 0.1
	done
	printf '\021'
} | TERM=xterm script -qec "$stopped" /dev/null >"$scratch/screen" 2>&1
is "a stopped terminal: writing to it blocks" "$(cat "$scratch/stopped")" 1
is "a stopped terminal: the run goes on and ends" "$(<"$scratch/status") $(grep -c '^250 packets transmitted, 250 received' "$scratch/out")" "0 1"
done_testing
