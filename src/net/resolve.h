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
	char reverse[NAME_SIZE]; /* name of the address; "": none, or not looked up */
	union address address;
	enum pt_family family;
	bool literal; /* the user wrote an address */
};

/* Whether to look up the name of the address: never, if the user wrote a name, or always. */
enum names { NAMES_NONE, NAMES_OF_NAMES, NAMES_ALWAYS };

/*
 * Look up @host, and its reverse name if wanted. @family is V4, V6 or ANY (the system's preference). Call it before the first
 * probe, so that no probe waits for DNS. Starts @r if there is a name to look up. Returns 0 or a negative errno with @error
 * filled.
 */
int destination_resolve(struct destination *d, struct resolver *r, const char *host, enum pt_family family,
			enum names names, struct error *error);

/* @a as text. Returns @text. */
char *address_text(char text[NAME_SIZE], const union address *a);

/* Compare as memcmp does: 0 if both name the same node. Ignores ports and scopes. */
int address_compare(const union address *a, const union address *b);

/* Do both name the same node? */
bool address_equal(const union address *a, const union address *b);

/* A link-local address is valid on its link only; its scope says which link that is. */
bool address_is_link_local(const union address *a);

/* Parse @text as an address of @family, without any look-up. */
bool address_parse(union address *a, const char *text, enum pt_family family);

#endif /* PINGTRACE_RESOLVE_H */
