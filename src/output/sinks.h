/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All sinks of a run, or of a recording that is read. Each call goes to all of them. */
#ifndef PINGTRACE_SINKS_H
#define PINGTRACE_SINKS_H

#include "base/util.h"
#include "output/sink.h"

struct sinks;

/*
 * Open a sink for stdout: JSON if @json, the live view if @display says so, text otherwise. Open one for each of the @nr
 * values of --write, in the format that the value names; one of these may have stdout instead. With @probes, sinks of files
 * and the live view run in a process of their own, so that no probe waits for them: call this before anything else is opened.
 * file_open says with which rights files are opened. The caller keeps @display. Returns 0 or a negative errno with @error
 * filled.
 */
int sinks_open(struct sinks **sinks, const struct display *display, bool json, char *const *writes,
	       unsigned int nr, bool probes, struct error *error);

/* One sink that the caller has opened, and that writes nothing. NULL: no memory. */
struct sinks *sinks_of(const struct sink_ops *ops, void *state);

/* Close all sinks, and put the files into place if run_end or compared was called. Returns false, after a message, if anything failed. */
bool sinks_close(struct sinks *sinks);

/* Mask of SINK_*: what any of them needs. */
unsigned int sinks_wants(const struct sinks *sinks);

/* As the functions of struct sink_ops. */
void sinks_run_begin(struct sinks *sinks, const struct run_info *run);
void sinks_target_begin(struct sinks *sinks, const struct target_info *target);
void sinks_sent(struct sinks *sinks, const struct target_info *target, uint64_t seq);
void sinks_result(struct sinks *sinks, const struct target_info *target, const struct result *result);
void sinks_error(struct sinks *sinks, const struct target_info *target, const struct result_error *error);
void sinks_outstanding(struct sinks *sinks, const struct target_info *target, uint64_t seq, uint64_t wall_us);
void sinks_missed(struct sinks *sinks, uint64_t nr);
void sinks_clocks(struct sinks *sinks, const struct clocks *clocks);
void sinks_probes_over(struct sinks *sinks);
void sinks_target_end(struct sinks *sinks, const struct target_info *target, const struct stats *stats);
void sinks_run_end(struct sinks *sinks);
void sinks_compared(struct sinks *sinks, const struct compared *compared);

/* How another process gives the terminal back that one of them takes. Without one, *@t stays as it is. */
void sinks_taken(const struct sinks *sinks, struct taken_terminal *t);

/* Does one of them read keys? Its terminal, or -1 where there are none to be read now. */
bool sinks_have_view(const struct sinks *sinks);
int sinks_input_fd(struct sinks *sinks);
bool sinks_input(struct sinks *sinks);
void sinks_tick(struct sinks *sinks);

#endif /* PINGTRACE_SINKS_H */
