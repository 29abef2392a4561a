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

# --- two runs, compared ---

# both PROBES TARGETS [holes]: $scratch/d.html, d.json and d.txt of such a recording and of one after a change
both() {
	"$here/synthesize" "$@" >"$scratch/a.jsonl"
	"$here/synthesize" "$1" "$2" "${3:-after}" >"$scratch/b.jsonl"
	differ "$*"
}

# differ NAME [STATUS]: the same of $scratch/a.jsonl and b.jsonl
differ() {
	(ulimit -v 131072 && LC_ALL=C.UTF-8 "$pingtrace" --read="$scratch/a.jsonl" --read="$scratch/b.jsonl" -q \
		--write="$scratch/d.html") >"$scratch/d.txt" 2>"$scratch/err"
	is "$1, compared: written, in 128 MB of address space" "$?" "${2:-0}"
	LC_ALL=C.UTF-8 "$pingtrace" --read="$scratch/a.jsonl" --read="$scratch/b.jsonl" -j >"$scratch/d.json" 2>/dev/null
	ok "at most $size_max bytes" test "$(size "$scratch/d.html")" -le $size_max
}

# equal NAME FILE: its figures are those of -j, its sentences those of the text
equal() {
	like "$1" "$("$here/compare" "$2" "$scratch/d.json" "$scratch/d.txt" 2>&1 | head -20)" '^[0-9]{2,} the same$'
}

both "${HTML_PROBES:-100000}" 1
equal "figures are those of -j, sentences those of the text" "$scratch/d.html"
both 20000 1 holes
equal "where any stamp may be missing: likewise" "$scratch/d.html"
both 20000 400
like "of many targets some are shown by themselves, and it says so" "$(grep '<p class="about">Below' "$scratch/d.html")" 'Below are those that changed most; [0-9]+ more'

"$here/synthesize" 20000 4000 >"$scratch/a.jsonl"
"$here/synthesize" 10 1 after >"$scratch/b.jsonl"
differ "4000 targets, of which the second recording has one"
like "more names than there is room for are counted" "$(grep 'only in one' "$scratch/d.html")" '>[0-9]+ more targets are only in one of them\.<'

# What only one of them has, and what is missing.
"$here/synthesize" 900 3 >"$scratch/a.jsonl"
"$here/synthesize" 600 2 after | jq -c 'if .pingtrace then .pingtrace.backend = "tracepoint" | .pingtrace.options.payload = 1400 else . end |
	if .stamps then .stamps |= map(select(.hook != "ip_rcv")) else . end | ., if .pingtrace then {missed: 41} else empty end' |
	sed '2{h;d}; 3{G}' >"$scratch/b.jsonl"
differ "a target, segments and results that one of them lacks" 2
equal "all of which is said" "$scratch/d.html"
like "as in the text" "$(<"$scratch/d.txt")" '^Results missing in b: 41\.'
jq -c 'if .bytes then {lost: true, target, probe, sent_ns, host, seq, stamps: []} else . end' "$scratch/a.jsonl" >"$scratch/b.jsonl"
differ "no answers in one"
equal "figures and sentences" "$scratch/d.html"
cp "$scratch/d.html" "$scratch/lost.html"
"$here/synthesize" 0 1 | tee "$scratch/a.jsonl" >"$scratch/b.jsonl"
differ "no probe in either"
equal "figures and sentences" "$scratch/d.html"
cp "$scratch/d.html" "$scratch/nothing.html"

