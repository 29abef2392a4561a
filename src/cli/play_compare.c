// SPDX-License-Identifier: GPL-2.0-or-later
/* --read given twice. */
#include "base/files.h"
#include "base/privileges.h"
#include "cli/play.h"
#include "output/comparison.h"
#include "output/reader.h"
#include "probe/display.h"

static bool collect(struct collected *run, FILE *file, const char *name)
{
	struct sinks *sinks = sinks_of(&sink_collect, run);
	bool good;

	run->file = name;
	if (!sinks) {
		complain("no memory");
		return false;
	}
	good = recording_read(file, name, sinks);
	if (sinks_close(sinks))
		return good;
	complain("no memory for all of %.200s: the comparison is incomplete", name);
	return false;
}

static bool show(struct collected runs[COMPARE_SIDES], struct sinks *sinks)
{
	struct compared compared;
	bool good = !compared_make(&compared, runs);

	if (good)
		sinks_compared(sinks, &compared);
	else
		complain("no memory to compare the recordings");
	compared_free(&compared);
	return good;
}

/* What could be read is compared. */
static bool compare_files(const struct options *o, FILE *const files[COMPARE_SIDES], struct sinks *sinks)
{
	struct collected runs[COMPARE_SIDES] = {};
	enum compare_side i;
	bool good = true;

	for (i = 0; i < COMPARE_SIDES; i++) {
		runs[i].keeps_time = sinks_wants(sinks) & SINK_OVER_TIME;
		good = collect(&runs[i], files[i], o->reads[i]) && good;
	}
	if (runs[COMPARE_A].begun && runs[COMPARE_B].begun)
		good = show(runs, sinks) && good;
	for (i = 0; i < COMPARE_SIDES; i++)
		collected_free(&runs[i]);
	return good;
}

/* Recordings are untrusted: they are read without privileges, after all files are open. */
int play_compare(const struct options *o)
{
	struct display display = display_of(o);
	FILE *files[COMPARE_SIDES] = {};
	struct sinks *sinks = NULL;
	struct error error = {};
	bool good = false;
	unsigned int i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		files[i] = file_read(o->reads[i], &error);
		if (!files[i])
			break;
	}
	if (i < COMPARE_SIDES ||
	    sinks_open(&sinks, &display, o->json, o->writes, o->nr_writes, false, &error) ||
	    privileges_drop(&error))
		complain("%s", error.text);
	else
		good = compare_files(o, files, sinks);
	good = sinks_close(sinks) && good;
	for (i = 0; i < COMPARE_SIDES; i++)
		if (files[i] && files[i] != stdin)
			fclose(files[i]);
	return good ? 0 : EXIT_ERROR;
}
