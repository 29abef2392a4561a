// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include "model/result.h"

void result_init(struct result *r, enum result_kind kind, uint64_t seq)
{
	memset(r, 0, offsetof(struct result, loss));
	r->kind = kind;
	r->seq = seq;
	r->ttl = -1;
	r->wrong_at = -1;
}

void result_release(struct result *r)
{
	free(r->payload);
	r->payload = NULL;
}

struct result_error loss_error(const struct loss *l)
{
	return (struct result_error){
		.type = l->icmp_type,
		.code = l->icmp_code,
		.info = l->icmp_info,
	};
}
