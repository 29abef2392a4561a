/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a probe was lost and why. See analysis/loss.h. */
#ifndef PINGTRACE_LOSS_H
#define PINGTRACE_LOSS_H

#include <stdbool.h>
#include <stdint.h>
#include <pingtrace/record.h>
#include "net/netns.h"

enum loss_where {
	LOSS_UNKNOWN, /* too little was seen */
	LOSS_SOCKET, /* sendmsg(2) failed */
	LOSS_OUT, /* on this host's way out */
	LOSS_FAR, /* it left this host; or a router or responder in this kernel dropped it */
	LOSS_IN, /* the reply came back and was lost on this host's way in */
};

#define DROP_REASON_SIZE 48

#define LOSS_ADVICE_SIZE 256
#define LOSS_ADDRESS_SIZE 64

struct loss {
	enum loss_where where;
	bool silent; /* nobody reported it: there was no answer when the probe expired or the run ended */
	enum pt_hook hook; /* the last that was passed; PT_HOOK_NONE: not known */
	char reason[DROP_REASON_SIZE]; /* the kernel's drop reason; "": none given */
	char function[40]; /* in which it was dropped; "": not known */
	char dev[16]; /* harmless to print; "": not known */
	uint64_t dropped_ns; /* CLOCK_MONOTONIC; 0: not dropped, or not known */
	uint16_t dropped_cpu; /* where it was dropped; PT_CPU_UNKNOWN: not known */
	uint32_t netns; /* if it is not our own; 0: it is, or not known */
	char netns_name[NETNS_NAME_SIZE]; /* what to call it, set by the caller of loss_of; "": not known */
	int error; /* errno of sendmsg(2); 0: it succeeded */
	char advice[LOSS_ADVICE_SIZE]; /* what to do about it, harmless; "": no advice */
	bool has_icmp; /* an ICMP error came back: */
	uint8_t icmp_type, icmp_code;
	uint32_t icmp_info;
	char icmp_from[LOSS_ADDRESS_SIZE]; /* the node that reports it, set by the caller of loss_of */
};

/* Are these two counted as the same loss? Their times do not matter. */
bool loss_equal(const struct loss *a, const struct loss *b);

/* "out"; NULL for LOSS_UNKNOWN. An unknown name means LOSS_UNKNOWN. */
const char *loss_where_name(enum loss_where where);
enum loss_where loss_where_of_name(const char *name);

/* "lost on the way out, after ip_local_out, in nf_hook_slow (NETFILTER_DROP), eth0: ...": harmless. Returns @text. */
#define LOSS_TEXT_SIZE 400
char *loss_text(char text[LOSS_TEXT_SIZE], const struct loss *loss);

#endif /* PINGTRACE_LOSS_H */
