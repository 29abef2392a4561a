// SPDX-License-Identifier: GPL-2.0-or-later
/* What outputs have in common: the words for ICMP errors (RFC 792, 1122, 1812; RFC 4443). */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include "output.h"

static const char *const unreachable_v4[] = {
	[ICMP_NET_UNREACH] = "Destination Net Unreachable",
	[ICMP_HOST_UNREACH] = "Destination Host Unreachable",
	[ICMP_PROT_UNREACH] = "Destination Protocol Unreachable",
	[ICMP_PORT_UNREACH] = "Destination Port Unreachable",
	[ICMP_FRAG_NEEDED] = NULL, /* with the MTU */
	[ICMP_SR_FAILED] = "Source Route Failed",
	[ICMP_NET_UNKNOWN] = "Destination Net Unknown",
	[ICMP_HOST_UNKNOWN] = "Destination Host Unknown",
	[ICMP_HOST_ISOLATED] = "Source Host Isolated",
	[ICMP_NET_ANO] = "Destination Net Prohibited",
	[ICMP_HOST_ANO] = "Destination Host Prohibited",
	[ICMP_NET_UNR_TOS] = "Destination Net Unreachable for Type of Service",
	[ICMP_HOST_UNR_TOS] = "Destination Host Unreachable for Type of Service",
	[ICMP_PKT_FILTERED] = "Packet filtered",
	[ICMP_PREC_VIOLATION] = "Precedence Violation",
	[ICMP_PREC_CUTOFF] = "Precedence Cutoff",
};

static const char *const unreachable_v6[] = {
	[ICMP6_DST_UNREACH_NOROUTE] = "Destination unreachable: No route",
	[ICMP6_DST_UNREACH_ADMIN] = "Destination unreachable: Administratively prohibited",
	[ICMP6_DST_UNREACH_BEYONDSCOPE] = "Destination unreachable: Beyond scope of source address",
	[ICMP6_DST_UNREACH_ADDR] = "Destination unreachable: Address unreachable",
	[ICMP6_DST_UNREACH_NOPORT] = "Destination unreachable: Port unreachable",
};

static const char *text_v4(char text[ERROR_TEXT_SIZE], const struct echo_error *e)
{
	switch (e->type) {
	case ICMP_DEST_UNREACH:
		if (e->code == ICMP_FRAG_NEEDED) {
			snprintf(text, ERROR_TEXT_SIZE, "Frag needed and DF set (mtu = %u)", e->info);
			return text;
		}
		return e->code < ARRAY_SIZE(unreachable_v4) ? unreachable_v4[e->code] : NULL;
	case ICMP_SOURCE_QUENCH:
		return "Source Quench";
	case ICMP_REDIRECT:
		return "Redirect";
	case ICMP_TIME_EXCEEDED:
		return e->code == ICMP_EXC_TTL ? "Time to live exceeded" : "Frag reassembly time exceeded";
	case ICMP_PARAMETERPROB:
		snprintf(text, ERROR_TEXT_SIZE, "Parameter problem: pointer = %u", e->info >> 24);
		return text;
	default:
		return NULL;
	}
}

static const char *text_v6(char text[ERROR_TEXT_SIZE], const struct echo_error *e)
{
	switch (e->type) {
	case ICMP6_DST_UNREACH:
		return e->code < ARRAY_SIZE(unreachable_v6) ? unreachable_v6[e->code] : NULL;
	case ICMP6_PACKET_TOO_BIG:
		snprintf(text, ERROR_TEXT_SIZE, "Packet too big: mtu=%u", e->info);
		return text;
	case ICMP6_TIME_EXCEEDED:
		return e->code == ICMP6_TIME_EXCEED_TRANSIT ? "Time exceeded: Hop limit" :
							      "Time exceeded: Defragmentation failure";
	case ICMP6_PARAM_PROB:
		snprintf(text, ERROR_TEXT_SIZE, "Parameter problem: at byte %u", e->info);
		return text;
	default:
		return NULL;
	}
}

char *error_text(char text[ERROR_TEXT_SIZE], const struct echo_error *e, enum pt_family family)
{
	const char *known;

	if (e->local && e->error == EMSGSIZE)
		snprintf(text, ERROR_TEXT_SIZE, "message too long, mtu=%u", e->info);
	else if (e->local)
		snprintf(text, ERROR_TEXT_SIZE, "%s", strerror(e->error));
	else {
		known = family == PT_FAMILY_V6 ? text_v6(text, e) : text_v4(text, e);
		if (!known)
			snprintf(text, ERROR_TEXT_SIZE, "ICMP type %u code %u", e->type, e->code);
		else if (known != text)
			snprintf(text, ERROR_TEXT_SIZE, "%s", known);
	}
	return text;
}
