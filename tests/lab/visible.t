#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What an ordinary user is told of others by programs that see all: no more than /proc and its namespaces would.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
far_host
echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
mkdir caps
mount -t tmpfs none caps
chmod 755 . caps
cp /usr/bin/pingtrace caps/
chmod 755 caps/pingtrace
./setcap cap_net_raw,cap_bpf,cap_perfmon+p caps/pingtrace
user() { setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }
printf '#!/bin/sh\nwhile :; do :; done\n' >caps/hog
chmod 755 caps/hog
alone
# trace NAME UID COMMAND...: while a task of that user keeps the CPU for some time, again and again. Not every time it is
# the pinger that waits for it: it may be the softirq.
trace() {
	name=$1 uid=$2
	shift 2
	"$@" --why -c 60 -i 0.013 10.9.0.2 >$name &
	while ! grep -qs seq $name; do sleep 0.05; done
	chrt -f 20 sh -c '
		for i in 1 2 3 4 5 6; do
			chrt -f 10 setpriv --reuid='$uid' --regid='$uid' --clear-groups caps/hog & sleep 0.03
			kill $!
			sleep 0.04
		done'
	wait
}
user="setpriv --reuid=1000 --regid=1000 --clear-groups caps/pingtrace"
tc -n far qdisc add dev far0 root netem delay 50ms
trace shown 1001 $user -j
mount -o remount,hidepid=2 /proc
trace hidden 1001 $user -j
trace hidden_text 1001 $user
trace own 1000 $user -j
trace root 1001 pingtrace -j
mount -o remount,hidepid=2,gid=1000 /proc
trace group 1001 $user -j
mount -o remount,hidepid=0,gid=0 /proc
tc -n far qdisc del dev far0 root

$user -j --path -c 3 -i 0.1 10.9.0.2 >devices
$user --path -c 1 10.9.0.2 >devices_text
pingtrace -j --path -c 3 -i 0.1 10.9.0.2 >devices_root
ip netns exec far nft 'table inet lossy { chain input { type filter hook input priority 0; icmp type echo-request drop; }; }'
$user -c 1 -W 0.1 10.9.0.2 >loss
$user -j -c 1 -W 0.1 10.9.0.2 >loss_json || [ $? = 1 ]
END
setcap=$(PATH=$PATH:/sbin:/usr/sbin command -v setcap)
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k "$kernel" -w 300 -f "$setcap" -o "$out" "$scratch/guest"
	named='replies | any(.why.wait.task == "hog" and .why.wait.pid > 0)'
	json "$kernel: where /proc shows it, another user's task is named" "$out/shown" "$named"
	json "$kernel: with hidepid=2 it is not" "$out/hidden" \
		'(replies | any(.why.wait.hidden and .why.wait.held_ns > 1000000)) and
		(map(tostring) | all(contains("hog") | not)) and
		(replies | all(.why.wait | select(.hidden) | has("task") or has("pid") | not))'
	like "$kernel: text says so" "$(cat "$out/hidden_text")" '^    why: .*a task of another user held CPU 0 for [0-9.]+ ms'
	unlike "$kernel: and has no name" "$(cat "$out/hidden_text")" hog
	json "$kernel: one's own is named" "$out/own" "$named"
	json "$kernel: root is told" "$out/root" "$named"
	json "$kernel: so is who is in the group that /proc is mounted for" "$out/group" "$named"
	json "$kernel: devices of this namespace have their names, those of another have none, nor has it" "$out/devices" \
		'replies | length == 3 and all((.stamps | any(.dev == "near0")) and
			(.stamps | all(.dev == null or .dev == "near0")) and
			(.stamps | map(.netns) | unique - [null] | length == 1) and
			(.stamps | any(.hook == "peer_driver_rx")))'
	unlike "$kernel: in text" "$(cat "$out/devices_text")" 'far0|in far'
	json "$kernel: root is told all" "$out/devices_root" \
		'replies | all((.stamps | any(.dev == "far0")) and (.stamps | map(.netns) | unique - [null] | length == 2))'
	like "$kernel: a loss elsewhere is one in another network namespace" "$(cat "$out/loss")" \
		'^    probe 1 lost outside, .* in another network namespace: '
	json "$kernel: whose number is not told" "$out/loss_json" \
		'lost | length == 1 and all(.loss | .where == "far" and (has("netns") or has("dev") | not))'
done
done_testing
