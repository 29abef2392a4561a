// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <langinfo.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "resolve.h"

static int family_number(enum pt_family family)
{
	return family == PT_FAMILY_V4 ? AF_INET : family == PT_FAMILY_V6 ? AF_INET6 : AF_UNSPEC;
}

static socklen_t size_of(const union address *a)
{
	return a->sa.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

/* Names that are not ASCII go out encoded (IDNA), and come back as letters where the terminal can show them. */
static bool shows_letters(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* One look-up; the first address that is IPv4 or IPv6 counts. Returns getaddrinfo's error. */
static int look_up(union address *a, char *canonical, const char *host, int family, int flags)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_RAW, .ai_flags = flags };
	struct addrinfo *list, *ai;
	int err;

	err = getaddrinfo(host, NULL, &hints, &list);
	if (err)
		return err;
	err = EAI_ADDRFAMILY;
	for (ai = list; ai; ai = ai->ai_next) {
		if (ai->ai_addrlen > sizeof(*a) || (ai->ai_family != AF_INET && ai->ai_family != AF_INET6))
			continue;
		memcpy(a, ai->ai_addr, ai->ai_addrlen);
		if (canonical)
			harmless(canonical, NAME_SIZE, list->ai_canonname ? list->ai_canonname : host);
		err = 0;
		break;
	}
	freeaddrinfo(list);
	return err;
}

bool address_parse(union address *a, const char *text, enum pt_family family)
{
	memset(a, 0, sizeof(*a));
	return !look_up(a, NULL, text, family_number(family), AI_NUMERICHOST);
}

/*
 * The name of a device, as they were when the first was asked for: while we ping, the kernel is not to be
 * asked any more.
 */
static const char *device_name(unsigned int index)
{
	static struct if_nameindex *devices;
	struct if_nameindex *d;

	if (!devices)
		devices = if_nameindex();
	for (d = devices; d && d->if_index; d++)
		if (d->if_index == index)
			return d->if_name;
	return NULL;
}

char *address_text(char text[NAME_SIZE], const union address *a)
{
	char raw[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
	const char *device;
	unsigned int scope;
	size_t len;

	if (a->sa.sa_family != AF_INET6) {
		inet_ntop(AF_INET, &a->v4.sin_addr, raw, sizeof(raw));
		return harmless(text, NAME_SIZE, raw);
	}
	inet_ntop(AF_INET6, &a->v6.sin6_addr, raw, sizeof(raw));
	scope = a->v6.sin6_scope_id;
	device = device_name(scope);
	len = strlen(raw);
	if (scope && device)
		snprintf(raw + len, sizeof(raw) - len, "%%%s", device);
	else if (scope)
		snprintf(raw + len, sizeof(raw) - len, "%%%u", scope);
	return harmless(text, NAME_SIZE, raw);
}

bool address_equal(const union address *a, const union address *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	if (a->sa.sa_family == AF_INET6)
		return !memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof(a->v6.sin6_addr));
	return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
}

static void look_up_reverse(struct target *t)
{
	char raw[NI_MAXHOST];

	if (!getnameinfo(&t->address.sa, size_of(&t->address), raw, sizeof(raw), NULL, 0,
			 NI_NAMEREQD | (shows_letters() ? NI_IDN : 0)))
		harmless(t->reverse, sizeof(t->reverse), raw);
}

/* Has @host an address of the other family than @family? Only asked where it has none of @family. */
static bool is_of_other_family(const char *host, enum pt_family family)
{
	union address a;

	return !look_up(&a, NULL, host, family == PT_FAMILY_V4 ? AF_INET6 : AF_INET, AI_IDN);
}

/* What getaddrinfo's @err means to the user. */
static int refuse_host(const char *host, enum pt_family family, int err, struct reason *why)
{
	const char *name = family == PT_FAMILY_V4 ? "IPv4" : "IPv6";
	union address a;

	if (err == EAI_SYSTEM)
		return because(why, errno, "%.64s: %s", host, strerror(errno));
	/* Where nobody gives an answer, asking once more would take as long again. */
	if (family == PT_FAMILY_ANY || err == EAI_AGAIN || !is_of_other_family(host, family))
		return because(why, ENOENT, "%.64s: %s: check the name, or give an address", host,
			       gai_strerror(err));
	return because(why, EAFNOSUPPORT, "%.64s: %s %s address: leave out -%c", host,
		       address_parse(&a, host, PT_FAMILY_ANY) ? "not an" : "a name without an", name,
		       family == PT_FAMILY_V4 ? '4' : '6');
}

int target_resolve(struct target *t, const char *host, enum pt_family family, enum names names,
		   struct reason *why)
{
	int err;

	memset(t, 0, sizeof(*t));
	t->literal = address_parse(&t->address, host, family);
	if (t->literal) {
		harmless(t->name, sizeof(t->name), host);
	} else {
		err = look_up(&t->address, t->name, host, family_number(family),
			      AI_CANONNAME | AI_IDN | (shows_letters() ? AI_CANONIDN : 0));
		if (err)
			return refuse_host(host, family, err, why);
	}
	t->family = t->address.sa.sa_family == AF_INET6 ? PT_FAMILY_V6 : PT_FAMILY_V4;
	if (t->family == PT_FAMILY_V6)
		harmless(t->name, sizeof(t->name), host); /* as ping: what was asked for */
	address_text(t->text, &t->address);
	if (names == NAMES_ALWAYS || (names == NAMES_OF_NAMES && !t->literal))
		look_up_reverse(t);
	return 0;
}
