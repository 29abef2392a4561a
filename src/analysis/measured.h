/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of the probes to one target, so that two runs can be compared: a series for each thing that is measured. */
#ifndef PINGTRACE_MEASURED_H
#define PINGTRACE_MEASURED_H

#include "analysis/thinned.h"
#include "model/result.h"

/* In the order in which they are shown. */
enum quantity_kind { QUANTITY_RTT, QUANTITY_USER_RTT, QUANTITY_LAYER, QUANTITY_SEGMENT };

/*
 * The round trip (ping's time=); the user's, which the segments add up to; a layer, or a segment as it occurred, merged or
 * not.
 */
struct quantity {
	enum quantity_kind kind;
	enum pt_hook from, to; /* of a segment; otherwise 0 */
	layer_set layers; /* of a layer and a segment; otherwise 0 */
};

struct quantity_series {
	struct quantity quantity;
	struct thinned series; /* in ns */
};

/* More than a run has of segments and layers, merged in whichever way; a recording may hold anything. */
#define MEASURED_MAX 160

struct measured {
	enum pt_socket socket; /* that segments were measured with */
	uint32_t limit; /* values of each series, see thinned.h */
	struct quantity_series **rows; /* in the order in which they are shown */
	unsigned int nr_rows;
	struct thinned lost; /* for each probe 1: lost, or 0: answered */
	uint64_t transmitted, received; /* as stats has them; a probe that was answered late was received */
	uint64_t left_out; /* values for which there was no memory */
};

/*
 * How many values of a series are kept where there are @nr_targets, so that memory stays bounded: all up to SERIES_MAX with
 * one or two targets, and never less than SERIES_MIN.
 */
#define SERIES_MIN 256
uint32_t thinned_share(unsigned int nr_targets);

/* Add what a result has. Duplicates and corrupted replies have nothing: which request they answer is not known. */
void measured_add(struct measured *t, const struct result *r);

void measured_free(struct measured *t);

/* "rtt", "user-rtt", "ip", "driver-in": the name of a quantity, with the target's socket. Returns @name. */
char *quantity_name(char name[SEGMENT_NAME_MAX], const struct quantity *q, enum pt_socket socket);

/* Is @a shown before @b? */
bool quantity_before(const struct quantity *a, const struct quantity *b);

#endif /* PINGTRACE_MEASURED_H */
