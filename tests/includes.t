#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What make lint says of includes: nothing of this tree, and each kind of include that goes against the folders' order.
. "$(dirname "$0")/tap.sh"

is "this tree: every include follows the order of the folders" "$("$top/tests/includes" 2>&1)" ""

# refused NAME FILE INCLUDE REASON: one include is added to a copy
refused() {
	rm -rf "$scratch/src"
	cp -r "$top/src" "$scratch/src"
	mkdir -p "$(dirname "$scratch/src/$2")"
	printf '#include "%s"\n' "$3" >>"$scratch/src/$2"
	is "$1" "$("$top/tests/includes" "$scratch/src" 2>&1; echo $?)" "$2 includes $3: $4
1"
}
refused "a folder that comes later" base/util.c net/socket.h "net comes after base"
refused "a sink that would see the loop" output/sink.h probe/session.h "probe comes after output"
refused "a sink that would see the tracer" output/output_text.c trace/tracer.h "only probe explain respond tools may see trace"
refused "a source of stamps that would see the loop" trace/sources/backend_off.c probe/target.h "probe comes after trace"
refused "an include without its folder" probe/target.c util.h "name its folder"
refused "a folder that is not listed" new/file.c base/util.h "no folder 'new' is known: add it to tests/includes"
done_testing
