#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzz targets for a few seconds each, from the seeds on; `make fuzz` goes on for as long as one likes.
. "$(dirname "$0")/tap.sh"

ok "the build" make -C "$top" fuzz-targets
for target in "$top"/tests/fuzz/*.c; do
	name=$(basename "$target" .c)
	mkdir "$scratch/$name"
	max=512
	[ "$name" != recording ] || max=8192
	ok "$name: no finding in 4 s" "$top/build/fuzz/$name" -max_total_time=4 -max_len=$max -close_fd_mask=1 -print_final_stats=1 \
		-artifact_prefix="$scratch/" "$scratch/$name" "$top/tests/fuzz/corpus/$name"
done
done_testing
