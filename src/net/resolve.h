/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and addresses. What comes from DNS is untrusted; what leaves here is harmless to print. */
#ifndef PINGTRACE_RESOLVE_H
#define PINGTRACE_RESOLVE_H

#include "net/resolver.h"

#define NAME_SIZE 256

/* What the user named, and its address. */
struct destination {
	char name[NAME_SIZE]; /* as the user wrote it, or the canonical name that DNS gave */
	char text[NAME_SIZE]; /* the address */
	char reverse[NAME_SIZE]; /* name of the address; "" where there is none, or none was wanted */
	union address address;
	enum pt_family family;
	bool literal; /* the user wrote an address */
};

/* Is the name that belongs to the address wanted: never, where the user wrote a name, or always? */
enum names { NAMES_NONE, NAMES_OF_NAMES, NAMES_ALWAYS };

/*
 * Look @host up. @family V4, V6 or ANY (the system's preference). The reverse name, if wanted, is looked up as well, once and before the first probe, so that no probe waits
 * for DNS. @r is started where there is a name to look up. Returns 0 or a negative errno with @error filled.
 */
int destination_resolve(struct destination *d, struct resolver *r, const char *host, enum pt_family family,
			enum names names, struct error *error);

/* @a as text. Returns @text. */
char *address_text(char text[NAME_SIZE], const union address *a);

/* An order of addresses, as of memcmp: 0 where both name the same node. (Ports and devices are left out.) */
int address_compare(const union address *a, const union address *b);

/* Do both name the same node? */
bool address_equal(const union address *a, const union address *b);

/* One that means something on its link only: its scope says on which. */
bool address_is_link_local(const union address *a);

/* Parse @text as an address of @family, without any look-up. */
bool address_parse(union address *a, const char *text, enum pt_family family);

#endif /* PINGTRACE_RESOLVE_H */
