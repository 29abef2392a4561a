/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a lost probe was lost, from its record. Pure functions: no I/O, no clock, no allocation. Nothing is guessed: a hook is
 * named because the kernel reported a drop there, or because the stamps show that the probe came so far and no further.
 */
#ifndef PINGTRACE_ANALYSIS_LOSS_H
#define PINGTRACE_ANALYSIS_LOSS_H

#include <pingtrace/record.h>
#include "model/loss.h"

/* The kernel's names of its drop reasons by number, without SKB_DROP_REASON_; "" where there is none. */
struct drop_reasons {
	unsigned int nr;
	char (*names)[DROP_REASON_SIZE];
};

/* What hooks can see in this run. */
struct loss_sight {
	enum pt_socket socket;
	enum pt_family family;
	uint32_t netns; /* inode number of our network namespace; 0: not known */
	uint32_t hooks; /* bit mask: attached */
	bool both_ways; /* programs in the kernel see both the request and the reply */
	const struct drop_reasons *reasons; /* NULL: none */
	const struct pt_dev *devs; /* PT_NR_DEVS; NULL: none */
	bool icmp_from_here; /* the ICMP error about the probe came from an address of this host */
	bool in_fragments; /* requests leave in fragments, and hooks see only the first */
};

/* Fill @loss from the record of a probe that was not answered. */
void loss_of(struct loss *loss, const struct pt_record *rec, const struct loss_sight *sight);

#endif /* PINGTRACE_ANALYSIS_LOSS_H */
