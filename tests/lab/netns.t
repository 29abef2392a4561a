#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A network namespace has the name that it had when the run began, or none: never that of one that has been deleted.
. "$(dirname "$0")/../tap.sh"

cat >"$scratch/guest" <<'END-OF-GUEST'
inode() {
	ls -iL "/run/netns/$1" | sed 's/ .*//'
}

# Without a run, the number of one that is deleted goes to the next. Deleting ends later than the command.
ip netns add old
inode old >free
ip netns del old
sleep 1
ip netns add next
inode next >>free
ip netns del next
sleep 1

far_host
inode far >far
pingtrace --trace=tracepoint --path -c 12 -i 0.5 10.9.0.2 >running 2>errors &
sleep 2
ip netns del far
sleep 1

# The same addresses again, in a namespace that came later; the devices have numbers that none has had.
ip netns add new
inode new >new
ip link add near0 index 50 type veth peer name new0 index 51 netns new
ip addr add 10.9.0.1/24 dev near0
ip link set near0 up
ip -n new addr add 10.9.0.2/24 dev new0
ip -n new link set new0 up
wait $!
END-OF-GUEST
in_lab "the run" -o "$scratch/out" "$scratch/guest"
is "a number is used again" "$(uniq "$scratch/out/free" | wc -l)" 1
like "it has the name that it had when the run began" "$(cat "$scratch/out/running")" 'far0 in far$'
is "it is deleted during the run, and its number is used again" "$(cat "$scratch/out/new")" "$(cat "$scratch/out/far")"
is "one that came later is shown by its number" "$(grep -o 'new0 in .*' "$scratch/out/running" | sort -u)" \
	"new0 in $(cat "$scratch/out/new")"
done_testing
