#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every option of iputils ping, beside the packaged ping, in the same namespaces: exit status and text.
. "$(dirname "$0")/../tap.sh"

# A row a run: what ping and pingtrace are given. "dgram" in front: both have a ping socket. "new" in front of all:
# only with a ping of 20240905 or later.
cat >"$scratch/all" <<'END'
-c 1 10.9.0.2
-4 -c 1 far
-6 -c 1 fd09::2
-6 -c 1 six
-c 1 six
-n -c 1 six
-a -c 2 -i 0.1 10.9.0.2
-a -q -c 1 10.9.0.2
-A -c 5 10.9.0.2
-A -c 3 fd09::2
-b -c 2 -i 1 10.9.0.255
-b -c 1 10.9.0.2
-c 1 10.9.0.255
-B -c 1 10.9.0.2
-B -c 1 fd09::2
-c 3 -i 0.2 10.9.0.2
-c 3 -w 5 -i 0.2 10.9.0.2
-C -c 1 10.9.0.2
-C -c 1 fd09::2
-d -c 1 10.9.0.2
-D -c 2 -i 0.1 10.9.0.2
-e 77 -c 1 10.9.0.2
-e 77 -c 1 fd09::2
-e 0 -c 1 10.9.0.2
-f -c 5 10.9.0.2
-f -c 5 fd09::2
-f -q -c 5 10.9.0.2
-f -a -c 3 10.9.0.2
-f -i 0.1 -c 3 10.9.0.2
-f -l 5 -c 5 10.9.0.2
-F 0x12345 -c 1 fd09::2
-F 0 -c 1 fd09::2
-F 1 -c 1 10.9.0.2
-i 0 -c 3 10.9.0.2
-i 0.005 -c 3 10.9.0.2
-i 1.5 -c 2 10.9.0.2
-I near0 -c 1 10.9.0.2
-I 10.9.0.1 -c 1 10.9.0.2
-I near0 -I 10.9.0.1 -c 1 10.9.0.2
-I near0 -c 1 fd09::2
-I fd09::1 -c 1 fd09::2
-I near0 -c 1 ff02::1
-I near0 -c 1 224.0.0.1
-I nodev0 -c 1 10.9.0.2
-I 192.0.2.1 -c 1 10.9.0.2
-l 3 -c 5 -i 0.1 10.9.0.2
-L -I near0 -c 1 224.0.0.1
-L -c 1 ff02::1%near0
-m 5 -c 1 10.9.0.2
-m 7 -c 1 10.9.0.2
-M do -c 1 10.9.0.2
-M do -s 2000 -c 1 10.9.0.2
-M do -s 2000 -c 2 -i 0.2 10.9.0.2
-M do -s 2000 -c 1 fd09::2
-M want -s 2000 -c 1 10.9.0.2
-M dont -s 2000 -c 1 10.9.0.2
-M wrong -c 1 10.9.0.2
-n -c 1 far
-O -c 3 -i 0.2 -W 0.5 10.9.0.66
-O -q -c 3 -i 0.2 -W 0.5 10.9.0.66
-p ff00 -c 1 10.9.0.2
-p f -s 4 -c 1 10.9.0.2
-p 000102030405060708090a0b0c0d0e0f1011 -c 1 10.9.0.2
-p xyz -c 1 10.9.0.2
-q -c 2 -i 0.1 10.9.0.2
-Q 0x10 -c 1 10.9.0.2
-Q 184 -c 1 fd09::2
-Q 256 -c 1 10.9.0.2
-r -c 1 10.9.0.2
-r -c 1 -W 1 10.8.0.2
-R -c 3 -i 0.1 10.9.0.2
-R -q -c 1 10.9.0.2
-R -f -c 3 10.9.0.2
-R -c 1 fd09::2
-s 0 -c 1 10.9.0.2
-s 15 -c 1 10.9.0.2
-s 16 -c 1 10.9.0.2
-s 1472 -c 1 10.9.0.2
-s 20000 -c 1 10.9.0.2
-s 65507 -c 1 10.9.0.2
-s -1 10.9.0.2
-S 3000 -s 1000 -c 1 10.9.0.2
-t 1 -c 1 10.9.0.2
-t 255 -c 1 fd09::2
-t 256 -c 1 10.9.0.2
-T tsonly -c 2 -i 0.1 10.9.0.2
-T tsandaddr -c 2 -i 0.1 10.9.0.2
-T tsprespec -c 1 10.9.0.2 10.9.0.2
-T wrong -c 1 10.9.0.2
-R -T tsonly -c 1 10.9.0.2
-U -c 1 10.9.0.2
-v -c 1 10.9.0.2
-v -c 1 fd09::2
-w 1 -i 0.3 10.9.0.2
-w 1 -i 0.3 10.9.0.66
-w 3 -c 5 -i 0.3 10.9.0.66
-W 0.5 -c 2 -i 0.2 10.9.0.66
-W 0 -c 1 10.9.0.2
-4 -6 -c 1 10.9.0.2
-4 -c 1 ::1
-c 1 no.such.host
-c 1 0
-c 1 -t 1 10.8.0.2
-c 2 -i 0.2 -t 1 -q 10.8.0.2
-c 2 -i 0.2 -t 1 -D 10.8.0.2
-f -c 3 -t 1 10.8.0.2
-h
-Z 10.9.0.2
dgram -c 1 10.9.0.2
dgram -c 1 fd09::2
dgram -e 77 -c 1 10.9.0.2
dgram -e 0 -c 1 10.9.0.2
dgram -f -c 3 10.9.0.2
dgram -T tsonly -c 1 10.9.0.2
dgram -s 65507 -c 1 10.9.0.2
dgram -M do -s 2000 -c 1 10.9.0.2
-c 1 10.9.0.77
-c 1 fd09::77
-c 1 fe80::1%near0
-c 1 -I fd09::1%near0 fd09::2
-F 5 -I near0 -c 1 fd09::2
-A -f -c 4 10.9.0.2
-b -f -c 2 10.9.0.255
new -3 -c 2 -i 0.1 10.9.0.2
new -H -c 1 10.9.0.2
new -H -c 1 fd09::2
new -H -n -c 1 10.9.0.2
new -n -H -c 1 10.9.0.2
new -H -f -c 3 10.9.0.2
new -H -c 1 10.9.0.77
new -M probe -c 1 10.9.0.2
new -M probe -s 2000 -c 1 10.9.0.2
new -s 65508 -c 1 10.9.0.2
new -s 65528 -c 1 fd09::2
new -i -1 10.9.0.2
END

