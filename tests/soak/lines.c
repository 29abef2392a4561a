// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "lines.h"

struct text {
	char *at;
	bool bad;
};

/* --- JSON, as compact as it is written --- */

static bool take_char(struct text *t, char c)
{
	if (t->bad || *t->at != c) {
		t->bad = true;
		return false;
	}
	t->at++;
	return true;
}

/* Escapes are left as they are. */
static char *take_string(struct text *t)
{
	char *start = t->at + 1, *end = start;

	if (!take_char(t, '"'))
		return "";
	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	t->bad = *end != '"';
	if (t->bad)
		return "";
	*end = '\0';
	t->at = end + 1;
	return start;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What follows a decimal point is passed over. */
static int64_t take_number(struct text *t)
{
	bool negative = *t->at == '-';
	int64_t n = 0;

	t->at += negative;
	if (!is_digit(*t->at))
		t->bad = true;
	while (is_digit(*t->at))
		n = n * 10 + (*t->at++ - '0');
	while (is_digit(*t->at) || strchr(".eE+-", *t->at)) {
		if (!*t->at)
			break;
		t->at++;
	}
	return negative ? -n : n;
}

static bool take_word(struct text *t, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(t->at, word, length))
		return false;
	t->at += length;
	return true;
}

/* Is there another member or element before @end? @first: none has been yet. */
static bool another(struct text *t, char end, bool *first)
{
	if (t->bad)
		return false;
	if (*t->at == end) {
		t->at++;
		return false;
	}
	if (!*first)
		take_char(t, ',');
	*first = false;
	return !t->bad;
}

static bool next_key(struct text *t, bool *first, const char **key)
{
	if (!another(t, '}', first))
		return false;
	*key = take_string(t);
	return take_char(t, ':');
}

static void skip(struct text *t)
{
	bool first = true;
	const char *key;

	switch (*t->at) {
	case '{':
		t->at++;
		while (next_key(t, &first, &key))
			skip(t);
		break;
	case '[':
		t->at++;
		while (another(t, ']', &first))
			skip(t);
		break;
	case '"':
		take_string(t);
		break;
	case 't':
	case 'f':
	case 'n':
		if (!take_word(t, "true") && !take_word(t, "false") && !take_word(t, "null"))
			t->bad = true;
		break;
	default:
		take_number(t);
	}
}

/* --- what pingtrace writes --- */

/* A number, or a flag: true is 1. */
static int64_t take_count(struct text *t)
{
	if (take_word(t, "true"))
		return 1;
	return take_word(t, "false") ? 0 : take_number(t);
}

static const struct {
	const char *key;
	size_t to;
	bool is_text;
} members[] = {
	{ "name", offsetof(struct entry, name), true },
	{ "hook", offsetof(struct entry, name), true },
	{ "ns", offsetof(struct entry, ns), false },
	{ "layer", offsetof(struct entry, layer), true },
	{ "dev", offsetof(struct entry, dev), true },
	{ "where", offsetof(struct entry, where), true },
	{ "reason", offsetof(struct entry, reason), true },
	{ "count", offsetof(struct entry, count), false },
	{ "others", offsetof(struct entry, others), false },
	{ "min_ns", offsetof(struct entry, min_ns), false },
	{ "mean_ns", offsetof(struct entry, mean_ns), false },
	{ "p50_ns", offsetof(struct entry, p50_ns), false },
	{ "p90_ns", offsetof(struct entry, p90_ns), false },
	{ "p99_ns", offsetof(struct entry, p99_ns), false },
	{ "max_ns", offsetof(struct entry, max_ns), false },
};

static void take_entry(struct text *t, struct entry *e)
{
	bool first = true;
	const char *key;
	size_t i;

	*e = (struct entry){ .name = "", .layer = "", .where = "", .dev = "", .reason = "" };
	take_char(t, '{');
	while (next_key(t, &first, &key)) {
		for (i = 0; i < sizeof(members) / sizeof(members[0]) && strcmp(members[i].key, key); i++)
			;
		if (i == sizeof(members) / sizeof(members[0]))
			skip(t);
		else if (members[i].is_text)
			*(const char **)((char *)e + members[i].to) = take_string(t);
		else
			*(int64_t *)((char *)e + members[i].to) = take_count(t);
	}
}

