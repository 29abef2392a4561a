// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/files.h"
#include "output/output_progress.h"
#include "output/telling.h"
#include "output/worker.h"

/* Every sink: its functions, the name of its format, and the suffix of its files. */
#define SINKS(X) \
	X(sink_recording, "jsonl", ".jsonl") \
	X(sink_html, "html", ".html") \
	X(sink_pcapng, "pcapng", ".pcapng") \
	X(sink_text, "text", ".txt") \
	X(sink_json, "json", ".json") \
	X(sink_perfetto, "perfetto", ".pftrace") \
	X(sink_hgrm, "hgrm", ".hgrm")

#define SINK_DECLARATION(sink_ops_, name, suffix) extern const struct sink_ops sink_ops_;
SINKS(SINK_DECLARATION)
extern const struct sink_ops sink_live; /* makes no file */

#define SINK_FORMAT(sink_ops_, name, suffix) { name, suffix, &sink_ops_ },
static const struct format {
	const char *name, *suffix;
	const struct sink_ops *ops;
} formats[] = { SINKS(SINK_FORMAT) };

/* --- which --- */

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	return len > tail && !strcmp(name + len - tail, suffix);
}

static const struct format *format_with(const struct sink_ops *ops)
{
	const struct format *f = formats;

	while (f->ops != ops)
		f++;
	return f;
}

/* The format that @value names, and the file; NULL: none. "-" alone is a recording. */
static const struct format *format_of(const char *value, const char **file)
{
	const struct format *f;
	size_t len;

	*file = value;
	if (!strcmp(value, "-"))
		return format_with(&sink_recording);
	for (f = formats; f < formats + ARRAY_SIZE(formats); f++) {
		len = strlen(f->name);
		if (!strncmp(value, f->name, len) && value[len] == ':') {
			*file = value + len + 1;
			return f;
		}
	}
	for (f = formats; f < formats + ARRAY_SIZE(formats); f++)
		if (has_suffix(value, f->suffix))
			return f;
	return NULL;
}

/* --- opening --- */

/* The next slot, which has its file. */
static void add_sink(struct sinks *s, const struct sink_ops *ops, FILE *file, const struct display *display)
{
	struct slot *slot = &s->slots[s->nr++];

	slot->sink.ops = ops;
	slot->sink.file = file;
	slot->sink.display = display;
	if (ops->wants)
		s->wants |= ops->wants(&slot->sink);
}

static int open_slot(struct sinks *s, const struct sink_ops *ops, const char *file,
		     const struct display *display, struct error *error)
{
	struct slot *slot = &s->slots[s->nr];
	int err = 0;

	if (strcmp(file, "-") != 0)
		err = file_open(&slot->file, file, error);
	if (err)
		return err;
	add_sink(s, ops, slot->file.stream ? slot->file.stream : stdout, display);
	return 0;
}

/* The second would replace the first. */
static int check_files(const struct sinks *s, struct error *error)
{
	unsigned int i, j;

	for (i = 0; i < s->nr; i++)
		for (j = 0; j < i; j++)
			if (file_is_same(&s->slots[i].file, &s->slots[j].file))
				return error_set(error, EINVAL,
						 "--write=%.128s is given twice: name two files",
						 s->slots[i].file.path);
	return 0;
}

/* Two sinks would write into each other's lines. */
static int check_stdout(const struct sinks *s, bool json, bool live, struct error *error)
{
	unsigned int i, nr = 0;

	for (i = 0; i < s->nr; i++)
		nr += s->slots[i].sink.file == stdout;
	if (nr > 1 || (nr && (json || live)))
		return error_set(
			error, EINVAL,
			"only one output can go to standard output: leave out %s or --write=FORMAT:-",
			live ? "--live" : "-j");
	return nr;
}

static int no_format(const char *value, struct error *error)
{
	char suffixes[128] = "", names[128] = "";
	const char *before = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		append(suffixes, sizeof(suffixes), "%s%s", before, formats[i].suffix);
		append(names, sizeof(names), "%s%s:", before, formats[i].name);
		before = i + 2 < ARRAY_SIZE(formats) ? ", " : " or ";
	}
	return error_set(
		error, EINVAL,
		"--write=%.64s: no file or no known format: use a name that ends in %s, or put %s in front of it",
		value, suffixes, names);
}

static int open_write(struct sinks *s, const char *value, bool to_stdout, const struct display *display,
		      struct error *error)
{
	const char *file;
	const struct format *f = format_of(value, &file);

