# SPDX-License-Identifier: GPL-2.0-or-later
# What tests ask of a timeline that `decode` has read. Input: all of its lines as one array.

def slices: map(select(.kind == "slice"));
def instants($name): map(select(.kind == "instant" and .name == $name));
def counters: map(select(.kind == "counter"));
def flows: map(select(.kind == "flow"));

# Each probe of a target: {target, probe, name, ts, dur, args, layers: [[NAME, NS], ...], segments, inside}
def probes: (slices | map(select(.track | endswith("/probes")))) as $all | ($all | INDEX(.id | tostring)) as $by_id |
	def top: if .parent then $by_id[.parent | tostring] | top else .id end;
	($all | map(. + {top: top}) | group_by(.top)) |
	map(. as $own | map(select(.depth == 0))[0] |
		{target: (.track | rtrimstr("/probes")), probe: .args.probe, name, ts, dur, args, lane} +
		{layers: [$own[] | select(.depth == 1) | [.name, .dur]], segments: [$own[] | select(.depth == 2) | [.name, .dur]],
		 inside: [$own[] | select(.depth == 3) | [.name, .dur]], deepest: ([$own[].depth] | max)});
def probes($name): probes | map(select(.name == $name));

# The same of the replies of a recording (all of its lines as one array) that have segments.
def title: "ping " + if .name == .address then .name else "\(.name) (\(.address))" end;
def recorded: map(select(has("address")) | title) as $titles |
	map(select(has("user_rtt_ns")) | {target: $titles[.target], probe, ts: .sent_ns, dur: .user_rtt_ns,
		segments: [.segments[] | [.name, .ns]], inside: [.segments[] | .inside // [] | .[] | [.name, .ns]]});

def sum(f): map(f) | add // 0;
def closed: (.layers | sum(.[1])) == .dur and (.segments | sum(.[1])) == .dur;

# Every probe that was answered, to the ns, and no other.
def tells($recording): probes("probe") as $probes | ($probes | all(closed)) and
	($probes | map({target, probe, ts, dur, segments, inside}) | sort) == ($recording | recorded | sort) and
	(counters | map(.value) | sort) == ($recording | recorded | map(.dur) | sort);

# Slices of one lane never overlap.
def apart: slices | map(select(.depth == 0)) | group_by(.lane) |
	all(sort_by(.ts) | . as $s | all(range(1; length); $s[. - 1].ts + $s[. - 1].dur <= $s[.].ts));
