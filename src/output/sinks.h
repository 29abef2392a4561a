/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sinks of a run or of a recording that is read: all of them are told the same. */
#ifndef PINGTRACE_SINKS_H
#define PINGTRACE_SINKS_H

#include "base/util.h"
#include "output/sink.h"

struct sinks;

/*
 * Open one for stdout, JSON if @json, text otherwise, and one for each of the @nr values of --write, in the format that the value
 * names; of these one may take stdout instead. Those that write to files get a process of their own where there are @probes that
 * must not wait for them. Call it before anything else is opened; for the rights that files are opened with see file_open.
 * @display stays the caller's. Returns 0 or a negative errno with @error filled.
 */
int sinks_open(struct sinks **sinks, const struct display *display, bool json, char *const *writes,
	       unsigned int nr, bool probes, struct error *error);

/* Put the files in their places if the run was told to its end. Returns false where something failed, which has been told. */
bool sinks_close(struct sinks *sinks);

/* SINK_*: what is to be collected for any of them. */
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
void sinks_target_end(struct sinks *sinks, const struct target_info *target, const struct stats *stats);
void sinks_run_end(struct sinks *sinks);

#endif /* PINGTRACE_SINKS_H */
