#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What pingtrace may do while it pings: nothing but that; and what it needs to begin: no root.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
# while_pinging NAME COMMAND...: its /proc/PID/status after the first replies, then how it ends
while_pinging() {
	out=$1
	shift
	"$@" >$out 2>$out.err &
	pid=$!
	for i in $(seq 100); do
		grep -q icmp_seq=2 $out && break
		sleep 0.1
	done
	grep -E '^(Uid|Cap|NoNewPrivs|Seccomp:)' /proc/$pid/status >$out.status
	ls -l /proc/$pid/fd | wc -l >$out.fds
	# Can the same user reach into it?
	user cat /proc/$pid/maps >$out.maps 2>&1
	kill -INT $pid
	wait $pid
	echo $? >$out.exit
}
user() { setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }
while_pinging traced pingtrace -i 0.1 10.9.0.2
while_pinging off pingtrace --trace=off -i 0.1 10.9.0.2
while_pinging six pingtrace -i 0.1 fd09::2
while_pinging two pingtrace -i 0.1 10.9.0.2 127.0.0.1
pingtrace -I near0 -c 2 -i 0.1 ff02::1 >scope 2>scope.err

mkdir caps
mount -t tmpfs none caps
chmod 755 . caps
cp /usr/bin/pingtrace caps/
chmod 755 caps/pingtrace
./setcap cap_net_raw,cap_bpf,cap_perfmon+p caps/pingtrace
cat >caps/as-user <<'END-OF-SCRIPT'
#!/bin/sh
exec setpriv --reuid=1000 --regid=1000 --clear-groups caps/pingtrace "$@"
END-OF-SCRIPT
chmod 755 caps/as-user
while_pinging file caps/as-user -i 0.1 10.9.0.2

