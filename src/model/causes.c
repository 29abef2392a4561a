// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/neighbour.h>
#include <stdarg.h>
#include <string.h>
#include "base/util.h"
#include "model/hook.h"
#include "model/causes.h"

/* A scheduler and an interrupt usually take less, which is not worth a line. */
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

static void set_neighbour(struct causes *causes, size_t i)
{
	causes->neighbour = neighbour_states[i].name;
	causes->neighbour_waits = !(neighbour_states[i].nud & (NUD_STALE | NUD_DELAY | NUD_PROBE));
}

void causes_set_neighbour_state(struct causes *causes, uint32_t nud)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbour_states); i++)
		if (neighbour_states[i].nud == nud)
			set_neighbour(causes, i);
}

void causes_set_neighbour(struct causes *causes, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbour_states); i++)
		if (!strcmp(neighbour_states[i].name, name))
			set_neighbour(causes, i);
}

/* Append to @text, after a semicolon where something stands already. */
static void __attribute__((format(printf, 2, 3))) say(char text[CAUSES_TEXT_SIZE], const char *fmt, ...)
{
	va_list ap;

	append(text, CAUSES_TEXT_SIZE, "%s", *text ? "; " : "");
	va_start(ap, fmt);
	append_v(text, CAUSES_TEXT_SIZE, fmt, ap);
	va_end(ap);
}

static void say_receive(char text[CAUSES_TEXT_SIZE], const struct causes_receive *r, enum pt_receiver at)
{
	if (r->ksoftirqd)
		say(text, "%s in ksoftirqd on CPU %u", receiver_name(at), r->cpu);
	if (r->in_softirq && r->late_ns >= WORTH_A_LINE_NS)
		say(text, "the softirq of %s began %.2f ms late", receiver_name(at), to_ms(r->late_ns));
	if (r->in_softirq && r->busy_ns >= WORTH_A_LINE_NS)
		say(text, "the softirq of %s was busy with other packets for %.2f ms", receiver_name(at),
		    to_ms(r->busy_ns));
}

bool qdisc_delays_by_itself(const struct causes *causes)
{
	return !strcmp(causes->qdisc, "netem");
}

static void say_queue(char text[CAUSES_TEXT_SIZE], const struct causes *causes)
{
	if (causes->queue_before && !qdisc_delays_by_itself(causes))
		say(text, "%u packet%s before it in the queue (%s)", causes->queue_before,
		    causes->queue_before == 1 ? "" : "s", causes->qdisc);
	else if (causes->queue_ns >= WORTH_A_LINE_NS)
		say(text, "%s held it for %.2f ms", causes->qdisc, to_ms(causes->queue_ns));
}

char *causes_text(char text[CAUSES_TEXT_SIZE], const struct causes *causes)
{
	enum pt_receiver i;

	text[0] = '\0';
	if (causes->neighbour_waits)
		say(text, "the neighbour's address was asked for (%s)", causes->neighbour);
	if (causes->has_queue)
		say_queue(text, causes);
	for (i = 0; i < PT_NR_RECEIVERS; i++)
		say_receive(text, &causes->receive[i], i);
	if (causes->has_rps)
		say(text, "moved from CPU %u to CPU %u", causes->rps_from, causes->rps_to);
	if (causes->has_wait && causes->wait_ns >= WORTH_A_LINE_NS) {
		if (causes->holder[0])
			say(text, "`%s` held CPU %u for %.2f ms", causes->holder, causes->wait_cpu,
			    to_ms(causes->held_ns));
		else if (causes->holder_hidden)
			say(text, "a task of another user held CPU %u for %.2f ms", causes->wait_cpu,
			    to_ms(causes->held_ns));
		else
			say(text, "ready to run %.2f ms before it got CPU %u%s", to_ms(causes->wait_ns),
			    causes->wait_cpu, causes->held_idle ? ", which was idle" : "");
	}
	return text;
}
