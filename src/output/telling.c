// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/files.h"
#include "base/signals.h"
#include "output/telling.h"

/* --- opening --- */

int sinks_open_states(struct sinks *s, struct error *error)
{
	struct slot *slot;
	int err;

	for (slot = s->slots; slot < s->slots + s->nr; slot++) {
		if (slot->open)
			continue;
		slot->sink.error = error;
		err = slot->sink.ops->open(&slot->sink);
		slot->sink.error = NULL;
		if (err)
			return err == -ENOMEM ? error_set(error, ENOMEM, "no memory") : err;
		slot->open = true;
	}
	return 0;
}

/* --- closing --- */

/* Report it on stderr, once for each sink; the run goes on. */
static void check(struct sinks *s, struct slot *slot)
{
	int err = errno;

	if (!slot->file.stream || slot->failed || !ferror(slot->sink.file))
		return;
	slot->failed = true;
	s->missing = true;
	if (signals_interrupted())
		complain("cannot write %.128s: nobody reads it", slot->file.path);
	else
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

void sinks_forget(struct sinks *s)
{
	struct slot *slot;

	for (slot = s->slots; slot < s->slots + s->nr; slot++)
		if (slot->file.stream)
			file_forget(&slot->file);
	if (s->keeper >= 0)
		close(s->keeper);
	free(s->slots);
	free(s);
}

unsigned int sinks_wants(const struct sinks *s)
{
	return s->wants;
}

/* --- telling them --- */

/* If the reader of a pipe exits, that ends the sink and not the run. If stdout's exits, that ends the run, as usual. */
static bool begin_call(struct slot *slot)
{
	if (slot->failed)
		return false;
	if (slot->file.stream && slot->file.folder < 0)
		slot->on_pipe = signal(SIGPIPE, SIG_IGN);
	errno = 0;
	return true;
}

static void end_call(struct sinks *s, struct slot *slot)
{
	check(s, slot);
	if (slot->file.stream && slot->file.folder < 0)
		signal(SIGPIPE, slot->on_pipe);
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

void sinks_missed(struct sinks *s, uint64_t nr)
{
	TELL(s, missed, nr);
}

void sinks_clocks(struct sinks *s, const struct clocks *clocks)
{
	TELL(s, clocks, clocks);
}

void sinks_probes_over(struct sinks *s)
{
	TELL(s, probes_over);
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

void sinks_compared(struct sinks *s, const struct compared *compared)
{
	TELL(s, compared, compared);
	s->complete = true;
}

/* --- a terminal --- */

bool sinks_have_view(const struct sinks *s)
{
	const struct slot *slot;

	for (slot = s->slots; slot < s->slots + s->nr; slot++)
		if (slot->sink.ops->input_fd)
			return true;
	return false;
}

int sinks_input_fd(struct sinks *s)
{
	struct slot *slot;

	for (slot = s->slots; slot < s->slots + s->nr; slot++)
		if (slot->sink.ops->input_fd)
			return slot->sink.ops->input_fd(&slot->sink);
	return -1;
}

void sinks_taken(const struct sinks *s, struct taken_terminal *t)
{
	const struct slot *slot;

	for (slot = s->slots; slot < s->slots + s->nr; slot++)
		if (slot->sink.ops->taken)
			slot->sink.ops->taken(&slot->sink, t);
}

bool sinks_input(struct sinks *s)
{
	struct slot *slot;
	bool goes_on = true;

	for (slot = s->slots; slot < s->slots + s->nr; slot++)
		if (slot->sink.ops->input)
			goes_on &= slot->sink.ops->input(&slot->sink);
	return goes_on;
}

void sinks_tick(struct sinks *s)
{
	TELL(s, tick);
}
