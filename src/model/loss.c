// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "base/util.h"
#include "model/hook.h"
#include "model/loss.h"

bool loss_equal(const struct loss *a, const struct loss *b)
{
	return a->where == b->where && a->silent == b->silent && a->hook == b->hook &&
	       !strcmp(a->reason, b->reason) && !strcmp(a->function, b->function) &&
	       !strcmp(a->dev, b->dev) && a->netns == b->netns && a->error == b->error &&
	       a->has_icmp == b->has_icmp && a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
	       a->icmp_info == b->icmp_info && !strcmp(a->icmp_from, b->icmp_from);
}

static const char *const where_names[] = {
	[LOSS_UNKNOWN] = NULL, [LOSS_SOCKET] = "socket", [LOSS_OUT] = "out",
	[LOSS_FAR] = "far",    [LOSS_IN] = "in",
};

const char *loss_where_name(enum loss_where where)
{
	return where_names[where];
}

enum loss_where loss_where_of_name(const char *name)
{
	enum loss_where where;

	for (where = LOSS_SOCKET; where <= LOSS_IN; where++)
		if (!strcmp(where_names[where], name))
			return where;
	return LOSS_UNKNOWN;
}

static const char *const where_texts[] = {
	[LOSS_UNKNOWN] = "lost",     [LOSS_SOCKET] = "not sent",       [LOSS_OUT] = "lost on the way out",
	[LOSS_FAR] = "lost outside", [LOSS_IN] = "lost on the way in",
};

/* The same for a probe that may still be under way. */
static const char *const silent_texts[] = {
	[LOSS_UNKNOWN] = "not answered",     [LOSS_SOCKET] = "not sent",
	[LOSS_OUT] = "still on the way out", [LOSS_FAR] = "not answered",
	[LOSS_IN] = "still on the way in",
};

char *loss_text(char text[LOSS_TEXT_SIZE], const struct loss *l)
{
	text[0] = '\0';
	append(text, LOSS_TEXT_SIZE, "%s", l->silent ? silent_texts[l->where] : where_texts[l->where]);
	if (l->hook != PT_HOOK_NONE)
		append(text, LOSS_TEXT_SIZE, ", after %s", hook_name(l->hook));
	if (l->function[0])
		append(text, LOSS_TEXT_SIZE, ", in %s", l->function);
	if (l->reason[0] && strcmp(l->reason, "NOT_SPECIFIED") != 0)
		append(text, LOSS_TEXT_SIZE, " (%s)", l->reason);
	if (l->dev[0])
		append(text, LOSS_TEXT_SIZE, ", %s", l->dev);
	if (l->netns || *l->netns_name)
		append(text, LOSS_TEXT_SIZE, " in %s",
		       *l->netns_name ? l->netns_name : "another network namespace");
	if (*l->advice)
		append(text, LOSS_TEXT_SIZE, ": %s", l->advice);
	return text;
}
