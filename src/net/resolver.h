/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Name resolution in a process of its own, which is forked before anything is opened and has no privileges: it parses the
 * answers of name servers. Questions and answers are messages of fixed size; an answer is as untrusted as a packet.
 */
#ifndef PINGTRACE_RESOLVER_H
#define PINGTRACE_RESOLVER_H

#include <netdb.h>
#include <sys/types.h>
#include "net/socket.h"

enum question_kind {
	QUESTION_ADDRESS, /* of a name */
	QUESTION_NAME, /* of an address */
};

struct question {
	uint32_t number; /* resolver_ask sets it */
	uint32_t kind;
	int32_t family; /* AF_INET, AF_INET6, or AF_UNSPEC: the system's preference */
	union address address;
	char name[NI_MAXHOST];
};

struct answer {
	uint32_t number; /* the question's */
	int32_t error; /* 0, or getaddrinfo's */
	int32_t system_error; /* with EAI_SYSTEM: errno */
	union address address; /* the first that is IPv4 or IPv6 */
	char name[NI_MAXHOST]; /* the canonical name, or that of the address; not harmless to print */
};

struct resolver {
	int fd; /* to ask and to wait for an answer; -1: it has not been started */
	pid_t pid;
	uint32_t asked, answered; /* numbers of the last question, and of the last one that was answered */
};

#define RESOLVER_NONE ((struct resolver){ .fd = -1 })

/* Fork the process. Returns 0 or a negative errno with @error filled, as all functions below. */
int resolver_start(struct resolver *r, struct error *error);
void resolver_stop(struct resolver *r);

/* Send @question. Answers come in the order of questions. */
int resolver_ask(struct resolver *r, struct question *question, struct error *error);
/*
 * Receive the answer to @question. Waits for it unless @flags has MSG_DONTWAIT, which returns -EAGAIN. An answer to another
 * question, or an invalid one, is an error.
 */
int resolver_take(struct resolver *r, const struct question *question, struct answer *answer, int flags,
		  struct error *error);

#endif /* PINGTRACE_RESOLVER_H */
