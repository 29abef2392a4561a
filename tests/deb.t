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
before=$(inside find / -xdev ! -path '/proc/*' ! -path '/sys/*' ! -path '/var/*' ! -path '/tmp/*' | sort)
ok "it installs" inside dpkg -i /tmp/pingtrace.deb
like "with file capabilities" "$(inside getcap /usr/bin/pingtrace)" 'cap_net_raw,cap_perfmon,cap_bpf[=+]'
unlike "and not setuid" "$(stat -c %A "$root/usr/bin/pingtrace")" s
ok "its manual is where man looks" test -f "$root/usr/share/man/man8/pingtrace.8.gz"
ok "so are completions" test -f "$root/usr/share/bash-completion/completions/pingtrace" -a \
	-f "$root/usr/share/zsh/vendor-completions/_pingtrace"
like "it runs" "$(inside pingtrace --trace=off -c 1 127.0.0.1 2>&1)" '^1 packets transmitted, 1 received'
ok "it is purged" inside dpkg --purge pingtrace
after=$(inside find / -xdev ! -path '/proc/*' ! -path '/sys/*' ! -path '/var/*' ! -path '/tmp/*' | sort)
is "and nothing is left" "$after" "$before"
done_testing
