# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What every guest script has at hand.

# far_host [NETEM...]: a namespace `far` behind a veth pair: near0 10.9.0.1 here, far0 10.9.0.2 there.
# With arguments, that netem discipline holds what the far end sends.
far_host() {
	ip netns add far
	ip link add near0 type veth peer name far0 netns far
	ip addr add 10.9.0.1/24 dev near0
	ip -6 addr add fd09::1/64 dev near0
	ip link set near0 up
	ip -n far addr add 10.9.0.2/24 dev far0
	ip -n far -6 addr add fd09::2/64 dev far0
	ip -n far link set lo up
	ip -n far link set far0 up
	[ $# -eq 0 ] || tc -n far qdisc add dev far0 root netem "$@"
}

# known_neighbours: near0 and far0 ask nobody for the other's address, and believe nobody. ARP has no checksum: what netem
# corrupts of it teaches a wrong address.
known_neighbours() {
	ip neigh replace 10.9.0.2 lladdr "$(ip netns exec far cat /sys/class/net/far0/address)" dev near0 nud permanent
	ip -n far neigh replace 10.9.0.1 lladdr "$(cat /sys/class/net/near0/address)" dev far0 nud permanent
}

# ping_sockets: root may use them from here on.
ping_sockets() {
	echo 0 0 >/proc/sys/net/ipv4/ping_group_range
}

# memory_of PID SECONDS: the memory that it holds, in kB, each time that so many seconds have passed, until it ends. Read
# from the page tables: the kernel's own counters (VmRSS, the peak) lag behind by up to 128 kB each on every CPU.
memory_of() {
	while kill -0 "$1" 2>/dev/null && sleep "$2"; do
		sed -n 's/^Rss:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/smaps_rollup" 2>/dev/null
	done
}

# What pingtrace had attached is detached behind its back, which takes a second: the next run is not to pay for it.
alone() {
	while [ -n "$(bpftool link)" ]; do sleep 0.05; done
	sleep 2 # a link is out of the list before its function is as it was
}

# The time of the CPU that these processes have had, in ns.
cpu_of() { # PID...
	cpu=0
	for pid in "$@"; do
		read -r ns _ <"/proc/$pid/schedstat"
		cpu=$((cpu + ns))
	done
	echo $cpu
}

children_of() { # PID
	cat "/proc/$1/task/$1/children"
}

# cost_of_probe ARG...: what pingtrace with these arguments takes of the CPU for a probe to 10.9.0.2, one every 2 ms, on the average
# of 1,000: two numbers in ns, which are instructions in virtual time. The first is of the process that probes, with what the kernel
# and the programs at its hooks do meanwhile; the second of the processes that it has started, such as the one that writes its files.
# What they do before the first probe and after the last is not in it. Standard output is /dev/null, or a terminal where $terminal
# is script(1).
# shellcheck disable=SC2086
cost_of_probe() {
	if [ -n "${terminal:-}" ]; then
		$terminal -qc "stty rows 24 cols 80; exec pingtrace -i 0.002 $* 10.9.0.2" /dev/null </dev/null >/dev/null &
	else
		pingtrace -i 0.002 "$@" 10.9.0.2 >/dev/null &
	fi
	started=$! prober=$!
	sleep 3
	[ -z "${terminal:-}" ] || prober=$(children_of $started)
	prober=$((prober)) others=$(children_of $prober)
	set -- "$(cpu_of $prober)" "$(cpu_of $others)"
	sleep 2
	echo $((($(cpu_of $prober) - $1) / 1000)) $((($(cpu_of $others) - $2) / 1000))
	kill -INT $prober
	wait $started
	alone
}

# few_timers: what the kernel does many times a second, though there is nothing to do, is switched off. In virtual time an
# idle second costs what its timer interrupts cost. What the kernel can be told only at its start: -p tsc=reliable
# -p nowatchdog -p psi=0 -p cgroup_disable=memory.
few_timers() {
	echo 0 >/proc/sys/vm/compaction_proactiveness
	echo 1000000 >/proc/sys/vm/stat_interval
	for f in ipv4 ipv6; do
		p=/proc/sys/net/$f/neigh/default/interval_probe_time_ms # from 6.0 on
		[ ! -e $p ] || echo 1000000000 >$p
	done
	# The deadline server (6.8): two timers for each time that a task wakes.
	mount -t debugfs debugfs /sys/kernel/debug
	for p in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
		[ ! -e "$p" ] || echo 0 >"$p"
	done
}