static size_t take_entries(struct text *t, struct entry *entries, size_t room)
{
	bool first = true;
	size_t n = 0;

	take_char(t, '[');
	while (another(t, ']', &first)) {
		if (n == room)
			t->bad = true;
		else
			take_entry(t, &entries[n++]);
	}
	return n;
}

/* {NAME: NS, ...} */
static size_t take_layers(struct text *t, struct entry *entries, size_t room)
{
	bool first = true;
	const char *key;
	size_t n = 0;

	take_char(t, '{');
	while (next_key(t, &first, &key)) {
		if (n == room)
			t->bad = true;
		else
			entries[n++] = (struct entry){ .name = key, .ns = take_number(t) };
	}
	return n;
}

static void take_rtt(struct text *t, struct line *l)
{
	bool first = true;
	const char *key, *value;

	take_char(t, '{');
	while (next_key(t, &first, &key)) {
		value = take_string(t);
		if (!strcmp(key, "min"))
			l->rtt_min = value;
		else if (!strcmp(key, "avg"))
			l->rtt_avg = value;
		else if (!strcmp(key, "max"))
			l->rtt_max = value;
		else if (!strcmp(key, "mdev"))
			l->rtt_mdev = value;
	}
}

static void take_member(struct text *t, struct line *l, const char *key)
{
	static const struct {
		const char *key;
		size_t to;
	} counts[] = {
		{ "seq", offsetof(struct line, seq) },
		{ "user_rtt_ns", offsetof(struct line, rtt_ns) },
		{ "clipped", offsetof(struct line, clipped) },
		{ "late", offsetof(struct line, late) },
		{ "duplicates", offsetof(struct line, duplicates) },
		{ "received", offsetof(struct line, received) },
	};
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (!strcmp(key, counts[i].key)) {
			*(int64_t *)((char *)l + counts[i].to) = take_count(t);
			return;
		}
	}
	if (!strcmp(key, "host")) {
		l->host = take_string(t);
	} else if (!strcmp(key, "time") && *t->at == '"') {
		l->time = take_string(t);
	} else if (!strcmp(key, "time")) {
		l->time_ms = take_count(t);
	} else if (!strcmp(key, "segments")) {
		l->nr_segments = take_entries(t, l->segments, SEGMENTS_MAX);
	} else if (!strcmp(key, "stamps")) {
		l->nr_stamps = take_entries(t, l->stamps, STAMPS_MAX);
	} else if (!strcmp(key, "layers_ns")) {
		l->nr_layers = take_layers(t, l->layers, SEGMENTS_MAX);
	} else if (!strcmp(key, "layers")) {
		l->nr_layers = take_entries(t, l->layers, SEGMENTS_MAX);
	} else if (!strcmp(key, "losses")) {
		l->nr_losses = take_entries(t, l->losses, SEGMENTS_MAX);
	} else if (!strcmp(key, "rtt")) {
		take_rtt(t, l);
	} else if (!strcmp(key, "loss") && *t->at == '{') {
		take_entry(t, &l->loss);
	} else if (!strcmp(key, "lost")) {
		l->kind = LOSS;
		skip(t);
	} else if (!strcmp(key, "error")) {
		l->kind = ERROR;
		skip(t);
	} else if (!strcmp(key, "duplicate")) {
		l->kind = DUPLICATE;
		skip(t);
	} else if (!strcmp(key, "transmitted")) {
		l->kind = SUMMARY;
		l->transmitted = take_count(t);
	} else if (!strcmp(key, "corrupted")) {
		/* of a reply, or how many of them */
		if (*t->at == 't')
			l->kind = CORRUPTED;
		l->corrupted = take_count(t);
	} else {
		skip(t);
	}
}

bool line_read(struct line *l, char *text)
{
	struct text t = { .at = text };
	bool first = true;
	const char *key;

	l->kind = REPLY;
	l->host = l->time = l->rtt_min = l->rtt_avg = l->rtt_max = l->rtt_mdev = "";
	l->seq = l->rtt_ns = l->time_ms = l->transmitted = l->received = l->duplicates = l->corrupted =
		l->late = l->clipped = 0;
	l->loss = (struct entry){ .name = "", .layer = "", .where = "", .dev = "", .reason = "" };
	l->nr_segments = l->nr_layers = l->nr_losses = l->nr_stamps = 0;
	take_char(&t, '{');
	while (next_key(&t, &first, &key))
		take_member(&t, l, key);
	return !t.bad && !*t.at;
}
