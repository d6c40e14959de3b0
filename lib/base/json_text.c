/*
 * JSON as text, without a parser: what can be said before parsing, and where a value stands after it. Every function
 * is one bounded pass; those for positions run only when an error asks.
 */
#include "json_text.h"

#include <string.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* The lowest bit that is set is in the lowest of eight bytes that is `byte`. */
static inline uint64_t
find(uint64_t eight, char byte)
{
	uint64_t differ = eight ^ EACH(byte);
	return (differ - EACH(1)) & ~differ & EACH(0x80);
}

/* Eight bytes, the first of them lowest. */
static inline uint64_t
load_eight(const char *text)
{
	uint64_t eight;
	memcpy(&eight, text, sizeof(eight));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	eight = __builtin_bswap64(eight);
#endif
	return eight;
}

/* Where the string whose quote is at `at` ends: its closing quote, or the end of the text. */
static size_t
string_end(const char *text, size_t length, size_t at)
{
	for (at++; at + 8 <= length;) {
		uint64_t eight = load_eight(text + at), stops = find(eight, '"') | find(eight, '\\');
		at += stops ? (size_t)__builtin_ctzll(stops) / 8 : 8;
		if (stops && text[at] == '"')
			return at;
		at += stops ? 2 : 0; /* an escape, and what is escaped */
	}
	for (; at < length && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < length ? at : length;
}

/* What a byte outside of strings says. */
enum { VALUE = 1, OPENS = 2, CLOSES = 4, QUOTE = 8 };

static const uint8_t meanings[256] = {['{'] = VALUE | OPENS, ['['] = VALUE | OPENS, ['}'] = CLOSES, [']'] = CLOSES,
                                      [','] = VALUE,         [':'] = VALUE,         ['"'] = QUOTE};

size_t
jtn__json_survey(const char *text, size_t length, size_t *retvalues)
{
	size_t values = 1;
	int64_t depth = 0;
	for (size_t at = 0; at < length; at++) {
		unsigned meaning = meanings[(unsigned char)text[at]];
		values += meaning & VALUE;
		if (meaning & QUOTE)
			at = string_end(text, length, at);
		else if (meaning & OPENS && ++depth > JTN__JSON_DEPTH)
			return at;
		else if (meaning & CLOSES)
			depth -= depth > 0;
	}
	*retvalues = values;
	return length;
}

static bool
is_between(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == ',' || byte == ':' || byte == ']' ||
	       byte == '}';
}

/* The offset after the token at `at`: a string, an opening bracket, or a number or literal. */
static size_t
token_end(const char *text, size_t length, size_t at)
{
	if (text[at] == '"')
		return string_end(text, length, at) + 1;
	if (text[at] == '{' || text[at] == '[')
		return at + 1;
	while (at < length && !is_between(text[at]))
		at++;
	return at;
}

size_t
jtn__json_token(const char *text, size_t length, size_t index)
{
	for (size_t at = 0;; index--) {
		while (at < length && is_between(text[at]))
			at++;
		if (index == 0 || at >= length)
			return at;
		at = token_end(text, length, at);
	}
}

size_t
jtn__json_value_end(const char *text, size_t length, size_t at)
{
	size_t depth = 0;
	do {
		depth += text[at] == '{' || text[at] == '[';
		at = token_end(text, length, at);
		for (; depth && at < length && is_between(text[at]); at++)
			depth -= text[at] == ']' || text[at] == '}';
	} while (depth && at < length);
	return at;
}

void
jtn__json_locate(const char *text, size_t offset, int32_t *retline, int32_t *retcolumn)
{
	const char *start = text, *end = text + offset, *newline;
	int32_t line = 1;
	for (; start < end && (newline = memchr(start, '\n', (size_t)(end - start))); start = newline + 1)
		line++;
	*retline = line;
	*retcolumn = (int32_t)(end - start) + 1;
}

void
jtn__json_path(const struct jtn__value *value, char *buffer, size_t capacity)
{
	static const char ellipsis[] = "…";
	char text[256]; /* filled from its end, so that the last steps are those that stay */
	size_t first = sizeof(text);
	for (; value && value->parent; value = value->parent) {
		char step[24];
		const char *name = value->key ? value->key : step;
		size_t length =
			value->key ? strlen(value->key) : jtn__format(step, sizeof(step), "[%d]", (int64_t)value->index);
		while (length && first)
			text[--first] = name[--length];
		if (value->key && value->parent->parent && first)
			text[--first] = '.';
	}
	size_t length = sizeof(text) - first;
	if (capacity == 0)
		return;
	if (first == 0 || length >= capacity) {
		size_t room = capacity > sizeof(ellipsis) ? capacity - sizeof(ellipsis) : 0;
		first += length > room ? length - room : 0;
		while (first < sizeof(text) && ((unsigned char)text[first] & 0xC0) == 0x80)
			first++;
		length = sizeof(text) - first;
		if (capacity >= sizeof(ellipsis)) {
			memcpy(buffer, ellipsis, sizeof(ellipsis) - 1);
			buffer += sizeof(ellipsis) - 1;
		}
	}
	memcpy(buffer, text + first, length);
	buffer[length] = '\0';
}
