#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install and uninstall, and what is installed beside the program.
. "$(dirname "$0")/tap.sh"

files() { (cd "$scratch" && find dest -type f | sort | tr '\n' ' '); }
ok "make install" make -C "$top" install DESTDIR="$scratch/dest" prefix=/usr
is "what is installed" "$(files)" \
	"dest/usr/bin/pingtrace dest/usr/share/bash-completion/completions/pingtrace dest/usr/share/man/man8/pingtrace.8 dest/usr/share/zsh/site-functions/_pingtrace "
is "it runs from there" "$("$scratch/dest/usr/bin/pingtrace" -V)" "$("$pingtrace" -V)"
unlike "it is not setuid" "$(stat -c %A "$scratch/dest/usr/bin/pingtrace")" s
letters=$("$pingtrace" --help | sed -n 's/^  -\(.\).*/\1/p')
for letter in $letters; do
	grep -q "^\.It Fl $letter" "$scratch/dest/usr/share/man/man8/pingtrace.8" || fail "the manual has -$letter"
	grep -q "'-$letter" "$scratch/dest/usr/share/zsh/site-functions/_pingtrace" || fail "zsh has -$letter"
done
is "every option of ping is there" "$(sort -f <<<"$letters" | tr -d '\n')" "346AaBbCcDdeFfHhIijLlMmNnOpQqRrSsTtUVvWw"

# complete WORD...: what bash offers for the last
complete_words() {
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pingtrace; echo "${COMPREPLY[*]}"' sh \
		"$scratch/dest/usr/share/bash-completion/completions/pingtrace" "$@"
}
is "bash completes long options" "$(complete_words pingtrace --se)" --segments
is "bash completes values" "$(complete_words pingtrace --trace = o)" off
is "bash completes values of letters" "$(complete_words pingtrace -T ts)" "tsonly tsandaddr tsprespec"
if [ -e /sys/class/net/lo ]; then
	like "bash completes devices" "$(complete_words pingtrace -I l)" '(^| )lo( |$)'
else
	skip "bash completes devices" "no /sys here"
fi

ok "make uninstall" make -C "$top" uninstall DESTDIR="$scratch/dest" prefix=/usr
is "nothing is left" "$(files)" ""
done_testing
