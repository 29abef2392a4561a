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

# Folders that the shell would take apart, or run.
odd=$scratch/"odd/a  b;touch pwned \`id\` (c) \"d\" 'e' *"
ok "make install, into a folder with spaces and worse in its name" make -C "$top" install DESTDIR="$odd" prefix="/op t/it's"
is "what is installed there" "$(cd "$odd/op t/it's" && find . -type f | sort | tr '\n' ' ')" \
	"./bin/pingtrace ./share/bash-completion/completions/pingtrace ./share/man/man8/pingtrace.8 ./share/zsh/site-functions/_pingtrace "
is "nor anything beside it" "$(ls "$scratch/odd")" "${odd##*/}"
ok "make uninstall, from there" make -C "$top" uninstall DESTDIR="$odd" prefix="/op t/it's"
is "nothing is left there" "$(find "$odd" -type f)" ""
PATH=$PATH:/usr/sbin:/sbin
if cp /bin/true "$scratch/true" && setcap cap_net_raw+ep "$scratch/true" 2>"$scratch/err"; then
	ok "make install SETCAP=1, into such a folder" make -C "$top" install SETCAP=1 DESTDIR="$odd"
	like "the capabilities are there" "$(getcap "$odd/usr/local/bin/pingtrace")" cap_net_raw
else
	skip "make install SETCAP=1, into such a folder" "$(head -n 1 "$scratch/err")"
fi
done_testing