# ping's text is that of 20240905. An older one says "PING six(six (fd09::2))" for "PING six (fd09::2)".
since=20240905
old_ping=$(ping -V | awk -v since=$since '{ print $NF < since ? "old" : "" }; { exit }')
if [ -n "$old_ping" ]; then
	grep -v '^new ' "$scratch/all" >"$scratch/rows"
else
	sed 's/^new //' "$scratch/all" >"$scratch/rows"
fi

cat >"$scratch/guest" <<'END'
far_host
ip netns exec far sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts; echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
	echo 1 >/proc/sys/net/ipv4/ip_forward'
# A network behind the far host: time to live may exceed there.
ip -n far link add eth1 type veth peer name eth2
ip -n far addr add 10.8.0.1/24 dev eth1
ip -n far link set eth1 up
ip -n far link set eth2 up
echo 'fd09::2 six' >>/etc/hosts
ip neigh add 10.9.0.66 lladdr 02:00:00:00:00:66 dev near0
ip route add 10.8.0.0/24 via 10.9.0.2
ip rule add fwmark 7 lookup 77
ip route add unreachable default table 77
# run NAME COMMAND...
run() {
	out=$1
	shift
	# A flow label that was in use is free again after some seconds.
	case "$*" in *-F*) sleep 7 ;; esac
	timeout 60 "$@" >$out 2>$out.err
	echo $? >$out.status
}
# wants_trace ROW: has it an option that no row before it has, and is it this kernel's turn?
which=$1 seen= turn=0
wants_trace() {
	new=
	for word in $1; do
		case "$word" in
		-[A-Za-z0-9] | dgram)
			case "$seen" in *" $word "*) ;; *) new=1 seen="$seen $word " ;; esac ;;
		esac
	done
	[ "$which" != all ] || return 0
	[ -n "$new" ] || return 1
	turn=$((1 - turn))
	[ $turn = "$which" ]
}
n=0
ping -c 1 10.9.0.2 >/dev/null
ping -c 1 fd09::2 >/dev/null
while read -r row; do
	n=$((n + 1))
	args=${row#dgram }
	range='1 0'
	[ "$args" = "$row" ] || range='0 0'
	echo $range >/proc/sys/net/ipv4/ping_group_range
	# By path: busybox's timeout would run its own ping.
	run $n.ping /usr/bin/ping $args
	run $n.off /usr/bin/pingtrace --trace=off $args
	if wants_trace "$row"; then run $n.traced /usr/bin/pingtrace $args; fi
done <rows
END

# Figures masked, our own lines left out: those indented by four spaces, and the empty ones between the tables.
masked() {
	sed -E '/^    /d; /^ai->/d; s/time=[0-9.]+ ms/time=T ms/; s/time [0-9]+ms/time Tms/; s,= [0-9./]+ ms,= R ms,
		s,ipg/ewma [0-9./]+,ipg/ewma E,; s/^\[[0-9.]+\]/[D]/; s/[0-9]+ absolute/N absolute/; s/^((TS: )?(\t[0-9.]+)?\t)[0-9-]+$/\1N/; s/ident=[0-9]+/ident=I/
		s/, flow 0x[0-9a-f]+/, flow F/' "$1" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# ping_says RUN: what a ping of 20240905 says there
ping_says() {
	if [ -n "$old_ping" ]; then
		sed -E 's/^PING ([^ ]+)\(([^ ]+ \()?([^ ()]+)\)+ /PING \1 (\3) /' "$1" >"$1.new"
		mv "$1.new" "$1"
	fi
	outcome "$1"
}

# outcome RUN: status and text; a refusal is a refusal, in whatever words and with whichever status
outcome() {
	local status
	status=$(cat "$1.status")
	if [ "$status" != 0 ] && cat "$1.err" "$1" | grep -q . && ! grep -q '^PING' "$1"; then
		echo refused
	else
		echo "$status $(masked "$1")"
		# What ping -v tells of its sockets is its own affair; so is its doubt about every link-local source. And
		# it hushes up why a request was refused.
		grep -qv -e 'sendmsg: [^M]' -e 'sock[46].fd' -e '^ai->' -e '^$' -e 'source address might be' "$1.err" && echo "and says something on stderr"
	fi
}

# To attach and detach is what takes time: the first row of each option is traced, on one kernel or the other in turn.
# With ALL_TRACED=1, all rows on both.
which=1
for kernel in 6.12 6.1; do
	out=$scratch/$kernel n=0
	[ -z "${ALL_TRACED:-}" ] || which=all
	in_lab "$kernel: the runs" -k "$kernel" -f "$scratch/rows" -w 600 -o "$out" "$scratch/guest" $which
	while read -r row; do
		n=$((n + 1))
		for how in off traced; do
			[ -e "$out/$n.$how" ] || continue
			is "$kernel $how: $row" "$(outcome "$out/$n.$how")" "$(ping_says "$out/$n.ping")"
		done
	done <"$scratch/rows"
	which=0
done
done_testing
