#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/lab/fetch-kernel: where kernels come from, and what is kept. Without network: apt's sources are made up, and
# where packages are fetched, so is apt.
. "$(dirname "$0")/tap.sh"

fetch=$top/tests/lab/fetch-kernel
if ! command -v apt-get >/dev/null; then
	skip "kernels" "no apt here"
	done_testing
fi

# from LIST SOURCES SUITE...: the archives and suites that are made of these two files of apt's, one a line
from() {
	rm -rf "${scratch:?}/etc"
	mkdir -p "$scratch/etc/parts"
	printf '%s' "$1" >"$scratch/etc/sources.list"
	printf '%s' "$2" >"$scratch/etc/parts/x.sources"
	printf 'Dir::Etc::sourcelist "%s";\nDir::Etc::sourceparts "%s";\n' "$scratch/etc/sources.list" "$scratch/etc/parts" \
		>"$scratch/etc/apt.conf"
	shift 2
	APT_CONFIG=$scratch/etc/apt.conf "$fetch" --sources "$@" 2>&1 | sed -E 's/^deb \[[^]]*\] (.*) main$/\1/'
}
main="http://a.invalid/debian bookworm"
security="http://s.invalid/debian-security bookworm-security"
is "the mirrors of a one-line source" "$(from 'deb http://a.invalid/debian trixie main contrib
deb-src http://src.invalid/debian trixie main
# deb http://off.invalid/debian trixie main
deb [arch=amd64] http://a.invalid/debian/ trixie-updates main
deb http://s.invalid/debian-security trixie-security main
' '' bookworm bookworm-security)" "$main
$security"
is "the mirrors of a deb822 source" "$(from '' 'Types: deb deb-src
URIs: http://a.invalid/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.invalid/debian
Suites: trixie
Components: main

Types: deb
URIs: http://s.invalid/debian-security
Suites: trixie-security
Components: main
' bookworm bookworm-security)" "$main
$security"
is "a list of mirrors stays one" "$(from '' 'Types: deb
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: trixie
Components: main
' trixie-backports)" "mirror+file:/etc/apt/mirrors/debian.list trixie-backports"
is "security updates are looked for beside the archive, where no source has them" \
	"$(from 'deb http://a.invalid/debian trixie main' '' bookworm bookworm-security)" "$main
http://a.invalid/debian-security bookworm-security"
is "discs and archives without suites are left out" \
	"$(from 'deb cdrom:[Debian 13]/ trixie main
deb http://flat.invalid/ ./
deb http://a.invalid/debian trixie main' '' bookworm)" "$main"
is "no source: none" "$(from '' '' bookworm bookworm-security)" ""
like "only what Debian's key has signed is taken" "$("$fetch" --sources bookworm)" 'signed-by=|^$'

# An archive of our own making, and an apt that knows it. Modules are none.
mkdir -p "$scratch/bin" "$scratch/packages"
# package NAME FILE...
package() {
	local name=$1 tree=$scratch/tree f
	shift
	rm -rf "$tree"
	mkdir -p "$tree/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody\nDescription: x\n' "$name" >"$tree/DEBIAN/control"
	for f in "$@"; do
		mkdir -p "$tree/$(dirname "$f")"
		echo "${f##*/}" >"$tree/$f"
	done
	dpkg-deb --root-owner-group -b "$tree" "$scratch/packages/${name}_1_amd64.deb" >/dev/null
}
lib=usr/lib/modules/9.1-cloud-amd64
package linux-image-9.1-cloud-amd64 usr/share/doc/x
package linux-binary-9.1-cloud-amd64 $lib/vmlinuz
package linux-modules-9.1-cloud-amd64 $lib/kernel/x
package linux-base-9.1-cloud-amd64 $lib/modules.order $lib/modules.builtin{,.modinfo}
lib=lib/modules/6.1.0-9-cloud-amd64
package linux-image-6.1.0-9-cloud-amd64 boot/vmlinuz-6.1.0-9-cloud-amd64 $lib/kernel/x $lib/modules.order $lib/modules.builtin{,.modinfo}

cat >"$scratch/bin/apt-get" <<-'END'
	#!/bin/bash
	echo "$*" >>"$archive/log"
	case "$*" in
	*print-uris*) echo "'http://a.invalid/debian/dists/trixie/main/binary-amd64/Packages.xz' x 0" ;;
	*update) [ ! -e "$archive/off" ] || { echo "no network" && exit 100; } ;;
	*download*) [ ! -e "$archive/off" ] || exit 100; cp "$archive/packages/${!#}"_1_amd64.deb . ;;
	esac
