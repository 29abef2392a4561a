// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/files.h"
#include "output/sinks.h"

/* Every sink: its functions, the name of its format, and the suffix of its files. */
#define SINKS(X) \
	X(sink_recording, "jsonl", ".jsonl") \
	X(sink_text, "text", ".txt") \
	X(sink_json, "json", ".json")

#define SINK_DECLARATION(sink_ops_, name, suffix) extern const struct sink_ops sink_ops_;
SINKS(SINK_DECLARATION)

#define SINK_FORMAT(sink_ops_, name, suffix) { name, suffix, &sink_ops_ },
static const struct format {
	const char *name, *suffix;
	const struct sink_ops *ops;
} formats[] = { SINKS(SINK_FORMAT) };

struct slot {
	struct sink sink;
	bool open; /* the sink has its state */
	bool failed; /* its stream could not be written: it is told nothing more */
	struct written_file file; /* without a stream: it is stdout */
};

struct sinks {
	struct slot *slots;
	unsigned int nr;
	int keeper; /* of the files; -1: there is none */
	bool complete; /* the run was told to its end */
	bool missing; /* something could not be written */
};

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

/* --- opening and closing --- */

static int open_slot(struct sinks *s, const struct format *format, const char *file,
		     const struct display *display, struct error *error)
{
	struct slot *slot = &s->slots[s->nr];
	int err = 0;

	if (strcmp(file, "-") != 0)
		err = file_open(&slot->file, file, error);
	if (err)
		return err;
	s->nr++;
	slot->sink.ops = format->ops;
	slot->sink.file = slot->file.stream ? slot->file.stream : stdout;
	slot->sink.display = display;
	err = format->ops->open(&slot->sink);
	slot->open = !err;
	return err ? error_set(error, -err, "no memory") : 0;
}

/* Two sinks would write into each other's lines. */
static int check_stdout(const struct sinks *s, bool json, struct error *error)
{
	unsigned int i, nr = 0;

	for (i = 0; i < s->nr; i++)
		nr += !s->slots[i].file.stream;
	if (nr > 1 || (nr && json))
		return error_set(error, EINVAL,
				 "only one output can go to standard output: leave out -j or --write=FORMAT:-");
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
		"--write=%.64s: no file or no known format: use a name that ends in %s, or put %s in front of it", value,
		suffixes, names);
}

static int open_write(struct sinks *s, const char *value, bool to_stdout, const struct display *display,
		      struct error *error)
{
	const char *file;
	const struct format *f = format_of(value, &file);