# Which packets bear the mark 5?
nft 'table inet count { chain output { type filter hook output priority 0; meta mark 5 counter; }; }'
marked() { nft list table inet count | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'; }
caps/as-user --trace=off --socket=raw -m 5 -c 2 -i 0.1 10.9.0.2 >user_mark 2>user_mark.err
echo $? $(marked) >user_mark.result
pingtrace --trace=off -m 5 -c 2 -i 0.1 10.9.0.2 >root_mark 2>root_mark.err
echo $? $(marked) >root_mark.result
nft delete table inet count

# Which hooks has a user by tracepoints alone, and how many of a user's may trace?
caps/as-user --trace=tracepoint -j -c 2 -i 0.1 10.9.0.2 >user_tracepoint
pingtrace --trace=tracepoint -j -c 2 -i 0.1 10.9.0.2 >root_tracepoint
sed s/1000/1001/g caps/as-user >caps/as-other
chmod 755 caps/as-other
tracing=
for i in 1 2 3 4; do
	caps/as-user --trace=tracepoint -i 0.1 10.9.0.2 >many.$i 2>&1 &
	tracing="$tracing $!"
	while ! grep -qs icmp_seq=1 many.$i; do
		kill -0 $! || break
		sleep 0.1
	done
done
{
	caps/as-user --trace=tracepoint -c 1 10.9.0.2
	echo $?
} >fifth 2>&1
caps/as-user -c 1 10.9.0.2 >fifth_auto
caps/as-other -c 1 10.9.0.2 >other
pingtrace -c 1 10.9.0.2 >root
{
	kill -KILL ${tracing##* }
	wait ${tracing##* }
} 2>/dev/null # which the shell tells
caps/as-user --trace=tracepoint -c 1 10.9.0.2 >after 2>&1
kill -INT $tracing 2>/dev/null
wait

# A name server that does not answer: who waits for it, with which rights? Then a signal.
echo nameserver 10.9.0.2 >/etc/resolv.conf
echo hosts: files dns >/etc/nsswitch.conf
ip netns exec far nft 'table inet silent { chain input { type filter hook input priority 0; udp dport 53 drop; }; }'
look_and_interrupt() {
	for i in $(seq 100); do
		for p in /proc/[0-9]*; do
			comm= child=
			{ read -r comm <$p/comm && read -r child <$p/task/${p#/proc/}/children; } 2>/dev/null
			[ "$comm" = pingtrace ] && [ -n "$child" ] && grep -q '^Seccomp:.2' /proc/$child/status || continue
			sleep 1
			grep -E '^(Uid|Cap|NoNewPrivs|Seccomp:)' $p/status >$1.parent
			grep -E '^(Uid|Cap|NoNewPrivs|Seccomp:)' /proc/$child/status >$1.child
			kill -INT ${p#/proc/}
			return
		done
		sleep 0.1
	done
}
for run in resolve_root resolve_user; do
	look_and_interrupt $run &
	if [ $run = resolve_user ]; then
		caps/as-user -c 1 name.example >$run 2>&1
	else
		pingtrace -c 1 name.example >$run 2>&1
	fi
	echo $? >>$run
	wait
done

cp /usr/bin/pingtrace caps/setuid
chmod 4755 caps/setuid
user caps/setuid -c 1 10.9.0.2 >setuid 2>&1
echo $? >setuid.exit
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
while_pinging became setpriv --reuid=1000 --regid=1000 --clear-groups pingtrace --trace=off -i 0.1 10.9.0.2
user pingtrace --trace=off -c 1 10.9.0.2 >plain 2>&1
echo $? >plain.exit
END
newline=$'\n'
setcap=$(PATH=$PATH:/sbin:/usr/sbin command -v setcap)
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -w 300 -f "$setcap" -o "$out" "$scratch/guest"
	for run in traced off six two file became; do
		is "$kernel $run: no capability is left, none can come back, system calls are filtered" \
			"$(sed -n 's/^\(CapPrm\|CapEff\|CapAmb\|NoNewPrivs\|Seccomp\):\t*0*\([0-9]\)$/\1=\2/p' "$out/$run.status" | tr '\n' ' ')" \
			"CapPrm=0 CapEff=0 CapAmb=0 NoNewPrivs=1 Seccomp=2 "
		is "$kernel $run: it ends well, and says nothing on stderr" \
			"$(cat "$out/$run.exit" "$out/$run.err")" 0
		like "$kernel $run: with its statistics" "$(cat "$out/$run")" '^[0-9]+ packets transmitted, [0-9]+ received, 0% packet loss'
	done
	like "$kernel: file capabilities are enough to trace" "$(cat "$out/file")" '^    traced by fentry: 1[0-9] hooks'
	like "$kernel: not as root" "$(cat "$out/file.status")" '^Uid:.1000.1000'
	is "$kernel: who may open raw sockets may not mark packets, and is told so as by ping: the run goes on" \
		"$(cat "$out/user_mark.result" "$out/user_mark.err")" \
		"0 0${newline}pingtrace: requests are sent without mark 5: Operation not permitted: run as root, or with CAP_NET_ADMIN"
	is "$kernel: root may mark packets" "$(cat "$out/root_mark.result" "$out/root_mark.err")" "0 2"
	json "$kernel: a user's run has no program at every system call of the host" "$out/user_tracepoint" \
		'summary.trace.missing | index("sendmsg") != null'
	json "$kernel: root's has" "$out/root_tracepoint" 'summary.trace.hooks | index("sendmsg") != null'
	is "$kernel: the fifth pingtrace of a user is refused tracing" "$(cat "$out/fifth")" \
		"pingtrace: user 1000 already has 4 pingtrace processes that trace: end one of them, or use --trace=timestamping${newline}2"
	like "$kernel: and with --trace=auto has timestamping, and the reason" "$(cat "$out/fifth_auto")" \
		'^    tracing by timestamping only, which sees less: user 1000 already has 4 pingtrace processes that trace'
	like "$kernel: another user's traces" "$(cat "$out/other")" '^    traced by fentry'
	like "$kernel: and so does root's" "$(cat "$out/root")" '^    traced by fentry'
	like "$kernel: the kernel makes room when one of the user's is killed" "$(cat "$out/after")" '^    traced by tracepoint'
	for run in resolve_root resolve_user; do
		is "$kernel $run: while a name is looked up, no capability is effective" \
			"$(sed -n 's/^CapEff:\t0*\([0-9]\)$/\1/p' "$out/$run.parent")" 0
		is "$kernel $run: what name servers say is read without any right, and by a filter's leave" \
			"$(sed -n 's/^\(CapPrm\|CapEff\|CapInh\|CapAmb\|NoNewPrivs\|Seccomp\):\t*0*\([0-9]\)$/\1=\2/p' "$out/$run.child" | tr '\n' ' ')" \
			"CapInh=0 CapPrm=0 CapEff=0 CapAmb=0 NoNewPrivs=1 Seccomp=2 "
		is "$kernel $run: SIGINT ends the wait for a name server" "$(cat "$out/$run")" 130
	done
	like "$kernel: of root's run it is nobody" "$(cat "$out/resolve_root.child")" '^Uid:.65534.65534.65534.65534$'
	like "$kernel: of a user's run it is that user" "$(cat "$out/resolve_user.child")" '^Uid:.1000.1000.1000.1000$'
	like "$kernel: a setuid copy has its user's rights" "$(cat "$out/setuid.exit" "$out/setuid")" '^pingtrace: no socket: .*: run as root'
	is "$kernel: a user in ping_group_range pings" "$(cat "$out/plain.exit")" 0
	for run in file became; do
		like "$kernel $run: no other process of the same user reaches into pingtrace" "$(cat "$out/$run.maps")" \
			'Permission denied$'
	done
	like "$kernel: devices have their names with no socket to ask" "$(cat "$out/scope")" \
		'^64 bytes from fe80::[0-9a-f:]+%near0: icmp_seq=1 '
done
done_testing
