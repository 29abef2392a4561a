#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --write=FILE.html: a report that opens without a network, whose figures are the summary's, of a size that does not grow with the run,
# and in which no name is markup. Chromium opens it (tests/html/browser).
. "$(dirname "$0")/tap.sh"

here=$top/tests/html
size_max=700000

# written PROBES TARGETS [holes]: $scratch/r.html and r.json of such a recording, read in little memory
written() {
	"$here/synthesize" "$@" | (ulimit -v 65536 && LC_ALL=C.UTF-8 "$pingtrace" --read=- -q --write="$scratch/r.html" \
		--write="$scratch/r.json") >"$scratch/out" 2>"$scratch/err"
	is "$*: written, in 64 MB of address space" "$? $(<"$scratch/err")" "0 "
}

# compared NAME FILE [SUMMARIES]: all figures are the summaries'
compared() {
	like "$1" "$("$here/compare" "$2" "${3:-$scratch/r.json}" 2>&1 | head -20)" '^[0-9]{3,} the same$'
}

size() { stat -c %s "$1"; }

# --- as a file ---

written 20000 1
small=$(size "$scratch/r.html")
written "${HTML_PROBES:-100000}" 1
ok "one target, ${HTML_PROBES:-100000} probes: at most $size_max bytes" test "$(size "$scratch/r.html")" -le $size_max
ok "and hardly more than after 20000" test $(($(size "$scratch/r.html") - small)) -le 50000
compared "figures and findings are the summary's" "$scratch/r.html"
written 20000 1 holes
ok "where any stamp may be missing: at most $size_max bytes" test "$(size "$scratch/r.html")" -le $size_max
compared "figures are the summary's" "$scratch/r.html"
written 20000 400
ok "400 targets: at most $size_max bytes" test "$(size "$scratch/r.html")" -le $size_max
like "of which some are shown by themselves, and it says so" "$(grep '<p class="about">' "$scratch/r.html")" '<p class="about">Below are those that lost most.* [0-9]+ more'
is "the table of targets has them" "$(grep -c '^<tr data-index=' "$scratch/r.html")" \
	"$(grep -o '<tr data-index="[0-9]*"' "$scratch/r.html" | sort -u | wc -l)"

written 3000 2
report=$scratch/r.html
compared "two targets, both families: figures and findings are the summaries'" "$report"
LC_ALL=C.UTF-8 "$pingtrace" --read=<("$here/synthesize" 3000 2) -q --write=html:- >"$scratch/again" 2>/dev/null
is "the same recording makes the same report" "$(cmp "$report" "$scratch/again" 2>&1)" ""
ok "it is UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null "$report"
is "no control character, no bidirectional one" "$(LC_ALL=C.UTF-8 grep -cP '[\x00-\x08\x0b-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]' "$report")" 0
is "nothing is from elsewhere" "$(sed '/^<script>$/,/^<\/script>$/d; s/<script.*//' "$report" |
	grep -Ec '<(link|img|iframe|object|embed|video|audio|base)\b|<[a-z][^>]*\b(src|href|action)=|url\(|@import')" 0
is "nor is a map of the sources" "$(grep -c sourceMappingURL "$report")" 0
csp=$(grep -o '<meta http-equiv="Content-Security-Policy" content="[^"]*"' "$report")
like "the policy: nothing but what is in the page" "$csp" "\"default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}'; style-src 'unsafe-inline';"
LC_ALL=C "$pingtrace" --read=<("$here/synthesize" 300 1) -q --write="$scratch/c.html" >/dev/null 2>&1
ok "in the C locale: the same as UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null "$scratch/c.html"
"$pingtrace" --trace=off -c 3 -i 0.01 127.0.0.1 --write="$scratch/off.html" >/dev/null 2>"$scratch/err"
if [ $? = 2 ]; then
	skip "a run that traces nothing" "$(<"$scratch/err")"
else
	is "a run that traces nothing has no segments" "$(grep -c '<table class="figures' "$scratch/off.html")" 0
	like "but round trips" "$(grep -o 'data-received="3"' "$scratch/off.html")" .
fi
"$pingtrace" --read=<("$here/synthesize" 0 1) -q --write="$scratch/none.html" >/dev/null 2>"$scratch/err"
like "a run without a probe is a report too" "$? $(grep -o 'data-transmitted="0"' "$scratch/none.html")" '^0 .'

# --- in a browser ---

if ! command -v chromium >/dev/null; then
	skip "in a browser" "no chromium: tests/need check"
	done_testing
fi
overflow='eval=document.documentElement.scrollWidth <= innerWidth'
plots='eval=[...document.querySelectorAll(".plot")].map(p => p.querySelector("canvas") ? 1 : 0).join("")'
# What is written where the pointer is, and what the second chart shows of time.
tip='eval=document.querySelector(".tip").textContent.includes("wakeup")'
middle='document.querySelector(".plot").getBoundingClientRect()'

is "Chromium: no request, no error, nothing on the console; charts are drawn; no sideways scrolling at 1280; no name has become an element" \
	"$("$here/browser" "$report" height=5000 load "$plots" "$overflow" \
		'eval=[document.scripts.length, document.querySelectorAll("img, li b, .losses b").length]' dom="$scratch/dom" 2>&1)" "1111111111
true
[3,0]"
compared "the document's figures are the summaries' as well" "$scratch/dom"
is "at 400, dark: likewise" "$("$here/browser" "$report" width=400 dark=1 height=5000 load "$plots" "$overflow" 2>&1)" "1111111111
true"
is "without JavaScript: no errors, no sideways scrolling" "$("$here/browser" "$report" js=0 load js=1 "$overflow" js=0 js=1 dom="$scratch/dom" 2>&1)" "true"
compared "and the same figures" "$scratch/dom"
at=$("$here/browser" "$report" height=3000 load "eval=(b => [b.x + b.width / 2, b.y + b.height / 2].map(Math.round).join())($middle)" 2>&1)
to=$((${at%,*} + 120)),${at#*,}
is "hovering tells what a moment was made of; dragging zooms the charts over time together, a double click back" \
	"$("$here/browser" "$report" height=3000 load move="$at" "$tip" \
		'eval=window.labels = () => [...document.querySelectorAll(".plot")].slice(0, 4).map(p => p.querySelector(".dygraph-axis-label-x").textContent); (window.before = labels()).length' \
		drag="$at,$to" 'eval=labels().every((l, i) => l !== before[i])' \
		'eval=(document.querySelector(".plot canvas:last-of-type, .plot canvas").dispatchEvent(new MouseEvent("dblclick", { bubbles: true, cancelable: true })), labels().every((l, i) => l === before[i]))' 2>&1)" \
	"true
4
true
true"
sed 's|<main>|<main><img src="http://192.0.2.9/x"><script>document.title = 1</script>|' "$report" >"$scratch/broken.html"
like "the policy stops what is not in the page" "$("$here/browser" "$scratch/broken.html" load 2>&1 | grep -c '^log: error: .*Content Security Policy')" '^2$'
for empty in off none; do
	[ ! -s "$scratch/$empty.html" ] ||
		is "$empty: no errors" "$("$here/browser" "$scratch/$empty.html" load "$overflow" 2>&1)" "true"
done
done_testing
