// SPDX-License-Identifier: GPL-2.0-or-later
/* ping's words for ICMP errors (RFC 792, 1122, 1812; RFC 4443). */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include "base/util.h"
#include "model/result.h"

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
	[5] = "Destination unreachable: Source address failed ingress/egress policy", /* RFC 4443, 3.1 */
	[6] = "Destination unreachable: Reject route to destination",
};

static const char *text_v4(char text[ERROR_TEXT_SIZE], const struct result_error *e)
{
	switch (e->type) {
	case ICMP_DEST_UNREACH:
		if (e->code == ICMP_FRAG_NEEDED) {
			snprintf(text, ERROR_TEXT_SIZE, "Frag needed and DF set (mtu = %u)", e->info);
			return text;
		}
		if (e->code >= ARRAY_SIZE(unreachable_v4))
			break;
		return unreachable_v4[e->code];
	case ICMP_SOURCE_QUENCH:
		return "Source Quench";
	case ICMP_REDIRECT:
		return "Redirect";
	case ICMP_TIME_EXCEEDED:
		return e->code == ICMP_EXC_TTL ? "Time to live exceeded" : "Frag reassembly time exceeded";
	case ICMP_PARAMETERPROB:
		snprintf(text, ERROR_TEXT_SIZE, "Parameter problem: pointer = %u", e->info);
		return text;
	default:
		snprintf(text, ERROR_TEXT_SIZE, "Bad ICMP type: %d", e->type);
		return text;
	}
	snprintf(text, ERROR_TEXT_SIZE, "Dest Unreachable, Bad Code: %d", e->code);
	return text;
}

static const char *const problems_v6[] = {
	[ICMP6_PARAMPROB_HEADER] = "Wrong header field",
	[ICMP6_PARAMPROB_NEXTHEADER] = "Unknown header",
	[ICMP6_PARAMPROB_OPTION] = "Unknown option",
};

static const char *text_v6(char text[ERROR_TEXT_SIZE], const struct result_error *e)
{
	switch (e->type) {
	case ICMP6_DST_UNREACH:
		if (e->code < ARRAY_SIZE(unreachable_v6))
			return unreachable_v6[e->code];
		snprintf(text, ERROR_TEXT_SIZE, "Destination unreachable: Unknown code %d", e->code);
		break;
	case ICMP6_PACKET_TOO_BIG:
		snprintf(text, ERROR_TEXT_SIZE, "Packet too big: mtu=%u", e->info);
		break;
	case ICMP6_TIME_EXCEEDED:
		return e->code == ICMP6_TIME_EXCEED_TRANSIT ? "Time exceeded: Hop limit" :
							      "Time exceeded: Defragmentation failure";
	case ICMP6_PARAM_PROB:
		if (e->code < ARRAY_SIZE(problems_v6))
			snprintf(text, ERROR_TEXT_SIZE, "Parameter problem: %s at %u", problems_v6[e->code],
				 e->info);
		else
			snprintf(text, ERROR_TEXT_SIZE, "Parameter problem: code %d at %u", e->code, e->info);
		break;
	default:
		snprintf(text, ERROR_TEXT_SIZE, "unknown icmp type: %u", e->type);
	}
	return text;
}

char *error_text(char text[ERROR_TEXT_SIZE], const struct result_error *e, enum pt_family family)
{
	const char *known;

	if (e->local && e->error == EMSGSIZE) {
		snprintf(text, ERROR_TEXT_SIZE, "message too long, mtu%s%u",
			 family == PT_FAMILY_V6 ? ": " : "=", e->info);
	} else if (e->local) {
		snprintf(text, ERROR_TEXT_SIZE, "%s", strerror(e->error));
	} else {
		known = family == PT_FAMILY_V6 ? text_v6(text, e) : text_v4(text, e);
		if (known != text)
			snprintf(text, ERROR_TEXT_SIZE, "%s", known);
	}
	return text;
}
