// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recordings, which may come from anybody, given to every sink, and compared with themselves. What begins with '#' is put behind a head and two targets, so that
 * whatever follows is looked at.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "output/comparison.h"
#include "output/reader.h"
#include "output/sinks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char head[] =
	"{\"pingtrace\":{\"format\":1,\"version\":\"1\",\"started\":{\"monotonic_ns\":1},\"kernel\":\"6.1\",\"backend\":\"fentry\","
	"\"traced\":true,\"causes\":true,\"stamp_ns\":100,\"targets\":2,\"options\":{\"payload\":56,\"why\":true}}}\n"
	"{\"target\":0,\"name\":\"a\",\"address\":\"10.9.0.2\",\"family\":4,\"socket\":\"dgram\",\"missing\":[\"copy\"]}\n"
	"{\"target\":1,\"name\":\"b\",\"address\":\"fd09::2\",\"family\":6,\"socket\":\"raw\"}\n";

/* Complaints are no findings. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stderr = fopen("/dev/null", "w");
	return !stderr;
}

static void read_with(const struct display *display, FILE *file)
{
	static char json[] = "json:/dev/null", recording[] = "jsonl:/dev/null", html[] = "html:/dev/null";
	static char timeline[] = "perfetto:/dev/null", percentiles[] = "hgrm:/dev/null",
		    capture[] = "pcapng:/dev/null";
	char *const writes[] = { json, recording, html, timeline, percentiles, capture };
	struct sinks *sinks;

	if (sinks_open(&sinks, display, false, writes, sizeof(writes) / sizeof(writes[0]), false, NULL))
		abort();
	rewind(file);
	recording_read(file, "fuzz", sinks);
	if (!sinks_close(sinks))
		abort();
}

static void collect(struct collected *run, FILE *file)
{
	struct sinks *sinks = sinks_of(&sink_collect, run);

	if (!sinks)
		abort();
	run->file = "fuzz";
	run->keeps_time = true;
	rewind(file);
	recording_read(file, "fuzz", sinks);
	sinks_close(sinks);
}

static void compare(FILE *file)
{
	static const struct display display = { .compares = true };
	static char html[] = "html:/dev/null";
	char *const writes[] = { html };
	struct collected runs[COMPARE_SIDES] = {};
	struct compared compared;
	struct sinks *sinks;

	if (sinks_open(&sinks, &display, true, writes, 1, false, NULL))
		abort();
	collect(&runs[COMPARE_A], file);
	collect(&runs[COMPARE_B], file);
	if (compared_make(&compared, runs))
		abort();
	sinks_compared(sinks, &compared);
	if (!sinks_close(sinks))
		abort();
	compared_free(&compared);
	collected_free(&runs[COMPARE_A]);
	collected_free(&runs[COMPARE_B]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct display all = {
		.verbose = true, .segments = true, .path = true, .why = true, .print_time = true
	};
	static const struct display plain = {};
	static char whole[65536];
	size_t begin = 0;
	FILE *file;

	if (size && data[0] == '#') {
		begin = sizeof(head) - 1;
		memcpy(whole, head, begin);
		data++;
		size--;
	}
	if (!size || size > sizeof(whole) - begin)
		return 0;
	memcpy(whole + begin, data, size);
	file = fmemopen(whole, begin + size, "r");
	if (!file)
		return 0;
	read_with(&all, file);
	read_with(&plain, file);
	compare(file);
	fclose(file);
	return 0;
}
