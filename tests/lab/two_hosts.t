#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two machines joined by virtio: a real driver, real interrupts, real ARP.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END'
pingtrace -c 20 -i 0.2 10.9.0.2 >text || echo "text: status $?"
pingtrace -j -c 20 -i 0.2 10.9.0.2 >json || echo "json: status $?"
pingtrace -j -c 20 -i 0.2 --socket=raw 10.9.0.2 >raw || echo "raw: status $?"
END
for kernel in 6.12 6.1; do
	out=$scratch/$kernel
	in_lab "$kernel: every run ends well" -k "$kernel" -n 2 -o "$out" "$scratch/guest"
	like "$kernel: 20 replies" "$(cat "$out/text")" '^20 packets transmitted, 20 received, 0% packet loss'
	is "$kernel: the four layers under each of them" \
		"$(grep -cE '^    socket +[0-9.]+   ip +[0-9.]+   driver +[0-9.]+   wire +[0-9.]+ us$' "$out/text")" 20
	for run in json raw; do
		json "$kernel $run: 20 replies, none lost" "$out/$run" \
			'(replies | length == 20) and (lost == []) and summary.received == 20'
		json "$kernel $run: all four layers take time in each" "$out/$run" \
			'replies | all(.layers_ns | keys == ["driver", "ip", "socket", "wire"] and all(.[]; . > 0))'
		json "$kernel $run: segments complete and closed" "$out/$run" 'replies | all(complete and closed)'
		json "$kernel $run: backend fentry, nothing missing" "$out/$run" \
			'summary.trace | .backend == "fentry" and .missing == []'
		json "$kernel $run: every device stamp names the device" "$out/$run" \
			'replies | all([.stamps[] | select(.hook | test("^(dev_queue|start_xmit|xmit|driver_rx|netif_receive|ip_rcv)$"))] |
				length == 6 and all(.dev == "eth0"))'
	done
done
done_testing
