/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clock, errors, text: for every other part. */
#ifndef PINGTRACE_UTIL_H
#define PINGTRACE_UTIL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000ULL
#define NSEC_PER_MSEC 1000000ULL
#define NSEC_PER_USEC 1000ULL
#define USEC_PER_SEC 1000000ULL

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* CLOCK_MONOTONIC in ns: the clock of bpf_ktime_get_ns(), so that user and kernel stamps compare. */
static inline uint64_t mono_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static inline double to_ms(uint64_t ns)
{
	return (double)ns / NSEC_PER_MSEC;
}

/*
 * Make room for element @index in @array of *@nr elements of @size bytes. The new ones, up to @index, are all zero, and *@nr
 * counts them. Returns the array, which may have moved and is the caller's to free; NULL if there is no memory: then
 * nothing has changed.
 */
void *grow_array(void *array, unsigned int *nr, unsigned int index, size_t size);

/* Append to @text, which has room for @size bytes; what does not fit is cut off. */
void append(char *text, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void append_v(char *text, size_t size, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

/*
 * Print "pingtrace: <text>" as one line on stderr: what is wrong, then what to do about it. The text may contain untrusted
 * names: everything but spaces goes through harmless().
 */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What went wrong, in one line: the callee fills it, the caller shows it. */
struct error {
	char text[256];
};

/* Fill @error (which may be NULL) and return -@err. */
int error_set(struct error *error, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Copy the untrusted name @src (from DNS, from a device) into @dst of @size bytes. Printable ASCII stays, and so do visible
 * left-to-right letters and digits of the locale's character set; every other byte, and a space, becomes '?'. So there is no
 * terminal escape in @dst, nothing invisible, and nothing that changes the direction of text. Returns @dst.
 */
char *harmless(char *dst, size_t size, const char *src);

#endif /* PINGTRACE_UTIL_H */
