#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completions in bash and zsh offer devices, and run nothing that a device's name holds.
. "$(dirname "$0")/tap.sh"

bash_file=${BASH_COMPLETION:-$top/build/pingtrace.bash} zsh_dir=${ZSH_COMPLETION:-$top/build}

# The kernel refuses "/", ":" and white space only, and more than 15 bytes.
names=('e$(id>pwned)' 'e`id>pwned`' '~root' '*' "e\"'x" 'e;id>pwned' 'e&id>pwned' 'e\x' 'e{a,b}' '-n' 'e[0]' '.e' 'e!x' '#e' 'e|x' 'e@x' 'e0')

# with_device NAME COMMAND...: in a network with that device, in an empty folder
with_device() {
	# shellcheck disable=SC2016 # the inner shell's
	unshare -nm sh -c 'mount -t sysfs none /sys && ip link add name t0 type veth peer name lo1 &&
		ip link set t0 name "$1" && shift && exec "$@"' sh "$@"
}

cat >"$scratch/complete.bash" <<'END'
# complete.bash FILE WORD...: what bash offers for the last, a line each
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_pingtrace
printf '%s\n' "${COMPREPLY[@]}"
END

cat >"$scratch/complete.zsh" <<'END'
# complete.zsh DIR TYPED: the line that zsh makes of "pingtrace -I TYPED" and a tab
zmodload zsh/zpty
zpty shell zsh -f
read_to() { local line; until [[ $line == *$1* ]]; do zpty -r shell line || exit; done }
zpty -w shell "PS1= PS2= fpath=($1 \$fpath); autoload -U compinit; compinit -u -D"
zpty -w shell 'bindkey "^I" complete-word; unsetopt beep; setopt interactivecomments'
zpty -w shell 'show() { print -r -- $BUFFER >line; BUFFER=; print ALL-DONE }; zle -N show; bindkey "^X" show; print REA""DY'
read_to READY
zpty -w -n shell "pingtrace -I $2"$'\t\C-x'
read_to ALL-DONE
END

if ! with_device e0 true 2>"$scratch/err"; then
	skip "names of devices" "no network of our own here: $(head -n 1 "$scratch/err")"
	done_testing
fi
# folder NAME: a new one with two files, to be in
folder() {
	mkdir "$scratch/$1"
	cd "$scratch/$1" || exit
	touch x1 x2
}
for i in "${!names[@]}"; do
	name=${names[i]}
	printf -v typed %q "${name:0:1}"
	for begin in '' "$typed"; do
		folder "bash.$i.${#begin}"
		offered=$(with_device "$name" bash "$scratch/complete.bash" "$bash_file" pingtrace -I "$begin" | grep -vx -e lo -e lo1)
		is "bash runs nothing that $name holds, after '$begin'" "$(ls)" $'x1\nx2'
		eval "read_back=($offered)"
		is "bash offers $name, quoted" "${#read_back[@]} ${read_back[0]}" "1 $name"
	done
	if ! command -v zsh >/dev/null; then
		skip "zsh offers $name" "no zsh here"
		continue
	fi
	folder "zsh.$i"
	with_device "$name" timeout 60 zsh -f "$scratch/complete.zsh" "$zsh_dir" "$typed" >/dev/null 2>"$scratch/err"
	is "zsh runs nothing that $name holds" "$(ls)" $'line\nx1\nx2'
	eval "read_back=($(cat line))"
	is "zsh offers $name, quoted" "${read_back[2]}" "$name"
done
cd "$top" || exit

# complete_words WORD...: in one line
complete_words() {
	bash "$scratch/complete.bash" "$bash_file" "$@" | tr '\n' ' '
}
is "in open quotes, a name that needs none" "$(with_device e0 bash "$scratch/complete.bash" "$bash_file" pingtrace -I '"e')" e0
is "in open quotes, no other" "$(with_device 'e$(id)' bash "$scratch/complete.bash" "$bash_file" pingtrace -I '"e')" ""
is "what was typed is no pattern" "$(complete_words pingtrace '-*')" " "
is "a hostile word before it is not run" "$(cd "$scratch" && complete_words '$(id>pwned)' '`id>pwned`' --seg; ls "$scratch")" \
	"--segments $(ls "$scratch")"
printf '127.0.0.9 h$(id>pwned) good.example\n' >"$scratch/hosts"
is "names of hosts are quoted too" "$(HOSTFILE=$scratch/hosts complete_words pingtrace 'h' | tr ' ' '\n' | grep pwned)" 'h\$\(id\>pwned\)'
ok "bash likes it" bash -n "$bash_file"
if command -v zsh >/dev/null; then ok "zsh likes it" zsh -n "$zsh_dir/_pingtrace"; else skip "zsh likes it" "no zsh here"; fi
done_testing