# As a file.
both 3000 2
diff=$scratch/d.html
equal "two targets, both families" "$diff"
cp "$scratch/a.jsonl" "$scratch/<b>&a.jsonl"
LC_ALL=C.UTF-8 "$pingtrace" --read="$scratch/a.jsonl" --read="$scratch/b.jsonl" --write=html:- >"$scratch/again"
is "the same recordings make the same report, on standard output too, and nothing else is there" "$(cmp "$diff" "$scratch/again" 2>&1)" ""
LC_ALL=C.UTF-8 "$pingtrace" --read="$scratch/<b>&a.jsonl" --read="$scratch/b.jsonl" -q --write="$scratch/named.html" >/dev/null
unlike "a file's name is text, too" "$(<"$scratch/named.html")" '<b>&a'
ok "it is UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null "$diff"
is "no control character, no bidirectional one" "$(LC_ALL=C.UTF-8 grep -cP '[\x00-\x08\x0b-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]' "$diff")" 0
is "the policy is that of every report" "$(grep -o '<meta http-equiv="Content-Security-Policy" content="[^"]*"' "$diff")" "$csp"
echo before >"$scratch/kept.html"
"$pingtrace" --read="$scratch/a.jsonl" --read=/dev/null -q --write="$scratch/kept.html" >/dev/null 2>"$scratch/err"
is "where there is nothing to compare, the file that was there stays" "$? $(<"$scratch/kept.html") $(wc -l <"$scratch/err")" "2 before 1"
head -n 1000 "$scratch/b.jsonl" >"$scratch/cut.jsonl"
"$pingtrace" --read="$scratch/a.jsonl" --read="$scratch/cut.jsonl" -q --write="$scratch/kept.html" >/dev/null 2>"$scratch/err"
like "of a recording that was cut, what there is is compared" "$? $(grep -c '</html>' "$scratch/kept.html") $(<"$scratch/err")" '^2 1 .*1001: the recording ends before the run'
is "nothing else is left" "$(find "$scratch" -name '.*' -type f)" ""

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
# Two runs, compared.
overlaid='eval=[...document.querySelectorAll("section.target")].map(s => [s.querySelectorAll(".plot canvas").length > 3, s.querySelectorAll(".difference.shown").length > 0, s.querySelectorAll(".bar").length])'
is "two runs: no request, no error, nothing on the console; both are drawn; no sideways scrolling at 1280; no name has become an element" \
	"$("$here/browser" "$diff" height=6000 load "$overlaid" "$overflow" \
		'eval=[document.scripts.length, document.querySelectorAll("img, li b").length]' dom="$scratch/dom" 2>&1)" "[[true,true,6],[true,true,6]]
true
[3,0]"
equal "the document's figures and sentences are those of -j and of the text as well" "$scratch/dom"
is "two runs at 400, dark: likewise" "$("$here/browser" "$diff" width=400 dark=1 height=6000 load "$overlaid" "$overflow" 2>&1)" "[[true,true,6],[true,true,6]]
true"
is "two runs without JavaScript: no errors" "$("$here/browser" "$diff" js=0 load js=1 "$overflow" js=0 js=1 dom="$scratch/dom" 2>&1)" "true"
equal "and the same figures and sentences" "$scratch/dom"
at=$("$here/browser" "$diff" height=6000 load "eval=(b => [b.x + b.width / 2, b.y + b.height / 2].map(Math.round).join())($middle)" 2>&1)
is "hovering tells of both; other percentiles' differences are shown, and other curves" \
	"$("$here/browser" "$diff" height=6000 load move="$at" 'eval=[...document.querySelectorAll(".tip tr:first-child td")].map(d => d.textContent)' \
		'eval=(document.querySelectorAll(".title button")[1].click(), document.querySelectorAll(".difference.shown > :first-child")[0].textContent)' \
		'eval=[...document.querySelectorAll(".key button")].slice(0, 2).map(b => (b.click(), b.textContent + b.getAttribute("aria-pressed")))' 2>&1)" \
	'["","a","b"]
driver
["rttfalse","user-rtttrue"]'

sed 's|<main>|<main><img src="http://192.0.2.9/x"><script>document.title = 1</script>|' "$report" >"$scratch/broken.html"
like "the policy stops what is not in the page" "$("$here/browser" "$scratch/broken.html" load 2>&1 | grep -c '^log: error: .*Content Security Policy')" '^2$'
for empty in off none lost nothing; do
	[ ! -s "$scratch/$empty.html" ] ||
		is "$empty: no errors" "$("$here/browser" "$scratch/$empty.html" load "$overflow" 2>&1)" "true"
done
done_testing
