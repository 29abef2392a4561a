// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/ring.h"

/* Before each message: its size without this, and whether it only fills the ring up to its end. */
struct header {
	uint32_t size;
	uint32_t is_filler;
};

/* What both processes see. Positions count bytes since the beginning; each has one writer, and a cache line. */
struct shared {
	_Alignas(64) _Atomic uint64_t sent;
	_Alignas(64) _Atomic uint64_t taken;
	_Alignas(64) _Atomic uint32_t asleep;
	_Alignas(64) uint8_t data[];
};

struct ring {
	struct shared *shared;
	size_t size;
	int fd;
	uint64_t write_at; /* position of the message that is being written */
	uint64_t taken; /* what the reader had taken when the writer looked last */
	size_t reserved;
	uint64_t read_at; /* position of the message that is next */
};

static size_t whole(size_t size)
{
	return sizeof(struct header) + ((size + 7) & ~(size_t)7);
}

struct ring *ring_new(size_t size)
{
	struct ring *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->size = size;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* All of it is there from the beginning: a page fault costs more than a message. */
	r->shared = mmap(NULL, sizeof(*r->shared) + size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (r->fd >= 0 && r->shared != MAP_FAILED)
		return r;
	ring_free(r);
	return NULL;
}

void ring_free(struct ring *r)
{
	if (!r)
		return;
	if (r->shared != MAP_FAILED)
		munmap(r->shared, sizeof(*r->shared) + r->size);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

static struct header *header_at(const struct ring *r, uint64_t position)
{
	return (struct header *)(r->shared->data + (position & (r->size - 1)));
}

/* --- the writer --- */

static bool has_room(struct ring *r, size_t size)
{
	if (r->write_at + size - r->taken <= r->size)
		return true;
	r->taken = atomic_load_explicit(&r->shared->taken, memory_order_acquire);
	return r->write_at + size - r->taken <= r->size;
}

void *ring_reserve(struct ring *r, size_t size)
{
	size_t to_end = r->size - (r->write_at & (r->size - 1)), filler = whole(size) > to_end ? to_end : 0;

	if (size > r->size / 4 || !has_room(r, filler + whole(size)))
		return NULL;
	/* A message lies in one piece. Positions are multiples of a header's size: a filler has room for one. */
	if (filler) {
		*header_at(r, r->write_at) = (struct header){ filler - sizeof(struct header), 1 };
		r->write_at += filler;
	}
	r->reserved = size;
	return header_at(r, r->write_at) + 1;
}

void ring_send(struct ring *r, size_t size)
{
	struct shared *s = r->shared;

	if (size > r->reserved)
		abort();
	*header_at(r, r->write_at) = (struct header){ size, 0 };
	r->write_at += whole(size);
	atomic_store_explicit(&s->sent, r->write_at, memory_order_release);
	/* The reader says that it sleeps, then looks once more; here it is the other way round: one sees the other. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&s->asleep, memory_order_relaxed))
		ring_wake(r);
}

void ring_wake(struct ring *r)
{
	static const uint64_t one = 1;

	/* It is full only where the reader has been woken more often than it can count. */
	if (write(r->fd, &one, sizeof(one)) < 0)
		return;
}

/* --- the reader --- */

const void *ring_next(struct ring *r, size_t *size)
{
	uint64_t sent = atomic_load_explicit(&r->shared->sent, memory_order_acquire);
	const struct header *h;

	while (r->read_at != sent) {
		h = header_at(r, r->read_at);
		*size = h->size;
		if (!h->is_filler)
			return h + 1;
		r->read_at += whole(h->size);
	}
	return NULL;
}

void ring_taken(struct ring *r)
{
	r->read_at += whole(header_at(r, r->read_at)->size);
	atomic_store_explicit(&r->shared->taken, r->read_at, memory_order_release);
}

int ring_fd(const struct ring *r)
{
	return r->fd;
}

bool ring_sleep(struct ring *r)
{
	atomic_store_explicit(&r->shared->asleep, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(&r->shared->sent, memory_order_relaxed) == r->read_at;
}

void ring_awake(struct ring *r)
{
	uint64_t times;

	atomic_store_explicit(&r->shared->asleep, 0, memory_order_relaxed);
	if (read(r->fd, &times, sizeof(times)) < 0)
		return;
}
