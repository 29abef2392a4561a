// SPDX-License-Identifier: GPL-2.0-or-later
/* --read given twice. */
#include "base/files.h"
#include "base/privileges.h"
#include "cli/play.h"
#include "output/comparison.h"
#include "output/reader.h"

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

static bool show(const struct options *o, struct collected runs[COMPARE_SIDES])
{
	struct compared compared;
	bool good = !compared_make(&compared, runs);

	if (good && o->json)
		good = json_line(object_of_comparison(&compared), stdout);
	else if (good)
		comparison_text(&compared, stdout, o->quiet);
	if (!good)
		complain("no memory to compare the recordings");
	compared_free(&compared);
	return good;
}

/* What could be read is compared. */
static bool compare_files(const struct options *o, FILE *const files[COMPARE_SIDES])
{
	struct collected runs[COMPARE_SIDES] = {};
	enum compare_side i;
	bool good = true;

	for (i = 0; i < COMPARE_SIDES; i++)
		good = collect(&runs[i], files[i], o->reads[i]) && good;
	if (runs[COMPARE_A].begun && runs[COMPARE_B].begun)
		good = show(o, runs) && good;
	for (i = 0; i < COMPARE_SIDES; i++)
		collected_free(&runs[i]);
	return good;
}

int play_compare(const struct options *o)
{
	FILE *files[COMPARE_SIDES] = {};
	struct error error = {};
	bool good = false;
	unsigned int i;

	for (i = 0; i < COMPARE_SIDES; i++) {
		files[i] = file_read(o->reads[i], &error);
		if (!files[i])
			break;
	}
	if (i < COMPARE_SIDES || privileges_drop(&error))
		complain("%s", error.text);
	else
		good = compare_files(o, files);
	for (i = 0; i < COMPARE_SIDES; i++)
		if (files[i] && files[i] != stdin)
			fclose(files[i]);
	return good ? 0 : EXIT_ERROR;
}
