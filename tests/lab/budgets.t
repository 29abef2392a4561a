#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What tracing costs stays within its budgets, in instructions: make bench shows the whole table. Where a budget is out of
# reach, docs/benchmarks.md says why, and the limit is a little above what has been reached.
. "$(dirname "$0")/../tap.sh"

is "the measurements" "$("$top/tests/bench/bench" "$scratch/out" 2>&1)" ""
[ "$failures" -eq 0 ] || done_testing
holds() { json "$1" "$scratch/out/results.json" ".[0] | $2"; }
holds "an echo with all hooks: less than 1.65 times the floor (budget: 1.25, out of reach)" \
	'.echo | all(.pingtrace > .empty and .pingtrace < 1.65 * .clock)'
echo=1.2
! counts_as_qemu_10 || echo=1.25
holds "an echo with all hooks: less than $echo times the least that tells packets apart (budget: 1.1, out of reach)" \
	".echo | all(.tag > .clock and .pingtrace < $echo * .tag)"
holds "a packet that is not ours: less than 1.2 times empty programs" \
	'.flow | all(.[] | del(.none)[]; .empty > 0 and .pingtrace < 1.2 * .empty)'
# 1.40 is reached. QEMU 10 (Debian 13) counts instructions in another way than 7.2: of the same kernel and program, a round trip
# without tracing takes 18,110 there rather than 16,610, and a probe of the ping beside it 18,850 rather than 19,800. So it is a
# ninth more there.
limit=1.45
first=600
if counts_as_qemu_10; then
	limit=1.6
	first=700 # 611 there, 535 here
fi
holds "flood: a traced probe takes less than $limit times ping's untraced one (budget: 1, out of reach)" \
	".probe | .pingtrace > 0 and .pingtrace < $limit * .ping"
holds "flood: that budget is out of reach: the round trip alone with the floor takes longer than ping's probe" \
	'.echo.dgram.none + .echo.dgram.clock > .probe.ping'
holds "peak memory: less than 16 MB" '.run.pingtrace.peak_kb | . > 0 and . < 16384'
holds "start to first answer: less than $first million instructions (on a machine that is not emulated 60 ms are the budget)" \
	".run.pingtrace.first_probe | . > 0 and . < ${first}000000"
holds "the self-report is within 25 % of what tracing adds in truth" \
	'.self_report | length == 4 and all(.added > 0 and (.reported - .added | fabs) < 0.25 * .added)'
done_testing
