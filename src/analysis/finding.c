// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "analysis/finding.h"
#include "base/util.h"

static struct finding_value *value(struct finding *f, const char *key)
{
	static struct finding_value nowhere;
	struct finding_value *v = f->nr_values < FINDING_VALUES ? &f->values[f->nr_values++] : &nowhere;

	memset(v, 0, sizeof(*v));
	v->key = key;
	return v;
}

void finding_number(struct finding *f, const char *key, uint64_t n)
{
	value(f, key)->number = n;
}

void finding_string(struct finding *f, const char *key, const char *s)
{
	struct finding_value *v = value(f, key);

	v->is_string = true;
	snprintf(v->string, sizeof(v->string), "%s", s);
}

void finding_say(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_v(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}
