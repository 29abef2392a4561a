/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages from one process to one that it has forked, in memory that both share. The writer never waits: where there is no
 * room it is told so. The reader is woken only where it sleeps, so that a message costs a copy and, as a rule, no system call.
 */
#ifndef PINGTRACE_RING_H
#define PINGTRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring;

/* A ring of @size bytes, a power of two. Make it before the fork. NULL: no memory, or no descriptor. */
struct ring *ring_new(size_t size);
/* In each process of its own. */
void ring_free(struct ring *r);

/*
 * Room for a message of up to @size bytes, at most a quarter of the ring, aligned to 8 bytes; NULL: there is none now. It is
 * the caller's until ring_send, which sends the first @size bytes of it.
 */
void *ring_reserve(struct ring *r, size_t size);
void ring_send(struct ring *r, size_t size);
/* Wake the reader wherever it waits: with a message that it should take at once. */
void ring_wake(struct ring *r);

/* The oldest message, and its size; NULL: there is none. It is the caller's until ring_taken. */
const void *ring_next(struct ring *r, size_t *size);
void ring_taken(struct ring *r);
/*
 * The reader's descriptor: readable when it has been woken. Before a wait, ring_sleep says that every message is to wake it; it
 * returns false where one has come meanwhile. After the wait, ring_awake takes that back.
 */
int ring_fd(const struct ring *r);
bool ring_sleep(struct ring *r);
void ring_awake(struct ring *r);

#endif /* PINGTRACE_RING_H */
