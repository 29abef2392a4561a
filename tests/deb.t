#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian package: it is built, lintian has nothing to say, and it installs, runs and purges in a clean root.
. "$(dirname "$0")/tap.sh"

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
	skip "the package" "not root, or no debootstrap"
	done_testing
fi
ok "the package is built, and lintian has nothing to say" make -C "$top" deb
deb=$(echo "$top"/build/deb/pingtrace_*.deb)
base=${PINGTRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pingtrace}/clean-root.tar
root=$scratch/root
mkdir -p "$root" "$(dirname "$base")"
if [ ! -f "$base" ]; then
	ok "a clean root" debootstrap --variant=minbase --include=libcap2-bin,libjansson4,libbpf1,libseccomp2 \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root"
	tar -C "$root" -cf "$base" .
else
	tar -C "$root" -xf "$base"
fi
cp "$deb" "$root/tmp/pingtrace.deb"
inside() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
# What adduser leaves is not the package's: a copy of the file of groups, its lock.
files() {
	inside find / -xdev ! -path '/proc/*' ! -path '/sys/*' ! -path '/var/*' ! -path '/tmp/*' ! -path '/run/*' \
		! -path '/etc/*-' | sort
}
files >"$scratch/before"
ok "it installs" inside dpkg -i /tmp/pingtrace.deb
copy=/usr/libexec/pingtrace/pingtrace
is "everybody may run it, and it has no capabilities" \
	"$(inside stat -c '%U:%G %a' /usr/bin/pingtrace) $(inside getcap /usr/bin/pingtrace)" "root:root 755 "
is "a copy is for a group, and not setuid" "$(inside stat -c '%U:%G %a' $copy)" "root:pingtrace 750"
like "it has file capabilities" "$(inside getcap $copy)" 'cap_net_raw,cap_perfmon,cap_bpf[=+]'
is "nobody is in that group" "$(inside getent group pingtrace | cut -d : -f 4)" ""
# as GROUP PROGRAM ARGUMENT...: as a user in that group, with /proc
as() {
	local group=$1
	shift
	# shellcheck disable=SC2016 # expanded inside
	unshare -m sh -c 'mount -t proc proc "$1/proc" && root=$1 group=$2 && shift 2 &&
		exec chroot --userspec="65534:$group" --groups= "$root" "$@"' sh "$root" "$group" "$@" 2>&1
}
like "who is in the group may open a raw socket" \
	"$(as pingtrace /usr/bin/pingtrace --trace=off --socket=raw -c 1 127.0.0.1)" '^1 packets transmitted, 1 received'
like "who is not in the group may not, but runs it" \
	"$(as nogroup /usr/bin/pingtrace --trace=off --socket=raw -c 1 127.0.0.1)" '^pingtrace: no raw socket: '
like "and cannot run the copy" "$(as nogroup $copy -V)" 'Permission denied'
is "README.Debian says how to join the group" "$(zcat -f "$root"/usr/share/doc/pingtrace/README.Debian* |
	grep -c 'adduser USER pingtrace')" 1
ok "its manual is where man looks" test -f "$root/usr/share/man/man8/pingtrace.8.gz"
ok "so are completions" test -f "$root/usr/share/bash-completion/completions/pingtrace" -a \
	-f "$root/usr/share/zsh/vendor-completions/_pingtrace"
like "it runs" "$(inside pingtrace --trace=off -c 1 127.0.0.1 2>&1)" '^1 packets transmitted, 1 received'
ok "it is installed once more" inside dpkg -i /tmp/pingtrace.deb
is "and the copy is for the group still" "$(inside stat -c '%U:%G %a' $copy) $(inside getcap $copy)" \
	"root:pingtrace 750 $copy cap_net_raw,cap_perfmon,cap_bpf=p"
ok "it is purged" inside dpkg --purge pingtrace
files >"$scratch/after"
is "and nothing is left" "$(diff "$scratch/before" "$scratch/after")" ""
is "nor its group" "$(inside getent group pingtrace)" ""
done_testing
