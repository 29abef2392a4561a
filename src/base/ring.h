/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring of messages in shared memory, from one process to one that it forked. The writer never waits: without room it is told so.
 * It wakes the reader only if that sleeps, so that a message usually costs no system call.
 */
#ifndef PINGTRACE_RING_H
#define PINGTRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring;

/* A ring of @size bytes, a power of two; call it before the fork. NULL: no memory or no descriptor. Each process frees its own. */
struct ring *ring_new(size_t size);
void ring_free(struct ring *r);

/*
 * The writer. Get room for a message of up to @size bytes, at most a quarter of the ring, aligned to 8 bytes; NULL: no room now.
 * ring_send sends the first @size bytes of it. ring_wake wakes the reader even if it does not sleep for messages.
 */
void *ring_reserve(struct ring *r, size_t size);
void ring_send(struct ring *r, size_t size);
void ring_wake(struct ring *r);

/* The reader. The oldest message and its size; NULL: none. It stays valid until ring_taken. */
const void *ring_next(struct ring *r, size_t *size);
void ring_taken(struct ring *r);
/*
 * The reader's descriptor polls readable after a wake-up. Call ring_sleep before such a wait: from then on every message wakes
 * the reader; false: a message is there already, do not wait. Call ring_awake after it.
 */
int ring_fd(const struct ring *r);
bool ring_sleep(struct ring *r);
void ring_awake(struct ring *r);

#endif /* PINGTRACE_RING_H */