	if (!f || !*file)
		return no_format(value, error);
	return !strcmp(file, "-") == to_stdout ? open_slot(s, f, file, display, error) : 0;
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

/* Files first, so that the keeper's numbers of them are those of the slots. */
static int open_all(struct sinks *s, const struct display *display, bool json, char *const *writes,
		    unsigned int nr, struct error *error)
{
	int on_stdout, err = open_writes(s, writes, nr, false, display, error);

	err = err ? err : open_writes(s, writes, nr, true, display, error);
	if (err)
		return err;
	on_stdout = check_stdout(s, json, error);
	if (on_stdout)
		return on_stdout < 0 ? on_stdout : 0;
	return open_slot(s, format_with(json ? &sink_json : &sink_text), "-", display, error);
}

static int start_keeper(struct sinks *s, struct error *error)
{
	struct written_file *files = calloc(s->nr, sizeof(*files));
	unsigned int nr;

	if (!files)
		return error_set(error, ENOMEM, "no memory");
	for (nr = 0; nr < s->nr && s->slots[nr].file.stream; nr++)
		files[nr] = s->slots[nr].file;
	s->keeper = files_keep(files, nr, error);
	free(files);
	return s->keeper < -1 ? s->keeper : 0;
}

int sinks_open(struct sinks **sinks, const struct display *display, bool json, char *const *writes,
	       unsigned int nr, struct error *error)
{
	struct sinks *s = calloc(1, sizeof(*s));
	int err;

	if (s)
		s->slots = calloc(nr + 1, sizeof(*s->slots));
	if (!s || !s->slots) {
		free(s);
		return error_set(error, ENOMEM, "no memory");
	}
	s->keeper = -1;
	err = open_all(s, display, json, writes, nr, error);
	err = err ? err : start_keeper(s, error);
	if (err) {
		sinks_close(s);
		return err;
	}
	*sinks = s;
	return 0;
}

/* A line on stderr says so, once a sink; the run goes on. */
static void check(struct sinks *s, struct slot *slot)
{
	int err = errno;

	if (!slot->file.stream || slot->failed || !ferror(slot->sink.file))
		return;
	slot->failed = true;
	s->missing = true;
	complain("cannot write %.128s: %s: the run goes on without it", slot->file.path,
		 strerror(err ? err : EIO));
}

static void close_slot(struct sinks *s, unsigned int index, bool complete)
{
	struct slot *slot = &s->slots[index];
	int err;

	if (slot->open && !slot->sink.ops->close(&slot->sink)) {
		s->missing = true;
		complete = false;
	}
	if (!slot->file.stream)
		return;
	err = file_finish(&slot->file, index, s->keeper, complete && !slot->failed);
	if (!err || slot->failed)
		return;
	s->missing = true;
	complain("cannot write %.128s: %s", slot->file.path, strerror(-err));
}

bool sinks_close(struct sinks *s)
{
	unsigned int i;
	bool good;

	if (!s)
		return true;
	for (i = 0; i < s->nr; i++)
		close_slot(s, i, s->complete);
	if (s->keeper >= 0)
		close(s->keeper);
	good = !s->missing;
	free(s->slots);
	free(s);
	return good;
}

unsigned int sinks_wants(const struct sinks *s)
{
	unsigned int i, wants = 0;

	for (i = 0; i < s->nr; i++)
		if (s->slots[i].sink.ops->wants)
			wants |= s->slots[i].sink.ops->wants(&s->slots[i].sink);
	return wants;
}

/* --- telling them --- */

/* Who reads a pipe may go away: that ends this sink, and not the run. Who reads stdout ends the run, as ever. */
static bool begin_call(const struct slot *slot)
{
	if (slot->failed)
		return false;
	if (slot->file.stream && slot->file.folder < 0)
		signal(SIGPIPE, SIG_IGN);
	errno = 0;
	return true;
}

static void end_call(struct sinks *s, struct slot *slot)
{
	check(s, slot);
	if (slot->file.stream && slot->file.folder < 0)
		signal(SIGPIPE, SIG_DFL);
}

#define TELL(s, op, ...) \
	do { \
		struct slot *slot_; \
\
		for (slot_ = (s)->slots; slot_ < (s)->slots + (s)->nr; slot_++) { \
			if (!slot_->sink.ops->op || !begin_call(slot_)) \
				continue; \
			slot_->sink.ops->op(&slot_->sink, ##__VA_ARGS__); \
			end_call(s, slot_); \
		} \
	} while (0)

void sinks_run_begin(struct sinks *s, const struct run_info *run)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		s->slots[i].sink.run = run;
	TELL(s, run_begin);
}

void sinks_target_begin(struct sinks *s, const struct target_info *target)
{
	TELL(s, target_begin, target);
}

void sinks_sent(struct sinks *s, const struct target_info *target, uint64_t seq)
{
	TELL(s, sent, target, seq);
}

void sinks_result(struct sinks *s, const struct target_info *target, const struct result *result)
{
	TELL(s, result, target, result);
}

void sinks_error(struct sinks *s, const struct target_info *target, const struct result_error *error)
{
	TELL(s, error, target, error);
}

void sinks_outstanding(struct sinks *s, const struct target_info *target, uint64_t seq, uint64_t wall_us)
{
	TELL(s, outstanding, target, seq, wall_us);
}

void sinks_clocks(struct sinks *s, const struct clocks *clocks)
{
	TELL(s, clocks, clocks);
}

void sinks_target_end(struct sinks *s, const struct target_info *target, const struct stats *stats)
{
	TELL(s, target_end, target, stats);
}

void sinks_run_end(struct sinks *s)
{
	TELL(s, run_end);
	s->complete = true;
}
