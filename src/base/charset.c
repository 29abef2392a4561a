// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "base/charset.h"

#define REPLACEMENT 0xfffd /* REPLACEMENT CHARACTER */
#define UTF8_MAX 4

/* RFC 3629. Returns the number of bytes; a surrogate, or what is beyond Unicode, becomes REPLACEMENT. */
static size_t encode(char bytes[UTF8_MAX], uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = REPLACEMENT;
	if (c < 0x80) {
		bytes[0] = c;
		return 1;
	}
	if (c < 0x800) {
		bytes[0] = 0xc0 | c >> 6;
		bytes[1] = 0x80 | (c & 0x3f);
		return 2;
	}
	if (c < 0x10000) {
		bytes[0] = 0xe0 | c >> 12;
		bytes[1] = 0x80 | (c >> 6 & 0x3f);
		bytes[2] = 0x80 | (c & 0x3f);
		return 3;
	}
	bytes[0] = 0xf0 | c >> 18;
	bytes[1] = 0x80 | (c >> 12 & 0x3f);
	bytes[2] = 0x80 | (c >> 6 & 0x3f);
	bytes[3] = 0x80 | (c & 0x3f);
	return 4;
}

/* The character that @src begins with. Returns its bytes; 0: it is none. Shortest forms only, as RFC 3629 demands. */
static size_t decode(uint32_t *c, const char *src)
{
	const unsigned char *s = (const unsigned char *)src;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, n = s[0] < 0x80 ? 1 :
		      s[0] < 0xc0 ? 0 :
		      s[0] < 0xe0 ? 2 :
		      s[0] < 0xf0 ? 3 :
		      s[0] < 0xf8 ? 4 :
				    0;

	if (!n)
		return 0;
	*c = n == 1 ? s[0] : s[0] & (0xff >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c >= least[n] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff) ? n : 0;
}

void charset_prepare(void)
{
	mbstate_t state = {};
	wchar_t c;

	if (mbrtowc(&c, "a", 1, &state) == (size_t)-1)
		return; /* then nothing can be converted */
}

char *utf8_from_locale(char *dst, size_t size, const char *src)
{
	size_t left = strlen(src), len = 0, n, wide;
	mbstate_t state = {}, before;
	char bytes[UTF8_MAX];
	wchar_t c;

	while (left) {
		before = state;
		n = mbrtowc(&c, src, left, &state);
		if (!n || n > left) {
			/* In the C locale every byte above 0x7f; elsewhere, what is broken. */
			state = before;
			n = 1;
			c = REPLACEMENT;
		}
		wide = encode(bytes, c);
		if (len + wide + 1 > size)
			break;
		memcpy(dst + len, bytes, wide);
		len += wide;
		src += n;
		left -= n;
	}
	if (size)
		dst[len] = '\0';
	return dst;
}

char *locale_from_utf8(char *dst, size_t size, const char *src)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {};
	size_t len = 0, n, wide;
	uint32_t c;

	while (*src) {
		n = decode(&c, src);
		wide = n ? wcrtomb(bytes, c, &state) : (size_t)-1;
		if (wide > sizeof(bytes)) {
			memset(&state, 0, sizeof(state));
			bytes[0] = '?';
			wide = 1;
		}
		if (len + wide + 1 > size)
			break;
		memcpy(dst + len, bytes, wide);
		len += wide;
		src += n ? n : 1;
	}
	if (size)
		dst[len] = '\0';
	return dst;
}
