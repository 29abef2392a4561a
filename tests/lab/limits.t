#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What users other than root may send to an address is limited, however it is asked for.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
echo 0 65535 >/proc/sys/net/ipv4/ping_group_range
user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
named() { i=0; while [ $i -lt "$1" ]; do echo "$2"; i=$((i + 1)); done; }
# run NAME ARGUMENT...: as a user, for a second or three
run() {
	name=$1
	shift
	user timeout 20 /usr/bin/pingtrace -j -q --trace=off "$@" >$name 2>$name.err
	echo $? >$name.status
}
run many -i 0.002 -w 1 $(named 64 127.0.0.1)
run many-slow -i 0.128 -w 1 $(named 64 127.0.0.1)
run others -i 0.002 -w 1 127.0.0.1 127.0.0.2 127.0.0.3
run adaptive -A -w 1 $(named 8 127.0.0.1)
run burst -l 3 -w 1 127.0.0.1 127.0.0.1
run multicast -A -i 1 -w 3 -I near0 224.0.0.1
run multicast-fast -i 0.9 -w 3 -I near0 224.0.0.1
run broadcast -A -w 3 -b 10.9.0.255
:
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -o "$out" "$scratch/guest"
	is "$kernel: an address named 64 times gets no more for it" "$(cat "$out/many.err")" \
		"pingtrace: 127.0.0.1 is named 64 times: users other than root may send one request every 2 ms to an address: use -i 0.128 or more"
	is "$kernel: to send 64 at once likewise" "$(cat "$out/burst.err")" \
		"pingtrace: 127.0.0.1 is named 2 times: users other than root may send 3 requests at once to an address: use -l 1"
	is "$kernel: a multicast address gets one request a second" "$(cat "$out/multicast-fast.err")" \
		"pingtrace: users other than root may send one request per second to a broadcast or multicast address: use -i 1 or more"
	for run in many burst multicast-fast; do
		is "$kernel $run: nothing is sent" "$(cat "$out/$run.status") $(wc -c <"$out/$run")" "2 0"
	done
	json "$kernel: as often as is allowed" "$out/many-slow" 'map(.transmitted) | add > 400 and add <= 564'
	json "$kernel: different addresses count for themselves" "$out/others" 'map(.transmitted) | length == 3 and all(. > 450 and . <= 501)'
	json "$kernel: -A sends no more to an address that is named 8 times" "$out/adaptive" 'map(.transmitted) | add > 400 and add <= 508'
	json "$kernel: -A sends a multicast address one request a second" "$out/multicast" '.[0].transmitted == 3'
	json "$kernel: and a broadcast address" "$out/broadcast" '.[0].transmitted == 3'
done
done_testing
