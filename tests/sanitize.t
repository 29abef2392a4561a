#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The unit and command-line tests once more, built with AddressSanitizer and UndefinedBehaviorSanitizer.
. "$(dirname "$0")/tap.sh"

# Where there is no memory a function returns NULL, as it does without AddressSanitizer: some tests are about that.
export ASAN_OPTIONS=allocator_may_return_null=1

ok "the build" make -C "$top" SANITIZE=1 all unit
for t in "$top"/build/sanitize/test_*; do
	[ -x "$t" ] && [[ $t != *.d ]] && ok "$(basename "$t")" "$t"
done
ok "cli.t" env PINGTRACE="$top/build/sanitize/pingtrace" "$top/tests/cli.t"
ok "recording.t" env PINGTRACE="$top/build/sanitize/pingtrace" "$top/tests/recording.t"
done_testing
