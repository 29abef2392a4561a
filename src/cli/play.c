// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/files.h"
#include "base/privileges.h"
#include "cli/play.h"
#include "output/reader.h"
#include "probe/display.h"

/* A recording is untrusted: it is read without privileges, after all files are open. */
int play_run(const struct options *o)
{
	struct display display = display_of(o);
	struct sinks *sinks = NULL;
	struct error error = {};
	bool good = false;
	FILE *file = file_read(o->read, &error);

	if (!file || sinks_open(&sinks, &display, o->json, o->writes, o->nr_writes, false, &error) ||
	    privileges_drop(&error))
		complain("%s", error.text);
	else
		good = recording_read(file, o->read, sinks);
	/* What could be read is written, if anything could. */
	good = sinks_close(sinks) && good;
	if (file && file != stdin)
		fclose(file);
	return good ? 0 : EXIT_ERROR;
}
