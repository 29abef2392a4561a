# SPDX-License-Identifier: GPL-2.0-or-later
# What tests ask of pingtrace's JSON lines. Input: all lines of a run as one array.

# Objects by their kind.
def replies: map(select(has("bytes") and (has("duplicate") or has("corrupted") | not)));
def lost: map(select(.lost == true));
def summary: .[-1];

def ns(name): .segments[] | select(.name == name) | .ns;
def sum(f): map(f) | add // 0;

# Closure: segments and layers each add up to the round trip, and nothing is negative.
def closed: (.segments | sum(.ns)) == .user_rtt_ns and ([.layers_ns[]] | add) == .user_rtt_ns and
	(.segments | all(.ns >= 0));

def dgram_segments: ["syscall-out", "socket-out", "ip-out", "neigh-out", "qdisc", "driver-out", "wire", "driver-in",
	"link-in", "ip-in", "icmp-in", "socket-in", "wakeup", "syscall-in"];
def raw_segments: dgram_segments - ["icmp-in"];
def layer_of: {"syscall-out": "socket", "socket-out": "socket", "ip-out": "ip", "neigh-out": "ip", "qdisc": "driver",
	"driver-out": "driver", "wire": "wire", "driver-in": "driver", "link-in": "driver", "ip-in": "ip",
	"icmp-in": "ip", "socket-in": "socket", "wakeup": "socket", "syscall-in": "socket"};

# Every segment of the contract, in its order and its layer, nothing merged.
def complete: [.segments[].name] as $names | ($names == dgram_segments or $names == raw_segments) and
	(.segments | all(.layer == layer_of[.name]));

def is_int: type == "number" and . == floor;
def is_ms: type == "string" and test("^[0-9]+\\.[0-9]{3}$");

# The contract's keys and types.
def stamp_typed: (.hook | type == "string") and (.ns | is_int) and
	((has("cpu") | not) or (.cpu | is_int)) and
	((has("dev") | not) or (.dev | type == "string")) and
	((has("function") | not) or (.function | type == "string")) and
	((has("netns") | not) or (.netns | is_int));
def reply_typed: (.bytes | is_int) and (.host | type == "string") and (.seq | is_int) and (.ttl | is_int) and
	(.time | is_ms) and (.user_rtt_ns | is_int) and (.layers_ns | type == "object" and all(.[]; is_int)) and
	(.segments | type == "array" and all(.[]; (.name | type == "string") and (.layer | type == "string") and
		(.ns | is_int))) and
	(.stamps | type == "array" and all(.[]; stamp_typed)) and (.clipped | type == "boolean") and
	((has("late_ns") | not) or (.late_ns | is_int));
def loss_typed: ([.where, .hook, .reason, .function, .dev, .errno, .advice] | all(. == null or type == "string")) and
	(.where == null or (.where | IN("socket", "out", "far", "in"))) and
	([.netns, .ns, .cpu] | all(. == null or is_int)) and
	((has("icmp") | not) or (.icmp | (.type | is_int) and (.code | is_int) and (.from | type == "string") and
		(.text | type == "string")));
def lost_typed: ((has("loss") | not) or (.loss | loss_typed)) and (.host | type == "string") and (.seq | is_int) and .lost == true and
	(.stamps | type == "array" and all(.[]; stamp_typed));
def row_typed: (.name | type == "string") and (.layer | type == "string") and
	([.count, .min_ns, .mean_ns, .p50_ns, .p90_ns, .p99_ns, .max_ns] | all(is_int));
def summary_typed: (.host | type == "string") and
	([.transmitted, .received, .duplicates, .corrupted, .errors, .time, .sent_late, .sent_late_max_ns] | all(is_int)) and
	(.loss | type == "number") and (.rtt | [.min, .avg, .max, .mdev] | all(is_ms)) and
	(.losses | all(loss_typed and (.count | is_int))) and (.segments | all(row_typed)) and (.layers | all(row_typed)) and
	(.trace | (.backend | type == "string") and (.socket | type == "string") and
		(.hooks | type == "array" and all(.[]; type == "string")) and
		(.missing | type == "array" and all(.[]; type == "string")) and (.overhead_ns | is_int));

# --explain -j: an object a hook.
def explained_typed: ([.hook, .packet, .layer, .about, .does, .slow, .read] | all(type == "string")) and
	((has("segment") | not) or (.segment | type == "string")) and
	((has("backend") | not) or (.backend | type == "string")) and
	((has("seen") | not) or (.seen | type == "boolean")) and
	((has("places") | not) or (.places | all((.kind == "function" or .kind == "tracepoint") and
		(.name | type == "string") and (.used | type == "boolean") and
		((has("family") | not) or .family == "IPv4" or .family == "IPv6") and
		((has("socket") | not) or .socket == "dgram" or .socket == "raw"))));

# --why, and the verdict.
def optional(key; f): (has(key) | not) or (.[key] | f);
def why_typed: .why | (.cpus | type == "array" and all(.[]; is_int)) and
	optional("neighbour"; type == "string") and
	optional("queue"; (.qdisc | type == "string") and (.before | is_int)) and
	optional("receive"; type == "array" and all(.[]; (.hook | type == "string") and (.cpu | is_int) and
		(.ksoftirqd | type == "boolean") and optional("task"; type == "string") and
		optional("late_ns"; is_int) and optional("busy_ns"; is_int) and optional("idle_state"; is_int))) and
	optional("rps"; (.from_cpu | is_int) and (.cpu | is_int)) and
	optional("wait"; (.ns | is_int) and (.cpu | is_int) and optional("running_ns"; is_int) and optional("task"; type == "string") and
		optional("pid"; is_int) and optional("held_ns"; is_int) and optional("idle"; . == true));
def findings_typed: .findings | type == "array" and all(.[]; (.id | type == "string") and
	(.text | type == "string" and endswith(".")) and all(.[]; type == "string" or is_int));

# Medians of every segment of these probes, as {name: ns}; and by how much they are above those of @base.
def median: sort | .[length / 2 | floor];
def medians: . as $probes | [$probes[0].segments[].name] |
	map(. as $name | {key: $name, value: ($probes | map(ns($name)) | median)}) | from_entries;
def moved($base): ($base | medians) as $before | medians | with_entries(.value -= $before[.key]);

# The largest by its amount, of {name: ns}: {key, value}.
def largest: to_entries | max_by(.value | fabs);

# Of samples of a run's memory: what it held when half of it was over grows by less than @kb until it ends.
def flat($kb): .[length / 2 | floor:] | length > 4 and max - .[0] < $kb;
