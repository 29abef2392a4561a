/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One finding: an id, one sentence for people, and its numbers for JSON. The functions here fill it in. */
#ifndef PINGTRACE_FINDING_H
#define PINGTRACE_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#define FINDING_VALUES 12
#define FINDING_TEXT_SIZE 512
#define FINDING_STRING_SIZE 200 /* holds a SEGMENT_NAME_MAX */

/* A number, or, where @is_string, a string. */
struct finding_value {
	const char *key;
	bool is_string;
	uint64_t number;
	char string[FINDING_STRING_SIZE];
};

struct finding {
	const char *id; /* of the contract, see docs/json.md */
	unsigned int nr_values;
	struct finding_value values[FINDING_VALUES];
	char text[FINDING_TEXT_SIZE]; /* one sentence; harmless to print */
};

/* Add a value. */
void finding_number(struct finding *f, const char *key, uint64_t n);
void finding_string(struct finding *f, const char *key, const char *s);

/* Append to the sentence. */
void finding_say(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* PINGTRACE_FINDING_H */
