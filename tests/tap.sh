# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# TAP for shell tests. Source it; call done_testing at the end.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=$top/tests/lab/lab
pingtrace=${PINGTRACE:-$top/pingtrace}
tests=0 failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# pass NAME, fail NAME [DIAGNOSTIC...]
pass() {
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

fail() {
	tests=$((tests + 1)) failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}

# skip NAME WHY
skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# ok NAME COMMAND...: the command succeeds
ok() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then pass "$name"; else fail "$name" "$*" "$out"; fi
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:  $2" "want: $3"; fi
}

# like NAME GOT PATTERN: extended regular expression, on any line
like() {
	if grep -Eq -e "$3" <<<"$2"; then pass "$1"; else fail "$1" "got:  $2" "like: $3"; fi
}

unlike() {
	if grep -Eq -e "$3" <<<"$2"; then fail "$1" "got:  $2" "unlike: $3"; else pass "$1"; fi
}

# json NAME FILE FILTER [JQ OPTION...]: the filter, given all lines of the file as one array, is true
json() {
	local name=$1 file=$2 filter=$3 out
	shift 3
	if [ ! -s "$file" ]; then
		fail "$name" "$file is not there or empty"
	elif out=$(jq -s -e "$@" -L "$top/tests" "include \"pingtrace\"; $filter" "$file" 2>&1); then
		pass "$name"
	else
		fail "$name" "jq: $filter" "$(head -c 2000 <<<"$out")"
	fi
}

# in_lab NAME LAB-ARGUMENT...: the run in the lab ends well and says nothing; otherwise the rest makes no sense
in_lab() {
	local name=$1
	shift
	local out
	out=$("$lab" "$@" 2>&1) && [ -z "$out" ] && pass "$name" && return
	fail "$name" "$out"
	done_testing
}

# counts_as_qemu_10: the lab's QEMU counts instructions as versions from 10 on do (Debian 13), and not as 7.2 (Debian 12): of
# the same kernel and programs some stretches have up to twice as many there.
counts_as_qemu_10() {
	[ "$(qemu-system-x86_64 --version | sed -n 's/.* version \([0-9]*\).*/\1/p')" -ge 10 ]
}

# hook_rows: the hook table, a line each: NAME SIDE PACKET PASS SOCKET
hook_rows() {
	cat - <<-'END' | "${CC:-gcc}" -E -P -I"$top/include" -x c - | tr '@' '\n' | sed -n 's/^ *ROW //p'
		#include <pingtrace/hooks.h>
		#define ROW(hook, name, side, packet, pass, socket, ...) @ ROW name side packet pass socket
		PT_HOOKS(ROW)
	END
}

done_testing() {
	echo "1..$tests"
	[ "$failures" -eq 0 ]
	exit
}
