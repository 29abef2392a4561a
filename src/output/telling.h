/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sinks of one process: opened by sinks.c, or passed to the worker. */
#ifndef PINGTRACE_TELLING_H
#define PINGTRACE_TELLING_H

#include "base/files.h"
#include "output/sinks.h"

struct slot {
	struct sink sink;
	bool open; /* the sink has its state */
	void (*on_pipe)(int sig); /* what SIGPIPE does to this process between the calls */
	bool failed; /* its stream could not be written: it is told nothing more */
	struct written_file file; /* without a stream: it is stdout, or needs none */
};

struct sinks {
	struct slot *slots;
	unsigned int nr;
	int keeper; /* of the files of the first slots; -1: there is none */
	unsigned int wants; /* SINK_* */
	bool complete; /* the run was told to its end */
	bool missing; /* something could not be written */
};

/* Make the states of all. Returns 0 or a negative errno with @error filled. */
int sinks_open_states(struct sinks *s, struct error *error);

/* The sinks now belong to another process: close this one's descriptors and free its memory. */
void sinks_forget(struct sinks *s);

#endif /* PINGTRACE_TELLING_H */
