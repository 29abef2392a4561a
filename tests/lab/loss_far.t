#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the network and the far host lose at random is never blamed on this host.
. "$(dirname "$0")/../tap.sh"

echo 'tc qdisc add dev eth0 root netem loss 20%' >"$scratch/peer"
cat >"$scratch/guest" <<'END'
ping_sockets
until ping -q -c 1 -W 1 10.9.0.2 && ping -q -c 1 -W 1 fd09::2; do :; done >/dev/null 2>&1
# Answers to ARP and ND may be lost too: they are not asked for again.
for to in 10.9.0.2 fd09::2; do
	ip neigh change $to dev eth0 nud permanent
done
for kind in raw dgram; do
	for to in 10.9.0.2 fd09::2; do
		pingtrace -j -c 200 -i 0.01 -W 1 --socket=$kind $to >$kind.$to
	done
done
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: the runs" -k $kernel -n 2 -w 200 -f "$scratch/peer" -o "$out" "$scratch/guest"
	for run in raw.10.9.0.2 dgram.10.9.0.2 raw.fd09::2 dgram.fd09::2; do
		json "$kernel, $run: all that was lost was lost far away, and no reason is made up" "$out/$run" \
			'lost | length > 10 and all(.loss == {"where":"far","hook":"xmit","dev":"eth0"})'
		json "$kernel, $run: the summary says so too" "$out/$run" \
			'summary | (.losses | map(del(.count))) == [{"where":"far","hook":"xmit","dev":"eth0"}] and
				.losses[0].count == .transmitted - .received'
	done
done
done_testing
