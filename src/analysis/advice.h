/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loss advice: what to do about a lost probe. Tables of texts, chosen by where and how it was lost. NULL: no advice. */
#ifndef PINGTRACE_ADVICE_H
#define PINGTRACE_ADVICE_H

#include <pingtrace/record.h>
#include "model/loss.h"

extern const char advice_wrong_checksum[], advice_send_buffer[], advice_raw_socket_full[];

/* Put @text, which may be NULL, into @l. */
void advise(struct loss *l, const char *text);

/* For a drop that the kernel reported, of @packet. */
const char *drop_advice(const struct loss *l, enum pt_dropped packet);

/* For a loss without a drop: by how far the probe came. */
const char *silent_advice(const struct loss *l);

/* For an ICMP error that this host sent itself. */
const char *own_icmp_advice(const struct loss *l, enum pt_family family);

/* For an errno of sendmsg(2). */
const char *error_advice(int error);

#endif /* PINGTRACE_ADVICE_H */