	if (!f || !*file)
		return no_format(value, error);
	if (display->compares && f->ops != &sink_html)
		return error_set(
			error, EINVAL,
			"--write needs one recording, except for .html: leave out one --read, or redirect the comparison (-j: as JSON)");
	return !strcmp(file, "-") == to_stdout ? open_slot(s, f->ops, file, display, error) : 0;
}

static int open_writes(struct sinks *s, char *const *writes, unsigned int nr, bool to_stdout,
		       const struct display *display, struct error *error)
{
	int err = 0;
	unsigned int i;

	for (i = 0; i < nr && !err; i++)
		err = open_write(s, writes[i], to_stdout, display, error);
	return err;
}

static bool has_stdout(char *const *writes, unsigned int nr)
{
	const char *file;
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (format_of(writes[i], &file) && !strcmp(file, "-"))
			return true;
	return false;
}

/* Files first, so that the keeper's file numbers are the slot numbers. The progress line is erased before stdout is written. */
static int open_all(struct sinks *s, const struct display *display, bool json, char *const *writes,
		    unsigned int nr, struct error *error)
{
	int on_stdout, err = open_writes(s, writes, nr, false, display, error);

	if (!err && progress_is_wanted(display, has_stdout(writes, nr)))
		add_sink(s, &sink_progress, stderr, display);
	err = err ? err : open_writes(s, writes, nr, true, display, error);
	if (err)
		return err;
	on_stdout = check_stdout(s, json, display->live, error);
	if (on_stdout)
		return on_stdout < 0 ? on_stdout : 0;
	return open_slot(s, json ? &sink_json : display->live ? &sink_live : &sink_text, "-", display, error);
}

static unsigned int count_files(const struct sinks *s)
{
	unsigned int nr = 0;

	while (nr < s->nr && s->slots[nr].file.stream)
		nr++;
	return nr;
}

static int start_keeper(struct sinks *s, struct error *error)
{
	unsigned int i, nr = count_files(s);
	struct written_file *files = calloc(s->nr, sizeof(*files));

	if (!files)
		return error_set(error, ENOMEM, "no memory");
	for (i = 0; i < nr; i++)
		files[i] = s->slots[i].file;
	s->keeper = files_keep(files, nr, error);
	free(files);
	return s->keeper < -1 ? s->keeper : 0;
}

/*
 * Move the sinks that write to files, which come first, and the live view to a process of their own. Stand-ins stay here, at the
 * same address, for streams point there.
 */
static int move_slow(struct sinks *s, bool live, struct error *error)
{
	unsigned int nr = live ? s->nr : count_files(s), rest = s->nr - nr;
	struct sinks *theirs;
	struct slot *here;
	int err;

	if (!nr)
		return 0;
	theirs = calloc(1, sizeof(*theirs));
	here = calloc(1 + rest, sizeof(*here));
	if (!theirs || !here) {
		free(theirs);
		free(here);
		return error_set(error, ENOMEM, "no memory");
	}
	*theirs = (struct sinks){ .slots = s->slots, .nr = nr, .keeper = s->keeper };
	memcpy(here, s->slots + nr, rest * sizeof(*here));
	s->slots = here;
	s->nr = rest;
	s->keeper = -1;
	err = worker_start(&here[rest].sink, theirs, error);
	sinks_forget(theirs);
	if (err)
		return err;
	here[rest].open = true;
	s->nr++;
	return 0;
}

int sinks_open(struct sinks **sinks, const struct display *display, bool json, char *const *writes,
	       unsigned int nr, bool probes, struct error *error)
{
	struct sinks *s = calloc(1, sizeof(*s));
	int err;

	if (s)
		s->slots = calloc(nr + 2, sizeof(*s->slots));
	if (!s || !s->slots) {
		free(s);
		return error_set(error, ENOMEM, "no memory");
	}
	s->keeper = -1;
	err = open_all(s, display, json, writes, nr, error);
	err = err ? err : check_files(s, error);
	err = err ? err : start_keeper(s, error);
	if (!err && probes)
		err = move_slow(s, display->live, error);
	err = err ? err : sinks_open_states(s, error);
	if (err) {
		sinks_close(s);
		return err;
	}
	*sinks = s;
	return 0;
}

struct sinks *sinks_of(const struct sink_ops *ops, void *state)
{
	struct sinks *s = calloc(1, sizeof(*s));

	if (s)
		s->slots = calloc(1, sizeof(*s->slots));
	if (!s || !s->slots) {
		free(s);
		return NULL;
	}
	s->keeper = -1;
	s->nr = 1;
	s->slots[0] = (struct slot){ .sink = { .ops = ops, .state = state, .file = stdout }, .open = true };
	return s;
}
