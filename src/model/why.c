// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/neighbour.h>
#include <stdarg.h>
#include <string.h>
#include "base/util.h"
#include "model/hook.h"
#include "model/why.h"

/* Less than this is what a scheduler and an interrupt ordinarily take, and no line is printed for it. */
#define WORTH_A_LINE_NS (100 * NSEC_PER_USEC)

static const enum pt_hook receiver_hooks[PT_NR_RECEIVERS] = {
	[PT_RECEIVER_DRIVER_RX] = PT_HOOK_DRIVER_RX,
	[PT_RECEIVER_NETIF_RECEIVE] = PT_HOOK_NETIF_RECEIVE,
};

enum pt_hook receiver_hook(enum pt_receiver receiver)
{
	return receiver_hooks[receiver];
}

const char *receiver_name(enum pt_receiver receiver)
{
	return hook_name(receiver_hooks[receiver]);
}

static const struct {
	uint32_t nud;
	const char *name;
} neighbour_states[] = {
	{ NUD_NONE, "none" },	{ NUD_INCOMPLETE, "incomplete" }, { NUD_STALE, "stale" },
	{ NUD_DELAY, "delay" }, { NUD_PROBE, "probe" },		  { NUD_FAILED, "failed" },
};

static void set_neighbour(struct why *why, size_t i)
{
	why->neighbour = neighbour_states[i].name;
	why->neighbour_waits = !(neighbour_states[i].nud & (NUD_STALE | NUD_DELAY | NUD_PROBE));
}

void why_set_neighbour_state(struct why *why, uint32_t nud)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbour_states); i++)
		if (neighbour_states[i].nud == nud)
			set_neighbour(why, i);
}

void why_set_neighbour(struct why *why, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbour_states); i++)
		if (!strcmp(neighbour_states[i].name, name))
			set_neighbour(why, i);
}

/* Append to @text, after a semicolon where something stands already. */
static void __attribute__((format(printf, 2, 3))) say(char text[WHY_TEXT_SIZE], const char *fmt, ...)
{
	va_list ap;

	append(text, WHY_TEXT_SIZE, "%s", *text ? "; " : "");
	va_start(ap, fmt);
	append_v(text, WHY_TEXT_SIZE, fmt, ap);
	va_end(ap);
}

static void say_receive(char text[WHY_TEXT_SIZE], const struct why_receive *r, enum pt_receiver at)
{
	if (r->ksoftirqd)
		say(text, "%s in ksoftirqd on CPU %u", receiver_name(at), r->cpu);
	if (r->in_softirq && r->late_ns >= WORTH_A_LINE_NS)
		say(text, "the softirq of %s began %.2f ms late", receiver_name(at), to_ms(r->late_ns));
	if (r->in_softirq && r->busy_ns >= WORTH_A_LINE_NS)
		say(text, "the softirq of %s was at other packets for %.2f ms", receiver_name(at),
		    to_ms(r->busy_ns));
}

bool why_holds_by_itself(const struct why *why)
{
	return !strcmp(why->qdisc, "netem");
}

static void say_queue(char text[WHY_TEXT_SIZE], const struct why *why)
{
	if (why->queue_before && !why_holds_by_itself(why))
		say(text, "%u packet%s before it in the queue (%s)", why->queue_before,
		    why->queue_before == 1 ? "" : "s", why->qdisc);
	else if (why->queue_ns >= WORTH_A_LINE_NS)
		say(text, "%s held it for %.2f ms", why->qdisc, to_ms(why->queue_ns));
}

char *why_text(char text[WHY_TEXT_SIZE], const struct why *why)
{
	enum pt_receiver i;

	text[0] = '\0';
	if (why->neighbour_waits)
		say(text, "the neighbour's address was asked for (%s)", why->neighbour);
	if (why->has_queue)
		say_queue(text, why);
	for (i = 0; i < PT_NR_RECEIVERS; i++)
		say_receive(text, &why->receive[i], i);
	if (why->has_rps)
		say(text, "moved from CPU %u to CPU %u", why->rps_from, why->rps_to);
	if (why->has_wait && why->wait_ns >= WORTH_A_LINE_NS) {
		if (why->holder[0])
			say(text, "`%s` held CPU %u for %.2f ms", why->holder, why->wait_cpu,
			    to_ms(why->held_ns));
		else if (why->holder_hidden)
			say(text, "a task of another user held CPU %u for %.2f ms", why->wait_cpu,
			    to_ms(why->held_ns));
		else
			say(text, "ready to run %.2f ms before it had CPU %u%s", to_ms(why->wait_ns),
			    why->wait_cpu, why->held_idle ? ", which was idle" : "");
	}
	return text;
}
