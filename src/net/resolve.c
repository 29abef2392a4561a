// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "net/resolve.h"

static int family_number(enum pt_family family)
{
	return family == PT_FAMILY_V4 ? AF_INET : family == PT_FAMILY_V6 ? AF_INET6 : AF_UNSPEC;
}

bool address_parse(union address *a, const char *text, enum pt_family family)
{
	struct addrinfo hints = {
		.ai_family = family_number(family),
		.ai_socktype = SOCK_RAW,
		.ai_flags = AI_NUMERICHOST,
	};
	struct addrinfo *list;
	bool fits;

	memset(a, 0, sizeof(*a));
	if (getaddrinfo(text, NULL, &hints, &list))
		return false;
	fits = list->ai_addrlen <= sizeof(*a);
	if (fits)
		memcpy(a, list->ai_addr, list->ai_addrlen);
	freeaddrinfo(list);
	return fits;
}

/*
 * The name of a device, from a list that is read at the first call: the system call filter forbids to ask the kernel while we
 * ping.
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

int address_compare(const union address *a, const union address *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return a->sa.sa_family < b->sa.sa_family ? -1 : 1;
	if (a->sa.sa_family == AF_INET6)
		return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof(a->v6.sin6_addr));
	return memcmp(&a->v4.sin_addr, &b->v4.sin_addr, sizeof(a->v4.sin_addr));
}

bool address_equal(const union address *a, const union address *b)
{
	return !address_compare(a, b);
}

bool address_is_link_local(const union address *a)
{
	return a->sa.sa_family == AF_INET6 &&
	       (IN6_IS_ADDR_LINKLOCAL(&a->v6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&a->v6.sin6_addr));
}

/* Ask, and wait for the answer. Returns 0 or a negative errno with @error filled. */
static int look_up(struct resolver *r, struct question *q, struct answer *answer, struct error *error)
{
	int err = r->fd < 0 ? resolver_start(r, error) : 0;

	err = err ?: resolver_ask(r, q, error);
	return err ?: resolver_take(r, q, answer, 0, error);
}

static int look_up_address(struct resolver *r, const char *host, enum pt_family family, struct answer *answer,
			   struct error *error)
{
	struct question q = { .kind = QUESTION_ADDRESS, .family = family_number(family) };

	if (strlen(host) >= sizeof(q.name)) {
		answer->error = EAI_NONAME;
		return 0;
	}
	strcpy(q.name, host);
	return look_up(r, &q, answer, error);
}

/* There may be none: that is no error. */
static int look_up_reverse(struct resolver *r, struct destination *d, struct error *error)
{
	struct question q = {
		.kind = QUESTION_NAME,
		.family = d->address.sa.sa_family,
		.address = d->address,
	};
	struct answer answer;
	int err = look_up(r, &q, &answer, error);

	if (!err && !answer.error)
		harmless(d->reverse, sizeof(d->reverse), answer.name);
	return err;
}

/* Does @host have an address of the other family? Called only if it has none of @family. */
static bool is_of_other_family(struct resolver *r, const char *host, enum pt_family family)
{
	struct answer answer;

	return !look_up_address(r, host, family == PT_FAMILY_V4 ? PT_FAMILY_V6 : PT_FAMILY_V4, &answer,
				NULL) &&
	       !answer.error;
}

/* Make an error of @answer. */
static int refuse_host(struct resolver *r, const char *host, enum pt_family family,
		       const struct answer *answer, struct error *error)
{
	const char *name = family == PT_FAMILY_V4 ? "IPv4" : "IPv6";
	union address a;

	if (answer->error == EAI_SYSTEM)
		return error_set(error, EIO, "%.64s: %s", host, strerror(answer->system_error));
	/* If no server answers, a second question would take as long again. */
	if (family == PT_FAMILY_ANY || answer->error == EAI_AGAIN || !is_of_other_family(r, host, family))
		return error_set(error, ENOENT, "%.64s: %s: check the name, or give an address", host,
				 gai_strerror(answer->error));
	return error_set(error, EAFNOSUPPORT, "%.64s: %s %s address: leave out -%c", host,
			 address_parse(&a, host, PT_FAMILY_ANY) ? "not an" : "a name without an", name,
			 family == PT_FAMILY_V4 ? '4' : '6');
}

int destination_resolve(struct destination *d, struct resolver *r, const char *host, enum pt_family family,
			enum names names, struct error *error)
{
	struct answer answer;
	int err;

	memset(d, 0, sizeof(*d));
	d->literal = address_parse(&d->address, host, family);
	if (d->literal) {
		harmless(d->name, sizeof(d->name), host);
	} else {
		err = look_up_address(r, host, family, &answer, error);
		if (err)
			return err;
		if (answer.error)
			return refuse_host(r, host, family, &answer, error);
		d->address = answer.address;
		harmless(d->name, sizeof(d->name), answer.name);
	}
	d->family = d->address.sa.sa_family == AF_INET6 ? PT_FAMILY_V6 : PT_FAMILY_V4;
	if (d->family == PT_FAMILY_V6)
		harmless(d->name, sizeof(d->name), host); /* as ping: what was asked for */
	address_text(d->text, &d->address);
	if (names == NAMES_ALWAYS || (names == NAMES_OF_NAMES && !d->literal))
		return look_up_reverse(r, d, error);
	return 0;
}