END
cat >"$scratch/bin/apt-cache" <<-'END'
	#!/bin/bash
	[ ! -e "$archive/unknown" ] || exit 0
	case "$*" in
	*apt-trixie-backports*"depends linux-image-cloud-amd64") echo "  Depends: linux-image-9.1-cloud-amd64" ;;
	*"depends linux-image-cloud-amd64") echo "  Depends: linux-image-6.1.0-9-cloud-amd64" ;;
	*"depends linux-image-9.1-cloud-amd64")
		printf '  PreDepends: linux-base\n |Depends: dracut\n  Depends: initramfs-tools\n'
		printf '  Depends: linux-%s-9.1-cloud-amd64\n' base binary modules
		;;
	*"depends linux-image-6.1.0-9-cloud-amd64") printf '  PreDepends: linux-base\n  Depends: kmod\n' ;;
	*policy*) printf 'x:\n  Installed: (none)\n  Candidate: %s\n' "$(cat "$archive/version")" ;;
	esac
END
chmod +x "$scratch/bin/apt-get" "$scratch/bin/apt-cache"
# get NAME: sets dir, status; what was said is in err
get() {
	dir=$(archive=$scratch PINGTRACE_CACHE=$scratch/cache PATH=$scratch/bin:$PATH "$fetch" "$1" 2>"$scratch/err")
	status=$?
}
downloads() { grep -c download "$scratch/log"; }

echo 1 >"$scratch/version"
get 6.1
is "a kernel in one package" "$status $(cat "$dir/vmlinuz" "$scratch/err")" \
	"0 vmlinuz-6.1.0-9-cloud-amd64
fetching linux-image-6.1.0-9-cloud-amd64 1"
ok "with its modules" grep -q modules.order "$dir/modules.cpio"
get newest
is "a kernel in parts" "$status $(cat "$dir/vmlinuz")" "0 vmlinuz"
ok "with its modules" grep -q modules.order "$dir/modules.cpio"
is "each package is fetched once" "$(downloads)" 5

: >"$scratch/log"
get 6.1
is "the archive is not asked again that day" "$status $(cat "$scratch/err" "$scratch/log")" "0 "
touch -h -d '2 days ago' "$scratch/cache/6.1"
get 6.1
is "after that it is, and nothing is fetched that is there" "$status $(grep -c 'update$' "$scratch/log") $(downloads)" "0 1 0"
touch -h -d '2 days ago' "$scratch/cache/6.1"
touch "$scratch/off"
get 6.1
is "a source that does not answer is no matter where the kernel is known" "$status $(cat "$scratch/err")" "0 "
echo 2 >"$scratch/version"
touch -h -d '2 days ago' "$scratch/cache/6.1"
get 6.1
cached="0 vmlinuz-6.1.0-9-cloud-amd64
the archive does not answer: using the kernel that is in the cache"
is "a newer one that cannot be fetched: what the cache has" "$status $(cat "$dir/vmlinuz"; tail -n 1 "$scratch/err")" "$cached"
touch -h -d '2 days ago' "$scratch/cache/6.1"
touch "$scratch/unknown"
get 6.1
is "no network and no lists: likewise" "$status $(cat "$dir/vmlinuz" "$scratch/err")" "$cached"
get 6.12
is "no network, nothing in the cache: why, and what to do" "$status $dir $(cat "$scratch/err")" \
	"1  no network
fetch-kernel: no linux-image-6.12-cloud-amd64 in bookworm at the mirrors of this system's apt sources (fetch-kernel --sources bookworm bookworm-security): add a mirror of Debian"
rm "$scratch/off" "$scratch/unknown"
touch -h -d '2 days ago' "$scratch/cache/6.1"
get 6.1
is "with both, the newer one" "$status $(grep -Eo -- '-[0-9]-[0-9a-f]{8}$' <<<"$dir" | cut -c 2) $(cat "$scratch/err")" \
	"0 2 fetching linux-image-6.1.0-9-cloud-amd64 2"
get 5.10
is "an unknown kernel" "$status $(cat "$scratch/err")" "1 fetch-kernel: unknown kernel '5.10': use 6.12, 6.1, 6.1-rt or newest"

rm -rf "$scratch/cache"
: >"$scratch/log"
for i in 1 2 3 4; do
	(get newest && echo "$status $dir" >"$scratch/together.$i") &
done
wait
is "four at a time get the same" "$(cat "$scratch"/together.* | sort | uniq -c | awk '{ print $1, $2 }')" "4 0"
is "which is fetched once" "$(downloads)" 4
is "and nothing is left over" "$(cd "$scratch/cache" && echo fetch.*)" fetch.lock
done_testing
